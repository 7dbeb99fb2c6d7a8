"""The locked screen: when it comes, what it shows, what opens it, and that no word is lost behind it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from signing_in import PASSWORD, browser, code_of, enter, enter_code, give_code_app, opens

from beenthere.foundation import clock
from beenthere.foundation.clock import standing_at
from beenthere.trust.access import Role
from beenthere.trust.acting import system
from beenthere.trust.checks import patterns
from beenthere.trust.models import Session, User

START = clock.now()
WORDS = "She told me about the winter she slept in her car"


def later(**time: float) -> Any:
    return standing_at(START + timedelta(**time))


@pytest.fixture
def worker(make_user: Callable[..., User]) -> User:
    return make_user(Role.SPECIALIST, password=PASSWORD)


@pytest.fixture
def client(worker: User) -> Client:
    """Signed in at START with password and code."""
    client = browser()
    with standing_at(START):
        secret = give_code_app(worker)
        enter(client, worker)
        enter_code(client, code_of(secret))
    client.secret = secret  # type: ignore[attr-defined]
    return client


def unlock(client: Client, secret: str, **more: str) -> HttpResponse:
    return client.post(reverse("lock"), {"secret": secret, **more})


def is_locked(client: Client) -> bool:
    return client.get(reverse("account")).headers.get("Location", "").startswith(reverse("lock"))


def test_the_screen_locks_after_a_quiet_quarter_of_an_hour(client: Client) -> None:
    with later(minutes=15):
        assert opens(client)
    with later(minutes=30, seconds=59):
        assert opens(client), "the page itself locks on time; the server waits for what it has not heard yet"
    with later(minutes=47):
        assert is_locked(client)


def test_typing_keeps_it_open(client: Client) -> None:
    for minute in range(0, 60, 10):
        with later(minutes=minute):
            assert client.post(reverse("ping"), headers={"Sec-Fetch-Mode": "cors"}).status_code == 204
    with later(minutes=65):
        assert opens(client)
    with later(minutes=85):
        assert client.post(reverse("ping"), headers={"Sec-Fetch-Mode": "cors"}).status_code == 401
        assert is_locked(client)


def test_password_or_code_unlock_under_a_new_session_id_and_lead_back(client: Client) -> None:
    with later(minutes=20):
        there = client.get(reverse("account"))
        assert there.url == f"{reverse('lock')}?next=%2Faccount%2F"
        former = client.cookies["sessionid"].value
        assert unlock(client, PASSWORD, next="/account/").url == "/account/"
        assert client.cookies["sessionid"].value != former
        assert opens(client)


def test_a_fresh_code_unlocks_too(client: Client, make_user: Callable[..., User]) -> None:
    user = make_user(Role.SPECIALIST, password=PASSWORD)
    other = browser()
    enter(other, user)
    secret = give_code_app(user)
    other.get(reverse("lock"))
    assert unlock(other, code_of(secret)).url == "/"


def test_nothing_wrong_unlocks_it_and_nothing_else_opens(client: Client) -> None:
    with later(minutes=20):
        assert is_locked(client)
        for wrong in ("not the password", "123456", code_of(client.secret)):  # type: ignore[attr-defined]
            assert "That didn&#x27;t open it" in unlock(client, wrong).content.decode()
        for name in ("account", "mfa_index", "account_change_password", "choose_organization"):
            assert client.get(reverse(name)).url.startswith(reverse("lock"))


def test_trying_again_and_again_is_slowed(client: Client) -> None:
    client.get(reverse("lock"))
    answers = [unlock(client, "wrong wrong wrong").content.decode() for _try in range(7)]
    assert "Too many tries" in answers[-1]
    assert "Too many tries" in unlock(client, PASSWORD).content.decode()


def test_the_locked_screen_says_nothing_of_anybody(client: Client, worker: User, organization: Any) -> None:
    page = client.get(reverse("lock"), {"next": "/account/"}).content.decode()
    for word in (worker.name, worker.email, organization.name):
        assert word not in page
    assert re.search(r"<title>\s*Locked - BeenThere\s*</title>", page)
    assert "<nav" not in page


def test_a_form_sent_to_a_locked_screen_is_held_sealed_and_goes_on_its_way(
    client: Client, worker: User
) -> None:
    with later(minutes=1):
        second = _second_browser(worker)
    with later(minutes=20):
        sent = client.post(reverse("end_sessions"), {"handle": "", "words": WORDS})
        assert sent.status_code == 307
        assert sent.url.startswith(reverse("lock"))
        page = client.post(sent.url, {"handle": "", "words": WORDS})
        assert WORDS not in page.content.decode()
        kept = page.context["page"].kept
        assert WORDS not in _all_sessions()
        assert "That didn" in unlock(client, "wrong wrong wrong", kept=kept).content.decode()
        assert unlock(client, PASSWORD, kept=kept).url == reverse("account")
    with later(minutes=2):
        assert second.get(reverse("account")).url.startswith(reverse("account_login")), (
            "the form did its work"
        )


def _all_sessions() -> str:
    with system("test"):
        return str([session.get_decoded() for session in Session.objects.all()])


def _second_browser(worker: User) -> Client:
    second = browser()
    with system("test"):
        second.force_login(worker)
    return second


def test_a_held_form_opens_for_nobody_else(client: Client, make_user: Callable[..., User]) -> None:
    with later(minutes=20):
        sent = client.post(reverse("end_sessions"), {"words": WORDS})
        kept = client.post(sent.url, {"words": WORDS}).context["page"].kept
    stranger = browser()
    enter(stranger, make_user(Role.SPECIALIST, password=PASSWORD))
    stranger.get(reverse("lock"))
    assert unlock(stranger, PASSWORD, kept=kept, next="/more/").url == "/more/"


def test_a_draft_saved_by_a_script_is_told_no_instead_of_being_led_astray(client: Client) -> None:
    with later(minutes=20):
        answer = client.post(reverse("end_sessions"), headers={"Sec-Fetch-Mode": "cors"})
        assert answer.status_code == 401
        swapped = client.get(reverse("account"), headers={"HX-Request": "true"})
        assert swapped.headers["HX-Redirect"].startswith(reverse("lock"))


def test_another_site_cannot_lock_the_screen(client: Client) -> None:
    assert client.get(reverse("lock"), headers={"Sec-Fetch-Site": "cross-site"}).url == "/"
    assert opens(client)


def test_one_can_lock_it_oneself(client: Client) -> None:
    client.post(reverse("lock"), {"lock": "now"})
    assert is_locked(client)


def test_twelve_hours_end_the_session_however_busy(client: Client) -> None:
    for quarter in range(0, 12 * 60, 14):
        with later(minutes=quarter):
            client.post(reverse("ping"))
    with later(hours=11, minutes=59):
        assert opens(client)
    with later(hours=12, minutes=1):
        assert client.get(reverse("account")).url.startswith(reverse("account_login"))


def test_the_audit_keeps_lock_and_unlock(client: Client, organization: Any, loader: Any) -> None:
    with later(minutes=20):
        client.get(client.get(reverse("account")).url)
        client.get(reverse("lock"))
        unlock(client, "wrong wrong wrong")
        unlock(client, PASSWORD)
    rows = loader.execute(
        "select verb from trust_auditevent where organization_id = %s and verb like 'session.%%' order by id",
        [organization.id],
    )
    assert [row["verb"].removeprefix("session.") for row in rows][-3:] == ["locked", "refused", "unlocked"]


def test_going_back_leads_only_to_our_own_pages(client: Client) -> None:
    client.get(reverse("lock"))
    assert unlock(client, PASSWORD, next="https://elsewhere.example/").url == "/"


PLACES = {"uuid": "0198c2aa-0000-7000-8000-000000000000", "int": "1", "str": "x", "slug": "x", "path": "x"}


def _endpoints() -> list[str]:
    routes = [route for route, pattern in patterns() if getattr(pattern.callback.access, "may", "")]
    return [re.sub(r"<(\w+):\w+>", lambda kind: PLACES[kind[1]], route) for route in routes]


def test_no_endpoint_opens_without_sign_in_second_step_and_an_open_screen(
    make_user: Callable[..., User], client_as: Callable[..., Client]
) -> None:
    nobody, half, locked = browser(), browser(), client_as(Role.SPECIALIST)
    enter(half, make_user(Role.SPECIALIST, password=PASSWORD))
    locked.post(reverse("lock"), {"lock": "now"})
    routes = _endpoints()
    assert len(routes) > 10
    for route in routes:
        assert _asks(nobody, route).startswith(reverse("account_login")), route
        assert _asks(half, route) == reverse("mfa_index"), route
        assert _asks(locked, route).startswith(reverse("lock")), route


def _asks(client: Client, route: str) -> str:
    answer = client.get(route)
    if answer.status_code == 405:
        answer = client.post(route)
    return str(answer.headers.get("Location", answer.status_code))
