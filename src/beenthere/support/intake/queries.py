"""Enrolments and assignments as frozen facts."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet

from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.intake.models import Enrolment
from beenthere.trust.api import Acting, visible


@dataclass(frozen=True, kw_only=True)
class EnrolmentLine:
    """A person's time in one program, with the specialist they work with now (empty when nobody)."""

    id: UUID
    program_id: UUID
    program_name: str
    part2: bool
    warm_line: str
    started_on: date
    ended_on: date | None
    end_reason: str
    closed_at: datetime | None
    plan_review_on: date | None
    worker_id: UUID | None
    worker_name: str

    @property
    def open(self) -> bool:
        return self.ended_on is None


def enrolment_lines(acting: Acting, person_id: UUID, *, may: str) -> tuple[EnrolmentLine, ...]:
    """The enrolments of a person that the acting user may see: open ones first, newest first. One query."""
    rows = with_specialist(visible(acting, Enrolment, may=may).filter(person_id=person_id))
    return tuple(_line(row) for row in _in_order(rows))


def enrolments_with_person(
    acting: Acting, person_id: UUID, *, may: str
) -> tuple[people.Person | None, tuple[EnrolmentLine, ...]]:
    """The person and their enrolments in one query; (None, ()) for somebody whom `acting` may not see.

    The gate of a person asks whether some enrolment is seen, so the answer is the same as `get_for` gives.
    """
    rows = with_specialist(visible(acting, Enrolment, may=may).filter(person_id=person_id))
    found = list(_in_order(rows.select_related("program", "person")))
    return (found[0].person if found else None), tuple(_line(row) for row in found)


def _in_order(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return rows.order_by(F("ended_on").desc(nulls_first=True), "-started_on", "id")


def with_specialist(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return (
        rows.select_related("program")
        .annotate(now=FilteredRelation("assignments", condition=Q(assignments__ended_at=None)))
        .annotate(specialist_id=F("now__worker_id"), specialist_name=F("now__worker__name"))
    )


def _line(row: Enrolment) -> EnrolmentLine:
    return EnrolmentLine(
        id=row.id,
        program_id=row.program_id,
        program_name=row.program.name,
        part2=row.program.part2,
        warm_line=row.program.warm_line,
        started_on=row.started_on,
        ended_on=row.ended_on,
        end_reason=str(row.get_end_reason_display()) if row.end_reason else "",
        closed_at=row.closed_at,
        plan_review_on=row.plan_review_on,
        worker_id=row.specialist_id,
        worker_name=row.specialist_name or "",
    )


def programs_of(acting: Acting, person_id: UUID, *, may: str = May.WRITE_NOTES) -> tuple[EnrolmentLine, ...]:
    """The person's open enrolments in programs where the acting user holds `may`. One query."""
    lines = enrolment_lines(acting, person_id, may=may)
    return tuple(line for line in lines if line.open and acting.may(may, program_id=line.program_id))
