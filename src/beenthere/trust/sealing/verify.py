"""Is the audit log what was sealed? Reads each row once and holds one checkpoint's rows at a time.

The answer names the first thing that is wrong, since everything after it may only be a consequence.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Any
from uuid import UUID

from beenthere.trust.sealing.checkpoint import Checkpoint, Head, digest_of_ids
from beenthere.trust.sealing.leaf import Event
from beenthere.trust.sealing.merkle import EMPTY_ROOT, Frontier
from beenthere.trust.sealing.signing import PublicKeys


class Kind(StrEnum):
    ALTERED = "altered"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    FORGED_CHECKPOINT = "forged checkpoint"
    MISSING_CHECKPOINT = "missing checkpoint"
    MISSING_HEAD = "missing head"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The first thing that is wrong: at which checkpoint, and at which row when it is a row."""

    kind: Kind
    checkpoint: int
    event: int | None
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Opening:
    """An era that was opened after a restore. `lost` are the numbers of checkpoints the restore took away."""

    checkpoint: int
    sealed_at: datetime
    cluster: str
    reason: str
    lost: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a verification found. `unsealed` rows are younger than the last checkpoint: nothing vouches for
    them yet. When something is wrong they are not counted, and the counts say how far the reading came."""

    finding: Finding | None
    checkpoints: int
    sealed: int
    sealed_until: datetime | None
    unsealed: int
    oldest_unsealed: datetime | None
    openings: tuple[Opening, ...]

    @property
    def ok(self) -> bool:
        return self.finding is None


def in_order(floors: Iterable[int], read: Callable[[int, int | None], Iterable[Event]]) -> Iterator[Event]:
    """The rows of one era after another. `read(above, through)` gives the rows with `above < id <= through`
    (no upper end when `through` is None), ordered by `(txid, id)`."""
    starts = _starts(floors)
    return chain.from_iterable(
        read(above, through) for above, through in zip(starts, [*starts[1:], None], strict=True)
    )


def verify(
    *,
    organization: UUID,
    checkpoints: Iterable[dict[str, Any]],
    events: Iterable[Event],
    heads: Iterable[Head],
    public_keys: PublicKeys,
    floors: Iterable[int] = (),
) -> Report:
    """Compare an organization's rows, checkpoints and kept heads.

    `checkpoints` are the stored bodies (`Checkpoint.to_json`) by number. `events` are all its rows, ordered
    by era, txid, id (`in_order`). `heads` are those kept outside the database (`HeadsFile.read`). `floors`
    are the distinct `floor_id`s in the checkpoints, in any order: none or 0 unless there was a restore.
    Wrong floors cannot hide anything: the signed ones must be among them.
    """
    starts = _starts(floors)
    return _Verification(organization, iter(events), iter(heads), public_keys, starts).run(checkpoints)


def _starts(floors: Iterable[int]) -> list[int]:
    return sorted({0, *floors})


class _Wrong(Exception):
    def __init__(self, kind: Kind, checkpoint: int, event: int | None, sentence: str) -> None:
        self.finding = Finding(kind=kind, checkpoint=checkpoint, event=event, sentence=sentence)
        super().__init__(sentence)


@dataclass
class _Verification:
    organization: UUID
    events: Iterator[Event]
    heads: Iterator[Head]
    keys: PublicKeys
    floors: Sequence[int]
    last: Head | None = None
    frontier: Frontier = field(default_factory=Frontier)
    checkpoints: int = 0
    openings: list[Opening] = field(default_factory=list)
    _row: Event | None = None
    _head: Head | None = None

    def run(self, checkpoints: Iterable[dict[str, Any]]) -> Report:
        self._row, self._head = next(self.events, None), next(self.heads, None)
        try:
            for body in checkpoints:
                self._check(_parsed(body, self.last))
            self._check_no_head_is_left()
            unsealed, oldest = self._unsealed()
        except _Wrong as wrong:
            return self._report(wrong.finding, 0, None)
        return self._report(None, unsealed, oldest)

    def _report(self, finding: Finding | None, unsealed: int, oldest: datetime | None) -> Report:
        return Report(
            finding=finding,
            checkpoints=self.checkpoints,
            sealed=self.frontier.size,
            sealed_until=self.last.sealed_at if self.last else None,
            unsealed=unsealed,
            oldest_unsealed=oldest,
            openings=tuple(self.openings),
        )

    def _check(self, checkpoint: Checkpoint) -> None:
        head = checkpoint.head
        self._check_signature(head)
        self._check_link(head)
        self._check_contents(checkpoint)
        self._check_kept_head(head)
        self._check_rows(checkpoint, self._rows_of(head))
        if head.opens_era:
            self.openings.append(_opening(head, self._expected_number()))
        self.last, self.checkpoints = head, self.checkpoints + 1
        self.frontier = checkpoint.frontier

    def _expected_number(self) -> int:
        return self.last.number + 1 if self.last else 1

    def _check_signature(self, head: Head) -> None:
        if head.organization != self.organization:
            raise _forged(head, "belongs to another organization")
        if not head.signed_by(self.keys):
            raise _forged(head, "was not signed by a key of this installation, or was changed after signing")

    def _check_link(self, head: Head) -> None:
        """That the checkpoint follows the one before it, in the same era or opening the next."""
        last, expected = self.last, self._expected_number()
        if head.number < expected:
            raise _forged(head, "comes a second time")
        if head.number > expected and not head.opens_era:
            raise _Wrong(Kind.MISSING_CHECKPOINT, expected, None, f"Checkpoint {expected} is not there.")
        if head.previous_root != (last.root if last else EMPTY_ROOT):
            raise _forged(head, "does not continue the one before it")
        if head.from_txid != (last.to_txid if last else 0):
            raise _forged(head, "leaves out or repeats transactions")
        if not self._era_follows(head):
            raise _forged(head, "does not belong to the era that is running, nor open the next one")
        if head.floor_id not in self.floors:
            raise _forged(head, "begins its era at another row than the verification was told")

    def _era_follows(self, head: Head) -> bool:
        last = self.last
        if head.opens_era:
            return head.era == (last.era if last else 0) + 1 and head.floor_id >= (
                last.floor_id if last else 0
            )
        running = (last.era, last.floor_id, last.cluster) if last else (1, 0, head.cluster)
        return (head.era, head.floor_id, head.cluster) == running and head.to_txid >= head.from_txid

    def _check_contents(self, checkpoint: Checkpoint) -> None:
        """That the lists the head does not carry are those it was signed for."""
        head = checkpoint.head
        counted = head.count == len(checkpoint.event_ids) == len(checkpoint.leaf_hashes)
        grown = self.frontier.extended(checkpoint.leaf_hashes) if counted else None
        if grown is None or grown != checkpoint.frontier or grown.root() != head.root:
            raise _forged(head, "lists rows that do not give its root")
        if digest_of_ids(checkpoint.event_ids) != head.ids_digest:
            raise _forged(head, "lists other rows than it was signed for")

    def _check_kept_head(self, head: Head) -> None:
        """Compare with the heads kept outside. An opening may skip those that a restore took away."""
        while head.opens_era and self._head and self._head.number < head.number:
            self._check_kept_is_genuine(self._head)
            self._head = next(self.heads, None)
        if self._head != head:
            self._refuse_other_head(head)
        self._head = next(self.heads, None)

    def _check_kept_is_genuine(self, kept: Head) -> None:
        if not kept.signed_by(self.keys):
            raise _forged(kept, "is kept outside the database, but is not what was signed")
        if kept.number < self._expected_number():
            raise _forged(kept, "is kept outside the database in two versions")

    def _refuse_other_head(self, head: Head) -> None:
        if self._head and self._head.number <= head.number:
            raise _forged(self._head, "is not the one whose head is kept outside the database")
        raise _Wrong(
            Kind.MISSING_HEAD,
            head.number,
            None,
            f"The head of checkpoint {head.number} is not among those kept outside the database.",
        )

    def _rows_of(self, head: Head) -> list[Event]:
        """The rows found in the checkpoint's range, and one more at most than it may have."""
        rows: list[Event] = []
        while self._row and len(rows) <= head.count and self._in_range(self._row, head):
            rows.append(self._row)
            self._row = next(self.events, None)
        return rows

    def _in_range(self, row: Event, head: Head) -> bool:
        if head.opens_era:  # it seals all that the restore left of the era before
            return row.id <= head.floor_id
        return self._era_floor(row.id) <= head.floor_id and row.txid < head.to_txid

    def _era_floor(self, id_: int) -> int:
        """The floor of the era a row belongs to: the highest one below its id."""
        return self.floors[max(bisect_left(self.floors, id_) - 1, 0)]

    def _check_rows(self, checkpoint: Checkpoint, rows: list[Event]) -> None:
        number = checkpoint.head.number
        expected = list(zip(checkpoint.event_ids, checkpoint.leaf_hashes, strict=True))
        for place, (row, (id_, leaf)) in enumerate(zip(rows, expected, strict=False)):
            if row.id != id_:
                raise self._displaced(number, rows, checkpoint.event_ids, place)
            if row.leaf() != leaf:
                raise _Wrong(Kind.ALTERED, number, id_, f"Row {id_} is not what was sealed.")
        if len(rows) != len(expected):
            raise self._displaced(number, rows, checkpoint.event_ids, min(len(rows), len(expected)))

    def _displaced(self, number: int, rows: list[Event], ids: tuple[int, ...], place: int) -> _Wrong:
        """Why the row at `place` is not the one that was sealed there."""
        found = {row.id for row in rows}
        if place < len(rows) and (rows[place].id not in ids or place >= len(ids)):
            id_ = rows[place].id
            return _Wrong(Kind.INSERTED, number, id_, f"Row {id_} was not there when its range was sealed.")
        id_ = ids[place]
        if id_ in found:
            return _Wrong(Kind.REORDERED, number, id_, f"Row {id_} is not in the place where it was sealed.")
        if place >= len(rows) and self._row is None:
            return _Wrong(Kind.TRUNCATED, number, id_, f"Row {id_} and every row after it are gone.")
        return _Wrong(Kind.DELETED, number, id_, f"Row {id_} is gone, or was moved to another transaction.")

    def _check_no_head_is_left(self) -> None:
        if self._head is None:
            return
        self._check_kept_is_genuine(self._head)
        last = self.last.number if self.last else 0
        raise _Wrong(
            Kind.TRUNCATED,
            self._head.number,
            None,
            f"The database ends at checkpoint {last}, but checkpoint {self._head.number} was sealed. "
            "It was set back or its end was removed.",
        )

    def _unsealed(self) -> tuple[int, datetime | None]:
        """Count the rows no checkpoint covers. One that lies below the last seal was slipped in."""
        count, oldest = 0, None
        while self._row:
            self._check_unsealed(self._row)
            oldest = min(oldest or self._row.at, self._row.at)
            count, self._row = count + 1, next(self.events, None)
        return count, oldest

    def _check_unsealed(self, row: Event) -> None:
        last = self.last
        if last and (row.txid < last.to_txid or row.id <= last.floor_id):
            raise _Wrong(
                Kind.INSERTED, last.number, row.id,
                f"Row {row.id} was not there when its range was sealed.",
            )  # fmt: skip


def _opening(head: Head, expected: int) -> Opening:
    return Opening(
        checkpoint=head.number,
        sealed_at=head.sealed_at,
        cluster=head.cluster,
        reason=head.reason,
        lost=(expected, head.number - 1) if head.number > expected else None,
    )


def _parsed(body: dict[str, Any], last: Head | None) -> Checkpoint:
    try:
        return Checkpoint.from_json(body)
    except ValueError as error:
        number = last.number + 1 if last else 1
        raise _Wrong(
            Kind.FORGED_CHECKPOINT, number, None, f"Checkpoint {number} cannot be read: {error}."
        ) from None


def _forged(head: Head, why: str) -> _Wrong:
    return _Wrong(Kind.FORGED_CHECKPOINT, head.number, None, f"Checkpoint {head.number} {why}.")
