"""The cells of a table and the tags in them, drawn in Python: a list of people has some seventy of each, and
as templates within templates they cost more than all the rest of the page."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import template
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
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
    first, *others = zip(headings, row, strict=True)
    drawn = [f'<th scope="row">{_cell(first[1])}</th>', *(_under(heading, cell) for heading, cell in others)]
    return mark_safe("".join(drawn))  # noqa: S308 - each cell is escaped


def _under(heading: str, cell: Any) -> str:
    number = ' class="bt-table__number"' if _part(cell, "number") else ""
    return (
        f'<td{number}><span class="bt-table__heading" aria-hidden="true">{conditional_escape(heading)}</span>'
        f'<span class="bt-table__cell">{_cell(cell)}</span></td>'
    )


def _cell(cell: Any) -> str:
    text, tag = _part(cell, "text"), _part(cell, "tag")
    if text is None and tag is None:
        return _said(cell)
    url = _part(cell, "url")
    said = format_html('<a href="{}">{}</a>', url, text) if url else _said("" if text is None else text)
    return f"{said} {as_tag(tag, _part(cell, 'state') or 'neutral')}" if tag else said


def _part(cell: Any, name: str) -> Any:
    return cell.get(name) if isinstance(cell, Mapping) else getattr(cell, name, None)


def _said(value: Any) -> str:
    return conditional_escape(value if isinstance(value, str) else localize(value))
