"""How programs are doing, in counts and without names."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from beenthere.support.access import May
from beenthere.support.encounters.models import Encounter
from beenthere.support.intake.models import Assignment, Enrolment
from beenthere.trust.api import Acting, visible

LATELY = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class ProgramNumbers:
    """`lately`: had a signed contact in the last 14 days, the field's usual "active support"."""

    program_id: UUID
    enrolled: int
    lately: int
    without_specialist: int


def program_numbers(*, acting: Acting, on: date) -> tuple[ProgramNumbers, ...]:
    """One row per program that `acting` follows in numbers. One query."""
    met = Encounter.objects.filter(
        organization_id=acting.organization_id,
        person_id=OuterRef("person_id"),
        program_id=OuterRef("program_id"),
        happened_on__gt=on - LATELY,
        result=Encounter.Result.MET,
        signed_at__isnull=False,
        withdrawn_at=None,
    )
    assigned = Assignment.objects.filter(
        organization_id=acting.organization_id, enrolment_id=OuterRef("id"), ended_at=None
    )
    rows = (
        visible(acting, Enrolment, may=May.SEE_NUMBERS)
        .filter(ended_on=None)
        .values("program_id")
        .annotate(
            enrolled=Count("id"),
            lately=Count("id", filter=Q(Exists(met))),
            without_specialist=Count("id", filter=~Q(Exists(assigned))),
        )
        .order_by("program_id")
    )
    return tuple(ProgramNumbers(**row) for row in rows)
