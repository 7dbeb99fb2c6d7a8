"""STUDY.toml, read strictly: what nobody knows is refused, with what is known."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_args

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import only
from beenthere.evidence.study.protocol import (
    ESTIMATORS,
    FACTS,
    INDEXES,
    KINDS,
    Against,
    Analysis,
    Covariates,
    Eligibility,
    Fixed,
    FollowUp,
    Outcome,
    Protocol,
    Strategies,
)

TOP = ("title", "question", "eligibility", "strategies", "outcomes", "follow_up", "covariates", "analysis")
Kind = TypeVar("Kind")
Table = Mapping[str, Any]


def read_protocol(path: Path) -> Protocol:
    """Raises Unfit with file, table and key."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as fault:
        raise Unfit(f"it cannot be read: {fault}", where=path.name) from fault
    except tomllib.TOMLDecodeError as fault:
        raise Unfit(f"it is not TOML: {fault}", where=path.name) from fault
    return parse_protocol(raw, where=path.name, sha256=hashlib.sha256(text.encode()).hexdigest())


def parse_protocol(raw: Table, *, where: str = "study", sha256: str = "") -> Protocol:
    """The same from a mapping of the shape of the file."""
    only(raw, TOP, where=where)
    for key in ("title", "eligibility", "strategies", "outcomes"):
        if key not in raw:
            raise Unfit(f'"{key}" is missing.', where=where)
    made = Protocol(
        title=_text(raw, "title", where),
        question=_text({"question": "", **raw}, "question", where),
        eligibility=_eligibility(_table(raw, "eligibility", where), f"{where} [eligibility]"),
        strategies=_strategies(_table(raw, "strategies", where), f"{where} [strategies]"),
        outcomes=_outcomes(raw["outcomes"], where),
        follow_up=_follow_up(_table(raw, "follow_up", where), f"{where} [follow_up]"),
        covariates=_covariates(_table(raw, "covariates", where), f"{where} [covariates]"),
        analysis=_analysis(_table(raw, "analysis", where), f"{where} [analysis]"),
        sha256=sha256,
    )
    _together(made, where)
    return made


def _table(raw: Table, key: str, where: str) -> Table:
    table = raw.get(key, {})
    if not isinstance(table, dict):
        raise Unfit(f'"{key}" is a table: write [{key}] on a line of its own.', where=where)
    return table


def _made(kind: type[Kind], given: Table, where: str) -> Kind:
    """The dataclass from its keys; lists become tuples."""
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    only(given, known, where=where)
    settled = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    try:
        return kind(**settled)
    except TypeError as fault:
        missing = str(fault).split(":")[-1].strip()
        raise Unfit(f"missing: {missing}.", where=where) from fault


def _text(given: Table, key: str, where: str) -> str:
    value = given[key]
    if not isinstance(value, str):
        raise Unfit(f"{key} = {value!r} is not text.", where=where)
    return value


def _one_of(given: Table, key: str, allowed: tuple[str, ...], where: str) -> None:
    if key in given and given[key] not in allowed:
        raise Unfit(
            f"{key} = {given[key]!r} is not offered here. Offered: {', '.join(allowed)}.", where=where
        )


def _whole(given: Table, key: str, where: str, *, least: int = 0) -> None:
    value = given.get(key, least)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise Unfit(f"{key} = {value!r} is not a whole number from {least}.", where=where)


def _words(given: Table, key: str, where: str) -> None:
    value = given.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise Unfit(f'{key} is a list of names, such as ["age"].', where=where)


def _eligibility(given: Table, where: str) -> Eligibility:
    renamed = {{"from": "first", "to": "last"}.get(key, key): value for key, value in given.items()}
    only(given, ("index", "from", "to", "ages", "enrolled_before", "washout"), where=where)
    index = given.get("index", "")
    if index not in INDEXES and not str(index).startswith("event:"):
        known = ", ".join((*INDEXES, "event:NAME"))
        raise Unfit(f"index = {index!r} is not offered here. Offered: {known}.", where=where)
    for key in ("from", "to"):
        if type(given.get(key)) is not date:
            raise Unfit(f"{key} is a day such as 2024-07-01, without quotes.", where=where)
    if given["from"] > given["to"]:
        raise Unfit("from lies after to.", where=where)
    for key in ("enrolled_before", "washout"):
        _whole(given, key, where)
    ages = given.get("ages", [18, 120])
    if not (isinstance(ages, list) and len(ages) == 2 and all(type(one) is int for one in ages)):
        raise Unfit("ages is two whole numbers, such as [18, 64].", where=where)
    return _made(Eligibility, renamed, where)


def _strategies(given: Table, where: str) -> Strategies:
    _one_of(given, "fixed", get_args(Fixed), where)
    _one_of(given, "against", get_args(Against), where)
    _whole(given, "days", where, least=1)
    _whole(given, "days_against", where, least=1)
    made = _made(Strategies, given, where)
    if made.against == "later" and (made.days_against is None or made.days_against <= made.days):
        raise Unfit('against = "later" needs days_against, longer than days.', where=where)
    return made


def _outcomes(given: Any, where: str) -> tuple[Outcome, ...]:
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise Unfit("outcomes is a list of tables: write [[outcomes]] above each.", where=where)
    made = tuple(_outcome(one, f"{where} [[outcomes]] {one.get('key', '')}".strip()) for one in given)
    keys = [one.key for one in made]
    if len(set(keys)) < len(keys):
        raise Unfit("two outcomes have the same key.", where=where)
    if all(one.negative_control for one in made):
        raise Unfit("every outcome is a negative control; name what you want to know.", where=where)
    return made


def _outcome(given: Table, where: str) -> Outcome:
    _one_of(given, "kind", tuple(KINDS), where)
    _one_of(given, "better", ("lower", "higher"), where)
    _whole(given, "from_day", where)
    _words(given, "codes", where)
    for key in ("planned_too", "negative_control"):
        if not isinstance(given.get(key, False), bool):
            raise Unfit(f"{key} = {given[key]!r} is neither true nor false.", where=where)
    margin = given.get("margin")
    if margin is not None and (
        isinstance(margin, bool) or not isinstance(margin, int | float) or margin <= 0
    ):
        raise Unfit(f"margin = {margin!r} is not a number above 0.", where=where)
    early = {"from_day": 3} if given.get("kind") == "psychiatric readmission" else {}
    made = _made(Outcome, {**early, **given}, where)
    if (made.kind == "diagnosis") != bool(made.codes):
        raise Unfit('kind "diagnosis" needs codes, and no other kind has them.', where=where)
    if (made.kind == "event") != bool(made.event):
        raise Unfit('kind "event" needs event, and no other kind has it.', where=where)
    return made


def _follow_up(given: Table, where: str) -> FollowUp:
    days = given.get("days", [30])
    if not isinstance(days, list) or not days or not all(type(day) is int and day > 0 for day in days):
        raise Unfit("days is a list of whole numbers from 1, such as [30, 90, 180].", where=where)
    _one_of(given, "month_0", ("in", "out", "both"), where)
    if "data_to" in given and type(given["data_to"]) is not date:
        raise Unfit("data_to is a day such as 2025-12-31, without quotes.", where=where)
    return _made(FollowUp, {**given, **({"days": sorted(set(days))} if "days" in given else {})}, where)


def _covariates(given: Table, where: str) -> Covariates:
    _whole(given, "look_back", where, least=1)
    for key in ("facts", "groups"):
        _words(given, key, where)
    only(dict.fromkeys(given.get("facts", [])), FACTS, where=f"{where} facts")
    diagnoses = given.get("diagnoses", {})
    if not isinstance(diagnoses, dict):
        raise Unfit('diagnoses is a table, such as { unstable_housing = ["Z59"] }.', where=where)
    for name in diagnoses:
        _words(diagnoses, name, where)
    settled = tuple((name, tuple(codes)) for name, codes in diagnoses.items())
    return _made(Covariates, {**given, "diagnoses": settled}, where)


def _analysis(given: Table, where: str) -> Analysis:
    for key in ("estimators", "subgroups", "negative_exposures"):
        _words(given, key, where)
    known = dict.fromkeys(name for names in ESTIMATORS.values() for name in names)
    only(dict.fromkeys(given.get("estimators", [])), known, where=f"{where} estimators")
    _one_of(given, "estimand", ("ATE", "ATT", "ATO"), where)
    for key, least in (("replicates", 39), ("seed", 0), ("close", 1), ("landmark", 1)):
        _whole(given, key, where, least=least)
    level = given.get("level", 0.95)
    if not isinstance(level, float) or not 0.5 <= level < 1:
        raise Unfit(f"level = {level!r} is not a share from 0.5 to below 1, such as 0.95.", where=where)
    return _made(Analysis, given, where)


def _together(made: Protocol, where: str) -> None:
    horizon = made.follow_up.horizon
    if made.strategies.fixed == "within" and made.strategies.days >= horizon:
        raise Unfit(
            f"the grace period of {made.strategies.days} days does not end before day {horizon}.", where=where
        )
    for one in made.analysis.subgroups:
        if one not in made.covariates.names:
            known = ", ".join(made.covariates.names)
            raise Unfit(
                f"the subgroup {one} is no covariate. Covariates: {known}.", where=f"{where} [analysis]"
            )
    for outcome in made.outcomes:
        if not any(name in ESTIMATORS[outcome.shape] for name in made.analysis.estimators):
            ours = ", ".join(ESTIMATORS[outcome.shape])
            raise Unfit(
                f"none of the estimators answers for {outcome.key} ({outcome.kind}). Those that do: {ours}.",
                where=f"{where} [analysis]",
            )
