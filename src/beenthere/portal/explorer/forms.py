"""The wizards' questions as Django forms. All fields of all steps are one form: earlier steps come hidden."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beenthere.certification.api import Answer, Credential, Given, Question, Schooling, Topic, too_many
from beenthere.foundation.forms import DayField
from beenthere.portal.explorer.pages import FieldLine
from beenthere.portal.explorer.words import name_of, say

MOST_HOURS = 100_000
MOST_COUNT = 100
WHOLE_DAY = gettext_lazy("Write the day in full: year, month, day.")
DONE_TOPICS = frozenset({Topic.TRAINING, Topic.WORK, Topic.SUPERVISION})
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9-]+")


class QuestionsForm(forms.Form):
    """Every question may stay empty: empty means "not said"."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, asked: Iterable[Question], on: date) -> None:
        super().__init__(data)
        self.on = on
        self.asked = {field_name(one): one for one in asked}
        for name, one in self.asked.items():
            self.fields[name] = _field(one)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = {one.name: name for name, one in self.asked.items()}
        for question in too_many(self.asked.values(), self.given()):
            self.add_error(names[question], _("This is more than the hours you gave in all."))
        for name, one in self.asked.items():
            day = cleaned.get(name)
            if one.answer is Answer.DAY and isinstance(day, date) and day.year > self.on.year:
                self.add_error(name, _("This day has not come yet. Check the year."))
        return cleaned

    def given(self) -> Given:
        """The answers by the names of the questions; what was left empty is left out."""
        told = {one.name: self.cleaned_data.get(name) for name, one in self.asked.items()}
        return {name: _plain(value) for name, value in told.items() if value not in (None, "")}

    def steps(self) -> tuple[tuple[str, ...], ...]:
        """Names of the fields of each step; a step without questions is none."""
        done = tuple(name for name, one in self.asked.items() if one.topic in DONE_TOPICS)
        rest = tuple(name for name in self.asked if name not in done)
        return tuple(step for step in (done, rest) if step)

    def lines(self, names: Iterable[str]) -> tuple[FieldLine, ...]:
        return tuple(self._line(name, self.asked[name]) for name in names)

    def _line(self, name: str, one: Question) -> FieldLine:
        said = say(one.words)
        bound = self[name]
        quoted = format_html('{}<span lang="en" data-quoted>{}</span>{}', *said) if said.quoted else str(said)
        return FieldLine(
            kind=_KINDS[one.answer],
            name=name,
            label=quoted,
            value=str(bound.value() or ""),
            error=" ".join(map(str, bound.errors)) if self.is_bound else "",
            choices=_choices(one),
            whole=one.answer is Answer.COUNT,
            part=bool(one.part_of),
        )

    def answered(self, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """(name, value as it was sent), to be carried on hidden."""
        told = ((name, str(self[name].value() or "")) for name in names)
        return tuple((name, value) for name, value in told if value)

    def faults(self, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple((f"id_{name}", str(error)) for name in names for error in self.errors.get(name, []))


_KINDS = {
    Answer.HOURS: "number",
    Answer.COUNT: "number",
    Answer.DAY: "date",
    Answer.YES_NO: "choice",
    Answer.SCHOOLING: "choice",
}


def field_name(one: Question) -> str:
    return "q-" + _NOT_IN_NAMES.sub("-", one.name).lower()


def _field(one: Question) -> forms.Field:
    not_a_number = gettext_lazy("Write a number, such as 30.")
    told = {"invalid": not_a_number, "min_value": not_a_number, "max_value": not_a_number}
    match one.answer:
        case Answer.HOURS:
            told |= {"max_digits": not_a_number, "max_decimal_places": not_a_number}
            told |= {"max_whole_digits": not_a_number}
            return forms.DecimalField(
                required=False, min_value=0, max_value=MOST_HOURS, decimal_places=2, error_messages=told
            )
        case Answer.COUNT:
            return forms.IntegerField(required=False, min_value=0, max_value=MOST_COUNT, error_messages=told)
        case Answer.DAY:
            return DayField(required=False, error_messages={"invalid": WHOLE_DAY})
        case _:
            return forms.ChoiceField(required=False, choices=_choices(one))


def _choices(one: Question) -> tuple[tuple[str, str], ...]:
    if one.answer is Answer.YES_NO:
        return (("yes", _("Yes")), ("no", _("No")), ("", _("I am not sure")))
    if one.answer is Answer.SCHOOLING:
        levels = tuple((level.value, capfirst(name_of(level.value.replace("_", " ")))) for level in Schooling)
        return (*levels, ("", _("I am not sure")))
    return ()


def _plain(value: Any) -> Fraction | int | date | bool | str:
    if isinstance(value, Decimal):
        return Fraction(value)
    if value in ("yes", "no"):
        return bool(value == "yes")
    answer: int | date | str = value
    return answer


Offered = Iterable[tuple[str, str]]


class ChooseForm(forms.Form):
    """A state's credential to aim for."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, offered: Offered) -> None:
        super().__init__(data)
        self.fields["to"] = _credential_field(_("Which certification is it about?"), offered)


class MovingForm(forms.Form):
    """Where one comes from and where one goes, and until when the credential held holds."""

    until = DayField(
        label=gettext_lazy("Until which day does it hold?"),
        help_text=gettext_lazy("It stands on your certificate."),
        error_messages={"invalid": WHOLE_DAY},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, offered: Offered) -> None:
        super().__init__(data)
        offered = tuple(offered)
        self.fields["held"] = _credential_field(_("Which certification do you hold now?"), offered)
        self.fields["to"] = _credential_field(_("Which one do you want next?"), offered)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("held") and cleaned.get("held") == cleaned.get("to"):
            self.add_error("to", _("Choose another one than the one you hold."))
        return cleaned


class CredentialSelect(forms.Select):
    """Titles stay in the language of their source, and say so."""

    def create_option(self, name: str, value: Any, *more: Any, **told: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *more, **told)
        if value:
            option["attrs"] |= {"lang": "en", "data-quoted": True}
        return option


def _credential_field(label: str, offered: Offered) -> forms.ChoiceField:
    choices = [("", _("Choose one")), *offered]
    return forms.ChoiceField(label=label, choices=choices, widget=CredentialSelect)


def offered(all_of_them: Mapping[str, Credential], key: str) -> Credential | None:
    one = all_of_them.get(key)
    return one if one is not None and one.offered else None
