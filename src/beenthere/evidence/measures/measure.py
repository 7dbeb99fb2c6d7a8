"""What a measure is: a table of the events that might count, with a true or false for every rule of who
does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims

#: From claims and measurement year to one row per event: person_id, day, a column for each step and each
#: numerator,
#: age_band, gender, race. For a rate: person_id, `months` of exposure and a count for each numerator.
Population = Callable[[Claims, int], ir.Table]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A rule of who counts. key: the column that is true for those who stay; words: what takes the others
    out."""

    key: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Numerator:
    """within: the key of a wider numerator that holds this one, such as 30 days for 7. Needed to hide small
    differences."""

    key: str
    words: str
    within: str | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """aligned_with: whose public description it follows, if anybody's. unit: what is counted. notes: what
    the year changes."""

    key: str
    title: str
    aligned_with: str
    estimand: str
    unit: str
    candidates: str
    steps: tuple[Step, ...]
    numerators: tuple[Numerator, ...]
    population: Population
    notes: Callable[[int], tuple[str, ...]]
    kind: Literal["share", "rate"] = "share"
    groups: tuple[str, ...] = ()

    def denominator(self, table: ir.Table) -> ir.BooleanValue:
        stays = table[self.steps[0].key]
        for step in self.steps[1:]:
            stays &= table[step.key]
        return stays
