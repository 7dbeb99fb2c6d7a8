"""Follow-up after an emergency visit for mental illness. Rules and limits: README beside."""

import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.measures import common, emergencies, followup
from beenthere.evidence.measures.measure import Measure, Numerator


def population(claims: Claims, year: int) -> ir.Table:
    counts = claims.codes.matches(
        claims.emergency_lines, "mental_illness", "self_harm", diagnoses=claims.diagnoses[:1]
    )
    rows = emergencies.with_steps(
        claims, emergencies.visits(claims, year, counts), year, name="fum", least_age=6
    )
    mine = claims.of(f"fum_{year}", rows.filter(rows.first_in_window), **common.follow_up_days(year))
    seen = followup.after_emergency(mine, year)
    rows = common.days_to(rows, seen, least=0, most=30, named="seen")
    return rows.mutate(**followup.within(rows.seen))


def notes(year: int) -> tuple[str, ...]:
    same_day = "Follow-up on the day of the visit counts: 8 and 31 days in all."
    if year < followup.PEERS_COUNT:
        return (
            same_day,
            (
                f"Measurement year {year}: a visit counts whose principal diagnosis is mental illness, or "
                "self-harm with mental illness beside it. Peer support does not count as follow-up."
            ),
        )
    return (
        same_day,
        f"Measurement year {year}: peer support counts as follow-up (unverified for this measure).",
    )


MEASURE = Measure(
    key="fum",
    title="Follow-up after an emergency visit for mental illness",
    aligned_with="HEDIS FUM, from public descriptions",
    estimand=(
        "share of emergency visits for mental illness or self-harm with follow-up on days 0 to 7, and 0 to 30"
    ),
    unit="emergency visits",
    candidates="days with an emergency visit in the year",
    steps=emergencies.steps(
        reason="principal diagnosis not mental illness or intentional self-harm",
        age="under 6 years old, or not enrolled then",
    ),
    numerators=(
        Numerator(key="within_7", words="follow-up within 7 days", within="within_30"),
        Numerator(key="within_30", words="follow-up within 30 days"),
    ),
    population=population,
    notes=notes,
    groups=("emergency", "inpatient", "mental_illness", "self_harm", "peer_support", "behavioral_setting"),
)
