"""What can be done with taking part: add a person, enroll, assign, discharge, take a discharge back."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from beenthere.foundation import clock
from beenthere.people import api as people
from beenthere.support import events
from beenthere.support.access import May
from beenthere.support.encounters.models import FollowUp, PlannedVisit
from beenthere.support.intake.models import Assignment, Enrolment
from beenthere.trust.api import Acting, Refused, action, get_for, insert_once, record, visible
from beenthere.workforce import api as workforce

ENROLMENT = "enrolment"


class Added(StrEnum):
    ADDED = "added"
    ALREADY_ADDED = "already_added"
    ADDED_WITH_OTHER_WORDS = "added_with_other_words"


@action(quiet="the same form sent twice adds one person and leaves one event")
def register_participant(
    *,
    acting: Acting,
    id: UUID,
    fields: people.PersonFields,
    program_id: UUID,
    started_on: date,
    worker_id: UUID | None = None,
) -> Added:
    """Add a person and enroll them, in one go: nobody is known here who takes part in nothing.

    `id` was made by the form and names both the person and the first enrolment. The enrolment goes in first,
    so that of two requests of one form exactly one adds the person. Raises `Refused`.
    """
    _may_enrol(acting, program_id)
    enrolment = Enrolment(
        id=id,
        organization_id=acting.organization_id,
        person_id=id,
        program_id=program_id,
        started_on=started_on,
    )
    if not insert_once(enrolment):
        return _added_before(acting, id, fields)
    people.create_person(acting=acting, id=id, fields=fields)
    if worker_id is not None:
        _begin_assignment(acting, enrolment, worker_id, own_choice=True)
    record(
        acting, events.PERSON_REGISTERED, object_type=ENROLMENT, object_id=id, subject_id=id,
        detail={"program": str(program_id)},
    )  # fmt: skip
    return Added.ADDED


def _may_enrol(acting: Acting, program_id: UUID) -> None:
    if not acting.may(May.ADD_PEOPLE, program_id=program_id):
        raise Refused(_("Your role doesn't add people to this program. Ask your supervisor."))


def _added_before(acting: Acting, id: UUID, fields: people.PersonFields) -> Added:
    card = people.person_cards(acting=acting, ids=[id]).get(id)
    if card is None:
        raise Refused(_("This form was already used for something else. Open a new one."))
    same = (card.chosen_name, card.family_name, card.birth_date) == (
        fields.chosen_name, fields.family_name, fields.birth_date,
    )  # fmt: skip
    return Added.ALREADY_ADDED if same else Added.ADDED_WITH_OTHER_WORDS


@action(quiet="the same form sent twice enrolls once")
def enrol(
    *,
    acting: Acting,
    id: UUID,
    person_id: UUID,
    program_id: UUID,
    started_on: date,
    worker_id: UUID | None = None,
) -> UUID:
    """A new time in a program, for someone new or someone who comes back. Earlier times stay as they are."""
    _may_enrol(acting, program_id)
    get_for(acting, people.Person, person_id, may=May.ADD_PEOPLE)
    enrolment = Enrolment(
        id=id,
        organization_id=acting.organization_id,
        person_id=person_id,
        program_id=program_id,
        started_on=started_on,
    )
    if not insert_once(enrolment):
        return _enrolled_before(enrolment)
    if worker_id is not None:
        _begin_assignment(acting, enrolment, worker_id, own_choice=True)
    record(
        acting, events.PERSON_ENROLLED, object_type=ENROLMENT, object_id=id, subject_id=person_id,
        detail={"program": str(program_id)},
    )  # fmt: skip
    return id


def _enrolled_before(wanted: Enrolment) -> UUID:
    """A replay of the same form, or a time that overlaps another one in the same program."""
    same = Enrolment.objects.filter(id=wanted.id, person_id=wanted.person_id, program_id=wanted.program_id)
    if not same.exists():
        raise Refused(
            _("They already take part in this program then. Choose a later first day, or another program.")
        )
    return wanted.id


def _begin_assignment(
    acting: Acting, enrolment: Enrolment, worker_id: UUID, *, own_choice: bool = False
) -> Assignment:
    """Whoever enrolls a person may take them on; deciding it for others is a supervisor's part."""
    me = workforce.worker_of(acting=acting)
    taking_on = own_choice and me is not None and me.id == worker_id
    if not taking_on and not acting.may(May.ASSIGN, program_id=enrolment.program_id):
        raise Refused(_("You can take this person on yourself. To choose someone else, ask your supervisor."))
    if worker_id not in {w.id for w in workforce.workers_in(acting=acting, program_id=enrolment.program_id)}:
        raise Refused(_("This specialist doesn't work in that program. Choose someone who does."))
    return Assignment.objects.create(
        organization_id=acting.organization_id, enrolment_id=enrolment.id, worker_id=worker_id
    )


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What went along to the new specialist."""

    person_id: UUID
    visits: int
    follow_ups: int


@action(quiet="choosing the same specialist again changes nothing")
def assign(*, acting: Acting, enrolment_id: UUID, worker_id: UUID, moving: bool = True) -> Handed:
    """Let another specialist work with a participant from now on.

    The new one sees the whole history in the program. With `moving`, planned visits and open calls and next
    steps of the former one go along; otherwise they stay where they are. Raises `Refused`.
    """
    enrolment = _open_enrolment(acting, enrolment_id, May.ASSIGN)
    former = Assignment.objects.filter(enrolment_id=enrolment.id, ended_at=None).first()
    if former is not None and former.worker_id == worker_id:
        return Handed(person_id=enrolment.person_id, visits=0, follow_ups=0)
    if former is not None:
        former.ended_at = clock.now()
        former.save(update_fields=["ended_at"])
    _begin_assignment(acting, enrolment, worker_id)
    handed = _hand_over(enrolment, former, worker_id, moving=moving)
    record(
        acting, events.PERSON_ASSIGNED, object_type=ENROLMENT, object_id=enrolment.id,
        subject_id=enrolment.person_id,
        detail={"worker": str(worker_id), "visits": handed.visits, "follow_ups": handed.follow_ups},
    )  # fmt: skip
    return handed


def _hand_over(enrolment: Enrolment, former: Assignment | None, worker_id: UUID, *, moving: bool) -> Handed:
    if former is None or not moving:
        return Handed(person_id=enrolment.person_id, visits=0, follow_ups=0)
    visits, follow_ups = open_work(enrolment)
    return Handed(
        person_id=enrolment.person_id,
        visits=visits.filter(worker_id=former.worker_id).update(worker_id=worker_id),
        follow_ups=follow_ups.filter(worker_id=former.worker_id).update(worker_id=worker_id),
    )


def open_work(enrolment: Enrolment) -> tuple[Any, Any]:
    """Visits still planned from now on, and calls and next steps not done, of one person in one program."""
    mine = {
        "organization_id": enrolment.organization_id,
        "person_id": enrolment.person_id,
        "program_id": enrolment.program_id,
    }
    planned = PlannedVisit.objects.filter(**mine, status=PlannedVisit.Status.PLANNED)
    return planned.filter(starts_at__gte=clock.now()), FollowUp.objects.filter(**mine, done_at=None)


def _open_enrolment(acting: Acting, id: UUID, may: May) -> Enrolment:
    enrolment = locked_enrolment(acting, id, may)
    if enrolment.ended_on is not None:
        raise Refused(_("This time in the program is over. Enroll them again first."))
    return enrolment


def locked_enrolment(acting: Acting, id: UUID, may: May) -> Enrolment:
    """The enrolment, kept from others until the action ends. 404 when not seen, `Refused` when only shown."""
    rows = visible(acting, Enrolment, may=may).select_for_update(of=("self",))
    enrolment = get_for(acting, Enrolment, id, may=may, within=rows)
    if not acting.may(may, program_id=enrolment.program_id):
        raise Refused(_("Another program looks after this. You can read it; they can change it."))
    return enrolment


@action
def discharge(*, acting: Acting, enrolment_id: UUID, last_day: date, reason: str, on: date) -> UUID:
    """End a person's time in a program. Closes the assignment, planned visits, calls and next steps with it.

    Returns the person's id. Raises `Refused` for a day outside the enrolment or after `on` (today).
    """
    enrolment = _open_enrolment(acting, enrolment_id, May.DISCHARGE)
    if not enrolment.started_on <= last_day <= on:
        raise Refused(_("The last day must lie between the first day and today. Check the date."))
    if reason not in Enrolment.EndReason.values:
        raise Refused(_("Say why it ends."))
    enrolment.ended_on, enrolment.end_reason = last_day, reason
    enrolment.closed_at = clock.now()
    enrolment.closed_with = _close(enrolment, enrolment.closed_at)
    enrolment.save(update_fields=["ended_on", "end_reason", "closed_at", "closed_with"])
    record(
        acting, events.PERSON_DISCHARGED, object_type=ENROLMENT, object_id=enrolment.id,
        subject_id=enrolment.person_id, detail={"reason": reason},
    )  # fmt: skip
    return enrolment.person_id


def _close(enrolment: Enrolment, moment: datetime) -> dict[str, list[str]]:
    """Close what was open and remember which rows those were."""
    visits, follow_ups = open_work(enrolment)
    assigned = Assignment.objects.filter(enrolment_id=enrolment.id, ended_at=None)
    closed = {
        "assignments": [str(id) for id in assigned.values_list("id", flat=True)],
        "visits": [str(id) for id in visits.values_list("id", flat=True)],
        "follow_ups": [str(id) for id in follow_ups.values_list("id", flat=True)],
    }
    assigned.update(ended_at=moment)
    visits.update(status=PlannedVisit.Status.CANCELLED)
    follow_ups.update(done_at=moment)
    return closed


@action
def undo_discharge(*, acting: Acting, enrolment_id: UUID, zone: tzinfo) -> UUID:
    """Take a discharge back on the day it was recorded: all that was closed with it is open again."""
    enrolment = locked_enrolment(acting, enrolment_id, May.DISCHARGE)
    if not can_be_undone(enrolment.closed_at, zone):
        raise Refused(_("This can be taken back only on the day it was recorded. Enroll them again instead."))
    if _takes_part_again(enrolment):
        raise Refused(_("They were enrolled again in this program meanwhile. Nothing was changed."))
    closed = enrolment.closed_with
    enrolment.ended_on, enrolment.end_reason, enrolment.closed_at, enrolment.closed_with = None, "", None, {}
    enrolment.save(update_fields=["ended_on", "end_reason", "closed_at", "closed_with"])
    _reopen(closed)
    record(
        acting, events.DISCHARGE_UNDONE, object_type=ENROLMENT, object_id=enrolment.id,
        subject_id=enrolment.person_id,
    )  # fmt: skip
    return enrolment.person_id


def can_be_undone(closed_at: datetime | None, zone: tzinfo) -> bool:
    """True while it is still, in the organization's `zone`, the day on which the discharge was recorded."""
    return closed_at is not None and closed_at.astimezone(zone).date() == clock.today(zone)


def _takes_part_again(enrolment: Enrolment) -> bool:
    others = Enrolment.objects.filter(person_id=enrolment.person_id, program_id=enrolment.program_id)
    return others.exclude(id=enrolment.id).filter(started_on__gte=enrolment.ended_on).exists()


def _reopen(closed: dict[str, list[str]]) -> None:
    Assignment.objects.filter(id__in=closed.get("assignments", [])).update(ended_at=None)
    FollowUp.objects.filter(id__in=closed.get("follow_ups", [])).update(done_at=None)
    PlannedVisit.objects.filter(id__in=closed.get("visits", []), status=PlannedVisit.Status.CANCELLED).update(
        status=PlannedVisit.Status.PLANNED
    )


@action
def set_plan_review(*, acting: Acting, enrolment_id: UUID, review_on: date | None) -> UUID:
    """Say when to look at the plan together again. Returns the person's id."""
    enrolment = _open_enrolment(acting, enrolment_id, May.WORK_ON_GOALS)
    enrolment.plan_review_on = review_on
    enrolment.save(update_fields=["plan_review_on"])
    record(
        acting, events.PLAN_REVIEW_SET, object_type=ENROLMENT, object_id=enrolment.id,
        subject_id=enrolment.person_id,
    )  # fmt: skip
    return enrolment.person_id
