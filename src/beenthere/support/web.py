"""What the views of support share."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from beenthere.foundation import clock
from beenthere.trust.api import Refused, Request


def zone_of(request: Request) -> ZoneInfo:
    return ZoneInfo(request.organization.time_zone)


def today_of(request: Request) -> date:
    """The organization's calendar day."""
    return clock.today(zone_of(request))


def uuid_in(text: str | None) -> UUID | None:
    """A UUID typed into an address or a form; None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do it and say True; when it was refused, put the sentence on the form and say False."""
    try:
        act()
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def back_to(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For buttons without a page of their own: a refusal is said on the page they stand on.

    `name` is its URL name; it takes the view's first argument, if that is a person's id.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def run(request: Request, **kwargs: UUID) -> HttpResponse:
            try:
                return view(request, **kwargs)
            except Refused as refused:
                messages.error(request, str(refused))
                person = kwargs.get("person_id")
                return redirect(name, person_id=person) if person else redirect(name)

        return run

    return decorate
