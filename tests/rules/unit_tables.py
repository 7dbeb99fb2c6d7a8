"""Tables of facts about units: they are tests, and they write `docs/rulebook/units.md`."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from beenthere.funding.rules.units import Aggregate, Contact, Rounding, Segment, UnitRule
from beenthere.kernel.decision import Confidence, Source
from beenthere.kernel.periods import Period

A, B, C, D = Rounding.UNBROKEN_FLOOR, Rounding.FLOOR, Rounding.CEILING, Rounding.MIDPOINT
SESSION, DAY = Aggregate.SESSION, Aggregate.DAY
MORNING = datetime(2026, 5, 4, 9, tzinfo=UTC)

# One contact of so many minutes, unit of 15.
MINUTES = (7, 8, 14, 15, 16, 20, 22, 23, 29, 30, 37, 38, 45, 52, 53, 60)
ONE_CONTACT = {
    A: (0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4),
    B: (0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4),
    C: (1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4),
    D: (0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4),
}

# Several contacts of one person, code and day. A contact is a list of stretches, parted by breaks.
COLUMNS = ((A, SESSION), (B, SESSION), (B, DAY), (C, SESSION), (C, DAY), (D, SESSION), (D, DAY))
SEVERAL_CONTACTS = (
    ("10 + 10 + 10", ([10], [10], [10]), (0, 0, 2, 3, 2, 3, 2)),
    ("7 + 7 + 7", ([7], [7], [7]), (0, 0, 1, 3, 2, 0, 1)),
    ("8 + 8 + 8 + 8", ([8], [8], [8], [8]), (0, 0, 2, 4, 3, 4, 2)),
    ("20 + 25", ([20], [25]), (2, 2, 3, 4, 3, 3, 3)),
    ("22, break, 28, as one visit", ([22, 28],), (2, 3, 3, 4, 4, 3, 3)),
)

# Settings beside the rounding: title, what the rule asks for, contacts, units, remainder, lost to the cap.
SETTINGS = (
    ("Unit of 60 minutes, floor", {"rounding": B, "unit_minutes": 60}, ([59],), 0, 59, 0),
    ("Unit of 60 minutes, midpoint not passed", {"rounding": D, "unit_minutes": 60}, ([30],), 0, 30, 0),
    ("Unit of 60 minutes, midpoint passed", {"rounding": D, "unit_minutes": 60}, ([31],), 1, 0, 0),
    ("Ceiling, but at least 8 minutes", {"rounding": C, "minimum_minutes": 8}, ([7], [8]), 1, 7, 0),
    ("The minimum is asked of the day's sum under a day rule",
     {"rounding": C, "minimum_minutes": 8, "aggregate": DAY}, ([4], [4]), 1, 0, 0),
    ("Breaks cut out", {"rounding": B}, ([10, 10],), 1, 5, 0),
    ("Breaks of 10 minutes left in", {"rounding": B, "cut_breaks": False}, ([10, 10],), 2, 0, 0),
    ("At most 3 units a day", {"rounding": B, "daily_cap_units": 3}, ([30], [45]), 3, 0, 2),
    ("At most 3 units a day, under a day rule",
     {"rounding": B, "daily_cap_units": 3, "aggregate": DAY}, ([20], [25], [15]), 3, 0, 1),
)  # fmt: skip


def rule(rounding: Rounding, aggregate: Aggregate = SESSION, **settings: object) -> UnitRule:
    plain = {"unit_minutes": 15, "minimum_minutes": 0, "daily_cap_units": None, "cut_breaks": True}
    return UnitRule(
        key="table",
        title="A rule under test",
        rounding=rounding,
        aggregate=aggregate,
        effective=Period(date(2020, 1, 1)),
        source=Source(title="Table", locator="-", retrieved=None, confidence=Confidence.LOCAL),
        **{**plain, **settings},  # type: ignore[arg-type]
    )


def contacts(*visits: list[int]) -> tuple[Contact, ...]:
    """Visits an hour or more apart, in clock order; ten minutes of break between the stretches of one."""
    made, clock = [], MORNING
    for i, stretches in enumerate(visits):
        segments = []
        for minutes in stretches:
            segments.append(Segment(clock, clock + timedelta(minutes=minutes)))
            clock = segments[-1].end + timedelta(minutes=10)
        made.append(Contact(id=UUID(int=i), segments=tuple(segments)))
        clock += timedelta(minutes=60)
    return tuple(made)
