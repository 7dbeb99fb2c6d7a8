"""The forms of taking part: few fields, none of them a test."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from beenthere.foundation.forms import Chips, DayField, ManyChips, Tiles
from beenthere.kernel.ids import uuid7
from beenthere.people.api import ContactFields, PersonFields
from beenthere.support.choices import offer
from beenthere.support.intake.models import Enrolment

Choices = Iterable[tuple[str, str]]
OLDEST = timedelta(days=366 * 120)


class _Born:
    """A date of birth that somebody alive could have."""

    today: date

    def clean_birth_date(self) -> date | None:
        day: date | None = self.cleaned_data["birth_date"]  # type: ignore[attr-defined]
        if day is not None and not self.today - OLDEST <= day <= self.today:
            raise forms.ValidationError(_("This date of birth can't be right. Check the year."))
        return day


class LookForm(_Born, forms.Form):
    """Step one: who is it? Only a name is needed; more finds better."""

    chosen_name = forms.CharField(
        label=_("What name do they go by?"), max_length=120,
        help_text=_("Any name they like. It need not be a legal name."),
    )  # fmt: skip
    family_name = forms.CharField(label=_("Family name"), max_length=120, required=False)
    birth_date = DayField(label=_("Date of birth"), required=False)
    phone = forms.CharField(
        label=_("Phone number"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "class": "bt-input--half", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for name in ("chosen_name", "family_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"


class AddForm(LookForm):
    """Step two: what is needed to begin. Everything but the name can wait."""

    pronouns = forms.CharField(
        label=_("Pronouns"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"class": "bt-input--half", "autocomplete": "off"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language they prefer"), widget=Chips, choices=settings.LANGUAGES)
    allowed = forms.MultipleChoiceField(
        label=_("With this phone it is all right to"), required=False, widget=ManyChips,
        choices=[("call", _("call")), ("text", _("text")), ("message", _("leave a message"))],
    )  # fmt: skip
    safe_contact = forms.CharField(
        label=_("Anything to know to reach them safely?"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: a partner may pick up; don't say where you call from."),
    )  # fmt: skip
    program = forms.ChoiceField(label=_("Which program do they join?"), widget=Tiles)
    take_on = forms.BooleanField(label=_("I will work with them"), required=False)

    id = forms.UUIDField(widget=forms.HiddenInput)

    field_order = (
        "chosen_name", "family_name", "pronouns", "birth_date", "language", "phone", "allowed",
        "safe_contact", "program", "take_on",
    )  # fmt: skip

    def __init__(self, *args: Any, programs: Choices, may_take_on: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "program", programs)
        if not may_take_on:
            del self.fields["take_on"]

    def person(self) -> PersonFields:
        data = self.cleaned_data
        return PersonFields(
            chosen_name=data["chosen_name"],
            family_name=data["family_name"],
            pronouns=data["pronouns"],
            birth_date=data["birth_date"],
            language=data["language"],
            safe_contact=data["safe_contact"],
            contacts=self._phone(),
        )

    def _phone(self) -> tuple[ContactFields, ...]:
        data = self.cleaned_data
        if not data["phone"].strip():
            return ()
        allowed = data["allowed"]
        phone = ContactFields(
            kind="phone",
            value=data["phone"],
            may_call="call" in allowed,
            may_text="text" in allowed,
            may_leave_message="message" in allowed,
        )
        return (phone,)


class EnrolForm(forms.Form):
    """Into a program, from a day on."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    program = forms.ChoiceField(label=_("Which program?"), widget=Tiles)
    started_on = DayField(label=_("First day"))
    take_on = forms.BooleanField(label=_("I will work with them"), required=False)

    def __init__(self, *args: Any, programs: Choices, may_take_on: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "program", programs)
        if not may_take_on:
            del self.fields["take_on"]


class AssignForm(forms.Form):
    worker = forms.ChoiceField(label=_("Who works with them from now on?"), widget=Tiles)
    moving = forms.BooleanField(
        label=_("Planned visits, calls and next steps move along"), required=False, initial=True,
        help_text=_("Otherwise they stay with the specialist who has them now."),
    )  # fmt: skip

    def __init__(self, *args: Any, workers: Choices, has_specialist: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["worker"]
        field.choices = list(workers)
        if not has_specialist:
            del self.fields["moving"]

    def worker_id(self) -> UUID:
        return UUID(self.cleaned_data["worker"])


class DischargeForm(forms.Form):
    reason = forms.ChoiceField(label=_("What happened?"), choices=Enrolment.EndReason.choices, widget=Tiles)
    last_day = DayField(label=_("Last day"))


class ReviewForm(forms.Form):
    review_on = DayField(
        label=_("Look at the plan together again on"), required=False,
        help_text=_("Leave it empty when no day is set."),
    )  # fmt: skip
