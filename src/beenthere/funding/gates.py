"""Who sees units and rules: those who hold the permission in the program; of notes, those who see them."""

from django.db.models import Q

from beenthere.funding.models import EncounterUnits, JudgedNote, NoteOverlap, ProgramRule
from beenthere.people import api as people
from beenthere.support import api as support
from beenthere.trust.api import Acting, by_program, gate, visible


def register() -> None:
    gate(ProgramRule, by_program())
    gate(EncounterUnits, of_own_programs)
    gate(JudgedNote, support.of_a_seen_enrolment)
    gate(NoteOverlap, support.of_a_seen_enrolment)


def of_own_programs(acting: Acting, may: str) -> Q:
    of_people = Q(person_id__in=visible(acting, people.Person, may=may).values("id"))
    return by_program()(acting, may) & of_people
