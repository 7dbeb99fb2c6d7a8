"""The caseload as the table component takes it: headings, and cells of words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache

from django.utils import formats
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from beenthere.foundation.addresses import address_of
from beenthere.support.intake.caseload import CaseloadLine, CaseloadPage


@dataclass(frozen=True, kw_only=True)
class Cell:
    text: str = ""
    url: str = ""
    tag: str = ""
    state: str = "neutral"
    number: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table_of(page: CaseloadPage) -> Table:
    """A column that the reader's roles never fill is left out."""
    columns = page.columns
    headings = (
        (True, _("Name")),
        (bool(columns.contact), _("Last contact")),
        (bool(columns.planned), _("Next planned")),
        (bool(columns.review), _("Plan review")),
        (bool(columns.consent), _("Consent")),
    )
    shown = [is_shown for is_shown, _heading in headings]
    return Table(
        headings=tuple(heading for is_shown, heading in headings if is_shown),
        rows=tuple(
            tuple(cell for cell, is_shown in zip(_cells(line, page.zone), shown, strict=True) if is_shown)
            for line in page.lines
        ),
    )


def _cells(line: CaseloadLine, zone: tzinfo) -> Iterator[Cell]:
    yield Cell(text=line.name, url=address_of("person", line.person_id))
    yield Cell(text=line.last_contact, tag=_("Quiet") if line.quiet else "", state="attention")
    yield Cell(text=moment_in_words(line.next_at, zone) if line.next_at else _("Nothing planned"))
    yield _review(line)
    yield Cell(tag=line.consent, state=line.consent_state)


def _review(line: CaseloadLine) -> Cell:
    if line.review_on is None:
        return Cell(text=_("No day set"))
    return Cell(text=day_in_words(line.review_on), tag=_("Due") if line.review_due else "", state="attention")


def moment_in_words(moment: datetime, zone: tzinfo) -> str:
    """Tue, Nov 24, 2 p.m., in the organization's time and the reader's language."""
    local = moment.astimezone(zone)
    words = {"day": day_in_words(local.date()), "time": formats.time_format(local, "TIME_FORMAT")}
    return _("%(day)s, %(time)s") % words


def day_in_words(day: date) -> str:
    """Tue, Nov 24: the year is left out where it can only be this one or the next."""
    return _day_in(get_language(), day)


@lru_cache(maxsize=2048)
def _day_in(language: str | None, day: date) -> str:
    """The rows of a list fall on few days, and writing one out takes a tenth of a millisecond."""
    return formats.date_format(day, pgettext("date format", "D, M j"))
