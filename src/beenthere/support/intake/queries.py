"""Enrolments and assignments as frozen facts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import Http404

from beenthere.foundation import clock
from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.encounters.models import PlannedVisit
from beenthere.support.gates import enrolments, seen
from beenthere.support.intake.models import Enrolment
from beenthere.support.visits.queries import (
    FollowUpLine,
    VisitLine,
    follow_up_line,
    open_follow_ups,
    visit_line,
)
from beenthere.trust import api as trust
from beenthere.trust.api import Acting, looked_at, visible
from beenthere.workforce import api as workforce


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
    found = seen(acting, Enrolment, enrolments, may, _of_person, person=person_id)
    return (found[0].person if found else None), tuple(_line(row) for row in found)


def _of_person(rows: QuerySet[Enrolment], *, person: UUID) -> QuerySet[Enrolment]:
    return _in_order(with_specialist(rows.filter(person_id=person)).select_related("program", "person"))


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
        worker_id=row.specialist_id,  # type: ignore[attr-defined]  # annotated in `with_specialist`
        worker_name=row.specialist_name or "",  # type: ignore[attr-defined]
    )


def programs_of(acting: Acting, person_id: UUID, *, may: str = May.WRITE_NOTES) -> tuple[EnrolmentLine, ...]:
    """The person's open enrolments in programs where the acting user holds `may`. One query."""
    lines = enrolment_lines(acting, person_id, may=may)
    return tuple(line for line in lines if line.open and acting.may(may, program_id=line.program_id))


@dataclass(frozen=True, kw_only=True)
class AddPage:
    """What an enrolment can choose from. `worker_id` is the acting user's own, if they give support."""

    choices: tuple[tuple[str, str], ...]
    worker_id: UUID | None
    person_name: str = ""
    person_id: UUID | None = None


def programs_to_join(acting: Acting, *, person_id: UUID | None = None) -> AddPage:
    """Programs into which `acting` may enrol; for a known person, those they don't take part in now.

    Http404 for a person whom `acting` may not find.
    """
    mine = acting.programs(May.ADD_PEOPLE)
    person, lines = (None, ()) if person_id is None else _known(acting, person_id)
    already = {line.program_id for line in lines if line.open}
    worker = workforce.worker_of(acting=acting)
    return AddPage(
        choices=tuple(
            (str(program.id), program.name)
            for program in trust.programs(acting=acting)
            if (mine is None or program.id in mine) and program.id not in already
        ),
        worker_id=worker.id if worker else None,
        person_name=person.name if person else "",
        person_id=person_id,
    )


def _known(acting: Acting, person_id: UUID) -> tuple[people.Person, tuple[EnrolmentLine, ...]]:
    person, lines = enrolments_with_person(acting, person_id, may=May.ADD_PEOPLE)
    if person is None:
        raise Http404
    looked_at(person_id)
    return person, lines


@dataclass(frozen=True, kw_only=True)
class LikelyPerson:
    """Somebody who may be the one about to be added. `here` says that their page can be opened now."""

    match: people.LikelyMatch
    here: bool


def likely_people(acting: Acting, typed: dict[str, Any]) -> tuple[LikelyPerson, ...]:
    """Among those of the programs `acting` adds people to, of any time; never of a walled program."""
    matches = people.likely_matches(
        acting=acting,
        may=May.ADD_PEOPLE,
        given=typed["chosen_name"],
        family=typed["family_name"],
        birth_date=typed["birth_date"],
        phone=typed["phone"],
    )
    ids = [match.card.id for match in matches]
    here = set(
        visible(acting, people.Person, may=May.SEE_PEOPLE).filter(id__in=ids).values_list("id", flat=True)
    )
    return tuple(LikelyPerson(match=match, here=match.card.id in here) for match in matches)


@dataclass(frozen=True, kw_only=True)
class EnrolmentPage:
    """One enrolment about to be changed; what is open is filled only where it will be closed."""

    person_id: UUID
    person_name: str
    line: EnrolmentLine
    visits: tuple[VisitLine, ...] = ()
    follow_ups: tuple[FollowUpLine, ...] = ()


def enrolment_page(
    acting: Acting, person_id: UUID, enrolment_id: UUID, *, may: str, with_open_work: bool = False
) -> EnrolmentPage | None:
    """None unless it is an open enrolment of this person that `acting` may change under `may`."""
    person, lines = enrolments_with_person(acting, person_id, may=may)
    line = next((one for one in lines if one.id == enrolment_id and one.open), None)
    if person is None or line is None or not acting.may(may, program_id=line.program_id):
        return None
    looked_at(person_id)
    visits, follow_ups = _open_work(acting, person_id, line.program_id) if with_open_work else ((), ())
    return EnrolmentPage(
        person_id=person_id, person_name=person.name, line=line, visits=visits, follow_ups=follow_ups
    )


def _open_work(
    acting: Acting, person_id: UUID, program_id: UUID
) -> tuple[tuple[VisitLine, ...], tuple[FollowUpLine, ...]]:
    here = {"person_id": person_id, "program_id": program_id}
    planned = visible(acting, PlannedVisit, may=May.DISCHARGE).filter(
        **here, status=PlannedVisit.Status.PLANNED, starts_at__gte=clock.now()
    )
    due = open_follow_ups(acting, May.DISCHARGE).filter(**here)
    return (
        tuple(visit_line(row, {}) for row in planned.order_by("starts_at", "id")),
        tuple(follow_up_line(row, {}, row.due_on) for row in due),
    )


def specialists_for(acting: Acting, line: EnrolmentLine) -> tuple[tuple[str, str], ...]:
    """Who gives support in the program, by name."""
    found = workforce.workers_in(acting=acting, program_id=line.program_id)
    return tuple((str(worker.id), worker.name) for worker in found)
