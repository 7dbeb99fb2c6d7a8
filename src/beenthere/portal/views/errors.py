"""Pages for when something went wrong: what happened, that work is kept, and the one next step.

A page about trouble with the database asks the database nothing. A form whose record has an id of its own is
held in the page and can be sent again as it was: that id makes it one record however often it arrives.
"""

import logging
import sys

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import defaults

from beenthere.foundation.trouble import Trouble, trouble_of
from beenthere.trust.api import security

RETRY_SECONDS = 20
IDS = frozenset({"form_id", "client_id", "id"})
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent)
# What a script is told to show; the same again would be refused again.
REFUSALS: dict[int, str | Promise] = {
    400: _("Something in what was sent was not in a form we can read."),
    403: _("This is not open to you"),
    404: _("We cannot find that page"),
    413: _("What was sent is larger than any form of ours."),
}
log = logging.getLogger(__name__)

WHAT_HAPPENED: dict[Trouble, str | Promise] = {
    Trouble.AWAY: _("BeenThere cannot reach its records right now."),
    Trouble.CROWDED: _("Very many people are using BeenThere right now."),
    Trouble.NO_WRITES: _("BeenThere can show what it has, but it cannot save anything right now."),
    Trouble.SLOW: _("This took too long, so we stopped it. Nothing was saved half-way."),
}
FOR_THE_LOG = {
    Trouble.AWAY: "The database does not answer. Start it, or look at its log.",
    Trouble.CROWDED: "The database has no connection or memory left. Look who holds its connections.",
    Trouble.NO_WRITES: "The database keeps nothing new: it is read-only, or its disk is full. Free the disk.",
    Trouble.SLOW: "The database took too long. Look what runs on it and what waits for a lock.",
}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's seal was too old, often after signing in again in another tab."""
    return _refusal(request, 403) or render(request, "400.html", status=403)


def not_open(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, 403) or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, 404) or defaults.page_not_found(request, exception)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for more than we take. Nothing of the request is looked at again. When the session ended
    meanwhile, what was sent is not at fault."""
    if isinstance(exception, SessionInterrupted):
        return security.signed_out_meanwhile(request)
    status = 413 if isinstance(exception, TOO_MUCH) else 400
    return _answered(request, "413.html" if status == 413 else "400.html", status)


def broken(request: HttpRequest) -> HttpResponse:
    """500 for a fault of ours; 503 with its reason when the database is in trouble that passes."""
    trouble = trouble_of(sys.exc_info()[1])
    if trouble is None:
        return _answered(request, "500.html", 500)
    log.critical("%s", FOR_THE_LOG[trouble])
    return _later(request, WHAT_HAPPENED[trouble])


def _later(request: HttpRequest, what: str | Promise) -> HttpResponse:
    if _wants_json(request):
        # Under another name than a refusal's `error`, which tells a form not to try again by itself.
        response: HttpResponse = JsonResponse({"later": str(what)}, status=503)
    else:
        page = {
            "what": what,
            "sent": _sent(request),
            "wrote": request.method == "POST",
            "csrf_token": get_token(request),
        }
        response = HttpResponse(render_to_string("503.html", page), status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form held, to be sent once more; nothing of a form that has no id or came from elsewhere."""
    if request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return []
    if not IDS.intersection(request.POST):
        return []
    lists = [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    return [(name, value) for name, values in lists for value in values]


def _answered(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return _refusal(request, status) or HttpResponse(render_to_string(template), status=status)


def _refusal(request: HttpRequest, status: int) -> JsonResponse | None:
    """For a script that asked for JSON; a fault of ours is no refusal, and it may try again."""
    if status not in REFUSALS or not _wants_json(request):
        return None
    return JsonResponse({"error": str(REFUSALS[status])}, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
