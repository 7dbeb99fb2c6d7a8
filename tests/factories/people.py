from beenthere.foundation.crypto.blind import blind_index
from beenthere.foundation.crypto.keys import keyring
from beenthere.kernel.text import name_tokens, sort_key
from beenthere.people.models import ContactPoint, CrisisContact, NameToken, Person
from beenthere.trust.models import Organization
from factories.writing import writing


def new_person(
    organization: Organization, chosen_name: str = "Maya", family_name: str = "Reyes", **fields: object
) -> Person:
    """A person who can be found by name. She is in no program: see `factories.support.enrol`."""
    with writing(organization.id):
        person = Person.objects.create(
            organization=organization,
            chosen_name=chosen_name,
            family_name=family_name,
            sort_key=sort_key(family_name, chosen_name),
            **fields,
        )
        NameToken.objects.bulk_create(
            NameToken(organization=organization, person=person, token=token)
            for token in name_tokens(person.name)
        )
    return person


def new_phone(person: Person, number: str = "555-201-0143", **fields: object) -> ContactPoint:
    with writing(person.organization_id):
        return ContactPoint.objects.create(
            organization_id=person.organization_id,
            person=person,
            value=number,
            fingerprint=blind_index(keyring(), person.organization_id, "phone", number),
            **fields,
        )


def new_crisis_contact(person: Person, name: str = "Rosa", phone: str = "555-201-0199") -> CrisisContact:
    with writing(person.organization_id):
        return CrisisContact.objects.create(
            organization_id=person.organization_id, person=person, name=name, phone=phone, relation="sister"
        )
