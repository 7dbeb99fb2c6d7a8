"""Half-open periods of days or of instants: the start belongs, the end does not.

Half-open, because then neighbours touch without sharing a moment, and cutting and joining need no
"plus one day". A last day of validity printed on paper is therefore `end` minus one day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Generic, TypeVar

Moment = TypeVar("Moment", date, datetime)


def _settled(moment: Moment) -> Moment:
    """An instant in UTC, a day as it is.

    Two instants of one time zone compare by their wall clocks in Python, and when clocks fall back
    1:30 comes twice. In UTC they compare by time.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone: an instant needs one")
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Period(Generic[Moment]):
    """From `start` up to and not including `end`; `end` None means that no end is known.

    Both ends are dates, or both are aware datetimes (kept in UTC). Never empty: ValueError otherwise.
    """

    start: Moment
    end: Moment | None = None

    def __post_init__(self) -> None:
        start, end = _settled(self.start), None if self.end is None else _settled(self.end)
        if end is not None and isinstance(start, datetime) is not isinstance(end, datetime):
            raise TypeError("A period runs between two dates or two datetimes, not one of each")
        if end is not None and end <= start:
            raise ValueError(f"A period must end after it starts: {start} to {end}")
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "end", end)

    def contains(self, moment: Moment) -> bool:
        at = _settled(moment)
        return self.start <= at and (self.end is None or at < self.end)

    def overlaps(self, other: "Period[Moment]") -> bool:
        """True when some moment belongs to both; periods that only touch do not overlap."""
        return _before(self.start, other.end) and _before(other.start, self.end)

    def intersect(self, other: "Period[Moment]") -> "Period[Moment] | None":
        if not self.overlaps(other):
            return None
        return Period(max(self.start, other.start), _earlier(self.end, other.end))

    def subtract(self, other: "Period[Moment]") -> "tuple[Period[Moment], ...]":
        """What is left of this period, in order: nothing, one piece or two."""
        if not self.overlaps(other):
            return (self,)
        pieces: list[Period[Moment]] = []
        if self.start < other.start:
            pieces.append(Period(self.start, other.start))
        if other.end is not None and _before(other.end, self.end):
            pieces.append(Period(other.end, self.end))
        return tuple(pieces)


def merge(periods: Iterable[Period[Moment]]) -> tuple[Period[Moment], ...]:
    """The same moments in the fewest periods, in order; those that overlap or touch are joined."""
    merged: list[Period[Moment]] = []
    for period in sorted(periods, key=lambda one: one.start):
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < period.start):
            merged.append(period)
        else:
            merged[-1] = Period(last.start, _later(last.end, period.end))
    return tuple(merged)


def _before(start: Moment, end: Moment | None) -> bool:
    return end is None or start < end


def _earlier(one: Moment | None, other: Moment | None) -> Moment | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _later(one: Moment | None, other: Moment | None) -> Moment | None:
    return None if one is None or other is None else max(one, other)


def share_a_moment(some: Iterable[Period[Moment]], others: Iterable[Period[Moment]]) -> bool:
    """True when any of `some` overlaps any of `others`; ends that touch do not."""
    compared = tuple(others)
    return any(one.overlaps(other) for one in some for other in compared)
