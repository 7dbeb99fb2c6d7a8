"""The design file: a strict reading of TOML. A key nobody knows is refused, with the ones that are known."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.spec import MODELS, Spec, is_number

TOP = ("estimator", "estimand", "measure", "level", "missing")
TABLES = ("columns", "codes", *MODELS, "options", "timing", "bootstrap", "negative_controls")
CODES = ("treated", "untreated", "event", "censored", "competing")
FIXED = {"before": "before time zero", "at": "at time zero", "after": "after time zero"}


@dataclass(frozen=True, kw_only=True)
class Covariates:
    """Covariates as lists or as the right-hand side of a formula. `reference` names a factor's base level."""

    covariates: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    squares: tuple[str, ...] = ()
    interactions: tuple[tuple[str, ...], ...] = ()
    formula: str = ""
    reference: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """time_zero in words; exposure_fixed is before, at or after it. Two columns have every row checked."""

    time_zero: str = ""
    exposure_fixed: str = ""
    time_zero_column: str = ""
    exposure_fixed_column: str = ""


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """Draws of whole people or clusters. Replicate k is the same whatever the number of cores."""

    replicates: int = 1000
    seed: int = 1
    method: str = "percentile"


@dataclass(frozen=True, kw_only=True)
class Design:
    """A checked design: only roles, options and models its estimator knows."""

    estimator: str
    estimand: str
    measure: str
    level: float = 0.95
    missing: str = "drop"
    columns: Mapping[str, str]
    codes: Mapping[str, Any]
    models: Mapping[str, Covariates]
    options: Mapping[str, Any]
    timing: Timing
    bootstrap: Bootstrap | None
    negative_outcomes: tuple[str, ...] = ()
    negative_exposures: tuple[str, ...] = ()
    sha256: str = ""

    def covariates(self, model: str = "model") -> Covariates:
        """The covariates of that model; `[model]` where it has no table of its own."""
        return self.models.get(model, self.models.get("model", Covariates()))


def read_design(path: Path, specs: Mapping[str, Spec]) -> Design:
    """Raises Unfit for a file that cannot be read or says what no estimator knows."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as fault:
        raise Unfit(f"it cannot be read: {fault}", where=path.name) from fault
    except tomllib.TOMLDecodeError as fault:
        raise Unfit(f"it is not TOML: {fault}", where=path.name) from fault
    return parse_design(raw, specs, where=path.name, sha256=hashlib.sha256(text.encode()).hexdigest())


def parse_design(
    raw: Mapping[str, Any], specs: Mapping[str, Spec], *, where: str = "design", sha256: str = ""
) -> Design:
    """The same from a mapping of the shape of the file."""
    only(raw, (*TOP, *TABLES), where=where)
    spec = _spec(raw, specs, where)
    tables = {name: _table(raw, name, where) for name in TABLES}
    controls = tables["negative_controls"]
    only(controls, ("outcomes", "exposures"), where=f"{where} [negative_controls]")
    return Design(
        estimator=spec.key,
        estimand=_choice(raw, "estimand", spec.estimands, where),
        measure=_choice(raw, "measure", spec.measures, where),
        level=_level(raw, where),
        missing=_choice(raw, "missing", ("drop", "refuse"), where),
        columns=_columns(tables["columns"], spec, f"{where} [columns]"),
        codes=_codes(tables["codes"], f"{where} [codes]"),
        models=_models(raw, spec, where),
        options=_options(tables["options"], spec, f"{where} [options]"),
        timing=_timing(tables["timing"], f"{where} [timing]"),
        bootstrap=_bootstrap(tables["bootstrap"], f"{where} [bootstrap]") if "bootstrap" in raw else None,
        negative_outcomes=_names(controls, "outcomes", f"{where} [negative_controls]"),
        negative_exposures=_names(controls, "exposures", f"{where} [negative_controls]"),
        sha256=sha256,
    )


def only(given: Mapping[str, Any], allowed: Iterable[str], *, where: str) -> None:
    """Refuse a key that is not allowed, and name those that are."""
    known = tuple(allowed)
    for key in given:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f'Did you mean "{near[0]}"? ' if near else ""
            listed = ", ".join(known) if known else "none"
            raise Unfit(f'"{key}" is not known here. {hint}Known: {listed}.', where=where)


def _spec(raw: Mapping[str, Any], specs: Mapping[str, Spec], where: str) -> Spec:
    key = raw.get("estimator")
    if not isinstance(key, str) or key not in specs:
        said = f"there is no estimator {key!r}" if key is not None else '"estimator" is missing'
        raise Unfit(f"{said}. Known: {', '.join(specs)}.", where=where)
    return specs[key]


def _table(raw: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        raise Unfit(f'"{name}" is a table: write [{name}] on a line of its own.', where=where)
    return table


def _choice(raw: Mapping[str, Any], key: str, allowed: tuple[str, ...], where: str) -> str:
    value = raw.get(key, allowed[0])
    for word in allowed:
        if isinstance(value, str) and value.casefold() == word.casefold():
            return word
    raise Unfit(f"{key} = {value!r} is not offered here. Offered: {', '.join(allowed)}.", where=where)


def _level(raw: Mapping[str, Any], where: str) -> float:
    level = raw.get("level", 0.95)
    if not is_number(level) or not 0.5 <= level < 1:
        raise Unfit(f"level = {level!r} is not a share from 0.5 to below 1, such as 0.95.", where=where)
    return float(level)


def _columns(given: Mapping[str, Any], spec: Spec, where: str) -> dict[str, str]:
    only(given, spec.roles, where=where)
    for role, column in given.items():
        if not isinstance(column, str) or not column:
            raise Unfit(f"{role} = {column!r} is not the name of a column.", where=where)
    for role in spec.required:
        if role not in given:
            raise Unfit(f'"{role}" is missing: {spec.key} needs {_listed(spec.required)}.', where=where)
    if spec.either and not any(all(role in given for role in group) for group in spec.either):
        groups = "; or ".join(_listed(group) for group in spec.either)
        raise Unfit(f"{spec.key} needs {groups}.", where=where)
    return dict(given)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _codes(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    only(given, CODES, where=where)
    return dict(given)


def _models(raw: Mapping[str, Any], spec: Spec, where: str) -> dict[str, Covariates]:
    for name in MODELS:
        if name in raw and name not in spec.models:
            allowed = ", ".join(f"[{one}]" for one in spec.models) or "none"
            raise Unfit(
                f"{spec.key} reads no [{name}]. Tables of covariates it reads: {allowed}.", where=where
            )
    return {name: _covariates(raw[name], f"{where} [{name}]") for name in MODELS if name in raw}


def _covariates(given: Mapping[str, Any], where: str) -> Covariates:
    only(given, ("covariates", "factors", "squares", "interactions", "formula", "reference"), where=where)
    formula = given.get("formula", "")
    lists = [key for key in ("covariates", "squares", "interactions") if given.get(key)]
    if not isinstance(formula, str):
        raise Unfit('formula is text, such as "age + age^2 + C(site)".', where=where)
    if formula and lists:
        raise Unfit(f"give either a formula or lists, not both: formula and {', '.join(lists)}.", where=where)
    interactions = given.get("interactions", [])
    if not isinstance(interactions, list) or not all(_is_pair(one) for one in interactions):
        raise Unfit('interactions is a list of lists, such as [["treated", "age"]].', where=where)
    reference = given.get("reference", {})
    if not isinstance(reference, dict):
        raise Unfit('reference is a table, such as { site = "north" }.', where=where)
    return Covariates(
        covariates=_names(given, "covariates", where),
        factors=_names(given, "factors", where),
        squares=_names(given, "squares", where),
        interactions=tuple(tuple(one) for one in interactions),
        formula=formula,
        reference=dict(reference),
    )


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= 2 and all(isinstance(one, str) for one in value)


def _names(given: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = given.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise Unfit(f'{key} is a list of column names, such as ["age", "sex"].', where=where)
    if len(set(value)) < len(value):
        raise Unfit(f"{key} names a column twice.", where=where)
    return tuple(value)


def _options(given: Mapping[str, Any], spec: Spec, where: str) -> dict[str, Any]:
    only(given, spec.options, where=where)
    for key, value in given.items():
        if not spec.options[key].fits(value):
            raise Unfit(f"{key} = {value!r} does not fit: it is {spec.options[key].accepts}.", where=where)
    return {key: given.get(key, option.default) for key, option in spec.options.items()}


def _timing(given: Mapping[str, Any], where: str) -> Timing:
    allowed = ("time_zero", "exposure_fixed", "time_zero_column", "exposure_fixed_column")
    only(given, allowed, where=where)
    for key, value in given.items():
        if not isinstance(value, str) or not value.strip():
            raise Unfit(f"{key} = {value!r} is not text.", where=where)
    fixed = given.get("exposure_fixed", "").strip().removesuffix(" time zero")
    if "exposure_fixed" in given and fixed not in FIXED:
        raise Unfit('exposure_fixed is "before", "at" or "after" (time zero).', where=where)
    if ("time_zero_column" in given) != ("exposure_fixed_column" in given):
        raise Unfit("time_zero_column and exposure_fixed_column come together.", where=where)
    return Timing(**{**given, "exposure_fixed": fixed})


def _bootstrap(given: Mapping[str, Any], where: str) -> Bootstrap:
    only(given, ("replicates", "seed", "method"), where=where)
    chosen = Bootstrap(**given)
    if (
        not isinstance(chosen.replicates, int)
        or isinstance(chosen.replicates, bool)
        or chosen.replicates < 39
    ):
        raise Unfit(f"replicates = {chosen.replicates!r} is not a whole number from 39.", where=where)
    if not isinstance(chosen.seed, int) or isinstance(chosen.seed, bool) or chosen.seed < 0:
        raise Unfit(f"seed = {chosen.seed!r} is not a whole number from 0.", where=where)
    if chosen.method not in ("percentile", "bca"):
        raise Unfit(f'method = {chosen.method!r} is neither "percentile" nor "bca".', where=where)
    return chosen
