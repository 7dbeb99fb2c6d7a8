"""What happened in the organization, for those who watch over it. No person is named here."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from beenthere.trust.access import May
from beenthere.trust.endpoint import endpoint
from beenthere.trust.queries import Happening, happenings

ROWS = 30


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """`older` is the id to go on from; None at the end."""

    rows: tuple[Happening, ...]
    refused_only: bool
    older: int | None


@endpoint(may=May.SEE_AUDIT, page="audit page")
def audit(request: HttpRequest) -> HttpResponse:
    before, refused = request.GET.get("before", ""), request.GET.get("show") == "refused"
    found = happenings(
        acting=request.acting,  # type: ignore[attr-defined]
        before_id=int(before) if before.isdecimal() and len(before) < 19 else None,
        outcome="denied" if refused else "",
        limit=ROWS + 1,
    )
    page = AuditPage(
        rows=found[:ROWS],
        refused_only=refused,
        older=found[ROWS - 1].id if len(found) > ROWS else None,
    )
    zone = ZoneInfo(request.organization.time_zone)  # type: ignore[attr-defined]
    return render(request, "trust/audit.html", {"page": page, "zone": zone})
