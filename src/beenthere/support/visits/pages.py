"""What the pages of the day's plan show, frozen."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import Http404

from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.encounters.models import PlannedVisit
from beenthere.support.intake.queries import enrolments_with_person
from beenthere.support.visits.queries import (
    FollowUpLine,
    VisitLine,
    follow_up_line,
    open_follow_ups,
    visit_line,
)
from beenthere.trust.api import Acting, get_for, looked_at, visible
from beenthere.workforce import api as workforce

PER_PAGE = 14


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """For whom something is planned, in which programs, by the acting worker."""

    person_id: UUID
    person_name: str
    worker_id: UUID
    programs: tuple[tuple[str, str], ...]


def plan_page(acting: Acting, person_id: UUID) -> PlanPage:
    """Http404 unless the person takes part in a program where the acting user, a worker, plans visits."""
    person, lines = enrolments_with_person(acting, person_id, may=May.PLAN_VISITS)
    worker = workforce.worker_of(acting=acting)
    programs = tuple(
        (str(line.program_id), line.program_name)
        for line in lines
        if line.open and acting.may(May.PLAN_VISITS, program_id=line.program_id)
    )
    if person is None or worker is None or not programs:
        raise Http404
    looked_at(person_id)
    return PlanPage(person_id=person_id, person_name=person.name, worker_id=worker.id, programs=programs)


@dataclass(frozen=True, kw_only=True)
class VisitPage:
    visit: VisitLine


def visit_page(acting: Acting, visit_id: UUID) -> VisitPage:
    rows = visible(acting, PlannedVisit, may=May.PLAN_VISITS)
    visit = get_for(acting, PlannedVisit, visit_id, may=May.PLAN_VISITS, within=rows)
    names = people.person_cards(acting=acting, ids=[visit.person_id])
    return VisitPage(visit=visit_line(visit, names))


@dataclass(frozen=True, kw_only=True)
class FollowUpsPage:
    """Everything open on the acting worker's list: what is late first, then what comes."""

    late: tuple[FollowUpLine, ...]
    today: tuple[FollowUpLine, ...]
    later: tuple[FollowUpLine, ...]
    total: int
    paging: Page[Any]


def follow_ups_page(acting: Acting, *, on: date, number: str) -> FollowUpsPage:
    """Three queries."""
    mine = open_follow_ups(acting, May.PLAN_VISITS).filter(Q(worker__user_id=acting.user_id))
    paging = Paginator(mine, PER_PAGE).get_page(number)
    rows = list(paging.object_list)
    names = people.person_cards(acting=acting, ids={row.person_id for row in rows})
    lines = [follow_up_line(row, names, on) for row in rows]
    return FollowUpsPage(
        late=tuple(line for line in lines if line.days_late > 0),
        today=tuple(line for line in lines if line.days_late == 0),
        later=tuple(line for line in lines if line.days_late < 0),
        total=paging.paginator.count,
        paging=paging,
    )
