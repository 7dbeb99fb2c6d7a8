from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beenthere.kernel.ids import uuid7
from beenthere.support.access import May
from beenthere.support.plans import actions
from beenthere.support.plans.forms import GoalForm
from beenthere.support.plans.queries import GoalsPage, goals_page
from beenthere.support.web import back_to, done, today_of
from beenthere.trust.api import Refused, Request, endpoint


@require_safe
@endpoint(may=May.SEE_PEOPLE, page="goals")
def goals(request: Request, person_id: UUID) -> HttpResponse:
    return render(request, "support/goals.html", {"page": _page(request, person_id)})


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.WORK_ON_GOALS, page="new goal")
def add(request: Request, person_id: UUID) -> HttpResponse:
    page = _page(request, person_id)
    if not page.programs:
        raise Http404
    form = GoalForm(
        request.POST or None, programs=page.programs, initial={"id": uuid7(), "program": page.programs[0][0]}
    )
    if request.method == "POST" and form.is_valid() and done(form, lambda: _keep(request, person_id, form)):
        messages.success(request, _("The goal is on the list, in their words."))
        return redirect("goals", person_id=person_id)
    status = 422 if form.errors else 200
    return render(request, "support/goal_add.html", {"page": page, "form": form}, status=status)


def _keep(request: Request, person_id: UUID, form: GoalForm) -> None:
    data = form.cleaned_data
    actions.add_goal(
        acting=request.acting,
        id=data["id"],
        person_id=person_id,
        program_id=UUID(data["program"]),
        words=data["words"],
        domain=data["domain"],
        on=today_of(request),
    )


@require_POST
@endpoint(may=May.WORK_ON_GOALS, page="goal changed")
@back_to("goals")
def change(request: Request, person_id: UUID, goal_id: UUID) -> HttpResponse:
    asked = request.POST.get("change", "")
    if asked not in set(actions.Change):
        raise Refused(_("Say what to do with the goal."))
    what = actions.Change(asked)
    actions.change_goal(acting=request.acting, goal_id=goal_id, change=what, on=today_of(request))
    messages.success(request, _said(what))
    return redirect("goals", person_id=person_id)


def _said(change: actions.Change) -> str:
    return {
        actions.Change.REACHED: _("Marked as reached."),
        actions.Change.SET_ASIDE: _("Set aside. It stays on the page and can be taken up again."),
        actions.Change.TAKE_UP: _("Taken up again."),
        actions.Change.EARLIER: _("Moved up."),
        actions.Change.LATER: _("Moved down."),
    }[change]


def _page(request: Request, person_id: UUID) -> GoalsPage:
    return goals_page(request.acting, person_id)
