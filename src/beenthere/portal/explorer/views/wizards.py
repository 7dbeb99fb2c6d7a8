"""The wizards. Answers come by POST and go with the answer: no session, no table, no address, no log line."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from beenthere.certification.api import (
    Credential,
    Held,
    Record,
    Requirement,
    Standing,
    assess,
    credentials,
    questions,
    reciprocity,
    record_of,
)
from beenthere.portal.explorer.answer import answer_page, move_about, moving_page, place_about
from beenthere.portal.explorer.compare import choices
from beenthere.portal.explorer.forms import ChooseForm, MovingForm, QuestionsForm, offered
from beenthere.portal.explorer.pages import AnswerPage, QuestionsPage
from beenthere.portal.explorer.state import address_parts
from beenthere.portal.explorer.views.pages import today
from beenthere.trust.api import public

OPEN = "anybody may ask what they would need; the answers are used for the reply and kept nowhere"


@require_http_methods(["GET", "HEAD", "POST"])
@public(reason=OPEN)
def choose(request: HttpRequest) -> HttpResponse:
    """The chosen credential alone is in the address that follows: that is the link one can share."""
    form = ChooseForm(request.POST or None, offered=choices(credentials().values()))
    if request.method == "POST" and form.is_valid():
        return redirect("certification_need", *address_parts(form.cleaned_data["to"]))
    return render(request, "explorer/choose.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@public(reason=OPEN)
@sensitive_post_parameters()
def need(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    credential = offered(credentials(), f"{code}/{slug}".upper())
    if credential is None:
        raise Http404
    form = _form(request, credential)
    action = reverse("certification_need", args=address_parts(credential.key))
    asking = _asking(request, form, credential, action=action, hidden=())
    if asking is not None:
        return asking
    told = assess(record_of(form.asked.values(), form.given(), form.on), credential, form.on)
    return _answered(request, answer_page(told, credential), form, action, hidden=())


@require_http_methods(["GET", "HEAD", "POST"])
@public(reason=OPEN)
@sensitive_post_parameters()
def moving(request: HttpRequest) -> HttpResponse:
    choosing = MovingForm(request.POST or None, offered=choices(credentials().values()))
    if request.method != "POST" or not choosing.is_valid() or "again" in request.POST:
        return render(request, "explorer/moving.html", {"form": choosing})
    held, to = (credentials()[choosing.cleaned_data[name]] for name in ("held", "to"))
    until: date = choosing.cleaned_data["until"]
    hidden = (("held", held.key), ("to", to.key), ("until", until.isoformat()))
    own = Held(credential=held.key, issued=today(), expires=until)
    form, action = _form(request, to, moving=own), reverse("certification_moving")
    asking = _asking(request, form, to, action=action, hidden=hidden, held=held)
    if asking is not None:
        return asking
    return _answered(request, _moved(form, held, to, own), form, action, hidden=hidden)


def _moved(form: QuestionsForm, held: Credential, to: Credential, own: Held) -> AnswerPage:
    """The credential counts as issued today: which day it began decides nothing here."""
    said = record_of(form.asked.values(), form.given(), form.on)
    record = replace(said, credentials=(*said.credentials, own))
    return moving_page(reciprocity(record, held, to, form.on), held, to, assess(record, to, form.on))


def _form(request: HttpRequest, credential: Credential, *, moving: Held | None = None) -> QuestionsForm:
    on = today()
    version = credential.version_on(on)
    asked = [*version.requirements] if version else []
    if moving and version:
        asked += [one for path in version.reciprocity for one in path.requirements]
        asked = _still_open(asked, moving, credential, on)
    return QuestionsForm(request.POST if request.method == "POST" else None, asked=questions(asked), on=on)


def _still_open(asked: Iterable[Requirement], own: Held, to: Credential, on: date) -> list[Requirement]:
    """Not what the path waives, what a board vouches for, or the credential that was just named."""
    told = reciprocity(Record(credentials=(own,)), credentials()[own.credential], to, on)
    left = {one.key for one in told.remains if one.standing < Standing.SOURCE_UNSURE}
    return [one for one in asked if one.key in left]


def _asking(
    request: HttpRequest,
    form: QuestionsForm,
    credential: Credential,
    *,
    action: str,
    hidden: tuple[tuple[str, str], ...],
    held: Credential | None = None,
) -> HttpResponse | None:
    """The step to show, or None when everything is answered and fits."""
    steps = form.steps()
    if not steps:
        return None if request.method == "POST" else _step(request, form, credential, 0, action, hidden, held)
    go = request.POST.get("go", "")
    if request.method != "POST" or go not in ("next", "answer"):
        return _step(request, form, credential, 0, action, hidden, held)
    wrong = next((n for n, names in enumerate(steps) if form.faults(names)), None)
    if go == "answer":
        return (
            None
            if wrong is None
            else _step(request, form, credential, wrong, action, hidden, held, told=True)
        )
    step = 0 if wrong == 0 else min(1, len(steps) - 1)
    return _step(request, form, credential, step, action, hidden, held, told=wrong == 0)


def _step(
    request: HttpRequest,
    form: QuestionsForm,
    credential: Credential,
    step: int,
    action: str,
    hidden: tuple[tuple[str, str], ...],
    held: Credential | None,
    *,
    told: bool = False,
) -> HttpResponse:
    steps = form.steps() or ((),)
    others = [name for number, names in enumerate(steps) if number != step for name in names]
    names = (_("What you have done"), _("About you"))
    page = QuestionsPage(
        heading=_("What would I need?") if held is None else _("I'm moving"),
        about=place_about(credential) if held is None else move_about(held, credential),
        title=credential.title,
        steps=(*(names if len(steps) > 1 else names[:1]), _("Your answer")),
        step=step + 1,
        fields=form.lines(steps[step]),
        hidden=(*hidden, *(form.answered(others) if form.is_bound else ())),
        errors=form.faults(steps[step]) if told else (),
        action=action,
        back_url=reverse("certification_choose" if held is None else "certification_moving"),
        last=step == len(steps) - 1,
    )
    return render(request, "explorer/questions.html", {"page": page})


def _answered(
    request: HttpRequest,
    page: AnswerPage,
    form: QuestionsForm,
    action: str,
    *,
    hidden: tuple[tuple[str, str], ...],
) -> HttpResponse:
    carried = (*hidden, *form.answered(form.asked))
    return render(request, "explorer/answer.html", {"page": page, "carried": carried, "action": action})
