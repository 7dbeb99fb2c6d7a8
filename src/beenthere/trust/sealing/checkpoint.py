"""Checkpoints: what was in an organization's audit log, sealed so that it cannot be changed unseen.

**Which rows.** Every row carries the transaction that wrote it (`txid`, from `pg_current_xact_id()`). A
checkpoint covers exactly the rows with `from_txid <= txid < to_txid`, ordered by `(txid, id)`; `to_txid` is
`pg_snapshot_xmin(pg_current_snapshot())` at sealing: every transaction below it has ended, so nothing can
appear in the range later. The tempting wrong answer is a range of ids: an id is drawn before its transaction
commits, so a slow transaction would appear in a range already sealed.

**One tree.** The root is that of the whole log up to here (RFC 9162), not of one batch: one head vouches for
everything before it. The frontier lets the tree grow without reading old rows.

**Eras.** Transaction ids restart when a dump is restored into a new database server, and run again over the
same numbers when a server is set back to an earlier moment. `open_era` then begins a new era: rows with an id
above `floor_id` belong to it, and their txids are a range of their own. The opening is signed, gives its
reason, and every verification report lists it. It forgives nothing that was sealed before.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature

from beenthere.trust.sealing.leaf import Event
from beenthere.trust.sealing.merkle import EMPTY_ROOT, HASH_BYTES, Frontier
from beenthere.trust.sealing.signing import PublicKeys, SigningKeys

_SIGNED = b"beenthere.checkpoint.1\x00"


@dataclass(frozen=True, kw_only=True)
class Head:
    """The signed part: small, kept in the database and, line by line, outside it."""

    organization: UUID
    number: int
    era: int
    cluster: str
    floor_id: int
    from_txid: int
    to_txid: int
    count: int
    ids_digest: bytes
    size: int
    root: bytes
    previous_root: bytes
    sealed_at: datetime
    reason: str
    kid: str
    signature: bytes = b""

    @property
    def opens_era(self) -> bool:
        """Only an opening has a reason."""
        return bool(self.reason)

    def signed_bytes(self) -> bytes:
        shape = self.to_json()
        del shape["signature"]
        return _SIGNED + json.dumps(shape, sort_keys=True, separators=(",", ":")).encode("ascii")

    def signed_by(self, keys: PublicKeys) -> bool:
        """Whether one of these keys signed exactly this."""
        if self.kid not in keys:
            return False
        try:
            keys[self.kid].verify(self.signature, self.signed_bytes())
        except InvalidSignature:
            return False
        return True

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON; `from_json` reads them back."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, shape: dict[str, Any]) -> "Head":
        """Raises `ValueError` unless it has exactly the fields of a head, each of its kind."""
        if not isinstance(shape, dict) or set(shape) != set(cls.__dataclass_fields__):
            raise ValueError("this is not the head of a checkpoint")
        try:
            return cls(**{name: _READ[name](value) for name, value in shape.items()})
        except (TypeError, AttributeError) as error:
            raise ValueError(f"this is not the head of a checkpoint: {error}") from None


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A head with what is needed to name the first bad row and to go on growing the tree."""

    head: Head
    event_ids: tuple[int, ...]
    leaf_hashes: tuple[bytes, ...]
    frontier: Frontier

    def to_json(self) -> dict[str, Any]:
        return {
            "head": self.head.to_json(),
            "event_ids": list(self.event_ids),
            "leaf_hashes": b"".join(self.leaf_hashes).hex(),
            "peaks": b"".join(self.frontier.peaks).hex(),
        }

    @classmethod
    def from_json(cls, shape: dict[str, Any]) -> "Checkpoint":
        """Raises `ValueError` when the shape is not that of a checkpoint; says nothing about its truth."""
        try:
            head = Head.from_json(shape["head"])
            return cls(
                head=head,
                event_ids=tuple(_whole(number) for number in shape["event_ids"]),
                leaf_hashes=_hashes(shape["leaf_hashes"]),
                frontier=Frontier(size=head.size, peaks=_hashes(shape["peaks"])),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is not a checkpoint: {error}") from None


class NewEraNeeded(Exception):
    """This database is a restored copy: open an era first."""

    def __init__(self, organization: UUID, why: str) -> None:
        super().__init__(
            f"The audit of {organization} {why}: this database was restored from a backup. "
            "Open a new era, with the reason, before sealing goes on."
        )


def seal(
    previous: Checkpoint | None,
    events: Iterable[Event],
    keys: SigningKeys,
    *,
    organization: UUID,
    cluster: str,
    to_txid: int,
    sealed_at: datetime,
    last_number: int,
    at_most: int = 10_000,
) -> Iterator[Checkpoint]:
    """Seal every row that no transaction in flight can still join.

    `events` are the organization's rows with `id > floor_id` and `previous.to_txid <= txid < to_txid` (0 and
    0 when `previous` is None), ordered by `(txid, id)`; `to_txid` is the snapshot's xmin; `cluster` is the
    server's `system_identifier`; `last_number` is the number of the last head kept outside the database.

    Yields checkpoints of about `at_most` rows (the rows of one transaction are never parted), nothing when
    there are no rows. Raises `NewEraNeeded` when `previous` was sealed on another server or checkpoints after
    it were sealed once, and `ValueError` when the rows are not what was asked for or `previous` is not what
    these keys signed.
    """
    _refuse_restored(previous, organization, cluster, last_number)
    _refuse_forged(previous, keys)
    draft = _after(previous, organization=organization, cluster=cluster, sealed_at=sealed_at)
    for batch, end in _batches(events, to_txid, at_most):
        _refuse_misplaced(batch, draft)
        previous = _sealed(previous, replace(draft, to_txid=end), batch, keys)
        yield previous
        draft = _after(previous, organization=organization, cluster=cluster, sealed_at=sealed_at)


def open_era(
    previous: Checkpoint | None,
    leftover: Sequence[Event],
    keys: SigningKeys,
    *,
    organization: UUID,
    cluster: str,
    floor_id: int,
    from_txid: int,
    sealed_at: datetime,
    reason: str,
    last_number: int,
) -> Checkpoint:
    """The checkpoint that begins a new era after a restore, and seals what the restore left unsealed.

    `leftover` are the restored rows that no checkpoint covers: `previous.floor_id < id <= floor_id` and
    `txid >= previous.to_txid`, ordered by `(txid, id)`. `floor_id` is the highest id that came with the
    restore; `from_txid` is 0 on a new server. `last_number` is the number of the last head kept outside the
    database: when it is higher than `previous.number`, the checkpoints between were lost in the restore, and
    the opening says so by leaving their numbers out. Raises `ValueError` without a reason, or as `seal` does.
    """
    if not reason.strip():
        raise ValueError("opening an era needs a reason that a reviewer will read")
    _refuse_forged(previous, keys)
    draft = replace(
        _after(previous, organization=organization, cluster=cluster, sealed_at=sealed_at),
        reason=reason.strip(),
    )
    _refuse_misplaced(leftover, draft)
    if any(event.id > floor_id for event in leftover) or floor_id < draft.floor_id:
        raise ValueError(f"no restored row has an id above the floor {floor_id}, and floors never fall")
    opening = replace(
        draft,
        number=max(draft.number, last_number + 1),
        era=draft.era + 1 if previous else 1,
        floor_id=floor_id,
        to_txid=from_txid,
    )
    return _sealed(previous, opening, leftover, keys)


def digest_of_ids(ids: Iterable[int]) -> bytes:
    return sha256(",".join(map(str, ids)).encode()).digest()


def _after(previous: Checkpoint | None, *, organization: UUID, cluster: str, sealed_at: datetime) -> Head:
    """The head that follows, its range still empty and its leaves still to come."""
    last = previous.head if previous else None
    return Head(
        organization=organization,
        number=last.number + 1 if last else 1,
        era=last.era if last else 1,
        cluster=cluster,
        floor_id=last.floor_id if last else 0,
        from_txid=last.to_txid if last else 0,
        to_txid=last.to_txid if last else 0,
        count=0,
        ids_digest=b"",
        size=last.size if last else 0,
        root=b"",
        previous_root=last.root if last else EMPTY_ROOT,
        sealed_at=sealed_at,
        reason="",
        kid="",
    )


def _sealed(
    previous: Checkpoint | None, draft: Head, events: Sequence[Event], keys: SigningKeys
) -> Checkpoint:
    ids = tuple(event.id for event in events)
    leaves = tuple(event.leaf() for event in events)
    frontier = (previous.frontier if previous else Frontier()).extended(leaves)
    head = replace(
        draft,
        count=len(ids),
        ids_digest=digest_of_ids(ids),
        size=frontier.size,
        root=frontier.root(),
        kid=keys.kid,
    )
    head = replace(head, signature=keys.sign(head.signed_bytes()))
    return Checkpoint(head=head, event_ids=ids, leaf_hashes=leaves, frontier=frontier)


def _batches(events: Iterable[Event], to_txid: int, at_most: int) -> Iterator[tuple[list[Event], int]]:
    """Runs of rows with the txid at which each run ends: cut only between two transactions."""
    batch: list[Event] = []
    for event in events:
        if event.txid >= to_txid:
            raise ValueError(f"row {event.id} belongs to a transaction that may still be running")
        if len(batch) >= at_most and event.txid > batch[-1].txid:
            yield batch, event.txid
            batch = []
        batch.append(event)
    if batch:
        yield batch, to_txid


def _refuse_restored(previous: Checkpoint | None, organization: UUID, cluster: str, last_number: int) -> None:
    """Sealing on would reuse numbers that were given already, or mix the txids of two servers."""
    number = previous.head.number if previous else 0
    if last_number > number:
        raise NewEraNeeded(organization, f"ends at checkpoint {number}, but {last_number} were sealed")
    if previous and previous.head.cluster != cluster:
        raise NewEraNeeded(organization, f"was last sealed on another database server than {cluster}")


def _refuse_forged(previous: Checkpoint | None, keys: SigningKeys) -> None:
    """Never build on a checkpoint that was changed: the new signature would vouch for the forgery."""
    if previous is None:
        return
    genuine = previous.head.signed_by(keys.public) and previous.frontier.root() == previous.head.root
    if not genuine:
        raise ValueError(f"checkpoint {previous.head.number} is not what was signed: run the verification")


def _refuse_misplaced(events: Sequence[Event], draft: Head) -> None:
    place = (draft.from_txid, draft.floor_id)
    for event in events:
        if event.id <= draft.floor_id or (event.txid, event.id) <= place:
            raise ValueError(f"row {event.id} is out of order, or belongs to what was sealed before")
        place = (event.txid, event.id)


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return value.hex()
        case UUID():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _hashes(joined: str) -> tuple[bytes, ...]:
    whole = bytes.fromhex(joined)
    if len(whole) % HASH_BYTES:
        raise ValueError("these are not whole hashes")
    return tuple(whole[start : start + HASH_BYTES] for start in range(0, len(whole), HASH_BYTES))


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("number", "era", "floor_id", "from_txid", "to_txid", "count", "size"), _whole),
    **dict.fromkeys(("ids_digest", "root", "previous_root", "signature"), bytes.fromhex),
    **dict.fromkeys(("cluster", "reason", "kid"), _text),
    "organization": UUID,
    "sealed_at": datetime.fromisoformat,
}
