"""What can be done with the plan of the day: visits, calls and next steps."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from beenthere.foundation import clock
from beenthere.support import events
from beenthere.support.access import May
from beenthere.support.encounters.models import FollowUp, PlannedVisit
from beenthere.support.intake.models import Enrolment
from beenthere.trust.api import Acting, EventType, Refused, action, get_for, insert_once, record, visible
from beenthere.workforce import api as workforce

VISIT = "visit"
FOLLOW_UP = "follow_up"
LONGEST = 12 * 60


class CallResult(StrEnum):
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    REACHED = "reached"


@action(quiet="the same form sent twice plans one visit")
def plan_visit(
    *,
    acting: Acting,
    id: UUID,
    person_id: UUID,
    program_id: UUID,
    worker_id: UUID,
    starts_at: datetime,
    minutes: int,
    kind: str,
    place: str,
) -> None:
    """Plan a visit at an aware time. Raises `Refused` for a program the person takes no part in."""
    _may_plan(acting, program_id)
    _takes_part(acting, person_id, program_id)
    _works_there(acting, worker_id, program_id)
    visit = PlannedVisit(
        id=id,
        organization_id=acting.organization_id,
        person_id=person_id,
        program_id=program_id,
        worker_id=worker_id,
        starts_at=starts_at,
        minutes=_sensible(minutes),
        kind=kind,
        place=place,
    )
    if insert_once(visit):
        record(acting, events.VISIT_PLANNED, object_type=VISIT, object_id=id, subject_id=person_id)


def _may_plan(acting: Acting, program_id: UUID) -> None:
    if not acting.may(May.PLAN_VISITS, program_id=program_id):
        raise Refused(_("Another program looks after this. You can read it; they can change it."))


def _takes_part(acting: Acting, person_id: UUID, program_id: UUID) -> None:
    rows = visible(acting, Enrolment, may=May.PLAN_VISITS)
    if not rows.filter(person_id=person_id, program_id=program_id, ended_on=None).exists():
        raise Refused(_("They don't take part in this program now. Enroll them first."))


def _works_there(acting: Acting, worker_id: UUID, program_id: UUID) -> None:
    if worker_id not in {w.id for w in workforce.workers_in(acting=acting, program_id=program_id)}:
        raise Refused(_("This specialist doesn't work in that program. Choose someone who does."))


def _sensible(minutes: int) -> int:
    if not 1 <= minutes <= LONGEST:
        raise Refused(_("A visit takes between 1 minute and 12 hours. Check the minutes."))
    return minutes


@action
def move_visit(*, acting: Acting, visit_id: UUID, starts_at: datetime, minutes: int, place: str) -> UUID:
    """Put a visit at another time or place; a missed or called-off one is planned again."""
    visit = _locked_visit(acting, visit_id)
    if visit.status == PlannedVisit.Status.KEPT:
        raise Refused(_("This visit took place. Plan a new one instead."))
    visit.starts_at, visit.minutes, visit.place = starts_at, _sensible(minutes), place
    visit.status = PlannedVisit.Status.PLANNED
    visit.save(update_fields=["starts_at", "minutes", "place", "status"])
    _tell_visit(acting, events.VISIT_MOVED, visit)
    return visit.person_id


@action(quiet="a visit that is already so stays as it is")
def settle_visit(*, acting: Acting, visit_id: UUID, status: str) -> UUID:
    """Call a visit off, mark it missed, or put it back on the plan. Returns the person's id."""
    event = _SETTLED.get(status)
    if event is None:
        raise Refused(_("Only a signed note says that a visit took place. Write the note."))
    visit = _locked_visit(acting, visit_id)
    if visit.status == PlannedVisit.Status.KEPT:
        raise Refused(_("There is a signed note about this visit. Withdraw the note first."))
    if visit.status != status:
        visit.status = status
        visit.save(update_fields=["status"])
        _tell_visit(acting, event, visit)
    return visit.person_id


_SETTLED: dict[str, EventType] = {
    PlannedVisit.Status.CANCELLED.value: events.VISIT_CALLED_OFF,
    PlannedVisit.Status.MISSED.value: events.VISIT_MISSED,
    PlannedVisit.Status.PLANNED.value: events.VISIT_REOPENED,
}


def _locked_visit(acting: Acting, id: UUID) -> PlannedVisit:
    rows = visible(acting, PlannedVisit, may=May.PLAN_VISITS).select_for_update(of=("self",))
    visit = get_for(acting, PlannedVisit, id, may=May.PLAN_VISITS, within=rows)
    _may_plan(acting, visit.program_id)
    return visit


def _tell_visit(acting: Acting, event: EventType, visit: PlannedVisit) -> None:
    record(acting, event, object_type=VISIT, object_id=visit.id, subject_id=visit.person_id)


@action(quiet="the same form sent twice plans one")
def plan_follow_up(
    *,
    acting: Acting,
    id: UUID,
    person_id: UUID,
    program_id: UUID,
    worker_id: UUID,
    kind: str,
    what: str,
    due_on: date,
    due_at: time | None,
) -> None:
    """Put a call or a next step on someone's list. Raises `Refused`."""
    _may_plan(acting, program_id)
    _takes_part(acting, person_id, program_id)
    _works_there(acting, worker_id, program_id)
    row = FollowUp(
        id=id,
        organization_id=acting.organization_id,
        person_id=person_id,
        program_id=program_id,
        worker_id=worker_id,
        kind=kind,
        what=what.strip(),
        due_on=due_on,
        due_at=due_at,
    )
    if insert_once(row):
        record(acting, events.FOLLOW_UP_PLANNED, object_type=FOLLOW_UP, object_id=id, subject_id=person_id)


@action
def record_call(*, acting: Acting, follow_up_id: UUID, result: CallResult, seen: int, on: date) -> FollowUp:
    """Record one attempt. Reached: the call is done, and the note says what was talked about.

    Otherwise it counts an attempt and comes back tomorrow. `seen` is the number of attempts that the page
    showed: a second tap on the same button finds another number and is refused, so one call counts once.
    """
    row = _locked_follow_up(acting, follow_up_id)
    if row.done_at is not None or row.attempts != seen:
        raise Refused(_("This call was already recorded. Look at the list again."))
    row.attempts += 1
    if result is CallResult.REACHED:
        row.done_at = clock.now()
    else:
        row.due_on = on + timedelta(days=1)
    row.save(update_fields=["attempts", "done_at", "due_on"])
    event = events.CALL_REACHED if result is CallResult.REACHED else events.CALL_TRIED
    record(
        acting, event, object_type=FOLLOW_UP, object_id=row.id, subject_id=row.person_id,
        detail={"result": result.value, "attempt": row.attempts},
    )  # fmt: skip
    return row


@action(quiet="ticking off twice leaves one event")
def settle_follow_up(*, acting: Acting, follow_up_id: UUID, done: bool) -> UUID:
    """Tick off a call or next step, or put it back. Returns the person's id."""
    row = _locked_follow_up(acting, follow_up_id)
    if (row.done_at is not None) is not done:
        row.done_at = clock.now() if done else None
        row.save(update_fields=["done_at"])
        event = events.FOLLOW_UP_DONE if done else events.FOLLOW_UP_REOPENED
        record(acting, event, object_type=FOLLOW_UP, object_id=row.id, subject_id=row.person_id)
    return row.person_id


def _locked_follow_up(acting: Acting, id: UUID) -> FollowUp:
    rows = visible(acting, FollowUp, may=May.PLAN_VISITS).select_for_update(of=("self",))
    row = get_for(acting, FollowUp, id, may=May.PLAN_VISITS, within=rows)
    _may_plan(acting, row.program_id)
    return row
