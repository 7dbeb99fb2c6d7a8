"""The rules by which programs' units are counted: what holds, and setting another from a day on."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beenthere.foundation import clock
from beenthere.funding.access import May
from beenthere.funding.actions import set_rule
from beenthere.funding.forms import RuleForm
from beenthere.funding.jobs import count_again
from beenthere.funding.rule_pages import programs_to_set, rule_to_begin_from, rules_page
from beenthere.trust.api import Refused, Request, endpoint


@require_safe
@endpoint(may=May.SET_RULES, page="rules for units")
def unit_rules(request: Request) -> HttpResponse:
    page = rules_page(acting=request.acting, on=_today(request))
    context = {"page": page, "may_see_units": request.acting.may(May.SEE_UNITS)}
    return render(request, "funding/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.SET_RULES, page="setting a rule for units")
def unit_rule_set(request: Request) -> HttpResponse:
    programs = [(str(program.id), program.name) for program in programs_to_set(request.acting)]
    form = RuleForm(request.POST or None, programs=programs, initial=_initial(request, programs))
    if request.method == "POST" and form.is_valid():
        done = _set(request, form)
        if done is not None:
            return done
    return render(request, "funding/rule_form.html", {"form": form})


def _set(request: Request, form: RuleForm) -> HttpResponse | None:
    """None when it was refused: the form then says why."""
    try:
        recount_id = set_rule(acting=request.acting, id=form.cleaned_data["id"], fields=form.rule())
    except Refused as refused:
        form.add_error(None, str(refused.sentence))
        return None
    count_again.later(organization_id=request.acting.organization_id, recount_id=recount_id)
    messages.success(
        request,
        _("The rule is set. Notes signed since that day are being counted again. It can take some minutes."),
    )
    return redirect("unit_rules")


def _initial(request: Request, programs: list[tuple[str, str]]) -> dict[str, Any]:
    """What the rule in force says, so that a change is one field."""
    chosen = request.GET.get("program") or (programs[0][0] if len(programs) == 1 else "")
    today = _today(request)
    former = rule_to_begin_from(acting=request.acting, program=chosen, on=today)
    return {"program": chosen, "effective_from": today} | former


def _today(request: Request) -> date:
    return clock.today(ZoneInfo(request.organization.time_zone))
