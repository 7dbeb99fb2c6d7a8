"""Questions with one possible answer are not asked."""

from collections.abc import Iterable
from typing import Any

from django import forms


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Set the choices of a field; where there is only one, it is given and not asked."""
    offered = list(choices)
    field: Any = form.fields[name]
    field.choices = offered
    if len(offered) == 1:
        field.widget = forms.HiddenInput()
        field.initial = form.initial[name] = offered[0][0]
