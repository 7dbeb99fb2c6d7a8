"""The people of the demonstration: one click on this machine, and nowhere else."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from factories.users import grant
from signing_in import opens

from beenthere.portal.demo.personas import PERSONAS
from beenthere.trust.access import Role
from beenthere.trust.acting import system
from beenthere.trust.models import Organization, User


@pytest.fixture(autouse=True)
def _demonstration(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def persona(organization: Organization) -> User:
    email = PERSONAS[0].email
    with system("test"):
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, None, name="Ana")
        user.grants.all().delete()
    grant(organization, user, Role.SPECIALIST)
    return user


def at_home() -> Client:
    return Client(SERVER_NAME="localhost", REMOTE_ADDR="127.0.0.1")


def test_one_click_signs_in_without_a_second_step(persona: User) -> None:
    client = at_home()
    assert client.get(reverse("account")).url.startswith(reverse("demo_personas"))
    assert PERSONAS[0].name in client.get(reverse("demo_personas")).content.decode()
    assert client.post(reverse("demo_personas"), {"persona": PERSONAS[0].key}).url == "/"
    assert opens(client)


def test_a_practice_person_cannot_change_how_they_sign_in(persona: User) -> None:
    client = at_home()
    client.post(reverse("demo_personas"), {"persona": PERSONAS[0].key})
    for name in ("mfa_index", "mfa_activate_totp", "account_change_password"):
        assert client.get(reverse(name)).url == "/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "10.1.2.3"},
        {"REMOTE_ADDR": "::ffff:10.1.2.3"},
        {"HTTP_X_FORWARDED_FOR": "10.1.2.3"},
        {"HTTP_FORWARDED": "for=10.1.2.3"},
    ],
)
def test_only_on_this_machine(persona: User, elsewhere: dict[str, str]) -> None:
    client = at_home()
    client.defaults.update(elsewhere)
    assert client.get(reverse("demo_personas")).status_code == 404
    answer = client.post(reverse("demo_personas"), {"persona": PERSONAS[0].key})
    assert answer.status_code == 404


def test_not_without_the_demonstration(persona: User, settings: Any) -> None:
    client = at_home()
    client.post(reverse("demo_personas"), {"persona": PERSONAS[0].key})
    settings.DEMO = False
    assert client.get(reverse("demo_personas")).status_code == 404
    assert client.get(reverse("account")).url == reverse("mfa_index"), "the exemption ends with it"


def test_an_ordinary_user_cannot_be_picked(persona: User, make_user: Callable[..., User]) -> None:
    worker = make_user(Role.SPECIALIST)
    assert at_home().post(reverse("demo_personas"), {"persona": worker.email}).status_code == 404


def test_the_command_says_whom_one_can_be(persona: User) -> None:
    said = StringIO()
    call_command("demo_accounts", stdout=said)
    assert PERSONAS[0].name in said.getvalue()
    assert "/demo/" in said.getvalue()
