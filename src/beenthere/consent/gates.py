"""Who sees a consent: those who hold the permission in the program that shares, of people they see at all."""

from django.db.models import Q

from beenthere.consent.models import Consent
from beenthere.people import api as people
from beenthere.trust.api import Acting, by_program, gate, visible


def register() -> None:
    gate(Consent, of_own_programs)


def of_own_programs(acting: Acting, may: str) -> Q:
    of_people = Q(person_id__in=visible(acting, people.Person, may=may).values("id"))
    return by_program("from_program_id")(acting, may) & of_people
