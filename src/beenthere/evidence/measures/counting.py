"""The numbers of a measure: who came in, who went out at which rule, how many of the rest, in all and by
stratum."""

import math
from dataclasses import dataclass
from functools import reduce
from operator import and_

import ibis
import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims, Opened
from beenthere.evidence.measures.common import STRATA
from beenthere.evidence.measures.measure import Measure

LEVEL = 0.95
_Z = 1.959963984540054


@dataclass(frozen=True, kw_only=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of results: the whole (stratum and value empty) or a stratum. counts: numerator by key.

    For a share `denominator` counts events and `people` persons; for a rate it is months of exposure.
    """

    stratum: str
    value: str
    people: int
    denominator: float
    counts: dict[str, int]
    #: Of a rate: the standard error that allows for people counted many times.
    errors: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """out: by step, how many events went out there. lines: how claim lines were settled."""

    measure: Measure
    year: int
    lines: dict[str, int]
    candidates: int
    out: dict[str, int]
    rows: tuple[Row, ...]


def wilson(events: float, of: float) -> Interval:
    """The score interval of a share, 95 %. Wilson 1927, 10.1080/01621459.1927.10502953. `of` must be above
    zero."""
    share, spread = events / of, _Z * _Z / of
    middle = share + spread / 2
    half = _Z * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return Interval(
        low=max(0.0, (middle - half) / (1 + spread)), high=min(1.0, (middle + half) / (1 + spread))
    )


def count(measure: Measure, opened: Opened, year: int) -> Counted:
    population = opened.claims.keep(f"population_{measure.key}_{year}", compact(measure, opened.claims, year))
    told = population.aggregate(_attrition(measure, population)).to_pyarrow().to_pylist()[0]
    kept = population.filter(measure.denominator(population))
    rows = [row for stratum in ("", *STRATA) for row in _rows(measure, kept, stratum)]
    return Counted(
        measure=measure,
        year=year,
        lines=_lines(opened),
        candidates=int(told["candidates"]),
        out={step.key: int(told[step.key] or 0) for step in measure.steps},
        rows=tuple(rows),
    )


def compact(measure: Measure, claims: Claims, year: int) -> ir.Table:
    """The population with only what counting needs. A numerator is asked of those in the denominator alone,
    so a measure need not look for it in others."""
    table = measure.population(claims, year)
    if measure.kind == "share":
        counts = measure.denominator(table)
        table = table.mutate(**{n.key: table[n.key] & counts for n in measure.numerators})
    exposure = ["months"] if measure.kind == "rate" else ["day"]
    keys = [step.key for step in measure.steps] + [numerator.key for numerator in measure.numerators]
    return table.select("person_id", *exposure, *keys, *STRATA)


def _lines(opened: Opened) -> dict[str, int]:
    read, resolved = opened.rows["medical_claim"], opened.resolved
    out = {
        "sent_twice": resolved.sent_twice,
        "taken_back": resolved.taken_back,
        "superseded": resolved.superseded,
    }
    return {"read": read, **out, "standing": read - sum(out.values())}


def _attrition(measure: Measure, table: ir.Table) -> dict[str, ir.Scalar]:
    """Each event goes out at the first rule it breaks."""
    asked: dict[str, ir.Scalar] = {"candidates": table.count()}
    for place, step in enumerate(measure.steps):
        before = [table[earlier.key] for earlier in measure.steps[:place]]
        asked[step.key] = reduce(and_, before, ~table[step.key]).sum()
    return asked


def _rows(measure: Measure, kept: ir.Table, stratum: str) -> list[Row]:
    value = kept[stratum] if stratum else ibis.literal("")
    months = kept.months.sum() if measure.kind == "rate" else kept.count().cast("float64")
    told = kept.group_by(value=value).aggregate(
        people=kept.person_id.nunique(),
        denominator=months,
        **{f"n_{n.key}": kept[n.key].cast("int64").sum() for n in measure.numerators},
        **(_moments(measure, kept) if measure.kind == "rate" else {}),
    )
    found = told.order_by("value").to_pyarrow().to_pylist()
    if not stratum and not found:
        found = [
            {"value": "", "people": 0, "denominator": 0.0, **{f"n_{n.key}": 0 for n in measure.numerators}}
        ]
    return [_row(measure, stratum, row) for row in found]


def _moments(measure: Measure, kept: ir.Table) -> dict[str, ir.Scalar]:
    """Of a rate there is one row a person, so the spread between rows is the spread between people."""
    asked = {"mm": (kept.months * kept.months).sum()}
    for numerator in measure.numerators:
        events = kept[numerator.key].cast("float64")
        asked |= {
            f"nn_{numerator.key}": (events * events).sum(),
            f"nm_{numerator.key}": (events * kept.months).sum(),
        }
    return asked


def _row(measure: Measure, stratum: str, told: dict[str, float]) -> Row:
    counts = {n.key: int(told[f"n_{n.key}"] or 0) for n in measure.numerators}
    errors = {}
    if measure.kind == "rate" and told["denominator"]:
        errors = {key: _error(told, key, events) for key, events in counts.items()}
    return Row(
        stratum=stratum,
        value=str(told["value"]),
        people=int(told["people"]),
        denominator=float(told["denominator"] or 0),
        counts=counts,
        errors=errors,
    )


def _error(told: dict[str, float], key: str, events: int) -> float:
    """Of events per month, a ratio of two sums over people (linearised; Cochran 1977, section 6.4)."""
    rate = events / told["denominator"]
    spread = told[f"nn_{key}"] - 2 * rate * told[f"nm_{key}"] + rate * rate * told["mm"]
    people = told["people"]
    return math.sqrt(max(spread, 0.0) * people / max(people - 1, 1)) / told["denominator"]
