"""The pages to read: the map, a state, a comparison."""

from datetime import UTC, date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from beenthere.certification.api import credentials
from beenthere.foundation import clock
from beenthere.portal.explorer.atlas import atlas_page
from beenthere.portal.explorer.compare import compare_page
from beenthere.portal.explorer.rows import rows
from beenthere.portal.explorer.state import state_page
from beenthere.trust.api import public

READ = "certification rules are public facts; the page holds nothing about anyone"
# By this browser alone: the page carries the token of the form that changes its language.
KEPT = "private, max-age=300"


def today() -> date:
    """Nobody's time zone is known here. A day more or less decides nothing here."""
    return clock.today(UTC)


def kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = KEPT
    return response


@require_safe
@public(reason=READ)
@gzip_page
def atlas(request: HttpRequest) -> HttpResponse:
    page = atlas_page(rows(credentials().values(), today()), request.GET)
    return kept(render(request, "explorer/atlas.html", {"page": page}))


@require_safe
@public(reason=READ)
@gzip_page
def state(request: HttpRequest, code: str) -> HttpResponse:
    own = [one for one in credentials().values() if one.jurisdiction == code.upper()]
    if not own:
        raise Http404
    page = state_page(code.upper(), own, today())
    return kept(render(request, "explorer/state.html", {"page": page}))


@require_safe
@public(reason=READ)
@gzip_page
def compare(request: HttpRequest) -> HttpResponse:
    page = compare_page(credentials(), request.GET.getlist("with"), today())
    return kept(render(request, "explorer/compare.html", {"page": page}))
