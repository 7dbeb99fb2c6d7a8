"""Who works here: the list, adding someone with an invitation, their facts and credentials."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.trust.api import Refused, Request, endpoint
from beenthere.workforce import actions, pages
from beenthere.workforce.access import May
from beenthere.workforce.forms import AddWorkerForm, CertificationForm, WorkerForm

GONE = "gone"
AS_GONE = f"show={GONE}"


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.SEE_STAFF, page="staff")
def staff(request: Request) -> HttpResponse:
    """A name that is looked for travels in the body, never in an address."""
    words, gone = request.POST.get("words", "").strip(), request.GET.get("show") == GONE
    page = pages.staff_page(
        acting=request.acting, on=today(request), words=words, gone=gone, number=request.GET.get("page", "")
    )
    at = reverse("staff")
    tabs = [
        {"label": _("Here now"), "url": at, "current": not gone, "count": page.here},
        {"label": _("Worked here before"), "url": f"{at}?{AS_GONE}", "current": gone, "count": page.gone},
    ]
    context = {"page": page, "words": words, "tabs": tabs, "query": AS_GONE if gone else ""}
    return render(request, "workforce/staff.html", context)


@require_safe
@endpoint(may=May.SEE_STAFF, page="a colleague")
def worker(request: Request, id: UUID) -> HttpResponse:
    page = pages.worker_page(acting=request.acting, id=id, on=today(request))
    return render(request, "workforce/worker.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.SET_UP_STAFF, page="adding a colleague")
def add(request: Request) -> HttpResponse:
    choices = pages.choices_for_staff(acting=request.acting)
    form = AddWorkerForm(request.POST or None, choices=choices, initial={"id": uuid7(), "role": "specialist"})
    if request.method == "POST" and form.is_valid():
        done = _added(request, form)
        if done is not None:
            return done
    return render(request, "workforce/worker_add.html", {"form": form})


def _added(request: Request, form: AddWorkerForm) -> HttpResponse | None:
    role, program_id = form.role_in()
    try:
        added = actions.add_worker(
            acting=request.acting,
            id=form.cleaned_data["id"],
            email=form.cleaned_data["email"],
            role=role,
            program_id=program_id,
            fields=form.worker(),
        )
    except Refused as refused:
        form.add_error(None, str(refused.sentence))
        return None
    if added.invitation:
        return _invitation(request, added.worker_id, added.invitation)
    messages.success(request, _("Added. They sign in with the account and password they already have."))
    return redirect("worker", id=added.worker_id)


def _invitation(request: Request, id: UUID, path: str) -> HttpResponse:
    """Not a redirect: the link is in this answer and nowhere else, not in a log, a session or an address."""
    page = pages.worker_page(acting=request.acting, id=id, on=today(request))
    link = request.build_absolute_uri(path)
    return render(request, "workforce/invitation.html", {"page": page, "link": link})


@require_POST
@endpoint(may=May.SET_UP_STAFF, page="inviting a colleague")
def invite(request: Request, id: UUID) -> HttpResponse:
    try:
        path = actions.invite_again(acting=request.acting, id=id)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect("worker", id=id)
    return _invitation(request, id, path)


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.SET_UP_STAFF, page="changing a colleague's facts")
def change(request: Request, id: UUID) -> HttpResponse:
    page = pages.worker_page(acting=request.acting, id=id, on=today(request))
    choices = pages.choices_for_staff(acting=request.acting, apart_from=id)
    form = WorkerForm(request.POST or None, choices=choices, initial=pages.as_typed(page))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_worker(acting=request.acting, id=id, fields=form.worker())
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("Saved."))
            return redirect("worker", id=id)
    return render(request, "workforce/worker_change.html", {"form": form, "page": page})


@require_POST
@endpoint(may=May.SET_UP_STAFF, page="ending a colleague's time here")
def end(request: Request, id: UUID) -> HttpResponse:
    try:
        actions.end_worker(acting=request.acting, id=id, on=today(request))
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect("worker", id=id)
    messages.success(request, _("Their time here has ended. Nothing opens for them any more."))
    return redirect("staff")


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.RECORD_CREDENTIALS, page="recording a credential")
def certify(request: Request, id: UUID) -> HttpResponse:
    page = pages.worker_page(acting=request.acting, id=id, on=today(request))
    form = CertificationForm(request.POST or None, initial={"id": uuid7()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_certification(
                acting=request.acting,
                id=form.cleaned_data["id"],
                worker_id=id,
                fields=form.certification(),
            )
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("Recorded. It stands under the notes they sign while it is valid."))
            return redirect("worker", id=id)
    return render(request, "workforce/certification_add.html", {"form": form, "page": page})


def today(request: Request) -> date:
    return clock.today(ZoneInfo(request.organization.time_zone))
