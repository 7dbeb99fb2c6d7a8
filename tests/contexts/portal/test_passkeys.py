"""Signing in with Chromium: passkeys by a virtual authenticator, every page without a CSP violation."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from signing_in import PASSWORD, code_of, give_code_app

from beenthere.trust.access import Role
from beenthere.trust.acting import system
from beenthere.trust.models import User

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if not CHROMIUM and os.environ.get("BEENTHERE_REQUIRE_BROWSER"):
    pytest.fail("Chromium is needed for these tests and was not found", pytrace=False)
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """A test run reads better without a line per request."""


@pytest.fixture
def site(database: str, settings: Any) -> Iterator[str]:
    """The whole application on a port of its own, in this process and on this test's database."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler, ipv6=False)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # Playwright keeps an event loop running in this thread; nothing of ours runs in it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Person:
    """Someone with a phone that knows them, and every complaint their browser made."""

    def __init__(self, browser: Any, site: str, **options: Any) -> None:
        self.complaints: list[str] = []
        self.context = browser.new_context(
            base_url=site, viewport={"width": 360, "height": 740}, locale="en-US", **options
        )
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective))"
        )

    def _heard(self, said: Any) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def with_passkeys(self) -> "Person":
        self.devtools = self.context.new_cdp_session(self.page)
        self.devtools.send("WebAuthn.enable")
        answer = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.authenticator = answer["authenticatorId"]
        return self

    def signs_in(self, user: User) -> None:
        self.page.goto("/account/sign-in/")
        self.page.get_by_label("Email").fill(user.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.taps("Sign in")

    def taps(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def follows(self, words: str) -> None:
        self.page.get_by_role("link", name=words, exact=True).click()

    def proves_password(self, then: str) -> None:
        """Asked for the password once more, and led on to the page headed `then`."""
        self.sees("Is it really you?")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.taps("Go on")
        self.sees(then)

    def sees(self, heading: str) -> None:
        self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()

    def arrives(self, path: str) -> None:
        self.page.wait_for_url(lambda url: urlsplit(url).path == path)


@pytest.fixture
def worker(make_user: Callable[..., User]) -> User:
    return make_user(Role.SPECIALIST, password=PASSWORD)


def test_a_passkey_is_made_signs_in_alone_and_unlocks(chromium: Any, site: str, worker: User) -> None:
    person = Person(chromium, site).with_passkeys()
    person.signs_in(worker)
    person.sees("One more thing before you begin")

    person.follows("Set up a passkey")
    person.proves_password("Set up a passkey")
    person.taps("Make the passkey")
    person.sees("Your recovery codes")
    assert person.page.locator(".bt-codes li").count() == 10

    person.page.goto("/account/")
    person.sees("Your account")
    person.taps("Lock the screen now")
    person.sees("The screen is locked")
    person.taps("Unlock with a passkey")
    person.arrives("/")

    person.context.clear_cookies()
    person.page.goto("/account/sign-in/?next=/account/")
    person.taps("Use a passkey")
    person.arrives("/account/")
    assert person.complaints == []


def test_a_passkey_is_the_second_step_after_a_password(chromium: Any, site: str, worker: User) -> None:
    person = Person(chromium, site).with_passkeys()
    person.signs_in(worker)
    person.follows("Set up a passkey")
    person.proves_password("Set up a passkey")
    person.page.get_by_label("It may sign me in without my password").uncheck()
    person.taps("Make the passkey")
    person.sees("Your recovery codes")
    person.context.clear_cookies()
    person.signs_in(worker)
    person.sees("Now your second step")
    person.taps("Use a passkey")
    person.arrives("/")
    person.page.goto("/account/")
    person.sees("Your account")
    assert person.complaints == []


def test_a_person_who_closes_the_passkey_window_is_told_what_else_to_do(
    chromium: Any, site: str, worker: User
) -> None:
    person = Person(chromium, site).with_passkeys()
    person.devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": person.authenticator, "isUserVerified": False}
    )
    person.page.goto("/account/sign-in/")
    person.page.get_by_role("button", name="Use a passkey").click()
    person.page.get_by_text("No passkey was used. Try again, or sign in with your password.").wait_for()
    assert person.complaints == []


def test_every_page_of_ones_account_keeps_the_policy(chromium: Any, site: str, worker: User) -> None:
    secret = give_code_app(worker)
    person = Person(chromium, site).with_passkeys()
    person.signs_in(worker)
    person.page.get_by_label("The 6-digit code from your app").fill(code_of(secret))
    person.taps("Sign in")
    person.arrives("/")
    person.page.goto("/account/second-step/passkeys/add/")
    person.proves_password("Set up a passkey")
    for place in (
        "/account/password/",
        "/account/second-step/",
        "/account/second-step/passkeys/",
        "/account/second-step/passkeys/add/",
        "/account/second-step/codes/new/",
        "/account/confirm/",
        "/account/confirm/code/",
        "/account/organization/",
        "/account/sign-out/",
        "/lock/",
    ):
        person.page.goto(place)
        person.page.get_by_role("heading", level=1).wait_for()
        assert person.page.evaluate("document.documentElement.scrollWidth") <= 360, place
    assert person.complaints == []


def test_sign_in_works_without_javascript(chromium: Any, site: str, worker: User) -> None:
    secret = give_code_app(worker)
    person = Person(chromium, site, java_script_enabled=False)
    person.signs_in(worker)
    person.page.get_by_label("The 6-digit code from your app").fill(code_of(secret))
    person.taps("Sign in")
    person.arrives("/")
    person.page.goto("/lock/")
    person.page.get_by_label("Your password, or the 6-digit code from your app").fill(PASSWORD)
    person.taps("Unlock")
    person.arrives("/")
    person.page.goto("/account/")
    person.sees("Your account")


def test_the_language_switch_turns_the_pages_around(chromium: Any, site: str, worker: User) -> None:
    person = Person(chromium, site)
    person.page.goto("/account/sign-in/")
    person.page.get_by_role("button", name="Español").click()
    person.page.locator("html[lang=es]").wait_for()
    person.arrives("/account/sign-in/")
    person.page.get_by_role("textbox").first.fill(worker.email)
    person.page.locator("input[type=password]").fill(PASSWORD)
    person.page.locator("form[action='/account/sign-in/'] button").click()
    person.arrives("/account/second-step/")
    person.page.locator("html[lang=es]").wait_for()
    with system("test"):
        worker.refresh_from_db()
    assert worker.language == "es", "chosen before signing in, and kept with the account"
