"""My hours: what the notes I signed and the supervision I had came to, by month."""

import csv

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beenthere.kernel.minutes import in_words
from beenthere.kernel.months import first_of_month
from beenthere.trust.api import Request, endpoint
from beenthere.workforce import pages
from beenthere.workforce.access import May
from beenthere.workforce.views.staff import today


@require_safe
@endpoint(may=May.SEE_OWN_HOURS, page="own hours")
def hours(request: Request) -> HttpResponse:
    page = _page(request)
    rows = [] if page is None else _rows(page)
    context = {
        "page": page,
        "rows": rows,
        "headings": [_("Day"), _("What"), _("Time")],
        "csv_url": f"{reverse('hours_csv')}?month={page.month:%Y-%m}" if page else "",
        "organization": request.organization.name,
        "today": today(request),
    }
    return render(request, "workforce/hours.html", context)


def _rows(page: pages.HoursPage) -> list[list[object]]:
    return [
        [
            date_format(line.on, "MONTH_DAY_FORMAT"),
            line.kind_words,
            {"text": in_words(line.minutes), "number": True},
        ]
        for line in page.lines
    ]


@require_safe
@endpoint(may=May.SEE_OWN_HOURS, page="own hours, downloaded")
def hours_csv(request: Request) -> HttpResponse:
    """Day, kind, minutes and hours. No participant is named: the source is an opaque id."""
    page = _page(request)
    if page is None:
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="hours-{page.month:%Y-%m}.csv"'
    sheet = csv.writer(response)
    sheet.writerow(["day", "kind", "minutes", "hours", "source", "source_id"])
    for line in page.lines:
        hours_worked = f"{line.minutes / 60:.2f}"
        sheet.writerow(
            [line.on.isoformat(), line.kind, line.minutes, hours_worked, line.source_type, line.source_id]
        )
    return response


def _page(request: Request) -> pages.HoursPage | None:
    day = today(request)
    month = first_of_month(request.GET.get("month"), otherwise=day)
    return pages.hours_page(acting=request.acting, month=month, on=day)
