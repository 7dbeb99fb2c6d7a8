"""Home: Today for those who give support, an overview for everyone else."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beenthere.foundation import clock
from beenthere.portal import navigation, queries
from beenthere.support.api import May as SupportMay
from beenthere.trust.api import May, Request, endpoint
from beenthere.workforce import api as workforce


@require_safe
@endpoint(may=May.BE_HERE, page="home")
def home(request: Request) -> HttpResponse:
    zone = ZoneInfo(request.organization.time_zone)
    worker = workforce.worker_of(acting=request.acting)
    if worker is None or not request.acting.may(SupportMay.SEE_PEOPLE):
        return overview(request)
    page = queries.today_page(acting=request.acting, worker=worker, at=clock.now(), zone=zone)
    leads = request.acting.may(SupportMay.ASSIGN)
    return render(request, "portal/today.html", {"page": page, "leads": leads})


def overview(request: Request) -> HttpResponse:
    zone = ZoneInfo(request.organization.time_zone)
    page = queries.overview_page(acting=request.acting, on=clock.today(zone))
    places = navigation.places(request.acting)
    return render(request, "portal/overview.html", {"page": page, "places": places})
