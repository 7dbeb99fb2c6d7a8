"""Plan a visit, change it, calls due, next steps."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.support.access import May
from beenthere.support.encounters.models import FollowUp, PlannedVisit
from beenthere.support.visits import actions
from beenthere.support.visits.forms import FollowUpForm, MoveForm, VisitForm, program_id
from beenthere.support.visits.pages import PlanPage, follow_ups_page, plan_page, visit_page
from beenthere.support.web import back_to, done, today_of, uuid_in, zone_of
from beenthere.trust.api import Refused, Request, endpoint

QUARTER = timedelta(minutes=15)


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.PLAN_VISITS, page="plan a visit")
def plan(request: Request, person_id: UUID) -> HttpResponse:
    page = plan_page(request.acting, person_id)
    form = VisitForm(
        request.POST or None,
        zone=zone_of(request),
        today=today_of(request),
        programs=page.programs,
        initial={"id": uuid7(), **_next_quarter(request), "minutes": 30, "program": page.programs[0][0]},
    )
    if request.method == "POST" and form.is_valid() and done(form, lambda: _plan(request, page, form)):
        words = _("Planned for %(day)s at %(time)s.") % _when(form.starts_at(), request)
        messages.success(request, words)
        return redirect("person", person_id=person_id)
    return _render(request, "support/visit_plan.html", form, page=page)


def _next_quarter(request: Request) -> dict[str, object]:
    """A full quarter of an hour, a little ahead."""
    local = (clock.now() + QUARTER).astimezone(zone_of(request))
    local = local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)
    return {"day": local.date(), "time": local.time()}


def _plan(request: Request, page: PlanPage, form: VisitForm) -> None:
    data = form.cleaned_data
    actions.plan_visit(
        acting=request.acting,
        id=data["id"],
        person_id=page.person_id,
        program_id=program_id(form),
        worker_id=page.worker_id,
        starts_at=form.starts_at(),
        minutes=data["minutes"],
        kind=data["kind"],
        place=data["place"],
    )


def _when(moment: datetime, request: Request) -> dict[str, str]:
    local = moment.astimezone(zone_of(request))
    return {
        "day": formats.date_format(local, pgettext("date format", "l, F j")),
        "time": formats.time_format(local, "TIME_FORMAT"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.PLAN_VISITS, page="planned visit")
def visit(request: Request, id: UUID) -> HttpResponse:
    """Move it; the buttons beside the form call it off or mark it missed."""
    page = visit_page(request.acting, id)
    local = page.visit.starts_at.astimezone(zone_of(request))
    form = MoveForm(
        request.POST or None,
        zone=zone_of(request),
        today=today_of(request),
        initial={
            "day": local.date(),
            "time": local.time(),
            "minutes": page.visit.minutes,
            "place": page.visit.place,
        },
    )
    if request.method == "POST" and form.is_valid() and done(form, lambda: _move(request, id, form)):
        messages.success(request, _("Moved to %(day)s at %(time)s.") % _when(form.starts_at(), request))
        return redirect("person", person_id=page.visit.person_id)
    return _render(request, "support/visit.html", form, page=page)


def _move(request: Request, id: UUID, form: MoveForm) -> None:
    actions.move_visit(
        acting=request.acting,
        visit_id=id,
        starts_at=form.starts_at(),
        minutes=form.cleaned_data["minutes"],
        place=form.cleaned_data["place"],
    )


@require_POST
@endpoint(may=May.PLAN_VISITS, page="planned visit settled")
@back_to("home")
def settle_visit(request: Request, id: UUID) -> HttpResponse:
    status = request.POST.get("status", "")
    person_id = actions.settle_visit(acting=request.acting, visit_id=id, status=status)
    messages.success(request, _settled(status))
    return (
        redirect("visit", id=id)
        if status != PlannedVisit.Status.PLANNED
        else redirect("person", person_id=person_id)
    )


def _settled(status: str) -> str:
    return {
        PlannedVisit.Status.CANCELLED.value: _("Called off. You can put it back on the plan here."),
        PlannedVisit.Status.MISSED.value: _("Noted: you did not meet. You can put it back on the plan here."),
        PlannedVisit.Status.PLANNED.value: _("Back on the plan."),
    }[status]


@require_safe
@endpoint(may=May.PLAN_VISITS, page="calls and next steps")
def follow_ups(request: Request) -> HttpResponse:
    page = follow_ups_page(request.acting, on=today_of(request), number=request.GET.get("page", "1"))
    context = {"page": page, "done_id": uuid_in(request.GET.get("done"))}
    return render(request, "support/follow_ups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.PLAN_VISITS, page="new call or next step")
def plan_follow_up(request: Request, person_id: UUID) -> HttpResponse:
    page = plan_page(request.acting, person_id)
    form = FollowUpForm(
        request.POST or None,
        today=today_of(request),
        programs=page.programs,
        initial={
            "id": uuid7(),
            "kind": FollowUp.Kind.CALL.value,
            "due_on": today_of(request),
            "program": page.programs[0][0],
        },
    )
    if request.method == "POST" and form.is_valid() and done(form, lambda: _follow_up(request, page, form)):
        messages.success(request, _("It is on your list."))
        return redirect("person", person_id=person_id)
    return _render(request, "support/follow_up_plan.html", form, page=page)


def _follow_up(request: Request, page: PlanPage, form: FollowUpForm) -> None:
    data = form.cleaned_data
    actions.plan_follow_up(
        acting=request.acting,
        id=data["id"],
        person_id=page.person_id,
        program_id=program_id(form),
        worker_id=page.worker_id,
        kind=data["kind"],
        what=data["what"],
        due_on=data["due_on"],
        due_at=data["due_at"],
    )


@require_POST
@endpoint(may=May.PLAN_VISITS, page="call recorded")
@back_to("follow_ups")
def call(request: Request, id: UUID) -> HttpResponse:
    """One tap. Reached opens the note; otherwise the call comes back tomorrow."""
    asked, seen = request.POST.get("result", ""), request.POST.get("seen", "")
    if asked not in set(actions.CallResult) or not seen.isdecimal() or len(seen) > 4:
        raise Refused(_("Say how the call went."))
    result = actions.CallResult(asked)
    row = actions.record_call(
        acting=request.acting, follow_up_id=id, result=result, seen=int(seen), on=today_of(request)
    )
    if result is actions.CallResult.REACHED:
        messages.success(request, _("Good that you talked. The call is done; here is its note."))
        return redirect(
            f"{reverse('note_new')}?{urlencode({'person': str(row.person_id), 'place': 'phone'})}"
        )
    messages.success(request, _tried(result, row.attempts))
    return redirect("follow_ups")


def _tried(result: actions.CallResult, attempts: int) -> str:
    if result is actions.CallResult.LEFT_MESSAGE:
        words = _("Noted: you left a message (attempt %(count)s). It is back on your list tomorrow.")
    else:
        words = _("Noted: no answer (attempt %(count)s). It is back on your list tomorrow.")
    return words % {"count": attempts}


@require_POST
@endpoint(may=May.PLAN_VISITS, page="next step ticked off")
@back_to("follow_ups")
def settle_follow_up(request: Request, id: UUID) -> HttpResponse:
    """Tick off, with a way to take it back on the page that follows."""
    is_done = request.POST.get("done", "yes") != "no"
    person_id = actions.settle_follow_up(acting=request.acting, follow_up_id=id, done=is_done)
    if not is_done:
        messages.success(request, _("It is back on the list."))
    on_person = request.POST.get("from") == "person"
    url = reverse("person", args=[person_id]) if on_person else reverse("follow_ups")
    return redirect(f"{url}?{urlencode({'done': str(id)})}" if is_done else url)


def _render(request: Request, template: str, form: object, **context: object) -> HttpResponse:
    status = 422 if getattr(form, "errors", None) else 200
    return render(request, template, {"form": form, "zone": zone_of(request), **context}, status=status)
