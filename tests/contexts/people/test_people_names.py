"""Adding and changing a person, and finding them by every way of writing the name."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from factories.organizations import new_organization
from factories.people import new_person
from factories.support import enrol
from factories.users import acting_in, new_user
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beenthere.kernel.ids import uuid7
from beenthere.people import api
from beenthere.people.actions import change_details
from beenthere.people.facts import ContactFields, PersonFields
from beenthere.people.models import ContactPoint, NameToken, Person
from beenthere.people.names import tokens_of
from beenthere.support.api import May
from beenthere.trust.api import Acting, Refused
from beenthere.trust.ledger import WriteOutsideAction, opened
from beenthere.trust.models import Organization

SEE = May.SEE_PEOPLE.value


def add(acting: Acting, **fields: Any) -> Any:
    with opened("test", quiet="a step is called by the action of another context"):
        return api.create_person(acting=acting, id=fields.pop("id", uuid7()), fields=PersonFields(**fields))


def kept_tokens(person_id: Any) -> set[str]:
    return set(NameToken.objects.filter(person_id=person_id).values_list("token", flat=True))


def found(acting: Acting, words: str, may: str = SEE) -> list[str]:
    return [card.name for card in api.search_people(acting=acting, may=may, words=words).cards]


def test_a_person_is_kept_with_order_and_tokens(organization: Organization, acting_as: Callable) -> None:
    with acting_as("specialist") as acting:
        person = Person.objects.get(
            id=add(acting, chosen_name=" Zoë ", family_name="O'Neil-Muñoz", legal_given_name="Sam")
        )
        assert (person.chosen_name, person.sort_key) == ("Zoë", "oneil munoz  zoe")
        assert kept_tokens(person.id) == tokens_of(person)
        assert {"zoe", "oneil", "neil", "munoz", "sam"} <= kept_tokens(person.id)


def test_a_person_without_a_name_is_refused(acting_as: Callable) -> None:
    with acting_as("specialist") as acting, pytest.raises(Refused):
        add(acting, chosen_name="  ")


def test_a_person_is_added_inside_an_action_only(acting_as: Callable) -> None:
    with acting_as("specialist") as acting, pytest.raises(WriteOutsideAction):
        api.create_person(acting=acting, id=uuid7(), fields=PersonFields(chosen_name="Maya"))


def test_the_same_id_twice_is_one_person(acting_as: Callable) -> None:
    same, contacts = uuid7(), (ContactFields(kind="phone", value="415 555 0134"),)
    with acting_as("specialist") as acting:
        add(acting, id=same, chosen_name="Maya", family_name="Reyes", contacts=contacts)
        assert add(acting, id=same, chosen_name="Maya", family_name="Reyes", contacts=contacts) == same
        assert ContactPoint.objects.filter(person_id=same).count() == 1


def test_the_same_id_for_someone_else_is_refused(acting_as: Callable) -> None:
    same = uuid7()
    with acting_as("specialist") as acting:
        add(acting, id=same, chosen_name="Maya")
        with pytest.raises(Refused):
            add(acting, id=same, chosen_name="Rosa")
        assert Person.objects.get(id=same).chosen_name == "Maya"


def test_a_changed_name_changes_what_finds_it(organization: Organization, acting_as: Callable) -> None:
    person = new_person(organization, "Maya", "Reyes")
    enrol(person, organization.harbor)
    with acting_as("specialist", organization.harbor) as acting:
        change_details(
            acting=acting,
            id=person.id,
            fields=PersonFields(chosen_name="Max", family_name="Reyes", birth_date=date(1990, 5, 1)),
        )
        assert found(acting, "max") == ["Max Reyes"]
        assert found(acting, "maya") == []


def test_details_leave_safe_ways_to_reach_as_they_are(
    organization: Organization, acting_as: Callable
) -> None:
    person = new_person(organization, safe_contact="Call after five.")
    enrol(person, organization.harbor)
    with acting_as("specialist", organization.harbor) as acting:
        change_details(acting=acting, id=person.id, fields=PersonFields(chosen_name="Max"))
        assert Person.objects.get(id=person.id).safe_contact == "Call after five."


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("reyes", True),
        ("REY", True),
        ("maya rey", True),
        ("reyes may", True),
        ("may reyes", False),  # a word with another behind it is whole
        ("maya reyes-", True),
        ("eyes", False),
        ("", False),
        ("...", False),
        ("m%", True),
        ("maya ruiz", False),
    ],
)
def test_whole_words_and_the_beginning_of_the_last(
    organization: Organization, acting_as: Callable, words: str, finds: bool
) -> None:
    enrol(new_person(organization, "Maya", "Reyes"), organization.harbor)
    with acting_as("specialist", organization.harbor) as acting:
        assert found(acting, words) == (["Maya Reyes"] if finds else [])


def test_an_apostrophe_an_accent_and_a_hyphen_stand_in_nobodys_way(
    organization: Organization, acting_as: Callable
) -> None:
    enrol(new_person(organization, "Seán", "O'Neil"), organization.harbor)
    enrol(new_person(organization, "José", "García-López"), organization.harbor)
    with acting_as("specialist", organization.harbor) as acting:
        for words in ("oneil", "o'neil", "neil", "sean o neil", "sean"):
            assert found(acting, words) == ["Seán O'Neil"], words
        for words in ("garcia lopez", "lopez", "GARCÍA", "garcialopez", "jose gar"):
            assert found(acting, words) == ["José García-López"], words


def test_a_list_in_order_goes_on_where_it_stopped(organization: Organization, acting_as: Callable) -> None:
    for chosen, family in (("Ana", "Ruiz"), ("Bo", "Ruiz"), ("Cy", "Ruiz"), ("Ana", "Ruíz"), ("Di", "Rust")):
        enrol(new_person(organization, chosen, family), organization.harbor)
    with acting_as("specialist", organization.harbor) as acting:
        seen: list[str] = []
        page = api.search_people(acting=acting, may=SEE, words="ru", limit=2)
        while True:
            assert page.total == 5
            seen += [card.name for card in page.cards]
            if not page.more:
                break
            page = api.search_people(acting=acting, may=SEE, words="ru", limit=2, after=page.cards[-1].id)
        assert sorted(seen[:2]) == ["Ana Ruiz", "Ana Ruíz"]
        assert seen[2:] == ["Bo Ruiz", "Cy Ruiz", "Di Rust"]
        everyone = api.names_in_order(acting=acting, may=SEE)
        assert [card.name for card in everyone.cards] == seen


def test_search_stops_at_the_wall_of_a_program(organization: Organization, acting_as: Callable) -> None:
    enrol(new_person(organization, "Maya", "Reyes"), organization.harbor)
    with acting_as("specialist", organization.day_room) as acting:
        page = api.search_people(acting=acting, may=SEE, words="reyes")
        assert (page.cards, page.total, page.more) == ((), 0, False)


def test_search_stops_at_the_organization(
    organization: Organization, other_organization: Organization, acting_as: Callable
) -> None:
    enrol(new_person(other_organization, "Maya", "Reyes"), other_organization.harbor)
    with acting_as("specialist") as acting:
        assert found(acting, "maya") == []


names = st.text("aáÁñÑoO'’- łßЖ王 z", min_size=1, max_size=12).filter(
    lambda text: any(letter.isalnum() for letter in text)
)


@settings(
    max_examples=15,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(names, names)
def test_whatever_the_name_it_finds_itself(database: str, given_name: str, family: str) -> None:
    """A name searched as it is written finds its person: the stored tokens and the query fold alike."""
    organization = new_organization()
    user = new_user(organization, "specialist", organization.harbor)
    with acting_in(organization, "specialist", organization.harbor, user=user) as acting:
        person_id = add(acting, chosen_name=given_name, family_name=family)
        enrol(Person.objects.get(id=person_id), organization.harbor)
        for words in (given_name, family):
            ids = {card.id for card in api.search_people(acting=acting, may=SEE, words=words).cards}
            assert person_id in ids, words
