"""Readmission within 30 days of any acute discharge, whatever the diagnosis. Rules and limits: README
beside."""

import ibis
import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import covered
from beenthere.evidence.measures import common
from beenthere.evidence.measures.measure import Measure, Numerator, Step

#: Of people with this many stays that would count, none does: a few would speak for all.
OUTLIER = 4


def population(claims: Claims, year: int) -> ir.Table:
    stays = claims.acute_or_observation
    unborn = claims.codes.matches(stays, "pregnancy", "perinatal", diagnoses=("principal",), day="discharge")
    stays = stays.mutate(birth=unborn | stays.newborn, day=stays.discharge)
    back = stays.filter(~stays.planned & ~stays.birth)
    rows = stays.filter(stays.day.between(common.first_day(year), common.last_day(year)))
    rows = common.about(rows, claims)
    rows = common.days_to(rows, back, least=2, most=30, named="returned", other_day="admission")
    rows = rows.mutate(
        in_time=rows.day <= common.last_index_day(year),
        of_age=rows.age.between(18, 64).fill_null(False),
        overnight=rows.admission < rows.discharge,
        left_alive=~rows.died & (rows.death_date.isnull() | (rows.death_date > rows.day)),
        not_birth=~rows.birth,
        enrolled=covered(rows, before=365, after=30),
        readmitted=rows.returned.notnull(),
    )
    would = rows.in_time & rows.of_age & rows.overnight & rows.left_alive & rows.not_birth & rows.enrolled
    counted = would.cast("int64").sum().over(group_by="person_id")
    return rows.mutate(not_outlier=ibis.coalesce(counted, 0) < OUTLIER)


def notes(year: int) -> tuple[str, ...]:
    return (
        "Two stays with at most one day between them are one stay (transfers).",
        (
            "A planned admission is one with admission type 3, or a principal diagnosis in "
            "the group planned_admission."
        ),
        f"People with {OUTLIER} or more stays that would count are set apart (unverified for {year}).",
    )


MEASURE = Measure(
    key="readmission_30",
    title="Readmission within 30 days, all causes",
    aligned_with="HEDIS PCR, from public descriptions",
    estimand=(
        "share of acute or observation discharges that an unplanned acute admission followed on days 2 to 30"
    ),
    unit="discharges",
    candidates="acute or observation stays that ended in the year",
    steps=(
        Step(key="in_time", words="ended after 1 December"),
        Step(key="of_age", words="not 18 to 64 years old at discharge, or not enrolled then"),
        Step(key="overnight", words="came and left on the same day"),
        Step(key="left_alive", words="died during the stay"),
        Step(key="not_birth", words="pregnancy, birth or newborn"),
        Step(key="enrolled", words="not enrolled from 365 days before to 30 days after"),
        Step(key="not_outlier", words=f"person with {OUTLIER} or more such stays in the year"),
    ),
    numerators=(Numerator(key="readmitted", words="unplanned acute admission within 30 days"),),
    population=population,
    notes=notes,
    groups=(
        "inpatient",
        "observation",
        "nonacute",
        "planned_admission",
        "newborn_admission",
        "pregnancy",
        "perinatal",
        "died",
    ),
)
