"""A month's units as a file for a spreadsheet: the same rows and columns as on the page."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.utils.translation import gettext as _

from beenthere.funding.month import TotalRow, UnitsRow

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


def notes_file(rows: Iterable[UnitsRow]) -> str:
    return _written(note_headings(), (_note(row) for row in rows))


def totals_file(rows: Iterable[TotalRow]) -> str:
    return _written(total_headings(), (_total(row) for row in rows))


def _note(row: UnitsRow) -> list[str]:
    return [
        row.name, row.on.isoformat(), row.program, str(row.minutes), row.code, str(row.units), row.words,
        row.state_words,
    ]  # fmt: skip


def _total(row: TotalRow) -> list[str]:
    return [row.program, row.code, str(row.notes), str(row.minutes), str(row.units), str(row.waiting)]


def _written(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """A name that begins like a formula is taken for one by spreadsheets, which then run it."""
    return f"'{cell}" if cell.startswith(ASKS_TO_BE_CALCULATED) else cell
