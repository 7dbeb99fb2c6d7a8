from django import forms
from django.utils.translation import gettext_lazy as _

from beenthere.certification.models import MOST_WORDS, RuleReport
from beenthere.foundation.forms import Tiles


class ReportForm(forms.Form):
    """`id` is made when the form is opened: sent twice, it is one report."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("Write about the rule only. No names, please: we do not ask who you are."),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    found_at = forms.CharField(
        label=_("Where does it say so?"),
        help_text=_("A web address, or the name of the paper."),
        max_length=300,
        required=False,
    )


class CheckForm(forms.Form):
    state = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[one for one in RuleReport.State.choices if one[0] != RuleReport.State.NEW],
        widget=Tiles,
    )
    answer = forms.CharField(
        label=_("In a few words"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
