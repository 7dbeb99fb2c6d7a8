"""The forms of the day's plan. Days and times are the organization's own."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from beenthere.foundation.forms import Chips, DayField, Tiles, TimeInput
from beenthere.kernel.ids import uuid7
from beenthere.kernel.minutes import in_words
from beenthere.support.choices import offer
from beenthere.support.encounters.models import FollowUp, Kind, Place

Choices = Iterable[tuple[str, str]]
FARTHEST = timedelta(days=366)
LENGTHS = [(str(minutes), in_words(minutes)) for minutes in (15, 30, 45, 60, 90)]


class _When(forms.Form):
    """A day and a time, within a year."""

    day = DayField(label=_("Day"))
    time = forms.TimeField(label=_("Time"), widget=TimeInput)
    minutes = forms.TypedChoiceField(label=_("How long?"), widget=Chips, choices=LENGTHS, coerce=int)

    def __init__(self, *args: Any, zone: ZoneInfo, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.today = zone, today
        _keep_own_length(self.fields["minutes"], self.initial.get("minutes"))

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not self.today <= day <= self.today + FARTHEST:
            raise forms.ValidationError(_("Choose today or a day within the next year."))
        return day

    def starts_at(self) -> datetime:
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"], tzinfo=self.zone)


def _keep_own_length(field: Any, minutes: int | None) -> None:
    """A visit of an unusual length keeps it when it is moved."""
    if minutes and str(minutes) not in dict(field.choices):
        field.choices = [(str(minutes), in_words(minutes)), *field.choices]


class VisitForm(_When):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    kind = forms.ChoiceField(label=_("What kind of visit?"), widget=forms.Select, choices=Kind.choices)
    place = forms.ChoiceField(label=_("Where?"), widget=Chips, required=False, choices=Place.choices)
    program = forms.ChoiceField(label=_("For which program?"), widget=Chips)

    field_order = ("day", "time", "minutes", "place", "kind", "program")

    def __init__(self, *args: Any, programs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "program", programs)


class MoveForm(_When):
    place = forms.ChoiceField(label=_("Where?"), widget=Chips, required=False, choices=Place.choices)


class FollowUpForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    kind = forms.ChoiceField(label=_("What is it?"), widget=Tiles, choices=FollowUp.Kind.choices)
    due_on = DayField(label=_("Due on"))
    due_at = forms.TimeField(label=_("At a certain time?"), required=False, widget=TimeInput)
    what = forms.CharField(label=_("What about?"), required=False, max_length=500)
    program = forms.ChoiceField(label=_("For which program?"), widget=Chips)

    def __init__(self, *args: Any, programs: Choices, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        offer(self, "program", programs)

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if not self.today <= day <= self.today + FARTHEST:
            raise forms.ValidationError(_("Choose today or a day within the next year."))
        return day


def program_id(form: forms.Form) -> UUID:
    return UUID(form.cleaned_data["program"])
