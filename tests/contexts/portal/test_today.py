"""Today: the next three things first, and what the page costs, however much there is."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories.notes import NOW, Desk, colleague_of, open_desk
from factories.people import new_crisis_contact, new_person, new_phone
from factories.support import enrol, new_encounter, new_follow_up, new_goal, new_planned_visit

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.trust.models import Organization

FRAME = ("trust_session", "trust_user", "trust_rolegrant", "mfa_authenticator", "trust_audit", "set_config")
KILOBYTE = 1000
FEW, MANY = 3, 60


@pytest.fixture(autouse=True)
def standing_still() -> Iterator[None]:
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def desk(organization: Organization) -> Desk:
    return open_desk(organization)


def at_work(desk: Desk) -> Client:
    """A browser after its first page, which fetched the organization's key and began the session's hour."""
    client = desk.client()
    assert client.get(f"/notes/new/?person={desk.person.id}").status_code == 200
    return client


def asked(client: Client, url: str, data: dict[str, Any] | None = None) -> list[str]:
    """Every statement of a request: session, user, roles, organization, content, audit."""
    with CaptureQueriesContext(connection) as captured:
        response = client.post(url, data) if data else client.get(url)
    assert response.status_code in {200, 302}, response.content.decode()[:2000]
    keep = re.compile(r"(SAVEPOINT|RELEASE|BEGIN|COMMIT)")
    return [query["sql"] for query in captured if not keep.match(query["sql"])]


def of_content(statements: list[str]) -> list[str]:
    return [one for one in statements if not any(name in one.split(" WHERE ")[0] for name in FRAME)]


def fill(desk: Desk, count: int) -> None:
    """People with a visit, a call, a next step and a draft of today."""
    for number in range(count):
        person = new_person(desk.organization, f"Person{number}", f"Family{number}")
        enrol(person, desk.program, desk.worker)
        starts_at = NOW + timedelta(minutes=number - 20)
        new_planned_visit(person, desk.program, desk.worker, starts_at=starts_at)
        new_follow_up(person, desk.program, desk.worker)
        new_follow_up(person, desk.program, desk.worker, kind="task")
        new_encounter(person, desk.program, desk.worker)


def fill_one(desk: Desk, count: int) -> None:
    """One person with much of everything."""
    for number in range(count):
        new_goal(desk.person, desk.program, f"goal {number}", place_in_list=number)
        new_phone(desk.person, f"555-201-{1000 + number}")
        signed = {"signed_at": NOW, "signed_by_id": desk.worker.user_id}
        new_encounter(desk.person, desk.program, desk.worker, **signed)
        new_follow_up(desk.person, desk.program, desk.worker)
        starts_at = NOW + timedelta(days=number)
        new_planned_visit(desk.person, desk.program, desk.worker, starts_at=starts_at)
    new_crisis_contact(desk.person)


@pytest.mark.parametrize(("begun", "said"), [(5, ""), (6, "1 more draft<"), (8, "3 more drafts<")])
def test_today_names_the_five_oldest_drafts_and_counts_the_rest(desk: Desk, begun: int, said: str) -> None:
    for number in range(begun):
        person = new_person(desk.organization, f"Begun{number}")
        enrol(person, desk.program, desk.worker)
        day = NOW.date() - timedelta(days=10 - number)
        new_encounter(person, desk.program, desk.worker, happened_on=day)
    page = at_work(desk).get("/").content.decode()
    named = [number for number in range(begun) if f"Begun{number}" in page]
    assert named == list(range(5))
    assert re.findall(r">(\d+ more drafts?<)", page) == ([said] if said else [])


def test_today_shows_the_next_things_first(desk: Desk) -> None:
    later = new_person(desk.organization, "Lena", "Ortiz")
    enrol(later, desk.program, desk.worker)
    new_planned_visit(desk.person, desk.program, desk.worker, starts_at=NOW + timedelta(minutes=10))
    new_planned_visit(later, desk.program, desk.worker, starts_at=NOW + timedelta(hours=3))
    new_follow_up(later, desk.program, desk.worker, what="Ask about the bus pass")
    new_encounter(desk.person, desk.program, desk.worker)
    page = desk.client().get("/").content.decode()
    order = ["Maya Reyes", "Notes to finish", "Follow up", "Call Lena Ortiz", "Later today"]
    places = [page.index(words, page.index("<main")) for words in order]
    assert places == sorted(places)
    assert "Ask about the bus pass" in page


def test_a_day_with_nothing_says_so(desk: Desk) -> None:
    page = desk.client().get("/").content.decode()
    assert "Nothing is waiting" in page


def test_today_is_one_s_own(desk: Desk, other_organization: Organization) -> None:
    new_planned_visit(desk.person, desk.program, desk.worker, starts_at=NOW + timedelta(minutes=10))
    new_follow_up(desk.person, desk.program, desk.worker)
    new_encounter(desk.person, desk.program, desk.worker)
    for somebody in (colleague_of(desk), colleague_of(desk, "supervisor"), open_desk(other_organization)):
        page = somebody.client().get("/").content.decode()
        assert "Nothing is waiting" in page
        assert "Maya" not in page


def test_today_costs_the_same_with_much_to_do(desk: Desk) -> None:
    client = at_work(desk)
    fill(desk, FEW)
    few = asked(client, "/")
    fill(desk, MANY)
    many = asked(client, "/")
    assert len(many) == len(few), "\n".join(many)
    assert len(of_content(many)) <= 5, "\n".join(of_content(many))
    assert len(many) <= 10, "\n".join(many)


@pytest.mark.parametrize("page", ["person", "form", "draft", "drafts", "whom"])
def test_no_page_asks_once_per_row(desk: Desk, page: str) -> None:
    client, draft = at_work(desk), desk.save(uuid7(), desk.content()).encounter_id
    url = {
        "person": f"/people/{desk.person.id}/",
        "form": f"/notes/new/?person={desk.person.id}",
        "draft": f"/notes/{draft}/write/",
        "drafts": "/notes/drafts/",
        "whom": "/notes/new/",
    }[page]
    fill_one(desk, FEW)
    fill(desk, FEW)
    few = asked(client, url)
    fill_one(desk, MANY)
    fill(desk, MANY)
    many = asked(client, url)
    assert len(many) == len(few), "\n".join(many)


@pytest.mark.parametrize("intent", ["save", "sign"])
def test_saving_and_signing_cost_the_same_beside_many_notes(desk: Desk, intent: str) -> None:
    client = at_work(desk)
    # From here on every visit stands in the time of another one.
    client.post(f"/notes/{uuid7()}/write/", desk.posted(intent="sign"))
    fill_one(desk, FEW)
    fill(desk, FEW)
    few = asked(client, f"/notes/{uuid7()}/write/", desk.posted(intent=intent))
    fill_one(desk, MANY)
    fill(desk, MANY)
    many = asked(client, f"/notes/{uuid7()}/write/", desk.posted(intent=intent))
    assert len(many) == len(few), "\n".join(many)


def test_today_and_the_first_visit_weigh_little(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Sent compressed: the page of a full day, and with it all that a first visit fetches."""
    fill(desk, MANY)
    page = desk.client().get("/").content
    files = re.findall(r'(?:href|src)="/static/([^"?]+\.(?:css|js))', page.decode())
    sizes = {name: _compressed(_file(name)) for name in {*files, *_imported(files)}}
    today, all_of_it = _compressed(page), _compressed(page) + sum(sizes.values())
    with capsys.disabled():
        print(f"\nToday: {today / KILOBYTE:.1f} kB compressed; first visit: {all_of_it / KILOBYTE:.1f} kB")  # noqa: T201
    assert today <= 30 * KILOBYTE
    assert all_of_it <= 120 * KILOBYTE
    assert len(sizes) > 5


def _imported(names: list[str]) -> set[str]:
    """Modules that a listed module imports."""
    found = set()
    for name in names:
        if name.endswith(".js"):
            folder = name.rsplit("/", 1)[0]
            for other in re.findall(r'from "\./([^"]+)"', _file(name).decode()):
                found.add(f"{folder}/{other}")
    return found


def _file(name: str) -> bytes:
    path = finders.find(name)
    assert path, name
    with open(path, "rb") as file:
        return file.read()


def _compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))
