"""Signing in: what is asked, what is refused, what an answer gives away, and what the audit keeps of it."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import signing
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.users import grant
from signing_in import PASSWORD, browser, code_of, enter, enter_code, give_code_app, opens

from beenthere.portal.accounts import KNOWN_BROWSER
from beenthere.trust.access import Role
from beenthere.trust.acting import system
from beenthere.trust.api import sign_in
from beenthere.trust.models import Organization, User


def events_of(loader: Any, organization: Organization) -> list[tuple[str, str]]:
    rows = loader.execute(
        "select verb, outcome from trust_auditevent where organization_id = %s order by id", [organization.id]
    )
    return [(row["verb"], row["outcome"]) for row in rows]


@pytest.fixture
def worker(make_user: Callable[..., User]) -> User:
    return make_user(Role.SPECIALIST, password=PASSWORD)


def test_a_password_alone_opens_only_the_page_that_asks_for_a_second_step(worker: User) -> None:
    client = browser()
    assert enter(client, worker).url == "/"
    for name in ("home", "account", "choose_organization"):
        assert client.get(reverse(name)).url == reverse("mfa_index")
    assert "One more thing before you begin" in client.get(reverse("mfa_index")).content.decode()


def test_password_and_code_open_everything_and_the_session_id_is_new(worker: User) -> None:
    secret, client = give_code_app(worker), browser()
    before = client.get(reverse("account_login")).cookies.get("sessionid")
    assert enter(client, worker).url == reverse("mfa_authenticate")
    waiting = client.cookies["sessionid"].value
    assert not opens(client)
    assert enter_code(client, code_of(secret)).url == "/"
    assert opens(client)
    assert client.cookies["sessionid"].value not in (waiting, before)


def test_a_code_is_used_once(worker: User) -> None:
    secret = give_code_app(worker)
    code = code_of(secret)
    first, second = browser(), browser()
    enter(first, worker)
    assert enter_code(first, code).status_code == 302
    enter(second, worker)
    assert "That didn&#x27;t work" in enter_code(second, code).content.decode()
    assert not opens(second)


def test_a_recovery_code_works_once(worker: User) -> None:
    give_code_app(worker)
    with system("test"):
        code = RecoveryCodes.activate(worker).get_unused_codes()[0]
    first, second = browser(), browser()
    enter(first, worker)
    enter_code(first, code)
    enter(second, worker)
    assert enter_code(second, code).status_code == 200
    assert opens(first)
    assert not opens(second)


def test_the_code_app_secret_is_sealed_in_the_database(worker: User, loader: Any) -> None:
    secret = give_code_app(worker)
    row = loader.execute(
        "select data::text from mfa_authenticator where user_id = %s", [worker.id]
    ).fetchone()
    assert secret not in row["data"]


def test_setting_up_a_code_app_shows_the_recovery_codes_once_and_ends_older_sessions(worker: User) -> None:
    client, older = browser(), browser()
    enter(older, worker)
    enter(client, worker)
    again = client.get(reverse("mfa_activate_totp"))
    assert again.url.startswith(reverse("account_reauthenticate"))
    client.post(again.url, {"password": PASSWORD, "next": reverse("mfa_activate_totp")})
    form = client.get(reverse("mfa_activate_totp")).context["form"]
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(form.secret)})
    assert done.url == reverse("mfa_view_recovery_codes")
    shown = client.get(done.url).context["unused_codes"]
    assert len(shown) == 10
    assert shown[0] not in client.get(done.url).content.decode()
    assert opens(client)
    assert older.get(reverse("mfa_index")).url.startswith(reverse("account_login"))


def test_a_session_opened_before_the_second_step_existed_cannot_change_it(worker: User) -> None:
    client = browser()
    enter(client, worker)
    give_code_app(worker)
    for name in (
        "mfa_index",
        "mfa_deactivate_totp",
        "account_change_password",
        "mfa_generate_recovery_codes",
    ):
        assert client.get(reverse(name)).url.startswith(reverse("mfa_reauthenticate"))
    assert not opens(client)


def test_the_only_second_step_cannot_be_removed(worker: User) -> None:
    secret, client = give_code_app(worker), browser()
    enter(client, worker)
    enter_code(client, code_of(secret))
    url = client.get(reverse("mfa_deactivate_totp")).url
    client.post(url, {"password": PASSWORD, "next": reverse("mfa_deactivate_totp")})
    assert "only second step" in client.post(reverse("mfa_deactivate_totp")).content.decode()
    with system("test"):
        assert Authenticator.objects.filter(user=worker).count() == 1


def test_known_and_unknown_accounts_get_the_same_answer_for_the_same_work(worker: User) -> None:
    def answer(email: str) -> tuple[int, str, int]:
        client = browser()
        with (
            patch.object(Argon2PasswordHasher, "encode", autospec=True, side_effect=_encode) as made,
            patch.object(Argon2PasswordHasher, "verify", autospec=True, side_effect=_verify) as checked,
        ):
            response = enter(client, email, "not the password at all")
        token = client.cookies["csrftoken"].value
        shown = [line for line in response.content.decode().split("\n") if "csrfmiddlewaretoken" not in line]
        text = "\n".join(shown).replace(email, "E").replace(token, "T")
        nonce = response.headers["Content-Security-Policy"].partition("'nonce-")[2].partition("'")[0]
        return response.status_code, text.replace(nonce, "N"), made.call_count + checked.call_count

    known, unknown = answer(worker.email), answer("nobody.here@example.org")
    assert known == unknown
    assert known[2] == 1


_encode, _verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify


def test_too_many_wrong_passwords_slow_one_browser_and_never_lock_the_owner_out(worker: User) -> None:
    guesser, owner = browser(), browser()
    enter(owner, worker)
    owner.post(reverse("account_logout"))
    for _try in range(5):
        assert "go together" in enter(guesser, worker, "wrong wrong wrong").content.decode()
    refused = enter(guesser, worker).content.decode()
    assert "Too many tries from this browser" in refused
    assert enter(browser(), worker).status_code == 302
    owner.defaults["REMOTE_ADDR"] = guesser.defaults["REMOTE_ADDR"]
    assert enter(owner, worker).status_code == 302, "a browser its owner has used counts for itself"


def test_guessing_many_accounts_from_one_address_is_slowed(worker: User) -> None:
    guesser = browser()
    statuses = {enter(guesser, f"a{n}@example.org", "x" * 12).status_code for n in range(31)}
    assert 429 in statuses


def test_the_mark_of_a_known_browser_does_not_tell_the_account(worker: User) -> None:
    client = browser()
    enter(client, worker)
    mark = client.cookies["known_browser"].value
    assert worker.email not in mark
    assert worker.email not in str(signing.loads(mark, salt=KNOWN_BROWSER))


def test_the_audit_keeps_sign_in_and_refusal(worker: User, organization: Organization, loader: Any) -> None:
    client = browser()
    enter(client, worker, "wrong wrong wrong")
    enter(client, worker)
    assert events_of(loader, organization)[-2:] == [
        ("session.refused", "denied"),
        ("session.signed_in", "done"),
    ]


def test_an_unknown_account_is_noted_for_the_platform_without_its_words(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    enter(browser(), "my-secret-password@example.org", "whatever it was")
    assert "unknown account" in caplog.text
    assert "my-secret-password" not in caplog.text


def test_a_failing_audit_undoes_the_sign_in(worker: User) -> None:
    client = browser()
    client.raise_request_exception = False
    with patch("beenthere.trust.sign_in.record_read", side_effect=RuntimeError("the audit is away")):
        assert enter(client, worker).status_code == 500
    assert client.get(reverse("mfa_index")).url.startswith(reverse("account_login"))


def test_a_forgotten_password_answers_the_same_for_everyone(worker: User, mailoutbox: list[Any]) -> None:
    for email in (worker.email, "nobody.here@example.org"):
        response = browser().post(reverse("account_reset_password"), {"email": email})
        assert response.url == reverse("account_reset_password_done")
    assert [mail.to for mail in mailoutbox] == [[worker.email], ["nobody.here@example.org"]]


def test_a_reset_password_still_needs_the_second_step(worker: User, mailoutbox: list[Any]) -> None:
    give_code_app(worker)
    client = browser()
    client.post(reverse("account_reset_password"), {"email": worker.email})
    link = next(word for word in mailoutbox[0].body.split() if "/account/password/new/" in word)
    form = client.get(link.partition("localhost")[2], follow=True)
    new = "green kettle by the window"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert enter(client, worker, new).url == reverse("mfa_authenticate")
    assert not opens(client)


def test_changing_the_password_signs_out_everywhere(worker: User) -> None:
    secret, client, other = give_code_app(worker), browser(), browser()
    enter(client, worker)
    enter_code(client, code_of(secret))
    with system("test"):
        code = RecoveryCodes.activate(worker).get_unused_codes()[0]
    enter(other, worker)
    enter_code(other, code)
    new = "green kettle by the window"
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert not opens(client)
    assert not opens(other)


def test_a_user_of_two_organizations_chooses_and_sees_the_chosen_one_only(
    worker: User, organization: Organization, other_organization: Organization, loader: Any
) -> None:
    grant(other_organization, worker, Role.BILLER)
    secret, client = give_code_app(worker), browser()
    enter(client, worker)
    enter_code(client, code_of(secret))
    assert client.get(reverse("home")).url == reverse("choose_organization")
    page = client.get(reverse("choose_organization")).content.decode()
    assert organization.name in page
    assert other_organization.name in page
    client.post(reverse("choose_organization"), {"organization": str(other_organization.id)})
    assert client.get(reverse("account")).context["page"].organization == other_organization.name
    assert ("session.signed_in", "done") in events_of(loader, other_organization)


def test_an_organization_one_does_not_work_for_cannot_be_chosen(
    client_as: Callable[..., Client], other_organization: Organization
) -> None:
    client = client_as(Role.SPECIALIST)
    for chosen in (str(other_organization.id), "nonsense"):
        assert client.post(reverse("choose_organization"), {"organization": chosen}).status_code == 404


def test_sessions_are_listed_and_the_others_ended(worker: User) -> None:
    first, second = browser(HTTP_USER_AGENT="Chrome/130 Android"), browser()
    secret = give_code_app(worker)
    with system("test"):
        code = RecoveryCodes.activate(worker).get_unused_codes()[0]
    enter(first, worker)
    enter_code(first, code_of(secret))
    enter(second, worker)
    enter_code(second, code)
    listed = first.get(reverse("account")).context["page"].sessions
    assert [one.this_one for one in listed] == [True, False]
    assert listed[0].device == "Chrome, Android"
    assert first.cookies["sessionid"].value not in first.get(reverse("account")).content.decode()
    first.post(reverse("end_sessions"))
    assert opens(first)
    assert not opens(second)


def test_the_language_goes_with_the_account(worker: User, client_as: Callable[..., Client]) -> None:
    client = client_as(Role.SPECIALIST, user=worker)
    client.post(reverse("language"), {"language": "es", "next": "https://elsewhere.example/"})
    new = browser()
    enter(new, worker)
    assert new.cookies["django_language"].value == "es"
    assert (
        client.post(reverse("language"), {"language": "xx", "next": "https://elsewhere.example/"}).url == "/"
    )


def test_a_lost_second_step_is_forgotten_by_two_people_and_signs_out_everywhere(
    worker: User, organization: Organization, loader: Any
) -> None:
    secret, client = give_code_app(worker), browser()
    enter(client, worker)
    enter_code(client, code_of(secret))
    call_command("forget_second_step", worker.email, confirmed_by="Kim Lee", stdout=StringIO())
    assert not opens(client)
    again = browser()
    assert enter(again, worker).url == "/"
    assert again.get(reverse("home")).url == reverse("mfa_index")
    assert ("account.second_step_removed", "done") in events_of(loader, organization)
    with pytest.raises(CommandError, match="no account"):
        call_command("forget_second_step", "nobody.here@example.org", confirmed_by="Kim Lee")


def test_there_is_no_sign_up(database: str) -> None:
    client = browser()
    page = client.get(reverse("account_signup"))
    assert "made by the administrator" in page.content.decode()
    assert client.post(reverse("account_signup"), {"email": "a@example.org"}).status_code == 405


def test_a_device_is_described_well_enough_for_its_owner(worker: User) -> None:
    client = browser(HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18) Version/18 Safari/604.1")
    enter(client, worker)
    with system("test"):
        assert client.session[sign_in.DEVICE] == "Safari, iPhone"


def test_signing_in_asks_the_database_few_things(worker: User) -> None:
    """Beginning and ending transactions included. Tries are counted; no table is counted through."""
    secret, client = give_code_app(worker), browser()
    with system("test"), CaptureQueriesContext(connection) as by_password:
        enter(client, worker)
    with system("test"), CaptureQueriesContext(connection) as by_code:
        enter_code(client, code_of(secret))
    assert opens(client)
    assert len(by_password) <= 15
    assert len(by_code) <= 40
    assert not [asked for asked in by_password.captured_queries if "COUNT(*) FROM" in asked["sql"]]


@pytest.mark.parametrize(
    ("password", "title"), [(None, "Choose a password"), (PASSWORD, "Choose a new password")]
)
def test_the_page_of_the_link_knows_whether_there_was_a_password(
    make_user: Callable[..., User], password: str | None, title: str
) -> None:
    user = make_user(Role.SPECIALIST, password=password)
    with system("test"):
        key = default_token_generator.make_token(user)
    link = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    page = browser().get(link, follow=True).content.decode()
    assert f">{title}</h1>" in page
    assert "placeholder" not in page
    assert "New Password" not in page
    assert "The same password again" in page


def test_what_is_wrong_with_a_password_names_the_field_as_the_page_does(
    make_user: Callable[..., User],
) -> None:
    user = make_user(Role.SPECIALIST, password=None)
    with system("test"):
        key = default_token_generator.make_token(user)
    link = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    client = browser()
    form = client.get(link, follow=True).request["PATH_INFO"]
    page = client.post(form, {"password1": "short", "password2": ""}).content.decode()
    labels = {words.strip() for words in re.findall(r"<label[^>]*>([^<]+)</label>", page)}
    named = re.findall(r'<li><a href="#id_password\d">([^:]+): ', page)
    assert set(named) == labels == {"Password", "The same password again"}
