"""The rest of the places, and help."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beenthere.portal import navigation
from beenthere.trust.api import May, Request, endpoint, public


@require_safe
@endpoint(may=May.BE_HERE, page="more")
def more(request: Request) -> HttpResponse:
    return render(request, "portal/more.html", {"places": navigation.places(request.acting)})


@require_safe
@public(reason="help is for everyone, and holds nothing about anyone")
def help_page(request: Request) -> HttpResponse:
    return render(request, "portal/help.html")
