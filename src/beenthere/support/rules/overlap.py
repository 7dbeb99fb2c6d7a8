"""Which encounters lie over each other in time. Both notes of such a pair are lost in an audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from beenthere.kernel.periods import Period


class Same(StrEnum):
    PERSON = "person"
    WORKER = "worker"


@dataclass(frozen=True, kw_only=True)
class Held:
    """An encounter that took place; both times aware, or None when they were not kept.

    Notes of one group sitting share `session_id`: one worker with many people is then no overlap.
    """

    id: UUID
    person_id: UUID
    worker_id: UUID
    starts_at: datetime | None
    ends_at: datetime | None
    session_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Two encounters that share some minute, the earlier first (ties by id), and who cannot be in both."""

    first_id: UUID
    second_id: UUID
    same: Same


def overlaps(encounters: Iterable[Held]) -> tuple[Overlap, ...]:
    """Every overlapping pair, in clock order. Ends that touch do not overlap, nor does what lacks a time.

    A pair of the same person and the same worker is told once, as the person's.
    """
    timed = sorted(
        ((period, one) for one in encounters if (period := _period(one))),
        key=lambda pair: (pair[0].start, pair[1].id),
    )
    found: list[Overlap] = []
    for i, (period, one) in enumerate(timed):
        for later, other in timed[i + 1 :]:
            if not later.overlaps(period):
                break  # sorted by start: nothing after it can reach back
            if same := _who_is_in_both(one, other):
                found.append(Overlap(first_id=one.id, second_id=other.id, same=same))
    return tuple(found)


def _period(one: Held) -> Period[datetime] | None:
    if one.starts_at is None or one.ends_at is None or one.ends_at <= one.starts_at:
        return None
    return Period(one.starts_at, one.ends_at)


def _who_is_in_both(one: Held, other: Held) -> Same | None:
    if one.person_id == other.person_id:
        return Same.PERSON
    one_sitting = one.session_id is not None and one.session_id == other.session_id
    return Same.WORKER if one.worker_id == other.worker_id and not one_sitting else None
