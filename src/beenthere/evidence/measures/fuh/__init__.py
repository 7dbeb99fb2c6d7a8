"""Follow-up after hospitalization for mental illness. Rules and limits: README beside."""

import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import covered
from beenthere.evidence.measures import common, followup
from beenthere.evidence.measures.measure import Measure, Numerator, Step


def population(claims: Claims, year: int) -> ir.Table:
    stays = claims.stays("acute")
    stays = stays.mutate(day=stays.discharge, mental=_mental(claims, stays, year))
    rows = common.about(
        stays.filter(stays.day.between(common.first_day(year), common.last_day(year))), claims
    )
    rows = claims.keep(f"fuh_{year}", rows)
    mine = claims.of(f"fuh_{year}", rows.filter(rows.mental), **common.follow_up_days(year))
    hospice = mine.lines.filter(mine.codes.matches(mine.lines, "hospice"))
    hospice = hospice.filter(hospice.day.between(common.first_day(year), common.last_day(year)))
    for named, others, least, most, day in (
        ("again", stays.filter(stays.mental), 2, 30, "admission"),
        ("other", stays.filter(~stays.mental), 2, 30, "admission"),
        ("moved", claims.stays("nonacute"), 0, 30, "admission"),
        ("hospice", hospice, -366, 366, "day"),
        ("seen", followup.mental_health(mine, year), 1, 30, "day"),
    ):
        rows = common.days_to(rows, others, least=least, most=most, named=named, other_day=day)
    return rows.mutate(
        principal_mental=rows.mental,
        of_age=(rows.age >= 6).fill_null(False),
        in_time=rows.day <= common.last_index_day(year),
        last_discharge=rows.again.isnull(),
        not_elsewhere=rows.other.isnull() & rows.moved.isnull(),
        alive=~rows.died & common.alive_through(rows, common.last_day(year)),
        no_hospice=rows.hospice.isnull(),
        enrolled=covered(rows, before=0, after=30),
        **followup.within(rows.seen),
    )


def _mental(claims: Claims, stays: ir.Table, year: int) -> ir.BooleanValue:
    said = claims.codes.matches(
        stays, "mental_illness", "self_harm", diagnoses=("principal",), day="discharge"
    )
    if year >= followup.PEERS_COUNT:
        thoughts = claims.codes.matches(stays, "suicidal_thoughts", diagnoses=("principal",), day="discharge")
        said = said | stays.self_harm | thoughts
    return said


def notes(year: int) -> tuple[str, ...]:
    if year < followup.PEERS_COUNT:
        return (
            (
                f"Measurement year {year}: peer support does not count as follow-up, nor does "
                f"a mental-health diagnosis alone."
            ),
            (
                "A visit with a mental-health provider counts only where a value set names "
                "providers (mental_health_provider)."
            ),
        )
    return (
        (
            f"Measurement year {year}: peer support, psychiatric residential treatment and any visit "
            "with a mental-health diagnosis count as follow-up."
        ),
        (
            "Intentional self-harm counts in any position, suicidal thoughts as principal "
            "diagnosis (unverified)."
        ),
    )


MEASURE = Measure(
    key="fuh",
    title="Follow-up after hospitalization for mental illness",
    aligned_with="HEDIS FUH, from public descriptions",
    estimand=(
        "share of acute discharges for mental illness or self-harm with follow-up on days 1 to 7, and 1 to 30"
    ),
    unit="discharges",
    candidates="acute stays that ended in the year",
    steps=(
        Step(key="principal_mental", words="not for mental illness or intentional self-harm"),
        Step(key="of_age", words="under 6 years old at discharge, or not enrolled then"),
        Step(key="in_time", words="ended after 1 December"),
        Step(
            key="last_discharge",
            words="admitted again for mental illness within 30 days (the last discharge counts)",
        ),
        Step(key="not_elsewhere", words="admitted to non-acute care, or for another reason, within 30 days"),
        Step(key="alive", words="died during the stay or in the year"),
        Step(key="no_hospice", words="hospice care in the year"),
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
        "nonacute",
        "mental_illness",
        "self_harm",
        "suicidal_thoughts",
        "hospice",
        "peer_support",
        "behavioral_setting",
        "psychiatric_residential",
    ),
)
