"""Readmission after psychiatric inpatient care, days 3 to 30. Rules and limits: README beside."""

import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import covered
from beenthere.evidence.measures import common
from beenthere.evidence.measures.measure import Measure, Numerator, Step


def population(claims: Claims, year: int) -> ir.Table:
    """Readmissions can be index stays themselves: nothing here looks at what came before."""
    stays = claims.stays("acute")
    psychiatric = claims.codes.matches(
        stays, "mental_illness", "substance_use", "dementia", diagnoses=("principal",), day="discharge"
    )
    stays = stays.mutate(day=stays.discharge, psychiatric_principal=psychiatric)
    back = stays.filter(~stays.planned)
    of_facility = stays.psychiatric & stays.day.between(common.first_day(year - 1), common.last_day(year))
    rows = common.about(stays.filter(of_facility), claims)
    rows = common.days_to(rows, back, least=3, most=30, named="returned", other_day="admission")
    dead_before = (rows.death_date < rows.day).fill_null(False)
    return rows.mutate(
        psychiatric_diagnosis=rows.psychiatric_principal,
        in_time=rows.day <= common.last_index_day(year),
        of_age=rows.age.between(18, 115).fill_null(False),
        known=(rows.gender != "unknown") & ~dead_before,
        left_alive=~rows.died & (rows.death_date.isnull() | (rows.death_date != rows.day)),
        with_advice=~rows.against_advice,
        enrolled=covered(rows, before=0, after=30),
        readmitted=rows.returned.notnull(),
    )


def notes(year: int) -> tuple[str, ...]:
    return (
        f"Discharges of 24 months: 1 January {year - 1} to 1 December {year}.",
        (
            "An admission on the day of discharge or the day after is the same stay; one on "
            "day 2 is neither that nor a readmission."
        ),
        "A readmission is an index stay too.",
    )


MEASURE = Measure(
    key="psychiatric_readmission",
    title="Readmission after psychiatric inpatient care, days 3 to 30",
    aligned_with="CBE 2860, from its public description; not risk-adjusted",
    estimand=(
        "share of psychiatric discharges that an unplanned admission to a psychiatric or acute hospital "
        "followed on days 3 to 30"
    ),
    unit="discharges",
    candidates="stays that ended in a psychiatric unit in the 24 months",
    steps=(
        Step(key="psychiatric_diagnosis", words="principal diagnosis not psychiatric and not dementia"),
        Step(key="in_time", words="ended after 1 December"),
        Step(key="of_age", words="not 18 to 115 years old at discharge, or not enrolled then"),
        Step(key="known", words="sex not recorded, or death recorded before the discharge"),
        Step(key="left_alive", words="died during the stay"),
        Step(key="with_advice", words="left against medical advice"),
        Step(key="enrolled", words="not enrolled from discharge to 30 days after"),
    ),
    numerators=(Numerator(key="readmitted", words="unplanned admission on days 3 to 30"),),
    population=population,
    notes=notes,
    groups=(
        "inpatient",
        "nonacute",
        "psychiatric",
        "planned_admission",
        "mental_illness",
        "substance_use",
        "dementia",
    ),
)
