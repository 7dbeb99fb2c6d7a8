"""Initiation, engagement and retention in peer support, from the referral. Rules and limits: README
beside."""

import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import covered
from beenthere.evidence.measures import common, contacts
from beenthere.evidence.measures.measure import Measure, Step

REFERRAL = "peer_referral"


def population(claims: Claims, year: int) -> ir.Table:
    events = claims.events.filter(claims.events.event == REFERRAL)
    days = events.select("person_id", day="event_date").distinct()
    rows = days.filter(days.day.between(common.first_day(year), common.last_day(year)))
    rows = common.about(rows, claims)
    rows = common.days_to(rows, days, least=-180, most=-1, named="earlier")
    rows = contacts.counted(rows, claims.peer_lines)
    return rows.mutate(first_referral=rows.earlier.isnull(), enrolled=covered(rows, before=0, after=180))


def notes(_year: int) -> tuple[str, ...]:
    return (
        (
            f"Referrals come from the table events (event {REFERRAL}). Without it nobody is "
            f"counted; see peer_starts."
        ),
        "A contact on the day of the referral counts. Two contacts on one day are one.",
    )


MEASURE = Measure(
    key="peer_support",
    title="Peer support after a referral: initiation, engagement, retention",
    aligned_with="",
    estimand=(
        "share of referrals with 1, 2 and 4 days of contact within 30 days, and a contact in "
        "month 3 and month 6"
    ),
    unit="referrals",
    candidates="days with a referral to peer support in the year",
    steps=(
        Step(key="first_referral", words="referred already in the 180 days before"),
        Step(key="enrolled", words="not enrolled from the referral to 180 days after"),
    ),
    numerators=(*contacts.INITIATED, *contacts.RETAINED),
    population=population,
    notes=notes,
    groups=("peer_support",),
)
