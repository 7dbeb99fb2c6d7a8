"""After signing: what followed without typing, and what needs somebody."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from beenthere.foundation import clock
from beenthere.portal import queries
from beenthere.support import api as support
from beenthere.support.api import May
from beenthere.trust.api import Refused, Request, endpoint


@require_safe
@endpoint(may=May.SEE_PEOPLE, page="what a note counts for")
def counts(request: Request, id: UUID) -> HttpResponse:
    support.seen_note(acting=request.acting, id=id)
    on = clock.today(ZoneInfo(request.organization.time_zone))
    page = queries.counts_page(acting=request.acting, encounter_id=id, on=on)
    if page is None:
        raise Http404
    return render(request, "portal/counts.html", {"page": page})


@require_POST
@endpoint(may=May.WRITE_NOTES, page="mending a note", audited=False)
def mend(request: Request, id: UUID) -> HttpResponse:
    """One tap: the signed note is withdrawn and its words go on in a new draft, at the field to mend."""
    try:
        draft_id = support.mend_note(acting=request.acting, id=id)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("note_counts", id=id)
    messages.success(request, _("Here are your words again. Mend what is needed, then sign."))
    field = request.POST.get("field", "")
    anchor = f"#id_{field}" if field.isidentifier() else ""
    return redirect(reverse("note_write", args=[draft_id]) + anchor)
