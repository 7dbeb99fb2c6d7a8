"""From counts to what may be shown: small cells hidden, shares and intervals only where both their counts
are shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from beenthere.evidence.disclosure import Cells, Sum, hidden
from beenthere.evidence.measures.counting import LEVEL, Counted, Row, wilson
from beenthere.evidence.measures.measure import Measure, Numerator

PER = 1000
Shown = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Published:
    """attrition and results as they may be shown, None where hidden. analyst: the full counts, not for
    release."""

    counted: Counted
    largest_hidden: int
    attrition: tuple[Shown, ...]
    results: tuple[Shown, ...]
    suppressed: int


def publish(counted: Counted, *, largest_hidden: int) -> Published:
    """largest_hidden: the largest count that is not shown; 0 shows everything (an analyst's file, not for
    release)."""
    away = hidden(cells(counted), largest=largest_hidden) if largest_hidden else frozenset()
    return Published(
        counted=counted,
        largest_hidden=largest_hidden,
        attrition=tuple(_attrition(counted, away)),
        results=tuple(_result(counted.measure, row, away) for row in counted.rows),
        suppressed=len([name for name in away if not name.startswith("~")]),
    )


def cells(counted: Counted) -> Cells:
    """Counts and sums of all that a publication shows. Names that begin with ~ are never shown but can be
    worked out."""
    measure, whole = counted.measure, counted.rows[0]
    counts: dict[str, int] = {f"lines/{key}": number for key, number in counted.lines.items()}
    counts |= {
        "candidates": counted.candidates,
        **{f"out/{key}": number for key, number in counted.out.items()},
    }
    sums = [
        Sum(total="lines/read", parts=tuple(f"lines/{key}" for key in counted.lines if key != "read")),
        Sum(total="candidates", parts=(*(f"out/{key}" for key in counted.out), _base(whole))),
    ]
    with_: dict[str, tuple[str, ...]] = {}
    for row in counted.rows:
        counts |= dict(_counts(measure, row))
        sums += _sums_of_row(measure, row)
        inner = [name for name in counts if f"~{name}" in counts and name.startswith(_cell(row, ""))]
        with_ |= {name: (f"~{name}",) for name in inner} | {f"~{name}": (name,) for name in inner}
        with_[_base(row)] = tuple(inner)
    for stratum in {row.stratum for row in counted.rows[1:]}:
        rows = [row for row in counted.rows if row.stratum == stratum]
        for part in ("base", *(numerator.key for numerator in measure.numerators)):
            sums.append(Sum(total=_cell(whole, part), parts=tuple(_cell(row, part) for row in rows)))
    return Cells(counts=counts, sums=tuple(sums), with_=with_)


def _base(row: Row) -> str:
    return _cell(row, "base")


def _cell(row: Row, part: str) -> str:
    return f"{row.stratum}={row.value}/{part}"


def base(measure: Measure, row: Row) -> int:
    """What is counted below the line: events of a share, people of a rate (its months hide with them)."""
    return row.people if measure.kind == "rate" else int(row.denominator)


def _counts(measure: Measure, row: Row) -> Iterator[tuple[str, int]]:
    yield _base(row), base(measure, row)
    for numerator in measure.numerators:
        yield _cell(row, numerator.key), row.counts[numerator.key]
        yield "~" + _cell(row, numerator.key), _around(measure, row, numerator) - row.counts[numerator.key]
    if _tells_people(measure, row):
        yield _cell(row, "people"), row.people
        yield "~" + _cell(row, "people"), int(row.denominator) - row.people


def _around(measure: Measure, row: Row, numerator: Numerator) -> int:
    """What holds the numerator: the wider one, else the denominator; a rate's widest count has nothing
    around it."""
    if numerator.within:
        return row.counts[numerator.within]
    return row.counts[numerator.key] if measure.kind == "rate" else int(row.denominator)


def _sums_of_row(measure: Measure, row: Row) -> Iterator[Sum]:
    for numerator in measure.numerators:
        total = _cell(row, numerator.within) if numerator.within else _base(row)
        if numerator.within or measure.kind == "share":
            yield Sum(total=total, parts=(_cell(row, numerator.key), "~" + _cell(row, numerator.key)))
    if _tells_people(measure, row):
        yield Sum(total=_base(row), parts=(_cell(row, "people"), "~" + _cell(row, "people")))


def _tells_people(measure: Measure, row: Row) -> bool:
    return measure.kind == "share" and not row.stratum


def _attrition(counted: Counted, away: frozenset[str]) -> Iterator[Shown]:
    words = {
        "read": "claim lines read",
        "sent_twice": "the same line sent again",
        "taken_back": "lines taken back, and what took them back",
        "superseded": "lines replaced by a later version",
        "standing": "claim lines that stand",
    }
    for key, number in counted.lines.items():
        yield {"what": words[key], "count": None if f"lines/{key}" in away else number, "left": None}
    left: int | None = None if "candidates" in away else counted.candidates
    yield {"what": counted.measure.candidates, "count": left, "left": left}
    for step in counted.measure.steps:
        out = None if f"out/{step.key}" in away else counted.out[step.key]
        left = left - out if left is not None and out is not None else None
        yield {"what": f"left out: {step.words}", "count": out, "left": left}
    whole = counted.rows[0]
    rest = None if _base(whole) in away else base(counted.measure, whole)
    unit = "people" if counted.measure.kind == "rate" else counted.measure.unit
    yield {"what": f"{unit} in the denominator", "count": rest, "left": rest}


def _result(measure: Measure, row: Row, away: frozenset[str]) -> Shown:
    shown = _base(row) not in away
    told: Shown = {
        "stratum": row.stratum,
        "value": row.value,
        "denominator": row.denominator if shown else None,
    }
    if _tells_people(measure, row):
        told["people"] = None if _cell(row, "people") in away else row.people
    elif measure.kind == "rate":
        told["people"] = row.people if shown else None
    told["numerators"] = {
        numerator.key: _numbers(measure, row, numerator, shown and _cell(row, numerator.key) not in away)
        for numerator in measure.numerators
    }
    return told


def _numbers(measure: Measure, row: Row, numerator: Numerator, shown: bool) -> Shown:
    count, of = row.counts[numerator.key], row.denominator
    empty = {"count": count if shown else None, "estimate": None, "ci_low": None, "ci_high": None}
    if not shown or not of:
        return empty
    if measure.kind == "rate":
        rate, half = PER * count / of, PER * 1.959963984540054 * row.errors[numerator.key]
        return {"count": count, "estimate": rate, "ci_low": max(0.0, rate - half), "ci_high": rate + half}
    interval = wilson(count, of)
    return {"count": count, "estimate": count / of, "ci_low": interval.low, "ci_high": interval.high}


def method(measure: Measure) -> str:
    level = f"{LEVEL:.0%}"
    if measure.kind == "rate":
        return f"Count over enrolled months, per {PER:,}; {level} interval linearised over people."
    return f"Share; {level} Wilson score interval, which takes events of the same person as independent."
