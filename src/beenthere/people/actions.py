"""What can be done with a person's own facts. Adding a person is a step: nobody exists without a program."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from beenthere.foundation import clock
from beenthere.foundation.crypto.blind import blind_index
from beenthere.foundation.crypto.keys import keyring
from beenthere.people import events
from beenthere.people.access import May
from beenthere.people.facts import ContactFields, PersonFields
from beenthere.people.models import ContactPoint, CrisisContact, NameToken, Person
from beenthere.people.names import keep_tokens, new_tokens, order_of, tokens_of
from beenthere.trust.api import (
    Acting,
    EventType,
    Refused,
    action,
    get_for,
    insert_once,
    record,
    step,
    visible,
)

_TYPED = (
    "chosen_name", "family_name", "legal_given_name", "pronouns", "birth_date", "language", "safe_contact",
)  # fmt: skip
_CONTACT = ("kind", "value", "may_call", "may_text", "may_leave_message", "quiet_from", "quiet_until")
_FOUND_BY_FINGERPRINT = ("phone", "email")


@step
def create_person(*, acting: Acting, id: UUID, fields: PersonFields) -> UUID:
    """Add a person under an id made by the client; the same id with the same names is the same person.

    The caller has authorised. Raises `Refused` without a name, or when the id already stands for someone
    of another name.
    """
    person = Person(id=id, organization_id=acting.organization_id)
    _put(person, fields)
    if not insert_once(person):
        return _same_person(acting, person)
    person._state.adding = False
    NameToken.objects.bulk_create(new_tokens(person, tokens_of(person)))
    for contact in fields.contacts:
        _new_point(acting, id, contact).save(force_insert=True)
    return id


def _put(person: Person, fields: PersonFields) -> None:
    if not fields.chosen_name.strip():
        raise Refused(_("Write the name the person goes by."))
    for name in _TYPED:
        value = getattr(fields, name)
        setattr(person, name, value.strip() if isinstance(value, str) else value)
    person.sort_key = order_of(person)


def _same_person(acting: Acting, person: Person) -> UUID:
    present = Person.objects.filter(organization_id=acting.organization_id, id=person.id)
    if not present.filter(sort_key=person.sort_key, birth_date=person.birth_date).exists():
        raise Refused(_("This form has already added someone else. Open it again to add this person."))
    return person.id


@step
def change_person(*, acting: Acting, id: UUID, fields: PersonFields) -> None:
    """Write new names and details, and the tokens that find them. `contacts` is not looked at."""
    person = Person.objects.select_for_update().get(organization_id=acting.organization_id, id=id)
    _put(person, fields)
    person.save()
    keep_tokens(person)


@action
def change_details(*, acting: Acting, id: UUID, fields: PersonFields) -> None:
    """Change names and details; how to reach them safely stays as it is. Raises `Refused` without a name."""
    person = _person(acting, id)
    kept = replace(fields, safe_contact=str(person.safe_contact))
    change_person(acting=acting, id=person.id, fields=kept)
    _note(acting, events.PERSON_CHANGED, person.id, "person", person.id)


@action
def set_safe_contact(*, acting: Acting, person_id: UUID, words: str) -> None:
    """Keep how it is safe to reach a person, in their words."""
    person = _person(acting, person_id)
    person.safe_contact = words.strip()
    person.save(update_fields=["safe_contact"])
    _note(acting, events.SAFE_CONTACT_CHANGED, person.id, "person", person.id)


@action(quiet="a replay leaves no second event")
def add_contact(*, acting: Acting, id: UUID, person_id: UUID, fields: ContactFields) -> None:
    """Add a way to reach a person. The same `id` sent twice is one."""
    person = _person(acting, person_id)
    point = _new_point(acting, person.id, fields)
    point.id = id
    if insert_once(point):
        _note(acting, events.CONTACT_ADDED, person.id, "contact", id, kind=point.kind)


@action
def change_contact(*, acting: Acting, id: UUID, fields: ContactFields) -> None:
    point = _locked_point(acting, id)
    _put_contact(point, fields)
    point.save()
    _note(acting, events.CONTACT_CHANGED, point.person_id, "contact", point.id, kind=point.kind)


@action
def end_contact(*, acting: Acting, id: UUID) -> None:
    """Take a way to reach someone out of use. It stays in the database and shows nowhere."""
    point = _locked_point(acting, id)
    point.ended_at = clock.now()
    point.save(update_fields=["ended_at"])
    _note(acting, events.CONTACT_ENDED, point.person_id, "contact", point.id, kind=point.kind)


@dataclass(frozen=True, kw_only=True)
class CrisisFields:
    """Whom to call when things are hard, as typed."""

    name: str
    phone: str
    relation: str = ""


@action(quiet="a replay leaves no second event")
def add_crisis_contact(*, acting: Acting, id: UUID, person_id: UUID, fields: CrisisFields) -> None:
    """Add whom the person wants called when things are hard. The same `id` sent twice is one."""
    person = _person(acting, person_id)
    contact = CrisisContact(id=id, organization_id=acting.organization_id, person_id=person.id)
    _put_crisis(contact, fields)
    if insert_once(contact):
        _note(acting, events.CRISIS_CONTACT_ADDED, person.id, "crisis_contact", id)


@action
def change_crisis_contact(*, acting: Acting, id: UUID, fields: CrisisFields) -> None:
    contact = _locked_crisis(acting, id)
    _put_crisis(contact, fields)
    contact.save()
    _note(acting, events.CRISIS_CONTACT_CHANGED, contact.person_id, "crisis_contact", id)


@action
def end_crisis_contact(*, acting: Acting, id: UUID) -> None:
    contact = _locked_crisis(acting, id)
    contact.ended_at = clock.now()
    contact.save(update_fields=["ended_at"])
    _note(acting, events.CRISIS_CONTACT_ENDED, contact.person_id, "crisis_contact", id)


def _person(acting: Acting, id: UUID) -> Person:
    _authorise(acting)
    rows = visible(acting, Person, may=May.CHANGE_CONTACT).select_for_update(of=("self",))
    return get_for(acting, Person, id, may=May.CHANGE_CONTACT, within=rows)


def _authorise(acting: Acting) -> None:
    if not acting.may(May.CHANGE_CONTACT):
        raise Refused(_("Your role doesn't change how people are reached. Ask their specialist."))


def _locked_point(acting: Acting, id: UUID) -> ContactPoint:
    _authorise(acting)
    rows = visible(acting, ContactPoint, may=May.CHANGE_CONTACT).filter(ended_at=None)
    return get_for(
        acting, ContactPoint, id, may=May.CHANGE_CONTACT, within=rows.select_for_update(of=("self",))
    )


def _locked_crisis(acting: Acting, id: UUID) -> CrisisContact:
    _authorise(acting)
    rows = visible(acting, CrisisContact, may=May.CHANGE_CONTACT).filter(ended_at=None)
    return get_for(
        acting, CrisisContact, id, may=May.CHANGE_CONTACT, within=rows.select_for_update(of=("self",))
    )


def _new_point(acting: Acting, person_id: UUID, fields: ContactFields) -> ContactPoint:
    point = ContactPoint(organization_id=acting.organization_id, person_id=person_id)
    _put_contact(point, fields)
    return point


def _put_contact(point: ContactPoint, fields: ContactFields) -> None:
    if fields.kind not in ContactPoint.Kind.values or not fields.value.strip():
        raise Refused(_("Write the phone number, email or address."))
    for name in _CONTACT:
        value = getattr(fields, name)
        setattr(point, name, value.strip() if isinstance(value, str) else value)
    point.fingerprint = _fingerprint(point)


def _fingerprint(point: ContactPoint) -> int | None:
    if point.kind not in _FOUND_BY_FINGERPRINT:
        return None
    return blind_index(keyring(), point.organization_id, point.kind, point.value)


def _put_crisis(contact: CrisisContact, fields: CrisisFields) -> None:
    if not fields.name.strip() or not fields.phone.strip():
        raise Refused(_("Write the name and the phone number of the crisis contact."))
    contact.name, contact.phone = fields.name.strip(), fields.phone.strip()
    contact.relation = fields.relation.strip()


def _note(
    acting: Acting, event: EventType, person_id: UUID, object_type: str, object_id: UUID, **detail: str
) -> None:
    record(
        acting, event, object_type=object_type, object_id=object_id, subject_id=person_id, detail=dict(detail)
    )
