"""Every address x method x person, with garbage for ids and queries: never a failure of ours."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from garbage import DAYS, IDS, NUMBERS, SEARCH, encoded
from test_guard_urls import Story, Url, urls

from beenthere.trust.access import Role, roles_with

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "gEt")
# What all others than the one who may open the address try, unless there is time for everything.
OF_OTHERS = METHODS if SEARCH else ("GET", "POST")
PATHS = (
    "%00",
    "%FF%FE",
    "..%2f..%2fetc%2fpasswd",
    "%E2%80%AE",
    "1" * 3000,
    "-1",
    "0" * 32,
    IDS[0],
    "None",
    "%0d%0aa:b",
)
QUERIES = (
    "month",
    "page",
    "show",
    "whose",
    "order",
    "program",
    "person",
    "visit",
    "place",
    "before",
    "done",
    "as",
    "next",
)
SHARP = (
    "",
    "\x00",
    "\ud800",
    "9" * 5000,
    DAYS[0],
    "9999-12",
    "0001-01",
    NUMBERS[11],
    IDS[0],
    "//evil.example.org",
    "[]",
)
SIGNS_OUT = {"account_logout", "lock", "end_sessions"}


def failures(client: Client, method: str, path: str) -> Iterator[str]:
    try:
        status = client.generic(method, path, HTTP_ACCEPT="text/html").status_code
    except Exception as broken:
        yield f"{method} {path[:80]}: {broken!r}"[:300]
    else:
        if status >= 500:
            yield f"{method} {path[:80]}: {status}"


def spoiled(url: Url) -> Iterator[str]:
    """The address with garbage where an id belongs."""
    if url.parameters:
        yield from (re.sub(r"<[^>]+>", garbage, url.route) for garbage in PATHS)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("url", urls(), ids=lambda url: url.route)
def test_no_address_fails(url: Url, story: Story) -> None:
    here = story.path(url)
    browsers = {
        role: story.clients[role] if url.name not in SIGNS_OUT else story.browser(role) for role in Role
    }
    everyone = {**browsers, "stranger": Client(SERVER_NAME="localhost")}
    opens = browsers[min(roles_with(url.may))] if url.may else browsers[Role.SPECIALIST]
    told = [
        said
        for client in everyone.values()
        for method in (METHODS if client is opens else OF_OTHERS)
        for said in failures(client, method, here)
    ]
    queries = [encoded((name, value) for name in QUERIES) for value in SHARP]
    told += [said for query in queries for said in failures(opens, "GET", f"{here}?{query}")]
    told += [said for path in spoiled(url) for said in failures(opens, "GET", f"{path}?{queries[0]}")]
    assert told == []


def test_a_failure_is_found() -> None:
    class Breaks(Client):
        def generic(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            raise ValueError("planted")

    assert list(failures(Breaks(), "GET", "/"))[0].endswith("ValueError('planted')")
