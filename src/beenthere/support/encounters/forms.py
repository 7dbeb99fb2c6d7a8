"""The note as a form: nothing in it must be typed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from beenthere.foundation.forms import Chips, DayField, Tiles, TimeInput
from beenthere.support.encounters.content import NoteContent
from beenthere.support.encounters.models import Encounter, Mode, NextKind, Place

# What a column of whole numbers holds.
LAST_EDIT = 2**31 - 1
LONGEST_VISIT = timedelta(hours=16)
OLDEST_VISIT = timedelta(days=3 * 365)
A_WEEK = timedelta(days=7)
MODE_OF_PLACE = {Place.PHONE.value: Mode.PHONE.value, Place.VIDEO.value: Mode.VIDEO.value}


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What this note can choose from: (value, label) pairs, the likeliest first."""

    programs: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    other_kinds: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    goals: tuple[tuple[str, str], ...]
    zone: ZoneInfo
    today: date


class NoteForm(forms.Form):
    """Seven controls, and under "More" what a visit sometimes needs. Times are in the organization's zone."""

    kind = forms.ChoiceField(label=_("What kind of visit was it?"), widget=Tiles)
    place = forms.ChoiceField(label=_("Where?"), widget=Chips, required=False)
    happened_on = DayField(label=_("Day"))
    starts = forms.TimeField(label=_("From"), required=False, widget=TimeInput)
    ends = forms.TimeField(label=_("To"), required=False, widget=TimeInput)
    goal = forms.ChoiceField(label=_("Which goal did it touch?"), widget=Chips, required=False)
    what_we_did = forms.CharField(
        label=_("What did you do together?"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    next_kind = forms.ChoiceField(
        label=_("What comes next?"), widget=Chips, required=False,
        choices=[("", _("Nothing for now")), *NextKind.choices],
    )  # fmt: skip
    next_step_on = DayField(label=_("On"), required=False, help_text=_("Left empty, it is in a week."))
    next_step = forms.CharField(label=_("In a few words, if you like"), required=False, max_length=500)
    program = forms.ChoiceField(label=_("For which program?"), widget=Chips)
    result = forms.ChoiceField(
        label=_("Did you meet?"), widget=Chips, choices=Encounter.Result.choices, required=False
    )
    purpose = forms.CharField(
        label=_("What was it for?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    response = forms.CharField(
        label=_("How was it for them?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    group_size = forms.IntegerField(
        label=_("How many people were there?"), required=False, min_value=1, max_value=999
    )
    written_together = forms.BooleanField(label=_("We wrote this note together"), required=False)
    not_billable = forms.BooleanField(label=_("Not billable, still counts"), required=False)

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    edit_number = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=LAST_EDIT, required=False
    )
    base = forms.CharField(widget=forms.HiddenInput, required=False)
    person = forms.UUIDField(widget=forms.HiddenInput)
    planned_visit = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [*offered.kinds, *offered.other_kinds]
        fields["place"].choices = offered.places
        fields["goal"].choices = [*offered.goals, ("", _("None today"))]
        fields["program"].choices = offered.programs

    def clean_happened_on(self) -> date:
        day: date = self.cleaned_data["happened_on"]
        if day > self.offered.today:
            raise forms.ValidationError(
                _("This day is still to come. A note is for a visit that took place: check the date.")
            )
        if day < self.offered.today - OLDEST_VISIT:
            raise forms.ValidationError(_("This day is years ago. Check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = self._moments(data)
        if start and end and end - start > LONGEST_VISIT:
            self.add_error("ends", _("The end is before the start. Check the two times."))
        data["starts_at"], data["ends_at"] = start, end
        if data.get("next_kind") and not data.get("next_step_on") and "next_step_on" not in self.errors:
            # Without a day nobody would be reminded of it.
            data["next_step_on"] = self.offered.today + A_WEEK
        return data

    def _moments(self, data: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
        if data.get("happened_on") is None:
            return None, None
        return moments(data["happened_on"], data.get("starts"), data.get("ends"), self.offered.zone)

    def content(self) -> NoteContent:
        data = self.cleaned_data
        return NoteContent(
            person_id=data["person"],
            program_id=UUID(data["program"]),
            kind=data["kind"],
            happened_on=data["happened_on"],
            result=data["result"] or Encounter.Result.MET.value,
            mode=MODE_OF_PLACE.get(data["place"], Mode.IN_PERSON.value),
            place=data["place"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            goal_id=UUID(data["goal"]) if data["goal"] else None,
            group_size=data["group_size"],
            purpose=data["purpose"],
            what_we_did=data["what_we_did"],
            response=data["response"],
            next_kind=data["next_kind"],
            next_step=data["next_step"],
            next_step_on=data["next_step_on"],
            written_together=data["written_together"],
            not_billable=data["not_billable"],
            planned_visit_id=data["planned_visit"],
        )


def moments(
    day: date, starts: time | None, ends: time | None, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """Clock times of one day as moments; a visit that ends before it began went past midnight."""
    start, end = _at(day, starts, zone), _at(day, ends, zone)
    if start and end and end < start:
        end = _later_reading(day, end, start, zone)
    return start, end


def _at(day: date, clock_time: time | None, zone: ZoneInfo) -> datetime | None:
    """In UTC: two times of one zone compare and subtract as clock faces, an hour wrong when clocks change."""
    if clock_time is None:
        return None
    return datetime.combine(day, clock_time, tzinfo=zone).astimezone(UTC)


def _later_reading(day: date, end: datetime, start: datetime, zone: ZoneInfo) -> datetime:
    """An end before the start was the second time the clock showed that hour, or after midnight."""
    second = end.astimezone(zone).replace(fold=1).astimezone(UTC)
    if second >= start:
        return second
    return datetime.combine(day + timedelta(days=1), end.astimezone(zone).time(), tzinfo=zone).astimezone(UTC)


def initial_of(content: NoteContent, zone: ZoneInfo) -> dict[str, Any]:
    """A draft's content as the form shows it."""
    return {
        "kind": content.kind,
        "place": content.place,
        "happened_on": content.happened_on,
        "starts": content.starts_at.astimezone(zone).time() if content.starts_at else None,
        "ends": content.ends_at.astimezone(zone).time() if content.ends_at else None,
        "goal": str(content.goal_id or ""),
        "what_we_did": content.what_we_did,
        "next_kind": content.next_kind,
        "next_step": content.next_step,
        "next_step_on": content.next_step_on,
        "program": str(content.program_id),
        "result": content.result,
        "purpose": content.purpose,
        "response": content.response,
        "group_size": content.group_size,
        "written_together": content.written_together,
        "not_billable": content.not_billable,
        "person": content.person_id,
        "planned_visit": content.planned_visit_id,
    }


class WithdrawForm(forms.Form):
    why = forms.ChoiceField(
        label=_("What was wrong with it?"), choices=Encounter.WithdrawnWhy.choices, widget=Tiles
    )


class AddendumForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("What needs adding?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=10_000
    )


class MoveForm(forms.Form):
    """Where a withdrawn note belongs: a person in a program, as "person program" ids."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("Who was it about?"), widget=Tiles)

    def __init__(self, *args: Any, places: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.choices = places

    def clean_to(self) -> tuple[UUID, UUID]:
        person, program = self.cleaned_data["to"].split()
        return UUID(person), UUID(program)
