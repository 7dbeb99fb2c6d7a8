"""Every form answers every input: with a clean value, or with a named error. Never with an exception.

Who adds a form adds its recipe here: how it is built, and which of its methods hand over what was typed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from allauth.core import context
from django import forms
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import translation
from garbage import DAYS, EVERY, IDS, NUMBERS, TEXTS, TIMES, encoded, pairs, storable, tried
from hypothesis import given
from hypothesis import strategies as st

from beenthere.certification.api import Answer, Question, credentials, questions, record_of
from beenthere.certification.forms import CheckForm, ReportForm
from beenthere.consent.forms import SpecificForm, TpoForm
from beenthere.foundation.forms import DayField
from beenthere.funding.forms import RuleForm
from beenthere.people.forms import ContactForm, CrisisForm, PersonForm, SafeContactForm
from beenthere.portal import passkeys
from beenthere.portal.explorer.forms import ChooseForm, MovingForm, QuestionsForm
from beenthere.portal.passwords import ChangePassword, FirstPassword, PasswordByLink
from beenthere.portal.views.lock import UnlockForm
from beenthere.support.encounters import forms as notes
from beenthere.support.encounters.models import Kind, Place
from beenthere.support.intake import forms as intake
from beenthere.support.plans.forms import GoalForm
from beenthere.support.visits import forms as visits
from beenthere.trust.acting import system
from beenthere.workforce.forms import AddWorkerForm, CertificationForm, WorkerForm

TODAY = date(2026, 11, 22)
NEW_YORK = ZoneInfo("America/New_York")
ONE, TWO = str(UUID(int=1)), str(UUID(int=2))
PROGRAMS = ((ONE, "Harbor"), (TWO, "Day room"))
STAFF = SimpleNamespace(
    supervisors=[SimpleNamespace(id=UUID(ONE), name="Ana")],
    programs=[SimpleNamespace(id=UUID(ONE), name="Harbor")],
)
OFFERED = notes.Offered(
    programs=PROGRAMS,
    kinds=tuple(Kind.choices[:3]),
    other_kinds=tuple(Kind.choices[3:]),
    places=tuple(Place.choices),
    goals=((ONE, "See my daughter more"),),
    zone=NEW_YORK,
    today=TODAY,
)


def _one_of_each() -> tuple[Question, ...]:
    """A question for each kind of answer, and one about a part of the hours of another."""
    requirements = [
        rule for one in credentials().values() for version in one.versions for rule in version.requirements
    ]
    every = {one.name: one for one in questions(requirements)}
    part = next(one for one in every.values() if one.part_of)
    kinds = [next(one for one in every.values() if one.answer is kind) for kind in Answer]
    return tuple({one.name: one for one in (every[part.part_of], part, *kinds)}.values())


# Where the form asks for more than the kind of its field says.
LIKELY = {
    "email": ("ana@example.org", "a@b", f"a@{'b' * 300}.org", "ana@exämple.org"),
    "code": ("H0038", "h0038", "H0"),
    "birth_date": ("1990-05-01", "", *DAYS),
    "letters": ("CPRS", "", *TEXTS),
    "value": ("555-201-0143", "ana@example.org", *TEXTS),
    "ends": ("10:00", *TIMES),
    "held": (TWO, ONE, ""),
}
ONLY_SHOWN = {
    "beenthere.funding.forms.MonthForm": "is drawn and never read: `month_in` reads the address",
    "beenthere.consent.forms.ConsentForm": "is what its two kinds share",
    "beenthere.support.visits.forms._When": "is what planning and moving share",
}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """`how` is what the view hands the form besides the request; `take` reads what was typed out of it."""

    how: dict[str, Any]
    take: Callable[[Any], object] = lambda form: form.cleaned_data


def our_passkey_forms() -> list[type[forms.BaseForm]]:
    return [
        form
        for form in vars(passkeys).values()
        if isinstance(form, type)
        and form.__module__ == passkeys.__name__
        and issubclass(form, forms.BaseForm)
    ]


def _plain(**how: Any) -> Recipe:
    return Recipe(how=how)


RECIPES: dict[type[forms.BaseForm], Recipe] = {
    WorkerForm: Recipe(how={"choices": STAFF}, take=lambda form: form.worker()),
    AddWorkerForm: Recipe(how={"choices": STAFF}, take=lambda form: (form.worker(), form.role_in())),
    CertificationForm: Recipe(how={}, take=lambda form: form.certification()),
    GoalForm: _plain(programs=PROGRAMS),
    notes.NoteForm: Recipe(how={"offered": OFFERED}, take=lambda form: form.content()),
    notes.WithdrawForm: _plain(),
    notes.AddendumForm: _plain(),
    notes.MoveForm: _plain(places=((f"{ONE} {TWO}", "Maya, Harbor"),)),
    intake.LookForm: _plain(today=TODAY),
    intake.AddForm: Recipe(
        how={"today": TODAY, "programs": PROGRAMS, "may_take_on": True}, take=lambda form: form.person()
    ),
    intake.EnrolForm: _plain(programs=PROGRAMS, may_take_on=True),
    intake.AssignForm: Recipe(
        how={"workers": PROGRAMS, "has_specialist": True}, take=lambda form: form.worker_id()
    ),
    intake.DischargeForm: _plain(),
    intake.ReviewForm: _plain(),
    visits.VisitForm: Recipe(
        how={"programs": PROGRAMS, "zone": NEW_YORK, "today": TODAY},
        take=lambda form: (form.starts_at(), visits.program_id(form)),
    ),
    visits.MoveForm: Recipe(how={"zone": NEW_YORK, "today": TODAY}, take=lambda form: form.starts_at()),
    visits.FollowUpForm: Recipe(how={"programs": PROGRAMS, "today": TODAY}, take=visits.program_id),
    RuleForm: Recipe(how={"programs": PROGRAMS}, take=lambda form: form.rule()),
    SpecificForm: Recipe(
        how={"programs": PROGRAMS, "recipients": PROGRAMS, "today": TODAY},
        take=lambda form: form.fields_typed(),
    ),
    TpoForm: Recipe(how={"programs": PROGRAMS, "today": TODAY}, take=lambda form: form.fields_typed()),
    PersonForm: Recipe(how={"today": TODAY}, take=lambda form: form.person()),
    SafeContactForm: _plain(),
    ContactForm: Recipe(how={}, take=lambda form: form.contact()),
    CrisisForm: Recipe(how={}, take=lambda form: form.crisis()),
    ReportForm: _plain(),
    CheckForm: _plain(),
    ChooseForm: _plain(offered=PROGRAMS),
    MovingForm: _plain(offered=PROGRAMS),
    QuestionsForm: Recipe(
        how={"asked": _one_of_each(), "on": TODAY},
        take=lambda form: (form.given(), record_of(form.asked.values(), form.given(), form.on)),
    ),
}
BY_REQUEST = {
    UnlockForm: "asks whose screen it is",
    **dict.fromkeys((ChangePassword, FirstPassword, PasswordByLink), "is allauth's own with our labels"),
    **dict.fromkeys(
        our_passkey_forms(), "answers a challenge of its session: tests/faults/test_odd_bodies.py"
    ),
}


def our_forms(form: type = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for kind in form.__subclasses__():
        if kind.__module__.startswith("beenthere."):
            yield kind
        yield from our_forms(kind)


def without_recipe(found: Iterable[type[forms.BaseForm]]) -> list[str]:
    names = {
        f"{form.__module__}.{form.__qualname__}" for form in found if form not in RECIPES.keys() | BY_REQUEST
    }
    return [
        f"{name}: add how it is built to RECIPES in {__name__}" for name in sorted(names - ONLY_SHOWN.keys())
    ]


def test_every_form_is_here() -> None:
    assert get_resolver().url_patterns
    assert without_recipe(our_forms()) == []


def test_a_form_without_a_recipe_is_found() -> None:
    planted = type("PlantedForm", (forms.Form,), {"__module__": "beenthere.support.forms"})
    (said,) = without_recipe([planted])
    assert "PlantedForm" in said


@pytest.mark.parametrize("form", RECIPES, ids=lambda form: f"{form.__module__}.{form.__name__}")
@given(data=st.data())
@tried
def test_a_form_takes_it_or_says_what_is_wrong(form: Any, data: st.DataObject) -> None:
    recipe = RECIPES[form]
    typed = data.draw(pairs(_offered(form(**recipe.how))))
    judge(form(_request(typed), **recipe.how), recipe.take)


@pytest.mark.parametrize("form", RECIPES, ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_what_is_likely_is_taken(form: Any) -> None:
    """Otherwise the garbage above would only ever meet the first refusal."""
    recipe = RECIPES[form]
    likely = [(name, ready[0]) for name, ready in _offered(form(**recipe.how)).items()]
    filled = form(_request(likely), **recipe.how)
    assert filled.is_valid(), filled.errors
    recipe.take(filled)


@pytest.mark.parametrize("form", RECIPES, ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_each_field_meets_each_value(form: Any) -> None:
    """One field at a time, all others as they should be: the value reaches whatever comes after the form."""
    recipe = RECIPES[form]
    likely = {name: ready[0] for name, ready in _offered(form(**recipe.how)).items()}
    for name in likely:
        for value in EVERY:
            filled = form(_request((likely | {name: value}).items()), **recipe.how)
            judge(filled, recipe.take, drawn=False)


@pytest.mark.parametrize("form", RECIPES, ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_a_day_in_no_lifetime_is_asked_about(form: Any) -> None:
    recipe = RECIPES[form]
    likely = {name: ready[0] for name, ready in _offered(form(**recipe.how)).items()}
    days = [name for name, field in form(**recipe.how).fields.items() if isinstance(field, forms.DateField)]
    for name in days:
        for day in ("0001-01-01", "0202-11-22", "1899-12-31", "2101-01-01", "9999-12-31"):
            filled = form(_request((likely | {name: day}).items()), **recipe.how)
            with translation.override("en"):
                said = [str(words) for words in filled.errors.get(name, ())]
            assert said == ["Check the year: it must be from 1900 to 2100."], (name, day)


@pytest.mark.parametrize("secret", ["", "\x00", "١٢٣٤٥٦", "a" * 100_000, "\u202e123456"], ids=ascii)
def test_nobody_unlocks_with_it(secret: str, make_user: Any) -> None:
    request = RequestFactory(SERVER_NAME="localhost").post("/lock/")
    request.user = make_user("specialist", password="only in this test")
    with system("a locked screen"), context.request_context(request):
        form = UnlockForm(_request([("secret", secret), ("secret", secret)]), request=request)
        judge(form, lambda form: pytest.fail("it opened"))


def judge(form: forms.BaseForm, take: Callable[[Any], object], *, drawn: bool = True) -> None:
    if form.is_valid():
        take(form)
        assert [name for name, value in form.cleaned_data.items() if not storable(value)] == []
    else:
        said = [str(words) for many in form.errors.values() for words in many]
        assert all(said), form.errors
    assert not drawn or str(form)


def _request(typed: Iterable[tuple[str, str]]) -> QueryDict:
    """As Django makes it of a body, where a lone surrogate is bytes that are no UTF-8."""
    return QueryDict(encoded(typed))


def _offered(form: Any) -> dict[str, tuple[str, ...]]:
    return {name: _ready(name, field) for name, field in form.fields.items()}


def _ready(name: str, field: Any) -> tuple[str, ...]:
    """What a well-meant request could hold here: something that is taken first, then what is rare."""
    if name in LIKELY:
        return LIKELY[name]
    if isinstance(field, forms.ChoiceField):
        offered = [str(value) for value, _words in field.choices]
        return tuple(sorted(offered, key=lambda value: field.required and not value))
    kinds = {
        DayField: ("2026-11-22", "2026-12-01", *DAYS),
        forms.TimeField: ("09:00", *TIMES),
        forms.BooleanField: ("", "on"),
        forms.UUIDField: (ONE, *IDS),
        forms.IntegerField: ("2", "", *NUMBERS),
        forms.DecimalField: ("2", "", *NUMBERS),
    }
    return kinds.get(type(field), ("We walked to the bus.", "", *TEXTS))


def test_a_form_that_breaks_is_found() -> None:
    class Breaks(forms.Form):
        day = forms.DateField()

        def clean(self) -> dict[str, Any]:
            return {"day": date.fromisoformat(self.data["day"]), "words": self.data.get("words")}

    with pytest.raises(ValueError, match="isoformat"):
        judge(Breaks(_request([("day", "")])), lambda form: form.cleaned_data)
    with pytest.raises(AssertionError):
        judge(Breaks(_request([("day", "2026-11-22"), ("words", "a\x00b")])), lambda form: form.cleaned_data)
