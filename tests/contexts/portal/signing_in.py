"""People at screens: browsers, passwords and codes for the tests of sign-in."""

from itertools import count
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from beenthere.trust.acting import system
from beenthere.trust.models import User

PASSWORD = "paper boat on the lake"
_addresses = count(1)


def browser(**headers: Any) -> Client:
    """A browser at an address of its own: tries are counted per address, and tests must not share one."""
    number = next(_addresses)
    address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=address, **headers)


def enter(client: Client, user: User | str, password: str = PASSWORD) -> HttpResponse:
    email = user if isinstance(user, str) else user.email
    return client.post(reverse("account_login"), {"login": email, "password": password})


def give_code_app(user: User) -> str:
    secret = generate_totp_secret()
    with system("test"):
        TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def enter_code(client: Client, code: str) -> HttpResponse:
    return client.post(reverse("mfa_authenticate"), {"code": code})


def opens(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200
