"""The forms of the units pages."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beenthere.foundation.forms import Chips, DayField, ManyChips
from beenthere.funding.facts import RuleFields
from beenthere.funding.month import Month
from beenthere.funding.payers.loader import ShippedRule, payers
from beenthere.kernel.ids import uuid7
from beenthere.kernel.months import first_of_month
from beenthere.support import api as support

MONTHS_BACK = 24
USUAL_CODE = "H0038"


class MonthForm(forms.Form):
    month = forms.ChoiceField(label=gettext_lazy("Month"))

    def __init__(self, *, today: date, shown: Month) -> None:
        super().__init__(initial={"month": shown.key})
        offered = {month.key: month for month in [*months_until(today), shown]}
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            (key, date_format(offered[key].first, "YEAR_MONTH_FORMAT"))
            for key in sorted(offered, reverse=True)
        ]


def months_until(today: date) -> Iterable[Month]:
    for back in range(MONTHS_BACK):
        years, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        yield Month(year=years, month=month + 1)


def month_in(text: str | None, today: date) -> Month:
    """The month written as 2026-11; this one for anything else."""
    return Month.of(first_of_month(text, otherwise=today))


class RuleForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    program = forms.ChoiceField(label=gettext_lazy("Program"), widget=Chips)
    rule_key = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        help_text=gettext_lazy("How minutes become units. Each rule says where it comes from."),
    )
    code = forms.CharField(
        label=gettext_lazy("Billing code"),
        initial=USUAL_CODE,
        max_length=10,
        validators=[RegexValidator(r"^[A-Za-z0-9]{3,10}$", gettext_lazy("Letters and digits, like H0038."))],
        widget=forms.TextInput(attrs={"class": "bt-input--short", "autocomplete": "off"}),
    )
    effective_from = DayField(
        label=gettext_lazy("From which day?"),
        help_text=gettext_lazy("The rule before it ends the day before. Notes since are counted again."),
    )
    last_day = DayField(
        label=gettext_lazy("Last day"),
        required=False,
    )
    paid_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of support it pays for"),
        widget=ManyChips,
        choices=support.Kind.choices,
        required=False,
        help_text=gettext_lazy("Choose none when the payer's text does not say."),
    )
    paid_modes = forms.MultipleChoiceField(
        label=gettext_lazy("Ways to meet it pays for"),
        widget=ManyChips,
        choices=support.Mode.choices,
        required=False,
        help_text=gettext_lazy("Choose none when the payer's text does not say."),
    )
    group_maximum = forms.IntegerField(
        label=gettext_lazy("Most people in a group"),
        min_value=2,
        max_value=200,
        required=False,
        widget=forms.NumberInput(attrs={"class": "bt-input--tiny"}),
    )
    note_within_hours = forms.IntegerField(
        label=gettext_lazy("Hours after a visit within which its note must be signed"),
        min_value=1,
        max_value=24 * 60,
        required=False,
        widget=forms.NumberInput(attrs={"class": "bt-input--tiny"}),
    )
    grant_tag = forms.CharField(label=gettext_lazy("Grant or contract"), max_length=120, required=False)

    def __init__(self, *args: Any, programs: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].choices = list(programs)  # type: ignore[attr-defined]
        self.fields["rule_key"].choices = rule_choices()  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("effective_from"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        self._codes_of_the_rule(data)
        return data

    def _codes_of_the_rule(self, data: dict[str, Any]) -> None:
        """A rule that names its codes is for those and no other."""
        named = {code for rule in _rules(data.get("rule_key", "")) for code in rule.codes or ()}
        if named and data.get("code") and data["code"] not in named:
            words = _("This rule is for %(codes)s.") % {"codes": ", ".join(sorted(named))}
            self.add_error("code", words)

    def rule(self) -> RuleFields:
        data = self.cleaned_data
        last = data["last_day"]
        return RuleFields(
            program_id=UUID(data["program"]),
            rule_key=data["rule_key"],
            code=data["code"],
            paid_kinds=tuple(data["paid_kinds"]),
            paid_modes=tuple(data["paid_modes"]),
            group_maximum=data["group_maximum"],
            note_within_hours=data["note_within_hours"],
            grant_tag=data["grant_tag"],
            effective_from=data["effective_from"],
            effective_until=last + timedelta(days=1) if last else None,
        )


def _rules(key: str) -> list[ShippedRule]:
    return [one for payer in payers().values() for one in payer.rules if one.rule.key == key]


def rule_choices() -> list[tuple[str, str]]:
    """Rules that hold until today first: one that ended can only be set for days in its period."""
    shipped = [one for payer in payers().values() for one in payer.rules]
    ordered = sorted(shipped, key=lambda one: (one.rule.effective.end is not None, one.rule.title))
    return [(one.rule.key, _choice(one)) for one in ordered]


def _choice(shipped: ShippedRule) -> str:
    period = shipped.rule.effective
    if period.end is None:
        return _(shipped.rule.title)
    days = {
        "first": date_format(period.start, "SHORT_DATE_FORMAT"),
        "last": date_format(period.end - timedelta(days=1), "SHORT_DATE_FORMAT"),
    }
    return _(shipped.rule.title) + " (" + _("%(first)s to %(last)s only") % days + ")"
