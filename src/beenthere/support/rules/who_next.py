"""What a specialist's Today shows first: the visit now or next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A planned visit that is neither kept, missed nor called off yet."""

    id: UUID
    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at.astimezone(UTC) + timedelta(minutes=self.minutes)


@dataclass(frozen=True, kw_only=True)
class Visits:
    """Each planned visit stands in exactly one place."""

    now: Visit | None
    next: Visit | None
    later: tuple[Visit, ...]
    passed: tuple[Visit, ...]


def visits_at(visits: Iterable[Visit], at: datetime) -> Visits:
    """Sort the day's visits around the aware moment `at`.

    Now: has begun and not ended; of several, the one that began last, since people overrun and move on.
    Next: the first to begin. Passed: over, or left behind by a later one, and nobody said yet what came of
    it. Ties by id.
    """
    at = at.astimezone(UTC)
    ordered = sorted(visits, key=lambda one: (one.starts_at.astimezone(UTC), one.id))
    begun = [one for one in ordered if one.starts_at <= at]
    ahead = [one for one in ordered if one.starts_at > at]
    running = [one for one in begun if at < one.ends_at]
    now = running[-1] if running else None
    return Visits(
        now=now,
        next=ahead[0] if ahead else None,
        later=tuple(ahead[1:]),
        passed=tuple(one for one in begun if one is not now),
    )
