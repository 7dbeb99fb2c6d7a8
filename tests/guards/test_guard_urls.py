"""Guard 6: every URL declares its access, and the table URL x role -> answer is whole.

`url_roles.csv` is what pages answer to a GET, role by role. When a page is meant to answer differently, write
the table anew and read the difference before you commit it:

    BEENTHERE_WRITE_TABLE=1 python -m pytest tests/guards/test_guard_urls.py
"""

import csv
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from codebase import GUARDS
from django.core.checks import run_checks
from django.http import HttpResponse
from django.test import Client
from factories.certification import new_rule_report
from factories.organizations import new_organization
from factories.people import new_crisis_contact, new_person, new_phone
from factories.support import enrol, new_encounter, new_follow_up, new_goal, new_planned_visit
from factories.users import new_user, signed_in
from factories.workers import new_worker
from factories.writing import writing

from beenthere.consent.models import Consent
from beenthere.kernel.ids import uuid7
from beenthere.trust.access import Role, roles_with
from beenthere.trust.checks import patterns
from beenthere.trust.models import Organization, User

TABLE = GUARDS / "url_roles.csv"
ROLES = tuple(Role)
SIGNED = {"signed_at": "2026-11-21T15:00:00+00:00"}
# 405: the page does not take this method from anybody.
REFUSED = {403, 405}
NOT_THERE = {302, 404, 405}
CLIENT_MADE = {
    "note_write": "the id is made by the form: one that is not there yet begins a note",
    "note_draft": "the id is made by the form: one that is not there yet begins a draft",
}


@dataclass(frozen=True)
class Url:
    route: str
    name: str
    may: str

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)

    def has_id(self) -> bool:
        return "<uuid:" in self.route


def urls() -> list[Url]:
    return [
        Url(route, pattern.name or "", pattern.callback.access.may)
        for route, pattern in patterns()
        if "(?P" not in route  # a library's pattern with a secret in it: its page is public
    ]


class Story:
    """An organization with one of everything that a URL can name, and a user for each role."""

    def __init__(self) -> None:
        self.organization = new_organization()
        self.users = {role: new_user(self.organization, role, password="only in this test") for role in ROLES}
        workers = {role: new_worker(self.organization, user, role=role) for role, user in self.users.items()}
        self.worker = workers[Role.SPECIALIST]
        self.clients = {role: self.browser(role) for role in ROLES}
        self._tell(self.organization)

    def _tell(self, organization: Organization) -> None:
        program, person = organization.harbor, new_person(organization)
        enrolment = enrol(person, program, self.worker)
        about = (person, program, self.worker)
        draft, signed = (
            new_encounter(*about),
            new_encounter(*about, **SIGNED, signed_by_id=self.worker.user_id),
        )
        with writing(organization.id):
            consent = Consent.objects.create(
                organization=organization,
                person=person,
                kind=Consent.Kind.TREATMENT_PAYMENT_OPERATIONS,
                from_program=program,
                created_by_id=self.worker.user_id,
            )
        self.by_parameter = {
            "person_id": person.id,
            "enrolment_id": enrolment.id,
            "goal_id": new_goal(person, program).id,
            "kind": consent.kind,
            "pk": 1,
            "code": "oh",
            "slug": "prs",
        }
        self.by_place = (
            (r"/notes/<uuid:id>/(write|draft|discard)/", draft.id),
            (r"/notes/", signed.id),
            (r"/visits/", new_planned_visit(*about).id),
            (r"/calls/", new_follow_up(*about).id),
            (r"/contact/crisis/", new_crisis_contact(person).id),
            (r"/contact/", new_phone(person).id),
            (r"/consents/", consent.id),
            (r"/staff/", self.worker.id),
            (r"/certification/reports/", new_rule_report().id),
        )

    def browser(self, role: Role) -> Client:
        return signed_in(self.organization, role, user=self.users[role])

    def path(self, url: Url) -> str:
        values = dict(self.by_parameter)
        values["id"] = next((id_ for place, id_ in self.by_place if re.match(rf".*{place}", url.route)), None)
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), url.route)


@pytest.fixture(scope="module")
def story(database_server: Any, django_db_blocker: Any) -> Iterator[Story]:
    with django_db_blocker.unblock():
        yield Story()


@pytest.fixture(scope="module")
def other_story(database_server: Any, django_db_blocker: Any) -> Iterator[Story]:
    with django_db_blocker.unblock():
        yield Story()


def answers(url: Url, story: Story) -> dict[str, str]:
    """Public pages get a fresh browser each: signing out in one must not show in the next."""
    row = {
        "route": url.route,
        "may": url.may or "public",
        "stranger": str(_get(Client(SERVER_NAME="localhost"), url, story)),
    }
    for role in ROLES:
        browser = story.clients[role] if url.may else story.browser(role)
        row[role.value] = str(_get(browser, url, story))
    return row


def _get(browser: Client, url: Url, story: Story) -> int:
    return browser.get(story.path(url)).status_code


@pytest.mark.usefixtures("database")
def test_the_table_is_what_the_pages_answer(story: Story) -> None:
    found = [answers(url, story) for url in urls()]
    if os.environ.get("BEENTHERE_WRITE_TABLE"):
        _write(found)
    assert [_told(row) for row in found if row not in _read()] == []
    assert [row["route"] for row in _read() if row["route"] not in {f["route"] for f in found}] == []


def _write(rows: list[dict[str, str]]) -> None:
    with TABLE.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _read() -> list[dict[str, str]]:
    with TABLE.open() as file:
        return list(csv.DictReader(file))


def _told(row: dict[str, str]) -> str:
    return f"{row} is not in {TABLE.name}"


@pytest.mark.usefixtures("database")
def test_a_role_without_the_permission_is_refused_by_every_method(story: Story) -> None:
    opened = [
        f"{role} {method} {url.route}"
        for url in urls()
        if url.may
        for role in set(ROLES) - roles_with(url.may)
        for method in ("get", "post")
        if getattr(story.clients[role], method)(story.path(url)).status_code not in REFUSED
    ]
    assert opened == []


@pytest.mark.usefixtures("database")
def test_another_organization_s_things_are_like_things_that_never_were(
    story: Story, other_story: Story
) -> None:
    """With every role that could open the page at home. 302: an empty form, refused before any id is read."""
    found = [
        f"{role} {method} {url.route}: {theirs}, and for an id that never was {unknown}"
        for url in urls()
        if url.may and url.has_id() and url.name not in CLIENT_MADE
        for role in roles_with(url.may)
        for method in ("get", "post")
        for theirs, unknown in [_both(getattr(other_story.clients[role], method), story.path(url))]
        if theirs != unknown or theirs not in NOT_THERE
    ]
    assert found == []


def _both(ask: Callable[[str], HttpResponse], path: str) -> tuple[int, int]:
    unknown = re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda _id: str(uuid7()), path)
    return ask(path).status_code, ask(unknown).status_code


@pytest.mark.usefixtures("database")
def test_nothing_opens_to_a_stranger(story: Story) -> None:
    stranger = Client(SERVER_NAME="localhost")
    opened = [url.route for url in urls() if url.may and not _leads_to_sign_in(stranger.get(story.path(url)))]
    assert opened == []


def _leads_to_sign_in(response: Any) -> bool:
    if response.status_code == 405:
        return True
    return response.status_code == 302 and "/account/sign-in/" in response.headers["Location"]


def test_every_url_says_who_may_open_it() -> None:
    assert [error.msg for error in run_checks(tags=["urls"])] == []


def test_a_row_that_changed_is_found(story: Story) -> None:
    planted = _read()[0] | {Role.VOLUNTEER.value: "418"}
    assert planted not in _read()
    assert isinstance(story.users[Role.VOLUNTEER], User)
