"""Every form of every page, sent with garbage by somebody who may send it: an answer each time, no failure.

Forms are found on the pages that each role opens. An address that takes a POST and stands in no form is tried
with every field our views ask for.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from codebase import dotted, without_migrations
from django.test import Client
from django.urls import Resolver404, resolve
from garbage import DAYS, EVERY, IDS, SEARCH, encoded, pairs, tried
from hypothesis import given, settings
from hypothesis import strategies as st
from test_guard_urls import Story, Url, urls

from beenthere.trust.access import Role, roles_with

FORM = "application/x-www-form-urlencoded"
ANSWERS = frozenset({200, 204, 302, 400, 401, 403, 404, 405, 413, 422})
SHARP = ("\x00", "\ud800", "9" * 5000, "٣", *(("a" * 100_000, IDS[0]) if SEARCH else ()))
SHARP_DAYS = ("0001-01-01", "9999-12-31", "\x00")
# Sent, each would end what the tests after it need: the session, or its place in the organization.
NOT_SENT = {"account_logout", "lock"}


@dataclass(frozen=True, kw_only=True)
class SentForm:
    """A form on a page: `fields` are (name, kind of input) with what stands in them first."""

    page: str
    action: str
    fields: dict[tuple[str, str], list[str]]

    @property
    def name(self) -> str:
        return str(resolve(self.action.partition("?")[0]).url_name)

    @property
    def offered(self) -> dict[str, list[str]]:
        return {name: [*values, *EVERY] for (name, _kind), values in self.fields.items()}

    def likely(self) -> dict[str, str]:
        return {name: values[0] for (name, _kind), values in self.fields.items() if values}


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found = page, []
        self.open: SentForm | None = None
        self.field: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and told.get("method", "").lower() == "post":
            self.open = SentForm(page=self.page, action=told.get("action") or self.page, fields={})
            self.found.append(self.open)
        elif self.open is not None and told.get("name"):
            self.field = self.open.fields.setdefault((told["name"], told.get("type", tag)), [])
            self._value(tag, told)
        elif tag == "option" and self.field is not None:
            self.field.insert(0 if "selected" in told else len(self.field), told.get("value", ""))

    def _value(self, tag: str, told: dict[str, str]) -> None:
        assert self.field is not None
        if tag == "textarea" or (tag == "input" and not told.get("value") and told.get("type") != "hidden"):
            self.field.append("We walked to the bus.")
        elif tag != "select":
            self.field.insert(0 if "checked" in told else len(self.field), told.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = self.field = None


def forms_of(page: str, html: str) -> list[SentForm]:
    reader = _Forms(page)
    reader.feed(html)
    return reader.found


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Where a form stands: on the page of an address, as that role sees it."""

    role: Role
    url: Url

    def among(self, story: Story, name: str) -> SentForm | None:
        found = forms_at(story.clients[self.role], story.path(self.url))
        return next((form for form in found if _name(form) == name), None)


class House:
    """Organizations with one of everything, and where each form stands. All pages are opened once; in a later
    organization, because a form took away what it needs, only the page that is known to have it."""

    def __init__(self) -> None:
        self.story = Story()
        self.shown: dict[str, Shown] = {}
        for url in urls():
            for role in roles_with(url.may) if url.may else [Role.SPECIALIST]:
                here = self.story.path(url)
                for form in forms_at(self.story.clients[role], here) if url.name not in NOT_SENT else []:
                    self.shown.setdefault(_name(form), Shown(role=role, url=url))

    def form(self, name: str) -> tuple[Client, SentForm] | None:
        place = self.shown.get(name)
        if place is None:
            return None
        form = place.among(self.story, name)
        if form is None:
            self.story = Story()
            form = place.among(self.story, name)
        assert form, f"{name} is not where it was: {place.url.route}"
        return self.story.clients[place.role], form


def forms_at(client: Client, page: str) -> list[SentForm]:
    answer = client.get(page)
    is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    return forms_of(page, answer.content.decode()) if is_page else []


def _name(form: SentForm) -> str:
    try:
        return form.name
    except Resolver404:
        return ""


@pytest.fixture(scope="module")
def house(database_server: Any, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock():
        yield House()


@pytest.fixture
def found(request: pytest.FixtureRequest, house: House, database: str) -> tuple[Client, SentForm]:
    """The form of an address with a browser that reaches it, in an organization where it is still there."""
    url: Url = request.param
    form = house.form(url.name)
    if form is not None:
        return form
    role = min(roles_with(url.may)) if url.may else Role.SPECIALIST
    fields: dict[tuple[str, str], list[str]] = {(key, "text"): [] for key in asked_for()}
    return house.story.clients[role], SentForm(page="", action=house.story.path(url), fields=fields)


@cache
def asked_for() -> tuple[str, ...]:
    """The names of all fields that a view asks the request for by itself."""
    return tuple(sorted({name for source in without_migrations() for name in _asked_in(source.tree)}))


def _asked_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func).endswith("POST.get"):
            yield from (part.value for part in node.args[:1] if isinstance(part, ast.Constant))


def sent() -> list[Url]:
    """Every address but those named above and the pages of django-allauth that are one's own."""
    return [
        url
        for url in urls()
        if url.name not in NOT_SENT and (url.may or not url.route.startswith("/account/"))
    ]


each_address = pytest.mark.parametrize("found", sent(), indirect=True, ids=lambda url: url.route)


@each_address
@given(data=st.data())
@settings(tried, max_examples=tried.max_examples // 2)
def test_a_form_with_garbage_is_answered(found: tuple[Client, SentForm], data: st.DataObject) -> None:
    client, form = found
    body = encoded(data.draw(pairs(form.offered)))
    assert client.post(form.action, body, content_type=FORM).status_code in ANSWERS


@each_address
def test_each_field_with_each_sharp_value_is_answered(found: tuple[Client, SentForm]) -> None:
    client, form = found
    broken = [
        f"{form.action} {name}={value[:40]!a}: {said}"
        for name, kind in form.fields
        for value in (SHARP_DAYS if kind == "date" else SHARP)
        for said in [
            failure(lambda body: client.post(form.action, body, content_type=FORM), form, name, value)
        ]
        if said
    ]
    assert broken == []


def failure(post: Callable[[str], Any], form: SentForm, name: str, value: str) -> str:
    body = encoded((form.likely() | {name: value}).items())
    try:
        status = post(body).status_code
    except Exception as broken:
        return repr(broken)[:200]
    return "" if status in ANSWERS else str(status)


def test_forms_are_found_on_their_pages() -> None:
    page = (
        '<form method="post" action="/calls/"><input name="id" type="hidden" value="7"><select name="kind">'
        '<option value="a"><option value="b" selected></select><textarea name="words"></textarea></form>'
        '<form method="get"><input name="no"></form>'
    )
    (form,) = forms_of("/here/", page)
    assert form.name == "follow_ups"
    assert form.likely() == {"id": "7", "kind": "b", "words": "We walked to the bus."}


@pytest.mark.usefixtures("database")
def test_a_form_that_breaks_is_found() -> None:
    def breaks(body: str) -> Any:
        raise OverflowError(body)

    form = SentForm(page="/", action="/calls/", fields={("day", "date"): [DAYS[0]]})
    assert "OverflowError" in failure(breaks, form, "day", "9999-12-31")
