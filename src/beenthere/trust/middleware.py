"""A web request begins outside any organization; `endpoint` opens one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from beenthere.trust.acting import system
from beenthere.trust.sessions import nobody_yet

Handler = Callable[[HttpRequest], HttpResponse]


def outside_any_organization(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        with system("web request: session, sign-in, public pages"), nobody_yet():
            return get_response(request)

    return middleware


def never_cached(get_response: Handler) -> Handler:
    """Signed-in pages are kept by no cache, shared or private, so Back after sign-out shows nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
