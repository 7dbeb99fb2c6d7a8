"""Follow-up after high-intensity care for substance use. Rules and limits: README beside."""

import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import covered
from beenthere.evidence.measures import common, followup
from beenthere.evidence.measures.measure import Measure, Numerator, Step


def population(claims: Claims, year: int) -> ir.Table:
    """Hospital, residential and detoxification stays alike; a move between them is one stay."""
    stays = claims.stays("any")
    about_it = claims.codes.matches(stays, "substance_use", diagnoses=("principal",), day="discharge")
    stays = stays.mutate(day=stays.discharge, substance=about_it)
    rows = common.about(
        stays.filter(stays.day.between(common.first_day(year), common.last_day(year))), claims
    )
    again = stays.filter(stays.substance)
    rows = common.days_to(rows, again, least=2, most=30, named="again", other_day="admission")
    mine = claims.of(f"fui_{year}", rows.filter(rows.substance), **common.follow_up_days(year))
    seen = followup.substance_use(mine, principal_only=True)
    rows = common.days_to(rows, seen, least=1, most=30, named="seen")
    return rows.mutate(
        about_it=rows.substance,
        of_age=(rows.age >= 13).fill_null(False),
        in_time=rows.day <= common.last_index_day(year),
        alive=~rows.died,
        last_discharge=rows.again.isnull(),
        enrolled=covered(rows, before=0, after=30),
        **followup.within(rows.seen),
    )


def notes(_year: int) -> tuple[str, ...]:
    return (
        "Follow-up on the day of discharge does not count.",
        "When a person returns to such care within 30 days, the last discharge counts.",
        "Peer support counts as follow-up.",
    )


MEASURE = Measure(
    key="fui",
    title="Follow-up after high-intensity care for substance use",
    aligned_with="HEDIS FUI, from public descriptions",
    estimand=(
        "share of discharges from hospital, residential or detoxification care for substance use "
        "with follow-up on days 1 to 7, and 1 to 30"
    ),
    unit="discharges",
    candidates="stays of any kind that ended in the year",
    steps=(
        Step(key="about_it", words="principal diagnosis not substance use"),
        Step(key="of_age", words="under 13 years old at discharge, or not enrolled then"),
        Step(key="in_time", words="ended after 1 December"),
        Step(key="alive", words="died during the stay"),
        Step(key="last_discharge", words="back in such care within 30 days (the last discharge counts)"),
        Step(key="enrolled", words="not enrolled from discharge to 30 days after"),
    ),
    numerators=(
        Numerator(key="within_7", words="follow-up within 7 days", within="within_30"),
        Numerator(key="within_30", words="follow-up within 30 days"),
    ),
    population=population,
    notes=notes,
    groups=(
        "inpatient",
        "substance_use",
        "overdose",
        "peer_support",
        "substance_use_service",
        "substance_use_medication",
    ),
)
