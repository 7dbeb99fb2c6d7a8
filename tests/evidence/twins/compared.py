"""What of a measure's rows and of its twin's has to be the same, and which faults that would find."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from beenthere.evidence.measures.common import STRATA
from beenthere.evidence.measures.measure import Measure

Row = dict[str, Any]
ALWAYS = {"person_id", "day", "months", *STRATA}


def differing(measure: Measure, rows: Iterable[Row], others: Iterable[Row]) -> list[dict[str, str]]:
    """Rows that one side alone tells, or oftener than the other."""
    mine, theirs = _told(measure, rows), _told(measure, others)
    return [dict(row) for row in sorted(((mine - theirs) + (theirs - mine)).elements())]


def faults(measure: Measure) -> Iterator[tuple[str, Row]]:
    """A fault in every rule: a step that lets everybody stay, a numerator that counts everybody or nobody."""
    everybody: Any = True if measure.kind == "share" else 1
    for step in measure.steps:
        yield f"{step.key} takes nobody out", {step.key: True}
    for numerator in measure.numerators:
        yield f"{numerator.key} counts everybody", {numerator.key: everybody}
        yield f"{numerator.key} counts nobody", {numerator.key: type(everybody)(0)}


def missed(measure: Measure, worlds: Iterable[list[Row]]) -> list[str]:
    """The faults that no world shows: the comparison would say that all is well."""
    seen = list(worlds)
    return [
        name
        for name, fault in faults(measure)
        if not any(differing(measure, [row | fault for row in rows], rows) for rows in seen)
    ]


def _told(measure: Measure, rows: Iterable[Row]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(_key(_counted(measure, row)) for row in rows)


def _key(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in row.items()))


def _counted(measure: Measure, row: Row) -> Row:
    """What is counted of a row: a step is asked of those whom the steps before left, a numerator of those in
    the denominator. A measure need not look further into whom it has let go. A rate has no denominator.
    What else a twin tells, because it shares a helper, is nobody's business."""
    asked = {rule.key for rule in (*measure.steps, *measure.numerators)}
    row = {name: value for name, value in row.items() if name in asked | ALWAYS}
    left = True
    for step in measure.steps:
        row = row | {step.key: left and row[step.key]}
        left = bool(row[step.key])
    if left or measure.kind == "rate":
        return row
    return row | {numerator.key: False for numerator in measure.numerators}
