"""What stands between a signed-in browser and a page: a second factor, and a screen that locks when idle."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from beenthere.foundation import clock

LAST_ACTIVE = "last_active"
LOCKED = "locked"
PERSONA = "demo_persona"
WRITE_EVERY_SECONDS = 60


def before(request: HttpRequest) -> HttpResponse | None:
    """A response that must come first, or None to go on."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if lock_if_idle(request):
        return redirect(f"{reverse('lock')}?{urlencode({'next': _way_back(request)})}")
    if not has_second_factor(request):
        return redirect("mfa_index")
    return None


def lock_if_idle(request: HttpRequest) -> bool:
    """Lock after the idle limit. The session lives on, so drafts and place are kept."""
    session, moment = request.session, clock.now().timestamp()
    last = session.get(LAST_ACTIVE)
    if session.get(LOCKED) or (last is not None and moment - last > settings.IDLE_LOCK_SECONDS):
        if not session.get(LOCKED):
            session[LOCKED] = True
        return True
    if last is None or moment - last > WRITE_EVERY_SECONDS:
        session[LAST_ACTIVE] = moment
    return False


def unlock(request: HttpRequest) -> None:
    request.session.pop(LOCKED, None)
    request.session[LAST_ACTIVE] = clock.now().timestamp()
    request.session.cycle_key()


def has_second_factor(request: HttpRequest) -> bool:
    """Staff need a passkey or a code app. A demonstration persona has neither and needs none."""
    if settings.DEMO and request.session.get(PERSONA):
        return True
    known = request.session.get("second_factor")
    if known is None:
        known = is_mfa_enabled(request.user)
        if known:
            request.session["second_factor"] = True
    return bool(known)


def _way_back(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" else "/"
