"""What scripts ask for is what `docs/look-up/openapi.json` says: no more addresses, statuses or shapes.

Schemathesis makes the requests from the document, for somebody who is signed in, with the token of a page.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
import schemathesis
import werkzeug
from codebase import REPOSITORY
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import URLPattern
from factories.notes import Desk, open_desk
from factories.organizations import new_organization
from garbage import tried
from hypothesis import settings
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    unsupported_method,
)

from beenthere.kernel.ids import uuid7
from beenthere.trust.checks import patterns
from beenthere.trust.models import Organization

DOCUMENT = REPOSITORY / "docs" / "look-up" / "openapi.json"
TOLD = json.loads(DOCUMENT.read_text())
# A view that answers a script makes JSON, or an answer without a body.
FOR_A_SCRIPT = re.compile(r"JsonResponse\(|json\.dumps\(|application/json|HttpResponse\(status=")
ONLY_KEPT = {"/lock/": "writes JSON into the sealed form it holds; its answer is a page"}


def _from_this_machine(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
    # Nothing between the application and Schemathesis would unpack what comes packed.
    plain = {name: value for name, value in environ.items() if name != "HTTP_ACCEPT_ENCODING"}
    return application({**plain, "REMOTE_ADDR": "127.0.0.1"}, start)


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
    """The one that serves; made late, for it looks at its static files."""
    return import_module("beenthere.config.wsgi").application(environ, start)


schema = schemathesis.openapi.from_dict(TOLD)
schema.app = _from_this_machine
# The first takes away the cookie it made itself, and the session's own is still there: strangers are tried
# below. The others want a refusal where a form rightly leaves aside what it does not know.
EXCLUDED = [ignored_auth, negative_data_rejection, missing_required_header, unsupported_method]


def undeclared(found: list[tuple[str, URLPattern]], declared: set[str]) -> Iterator[str]:
    for route, pattern in found:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
        if path not in declared and route not in ONLY_KEPT and FOR_A_SCRIPT.search(_source(pattern.callback)):
            yield f"{path} answers a script: describe it in {DOCUMENT.relative_to(REPOSITORY)}"


def _source(view: Callable[..., Any]) -> str:
    """Of a function, or of what a class itself adds: its library's base classes answer nobody here."""
    view = inspect.unwrap(view)
    return inspect.getsource(getattr(view, "view_class", view))


def test_every_address_for_scripts_is_described() -> None:
    assert list(undeclared(patterns(), set(TOLD["paths"]))) == []


def test_an_address_that_is_not_described_is_found() -> None:
    (said,) = undeclared(patterns(), set(TOLD["paths"]) - {"/notes/{id}/draft/"})
    assert "/notes/{id}/draft/ answers a script" in said


def test_the_document_names_no_address_that_is_gone() -> None:
    there = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route) for route, _pattern in patterns()}
    assert set(TOLD["paths"]) - there == set()


@pytest.fixture(scope="module")
def desk(database_server: Any, django_db_blocker: Any) -> Iterator[Desk]:
    with django_db_blocker.unblock():
        yield open_desk(new_organization())


def _signed(desk: Desk) -> dict[str, Any]:
    token = _get_new_csrf_string()
    cookies = {name: morsel.value for name, morsel in desk.client().cookies.items()}
    return {
        "cookies": {**cookies, "csrftoken": token},
        "headers": {"X-CSRFToken": token, "Host": "localhost", "Accept": "application/json"},
    }


@pytest.mark.usefixtures("database")
@schema.parametrize()
@settings(tried)
def test_scripts_are_answered_as_described(case: schemathesis.Case, desk: Desk) -> None:
    case.call_and_validate(**_signed(desk), excluded_checks=EXCLUDED)


@pytest.mark.usefixtures("database")
def test_a_draft_is_kept_as_described(desk: Desk) -> None:
    """The generated requests above are nearly all refused: here the one that is meant."""
    case = schema["/notes/{id}/draft/"]["POST"].Case(
        path_parameters={"id": str(uuid7())},
        body=desk.posted(),
        media_type="application/x-www-form-urlencoded",
    )
    answer = case.call_and_validate(**_signed(desk), excluded_checks=EXCLUDED)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", sorted(TOLD["paths"]))
def test_without_a_session_or_a_token_nothing_is_told(path: str, organization: Organization) -> None:
    (operation,) = schema[path].values()
    case = operation.Case(path_parameters={"id": str(uuid7())})
    answer = case.call(headers={"Host": "localhost", "Accept": "application/json"})
    assert str(answer.status_code) in TOLD["paths"][path][operation.method.lower()]["responses"]


@pytest.mark.parametrize(
    "asked", [{"HTTP_ACCEPT": "application/json"}, {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}]
)
def test_sign_in_is_a_page_for_whoever_asks(asked: dict[str, str], database: str) -> None:
    stranger = Client(SERVER_NAME="localhost")
    for path in ("/account/sign-in/", "/account/password/forgot/"):
        assert stranger.get(path, **asked).headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "charset", ["hex", "utf-7", "unicode_escape", "raw_unicode_escape", "idna", "utf-16"]
)
def test_a_charset_of_its_own_changes_nothing(charset: str, organization: Organization) -> None:
    """By the application that serves: Django's test client makes its requests behind it."""
    desk = open_desk(organization)
    line = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = "".join(line.format(*pair) for pair in desk.posted(words="\\ud800").items()) + "--b--\r\n"
    told = _signed(desk)
    answer = werkzeug.Client(_from_this_machine, use_cookies=False).post(
        f"/notes/{uuid7()}/draft/?page=%ff",
        data=body,
        content_type=f"multipart/form-data; boundary=b; charset={charset}",
        headers={**told["headers"], "Cookie": "; ".join("=".join(pair) for pair in told["cookies"].items())},
    )
    assert answer.status_code == 200, answer.text
