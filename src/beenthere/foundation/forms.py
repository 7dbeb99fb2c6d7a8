"""Django forms in our markup: `{{ form.name.as_field_group }}` gives label, hint, error and input.

Set `FORM_RENDERER = "beenthere.foundation.forms.HouseRenderer"`. Widgets that look different from a plain
input are the classes below; every other Django widget works as it is.
"""

from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

# Django says "This field is required.", which nobody says to anybody.
forms.Field.default_error_messages["required"] = _("This needs an answer.")

_PLAIN = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.HiddenInput)


_FIRST, _LAST = date(1900, 1, 1), date(2100, 12, 31)


class HouseBoundField(BoundField):
    """A field of a form that gives its input the class the style sheet knows."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        shown = widget or self.field.widget
        look = _look(shown)
        if look:
            built["class"] = f"{look} {shown.attrs.get('class', '')}".strip()
        if shown.attrs.get("placeholder") == self.field.label:
            # As django-allauth's fields have it: it says the label again, and is gone when one types.
            built["placeholder"] = False
        return built

    @property
    def look(self) -> str:
        """Which part of `field.html` draws this field."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "tick"
        if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return getattr(widget, "look", "tiles")
        return "input"


def _look(widget: forms.Widget) -> str:
    if isinstance(widget, _PLAIN):
        return ""
    if isinstance(widget, forms.Select):
        return "usa-select bt-select"
    if isinstance(widget, forms.Textarea):
        return "usa-textarea bt-input bt-textarea"
    return "usa-input bt-input"


class HouseRenderer(DjangoTemplates):
    """Renders fields, forms, formsets and lists of errors by `templates/foundation/forms/`."""

    bound_field_class = HouseBoundField
    field_template_name = "foundation/forms/field.html"
    form_template_name = "foundation/forms/form.html"
    formset_template_name = "foundation/forms/formset.html"


class Tiles(forms.RadioSelect):
    """One answer, big tiles."""

    look = "tiles"


class Chips(forms.RadioSelect):
    """One answer, round choices in a row."""

    look = "chips"


class ManyTiles(forms.CheckboxSelectMultiple):
    """Several answers, big tiles."""

    look = "tiles"


class ManyChips(forms.CheckboxSelectMultiple):
    """Several answers, round choices in a row."""

    look = "chips"


class DateInput(forms.DateInput):
    """The phone's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "bt-input--half", **(attrs or {})}, format="%Y-%m-%d")


def _in_a_lifetime(day: date) -> None:
    if not _FIRST <= day <= _LAST:
        years = {"first": _FIRST.year, "last": _LAST.year}
        raise forms.ValidationError(_("Check the year: it must be from %(first)s to %(last)s."), params=years)


class DayField(forms.DateField):
    """A day in somebody's life or plans. One slip of the finger makes it a day of the year 2, or of 9999."""

    widget = DateInput
    default_validators = [_in_a_lifetime]


class TimeInput(forms.TimeInput):
    """The phone's own clock."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "bt-input--short", **(attrs or {})}, format="%H:%M")


class OwnWords(forms.Textarea):
    """Room for a person's own words, in larger type."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "bt-textarea--large", "rows": 4, **(attrs or {})})
