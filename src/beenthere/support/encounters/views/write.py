"""Writing a note: whom about, the form, autosave, save and sign."""

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.support.access import May
from beenthere.support.encounters import actions, form_page
from beenthere.support.encounters.forms import NoteForm, initial_of
from beenthere.support.encounters.models import Encounter, Place
from beenthere.trust.api import Refused, Request, endpoint, looked_at

MORE = ("purpose", "response", "next_step", "group_size", "written_together", "not_billable")


@require_safe
@endpoint(may=May.WRITE_NOTES, page="new note")
def new(request: Request) -> HttpResponse:
    """The empty form for a person, or the choice of a person. Opening it keeps nothing."""
    person_id = _uuid(request.GET.get("person", ""))
    if person_id is None:
        people = form_page.people_lately(acting=request.acting)
        return render(request, "support/note_for_whom.html", {"people": people})
    visit_id = _uuid(request.GET.get("visit", ""))
    begun = visit_id and form_page.draft_of_visit(acting=request.acting, visit_id=visit_id)
    if begun:
        return redirect("note_write", id=begun)
    page = form_page.note_form_page(
        acting=request.acting, person_id=person_id, zone=zone_of(request), id=uuid7(), visit_id=visit_id
    )
    if page is None:
        raise Http404
    looked_at(person_id)
    initial = form_page.starting_values(
        page, at=clock.now(), zone=zone_of(request), beginning="begin" in request.GET
    )
    if request.GET.get("place") in Place.values:
        initial["place"] = request.GET["place"]
    form = NoteForm(offered=page.offered, initial={**initial, "form_id": uuid7(), "edit_number": 0})
    return _form(request, page, form, begun="begin" in request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.WRITE_NOTES, page="note being written")
def write(request: Request, id: UUID) -> HttpResponse:
    """GET goes on with one's own draft; POST saves it, and signs it when that was asked."""
    if request.method == "POST":
        return _submit(request, id)
    draft = form_page.own_draft(acting=request.acting, id=id)
    if draft is None:
        return redirect("note", id=id)
    return _continue(request, draft)


def _continue(request: Request, draft: Encounter) -> HttpResponse:
    page = form_page.note_form_page(
        acting=request.acting, person_id=draft.person_id, zone=zone_of(request), id=draft.id, encounter=draft
    )
    if page is None or page.draft is None:
        # The person is no longer in sight (assigned to somebody else): the words can still be read.
        return redirect(reverse("note", args=[draft.id]) + "?read")
    looked_at(draft.person_id)
    initial = {
        **initial_of(page.draft, zone_of(request)),
        "form_id": uuid7(),
        "edit_number": 0,
        "base": page.draft_fingerprint,
    }
    return _form(request, page, NoteForm(offered=page.offered, initial=initial))


def _submit(request: Request, id: UUID) -> HttpResponse:
    form = _sent(request)
    if not form.is_valid():
        return _back(request, id)
    try:
        saved = _save(request, id, form)
        if request.POST.get("intent") == "sign" and saved.outcome is not actions.Outcome.KEPT_BOTH:
            actions.sign_note(acting=request.acting, id=saved.encounter_id)
            messages.success(request, _signed_words(request), extra_tags=f"draft:{id}")
            return redirect("note_counts", id=saved.encounter_id)
    except Refused as refused:
        return _back(request, id, refusal=str(refused))
    _tell(request, id, saved)
    return redirect("note_write", id=saved.encounter_id)


def _sent(request: Request) -> NoteForm:
    """Without the page around it: most forms that are sent are never shown again."""
    person_id = _uuid(request.POST.get("person", ""))
    offered = person_id and form_page.offered_to_sent(
        acting=request.acting, person_id=person_id, goal=request.POST.get("goal", ""), zone=zone_of(request)
    )
    if not offered:
        raise Http404
    return NoteForm(request.POST, offered=offered)


def _back(request: Request, id: UUID, *, refusal: str = "") -> HttpResponse:
    """The form as it was sent, with what is wrong with it."""
    page = form_page.note_form_page(
        acting=request.acting, person_id=UUID(request.POST["person"]), zone=zone_of(request), id=id
    )
    if page is None:
        raise Http404
    form = NoteForm(request.POST, offered=page.offered)
    if refusal:
        form.add_error(None, refusal)
    return _form(request, page, form, status=422)


def _save(request: Request, id: UUID, form: NoteForm) -> actions.Saved:
    data = form.cleaned_data
    return actions.save_note(
        acting=request.acting,
        id=id,
        content=form.content(),
        form=actions.Form(id=data["form_id"], number=data["edit_number"] or 0, base=data["base"]),
    )


def _tell(request: Request, id: UUID, saved: actions.Saved) -> None:
    if saved.outcome is actions.Outcome.KEPT_BOTH:
        words = _("This note was also changed somewhere else. Both versions are kept: this is yours.")
        messages.warning(request, words, extra_tags=f"draft:{id}")
    else:
        words = _("Saved at %(time)s. It is still a draft until you sign it.")
        messages.success(request, words % {"time": in_words(saved.at, request)}, extra_tags=f"draft:{id}")


def _signed_words(request: Request) -> str:
    return _("Signed and saved at %(time)s.") % {"time": in_words(clock.now(), request)}


@require_POST
@endpoint(may=May.WRITE_NOTES, page="draft autosave", audited=False)
def autosave(request: Request, id: UUID) -> HttpResponse:
    """Keep what is in the open form. An unfinished field is no error here; it is simply not kept yet."""
    form = _sent(request)
    if not form.is_valid():
        return JsonResponse({"error": _("Not saved yet: something on the page needs mending.")}, status=422)
    try:
        saved = _save(request, id, form)
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=422)
    return JsonResponse({"id": str(saved.encounter_id), "saved_at": in_words(saved.at, request)})


@require_POST
@endpoint(may=May.WRITE_NOTES, page="draft thrown away")
def discard(request: Request, id: UUID) -> HttpResponse:
    try:
        actions.discard_draft(acting=request.acting, id=id)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("note", id=id)
    messages.success(request, _("The draft is gone."), extra_tags=f"draft:{id}")
    return redirect("home")


def _form(
    request: Request, page: form_page.NoteFormPage, form: NoteForm, *, status: int = 200, begun: bool = False
) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "shown": {**_shown(page, form), "begun": begun},
        "write_url": reverse("note_write", args=[page.id]),
        "autosave_url": reverse("note_draft", args=[page.id]),
        "starters": (_("Together we"), _("They said")),
    }
    return render(request, "support/note_form.html", context, status=status)


def _shown(page: form_page.NoteFormPage, form: NoteForm) -> dict[str, object]:
    """What the form shows now: typed values after an error, else its first ones."""
    value = {name: form[name].value() for name in ("kind", "starts", "ends", *MORE)}
    return {
        "starts": _clock(value["starts"]),
        "ends": _clock(value["ends"]),
        "kind_is_other": value["kind"] in {key for key, _label in page.offered.other_kinds},
        "more_is_open": any(value[name] not in (None, "", False, "False") for name in MORE)
        or form["result"].value() not in (None, "", Encounter.Result.MET),
    }


def _clock(value: object) -> str:
    return value.strftime("%H:%M") if isinstance(value, time) else str(value or "")


def zone_of(request: Request) -> ZoneInfo:
    return ZoneInfo(request.organization.time_zone)


def in_words(moment: datetime, request: Request) -> str:
    """2:14 pm, in the organization's time and the reader's language."""
    return formats.time_format(moment.astimezone(zone_of(request)), "TIME_FORMAT").lower()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
