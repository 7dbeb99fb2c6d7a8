"""The tokens under which a person is found, kept beside the name and changed with it."""

from beenthere.kernel.text import name_tokens, sort_key
from beenthere.people.models import NameToken, Person


def order_of(person: Person) -> str:
    """The sort key, cut to its column: only names beyond all use are ever cut."""
    return sort_key(person.family_name, person.chosen_name)[:260]


def tokens_of(person: Person) -> frozenset[str]:
    """Every token of every name of the person. The name on papers finds them too."""
    names = (person.chosen_name, person.family_name, person.legal_given_name)
    joined = " ".join(name for name in names if name)
    return frozenset(token[:120] for name in (*names, joined) for token in name_tokens(name))


def keep_tokens(person: Person) -> None:
    """Write what is missing and remove what no longer names the person."""
    wanted = tokens_of(person)
    present = set(NameToken.objects.filter(person_id=person.id).values_list("token", flat=True))
    NameToken.objects.filter(person_id=person.id, token__in=present - wanted).delete()
    NameToken.objects.bulk_create(new_tokens(person, wanted - present))


def new_tokens(person: Person, tokens: frozenset[str]) -> list[NameToken]:
    return [
        NameToken(organization_id=person.organization_id, person_id=person.id, token=token)
        for token in sorted(tokens)
    ]
