"""The locked screen: nothing of anybody is on it, and nothing anybody wrote is lost behind it."""

import copy
import json
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from beenthere.foundation.crypto.installation import CannotOpen, Use, open_text, seal_text
from beenthere.portal.passkeys import UnlockWithPasskey
from beenthere.portal.places import safe_next
from beenthere.trust.api import public, security, sign_in

TOTP_DIGITS = 6


class UnlockForm(forms.Form):
    """One box for whichever the person has at hand: a password (12 letters or more) or a 6-digit code."""

    secret = forms.CharField(
        label=_("Your password, or the 6-digit code from your app"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, request: HttpRequest) -> None:
        super().__init__(*args)
        self.request = request
        self.how = ""

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        code = secret.replace(" ", "")
        self.how = "code" if len(code) == TOTP_DIGITS and code.isdigit() else "password"
        right = self._is_code(code) if self.how == "code" else self._is_password(secret)
        if not right:
            raise forms.ValidationError(_("That didn't open it. Check it and try again."))
        return secret

    def _is_code(self, code: str) -> bool:
        give_back = check_rate_limit(self.request.user)
        own = Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.TOTP).first()
        right = own is not None and own.wrap().validate_code(code)
        if right:
            give_back()
        return right

    def _is_password(self, password: str) -> bool:
        return bool(get_adapter().reauthenticate(self.request.user, password))


@dataclass(frozen=True, kw_only=True)
class LockPage:
    """What the locked screen shows. No name, no organization, no place."""

    next: str
    kept: str
    form: UnlockForm
    passkey_options: dict[str, object] | None
    persona: bool
    said: str | Promise = ""


@public(reason="a locked screen is opened from here; it shows nothing of anybody")
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    if security.day_is_over(request):
        logout(request)
    if not request.user.is_authenticated:
        return redirect_to_login(safe_next(request))
    if request.method == "POST":
        return _posted(request)
    # Coming here locks. Another site may link here, but must not be able to lock anybody's screen.
    from_elsewhere = request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
    if from_elsewhere and not security.is_locked(request):
        return redirect("/")
    return _shown(request)


def _posted(request: HttpRequest) -> HttpResponse:
    """Three kinds of forms come here: an answer, a form that met the lock on its way, a tap on "Lock now"."""
    if "to" in request.GET:
        return _shown(request, kept=_held(request))
    if "lock" in request.POST:
        return _shown(request)
    if not security.is_locked(request):
        return redirect(safe_next(request))
    return _answered(request)


def _answered(request: HttpRequest) -> HttpResponse:
    if settings.DEMO and request.session.get(security.PERSONA):
        return _opened(request, how="persona")
    if request.POST.get("credential"):
        passkey = UnlockWithPasskey(user=request.user, data=request.POST)
        if passkey.is_valid():
            return _opened(request, how="passkey")
        said = _("The passkey didn't open it. Try again.")
        return _refused(request, UnlockForm(request=request), said=said)
    form = UnlockForm(request.POST, request=request)
    if form.is_valid():
        return _opened(request, how=form.how)
    return _refused(request, form)


def _refused(request: HttpRequest, form: UnlockForm, *, said: str | Promise = "") -> HttpResponse:
    sign_in.note_unlock_refused(request)
    return _shown(request, form=form, kept=request.POST.get("kept", ""), said=said)


def _opened(request: HttpRequest, *, how: str) -> HttpResponse:
    security.unlock(request)
    sign_in.note_unlocked(request, how=how)
    kept = request.POST.get("kept", "")
    return _resumed(request, kept) if kept else redirect(safe_next(request))


def _shown(
    request: HttpRequest, *, form: UnlockForm | None = None, kept: str = "", said: str | Promise = ""
) -> HttpResponse:
    if security.lock(request):
        sign_in.note_locked(request)
    page = LockPage(
        next=safe_next(request),
        kept=kept,
        form=form or UnlockForm(request=request),
        passkey_options=_passkey_options(request),
        persona=bool(settings.DEMO and request.session.get(security.PERSONA)),
        said=said,
    )
    return render(request, "portal/lock.html", {"page": page, "passkey_options": page.passkey_options})


def _passkey_options(request: HttpRequest) -> dict[str, object] | None:
    if not Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN).exists():
        return None
    return {"request_options": begin_authentication(request.user)}


def _use(request: HttpRequest) -> Use:
    return Use(f"a form held for {request.user.pk}")


def _held(request: HttpRequest) -> str:
    """The form as one sealed text for the page to carry: the words are neither on the locked screen, nor in
    the session table, and open for this user only."""
    form = {"path": request.GET["to"], "body": request.POST.urlencode()}
    return seal_text(json.dumps(form), _use(request))


def _resumed(request: HttpRequest, kept: str) -> HttpResponse:
    """Send the held form to where it was going. Its view checks everything again, as for any request."""
    try:
        form = json.loads(open_text(kept, _use(request)))
        match = resolve(form["path"].partition("?")[0])
    except (CannotOpen, Resolver404):
        return redirect(safe_next(request))
    again = copy.copy(request)
    again.path = again.path_info = form["path"].partition("?")[0]
    again.resolver_match = match
    again.POST = QueryDict(form["body"])
    response: HttpResponse = match.func(again, *match.args, **match.kwargs)
    return response


@public(reason="a sign of life from an open page; it answers nothing but yes or no")
@require_POST
def ping(request: HttpRequest) -> HttpResponse:
    """204 while the session is open, 401 when it is locked or over."""
    if security.before(request) is not None:
        return HttpResponse(status=401)
    return HttpResponse(status=204)
