"""Adding a person: say who it is, see whether they are here already, add and enroll in one go."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from beenthere.kernel.ids import uuid7
from beenthere.support.access import May
from beenthere.support.intake import actions
from beenthere.support.intake.forms import AddForm, LookForm
from beenthere.support.intake.queries import AddPage, likely_people, programs_to_join
from beenthere.support.web import done, today_of
from beenthere.trust.api import Request, Role, endpoint


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.ADD_PEOPLE, page="add a person")
def add(request: Request) -> HttpResponse:
    """Three steps on one address, so that no name travels in it: look, "is it one of these?", add."""
    step = {"look": _look, "form": _form, "add": _add}.get(request.POST.get("step", ""))
    return step(request) if step else _who(request, LookForm(today=today_of(request)))


def _who(request: Request, form: LookForm, *, status: int = 200) -> HttpResponse:
    return render(request, "support/add_who.html", {"form": form}, status=status)


def _look(request: Request) -> HttpResponse:
    form = LookForm(request.POST, today=today_of(request))
    if not form.is_valid():
        return _who(request, form, status=422)
    likely = likely_people(request.acting, form.cleaned_data)
    if likely:
        return render(request, "support/add_likely.html", {"form": form, "likely": likely})
    return _empty(request, form)


def _form(request: Request) -> HttpResponse:
    """Nobody of those: the form, with what was typed already in it."""
    look = LookForm(request.POST, today=today_of(request))
    return _empty(request, look) if look.is_valid() else _who(request, look, status=422)


def _empty(request: Request, look: LookForm) -> HttpResponse:
    page = programs_to_join(request.acting)
    takes_on = Role.SPECIALIST in request.acting.roles
    initial = {**look.cleaned_data, "id": uuid7(), "language": "en", "take_on": takes_on}
    return _show(request, page, _add_form(request, page, initial=initial))


def _add_form(request: Request, page: AddPage, **how: object) -> AddForm:
    return AddForm(
        today=today_of(request), programs=page.choices, may_take_on=page.worker_id is not None, **how
    )


def _show(request: Request, page: AddPage, form: AddForm, *, status: int = 200) -> HttpResponse:
    return render(request, "support/add_form.html", {"page": page, "form": form}, status=status)


def _add(request: Request) -> HttpResponse:
    page = programs_to_join(request.acting)
    form = _add_form(request, page, data=request.POST)
    if not form.is_valid():
        return _show(request, page, form, status=422)
    results: list[actions.Added] = []
    if not done(form, lambda: results.append(_register(request, page, form))):
        return _show(request, page, form, status=422)
    _tell(request, results[0])
    return redirect("person", person_id=form.cleaned_data["id"])


def _register(request: Request, page: AddPage, form: AddForm) -> actions.Added:
    data = form.cleaned_data
    return actions.register_participant(
        acting=request.acting,
        id=data["id"],
        fields=form.person(),
        program_id=UUID(data["program"]),
        started_on=today_of(request),
        worker_id=page.worker_id if data.get("take_on") else None,
    )


def _tell(request: Request, added: actions.Added) -> None:
    if added is actions.Added.ADDED_WITH_OTHER_WORDS:
        words = _("You had added this person already. What you typed now is not saved: change it here.")
        messages.warning(request, words)
    elif added is actions.Added.ALREADY_ADDED:
        messages.info(request, _("This person was added already. Nothing was added twice."))
    else:
        messages.success(request, _("Added and enrolled. This is their page."))
