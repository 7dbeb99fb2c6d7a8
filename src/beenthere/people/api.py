"""The door of people: what other contexts may call. The models are here for `get_for` and for gates only."""

from beenthere.people.actions import change_person, create_person
from beenthere.people.facts import (
    ContactFields,
    ContactLine,
    ContactRule,
    ContactSheet,
    CrisisLine,
    LikelyMatch,
    PersonCard,
    PersonFields,
    SearchPage,
)
from beenthere.people.matching import likely_matches
from beenthere.people.models import ContactPoint, CrisisContact, Person
from beenthere.people.queries import contact_sheet, person_cards
from beenthere.people.search import names_in_order, search_people

__all__ = [
    "ContactFields",
    "ContactLine",
    "ContactPoint",
    "ContactRule",
    "ContactSheet",
    "CrisisContact",
    "CrisisLine",
    "LikelyMatch",
    "Person",
    "PersonCard",
    "PersonFields",
    "SearchPage",
    "change_person",
    "contact_sheet",
    "create_person",
    "likely_matches",
    "names_in_order",
    "person_cards",
    "search_people",
]
