from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beenthere.foundation.forms import Chips, OwnWords
from beenthere.kernel.ids import uuid7
from beenthere.support.choices import offer
from beenthere.support.plans.models import Goal


class GoalForm(forms.Form):
    """A goal as the person says it."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    words = forms.CharField(
        label=_("In their own words"), max_length=1000, widget=OwnWords(attrs={"rows": 3}),
        help_text=_("Write it as they say it. These words are not changed later."),
    )  # fmt: skip
    domain = forms.ChoiceField(
        label=_("What is it about?"), required=False, widget=Chips,
        choices=[*Goal.Domain.choices, ("", _("Not said"))],
    )  # fmt: skip
    program = forms.ChoiceField(label=_("Which program helps with it?"), widget=Chips)

    def __init__(self, *args: Any, programs: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "program", programs)
