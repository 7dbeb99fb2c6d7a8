"""What several measures need: the year, the nearest visit, strata."""

import datetime

import ibis
import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import with_enrollment, with_person

AGE_BANDS = ((0, 12, "0 to 12"), (13, 17, "13 to 17"), (18, 34, "18 to 34"), (35, 64, "35 to 64"))
OLDEST = "65 and over"
STRATA = ("age_band", "gender", "race")


def first_day(year: int) -> datetime.date:
    return datetime.date(year, 1, 1)


def last_day(year: int) -> datetime.date:
    return datetime.date(year, 12, 31)


def last_index_day(year: int) -> datetime.date:
    """The last day with 30 days of the same year after it."""
    return datetime.date(year, 12, 1)


def follow_up_days(year: int) -> dict[str, datetime.date]:
    """The days in which follow-up of events of the year can lie, and whatever else is asked of the year."""
    return {"since": first_day(year), "until": last_day(year) + datetime.timedelta(days=31)}


def about(table: ir.Table, claims: Claims) -> ir.Table:
    """`table` (person_id, day) with person, age, strata and the enrollment span of the day."""
    known = with_person(table, claims.people)
    known = known.mutate(
        age_band=_band(known.age),
        gender=known.gender.fill_null("unknown"),
        race=known.race.fill_null("unknown"),
    )
    return with_enrollment(known, claims.enrollment)


def _band(age: ir.IntegerValue) -> ir.StringValue:
    bands = [(age.between(low, high), name) for low, high, name in AGE_BANDS]
    return ibis.cases(*bands, (age >= 65, OLDEST), else_="unknown")


def days_to(
    table: ir.Table, others: ir.Table, *, least: int, most: int, named: str, other_day: str = "day"
) -> ir.Table:
    """`table` (one row per person_id and day) with `named`: days to the person's first of `others` that
    lies `least` to `most` days after, null when there is none. Negative days lie before."""
    other = others.select(other_person="person_id", other_day=other_day)
    mine = table.select("person_id", "day")
    pairs = mine.join(other, mine.person_id == other.other_person)
    pairs = pairs.mutate(apart=pairs.other_day.delta(pairs.day, unit="day"))
    near = pairs.filter(pairs.apart.between(least, most))
    nearest = near.group_by(near_person=near.person_id, near_day=near.day).aggregate(
        **{named: near.apart.min()}
    )
    return table.left_join(
        nearest, [table.person_id == nearest.near_person, table.day == nearest.near_day]
    ).drop("near_person", "near_day")


def alive_through(table: ir.Table, day: datetime.date) -> ir.BooleanValue:
    return table.death_date.isnull() | (table.death_date > day)
