"""Reads the payers' folders. A fault is told with file, key and reason, all faults of a file at once."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from beenthere.funding.payers import PAYERS
from beenthere.funding.rules.units import Aggregate, Rounding, UnitRule
from beenthere.kernel.decision import Confidence, Source
from beenthere.kernel.periods import Period

FOLDER: Final = Path(__file__).parent
PAYER_KEYS: Final[Mapping[str, type]] = {
    "title": str,
    "demonstration": bool,
    "notice": str,
    "unit_rules": list,
}
RULE_KEYS: Final[Mapping[str, type]] = {
    "key": str,
    "title": str,
    "effective_from": date,
    "rounding": str,
    "aggregate": str,
    "unit_minutes": int,
    "minimum_minutes": int,
    "cut_breaks": bool,
    "unknown": list,
    "unverified": list,
    "source": dict,
}
MAY_BE_UNKNOWN: Final[Mapping[str, type]] = {"daily_cap_units": int, "codes": list}
MAY_BE_ABSENT: Final[Mapping[str, type]] = {"effective_until": date}
SOURCE_KEYS: Final[Mapping[str, type]] = {"title": str, "locator": str, "retrieved": date, "confidence": str}


class PayerFileError(ValueError):
    """One line for each fault: file, key, reason."""


@dataclass(frozen=True, kw_only=True)
class ShippedRule:
    """A unit rule and what we do not know about it. `codes` None: the source did not name them."""

    rule: UnitRule
    codes: tuple[str, ...] | None
    unknown: frozenset[str]
    unverified: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Payer:
    key: str
    title: str
    demonstration: bool
    notice: str
    rules: tuple[ShippedRule, ...]


@cache
def payers() -> Mapping[str, Payer]:
    """Every registered payer by key. PayerFileError for a folder that is not registered, or the reverse."""
    found = {folder.parent.name for folder in FOLDER.glob("*/payer.toml")}
    if found != set(PAYERS) or len(found) != len(PAYERS):
        odd = ", ".join(sorted(found ^ set(PAYERS))) or "a key that is there twice"
        raise PayerFileError(f"payers/__init__.py: PAYERS: folders and register differ: {odd}")
    loaded = {key: read_payer(key, FOLDER / key / "payer.toml") for key in PAYERS}
    _refuse_clashes(rule for payer in loaded.values() for rule in payer.rules)
    return loaded


def unit_rule(key: str, *, on: date) -> UnitRule | None:
    """The shipped rule of that key in force on a day. None means not established: count no units."""
    every = (shipped.rule for payer in payers().values() for shipped in payer.rules)
    return next((rule for rule in every if rule.key == key and rule.effective.contains(on)), None)


def read_payer(key: str, path: Path) -> Payer:
    return parse_payer(key, path.read_text(encoding="utf-8"), named=f"payers/{key}/payer.toml")


def parse_payer(key: str, text: str, *, named: str) -> Payer:
    """PayerFileError with every fault found."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise PayerFileError(f"{named}: not readable as TOML: {fault}") from fault
    faults = [f"{named}: {fault}" for fault in _faults(data)]
    if faults:
        raise PayerFileError("\n".join(faults))
    try:
        rules = tuple(_shipped(rule) for rule in data["unit_rules"])
    except ValueError as fault:
        raise PayerFileError(f"{named}: {fault}") from fault
    plain = {name: data[name] for name in ("title", "demonstration", "notice")}
    return Payer(key=key, rules=rules, **plain)


def _faults(data: Mapping[str, Any]) -> list[str]:
    faults = _misfits("", data, required=PAYER_KEYS, optional={})
    rules = data.get("unit_rules")
    for i, rule in enumerate(rules if isinstance(rules, list) else []):
        at = f"unit_rules[{i}]."
        if not isinstance(rule, dict):
            faults.append(f"unit_rules[{i}]: must be a table, as in [[unit_rules]]")
            continue
        faults += _misfits(at, rule, required=RULE_KEYS, optional={**MAY_BE_UNKNOWN, **MAY_BE_ABSENT})
        if isinstance(rule.get("source"), dict):
            faults += _misfits(f"{at}source.", rule["source"], required=SOURCE_KEYS, optional={})
        faults += [f"{at}{fault}" for fault in _doubts(rule)] + [f"{at}{fault}" for fault in _choices(rule)]
    return faults


def _misfits(
    at: str, data: Mapping[str, Any], *, required: Mapping[str, type], optional: Mapping[str, type]
) -> list[str]:
    known = {**required, **optional}
    missing = [f"{at}{key}: is missing" for key in required if key not in data]
    strange = [f"{at}{key}: is not a key we know" for key in data if key not in known]
    wrong = [
        f"{at}{key}: must be a {known[key].__name__}, not {value!r}"
        for key, value in data.items()
        if key in known and type(value) is not known[key]  # `isinstance` takes true for the number 1
    ]
    return [*missing, *strange, *wrong]


def _doubts(rule: Mapping[str, Any]) -> list[str]:
    """Unknown and unverified are said aloud: a key left out by oversight is no known absence."""
    unknown, unverified = rule.get("unknown"), rule.get("unverified")
    if not isinstance(unknown, list) or not isinstance(unverified, list):
        return []
    silent = [key for key in MAY_BE_UNKNOWN if key not in rule and key not in unknown]
    both = [key for key in unknown if key in rule or key not in MAY_BE_UNKNOWN]
    stray = [key for key in unverified if key not in rule]
    return [
        *(f"{key}: give it, or list it under unknown" for key in silent),
        *(f"unknown: {key} is given, or can never be unknown" for key in both),
        *(f"unverified: {key} is not given, so there is nothing to verify" for key in stray),
    ]


def _choices(rule: Mapping[str, Any]) -> list[str]:
    source = rule.get("source")
    confidence = source.get("confidence") if isinstance(source, dict) else None
    told = [
        ("rounding", rule.get("rounding"), Rounding),
        ("aggregate", rule.get("aggregate"), Aggregate),
        ("source.confidence", confidence, Confidence),
    ]
    return [
        f"{key}: {value!r} is none of {', '.join(choices)}"
        for key, value, choices in told
        if isinstance(value, str) and value not in set(choices)
    ]


def _shipped(data: Mapping[str, Any]) -> ShippedRule:
    source = {**data["source"], "confidence": Confidence(data["source"]["confidence"])}
    rule = UnitRule(
        key=data["key"],
        title=data["title"],
        rounding=Rounding(data["rounding"]),
        aggregate=Aggregate(data["aggregate"]),
        unit_minutes=data["unit_minutes"],
        minimum_minutes=data["minimum_minutes"],
        daily_cap_units=data.get("daily_cap_units"),
        cut_breaks=data["cut_breaks"],
        effective=Period(data["effective_from"], data.get("effective_until")),
        source=Source(**source),
    )
    return ShippedRule(
        rule=rule,
        codes=tuple(data["codes"]) if "codes" in data else None,
        unknown=frozenset(data["unknown"]),
        unverified=frozenset(data["unverified"]),
    )


def _refuse_clashes(shipped: Iterable[ShippedRule]) -> None:
    """Two rules of one key may follow each other in time, never hold on the same day."""
    for one, other in combinations([each.rule for each in shipped], 2):
        if one.key == other.key and one.effective.overlaps(other.effective):
            raise PayerFileError(f"unit rule {one.key}: two versions hold on the same day")
