"""How to reach a person: the page, and a small form for each thing on it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.people import actions, pages
from beenthere.people.access import May
from beenthere.people.forms import ContactForm, CrisisForm, PersonForm, SafeContactForm
from beenthere.trust.api import Refused, Request, endpoint

Words = str | Promise


@require_safe
@endpoint(may=May.SEE_CONTACT, page="how to reach a person")
def contact(request: Request, person_id: UUID) -> HttpResponse:
    page = pages.contact_page(acting=request.acting, person_id=person_id)
    return render(request, "people/contact.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.CHANGE_CONTACT, page="changing names and details")
def details(request: Request, person_id: UUID) -> HttpResponse:
    typed = pages.details(acting=request.acting, person_id=person_id)
    today = clock.today(ZoneInfo(request.organization.time_zone))
    form = PersonForm(request.POST or None, initial=typed.initial, today=today)

    def save() -> None:
        actions.change_details(acting=request.acting, id=person_id, fields=form.person())

    return _form_page(request, typed, form, save, title=_("Names and details"))


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.CHANGE_CONTACT, page="changing safe ways to reach a person")
def safe_contact(request: Request, person_id: UUID) -> HttpResponse:
    typed = pages.details(acting=request.acting, person_id=person_id)
    form = SafeContactForm(request.POST or None, initial={"words": typed.initial["safe_contact"]})

    def save() -> None:
        words = form.cleaned_data["words"]
        actions.set_safe_contact(acting=request.acting, person_id=person_id, words=words)

    return _form_page(request, typed, form, save, title=_("Safe ways to reach"))


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.CHANGE_CONTACT, page="adding a way to reach a person")
def add_point(request: Request, person_id: UUID) -> HttpResponse:
    typed = pages.details(acting=request.acting, person_id=person_id)
    form = ContactForm(request.POST or None, initial={"id": uuid7(), "kind": "phone"})

    def save() -> None:
        id = form.cleaned_data["id"] or uuid7()
        actions.add_contact(acting=request.acting, id=id, person_id=person_id, fields=form.contact())

    return _form_page(request, typed, form, save, title=_("Add a way to reach them"))


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.CHANGE_CONTACT, page="changing a way to reach a person")
def change_point(request: Request, person_id: UUID, id: UUID) -> HttpResponse:
    typed = pages.point(acting=request.acting, person_id=person_id, id=id)
    form = ContactForm(request.POST or None, initial=typed.initial)

    def save() -> None:
        actions.change_contact(acting=request.acting, id=id, fields=form.contact())

    return _form_page(request, typed, form, save, title=_("Change a way to reach them"))


@require_POST
@endpoint(may=May.CHANGE_CONTACT, page="removing a way to reach a person")
def end_point(request: Request, person_id: UUID, id: UUID) -> HttpResponse:
    actions.end_contact(acting=request.acting, id=id)
    messages.success(request, _("Removed. It shows nowhere any more."))
    return redirect("person_contact", person_id=person_id)


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.CHANGE_CONTACT, page="adding a crisis contact")
def add_crisis(request: Request, person_id: UUID) -> HttpResponse:
    typed = pages.details(acting=request.acting, person_id=person_id)
    form = CrisisForm(request.POST or None, initial={"id": uuid7()})

    def save() -> None:
        id = form.cleaned_data["id"] or uuid7()
        actions.add_crisis_contact(acting=request.acting, id=id, person_id=person_id, fields=form.crisis())

    return _form_page(request, typed, form, save, title=_("Add a crisis contact"))


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.CHANGE_CONTACT, page="changing a crisis contact")
def change_crisis(request: Request, person_id: UUID, id: UUID) -> HttpResponse:
    typed = pages.crisis_contact(acting=request.acting, person_id=person_id, id=id)
    form = CrisisForm(request.POST or None, initial=typed.initial)

    def save() -> None:
        actions.change_crisis_contact(acting=request.acting, id=id, fields=form.crisis())

    return _form_page(request, typed, form, save, title=_("Change a crisis contact"))


@require_POST
@endpoint(may=May.CHANGE_CONTACT, page="removing a crisis contact")
def end_crisis(request: Request, person_id: UUID, id: UUID) -> HttpResponse:
    actions.end_crisis_contact(acting=request.acting, id=id)
    messages.success(request, _("Removed. It shows nowhere any more."))
    return redirect("person_contact", person_id=person_id)


def _form_page(
    request: Request, typed: pages.Typed, form: forms.Form, save: Callable[[], Any], *, title: Words
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("Saved."))
            return redirect("person_contact", person_id=typed.person.id)
    context = {"form": form, "person": typed.person, "title": title}
    return render(request, "people/contact_form.html", context)
