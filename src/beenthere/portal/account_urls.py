"""The pages of sign-in and of one's own account.

Of django-allauth only what is used is here: no sign-up, no email addresses to manage, no codes by email. Its
pages for somebody signed in stand behind `own`: they are outside any organization, so `endpoint` cannot guard
them, and a locked screen must not show them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as passkeys
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, re_path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from beenthere.portal import second_step  # noqa: F401  (connects what follows a second step)
from beenthere.portal.views import accounts, language, lock
from beenthere.trust.api import declared_public, security, sign_in

View = Callable[..., HttpResponse]


def own(view: View, *, proves: bool = False) -> View:
    """A page of one's own account: not while locked, not for a persona of the demonstration.

    Who has a second step must have shown it in this session before they change it; `proves` marks the pages
    where that is done.
    """

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        first = security.before(request)
        if first is not None and (not request.user.is_authenticated or security.is_locked(request)):
            return first
        if request.session.get(security.PERSONA):
            messages.info(request, _("Practice people have no password and no second step."))
            return redirect("/")
        if not proves and not security.has_second_factor(request) and _has_second_step(request):
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return run


def _has_second_step(request: HttpRequest) -> bool:
    return bool(is_mfa_enabled(request.user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


def refusals_noted(view: View) -> View:
    """Note a refused sign-in after the answer is sent: known and unknown accounts take equally long."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        email = getattr(request, "refused_account", None)
        if email is not None:
            address = get_adapter().get_client_ip(request)
            response._resource_closers.append(  # type: ignore[attr-defined]
                lambda: sign_in.note_refused(email=email, address=address)
            )
        return response

    return run


def only_if_another_remains(view: View) -> View:
    """allauth asks this before it removes a code app, but not before it removes a passkey."""

    @wraps(view)
    def run(request: HttpRequest, pk: int) -> HttpResponse:
        passkey = get_object_or_404(Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN)
        adapter = get_mfa_adapter()
        if adapter.can_delete_authenticator(passkey):
            return view(request, pk=pk)
        messages.error(request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_index")

    return run


_no_account_yet = TemplateView.as_view(template_name="account/signup_closed.html")

_sign_in = [
    path("account/sign-in/", refusals_noted(account.login), name="account_login"),
    path("account/sign-in/second-step/", mfa.authenticate, name="mfa_authenticate"),
    path("account/sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("account/sign-out/", account.logout, name="account_logout"),
    path("account/none-yet/", _no_account_yet, name="account_signup"),
    path("account/not-active/", account.account_inactive, name="account_inactive"),
    path("account/password/forgot/", account.password_reset, name="account_reset_password"),
    path("account/password/forgot/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^account/password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/new/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

_own = [
    path("account/confirm/", own(account.reauthenticate, proves=True), name="account_reauthenticate"),
    path("account/confirm/code/", own(mfa.reauthenticate, proves=True), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey/",
        own(passkeys.reauthenticate_webauthn, proves=True),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/password/", own(account.password_change), name="account_change_password"),
    path("account/password/set/", own(account.password_set), name="account_set_password"),
    path("account/second-step/", own(mfa.index), name="mfa_index"),
    path("account/second-step/app/", own(totp.activate_totp), name="mfa_activate_totp"),
    path("account/second-step/app/remove/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/second-step/passkeys/", own(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("account/second-step/passkeys/add/", own(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        "account/second-step/passkeys/<int:pk>/name/", own(passkeys.edit_webauthn), name="mfa_edit_webauthn"
    ),
    path(
        "account/second-step/passkeys/<int:pk>/remove/",
        own(only_if_another_remains(passkeys.remove_webauthn)),
        name="mfa_remove_webauthn",
    ),
    path("account/second-step/codes/", own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/second-step/codes/new/",
        own(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]

urlpatterns = [
    *declared_public(_sign_in, reason="signing in and out, and a forgotten password: nobody is known yet"),
    *declared_public(_own, reason="one's own password and second step, outside any organization; see `own`"),
    path("account/", accounts.account, name="account"),
    path("account/sessions/end/", accounts.end_sessions, name="end_sessions"),
    path("account/organization/", accounts.choose_organization, name="choose_organization"),
    path("lock/", lock.lock, name="lock"),
    path("ping/", lock.ping, name="ping"),
    path("language/", language.language, name="language"),
    path("demo/", accounts.demo_personas, name="demo_personas"),
]
