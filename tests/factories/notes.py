"""Somebody who writes notes about one person, through the actions and through the form."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.test import Client

from beenthere.kernel.ids import uuid7
from beenthere.people.models import Person
from beenthere.support.encounters.actions import Form, Saved, save_note, sign_note
from beenthere.support.encounters.content import NoteContent
from beenthere.support.encounters.models import Encounter
from beenthere.trust.acting import Acting, acting
from beenthere.trust.models import Organization, Program
from beenthere.workforce.models import Worker
from factories.people import new_person
from factories.support import enrol
from factories.users import acting_for, signed_in
from factories.workers import new_worker
from factories.writing import writing

# Sunday noon in New York, where organizations of tests are; the visits were on the Friday before.
NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)
NINE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@dataclass
class Desk:
    """One specialist of a program and one participant who is assigned to them."""

    organization: Organization
    program: Program
    worker: Worker
    person: Person
    role: str = "specialist"

    @contextmanager
    def acting(self) -> Iterator[Acting]:
        with acting(acting_for(self.organization, self.role, self.program, user=self.worker.user)) as who:
            yield who

    def content(self, words: str = "We walked to the bus together.", **fields: Any) -> NoteContent:
        plain = {
            "person_id": self.person.id, "program_id": self.program.id, "kind": "one_to_one",
            "place": "center", "happened_on": FRIDAY, "starts_at": NINE, "ends_at": TEN,
        }  # fmt: skip
        return NoteContent(**plain | {"what_we_did": words} | fields)

    def save(self, id_: UUID, content: NoteContent, form: Form | None = None) -> Saved:
        with self.acting() as who:
            return save_note(acting=who, id=id_, content=content, form=form or Form(id=uuid7()))

    def sign(self, id_: UUID) -> Encounter:
        with self.acting() as who:
            return sign_note(acting=who, id=id_)

    def signed(self, words: str = "We walked to the bus together.", **fields: Any) -> UUID:
        """The id of a note that was saved and signed."""
        id_ = self.save(uuid7(), self.content(words, **fields)).encounter_id
        self.sign(id_)
        return id_

    def note(self, id_: UUID) -> Encounter:
        with writing(self.organization.id):
            return Encounter.objects.get(id=id_)

    def client(self) -> Client:
        return signed_in(self.organization, self.role, self.program, user=self.worker.user)

    def posted(self, words: str = "We walked to the bus together.", **fields: Any) -> dict[str, Any]:
        """What the form sends. Pass `intent="sign"` to sign."""
        plain = {
            "person": str(self.person.id), "program": str(self.program.id), "kind": "one_to_one",
            "place": "center", "happened_on": "2026-11-20", "starts": "09:00", "ends": "10:00",
            "result": "met",
            "form_id": str(uuid7()), "edit_number": "1", "base": "", "intent": "save",
        }  # fmt: skip
        return plain | {"what_we_did": words} | fields


def open_desk(
    organization: Organization, program: Program | None = None, role: str = "specialist", **worker: Any
) -> Desk:
    program = program or organization.harbor
    who = new_worker(organization, role=role, program=program, **worker)
    person = new_person(organization)
    enrol(person, program, who)
    return Desk(organization=organization, program=program, worker=who, person=person, role=role)


def colleague_of(desk: Desk, role: str = "specialist", program: Program | None = None) -> Desk:
    """Another member of staff, for the same person."""
    program = program or desk.program
    who = new_worker(desk.organization, role=role, program=program)
    return Desk(organization=desk.organization, program=program, worker=who, person=desk.person, role=role)
