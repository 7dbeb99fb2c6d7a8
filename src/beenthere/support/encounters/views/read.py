"""Reading a note, adding to it, withdrawing it, writing it where it belongs."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.support.access import May
from beenthere.support.encounters import actions, queries
from beenthere.support.encounters.forms import AddendumForm, MoveForm, WithdrawForm
from beenthere.support.encounters.views.write import zone_of
from beenthere.support.rules.note_views import View
from beenthere.trust.api import Refused, Request, endpoint


@require_safe
@endpoint(may=May.WRITE_NOTES, page="own drafts")
def drafts(request: Request) -> HttpResponse:
    rows = queries.own_drafts(acting=request.acting)
    return render(request, "support/note_drafts.html", {"drafts": rows})


@require_safe
@endpoint(may=May.SEE_PEOPLE, page="note")
def read(request: Request, id: UUID) -> HttpResponse:
    asked = request.GET.get("as", queries.PLAIN)
    arranged_as = asked if asked in set(View) else queries.PLAIN
    page = _page(request, id, arranged_as)
    if page.is_draft and page.own and "read" not in request.GET:
        return redirect("note_write", id=id)
    views = [
        {"label": label, "url": f"?as={key}", "current": key == arranged_as}
        for key, label in ((queries.PLAIN, _("As written")), *((view, view.upper()) for view in View))
    ]
    return render(request, "support/note.html", {"page": page, "views": views})


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.WRITE_NOTES, page="addendum to a note")
def add(request: Request, id: UUID) -> HttpResponse:
    form = AddendumForm(request.POST or None, initial={"id": uuid7()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_addendum(
                acting=request.acting,
                id=form.cleaned_data["id"],
                encounter_id=id,
                words=form.cleaned_data["words"],
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Added. The note itself stays as it was signed."))
            return redirect("note", id=id)
    return render(request, "support/note_add.html", {"page": _page(request, id), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.WRITE_NOTES, page="withdrawing a note")
def withdraw(request: Request, id: UUID) -> HttpResponse:
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            encounter = actions.withdraw_note(acting=request.acting, id=id, why=form.cleaned_data["why"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                _("Withdrawn. It no longer counts and is out of reading; the audit keeps that it was there."),
            )
            if encounter.withdrawn_why in actions.BELONGS_ELSEWHERE:
                return redirect("note_move", id=id)
            return redirect("note", id=id)
    return render(request, "support/note_withdraw.html", {"page": _page(request, id), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.WRITE_NOTES, page="writing a withdrawn note where it belongs")
def move(request: Request, id: UUID) -> HttpResponse:
    page = _page(request, id)
    if page.withdrawn_at is None or not page.own:
        raise Http404
    words, sent = request.POST.get("words", "").strip(), "to" in request.POST
    found = queries.places_to_move(
        acting=request.acting, withdrawn=page, words=words, chosen=request.POST.get("to", "")
    )
    form = MoveForm(request.POST if sent else None, places=found.places, initial={"id": uuid7()})
    if sent and form.is_valid():
        person_id, program_id = form.cleaned_data["to"]
        try:
            draft_id = actions.rewrite_elsewhere(
                acting=request.acting, withdrawn_id=id, id=form.cleaned_data["id"],
                person_id=person_id, program_id=program_id,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your words are here now. Check day and time, then sign."))
            return redirect("note_write", id=draft_id)
    context = {"page": page, "form": form, "words": words, "found": found}
    return render(request, "support/note_move.html", context)


def _page(request: Request, id: UUID, arranged_as: str = queries.PLAIN) -> queries.NotePage:
    on = clock.today(zone_of(request))
    return queries.note_page(acting=request.acting, id=id, arranged_as=arranged_as, on=on)
