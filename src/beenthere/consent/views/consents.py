"""A person's consents: the list, a form to add one, one to show and print, taking it back."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beenthere.consent import actions, pages
from beenthere.consent.access import May
from beenthere.consent.forms import FORMS, ConsentForm, SpecificForm, prefilled
from beenthere.consent.texts import texts
from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.people import api as people
from beenthere.trust.api import Acting, ProgramFacts, Refused, Request, endpoint, get_for, programs


@require_safe
@endpoint(may=May.SEE_CONSENTS, page="consents")
def consents(request: Request, person_id: UUID) -> HttpResponse:
    page = pages.consents_page(acting=_who(request), person_id=person_id, on=_today(request))
    return render(request, "consent/consents.html", {"page": page})


@require_safe
@endpoint(may=May.SEE_CONSENTS, page="a consent")
def consent(request: Request, person_id: UUID, id: UUID) -> HttpResponse:
    page = pages.consent_page(acting=_who(request), person_id=person_id, id=id, on=_today(request))
    context = {"page": page, "organization": request.organization.name, "today": _today(request)}
    return render(request, "consent/consent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.RECORD_CONSENTS, page="adding a consent")
def add(request: Request, person_id: UUID, kind: str = SpecificForm.kind) -> HttpResponse:
    if kind not in FORMS:
        raise Http404
    return _form_page(request, person_id, kind, prefilled(kind, uuid7()))


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.RECORD_CONSENTS, page="completing a consent")
def change(request: Request, person_id: UUID, id: UUID) -> HttpResponse:
    draft = pages.draft(acting=_who(request), person_id=person_id, id=id)
    return _form_page(request, person_id, draft["kind"], draft)


@require_POST
@endpoint(may=May.RECORD_CONSENTS, page="taking a consent back")
def revoke(request: Request, person_id: UUID, id: UUID) -> HttpResponse:
    actions.revoke_consent(acting=_who(request), id=id, on=_today(request), why=request.POST.get("why", ""))
    messages.success(request, _("Taken back. From now on nothing more is shared under it."))
    return redirect("consents", person_id=person_id)


def _form_page(request: Request, person_id: UUID, kind: str, initial: dict[str, Any]) -> HttpResponse:
    who = _who(request)
    person = get_for(who, people.Person, person_id, may=May.RECORD_CONSENTS)
    form = _form(request, kind, initial)
    if request.method == "POST" and form.is_valid():
        done = _record(request, person_id, form)
        if done is not None:
            return done
    context = {
        "form": form,
        "person": people.person_cards(acting=who, ids=[person.id])[person.id],
        "texts": texts(),
        "kind": kind,
    }
    return render(request, "consent/consent_form.html", context)


def _form(request: Request, kind: str, initial: dict[str, Any]) -> ConsentForm:
    everywhere = programs(acting=_who(request))
    options: dict[str, Any] = {
        "programs": _named(_may_share(_who(request), everywhere)),
        "today": _today(request),
        "initial": initial,
    }
    if FORMS[kind] is SpecificForm:
        options["recipients"] = _named(everywhere)
    return FORMS[kind](request.POST or None, **options)


def _may_share(acting: Acting, everywhere: tuple[ProgramFacts, ...]) -> tuple[ProgramFacts, ...]:
    return tuple(one for one in everywhere if acting.may(May.RECORD_CONSENTS, program_id=one.id))


def _named(some: tuple[ProgramFacts, ...]) -> list[tuple[str, str]]:
    return [(str(program.id), program.name) for program in some]


def _record(request: Request, person_id: UUID, form: ConsentForm) -> HttpResponse | None:
    """None when it was refused: the form then says why."""
    try:
        done = actions.record_consent(
            acting=_who(request),
            id=form.cleaned_data["id"],
            person_id=person_id,
            fields=form.fields_typed(),
        )
    except Refused as refused:
        form.add_error(None, str(refused.sentence))
        return None
    if done.missing:
        messages.warning(request, _("Kept, but it does not count yet. Below you see what is missing."))
    else:
        messages.success(request, _("Saved. It counts from now on."))
    return redirect("consent", person_id=person_id, id=done.id)


def _who(request: Request) -> Acting:
    return request.acting


def _today(request: Request) -> date:
    return clock.today(ZoneInfo(request.organization.time_zone))
