"""A small audit log to seal, spoil and verify."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from beenthere.trust.sealing.checkpoint import Checkpoint, Head, open_era, seal
from beenthere.trust.sealing.leaf import Event
from beenthere.trust.sealing.signing import SigningKeys
from beenthere.trust.sealing.verify import Kind, Report, in_order, verify

ORGANIZATION = UUID("018f0000-0000-7000-8000-00000000000a")
START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEYS = SigningKeys.generate()


def event(id_: int, txid: int, **columns: Any) -> Event:
    row = {
        "id": id_,
        "txid": txid,
        "at": START + timedelta(seconds=id_),
        "organization_id": ORGANIZATION,
        "actor_id": UUID(int=id_),
        "verb": "encounter.viewed",
        "consent_id": None,
        "detail": {"fields": ["note"], "count": id_},
    }
    return Event.of({**row, **columns})


@dataclass(repr=False)
class Log:
    """What the database holds (rows, checkpoints) and what is kept outside it (heads)."""

    rows: list[Event] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    cluster: str = "server-1"

    def __repr__(self) -> str:
        """Short: a failing property prints many logs."""
        rows = [(row.id, row.txid) for row in self.rows]
        return f"Log(rows={rows}, sealed={[checkpoint.event_ids for checkpoint in self.checkpoints]})"

    @property
    def last(self) -> Checkpoint | None:
        return self.checkpoints[-1] if self.checkpoints else None

    @property
    def last_number(self) -> int:
        return self.heads[-1].number if self.heads else 0

    def seal(self, to_txid: int, at_most: int = 10_000, keys: SigningKeys = KEYS) -> None:
        """What the sealing job does at a moment when `to_txid` is the snapshot's xmin."""
        floor, start = (self.last.head.floor_id, self.last.head.to_txid) if self.last else (0, 0)
        due = [row for row in self.rows if row.id > floor and start <= row.txid < to_txid]
        made = seal(
            self.last, sorted(due, key=_place), keys,
            organization=ORGANIZATION, cluster=self.cluster, to_txid=to_txid, sealed_at=START,
            last_number=self.last_number, at_most=at_most,
        )  # fmt: skip
        self._keep(list(made))

    def open_era(self, cluster: str, reason: str = "restored from Sunday's backup") -> None:
        """What the restore command does on the new server before anything is written there."""
        floor, start = (self.last.head.floor_id, self.last.head.to_txid) if self.last else (0, 0)
        left = [row for row in self.rows if row.id > floor and row.txid >= start]
        opening = open_era(
            self.last, sorted(left, key=_place), KEYS,
            organization=ORGANIZATION, cluster=cluster, floor_id=self.highest_id(),
            from_txid=0, sealed_at=START, reason=reason, last_number=self.last_number,
        )  # fmt: skip
        self.cluster = cluster
        self._keep([opening])

    def highest_id(self) -> int:
        return max((row.id for row in self.rows), default=0)

    def _keep(self, made: Sequence[Checkpoint]) -> None:
        self.checkpoints += made
        self.heads += [checkpoint.head for checkpoint in made]

    def ordered(self) -> list[Event]:
        def read(above: int, through: int | None) -> list[Event]:
            return sorted((r for r in self.rows if above < r.id <= (through or 1 << 62)), key=_place)

        return list(in_order(self.floors(), read))

    def floors(self) -> set[int]:
        return {checkpoint.head.floor_id for checkpoint in self.checkpoints}

    def verify(self, ordered: list[Event] | None = None) -> Report:
        return verify(
            organization=ORGANIZATION,
            checkpoints=[checkpoint.to_json() for checkpoint in self.checkpoints],
            events=self.ordered() if ordered is None else ordered,
            heads=self.heads,
            public_keys=KEYS.public,
            floors=self.floors(),
        )


def _place(row: Event) -> tuple[int, int]:
    return row.txid, row.id


def a_log(count: int = 12, *, sealed_to: tuple[int, ...] = (105, 109, 113)) -> Log:
    """Rows 1..count written by transactions 101.., sealed up to each of `sealed_to`."""
    log = Log(rows=[event(number, 100 + number) for number in range(1, count + 1)])
    for to_txid in sealed_to:
        log.seal(to_txid)
    return log


def finding(log: Log, ordered: list[Event] | None = None) -> tuple[Kind, int, int | None] | None:
    found = log.verify(ordered).finding
    return (found.kind, found.checkpoint, found.event) if found else None
