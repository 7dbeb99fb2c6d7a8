"""The hours ledger. Other contexts post to it; nobody types hours.

An entry is named by what it came from: (source_type, source_id, kind). The same source posted twice, by a
repeated request or two workers of the queue, counts once. What is withdrawn stays in the table and stops
counting, for good: a source that was wrong is followed by a new source, never by itself again.
"""

from datetime import date
from uuid import UUID

from beenthere.foundation import clock
from beenthere.trust.api import Acting, insert_once, step
from beenthere.workforce.models import HoursEntry


@step
def post_hours(
    *, acting: Acting, worker_id: UUID, on: date, minutes: int, kind: str, source_type: str, source_id: UUID
) -> bool:
    """Post whole `minutes` of one kind of work. True only when this call posted them.

    Raises `ValueError` for a kind the ledger does not know and for minutes that are not above zero.
    """
    if kind not in HoursEntry.Kind.values:
        raise ValueError(f"hours are one of {', '.join(HoursEntry.Kind.values)}, not {kind}")
    if minutes <= 0:
        raise ValueError(f"an entry has at least one minute, not {minutes}")
    return insert_once(
        HoursEntry(
            organization_id=acting.organization_id,
            worker_id=worker_id,
            on=on,
            minutes=minutes,
            kind=kind,
            source_type=source_type,
            source_id=source_id,
        )
    )


@step
def withdraw_hours(*, acting: Acting, source_type: str, source_id: UUID) -> int:
    """Stop everything from this source from counting. How many entries did so now; 0 the second time."""
    rows = HoursEntry.objects.filter(
        organization_id=acting.organization_id, source_type=source_type, source_id=source_id
    )
    return rows.filter(withdrawn_at=None).update(withdrawn_at=clock.now())
