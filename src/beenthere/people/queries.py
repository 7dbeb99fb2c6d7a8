"""From rows of people to frozen facts."""

from collections.abc import Collection
from datetime import time
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from beenthere.foundation import kept_queries
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
    several = kept_queries.several(ids)
    rows = kept_queries.ask(_named, organization=acting.organization_id, **several)
    return {person.id: card(person) for person in rows}


def _named(*, organization: UUID, **people: UUID) -> QuerySet[Person]:
    rows = Person.objects.filter(organization_id=organization, id__in=[*people.values()])
    return rows.only(*CARD_FIELDS)


def contact_sheet(*, acting: Acting, person: Person) -> ContactSheet:
    """How to reach one person, in two queries. The caller has fetched the person through a gate."""
    about = {"organization": acting.organization_id, "person": person.id}
    return ContactSheet(
        safe_contact=person.safe_contact,
        points=tuple(contact_line(point) for point in kept_queries.ask(_points, **about)),
        crisis=tuple(_crisis_line(contact) for contact in kept_queries.ask(_crisis_contacts, **about)),
    )


def _points(*, organization: UUID, person: UUID) -> QuerySet[ContactPoint]:
    rows = ContactPoint.objects.filter(organization_id=organization, person_id=person)
    return rows.filter(ended_at=None).order_by("created_at", "id")


def _crisis_contacts(*, organization: UUID, person: UUID) -> QuerySet[CrisisContact]:
    rows = CrisisContact.objects.filter(organization_id=organization, person_id=person)
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
