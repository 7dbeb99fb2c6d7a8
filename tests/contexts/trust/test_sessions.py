"""One question tells who a session belongs to, and nothing is remembered from one request to the next."""

from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.users import grant, new_user, signed_in

from beenthere.trust.acting import system
from beenthere.trust.models import Organization, RoleGrant, Session, User
from beenthere.trust.sessions import SessionStore
from beenthere.trust.sign_in import end_sessions


def test_a_page_begins_with_one_question(organization: Organization) -> None:
    client = signed_in(organization, "specialist", organization.harbor)
    assert client.get(reverse("more")).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("more"))
    about = ("trust_session", "trust_user", "trust_rolegrant", "trust_organization")
    assert sum(any(f"FROM {table}" in one["sql"].replace('"', "") for table in about) for one in asked) == 1


def test_a_role_taken_back_counts_from_the_next_request(organization: Organization) -> None:
    client = signed_in(organization, "administrator")
    grant(organization, client.user, "specialist", organization.harbor)
    assert client.get(reverse("caseload")).status_code == 200
    with system("taking a role back for a test"):
        RoleGrant.objects.filter(user=client.user, role="specialist").delete()
    assert client.get(reverse("caseload")).status_code == 403


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!changed-elsewhere"}])
def test_an_account_that_is_closed_or_changed_is_signed_out_at_the_next_request(
    organization: Organization, change: dict[str, object]
) -> None:
    client = signed_in(organization, "specialist", organization.harbor)
    assert client.get(reverse("caseload")).status_code == 200
    with system("changing an account for a test"):
        User.objects.filter(id=client.user.id).update(**change)
    answer = client.get(reverse("caseload"))
    assert answer.status_code == 302
    assert "/account" in answer.headers["Location"]


def test_sessions_are_found_by_user_and_end_at_once(
    organization: Organization, loader: psycopg.Connection
) -> None:
    mine = signed_in(organization, "specialist", organization.harbor)
    other = signed_in(organization, "specialist", organization.harbor, user=mine.user)
    stranger = signed_in(organization, "specialist", organization.harbor)
    with system("looking at sessions for a test"):
        assert Session.objects.filter(user_id=mine.user.id).count() == 2
        assert end_sessions(mine.user.id, keep=mine.session.session_key) == 1
    assert mine.get(reverse("caseload")).status_code == 200
    assert other.get(reverse("caseload")).status_code == 302
    assert stranger.get(reverse("caseload")).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 302), ({"HTTP_HX_REQUEST": "true"}, 401)], ids=["a person", "a script"]
)
def test_a_session_that_ends_while_its_page_is_made_leads_to_signing_in(
    organization: Organization, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], status: int
) -> None:
    """They signed out in another tab. The page that was asked for had something to write into the session."""
    client = signed_in(organization, "specialist", organization.harbor)
    ends = SessionStore.create_model_instance

    def ended(self: SessionStore, data: dict[str, Any]) -> Session:
        with system("signing out for a test"):
            Session.objects.filter(session_key=self.session_key).delete()
        return ends(self, data)

    monkeypatch.setattr(SessionStore, "create_model_instance", ended)
    answer = client.get(reverse("caseload"), **headers)
    assert answer.status_code == status
    assert "/account" in answer.headers["Location" if status == 302 else "HX-Redirect"]
    assert "sessionid" not in answer.cookies or not answer.cookies["sessionid"].value


def test_nobody_comes_along_into_the_next_request(organization: Organization) -> None:
    """A browser without a session, served after one with a session, is nobody."""
    client = signed_in(organization, "specialist", organization.harbor)
    client.get(reverse("caseload"))
    client.cookies.clear()
    assert client.get(reverse("caseload")).status_code == 302
    other = new_user(organization, "biller")
    assert signed_in(organization, "biller", user=other).get(reverse("caseload")).wsgi_request.user == other


@pytest.mark.parametrize("key", ["abcdefghij\\000klm", "abc; drop table", "äöüäöüäöü", "short", ""])
def test_a_cookie_that_is_no_session_signs_nobody_in(organization: Organization, key: str) -> None:
    """Quoted, a cookie may hold anything: `\\000` is a NUL, for which the database cannot even be asked."""
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    answer = client.get(reverse("caseload"), headers={"Cookie": f'{settings.SESSION_COOKIE_NAME}="{key}"'})
    assert answer.status_code == 302
    assert "/account" in answer.headers["Location"]
