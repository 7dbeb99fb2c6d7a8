"""One's own account: which organization, which browsers are signed in; the people of the demonstration."""

from dataclasses import dataclass
from ipaddress import ip_address
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from beenthere.portal import events
from beenthere.portal.accounts import speak_their_language
from beenthere.portal.demo.personas import PERSONAS
from beenthere.portal.places import safe_next
from beenthere.trust.api import ROLE_DESCRIPTIONS, May, Role, endpoint, public, record, security, sign_in

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded")


@dataclass(frozen=True, kw_only=True)
class RoleDescribed:
    title: str | Promise
    does: str | Promise


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """What a person sees of their own account."""

    name: str
    email: str
    organization: str
    time_zone: str
    roles: tuple[RoleDescribed, ...]
    elsewhere: bool
    has_password: bool
    has_second_step: bool
    sessions: tuple[sign_in.RunningSession, ...]
    persona: bool


@endpoint(may=May.BE_HERE, page="own account")
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/account.html", {"page": _account_page(request)})


def _account_page(request: HttpRequest) -> AccountPage:
    user = sign_in.user_of(request)
    return AccountPage(
        name=user.name,
        email=user.email,
        organization=request.organization.name,  # type: ignore[attr-defined]
        time_zone=request.organization.time_zone,  # type: ignore[attr-defined]
        roles=tuple(_described(role) for role in sorted(request.acting.roles)),  # type: ignore[attr-defined]
        elsewhere=len(sign_in.workplaces(user_id=user.pk)) > 1,
        has_password=user.has_usable_password(),
        has_second_step=is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]),
        sessions=sign_in.running_sessions(request),
        persona=bool(request.session.get(security.PERSONA)),
    )


@endpoint(may=May.BE_HERE, page="own account", audited=False)
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out every other browser, or the one named by `handle`."""
    key, handle = request.session.session_key, request.POST.get("handle", "")
    ended = sign_in.end_sessions(sign_in.user_of(request).pk, keep=key, handle=handle)
    if ended:
        record(request.acting, events.SESSIONS_ENDED, detail={"ended": ended})  # type: ignore[attr-defined]
    messages.success(request, _("Signed out on the other devices. This one stays signed in."))
    return redirect("account")


@public(reason="a user of several organizations says for which one they act; shows only their own")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_organization(request: HttpRequest) -> HttpResponse:
    first = security.before(request)
    if first is not None:
        return first
    if request.method == "POST":
        return _chosen(request)
    workplaces = sign_in.workplaces(user_id=sign_in.user_of(request).pk)
    page = {"workplaces": workplaces, "next": safe_next(request)}
    return render(request, "portal/choose_organization.html", page)


def _chosen(request: HttpRequest) -> HttpResponse:
    try:
        chosen = UUID(request.POST.get("organization", ""))
    except ValueError:
        raise Http404 from None
    if not sign_in.choose(request, chosen):
        raise Http404
    sign_in.note_signed_in(request, how="chose")
    return redirect(safe_next(request))


@dataclass(frozen=True, kw_only=True)
class PersonaCard:
    key: str
    name: str
    role: RoleDescribed
    look_at: str | Promise


def _described(role: Role) -> RoleDescribed:
    words = ROLE_DESCRIPTIONS[role]
    return RoleDescribed(title=words.title, does=words.does)


@public(reason="the demonstration, on this machine only: sign in as one of its synthetic people")
@require_http_methods(["GET", "HEAD", "POST"])
def demo_personas(request: HttpRequest) -> HttpResponse:
    if not demonstrating(request):
        raise Http404
    if request.method == "POST":
        return _be(request, request.POST.get("persona", ""))
    page = {"cards": _cards(), "next": safe_next(request)}
    return render(request, "portal/demo_personas.html", page)


def demonstrating(request: HttpRequest) -> bool:
    """In the demonstration, asked from this very machine, by its own name, through no proxy.

    One click signs in here without a password, so all four must hold. A proxy on this machine would make the
    whole world look like loopback; it gives itself away by its headers.
    """
    host = request.get_host().rpartition(":")[0] or request.get_host()
    local = host in settings.LOOPBACK_HOSTS and _is_loopback(request.META.get("REMOTE_ADDR", ""))
    return settings.DEMO and local and not any(name in request.headers for name in FORWARDED)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _cards() -> tuple[PersonaCard, ...]:
    """Those of the list whom the loaded data knows."""
    emails = [persona.email for persona in PERSONAS]
    known = set(get_user_model().objects.filter(email__in=emails).values_list("email", flat=True))
    return tuple(
        PersonaCard(key=p.key, name=p.name, role=_described(p.role), look_at=p.look_at)
        for p in PERSONAS
        if p.email in known
    )


def _be(request: HttpRequest, key: str) -> HttpResponse:
    persona = next((p for p in PERSONAS if p.key == key), None)
    user = get_user_model().objects.filter(email=persona.email, is_active=True).first() if persona else None
    if user is None:
        raise Http404
    get_adapter().begin_session(request, user, persona=key)
    response = redirect(safe_next(request))
    speak_their_language(response, user.language)
    return response
