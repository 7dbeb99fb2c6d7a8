"""A month of units: on the page, on paper, as a file."""

from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beenthere.foundation import clock
from beenthere.funding import files
from beenthere.funding.access import May
from beenthere.funding.forms import MonthForm, month_in
from beenthere.funding.month import Month, TotalRow, UnitsMonth, UnitsRow, units_month
from beenthere.trust.api import FileInParts, Request, endpoint

PER_PAGE = 14
NEEDS = "needs"


@require_safe
@endpoint(may=May.SEE_UNITS, page="units of a month")
def units(request: Request) -> HttpResponse:
    month, needs_only = _asked(request)
    page = units_month(acting=request.acting, month=month)
    pages = _paginated(page, needs_only).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pages": pages,
        "headings": files.note_headings(),
        "rows": [_cells(row) for row in page.rows(list(pages.object_list))],
        "total_headings": files.total_headings(),
        "totals": [_total_cells(row) for row in page.totals],
        "month_form": MonthForm(today=_today(request), shown=month),
        "month_words": date_format(month.first, "YEAR_MONTH_FORMAT"),
        "show": NEEDS if needs_only else "",
        "query": _query(month, needs_only),
        "tabs": _tabs(page, month, needs_only),
        "may_set_rules": request.acting.may(May.SET_RULES),
        "organization": request.organization.name,
        "today": _today(request),
    }
    return render(request, "funding/units.html", context)


@require_safe
@endpoint(may=May.SEE_UNITS, page="units of a month, as a file")
def units_csv(request: Request) -> FileInParts:
    """The rows of the page with the same filter, all of the month's; figures alone for who sees figures."""
    month, needs_only = _asked(request)
    page = units_month(acting=request.acting, month=month)
    if page.shows_notes:
        parts = files.notes_file(page.every_row(needs_only=needs_only))
    else:
        parts = files.totals_file(page.totals)
    return FileInParts(
        request, parts, name=f"units-{month.key}.csv", content_type="text/csv; charset=utf-8",
        broken=files.broken(),
    )  # fmt: skip


def _paginated(page: UnitsMonth, needs_only: bool) -> Paginator:
    """The figures tell already how many there are."""
    pages = Paginator(page.notes(needs_only=needs_only), PER_PAGE)
    pages.count = page.needs if needs_only else page.count
    return pages


def _today(request: Request) -> date:
    return clock.today(ZoneInfo(request.organization.time_zone))


def _asked(request: Request) -> tuple[Month, bool]:
    return month_in(request.GET.get("month"), _today(request)), request.GET.get("show") == NEEDS


def _query(month: Month, needs_only: bool) -> str:
    return urlencode({"month": month.key} | ({"show": NEEDS} if needs_only else {}))


def _tabs(page: UnitsMonth, month: Month, needs_only: bool) -> list[dict[str, object]]:
    at = reverse("units")
    return [
        {
            "label": _("All"), "url": f"{at}?{_query(month, False)}", "current": not needs_only,
            "count": page.count,
        },
        {
            "label": _("Needs someone"), "url": f"{at}?{_query(month, True)}", "current": needs_only,
            "count": page.needs,
        },
    ]  # fmt: skip


def _cells(row: UnitsRow) -> list[object]:
    return [
        {"text": row.name, "url": reverse("person", args=[row.person_id])},
        {"text": date_format(row.on, "SHORT_DATE_FORMAT"), "url": reverse("note_counts", args=[row.id])},
        row.program,
        _figure(row.minutes),
        row.code or "–",
        _figure(row.units),
        row.words,
        {"text": "", "tag": row.state_words, "state": row.look},
    ]


def _total_cells(row: TotalRow) -> list[object]:
    figures = (row.notes, row.minutes, row.units, row.waiting)
    return [row.program, row.code or "–", *(_figure(figure) for figure in figures)]


def _figure(value: int) -> dict[str, object]:
    return {"text": number_format(value, force_grouping=True), "number": True}
