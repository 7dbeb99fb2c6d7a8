"""What a specialist's Today shows first: the visit now or next, notes still open, calls and tasks due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

SHOWN_FOLLOW_UPS: Final = 5


class FollowUpKind(StrEnum):
    CALL = "call"
    TASK = "task"


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
class OpenNote:
    """A note not signed yet; `ended_at` None when the visit has no clock times."""

    id: UUID
    happened_on: date
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Due:
    """A call to make or a thing to do, not done yet."""

    id: UUID
    kind: FollowUpKind
    due_on: date
    due_at: time | None
    attempts: int


@dataclass(frozen=True, kw_only=True)
class Visits:
    """Each planned visit stands in exactly one place."""

    now: Visit | None
    next: Visit | None
    later: tuple[Visit, ...]
    passed: tuple[Visit, ...]


@dataclass(frozen=True, kw_only=True)
class FollowUps:
    """The first few that are due, and how many are due in all."""

    shown: tuple[Due, ...]
    total: int


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


def open_notes(notes: Iterable[OpenNote]) -> tuple[OpenNote, ...]:
    """Oldest first: by day, then by end; those without clock times at the end of their day; ties by id."""
    return tuple(sorted(notes, key=lambda one: (one.happened_on, _end(one), one.id)))


def _end(note: OpenNote) -> datetime:
    return note.ended_at.astimezone(UTC) if note.ended_at else datetime.max.replace(tzinfo=UTC)


def follow_ups_due(due: Iterable[Due], on: date, *, shown: int = SHOWN_FOLLOW_UPS) -> FollowUps:
    """What is due on or before `on`: longest overdue first, then by time of day, calls before tasks.

    Someone tried less often comes before someone tried more often, so that nobody is forgotten behind a
    number that never answers.
    """
    waiting = sorted((one for one in due if one.due_on <= on), key=_urgency)
    return FollowUps(shown=tuple(waiting[:shown]), total=len(waiting))


def _urgency(one: Due) -> tuple[date, time, bool, int, UUID]:
    return one.due_on, one.due_at or time.max, one.kind is FollowUpKind.TASK, one.attempts, one.id
