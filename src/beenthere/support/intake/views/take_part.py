"""Enroll, assign, end, take back, set the next review."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from beenthere.kernel.ids import uuid7
from beenthere.support.access import May
from beenthere.support.intake import actions
from beenthere.support.intake.forms import AssignForm, DischargeForm, EnrolForm, ReviewForm
from beenthere.support.intake.queries import (
    EnrolmentPage,
    enrolment_page,
    programs_to_join,
    specialists_for,
)
from beenthere.support.web import back_to, done, today_of, zone_of
from beenthere.trust.api import Request, Role, endpoint


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.ADD_PEOPLE, page="enroll in a program")
def enrol(request: Request, person_id: UUID) -> HttpResponse:
    page = programs_to_join(request.acting, person_id=person_id)
    form = EnrolForm(
        request.POST or None,
        programs=page.choices,
        may_take_on=page.worker_id is not None,
        initial={
            "id": uuid7(),
            "started_on": today_of(request),
            "take_on": Role.SPECIALIST in request.acting.roles,
        },
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: _enrol(request, person_id, form, page))
    ):
        messages.success(request, _("Enrolled. Earlier times in a program stay on the page."))
        return redirect("person", person_id=person_id)
    return _render(request, "support/enrol.html", form, page=page)


def _enrol(request: Request, person_id: UUID, form: EnrolForm, page: object) -> None:
    data = form.cleaned_data
    actions.enrol(
        acting=request.acting,
        id=data["id"],
        person_id=person_id,
        program_id=UUID(data["program"]),
        started_on=data["started_on"],
        worker_id=page.worker_id if data.get("take_on") else None,  # type: ignore[attr-defined]
    )


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.ASSIGN, page="who works with a person")
def assign(request: Request, person_id: UUID, enrolment_id: UUID) -> HttpResponse:
    page = _page(request, person_id, enrolment_id, May.ASSIGN)
    form = AssignForm(
        request.POST or None,
        workers=specialists_for(request.acting, page.line),
        has_specialist=page.line.worker_id is not None,
        initial={"worker": str(page.line.worker_id or "")},
    )
    if request.method == "POST" and form.is_valid():
        handed: list[actions.Handed] = []
        if done(form, lambda: handed.append(_assign(request, enrolment_id, form))):
            messages.success(request, _handed_words(handed[0]))
            return redirect("person", person_id=person_id)
    return _render(request, "support/assign.html", form, page=page)


def _assign(request: Request, enrolment_id: UUID, form: AssignForm) -> actions.Handed:
    return actions.assign(
        acting=request.acting,
        enrolment_id=enrolment_id,
        worker_id=form.worker_id(),
        moving=form.cleaned_data.get("moving", False),
    )


def _handed_words(handed: actions.Handed) -> str:
    words = [_("Done. The specialist sees the whole history in this program.")]
    moved = handed.visits + handed.follow_ups
    if moved:
        words.append(
            ngettext("%(count)s visit or call moved along.", "%(count)s visits and calls moved along.", moved)
            % {"count": moved}
        )
    return " ".join(words)


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.DISCHARGE, page="end of a program")
def discharge(request: Request, person_id: UUID, enrolment_id: UUID) -> HttpResponse:
    page = _page(request, person_id, enrolment_id, May.DISCHARGE, with_open_work=True)
    on = today_of(request)
    form = DischargeForm(request.POST or None, initial={"last_day": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def end() -> None:
            actions.discharge(
                acting=request.acting,
                enrolment_id=enrolment_id,
                last_day=data["last_day"],
                reason=data["reason"],
                on=on,
            )

        if done(form, end):
            words = _("Ended. You can take this back today, on this page, under Programs.")
            messages.success(request, words)
            return redirect("person", person_id=person_id)
    return _render(request, "support/discharge.html", form, page=page)


@require_POST
@endpoint(may=May.DISCHARGE, page="end of a program taken back")
@back_to("person")
def undo_discharge(request: Request, person_id: UUID, enrolment_id: UUID) -> HttpResponse:
    actions.undo_discharge(acting=request.acting, enrolment_id=enrolment_id, zone=zone_of(request))
    messages.success(request, _("Taken back. All is as it was before."))
    return redirect("person", person_id=person_id)


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.WORK_ON_GOALS, page="plan review")
def review(request: Request, person_id: UUID, enrolment_id: UUID) -> HttpResponse:
    page = _page(request, person_id, enrolment_id, May.WORK_ON_GOALS)
    form = ReviewForm(request.POST or None, initial={"review_on": page.line.plan_review_on})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["review_on"]

        def keep() -> None:
            actions.set_plan_review(acting=request.acting, enrolment_id=enrolment_id, review_on=day)

        if done(form, keep):
            messages.success(request, _("Saved: the day of the next plan review."))
            return redirect("person", person_id=person_id)
    return _render(request, "support/review.html", form, page=page)


def _page(
    request: Request, person_id: UUID, enrolment_id: UUID, may: May, *, with_open_work: bool = False
) -> EnrolmentPage:
    page = enrolment_page(request.acting, person_id, enrolment_id, may=may, with_open_work=with_open_work)
    if page is None:
        raise Http404
    return page


def _render(request: Request, template: str, form: object, **context: object) -> HttpResponse:
    status = 422 if getattr(form, "errors", None) else 200
    shown = {"form": form, "zone": zone_of(request), "today": today_of(request), **context}
    return render(request, template, shown, status=status)
