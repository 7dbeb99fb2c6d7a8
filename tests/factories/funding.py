"""A program whose units are counted, somebody who writes notes there, and notes signed as they are signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from beenthere.foundation import clock
from beenthere.funding.jobs import begin_counting_in, count_again
from beenthere.funding.models import EncounterUnits, ProgramRule, Recount
from beenthere.people.models import Person
from beenthere.support.encounters.actions import sign_note, withdraw_note
from beenthere.support.encounters.models import Encounter
from beenthere.trust.acting import Acting, acting
from beenthere.trust.models import Organization, Program
from beenthere.workforce.models import Certification, Worker
from factories.people import new_person
from factories.support import enrol, new_encounter
from factories.users import acting_for
from factories.workers import new_worker
from factories.writing import writing

NINE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SIGNED_AT = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
TERMS = {"rule_key": "demo-floor", "code": "H0038", "effective_from": date(2026, 1, 1)}


def new_rule(program: Program, **fields: object) -> ProgramRule:
    with writing(program.organization_id):
        return ProgramRule.objects.create(
            organization_id=program.organization_id, program=program, **TERMS | fields
        )


def certify(worker: Worker, **fields: object) -> Certification:
    with writing(worker.organization_id):
        return Certification.objects.create(
            organization_id=worker.organization_id, worker=worker, credential="Certified peer specialist",
            letters="CPS", **{"valid_from": date(2026, 1, 1)} | fields,
        )  # fmt: skip


def count_all_again(organization: Organization) -> None:
    """What the worker would do with everything that is to be counted again."""
    begin_counting_in.now(organization_id=organization.id)
    while ids := _asked_for(organization):
        for id_ in ids:
            count_again.now(organization_id=organization.id, recount_id=id_)


def _asked_for(organization: Organization) -> list[UUID]:
    with writing(organization.id):
        return list(Recount.objects.order_by("id").values_list("id", flat=True))


@dataclass
class Office:
    """A program with one certified specialist and one participant; notes are written and signed there."""

    organization: Organization
    program: Program
    worker: Worker
    person: Person
    notes: list[Encounter] = field(default_factory=list)

    def visit(self, start: int, minutes: int | None, **fields: object) -> Encounter:
        """A draft of a visit that began `start` minutes after nine; without clock times for None."""
        times: dict[str, object] = {}
        if minutes is not None:
            starts = NINE + timedelta(minutes=start)
            times = {"starts_at": starts, "ends_at": starts + timedelta(minutes=minutes)}
        person, worker = fields.pop("person", self.person), fields.pop("worker", self.worker)
        program = fields.pop("program", self.program)
        note = new_encounter(person, program, worker, **times | fields)
        self.notes.append(note)
        return note

    def sign(self, note: Encounter, at: datetime = SIGNED_AT) -> Encounter:
        with self.writing_as(note, at) as who:
            return sign_note(acting=who, id=note.id)

    def withdraw(self, note: Encounter) -> None:
        with self.writing_as(note) as who:
            withdraw_note(acting=who, id=note.id, why="duplicate")

    @contextmanager
    def writing_as(self, note: Encounter, at: datetime = SIGNED_AT) -> Iterator[Acting]:
        """The transaction of the note's specialist, at that moment."""
        with writing(self.organization.id):
            user = Worker.objects.select_related("user").get(id=note.worker_id).user
            program = Program.objects.get(id=note.program_id)
        author = acting_for(self.organization, "specialist", program, user=user)
        with clock.standing_at(at), acting(author) as who:
            yield who

    def signed(self, start: int, minutes: int | None, **fields: object) -> Encounter:
        return self.sign(self.visit(start, minutes, **fields))

    def units(self) -> dict[UUID, int]:
        """What stands counted, by note."""
        with writing(self.organization.id):
            standing = EncounterUnits.objects.filter(withdrawn_at=None)
            return dict(standing.values_list("encounter_id", "units"))


def open_office(organization: Organization, **rule: object) -> Office:
    program = organization.harbor
    worker = new_worker(organization, program=program)
    certify(worker)
    person = new_person(organization)
    enrol(person, program, worker)
    new_rule(program, **rule)
    return Office(organization=organization, program=program, worker=worker, person=person)
