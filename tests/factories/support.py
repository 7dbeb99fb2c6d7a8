from datetime import UTC, date, datetime

from beenthere.people.models import Person
from beenthere.support.encounters.models import Encounter, FollowUp, PlannedVisit
from beenthere.support.intake.models import Assignment, Enrolment
from beenthere.support.plans.models import Goal
from beenthere.trust.models import Program
from beenthere.workforce.models import Worker
from factories.writing import writing

DAY = date(2026, 11, 20)
MOMENT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def enrol(person: Person, program: Program, worker: Worker | None = None, **fields: object) -> Enrolment:
    """The person takes part in the program from 2 November 2026, with `worker` when one is given."""
    fields.setdefault("started_on", date(2026, 11, 2))
    with writing(person.organization_id):
        enrolment = Enrolment.objects.create(
            organization_id=person.organization_id, person=person, program=program, **fields
        )
        if worker:
            Assignment.objects.create(
                organization_id=person.organization_id, enrolment=enrolment, worker=worker
            )
    return enrolment


def new_goal(person: Person, program: Program, words: str = "See my daughter more", **fields: object) -> Goal:
    fields.setdefault("begun_on", DAY)
    with writing(person.organization_id):
        return Goal.objects.create(
            organization_id=person.organization_id, person=person, program=program, words=words, **fields
        )


def new_encounter(person: Person, program: Program, worker: Worker, **fields: object) -> Encounter:
    """A draft of a visit on 20 November 2026. Pass `signed_at` and `signed_by_id` for a signed note."""
    fields = {
        "kind": "one_to_one",
        "happened_on": DAY,
        "what_we_did": "We walked to the bus together.",
        "content_hash": "0" * 64,
    } | fields
    with writing(person.organization_id):
        return Encounter.objects.create(
            organization_id=person.organization_id, person=person, program=program, worker=worker, **fields
        )


def new_planned_visit(person: Person, program: Program, worker: Worker, **fields: object) -> PlannedVisit:
    fields.setdefault("starts_at", MOMENT)
    with writing(person.organization_id):
        return PlannedVisit.objects.create(
            organization_id=person.organization_id, person=person, program=program, worker=worker, **fields
        )


def new_follow_up(person: Person, program: Program, worker: Worker, **fields: object) -> FollowUp:
    fields = {"kind": "call", "due_on": DAY, "what": "Ask about the bus pass"} | fields
    with writing(person.organization_id):
        return FollowUp.objects.create(
            organization_id=person.organization_id, person=person, program=program, worker=worker, **fields
        )
