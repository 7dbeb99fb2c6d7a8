"""Emergency visits per 1,000 enrolled months. Rules and limits: README beside."""

import ibis
import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import DAYS_A_MONTH
from beenthere.evidence.measures import common
from beenthere.evidence.measures.measure import Measure, Numerator, Step


def population(claims: Claims, year: int) -> ir.Table:
    """One row a person enrolled at any time in the year."""
    first, last = (ibis.literal(day) for day in (common.first_day(year), common.last_day(year)))
    spans = claims.enrollment.filter(
        (claims.enrollment.enrolled_from <= last) & (claims.enrollment.enrolled_to >= first)
    )
    spans = spans.mutate(
        since=ibis.greatest(spans.enrolled_from, first), until=ibis.least(spans.enrolled_to, last)
    )
    enrolled = spans.group_by("person_id").aggregate(
        enrolled_days=(spans.until.delta(spans.since, unit="day") + 1).sum(), day=spans.until.max()
    )
    lines, codes = claims.emergency_lines, claims.codes
    lines = lines.mutate(
        behavioral=codes.matches(
            lines, "mental_illness", "self_harm", "substance_use", "overdose", diagnoses=claims.diagnoses[:1]
        )
    )
    days = lines.group_by(visitor="person_id", visit="day").aggregate(behavioral=lines.behavioral.any())
    inside = days.join(
        spans, [days.visitor == spans.person_id, days.visit >= spans.since, days.visit <= spans.until]
    )
    counted = inside.group_by(visitor=inside.visitor).aggregate(
        visits=inside.count(), behavioral_visits=inside.behavioral.cast("int64").sum()
    )
    rows = common.about(enrolled, claims)
    rows = rows.left_join(counted, rows.person_id == counted.visitor).drop("visitor")
    return rows.mutate(
        months=rows.enrolled_days / DAYS_A_MONTH,
        born=rows.birth_date.notnull() & (rows.birth_date <= rows.day),
        visits=rows.visits.fill_null(0),
        behavioral_visits=rows.behavioral_visits.fill_null(0),
    )


def notes(_year: int) -> tuple[str, ...]:
    return (
        f"A month is {DAYS_A_MONTH} enrolled days. Visits outside enrollment do not count. One visit a day.",
        "Age is that on the last enrolled day of the year.",
        "The interval allows for people who come often (linearised variance over people).",
    )


MEASURE = Measure(
    key="ed_use",
    title="Emergency department use",
    aligned_with="",
    estimand="emergency visits per 1,000 enrolled months",
    unit="enrolled months",
    candidates="people enrolled in the year",
    steps=(Step(key="born", words="birth date missing or after the enrollment"),),
    numerators=(
        Numerator(
            key="behavioral_visits",
            words="visits for mental illness, self-harm or substance use",
            within="visits",
        ),
        Numerator(key="visits", words="all visits"),
    ),
    population=population,
    notes=notes,
    kind="rate",
    groups=("emergency", "mental_illness", "self_harm", "substance_use", "overdose"),
)
