"""From rows of people to frozen facts."""

from collections.abc import Collection
from datetime import time
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from beenthere.people.facts import ContactLine, ContactRule, ContactSheet, CrisisLine, PersonCard
from beenthere.people.models import ContactPoint, CrisisContact, Person
from beenthere.trust.api import Acting

CARD_FIELDS = ("id", "chosen_name", "family_name", "pronouns", "language", "birth_date")


def card(person: Person) -> PersonCard:
    return PersonCard(
        id=person.id,
        chosen_name=person.chosen_name,
        family_name=person.family_name,
        name=person.name,
        pronouns=person.pronouns,
        language=person.language,
        birth_date=person.birth_date,
    )


def person_cards(*, acting: Acting, ids: Collection[UUID]) -> dict[UUID, PersonCard]:
    """The cards of `ids` in one query. The caller has already asked a gate for the ids."""
    if not ids:
        return {}
    rows = Person.objects.filter(organization_id=acting.organization_id, id__in=set(ids))
    return {person.id: card(person) for person in rows.only(*CARD_FIELDS)}


def contact_sheet(*, acting: Acting, person_id: UUID) -> ContactSheet:
    """How to reach one person, in three queries. The caller has already asked a gate for the person."""
    person = Person.objects.only("safe_contact", "organization_id").get(
        organization_id=acting.organization_id, id=person_id
    )
    return ContactSheet(
        safe_contact=person.safe_contact,
        points=tuple(contact_line(point) for point in open_points(acting, person_id)),
        crisis=tuple(_crisis_line(contact) for contact in open_crisis_contacts(acting, person_id)),
    )


def open_points(acting: Acting, person_id: UUID) -> QuerySet[ContactPoint]:
    rows = ContactPoint.objects.filter(organization_id=acting.organization_id, person_id=person_id)
    return rows.filter(ended_at=None).order_by("created_at", "id")


def open_crisis_contacts(acting: Acting, person_id: UUID) -> QuerySet[CrisisContact]:
    rows = CrisisContact.objects.filter(organization_id=acting.organization_id, person_id=person_id)
    return rows.filter(ended_at=None).order_by("created_at", "id")


def contact_line(point: ContactPoint) -> ContactLine:
    return ContactLine(
        id=point.id,
        kind=point.kind,
        kind_words=point.get_kind_display(),
        value=point.value,
        may_call=point.may_call,
        may_text=point.may_text,
        may_leave_message=point.may_leave_message,
        quiet_from=point.quiet_from,
        quiet_until=point.quiet_until,
        rules=rules_of(point),
    )


def rules_of(point: ContactPoint) -> tuple[ContactRule, ...]:
    """What is and is not all right with this number, in sentences: every answer is written out.

    A rule left out when the answer is no would read as if nobody had asked.
    """
    if point.kind != ContactPoint.Kind.PHONE:
        return ()
    answers = (
        (_("call"), point.may_call),
        (_("send a text"), point.may_text),
        (_("leave a message"), point.may_leave_message),
    )
    rules = tuple(ContactRule(text=text, allowed=allowed) for text, allowed in answers)
    return (*rules, *_quiet(point.quiet_from, point.quiet_until))


def _quiet(start: time | None, end: time | None) -> tuple[ContactRule, ...]:
    given = {"start": start, "end": end}
    words = {name: time_format(moment, "TIME_FORMAT") for name, moment in given.items() if moment}
    if start and end:
        return (ContactRule(text=_("call or text from %(start)s to %(end)s") % words, allowed=False),)
    if start:
        return (ContactRule(text=_("call or text after %(start)s") % words, allowed=False),)
    return (ContactRule(text=_("call or text before %(end)s") % words, allowed=False),) if end else ()


def _crisis_line(contact: CrisisContact) -> CrisisLine:
    return CrisisLine(id=contact.id, name=contact.name, relation=contact.relation, phone=contact.phone)
