"""What stands between a signed-in browser and a page: a second step, a day's end, a screen that locks.

Three limits, written down (ASVS 7.1.1):

* quiet for `IDLE_LOCK_SECONDS` (15 minutes): the screen locks; the session lives on, with drafts and place;
* twelve hours after sign-in (`SESSION_COOKIE_AGE`), busy or not: the session ends;
* the browser is closed: the cookie is gone.

The page counts the quiet time exactly and goes to the lock by itself. The server hears of typing at most
once a minute, so it waits almost one minute longer before it locks on its own: otherwise it could refuse the
very draft that the page sends on its way to the lock.
"""

import secrets
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from beenthere.foundation import clock

LAST_ACTIVE = "last_active"
SIGNED_IN_AT = "signed_in_at"
LOCKED = "locked"
NOTED = "noted"
PERSONA = "demo_persona"
SECOND_FACTOR = "second_factor"
RING = "draft_ring"
HEARD_LATE_SECONDS = 59
WRITE_EVERY_SECONDS = 15


def before(request: HttpRequest) -> HttpResponse | None:
    """A response that must come first, or None to go on."""
    if day_is_over(request):
        logout(request)
    if not request.user.is_authenticated:
        return _first(request, _to_sign_in(request))
    if lock_if_idle(request):
        return _first(request, _to_lock(request))
    if not has_second_factor(request):
        return _first(request, redirect("mfa_index"))
    return None


def signed_out_meanwhile(request: HttpRequest) -> HttpResponse:
    """For a request whose session ended while it was answered, as by signing out in another tab."""
    return _first(request, _to_sign_in(request))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = way_back(request)
    if settings.DEMO:
        return redirect(f"{reverse('demo_personas')}?{urlencode({'next': back})}")
    return redirect_to_login(back)


def _to_lock(request: HttpRequest) -> HttpResponse:
    """The lock page. A form sent to a locked screen is sent on to it (307: method and words stay), and the
    lock page holds it, sealed, until the screen is open again."""
    query = {"next": way_back(request)}
    if request.method != "POST":
        return redirect(f"{reverse('lock')}?{urlencode(query)}")
    url = f"{reverse('lock')}?{urlencode({**query, 'to': request.get_full_path()})}"
    return HttpResponseRedirect(url, preserve_request=True)


def _first(request: HttpRequest, elsewhere: HttpResponse) -> HttpResponse:
    """A person is led to the page that comes first. A script (autosave, ping) is told no: following a
    redirect it would take the sign-in page for a saved draft."""
    if not is_from_a_script(request):
        return elsewhere
    refusal = HttpResponse(status=401)
    if request.headers.get("HX-Request"):
        refusal.headers["HX-Redirect"] = elsewhere.headers["Location"]
    return refusal


def is_from_a_script(request: HttpRequest) -> bool:
    if request.headers.get("HX-Request"):
        return True
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"


def begin(request: HttpRequest, *, persona: str = "") -> None:
    """The first minute of a session, just after its user signed in: nothing is carried over from before.

    A second step counts only when this session took it: somebody who knew the password before the owner set
    up a second step must not slip in by a session that was already open.
    """
    session, moment = request.session, clock.now().timestamp()
    session.pop(LOCKED, None)
    session[SIGNED_IN_AT] = session[LAST_ACTIVE] = moment
    session[RING] = secrets.token_urlsafe(12)
    session[SECOND_FACTOR] = any(
        record.get("method") == "mfa" for record in get_authentication_records(request, request.user)
    )
    session[PERSONA] = persona


def day_is_over(request: HttpRequest) -> bool:
    """True when a signed-in session has had its twelve hours."""
    if not request.user.is_authenticated:
        return False
    moment = clock.now().timestamp()
    # A clock that was set back would otherwise make the day as much longer: both directions count.
    return bool(abs(moment - request.session.setdefault(SIGNED_IN_AT, moment)) > settings.SESSION_COOKIE_AGE)


def lock_if_idle(request: HttpRequest) -> bool:
    """Lock after the idle limit, and count this request as a sign of life when it is not locked."""
    session, moment = request.session, clock.now().timestamp()
    last = session.get(LAST_ACTIVE)
    if session.get(LOCKED):
        return True
    if last is not None and abs(moment - last) > settings.IDLE_LOCK_SECONDS + HEARD_LATE_SECONDS:
        session[LOCKED] = True
        return True
    if last is None or moment - last > WRITE_EVERY_SECONDS:
        session[LAST_ACTIVE] = moment
    return False


def is_locked(request: HttpRequest) -> bool:
    return bool(request.session.get(LOCKED))


def lock(request: HttpRequest) -> bool:
    """Lock now, if time has not done so already. True the first time, when the audit should hear of it."""
    first = request.session.get(LOCKED) != NOTED
    if first:
        request.session[LOCKED] = NOTED
    return first


def unlock(request: HttpRequest) -> None:
    """Open again, under a new session id."""
    request.session.pop(LOCKED, None)
    request.session[LAST_ACTIVE] = clock.now().timestamp()
    request.session.cycle_key()


def ring(request: HttpRequest) -> str:
    """The opaque name under which this signed-in session keeps drafts in its browser. It outlives a lock,
    which changes the session's key, and ends with the session."""
    return str(request.session.setdefault(RING, secrets.token_urlsafe(12)))


def has_second_factor(request: HttpRequest) -> bool:
    """Staff pass with a passkey or a code app. A demonstration persona has neither and needs none."""
    if settings.DEMO and request.session.get(PERSONA):
        return True
    return request.session.get(SECOND_FACTOR) is True


def took_second_step(request: HttpRequest) -> None:
    """This session has just shown a second factor, or set one up."""
    request.session[SECOND_FACTOR] = True


def way_back(request: HttpRequest) -> str:
    """Where to go on afterwards: this page, or for a form the page it was on. Never another site's."""
    if request.method == "GET":
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()})
    return urlsplit(referer).path or "/" if own else "/"
