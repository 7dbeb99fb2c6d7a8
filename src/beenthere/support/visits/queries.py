"""Planned visits, calls due and next steps as frozen facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from django.db.models import QuerySet

from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.encounters.models import FollowUp, PlannedVisit
from beenthere.support.gates import planned, seen
from beenthere.trust.api import Acting, visible


@dataclass(frozen=True, kw_only=True)
class VisitLine:
    """`kind`, `place` and `status` are the stored words; the `_words` are for people. Times are aware."""

    id: UUID
    person_id: UUID
    program_id: UUID
    worker_id: UUID
    name: str
    kind: str
    kind_words: str
    place: str
    place_words: str
    status: str
    status_words: str
    starts_at: datetime
    ends_at: datetime
    minutes: int

    @property
    def planned(self) -> bool:
        return self.status == PlannedVisit.Status.PLANNED


@dataclass(frozen=True, kw_only=True)
class FollowUpLine:
    """A call to make or a next step. `days_late` is above 0 from the day after it was due."""

    id: UUID
    person_id: UUID
    program_id: UUID
    worker_id: UUID
    name: str
    is_call: bool
    what: str
    due_on: date
    due_at: time | None
    attempts: int
    days_late: int


@dataclass(frozen=True, kw_only=True)
class Today:
    """What one worker has on one day. `names` holds everyone named here and in `also_name`."""

    on: date
    visits: tuple[VisitLine, ...]
    calls: tuple[FollowUpLine, ...]
    next_steps: tuple[FollowUpLine, ...]
    names: dict[UUID, people.PersonCard]


def today_of(
    acting: Acting, worker_id: UUID, on: date, zone: tzinfo, *, also_name: Iterable[UUID] = ()
) -> Today:
    """Visits of the day by the clock, and what is due up to and including it. Three queries.

    Pass the people of other lists on the page (drafts) as `also_name`: they are named in the same query.
    They must come from rows that were fetched through the gate.
    """
    visits = seen(
        acting, PlannedVisit, planned, May.PLAN_VISITS, _between,
        worker=worker_id, start=midnight(on, zone), end=midnight(on + timedelta(days=1), zone),
    )  # fmt: skip
    due = seen(acting, FollowUp, planned, May.PLAN_VISITS, _due, worker=worker_id, on=on)
    ids = {visit.person_id for visit in visits} | {row.person_id for row in due} | set(also_name)
    names = people.person_cards(acting=acting, ids=ids)
    lines = [follow_up_line(row, names, on) for row in due]
    return Today(
        on=on,
        visits=tuple(visit_line(row, names) for row in visits),
        calls=tuple(line for line in lines if line.is_call),
        next_steps=tuple(line for line in lines if not line.is_call),
        names=names,
    )


def _between(
    rows: QuerySet[PlannedVisit], *, worker: UUID, start: datetime, end: datetime
) -> QuerySet[PlannedVisit]:
    here = rows.filter(worker_id=worker, starts_at__gte=start, starts_at__lt=end)
    return here.exclude(status=PlannedVisit.Status.CANCELLED).order_by("starts_at", "id")


def _due(rows: QuerySet[FollowUp], *, worker: UUID, on: date) -> QuerySet[FollowUp]:
    return _open_in_order(rows.filter(worker_id=worker, due_on__lte=on))


def midnight(day: date, zone: tzinfo) -> datetime:
    """Where one of the organization's own days begins: between two are 23 or 25 hours when clocks change."""
    return datetime.combine(day, time.min, tzinfo=zone)


def open_follow_ups(acting: Acting, may: str) -> QuerySet[FollowUp]:
    return _open_in_order(visible(acting, FollowUp, may=may))


def _open_in_order(rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    return rows.filter(done_at=None).order_by("due_on", "due_at", "id")


def visit_line(visit: PlannedVisit, names: dict[UUID, people.PersonCard]) -> VisitLine:
    return VisitLine(
        id=visit.id,
        person_id=visit.person_id,
        program_id=visit.program_id,
        worker_id=visit.worker_id,
        name=name_in(names, visit.person_id),
        kind=visit.kind,
        kind_words=str(visit.get_kind_display()),
        place=visit.place,
        place_words=str(visit.get_place_display()) if visit.place else "",
        status=visit.status,
        status_words=str(visit.get_status_display()),
        starts_at=visit.starts_at,
        ends_at=visit.starts_at + timedelta(minutes=visit.minutes),
        minutes=visit.minutes,
    )


def follow_up_line(row: FollowUp, names: dict[UUID, people.PersonCard], on: date) -> FollowUpLine:
    return FollowUpLine(
        id=row.id,
        person_id=row.person_id,
        program_id=row.program_id,
        worker_id=row.worker_id,
        name=name_in(names, row.person_id),
        is_call=row.kind == FollowUp.Kind.CALL,
        what=row.what or "",
        due_on=row.due_on,
        due_at=row.due_at,
        attempts=row.attempts,
        days_late=(on - row.due_on).days,
    )


def name_in(names: dict[UUID, people.PersonCard], person_id: UUID) -> str:
    card = names.get(person_id)
    return card.name if card else ""
