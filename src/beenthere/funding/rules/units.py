"""Minutes to billing units, by the payer's rule. Minutes are the record; units are derived.

Four roundings are in use and disagree (unit of 15, whole minutes m):

    unbroken floor   each uninterrupted stretch alone, m // 15    Texas Medicaid manual, December 2016
    floor            m // 15                                      Michigan encounter guide, "15 minutes"
    ceiling          -(-m // 15)                                  the same guide, "up to 15 minutes"
    midpoint         (m + 7) // 15                                "8-minute rule", secondary sources only

and each but the first can run per contact or over the day. Three visits of 10 minutes are then worth
0, 2 or 3 units. The tempting wrong answer is one rule for all, with the payer's name beside it: one
payer was found to use two. So nothing here knows a payer; the rule comes in as data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import accumulate, pairwise
from uuid import UUID

from beenthere.kernel.decision import Source
from beenthere.kernel.minutes import minutes_between
from beenthere.kernel.periods import Period, merge


class Rounding(StrEnum):
    UNBROKEN_FLOOR = "unbroken_floor"
    FLOOR = "floor"
    CEILING = "ceiling"
    MIDPOINT = "midpoint"


class Aggregate(StrEnum):
    SESSION = "session"  # round each contact, then add
    DAY = "day"  # add the day's minutes, then round once


@dataclass(frozen=True, kw_only=True)
class UnitRule:
    """How one payer counts one code in one period. `daily_cap_units` None: no daily limit is known.

    `minimum_minutes` applies to whatever is rounded: the stretch, the contact or the day's sum. 0 or 1
    asks for nothing. `cut_breaks` False counts from the first start to the last end, breaks included.
    ValueError for a rule that contradicts itself.
    """

    key: str
    title: str
    rounding: Rounding
    aggregate: Aggregate
    unit_minutes: int
    minimum_minutes: int
    daily_cap_units: int | None
    cut_breaks: bool
    effective: Period[date]
    source: Source

    def __post_init__(self) -> None:
        if self.unit_minutes < 1 or self.minimum_minutes < 0:
            raise ValueError(f"{self.key}: a unit is at least 1 minute and a minimum at least 0")
        if self.daily_cap_units is not None and self.daily_cap_units < 1:
            raise ValueError(f"{self.key}: a daily cap is at least 1 unit; leave it out when there is none")
        if self.rounding is Rounding.UNBROKEN_FLOOR and not (
            self.aggregate is Aggregate.SESSION and self.cut_breaks
        ):
            raise ValueError(f"{self.key}: unbroken contacts cannot be added up over a day or a break")


@dataclass(frozen=True)
class Segment:
    """A stretch of a contact by the clock; both ends aware, the end not before the start (ValueError)."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        minutes_between(self.start, self.end)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A contact of one person: several segments when there were breaks.

    `minutes` is for a contact whose clock times were not kept; where there are segments, they decide.
    """

    id: UUID
    segments: tuple[Segment, ...] = ()
    minutes: int | None = None
    group: bool = False

    def __post_init__(self) -> None:
        if self.minutes is not None and self.minutes < 0:
            raise ValueError(f"Minutes cannot be negative: {self.minutes}")

    def stretches(self, *, cut_breaks: bool = True) -> tuple[int, ...]:
        """Minutes of each unbroken stretch. Segments that touch or overlap are one stretch."""
        periods = merge(Period(one.start, one.end) for one in self.segments if one.start < one.end)
        if not periods:
            return (0 if self.segments else self.minutes or 0,)
        if not cut_breaks:
            return (_length(Period(periods[0].start, periods[-1].end)),)
        return tuple(_length(period) for period in periods)


@dataclass(frozen=True, kw_only=True)
class Allotment:
    """What one contact brings: units to bill, units lost to the daily cap, minutes that pay nothing."""

    contact_id: UUID
    minutes: int
    group: bool
    units: int
    remainder_minutes: int
    capped_units: int


@dataclass(frozen=True, kw_only=True)
class DayUnits:
    """One person, one code, one day. Allotments stand in clock order and sum to the day."""

    rule_key: str
    allotments: tuple[Allotment, ...]

    @property
    def units(self) -> int:
        return sum(one.units for one in self.allotments)

    @property
    def capped_units(self) -> int:
        return sum(one.capped_units for one in self.allotments)

    @property
    def remainder_minutes(self) -> int:
        return sum(one.remainder_minutes for one in self.allotments)

    def of(self, contact_id: UUID) -> Allotment | None:
        return next((one for one in self.allotments if one.contact_id == contact_id), None)


def units_for_day(rule: UnitRule, contacts: Iterable[Contact]) -> DayUnits:
    """The units of one person's contacts under one code on one day. A withdrawn contact is simply absent.

    Contacts are taken in clock order: by first start, those without clock times last, ties by id (made in
    order of entry). The order of `contacts` itself is irrelevant. Under a day rule a contact gets what it
    adds to the running total (10 + 10 + 10 at the midpoint: 1, 0, 1), so a later contact never changes
    what an earlier one was given, and the parts sum to the day. Group and individual minutes are different
    claim lines: they are rounded apart, but share the daily cap, which fills in clock order too. A payer
    with a limit of its own for groups has a rule of its own for groups: ask once for each.

    ValueError when a contact comes twice.
    """
    ordered = sorted(contacts, key=_clock_order)
    if len({contact.id for contact in ordered}) < len(ordered):
        raise ValueError("A contact was given twice: its minutes would be billed twice")
    earned = _earned_by_day(rule, ordered) if rule.aggregate is Aggregate.DAY else _earned_each(rule, ordered)
    return DayUnits(rule_key=rule.key, allotments=tuple(_under_cap(earned, rule.daily_cap_units)))


def whole_units(rule: UnitRule, minutes: int) -> int:
    """The units of one stretch, contact or day of `minutes`. Never falls as minutes rise.

    The midpoint must be passed: 8 of 15 minutes, 31 of 60. Whether exactly half of an even unit counts
    is not established by any source we read, so it does not.
    """
    if minutes < rule.minimum_minutes:
        return 0
    length = rule.unit_minutes
    if rule.rounding is Rounding.CEILING:
        return -(-minutes // length)
    extra = (length - 1) // 2 if rule.rounding is Rounding.MIDPOINT else 0
    return (minutes + extra) // length


def _earned_each(rule: UnitRule, ordered: Sequence[Contact]) -> list[Allotment]:
    return [_earned(rule, contact) for contact in ordered]


def _earned(rule: UnitRule, contact: Contact) -> Allotment:
    stretches = contact.stretches(cut_breaks=rule.cut_breaks)
    rounded = stretches if rule.rounding is Rounding.UNBROKEN_FLOOR else (sum(stretches),)
    return Allotment(
        contact_id=contact.id,
        minutes=sum(stretches),
        group=contact.group,
        units=sum(whole_units(rule, part) for part in rounded),
        remainder_minutes=sum(_dropped(rule, part) for part in rounded),
        capped_units=0,
    )


def _earned_by_day(rule: UnitRule, ordered: Sequence[Contact]) -> list[Allotment]:
    lines = [_earned_line(rule, [one for one in ordered if one.group is group]) for group in (False, True)]
    by_id = {one.contact_id: one for line in lines for one in line}
    return [by_id[contact.id] for contact in ordered]


def _earned_line(rule: UnitRule, line: Sequence[Contact]) -> list[Allotment]:
    """The remainder of the day stays with its last contact."""
    minutes = [sum(contact.stretches(cut_breaks=rule.cut_breaks)) for contact in line]
    totals = list(accumulate(minutes, initial=0))
    units = [whole_units(rule, after) - whole_units(rule, before) for before, after in pairwise(totals)]
    dropped = [0] * (len(line) - 1) + [_dropped(rule, totals[-1])]
    return [
        Allotment(
            contact_id=contact.id,
            minutes=minutes[i],
            group=contact.group,
            units=units[i],
            remainder_minutes=dropped[i],
            capped_units=0,
        )
        for i, contact in enumerate(line)
    ]


def _under_cap(earned: Iterable[Allotment], cap: int | None) -> Iterable[Allotment]:
    used = 0
    for one in earned:
        units = one.units if cap is None else min(one.units, cap - used)
        used += units
        yield Allotment(
            contact_id=one.contact_id,
            minutes=one.minutes,
            group=one.group,
            units=units,
            remainder_minutes=one.remainder_minutes,
            capped_units=one.units - units,
        )


def _dropped(rule: UnitRule, minutes: int) -> int:
    """Minutes beyond the units they make; none when the last unit was rounded up."""
    return max(0, minutes - whole_units(rule, minutes) * rule.unit_minutes)


def _clock_order(contact: Contact) -> tuple[datetime, UUID]:
    starts = [segment.start.astimezone(UTC) for segment in contact.segments]
    return min(starts, default=datetime.max.replace(tzinfo=UTC)), contact.id


def _length(period: Period[datetime]) -> int:
    return 0 if period.end is None else minutes_between(period.start, period.end)
