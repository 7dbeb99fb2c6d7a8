"""Reports as the page of those who check them shows them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, IntegerField, Value, When

from beenthere.certification.may import May
from beenthere.certification.models import RuleReport
from beenthere.trust.api import Acting

MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    id: UUID
    credential: str
    words: str
    found_at: str
    new: bool
    state: str
    answer: str
    sent_at: datetime
    checked_at: datetime | None


def reports(*, acting: Acting) -> tuple[ReportLine, ...]:
    """The new ones, the oldest first; then those last checked. Nothing for who may not check."""
    if not acting.may(May.CHECK_REPORTS):
        return ()
    new_first = Case(
        When(state=RuleReport.State.NEW, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = RuleReport.objects.order_by(new_first, "-checked_at", "sent_at")[:MOST_SHOWN]
    return tuple(_line(one) for one in rows)


def _line(one: RuleReport) -> ReportLine:
    return ReportLine(
        id=one.id,
        credential=one.credential,
        words=one.words,
        found_at=one.found_at,
        new=one.state == RuleReport.State.NEW,
        state=one.get_state_display(),
        answer=one.answer,
        sent_at=one.sent_at,
        checked_at=one.checked_at,
    )
