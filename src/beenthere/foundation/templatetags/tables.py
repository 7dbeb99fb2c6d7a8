"""The cells of a table and the tags in them, drawn in Python: a list of people has some seventy of each, and
as templates within templates they cost more than all the rest of the page."""

import html
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import template
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_LINE: Final = 'fill="none" stroke="currentColor" stroke-width="2"'
SHAPES: Final[dict[str, str]] = {
    "neutral": '<circle cx="6" cy="6" r="3.5" fill="currentColor"/>',
    "done": f'<path d="m2 6.5 3 3 5-7" {_LINE} stroke-linecap="round" stroke-linejoin="round"/>',
    "waiting": f'<circle cx="6" cy="6" r="4.25" {_LINE} stroke-dasharray="3 2.3"/>',
    "attention": '<path d="M6 1 11.5 11H.5z" fill="currentColor"/>',
    "stopped": '<path d="M3.8 1h4.400L11 3.8v4.400L8.2 11H3.8L1 8.2V3.8z" fill="currentColor"/>',
}
_BEFORE: Final[dict[str, SafeString]] = {
    state: SafeString(
        f'<span class="bt-tag bt-tag--{state}"><svg class="bt-tag__shape" viewBox="0 0 12 12"'
        f' aria-hidden="true" focusable="false">{shape}</svg>'
    )
    for state, shape in SHAPES.items()
}


@register.filter
def as_tag(text: Any, state: str) -> SafeString:
    """A word and a shape; the state is one of `SHAPES`."""
    return mark_safe(f"{_BEFORE[state]}{_said(text)}</span>")  # noqa: S308 - both parts are escaped


@register.filter
def cells_under(row: Sequence[Any], headings: Sequence[str]) -> SafeString:
    """The cells of one row. Each carries its column's heading, for the cards a table becomes on a phone."""
    (_name, first), *others = zip(headings, row, strict=True)
    drawn = [f'<th scope="row">{_cell(first)[0]}</th>', *(_under(*each) for each in others)]
    return mark_safe("".join(drawn))  # noqa: S308 - each cell is escaped


def _under(heading: str, cell: Any) -> str:
    said, is_number = _cell(cell)
    number = ' class="bt-table__number"' if is_number else ""
    return (
        f'<td{number}><span class="bt-table__heading" aria-hidden="true">{_said(heading)}</span>'
        f'<span class="bt-table__cell">{said}</span></td>'
    )


def _cell(cell: Any) -> tuple[str, bool]:
    """What a cell says, escaped, and whether it is a number."""
    text, tag, url, state, number = _parts(cell)
    if text is None and tag is None:
        return _said(cell), False
    said = _said("" if text is None else text)
    if url:
        said = f'<a href="{_said(url)}">{said}</a>'
    return (f"{said} {as_tag(tag, state or 'neutral')}" if tag else said), bool(number)


def _parts(cell: Any) -> tuple[Any, Any, Any, Any, Any]:
    if isinstance(cell, Mapping):
        given = cell.get
        return given("text"), given("tag"), given("url"), given("state"), given("number")
    return (
        getattr(cell, "text", None), getattr(cell, "tag", None), getattr(cell, "url", None),
        getattr(cell, "state", None), getattr(cell, "number", None),
    )  # fmt: skip


def _said(value: Any) -> str:
    """Escaped once. Most are plain strings, and need nothing of what Django does for lazy ones."""
    if type(value) is str:
        return html.escape(value)
    return conditional_escape(value if isinstance(value, str) else localize(value))
