"""What counts as follow-up, by measurement year. Said here once, because four measures ask."""

import ibis
import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims

#: From this measurement year on, peer support and any visit with a mental-health diagnosis count for FUH.
PEERS_COUNT = 2025


def mental_health(claims: Claims, year: int) -> ir.Table:
    """Days (person_id, day) of follow-up for mental health, peer support included from `PEERS_COUNT` on."""
    lines = claims.visit_lines
    counts = claims.codes.matches(lines, "behavioral_setting") | by_mental_health_provider(claims, lines)
    if year >= PEERS_COUNT:
        counts |= claims.codes.matches(lines, "mental_illness", "self_harm", diagnoses=claims.diagnoses)
    days = [lines.filter(counts).select("person_id", "day")]
    if year >= PEERS_COUNT:
        # A stay in psychiatric residential treatment is follow-up; its lines are not visits.
        residential = claims.lines.filter(claims.codes.matches(claims.lines, "psychiatric_residential"))
        days += [claims.peer_lines.select("person_id", "day"), residential.select("person_id", "day")]
    return ibis.union(*days) if len(days) > 1 else days[0]


def after_emergency(claims: Claims, year: int) -> ir.Table:
    """Days of follow-up after an emergency visit for mental illness. Before `PEERS_COUNT` the diagnosis
    decides, with whomever the visit was: mental illness as principal, or self-harm as principal and mental
    illness in any position. Source: the public sheets that describe FUM (BCBSND)."""
    if year >= PEERS_COUNT:
        return mental_health(claims, year)
    lines, codes, principal = claims.visit_lines, claims.codes, claims.diagnoses[:1]
    harm = codes.matches(lines, "self_harm", diagnoses=principal)
    ill = codes.matches(lines, "mental_illness", diagnoses=claims.diagnoses)
    counts = codes.matches(lines, "mental_illness", diagnoses=principal) | (harm & ill)
    return lines.filter(counts).select("person_id", "day")


def by_mental_health_provider(claims: Claims, lines: ir.Table) -> ir.BooleanValue:
    """Claims do not say what a provider is. A value set can: group mental_health_provider, system
    rendering_npi."""
    if not any(row.group == "mental_health_provider" for row in claims.codes.rows):
        return ibis.literal(False)
    return claims.codes.matches(lines, "mental_health_provider")


def substance_use(claims: Claims, *, principal_only: bool = False) -> ir.Table:
    """Days of follow-up for substance use: a visit with such a diagnosis, a substance-use service, peer
    support, or a medication given or dispensed; and, unless the principal diagnosis has to be one of
    substance use, a visit with a mental-health provider."""
    lines, codes = claims.visit_lines, claims.codes
    places = claims.diagnoses[:1] if principal_only else claims.diagnoses
    counts = codes.matches(lines, "substance_use", "overdose", diagnoses=places) | codes.matches(
        lines, "substance_use_service"
    )
    if not principal_only:
        counts |= by_mental_health_provider(claims, lines)
    visits = lines.filter(counts)
    return ibis.union(
        visits.select("person_id", "day"), claims.peer_lines.select("person_id", "day"), medication(claims)
    )


def medication(claims: Claims) -> ir.Table:
    """Days on which a medication for substance use was given or dispensed."""
    lines = claims.lines
    given = lines.filter(claims.codes.matches(lines, "substance_use_medication"))
    return ibis.union(given.select("person_id", "day"), dispensed(claims))


def dispensed(claims: Claims) -> ir.Table:
    fills = claims.pharmacy.mutate(day=claims.pharmacy.dispensing_date)
    return fills.filter(claims.codes.matches(fills, "substance_use_medication")).select("person_id", "day")


def within(days: ir.IntegerColumn) -> dict[str, ir.BooleanValue]:
    """The two numerators, from days to the first follow-up."""
    return {"within_7": (days <= 7).fill_null(False), "within_30": (days <= 30).fill_null(False)}
