"""Follow-up after an emergency visit for substance use. Rules and limits: README beside."""

import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.measures import common, emergencies, followup
from beenthere.evidence.measures.measure import Measure, Numerator


def population(claims: Claims, year: int) -> ir.Table:
    lines, codes = claims.emergency_lines, claims.codes
    counts = codes.matches(lines, "substance_use", diagnoses=claims.diagnoses[:1])
    counts |= codes.matches(lines, "overdose", diagnoses=claims.diagnoses)
    rows = emergencies.with_steps(
        claims, emergencies.visits(claims, year, counts), year, name="fua", least_age=13
    )
    mine = claims.of(f"fua_{year}", rows.filter(rows.first_in_window), **common.follow_up_days(year))
    rows = common.days_to(rows, followup.substance_use(mine), least=0, most=30, named="seen")
    return rows.mutate(**followup.within(rows.seen))


def notes(_year: int) -> tuple[str, ...]:
    return (
        "Follow-up on the day of the visit counts: 8 and 31 days in all.",
        "Peer support counts as follow-up in every measurement year.",
        (
            "Dispensed medication counts only where a value set names drug codes "
            "(substance_use_medication, ndc), and a visit with a mental-health provider only where one "
            "names providers (mental_health_provider)."
        ),
    )


MEASURE = Measure(
    key="fua",
    title="Follow-up after an emergency visit for substance use",
    aligned_with="HEDIS FUA, from public descriptions",
    estimand=(
        "share of emergency visits for substance use or overdose with follow-up on days 0 to 7, and 0 to 30"
    ),
    unit="emergency visits",
    candidates="days with an emergency visit in the year",
    steps=emergencies.steps(
        reason="principal diagnosis not substance use, and no overdose",
        age="under 13 years old, or not enrolled then",
    ),
    numerators=(
        Numerator(key="within_7", words="follow-up within 7 days", within="within_30"),
        Numerator(key="within_30", words="follow-up within 30 days"),
    ),
    population=population,
    notes=notes,
    groups=(
        "emergency",
        "inpatient",
        "substance_use",
        "overdose",
        "peer_support",
        "substance_use_service",
        "substance_use_medication",
    ),
)
