"""A month's units as a file for a spreadsheet: the same rows and columns as on the page, part by part."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice

from django.utils.translation import gettext as _

from beenthere.funding.month import TotalRow, UnitsRow

# By this a spreadsheet knows that the letters are UTF-8.
BYTE_ORDER_MARK = "\ufeff"
A_PART = 500
ASKS_TO_BE_CALCULATED = ("=", "+", "-", "@", "\t", "\r")


def note_headings() -> list[str]:
    return [
        _("Person"), _("Day"), _("Program"), _("Minutes"), _("Code"), _("Units"), _("How it was counted"),
        _("State"),
    ]  # fmt: skip


def total_headings() -> list[str]:
    return [
        _("Program"), _("Code"), _("Signed notes"), _("Minutes"), _("Units counted"),
        _("Units waiting for someone"),
    ]  # fmt: skip


def notes_file(rows: Iterable[UnitsRow]) -> Iterator[str]:
    return _written(note_headings(), (_note(row) for row in rows))


def totals_file(rows: Iterable[TotalRow]) -> Iterator[str]:
    return _written(total_headings(), (_total(row) for row in rows))


def _note(row: UnitsRow) -> list[str]:
    return [
        row.name, row.on.isoformat(), row.program, str(row.minutes), row.code, str(row.units), row.words,
        row.state_words,
    ]  # fmt: skip


def _total(row: TotalRow) -> list[str]:
    return [row.program, row.code, str(row.notes), str(row.minutes), str(row.units), str(row.waiting)]


def broken() -> str:
    """The last line of a file that could not be finished."""
    return _lines([[_("This file is not complete: something broke on our side. Download it again.")]])


def _written(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _lines([headings])
    left = iter(rows)
    while part := list(islice(left, A_PART)):
        yield _lines(part)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """A name that begins like a formula is taken for one by spreadsheets, which then run it."""
    return f"'{cell}" if cell.startswith(ASKS_TO_BE_CALCULATED) else cell
