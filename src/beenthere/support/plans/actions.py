"""What can be done with goals.

The words are the person's: no action changes them, a new wording is a new goal.
"""

from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from beenthere.support import events
from beenthere.support.access import May
from beenthere.support.intake.models import Enrolment
from beenthere.support.plans.models import Goal
from beenthere.trust.api import Acting, EventType, Refused, action, get_for, insert_once, record, visible

GOAL = "goal"


class Change(StrEnum):
    """What may become of a goal."""

    REACHED = "reached"
    SET_ASIDE = "set_aside"
    TAKE_UP = "take_up"
    EARLIER = "earlier"
    LATER = "later"


@action(quiet="the same form sent twice adds one goal")
def add_goal(
    *, acting: Acting, id: UUID, person_id: UUID, program_id: UUID, words: str, domain: str, on: date
) -> None:
    """Write down what the person wants, as they say it, at the end of their list. Raises `Refused`."""
    _may_work(acting, program_id)
    rows = visible(acting, Enrolment, may=May.WORK_ON_GOALS)
    if not rows.filter(person_id=person_id, program_id=program_id, ended_on=None).exists():
        raise Refused(_("They don't take part in this program now. Enroll them first."))
    if not words.strip():
        raise Refused(_("Write the goal in their words first."))
    goal = Goal(
        id=id,
        organization_id=acting.organization_id,
        person_id=person_id,
        program_id=program_id,
        words=words.strip(),
        domain=domain,
        begun_on=on,
        place_in_list=_last_place(person_id) + 1,
    )
    if insert_once(goal):
        record(acting, events.GOAL_ADDED, object_type=GOAL, object_id=id, subject_id=person_id)


def _may_work(acting: Acting, program_id: UUID) -> None:
    if not acting.may(May.WORK_ON_GOALS, program_id=program_id):
        raise Refused(_("Another program looks after this goal. You can read it; they can change it."))


def _last_place(person_id: UUID) -> int:
    return Goal.objects.filter(person_id=person_id).aggregate(last=Max("place_in_list"))["last"] or 0


@action(quiet="a goal that is already so, or already first or last, stays as it is")
def change_goal(*, acting: Acting, goal_id: UUID, change: Change, on: date) -> UUID:
    """Mark a goal, or move it in the list. Returns the person's id."""
    moving = change in (Change.EARLIER, Change.LATER)
    rows = visible(acting, Goal, may=May.WORK_ON_GOALS)
    mine = rows if moving else rows.select_for_update(of=("self",))
    goal = get_for(acting, Goal, goal_id, may=May.WORK_ON_GOALS, within=mine)
    _may_work(acting, goal.program_id)
    event = _move(acting, goal, change) if moving else _mark(goal, change, on)
    if event is not None:
        record(acting, event, object_type=GOAL, object_id=goal.id, subject_id=goal.person_id)
    return goal.person_id


def _mark(goal: Goal, change: Change, on: date) -> EventType | None:
    before = (goal.reached_on, goal.set_aside_on)
    goal.reached_on = (goal.reached_on or on) if change is Change.REACHED else None
    goal.set_aside_on = (goal.set_aside_on or on) if change is Change.SET_ASIDE else None
    if before == (goal.reached_on, goal.set_aside_on):
        return None
    goal.save(update_fields=["reached_on", "set_aside_on"])
    return {
        Change.REACHED: events.GOAL_REACHED,
        Change.SET_ASIDE: events.GOAL_SET_ASIDE,
        Change.TAKE_UP: events.GOAL_TAKEN_UP,
    }[change]


def _move(acting: Acting, goal: Goal, change: Change) -> EventType | None:
    """Trade places with the open neighbor. All get new numbers: equal ones from an import cannot trade.

    Only among goals of one's own programs: a neighbor one does not see would show by nothing having moved.
    They are locked by id: two who move goals of one list, each its own first, would wait for each other.
    """
    seen = visible(acting, Goal, may=May.WORK_ON_GOALS).filter(person_id=goal.person_id)
    open_goals = seen.filter(reached_on=None, set_aside_on=None).select_for_update(of=("self",))
    order = sorted(open_goals.order_by("id"), key=lambda one: (one.place_in_list, one.created_at, one.id))
    at = next((i for i, one in enumerate(order) if one.id == goal.id), None)
    to = None if at is None else at + (-1 if change is Change.EARLIER else 1)
    if at is None or to is None or not 0 <= to < len(order):
        return None
    order[at], order[to] = order[to], order[at]
    for place, one in enumerate(order, start=1):
        one.place_in_list = place
    Goal.objects.bulk_update(order, ["place_in_list"])
    return events.GOALS_REORDERED
