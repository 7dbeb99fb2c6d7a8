"""How sign-in behaves here: what django-allauth leaves to its host.

Accounts are made by an administrator, never by a visitor. Guessing is slowed where it happens, in one browser
or at one address, so that nobody can lock a field worker out of their own phone.
"""

import secrets
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from beenthere.foundation.crypto.installation import Use, open_text, seal_text
from beenthere.foundation.rate_limits import Rate, count_try
from beenthere.trust.api import security, sign_in

# Wrong passwords: thirty a minute from one address (an office shares one), and for one account in one browser
# a wait that grows: five in five minutes, then fifteen in an hour, then thirty in a day.
FROM_ONE_ADDRESS = (Rate(amount=30, seconds=60),)
FOR_ONE_ACCOUNT = (Rate(amount=5, seconds=300), Rate(amount=15, seconds=3600), Rate(amount=30, seconds=86400))
KNOWN_BROWSER = "known_browser" if settings.LOCAL else "__Host-known_browser"
KNOWN_BROWSER_DAYS = 90
CHOSEN_LANGUAGE = "chosen_language"
CODE_APP_SECRET = Use("secret of a code app")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("That email and password don't go together. Check both and try again."),
        "too_many_login_attempts": _(
            "Too many tries from this browser. Wait five minutes, then try again. Your account is not locked:"
            " you can still sign in on a device you have used before, or with a passkey."
        ),
        "incorrect_password": _("That isn't the password of this account. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """JSON only where a page of ours asks for it: every form of allauth would answer it otherwise."""
        at = request.resolver_match
        return at is not None and at.url_name == "mfa_login_webauthn" and bool(super().is_ajax(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try, to be given back when the password is right."""
        account = sha256(self._get_login_attempts_cache_key(request, **credentials).encode()).hexdigest()
        self._login_failed_rl_usage = count_try(
            {
                f"wrong password from {ratelimit.get_ip(request)}": FROM_ONE_ADDRESS,
                f"wrong password for {account}": FOR_ONE_ACCOUNT,
            }
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The account and where the try comes from: a browser its owner has used, or else an address.

        A count per account alone would let anybody lock its owner out; see OWASP's note on device cookies.
        """
        login = str(credentials.get("email", "")).lower()
        place = _known_browser(request, login) or f"address {self.get_client_ip(request)}"
        return f"{login} at {place}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        request.refused_account = str(credentials.get("email", ""))  # type: ignore[attr-defined]

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """allauth would ask its own table of addresses, which is empty: the one email is in `User`."""
        again = self.authenticate(context.request, email=user.get_username(), password=password)
        return again is not None and again.pk == user.pk

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        self.begin_session(request, user)

    def begin_session(self, request: HttpRequest, user: AbstractBaseUser, *, persona: str = "") -> None:
        """A session begins and the audit says so, or neither. `persona` marks one of the demonstration."""
        with transaction.atomic():
            super().login(request, user)
            security.begin(request, persona=persona)
            request.session[sign_in.DEVICE] = device_label(request.headers.get("User-Agent", ""))
            _keep_chosen_language(request, user)
            sign_in.note_signed_in(request, how="persona" if persona else _how(request))

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **hooks: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **hooks)
        remember_browser(request, response, user.get_username())
        speak_their_language(response, getattr(user, "language", settings.LANGUAGE_CODE))
        return response


def _keep_chosen_language(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Whoever changed the language on the sign-in page meant it."""
    chosen = request.session.pop(CHOSEN_LANGUAGE, None)
    if chosen:
        user.language = chosen  # type: ignore[attr-defined]
        user.save(update_fields=["language"])  # type: ignore[misc]


def _how(request: HttpRequest) -> str:
    records = get_authentication_records(request, request.user)
    last = records[-1] if records else {}
    return "passkey" if last.get("passwordless") else str(last.get("type") or last.get("method", "password"))


def remember_browser(request: HttpRequest, response: HttpResponse, login: str) -> None:
    """Mark this browser as one its owner has used. The mark opens nothing; it only counts tries apart."""
    mark = signing.dumps({"login": _hashed(login), "mark": secrets.token_hex(8)}, salt=KNOWN_BROWSER)
    response.set_cookie(
        KNOWN_BROWSER,
        mark,
        max_age=KNOWN_BROWSER_DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known_browser(request: HttpRequest, login: str) -> str:
    """The mark of a browser that `login` has signed in with before; empty for any other."""
    try:
        seen = signing.loads(
            request.COOKIES.get(KNOWN_BROWSER, ""), salt=KNOWN_BROWSER, max_age=KNOWN_BROWSER_DAYS * 24 * 3600
        )
    except signing.BadSignature:
        return ""
    return f"browser {seen['mark']}" if seen["login"] == _hashed(login) else ""


def _hashed(login: str) -> str:
    """Two people share a browser: whose mark it is can be told, not read."""
    return salted_hmac(KNOWN_BROWSER, login.lower()).hexdigest()[:16]


def speak_their_language(response: HttpResponse, language: str) -> None:
    """The language a person chose goes with them to every browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"),
            ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip
_BROWSERS = (("Edg/", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


def device_label(user_agent: str) -> str:
    """Enough for its owner to know a browser again, "Chrome, Android"; not enough to know them by."""
    return ", ".join(filter(None, (_first_in(user_agent, _BROWSERS), _first_in(user_agent, _SYSTEMS))))


def _first_in(user_agent: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((word for mark, word in table if mark in user_agent), "")


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That didn't work. Codes change every 30 seconds: try the one shown now."),
        "cannot_delete_authenticator": _(
            "This is your only second step. Add another one first, then you can remove it."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal_text(text, CODE_APP_SECRET)

    def decrypt(self, encrypted_text: str) -> str:
        return open_text(encrypted_text, CODE_APP_SECRET)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff always keep one second step."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("My passkey") if number == 1 else gettext("Passkey {number}").format(number=number)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name a phone shows beside the passkey; allauth would show the host."""
        return {**super().get_public_key_credential_rp_entity(), "name": "BeenThere"}
