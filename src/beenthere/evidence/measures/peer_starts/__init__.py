"""Engagement and retention in peer support, from the first contact. Rules and limits: README beside."""

import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import covered
from beenthere.evidence.measures import common, contacts
from beenthere.evidence.measures.measure import Measure, Step

#: Days without peer support before a contact is a start.
WASHOUT = 180


def population(claims: Claims, year: int) -> ir.Table:
    days = claims.peer_lines.select("person_id", "day").distinct()
    rows = days.mutate(
        quiet=days.day.delta(days.day.lag().over(group_by="person_id", order_by="day"), unit="day")
    )
    rows = rows.filter(rows.day.between(common.first_day(year), common.last_day(year)))
    rows = common.about(rows, claims)
    rows = contacts.counted(rows, days)
    return rows.mutate(
        new=rows.quiet.isnull() | (rows.quiet > WASHOUT), enrolled=covered(rows, before=WASHOUT, after=180)
    )


def notes(_year: int) -> tuple[str, ...]:
    return (
        f"A start is a contact after {WASHOUT} days without one. The first contact is one of those counted.",
        "Only people who began are counted, so this says nothing about who never came.",
    )


MEASURE = Measure(
    key="peer_starts",
    title="Peer support after the first contact: engagement and retention",
    aligned_with="",
    estimand=(
        "share of starts with 2 and 4 days of contact within 30 days, and a contact in month 3 and month 6"
    ),
    unit="starts",
    candidates="days with peer support in the year",
    steps=(
        Step(key="new", words=f"peer support in the {WASHOUT} days before"),
        Step(key="enrolled", words=f"not enrolled from {WASHOUT} days before to 180 days after"),
    ),
    numerators=(*contacts.ENGAGED, *contacts.RETAINED),
    population=population,
    notes=notes,
    groups=("peer_support",),
)
