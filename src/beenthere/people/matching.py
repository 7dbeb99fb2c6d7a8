"""Is it one of these? People who may be the one about to be added: asked, never decided.

Only people whom the gate shows are compared. Someone in a walled program is not even hinted at: that a
person takes part there is itself protected, so a double record is the lesser harm.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from beenthere.foundation.crypto.blind import blind_index, normal_phone
from beenthere.foundation.crypto.keys import keyring
from beenthere.kernel.text import query_tokens
from beenthere.people.facts import LikelyMatch
from beenthere.people.models import ContactPoint, NameToken, Person
from beenthere.people.queries import CARD_FIELDS, card
from beenthere.people.search import named
from beenthere.trust.api import Acting, visible

MOST = 5


@dataclass(frozen=True, kw_only=True)
class _Sought:
    """What is known about the person to be added, folded as names are stored."""

    first: frozenset[str]
    last: frozenset[str]
    birth_date: date | None
    callers: frozenset[UUID]


def likely_matches(
    *, acting: Acting, may: str, given: str, family: str, birth_date: date | None, phone: str
) -> tuple[LikelyMatch, ...]:
    """At most five people who share the phone number, both names, or a name and the birth date.

    Most reasons first, then by name. At most three queries.
    """
    sought = _Sought(
        first=frozenset(query_tokens(given)),
        last=frozenset(query_tokens(family)),
        birth_date=birth_date,
        callers=_with_phone(acting, may, phone),
    )
    people = _candidates(acting, may, sought)
    tokens = _tokens_of(acting, people)
    found = [LikelyMatch(card=card(one), because=_because(one, tokens[one.id], sought)) for one in people]
    return tuple(sorted(found, key=lambda match: -len(match.because))[:MOST])


def _with_phone(acting: Acting, may: str, phone: str) -> frozenset[UUID]:
    """Who has this number now. Fingerprints can collide, so the opened numbers are compared."""
    fingerprint = blind_index(keyring(), acting.organization_id, "phone", phone)
    if fingerprint is None:
        return frozenset()
    points = visible(acting, ContactPoint, may=may).filter(fingerprint=fingerprint, ended_at=None)
    wanted = normal_phone(phone)
    return frozenset(point.person_id for point in points if normal_phone(point.value) == wanted)


def _candidates(acting: Acting, may: str, sought: _Sought) -> list[Person]:
    """The likely ones, at most 50: with more namesakes than that, a name alone tells nobody apart."""
    likely = Q(id__in=sought.callers)
    if sought.first and sought.last:
        likely |= _named_any(acting, sought.first) & _named_any(acting, sought.last)
    if sought.birth_date and (sought.first or sought.last):
        likely |= Q(birth_date=sought.birth_date) & _named_any(acting, sought.first | sought.last)
    rows = visible(acting, Person, may=may).filter(likely).order_by("sort_key", "id")
    return list(rows.only(*CARD_FIELDS)[:50])


def _named_any(acting: Acting, tokens: frozenset[str]) -> Q:
    return Q(id__in=named(acting, Q(token__in=tokens)))


def _tokens_of(acting: Acting, people: list[Person]) -> dict[UUID, set[str]]:
    tokens: dict[UUID, set[str]] = {person.id: set() for person in people}
    rows = NameToken.objects.filter(organization_id=acting.organization_id, person_id__in=tokens)
    for person_id, token in rows.values_list("person_id", "token"):
        tokens[person_id].add(token)
    return tokens


def _because(person: Person, tokens: set[str], sought: _Sought) -> tuple[str, ...]:
    reasons = (
        (person.id in sought.callers, _("Same phone number")),
        (person.birth_date and person.birth_date == sought.birth_date, _("Same date of birth")),
        (tokens & sought.first, _("Same first name")),
        (tokens & sought.last, _("Same family name")),
    )
    return tuple(sentence for holds, sentence in reasons if holds)
