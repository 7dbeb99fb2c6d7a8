"""The cells of a table, drawn in Python: a list of people has some seventy, and as templates within templates
they cost more than all the rest of the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from beenthere.foundation.drawn import said, tag_of

register = template.Library()


@register.filter
def cells_under(row: Sequence[Any], headings: Sequence[str]) -> SafeString:
    """The cells of one row. Each carries its column's heading, for the cards a table becomes on a phone."""
    (_name, first), *others = zip(headings, row, strict=True)
    drawn = [f'<th scope="row">{_cell(first)[0]}</th>', *(_under(*each) for each in others)]
    return mark_safe("".join(drawn))  # noqa: S308 - each cell is escaped


def _under(heading: str, cell: Any) -> str:
    words, is_number = _cell(cell)
    number = ' class="bt-table__number"' if is_number else ""
    return (
        f'<td{number}><span class="bt-table__heading" aria-hidden="true">{said(heading)}</span>'
        f'<span class="bt-table__cell">{words}</span></td>'
    )


def _cell(cell: Any) -> tuple[str, bool]:
    """What a cell says, escaped, and whether it is a number."""
    text, tag, url, state, number = _parts(cell)
    if text is None and tag is None:
        return said(cell), False
    words = said("" if text is None else text)
    if url:
        words = f'<a href="{said(url)}">{words}</a>'
    return (f"{words} {tag_of(tag, state or 'neutral')}" if tag else words), bool(number)


def _parts(cell: Any) -> tuple[Any, Any, Any, Any, Any]:
    if isinstance(cell, Mapping):
        given = cell.get
        return given("text"), given("tag"), given("url"), given("state"), given("number")
    return (
        getattr(cell, "text", None), getattr(cell, "tag", None), getattr(cell, "url", None),
        getattr(cell, "state", None), getattr(cell, "number", None),
    )  # fmt: skip
