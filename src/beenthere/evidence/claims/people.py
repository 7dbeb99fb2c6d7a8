"""Who the claims are about, and when they were enrolled."""

import datetime

import ibis
import ibis.expr.types as ir

from beenthere.evidence.claims.spans import numbered

#: A year of 365.25 days in twelve: the month of every rate per enrolled month.
DAYS_A_MONTH = 30.4375
#: An enrollment with no end lasts.
OPEN = datetime.date(9999, 12, 31)


def enrollment(eligibility: ir.Table) -> ir.Table:
    """person_id, enrolled_from, enrolled_to: spans that overlap or adjoin are one; one day missing ends a
    span."""
    rows = eligibility.select(
        "person_id",
        enrolled_from=eligibility.enrollment_start_date,
        enrolled_to=eligibility.enrollment_end_date.fill_null(ibis.literal(OPEN)),
    )
    islands = numbered(rows, start="enrolled_from", end="enrolled_to", gap=1, tie="enrolled_to")
    return (
        islands.group_by("person_id", "island")
        .aggregate(enrolled_from=islands.enrolled_from.min(), enrolled_to=islands.enrolled_to.max())
        .drop("island")
    )


def people(eligibility: ir.Table) -> ir.Table:
    """person_id, birth_date, death_date, gender, race: of each person the latest enrollment row speaks; a
    death told anywhere counts."""
    latest = [
        ibis.desc(name, nulls_first=False)
        for name in ("enrollment_start_date", "enrollment_end_date", "birth_date", "gender", "race")
    ]
    placed = eligibility.mutate(
        from_last=ibis.row_number().over(group_by="person_id", order_by=latest),
        died_on=eligibility.death_date.max().over(group_by="person_id"),
    )
    last = placed.filter(placed.from_last == 0)
    return last.select("person_id", "birth_date", "gender", "race", death_date=last.died_on)


def with_enrollment(table: ir.Table, spans: ir.Table, day: str = "day") -> ir.Table:
    """`table` with enrolled_from and enrolled_to of the span that holds `day`; null when the person was not
    enrolled then."""
    renamed = spans.rename(span_person="person_id")
    return table.left_join(
        renamed,
        [
            table.person_id == renamed.span_person,
            table[day] >= renamed.enrolled_from,
            table[day] <= renamed.enrolled_to,
        ],
    ).drop("span_person")


def covered(table: ir.Table, *, before: int, after: int, day: str = "day") -> ir.BooleanValue:
    """Enrolled without a gap from `before` days before to `after` days after. Needs `with_enrollment`."""
    since = table[day].delta(table.enrolled_from, unit="day") >= before
    until = table.enrolled_to.delta(table[day], unit="day") >= after
    return (since & until).fill_null(False)


def with_person(table: ir.Table, persons: ir.Table, day: str = "day") -> ir.Table:
    """`table` with birth_date, death_date, gender, race and `age` in whole years on `day`; null for a
    person without enrollment."""
    renamed = persons.rename(known_person="person_id")
    joined = table.left_join(renamed, table.person_id == renamed.known_person).drop("known_person")
    return joined.mutate(age=age(joined.birth_date, joined[day]))


def age(born: ir.DateValue, on: ir.DateValue) -> ir.IntegerValue:
    """Birthdays had. Who was born on 29 February has theirs on 1 March in other years."""
    before_birthday = (on.month() * 100 + on.day()) < (born.month() * 100 + born.day())
    return on.year() - born.year() - before_birthday.cast("int32")
