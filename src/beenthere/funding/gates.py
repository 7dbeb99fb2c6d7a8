"""Who sees units and rules: those who hold the permission in the program; units, of notes they see."""

from django.db.models import Q

from beenthere.funding.models import EncounterUnits, ProgramRule
from beenthere.people import api as people
from beenthere.trust.api import Acting, by_program, gate, visible


def register() -> None:
    gate(ProgramRule, by_program())
    gate(EncounterUnits, of_own_programs)


def of_own_programs(acting: Acting, may: str) -> Q:
    of_people = Q(person_id__in=visible(acting, people.Person, may=may).values("id"))
    return by_program()(acting, may) & of_people
