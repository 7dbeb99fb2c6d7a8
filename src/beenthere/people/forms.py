"""The forms of a person's own facts: who they are, how to reach them, whom to call."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from beenthere.foundation.crypto.blind import normal_email
from beenthere.foundation.forms import Chips, DayField, TimeInput
from beenthere.people.actions import CrisisFields
from beenthere.people.facts import ContactFields, PersonFields
from beenthere.people.models import ContactPoint

OLDEST = timedelta(days=366 * 120)
UNSEEN = {"autocomplete": "off"}


def _line(label: Any, length: int, *, required: bool = False, **more: Any) -> forms.CharField:
    widget = more.pop("widget", forms.TextInput(attrs=UNSEEN))
    return forms.CharField(label=label, max_length=length, required=required, widget=widget, **more)


class PersonForm(forms.Form):
    """Names and details. Only the name they go by is needed."""

    chosen_name = _line(_("Name they go by"), 120, required=True)
    family_name = _line(_("Family name"), 120)
    legal_given_name = _line(
        _("Given name on papers"), 120,
        help_text=_("Only if it differs. Shown nowhere but here; search finds it."),
    )  # fmt: skip
    pronouns = _line(_("Pronouns"), 40)
    birth_date = DayField(label=_("Date of birth"), required=False)
    language = forms.ChoiceField(label=_("Language they prefer"), widget=Chips, choices=settings.LANGUAGES)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_birth_date(self) -> date | None:
        day: date | None = self.cleaned_data["birth_date"]
        if day is not None and not self.today - OLDEST <= day <= self.today:
            raise forms.ValidationError(_("This date of birth can't be right. Check the year."))
        return day

    def person(self) -> PersonFields:
        """Safe ways to reach them have a form and an event of their own; the action keeps them."""
        return PersonFields(**self.cleaned_data)


class SafeContactForm(forms.Form):
    words = forms.CharField(
        label=_("How to reach them safely, in their words"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: call after 5. My partner may pick up; don't say where you call from."),
    )  # fmt: skip


class ContactForm(forms.Form):
    """One way to reach them, and what they said about using it."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("What is it?"), widget=Chips, choices=ContactPoint.Kind.choices)
    value = _line(_("Number, email or address"), 300, required=True)
    may_call = forms.BooleanField(label=_("It is OK to call"), required=False)
    may_text = forms.BooleanField(label=_("It is OK to text"), required=False)
    may_leave_message = forms.BooleanField(label=_("It is OK to leave a message"), required=False)
    quiet_from = forms.TimeField(label=_("Not after"), required=False, widget=TimeInput)
    quiet_until = forms.TimeField(label=_("Not before"), required=False, widget=TimeInput)

    def clean(self) -> dict[str, Any]:
        """An email must look like one. A number is taken as it is: people know odd ones that work."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == ContactPoint.Kind.EMAIL and not normal_email(data.get("value", "")):
            self.add_error("value", _("This email is not complete. Write it like name@example.org."))
        return data

    def contact(self) -> ContactFields:
        return ContactFields(**{name: value for name, value in self.cleaned_data.items() if name != "id"})


class CrisisForm(forms.Form):
    """Whom the person wants called when things are hard."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = _line(_("Name"), 120, required=True)
    relation = _line(
        _("Who they are to the person"), 80, help_text=_("For example: sister, sponsor, friend."),
    )  # fmt: skip
    phone = _line(_("Phone"), 40, required=True, widget=forms.TextInput(attrs={**UNSEEN, "type": "tel"}))

    def crisis(self) -> CrisisFields:
        return CrisisFields(**{name: value for name, value in self.cleaned_data.items() if name != "id"})
