"""The forms of staff."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from beenthere.foundation.forms import Chips, DayField
from beenthere.trust.api import ROLE_DESCRIPTIONS, Role
from beenthere.workforce.actions import CertificationFields, WorkerFields
from beenthere.workforce.models import Worker
from beenthere.workforce.pages import StaffChoices

UNSEEN = {"autocomplete": "off"}
# Whoever holds one of these holds it everywhere: it is about the organization, not about a program.
EVERYWHERE = (Role.ADMINISTRATOR,)


class WorkerForm(forms.Form):
    """What is said about a colleague."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs=UNSEEN))
    shown_as = forms.CharField(
        label=_("Name shown to participants"), max_length=120, required=False,
        widget=forms.TextInput(attrs=UNSEEN),
        help_text=_("Left empty, it is the first name."),
    )  # fmt: skip
    position = forms.CharField(
        label=_("Position"), max_length=120, required=False, widget=forms.TextInput(attrs=UNSEEN),
        help_text=_("It stands under signed notes. For example: Peer support specialist."),
    )  # fmt: skip
    employment = forms.ChoiceField(
        label=_("How do they work here?"), widget=Chips, choices=Worker.Employment.choices, initial="staff"
    )
    supervisor = forms.ChoiceField(label=_("Who supervises them?"), required=False)
    started_on = DayField(label=_("First day"), required=False)

    def __init__(self, *args: Any, choices: StaffChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["supervisor"]
        people = [(str(worker.id), worker.name) for worker in choices.supervisors]
        offered.choices = [("", _("Nobody yet")), *people]

    def worker(self) -> WorkerFields:
        data = self.cleaned_data
        return WorkerFields(
            name=data["name"],
            shown_as=data["shown_as"],
            position=data["position"],
            employment=data["employment"],
            supervisor_id=UUID(data["supervisor"]) if data["supervisor"] else None,
            started_on=data["started_on"],
        )


class AddWorkerForm(WorkerForm):
    """The same, with the account and the first role."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    email = forms.EmailField(
        label=_("Work email"), widget=forms.EmailInput(attrs=UNSEEN), help_text=_("They sign in with it.")
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, told.title) for role, told in ROLE_DESCRIPTIONS.items()]
    )
    program = forms.ChoiceField(label=_("In which program?"), required=False)

    field_order = (
        "name", "email", "role", "program", "employment", "position", "supervisor", "shown_as", "started_on",
    )  # fmt: skip

    def __init__(self, *args: Any, choices: StaffChoices, **kwargs: Any) -> None:
        super().__init__(*args, choices=choices, **kwargs)
        offered: Any = self.fields["program"]
        names = [(str(program.id), program.name) for program in choices.programs]
        offered.choices = [("", _("All programs")), *names]

    def role_in(self) -> tuple[Role, UUID | None]:
        role, program = Role(self.cleaned_data["role"]), self.cleaned_data["program"]
        return role, UUID(program) if program and role not in EVERYWHERE else None


class CertificationForm(forms.Form):
    """A credential, as it stands on the paper."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    credential = forms.CharField(
        label=_("Credential"), max_length=120,
        help_text=_("For example: Certified Peer Recovery Supporter."),
    )  # fmt: skip
    letters = forms.CharField(
        label=_("Letters after the name"), max_length=20, required=False,
        widget=forms.TextInput(attrs={**UNSEEN, "class": "bt-input--half"}),
    )  # fmt: skip
    number = forms.CharField(
        label=_("Number"), max_length=60, required=False,
        widget=forms.TextInput(attrs={**UNSEEN, "class": "bt-input--half"}),
    )  # fmt: skip
    valid_from = DayField(label=_("Valid from"))
    valid_until = DayField(label=_("Valid until"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day is before the first. Check the paper."))
        return data

    def certification(self) -> CertificationFields:
        data = {name: value for name, value in self.cleaned_data.items() if name != "id"}
        return CertificationFields(**data)
