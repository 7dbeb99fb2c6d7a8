"""What follows when somebody shows, adds or removes a second step, or changes a password."""

from typing import Any

from allauth.account.signals import authentication_step_completed, password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver
from django.http import HttpRequest

from beenthere.portal import events
from beenthere.trust.api import security, sign_in

_REAL_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def _is_signed_in(request: HttpRequest, user: AbstractBaseUser) -> bool:
    return request.user.is_authenticated and request.user.pk == user.pk


@receiver(authentication_step_completed)
def new_session_id(request: HttpRequest, reauthenticated: bool = False, **rest: Any) -> None:
    """Proving oneself again gives a new session id, as signing in does (ASVS 7.2.4)."""
    if reauthenticated:
        request.session.cycle_key()


@receiver(authenticator_used)
def shown(request: HttpRequest, user: AbstractBaseUser, **rest: Any) -> None:
    if _is_signed_in(request, user):
        security.took_second_step(request)


@receiver(authenticator_added)
def added(request: HttpRequest, user: AbstractBaseUser, authenticator: Authenticator, **rest: Any) -> None:
    """A session that was open before, by password alone, does not live on beside the new second step."""
    if authenticator.type in _REAL_STEPS and _is_signed_in(request, user):
        security.took_second_step(request)
        sign_in.end_sessions(user.pk, keep=request.session.session_key)
        sign_in.note(request, events.SECOND_STEP_ADDED, how=authenticator.type)


@receiver(authenticator_removed)
def removed(request: HttpRequest, user: AbstractBaseUser, authenticator: Authenticator, **rest: Any) -> None:
    if authenticator.type in _REAL_STEPS:
        sign_in.end_sessions(user.pk, keep=request.session.session_key)
        sign_in.note(request, events.SECOND_STEP_REMOVED, how=authenticator.type)


@receiver(authenticator_reset)
def codes_made(request: HttpRequest, **rest: Any) -> None:
    sign_in.note(request, events.RECOVERY_CODES_MADE)


@receiver(password_changed)
def password_was_changed(request: HttpRequest, user: AbstractBaseUser, **rest: Any) -> None:
    """Django ends the other sessions itself: each is bound to the former password."""
    sign_in.note_for(user.pk, events.PASSWORD_CHANGED, how="change")


@receiver(password_reset)
def password_was_reset(user: AbstractBaseUser, **rest: Any) -> None:
    sign_in.end_sessions(user.pk)
    sign_in.note_for(user.pk, events.PASSWORD_CHANGED, how="reset")
