"""How to reach a person: kept sealed, rules shown first, changed by those who may, each change audited."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.people import new_crisis_contact, new_person, new_phone
from factories.support import enrol
from factories.workers import new_worker
from psycopg import Connection

from beenthere.kernel.ids import uuid7
from beenthere.people import actions, api
from beenthere.people.facts import ContactFields
from beenthere.people.models import ContactPoint, Person
from beenthere.support.api import May
from beenthere.trust.api import Refused
from beenthere.trust.models import Organization

SEE = May.SEE_PEOPLE.value


@pytest.fixture
def maya(organization: Organization) -> Person:
    person = new_person(
        organization, "Maya", "Reyes", birth_date=date(1988, 3, 4), safe_contact="My partner may pick up."
    )
    enrol(person, organization.harbor)
    return person


def events_about(loader: Connection, person: Person) -> list[dict[str, Any]]:
    rows = loader.execute(
        "select * from trust_auditevent where subject_id = %s order by id", [person.id]
    ).fetchall()
    return [row for row in rows if row["verb"] != "person.viewed"]


def test_rules_stand_before_any_number(maya: Person, organization: Organization, client_as: Callable) -> None:
    new_phone(maya, "(415) 555-0134", may_call=False, may_text=True, quiet_from=time(21), quiet_until=time(8))
    page = client_as("specialist", organization.harbor).get(reverse("person_contact", args=[maya.id]))
    html = page.content.decode()
    number = html.index("(415) 555-0134")
    rules = ("My partner may pick up.", "Do not</span> call", "Yes</span> send a text", "call or text from 9")
    assert all(html.index(rule) < number for rule in rules)
    assert "tel:(415)" not in html, "no link that calls where calling is not all right"


def test_numbers_are_sealed_in_the_database(maya: Person, loader: Connection) -> None:
    new_phone(maya, "(415) 555-0134")
    row = loader.execute("select * from people_contactpoint where person_id = %s", [maya.id]).fetchone()
    kept = loader.execute("select * from people_person where id = %s", [maya.id]).fetchone()
    assert b"555" not in bytes(row["value"])
    assert isinstance(row["fingerprint"], int)
    assert b"partner" not in bytes(kept["safe_contact"])


def test_each_change_leaves_one_event_without_words(
    maya: Person, organization: Organization, acting_as: Callable, loader: Connection
) -> None:
    phone = ContactFields(kind="phone", value="415 555 0134", may_call=True)
    point, crisis = uuid7(), uuid7()
    sister = actions.CrisisFields(name="Rosa", phone="415 555 0199", relation="sister")
    with acting_as("specialist", organization.harbor) as acting:
        actions.set_safe_contact(acting=acting, person_id=maya.id, words="Only after five.")
        actions.add_contact(acting=acting, id=point, person_id=maya.id, fields=phone)
        actions.add_contact(acting=acting, id=point, person_id=maya.id, fields=phone)
        actions.change_contact(acting=acting, id=point, fields=phone)
        actions.end_contact(acting=acting, id=point)
        actions.add_crisis_contact(acting=acting, id=crisis, person_id=maya.id, fields=sister)
        actions.change_crisis_contact(acting=acting, id=crisis, fields=sister)
        actions.end_crisis_contact(acting=acting, id=crisis)
        sheet = api.contact_sheet(acting=acting, person=Person.objects.get(id=maya.id))
    events = events_about(loader, maya)
    assert [event["verb"] for event in events] == [
        "person.safe_contact_changed", "contact.added", "contact.changed", "contact.ended",
        "crisis_contact.added", "crisis_contact.changed", "crisis_contact.ended",
    ]  # fmt: skip
    assert not any("555" in str(event) or "Rosa" in str(event) or "five" in str(event) for event in events)
    assert (sheet.safe_contact, sheet.points, sheet.crisis) == ("Only after five.", (), ())


def test_a_sheet_takes_two_queries(maya: Person, organization: Organization, acting_as: Callable) -> None:
    for number in range(5):
        new_phone(maya, f"415 555 01{number}0")
        new_crisis_contact(maya)
    with acting_as("specialist", organization.harbor) as acting, CaptureQueriesContext(connection) as queries:
        sheet = api.contact_sheet(acting=acting, person=maya)
    assert (len(sheet.points), len(sheet.crisis)) == (5, 5)
    assert len(queries) == 2


def test_cards_take_one_query(organization: Organization, acting_as: Callable) -> None:
    people = [new_person(organization, f"Person {n}") for n in range(6)]
    with acting_as("specialist") as acting, CaptureQueriesContext(connection) as queries:
        cards = api.person_cards(acting=acting, ids=[person.id for person in people])
    assert {card.name for card in cards.values()} == {person.name for person in people}
    assert len(queries) == 1


@pytest.mark.parametrize("role", ["director", "biller", "privacy_officer", "administrator"])
def test_roles_that_call_nobody_see_no_number(
    maya: Person, organization: Organization, client_as: Callable, role: str
) -> None:
    new_phone(maya, "(415) 555-0134")
    answer = client_as(role, organization.harbor).get(reverse("person_contact", args=[maya.id]))
    assert answer.status_code == 403
    assert b"0134" not in answer.content


def test_another_program_gets_the_answer_of_someone_unknown(
    maya: Person, organization: Organization, client_as: Callable
) -> None:
    client = client_as("specialist", organization.day_room)
    for name in ("person_contact", "person_details", "contact_add", "crisis_contact_add"):
        assert client.get(reverse(name, args=[maya.id])).status_code == 404
        assert client.get(reverse(name, args=[uuid7()])).status_code == 404


def test_a_volunteer_sees_those_assigned_and_changes_nothing(
    maya: Person, organization: Organization, client_as: Callable
) -> None:
    worker = new_worker(organization, role="volunteer", program=organization.harbor)
    client = client_as("volunteer", organization.harbor, user=worker.user)
    address = reverse("person_contact", args=[maya.id])
    assert client.get(address).status_code == 404
    rosa = new_person(organization, "Rosa")
    enrol(rosa, organization.harbor, worker)
    answer = client.get(reverse("person_contact", args=[rosa.id]))
    assert answer.status_code == 200
    assert b"/contact/add/" not in answer.content
    assert client.get(reverse("contact_add", args=[rosa.id])).status_code == 403


def test_the_form_adds_and_replaces(maya: Person, organization: Organization, client_as: Callable) -> None:
    client = client_as("specialist", organization.harbor)
    typed = {"id": str(uuid7()), "kind": "phone", "value": "415 555 0134", "may_call": "on"}
    for _twice in range(2):
        answer = client.post(reverse("contact_add", args=[maya.id]), typed)
        assert (answer.status_code, answer.url) == (302, reverse("person_contact", args=[maya.id]))
    assert client.get(answer.url).content.count(b"tel:415 555 0134") == 1
    change = reverse("contact_change", args=[maya.id, typed["id"]])
    assert b"415 555 0134" in client.get(change).content
    client.post(change, {**typed, "value": "415 555 0177"})
    assert b"0134" not in client.get(answer.url).content
    client.post(reverse("contact_end", args=[maya.id, typed["id"]]))
    assert b"0177" not in client.get(answer.url).content
    assert client.get(change).status_code == 404


def test_a_wrong_email_and_an_impossible_birth_date_are_told(
    maya: Person, organization: Organization, client_as: Callable
) -> None:
    client = client_as("specialist", organization.harbor)
    typed = {"id": str(uuid7()), "kind": "email", "value": "maya at home"}
    answer = client.post(reverse("contact_add", args=[maya.id]), typed)
    assert "This email is not complete" in answer.content.decode()
    details = {"chosen_name": "Maya", "language": "en", "birth_date": "2090-01-01"}
    answer = client.post(reverse("person_details", args=[maya.id]), details)
    assert "be right. Check the year." in answer.content.decode()


def test_no_name_in_title_or_address(maya: Person, organization: Organization, client_as: Callable) -> None:
    page = client_as("specialist", organization.harbor).get(reverse("person_contact", args=[maya.id]))
    html = page.content.decode()
    assert "Maya" not in re.search(r"<title>(.*?)</title>", html, re.DOTALL).group(1)
    assert not re.search(r'(href|action)="[^"]*(Maya|Reyes)', html)


def test_the_opened_page_is_in_the_audit(
    maya: Person, organization: Organization, client_as: Callable, loader: Connection
) -> None:
    client_as("specialist", organization.harbor).get(reverse("person_contact", args=[maya.id]))
    (look,) = loader.execute(
        "select detail from trust_auditevent where subject_id = %s and verb = 'person.viewed'", [maya.id]
    ).fetchall()
    assert look["detail"] == {"page": "how to reach a person"}


def matches(acting: Any, **known: Any) -> list[tuple[str, tuple[str, ...]]]:
    asked = {"given": "", "family": "", "birth_date": None, "phone": "", **known}
    found = api.likely_matches(acting=acting, may=SEE, **asked)
    return [(match.card.name, match.because) for match in found]


def test_likely_matches_say_why(maya: Person, organization: Organization, acting_as: Callable) -> None:
    new_phone(maya, "(415) 555-0134")
    enrol(new_person(organization, "Maya", "Ruiz"), organization.harbor)
    with acting_as("specialist", organization.harbor) as acting:
        assert matches(acting, given="Máya", family="REYES") == [
            ("Maya Reyes", ("Same first name", "Same family name"))
        ]
        assert matches(acting, given="Maria", family="Reyes", birth_date=date(1988, 3, 4)) == [
            ("Maya Reyes", ("Same date of birth", "Same family name"))
        ]
        by_phone = matches(acting, given="M", phone="+1 415 555 0134 x2")
        assert by_phone == [("Maya Reyes", ("Same phone number",))]
        assert matches(acting, given="Maya") == []
        assert matches(acting, given="Ann", family="Lee", birth_date=date(1988, 3, 4)) == []


def test_the_best_match_comes_first(maya: Person, organization: Organization, acting_as: Callable) -> None:
    enrol(new_person(organization, "Maya", "Reyes"), organization.harbor)
    with acting_as("specialist", organization.harbor) as acting:
        found = matches(acting, given="Maya", family="Reyes", birth_date=date(1988, 3, 4))
    assert [len(because) for _name, because in found] == [3, 2]


def test_a_match_in_another_program_is_not_even_hinted(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    new_phone(maya, "(415) 555-0134")
    known = {"given": "Maya", "family": "Reyes", "birth_date": date(1988, 3, 4), "phone": "(415) 555-0134"}
    with acting_as("specialist", organization.day_room) as acting:
        assert matches(acting, **known) == []
    with acting_as("administrator") as acting:
        assert matches(acting, **known) == []


def test_an_ended_number_matches_nobody(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    point = new_phone(maya, "(415) 555-0134")
    with acting_as("specialist", organization.harbor) as acting:
        actions.end_contact(acting=acting, id=point.id)
        assert matches(acting, phone="(415) 555-0134") == []


def test_matching_takes_three_queries(maya: Person, organization: Organization, acting_as: Callable) -> None:
    for n in range(8):
        enrol(new_person(organization, "Maya", "Reyes"), organization.harbor)
        new_phone(maya, f"415 555 012{n}")
    with acting_as("specialist", organization.harbor) as acting, CaptureQueriesContext(connection) as queries:
        found = matches(acting, given="Maya", family="Reyes", phone="415 555 0123")
    assert len(found) == 5
    own = [query for query in queries if "consent_consent" not in query["sql"]]
    assert len(own) == 3, "beside what the gate asks of the consents"


def test_an_empty_number_is_refused(maya: Person, organization: Organization, acting_as: Callable) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        with pytest.raises(Refused):
            actions.add_contact(
                acting=acting, id=uuid7(), person_id=maya.id, fields=ContactFields(kind="phone", value=" ")
            )
        assert not ContactPoint.objects.filter(person_id=maya.id).exists()
