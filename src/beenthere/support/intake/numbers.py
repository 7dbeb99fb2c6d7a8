"""How programs are doing, in counts and without names."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from beenthere.support.access import May
from beenthere.support.encounters.models import Encounter
from beenthere.support.intake.models import Assignment, Enrolment
from beenthere.trust import api as trust
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


@dataclass(frozen=True, kw_only=True)
class NumbersRow:
    """One program in numbers, with its name. `lately_percent` is of those enrolled; None when nobody is."""

    name: str
    enrolled: int
    lately: int
    lately_percent: int | None
    without_specialist: int


@dataclass(frozen=True, kw_only=True)
class NumbersPage:
    rows: tuple[NumbersRow, ...]
    days: int


def numbers_page(acting: Acting, *, on: date) -> NumbersPage:
    """The programs that `acting` follows in numbers, by name. Two queries."""
    names = {program.id: program.name for program in trust.programs(acting=acting)}
    rows = [_named(row, names[row.program_id]) for row in program_numbers(acting=acting, on=on)]
    return NumbersPage(rows=tuple(sorted(rows, key=lambda row: row.name)), days=LATELY.days)


def _named(row: ProgramNumbers, name: str) -> NumbersRow:
    return NumbersRow(
        name=name,
        enrolled=row.enrolled,
        lately=row.lately,
        lately_percent=round(100 * row.lately / row.enrolled) if row.enrolled else None,
        without_specialist=row.without_specialist,
    )
