"""The two forms of a consent. Short, in plain words; nothing is needed to keep a draft."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from beenthere.consent.facts import ConsentFields
from beenthere.consent.models import Consent
from beenthere.consent.texts import texts
from beenthere.consent.words import SEGMENTS
from beenthere.foundation.forms import DayField, ManyTiles, Tiles

Choices = Iterable[tuple[str, str]]


class ConsentForm(forms.Form):
    """What both kinds ask: who shares what, until when, and how it was signed."""

    kind: ClassVar[str]

    id = forms.UUIDField(widget=forms.HiddenInput)
    from_program = forms.ChoiceField(label=_("Which program may share?"), widget=Tiles)
    segments = forms.MultipleChoiceField(
        label=_("What may be shared?"), required=False, widget=ManyTiles,
        choices=[(key.value, words) for key, words in SEGMENTS.items()],
    )  # fmt: skip
    expires_on = DayField(label=_("Until which day?"), required=False)
    signature = forms.ChoiceField(
        label=_("How did they agree?"), required=False, widget=Tiles,
        choices=Consent.Signature.choices,
        help_text=_("Said out loud is kept, but it starts to count when it is signed."),
    )  # fmt: skip
    signed_name = forms.CharField(label=_("Name as signed"), max_length=200, required=False)
    signed_on = DayField(label=_("Day it was signed"), required=False)
    revocation_words = forms.CharField(
        label=_("What the form says on taking it back"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    asked: ClassVar[tuple[str, ...]] = ()
    # What only this kind asks, named as `ConsentFields` names it.
    own: ClassVar[tuple[str, ...]] = ()
    wording: ClassVar[tuple[str, ...]] = ("revocation_words",)

    def __init__(self, *args: Any, programs: Choices, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        offered: Any = self.fields["from_program"]
        offered.choices = list(programs)
        self.fields["signed_name"].widget.attrs["autocomplete"] = "off"
        if len(offered.choices) == 1:
            offered.widget = forms.HiddenInput()
            self.initial.setdefault("from_program", offered.choices[0][0])

    def clean_signed_on(self) -> date | None:
        day: date | None = self.cleaned_data["signed_on"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("This day has not come yet. Write the day it was signed."))
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        signed = data.get("signature") in {Consent.Signature.PAPER, Consent.Signature.SCREEN}
        if signed and data.get("signed_on") is None and "signed_on" not in self.errors:
            self.add_error("signed_on", _("Write the day it was signed."))
        return data

    def fields_typed(self) -> ConsentFields:
        data = self.cleaned_data
        return ConsentFields(
            kind=self.kind,
            from_program_id=UUID(data["from_program"]),
            segments=tuple(data["segments"]),
            expires_on=data["expires_on"],
            signature=data["signature"],
            signed_name=data["signed_name"],
            signed_on=data["signed_on"],
            revocation_words=data["revocation_words"],
            language=(get_language() or "en")[:8],
            **{name: data[name] for name in self.own},
        )

    def asked_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked if not self[name].is_hidden]

    def wording_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.wording]


class SpecificForm(ConsentForm):
    """Share with one program, team, organization or person, by name."""

    kind = Consent.Kind.SPECIFIC.value
    to_program = forms.ChoiceField(label=_("With which program here?"), required=False)
    to_whom = forms.CharField(
        label=_("Or with whom else?"), max_length=300, required=False,
        help_text=_("The name of a person, team or organization. For example: Riverside Clinic."),
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("What for?"), max_length=300, required=False,
        help_text=_("For example: so that both can plan with me."),
    )  # fmt: skip
    expires_when = forms.CharField(
        label=_("Or until this happens"), max_length=200, required=False,
        help_text=_("For example: when I leave the program."),
    )  # fmt: skip

    asked = (
        "from_program", "to_program", "to_whom", "segments", "purpose", "expires_on", "expires_when",
        "signature", "signed_name", "signed_on",
    )  # fmt: skip
    own = ("to_whom", "purpose", "expires_when")

    def __init__(self, *args: Any, recipients: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["to_program"]
        choices.choices = [("", _("None of these")), *recipients]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("to_program") and data["to_program"] == data.get("from_program"):
            self.add_error("to_program", _("A program needs no consent to share with itself."))
        return data

    def fields_typed(self) -> ConsentFields:
        chosen = self.cleaned_data["to_program"]
        return replace(super().fields_typed(), to_program_id=UUID(chosen) if chosen else None)


class TpoForm(ConsentForm):
    """One consent for treatment, payment and running the program, now and later."""

    kind = Consent.Kind.TREATMENT_PAYMENT_OPERATIONS.value
    no_expiry = forms.BooleanField(label=_("No end, until they take it back"), required=False)
    to_whom = forms.CharField(
        label=_("To whom, as the form says it"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    purpose = forms.CharField(label=_("What for, as the form says it"), max_length=300, required=False)
    redisclosure_words = forms.CharField(
        label=_("What the form says on sharing it further"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    asked = (
        "from_program", "segments", "no_expiry", "expires_on", "signature", "signed_name", "signed_on",
    )  # fmt: skip
    own = ("no_expiry", "to_whom", "purpose", "redisclosure_words")
    wording = ("to_whom", "purpose", "redisclosure_words", "revocation_words")


FORMS: dict[str, type[ConsentForm]] = {form.kind: form for form in (TpoForm, SpecificForm)}


def prefilled(kind: str, id: UUID) -> dict[str, Any]:
    """The sourced wording a new form starts with. Nothing is ticked: what is shared is theirs to choose.

    No day is filled in: a paper is often entered later than it was signed, and it counts from that day.
    """
    words = {key: text.words for key, text in texts().items()}
    start: dict[str, Any] = {"id": id, "revocation_words": words["revocation"]}
    if kind == TpoForm.kind:
        start |= {
            "to_whom": words["tpo_recipients"],
            "purpose": words["tpo_purpose"],
            "redisclosure_words": words["redisclosure"],
        }
    return start
