"""The pages as a browser without JavaScript meets them, and what they cost."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.people import new_crisis_contact, new_person, new_phone
from factories.support import enrol, new_encounter, new_follow_up, new_goal, new_planned_visit
from factories.users import new_user, signed_in
from factories.workers import new_worker
from test_gates import new_consent

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.trust.models import Organization

NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def standing_still() -> Any:
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def team(organization: Organization) -> dict[str, Any]:
    user = new_user(organization, "specialist", organization.harbor, name="Ana Ruiz")
    worker = new_worker(organization, user)
    client = signed_in(organization, "specialist", organization.harbor, user=user)
    return {"user": user, "worker": worker, "client": client}


def new_participant(organization: Organization, worker: Any, name: str, family: str = "Zuniga") -> Any:
    """Someone with a row of everything."""
    person = new_person(organization, name, family, safe_contact="Say you are a friend.")
    new_phone(person, "555-201-0143")
    new_crisis_contact(person)
    enrol(person, organization.harbor, worker)
    new_goal(person, organization.harbor, f"{name} wants to sleep")
    new_planned_visit(person, organization.harbor, worker, starts_at=NOON + timedelta(days=1))
    new_follow_up(person, organization.harbor, worker)
    new_encounter(person, organization.harbor, worker, signed_at=NOON, signed_by_id=worker.user_id)
    return person


def content_queries(client: Client, url: str) -> list[str]:
    """What a page asks for its content: without session, user, roles, messages, transaction and audit."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    frame = (
        "trust_session",
        "trust_user",
        "trust_rolegrant",
        "mfa_authenticator",
        "set_config",
        "trust_audit",
    )
    sql = [
        query["sql"]
        for query in captured
        if not re.match(r"(SAVEPOINT|RELEASE|BEGIN|COMMIT|SET)", query["sql"])
    ]
    return [
        one
        for one in sql
        if not any(f'FROM "{name}' in one or name in one.split("WHERE")[0] for name in frame)
    ]


def test_the_caseload_costs_five_queries_however_many_people(
    organization: Organization, team: dict[str, Any]
) -> None:
    new_participant(organization, team["worker"], "Maya")
    few = content_queries(team["client"], reverse("caseload"))
    for number in range(12):
        new_participant(organization, team["worker"], f"Person{number}")
    many = content_queries(team["client"], reverse("caseload"))
    assert len(many) == len(few) <= 5, "\n".join(many)


def test_the_person_page_costs_nine_queries(organization: Organization, team: dict[str, Any]) -> None:
    person = new_participant(organization, team["worker"], "Maya")
    few = content_queries(team["client"], reverse("person", args=[person.id]))
    for number in range(4):
        new_goal(person, organization.harbor, f"goal {number}")
        new_phone(person, f"555-201-02{number}0")
        new_encounter(person, organization.harbor, team["worker"])
        new_follow_up(person, organization.harbor, team["worker"])
    many = content_queries(team["client"], reverse("person", args=[person.id]))
    assert len(many) == len(few) <= 9, "\n\n".join(many)


def test_safe_contact_rules_come_before_any_number(organization: Organization, team: dict[str, Any]) -> None:
    person = new_participant(organization, team["worker"], "Maya")
    page = team["client"].get(reverse("person", args=[person.id])).content.decode()
    main = page[page.index("<main") :]
    assert main.index("Say you are a friend.") < main.index("555-201-0143")
    assert main.index("leave a message") < main.index("555-201-0143")
    assert "tel:988" in page[: page.index("<main")]


def test_no_name_in_title_or_address(organization: Organization, team: dict[str, Any]) -> None:
    person = new_participant(organization, team["worker"], "Canaryname")
    for name in ("person", "goals", "goal_add", "person_notes", "who_looked", "visit_plan", "follow_up_plan"):
        page = team["client"].get(reverse(name, args=[person.id])).content.decode()
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
        assert title
        assert "Canary" not in title[1]
        assert not re.search(r'(href|action)="[^"]*Canary', page)


@pytest.mark.parametrize("is_a_worker", [True, False])
def test_a_supervisor_is_offered_a_visit_when_it_can_be_theirs(
    organization: Organization, team: dict[str, Any], is_a_worker: bool
) -> None:
    person = new_participant(organization, team["worker"], "Maya")
    user = new_user(organization, "supervisor", organization.harbor)
    if is_a_worker:
        new_worker(organization, user)
    client = signed_in(organization, "supervisor", organization.harbor, user=user)
    door = reverse("visit_plan", args=[person.id])
    assert (door in client.get(reverse("person", args=[person.id])).content.decode()) is is_a_worker
    assert client.get(door).status_code == (200 if is_a_worker else 404)


@pytest.mark.parametrize(
    "name",
    [
        "person",
        "person_notes",
        "who_looked",
        "goals",
        "goal_add",
        "visit_plan",
        "follow_up_plan",
        "person_enrol",
    ],
)
def test_a_person_of_another_program_or_organization_does_not_exist(
    name: str, organization: Organization, other_organization: Organization, team: dict[str, Any]
) -> None:
    walled = new_person(organization, "Walled")
    enrol(walled, organization.day_room)
    elsewhere = new_person(other_organization, "Elsewhere")
    enrol(elsewhere, other_organization.harbor)
    for person in (walled, elsewhere):
        assert team["client"].get(reverse(name, args=[person.id])).status_code == 404


def test_adding_a_person_without_javascript(organization: Organization, team: dict[str, Any]) -> None:
    client, url = team["client"], reverse("person_add")
    assert client.get(url).status_code == 200
    typed = {
        "chosen_name": "Noor",
        "family_name": "Haddad",
        "birth_date": "1990-02-03",
        "phone": "555-201-7777",
    }
    shown = client.post(url, {"step": "look", **typed}).content.decode()
    id_ = re.search(r'name="id" value="([0-9a-f-]{36})"', shown)
    assert id_
    assert 'value="Noor"' in shown
    visible_fields = re.findall(r'name="(\w+)"', re.sub(r'<input[^>]*type="hidden"[^>]*>', "", shown))
    assert len(set(visible_fields) - {"viewport", "referrer", "robots"}) <= 10
    form = {
        "step": "add", "id": id_[1], **typed, "language": "en", "program": str(organization.harbor.id),
        "allowed": ["call"], "take_on": "on", "safe_contact": "", "pronouns": "",
    }  # fmt: skip
    for _twice in range(2):
        answer = client.post(url, form)
        assert answer.status_code == 302
        assert answer["Location"] == reverse("person", args=[id_[1]])
    page = client.get(answer["Location"]).content.decode()
    assert "Nothing was added twice" in page
    assert "Works with Ana Ruiz" in page


def test_is_it_one_of_these_asks_and_never_blocks(organization: Organization, team: dict[str, Any]) -> None:
    new_participant(organization, team["worker"], "Maya")
    typed = {"chosen_name": "Maya", "family_name": "Zuniga", "birth_date": "", "phone": ""}
    shown = team["client"].post(reverse("person_add"), {"step": "look", **typed}).content.decode()
    assert "Is it one of these?" in shown
    assert "Same family name" in shown
    on = team["client"].post(reverse("person_add"), {"step": "form", **typed})
    assert "Add and enroll" in on.content.decode()


def test_a_likely_match_behind_the_wall_is_not_hinted_at(
    organization: Organization, team: dict[str, Any]
) -> None:
    walled = new_person(organization, "Maya", "Zuniga", birth_date=date(1990, 2, 3))
    new_phone(walled, "555-201-0143")
    enrol(walled, organization.day_room)
    typed = {
        "chosen_name": "Maya",
        "family_name": "Zuniga",
        "birth_date": "1990-02-03",
        "phone": "555-201-0143",
    }
    shown = team["client"].post(reverse("person_add"), {"step": "look", **typed}).content.decode()
    assert "Is it one of these?" not in shown


def test_a_call_in_one_tap_counts_once(organization: Organization, team: dict[str, Any]) -> None:
    person = new_person(organization)
    enrol(person, organization.harbor, team["worker"])
    call = new_follow_up(person, organization.harbor, team["worker"], due_on=TODAY)
    url = reverse("call_attempt", args=[call.id])
    for _twice in range(2):
        team["client"].post(url, {"result": "no_answer", "seen": "0"})
    page = team["client"].get(reverse("follow_ups")).content.decode()
    assert "already recorded" in page
    assert "tried 1 time" in page
    reached = team["client"].post(url, {"result": "reached", "seen": "1"})
    assert reached["Location"].startswith(f"{reverse('note_new')}?person={person.id}")


def test_plan_move_call_off_and_reopen_a_visit(organization: Organization, team: dict[str, Any]) -> None:
    person = new_person(organization)
    enrol(person, organization.harbor, team["worker"])
    id_ = uuid7()
    form = {
        "id": str(id_), "day": "2026-11-24", "time": "14:00", "minutes": "45", "kind": "check_in",
        "place": "home", "program": str(organization.harbor.id),
    }  # fmt: skip
    for _twice in range(2):
        assert team["client"].post(reverse("visit_plan", args=[person.id]), form).status_code == 302
    page = team["client"].get(reverse("person", args=[person.id])).content.decode()
    assert len(re.findall(r"Tuesday, November 24, 2(:00)? ?p", page, re.IGNORECASE)) == 1
    assert "Planned for Tuesday, November 24 at 2" in page
    url = reverse("visit", args=[id_])
    team["client"].post(url, {"day": "2026-11-25", "time": "09:30", "minutes": "30", "place": "center"})
    assert "Wednesday, November 25, 9:30" in team["client"].get(url).content.decode()
    settle = reverse("visit_settle", args=[id_])
    team["client"].post(settle, {"status": "cancelled"})
    assert "Called off" in team["client"].get(url).content.decode()
    team["client"].post(settle, {"status": "planned"})
    assert "Start visit" in team["client"].get(url).content.decode()
    assert team["client"].post(settle, {"status": "kept"}).status_code == 302
    assert "Start visit" in team["client"].get(url).content.decode()


def test_a_look_by_consent_names_the_consent(
    organization: Organization, team: dict[str, Any], loader: psycopg.Connection
) -> None:
    person = new_participant(organization, team["worker"], "Maya")
    consent = new_consent(person, organization, "taking_part", "goals")
    other_team = signed_in(organization, "specialist", organization.day_room)
    page = other_team.get(reverse("person", args=[person.id])).content.decode()
    assert "Maya wants to sleep" in page
    assert "555-201-0143" not in page
    assert "We walked to the bus" not in page
    assert "Write a note" not in page[page.index("<main") :]
    found = loader.execute(
        "SELECT consent_id FROM trust_auditevent WHERE subject_id = %s AND verb = 'person.viewed'",
        [person.id],
    ).fetchone()
    assert found == {"consent_id": consent.id}
    looked = team["client"].get(reverse("who_looked", args=[person.id])).content.decode()
    assert "because of the person" in looked


@pytest.mark.parametrize(
    ("role", "sees", "misses"),
    [
        ("biller", ["Maya", "We met|One-to-one"], ["wants to sleep", "555-201", "We walked", "Say you are"]),
        ("privacy_officer", ["Maya", "Consent"], ["wants to sleep", "555-201", "We walked", "One-to-one"]),
        ("supervisor", ["Maya", "wants to sleep", "555-201-0143", "We walked"], []),
    ],
)
def test_a_role_sees_its_fields_and_no_others(
    role: str,
    sees: list[str],
    misses: list[str],
    organization: Organization,
    team: dict[str, Any],
    client_as: Callable[..., Client],
) -> None:
    person = new_participant(organization, team["worker"], "Maya")
    page = client_as(role).get(reverse("person", args=[person.id])).content.decode()
    for words in sees:
        assert re.search(words, page), words
    for words in misses:
        assert words not in page, words


@pytest.mark.parametrize("role", ["director", "administrator"])
def test_some_roles_open_no_person(
    role: str, organization: Organization, team: dict[str, Any], client_as: Callable[..., Client]
) -> None:
    person = new_participant(organization, team["worker"], "Maya")
    client = client_as(role)
    for url in (reverse("person", args=[person.id]), reverse("caseload"), reverse("person_search")):
        assert client.get(url).status_code in (403, 404)


def test_the_director_sees_numbers_and_no_names(
    organization: Organization, team: dict[str, Any], client_as: Callable[..., Client]
) -> None:
    new_participant(organization, team["worker"], "Maya")
    page = client_as("director").get(reverse("program_numbers")).content.decode()
    assert "Harbor" in page
    assert "Maya" not in page


def test_a_reassignment_and_a_discharge_by_hand(
    organization: Organization, team: dict[str, Any], client_as: Callable[..., Client]
) -> None:
    person = new_person(organization, "Maya")
    enrolment = enrol(person, organization.harbor, team["worker"])
    new_planned_visit(person, organization.harbor, team["worker"], starts_at=NOON + timedelta(days=1))
    other = new_worker(organization, program=organization.harbor, shown_as="Sam")
    client = client_as("supervisor")
    here = reverse("person", args=[person.id])
    assign = reverse("person_assign", args=[person.id, enrolment.id])
    client.post(assign, {"worker": str(other.id), "moving": "on"})
    page = client.get(here).content.decode()
    assert f"Works with {other.name}" in page
    assert "1 visit or call moved along" in page
    end = reverse("person_discharge", args=[person.id, enrolment.id])
    assert "will be closed" in client.get(end).content.decode()
    assert client.post(end, {"last_day": "2026-11-23", "reason": "moved"}).status_code == 422
    client.post(end, {"last_day": "2026-11-22", "reason": "moved"})
    page = client.get(here).content.decode()
    assert "Moved away" in page
    client.post(reverse("person_discharge_undo", args=[person.id, enrolment.id]))
    assert f"Works with {other.name}" in client.get(here).content.decode()


@pytest.mark.parametrize(
    ("role", "columns"),
    [
        ("specialist", ["Name", "Last contact", "Next planned", "Plan review", "Consent"]),
        ("volunteer", ["Name", "Last contact", "Next planned"]),
        ("biller", ["Name", "Last contact"]),
        ("privacy_officer", ["Name", "Consent"]),
    ],
)
def test_the_caseload_has_the_columns_of_the_role(
    role: str, columns: list[str], organization: Organization
) -> None:
    user = new_user(organization, role, organization.harbor)
    worker = new_worker(organization, user)
    enrol(new_person(organization, "Maya"), organization.harbor, worker)
    client = signed_in(organization, role, organization.harbor, user=user)
    page = client.get(reverse("caseload"), {"whose": "program"}).content.decode()
    assert re.findall(r'<th scope="col">(.*?)</th>', page) == columns


def test_the_caseload_puts_the_longest_without_contact_first_and_filters(
    organization: Organization, team: dict[str, Any]
) -> None:
    for name, days in (("Lately", 2), ("Quiet", 20), ("Never", None)):
        person = new_person(organization, name)
        enrol(person, organization.harbor, team["worker"])
        if days is not None:
            new_encounter(
                person, organization.harbor, team["worker"], happened_on=TODAY - timedelta(days=days)
            )

    def names(**asked: str) -> list[str]:
        page = team["client"].get(reverse("caseload"), asked).content.decode()
        return re.findall(r'<th scope="row"><a [^>]*>(\w+) Reyes</a>', page)

    assert names() == ["Never", "Quiet", "Lately"]
    assert names(show="quiet") == ["Never", "Quiet"]
    assert names(order="name") == ["Lately", "Never", "Quiet"]
    assert names(show="review") == []
    assert names(show="waiting") == []
    enrol(new_person(organization, "Waiting"), organization.harbor)
    assert names(show="waiting", whose="program") == ["Waiting"]
    assert names(show="nonsense", order="nonsense", program="nonsense", page="nonsense") == names()
