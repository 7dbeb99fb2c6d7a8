"""What the pages on reaching a person show."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from beenthere.people.access import May
from beenthere.people.facts import ContactSheet, PersonCard
from beenthere.people.models import ContactPoint, CrisisContact, Person
from beenthere.people.queries import card, contact_sheet
from beenthere.trust.api import Acting, get_for, visible

_DETAILS = (
    "chosen_name", "family_name", "legal_given_name", "pronouns", "birth_date", "language", "safe_contact",
)  # fmt: skip
_CRISIS = ("name", "relation", "phone")
_POINT = ("kind", "value", "may_call", "may_text", "may_leave_message", "quiet_from", "quiet_until")


@dataclass(frozen=True, kw_only=True)
class ContactPage:
    person: PersonCard
    sheet: ContactSheet
    may_change: bool


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a form about a person starts with, and whose it is."""

    person: PersonCard
    initial: dict[str, Any]


def contact_page(*, acting: Acting, person_id: UUID) -> ContactPage:
    """Four queries: the person (gated) and the sheet."""
    person = get_for(acting, Person, person_id, may=May.SEE_CONTACT)
    return ContactPage(
        person=card(person),
        sheet=contact_sheet(acting=acting, person=person),
        may_change=acting.may(May.CHANGE_CONTACT),
    )


def details(*, acting: Acting, person_id: UUID) -> Typed:
    person = get_for(acting, Person, person_id, may=May.CHANGE_CONTACT)
    return Typed(person=card(person), initial={name: getattr(person, name) for name in _DETAILS})


def point(*, acting: Acting, person_id: UUID, id: UUID) -> Typed:
    typed = details(acting=acting, person_id=person_id)
    rows = visible(acting, ContactPoint, may=May.CHANGE_CONTACT).filter(person_id=person_id, ended_at=None)
    row = get_for(acting, ContactPoint, id, may=May.CHANGE_CONTACT, within=rows)
    return Typed(person=typed.person, initial={name: getattr(row, name) for name in _POINT})


def crisis_contact(*, acting: Acting, person_id: UUID, id: UUID) -> Typed:
    typed = details(acting=acting, person_id=person_id)
    rows = visible(acting, CrisisContact, may=May.CHANGE_CONTACT).filter(person_id=person_id, ended_at=None)
    row = get_for(acting, CrisisContact, id, may=May.CHANGE_CONTACT, within=rows)
    return Typed(person=typed.person, initial={name: getattr(row, name) for name in _CRISIS})
