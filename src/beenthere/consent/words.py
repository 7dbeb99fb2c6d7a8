"""What the stored words of a consent are called by people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beenthere.consent.facts import ConsentState
from beenthere.consent.rules.consent import Status
from beenthere.consent.rules.segments import Segment

SEGMENTS: dict[Segment, str | Promise] = {
    Segment.TAKING_PART: _("That they take part in the program"),
    Segment.CONTACT: _("How to reach them, and their crisis contacts"),
    Segment.GOALS: _("Their goals"),
    Segment.VISITS: _("Dates and length of visits"),
    Segment.NOTES: _("What the notes say"),
}
STATUSES: dict[Status, str | Promise] = {
    Status.DRAFT: _("Not signed yet"),
    Status.ACTIVE: _("Active"),
    Status.EXPIRED: _("Ended"),
    Status.REVOKED: _("Taken back"),
}
LOOKS: dict[Status, str] = {
    Status.DRAFT: "waiting",
    Status.ACTIVE: "done",
    Status.EXPIRED: "stopped",
    Status.REVOKED: "stopped",
}


def not_needed() -> ConsentState:
    return ConsentState(code="not_needed", words=str(_("Not needed")))
