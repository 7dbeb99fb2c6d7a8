"""Sealing and verifying an organization's audit in the database, around the pure parts in `sealing/`."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from beenthere.foundation import clock
from beenthere.foundation.crypto.keyfile import KeyFileMissing
from beenthere.trust.acting import Acting, acting, system
from beenthere.trust.ledger import action
from beenthere.trust.models import AuditCheckpoint, AuditEvent, Organization
from beenthere.trust.sealing.checkpoint import Checkpoint, Head, open_era, seal
from beenthere.trust.sealing.heads import HeadsFile
from beenthere.trust.sealing.leaf import Event
from beenthere.trust.sealing.signing import SigningKeys
from beenthere.trust.sealing.verify import Report, in_order, verify

_ROWS_AT_ONCE = 5_000
_CHECKPOINTS_AT_ONCE = 50
_HEADS_COME_WITHIN_SECONDS = 10.0
_NO_EVENT = "a checkpoint is itself the record; an event about it would have to be sealed in turn"


def organization_ids() -> list[UUID]:
    with system("listing organizations, to go on with each"):
        return list(Organization.objects.order_by("created_at", "id").values_list("id", flat=True))


def seal_pending(organization_id: UUID) -> int:
    """Seal the rows that no transaction in flight can still join. Returns how many checkpoints were made.

    Outside any Acting. 0 as well when another process is sealing or verifying just now. Raises `NewEraNeeded`
    in a restored database and `ValueError` when the last checkpoint is not what was signed.
    """
    who = _sealer(organization_id)
    with acting(who):
        made = _seal(acting=who)
    keep_heads(organization_id)
    return made


@action(quiet=_NO_EVENT)
def _seal(*, acting: Acting) -> int:
    if not _locked(acting.organization_id):
        return 0
    # First the horizon, then the rows: what ended before the horizon is then seen.
    to_txid = _oldest_running()
    previous = _last_checkpoint(acting.organization_id)
    fresh = seal(
        previous,
        _pending(acting.organization_id, previous, to_txid),
        signing_keys(may_create=previous is None),
        organization=acting.organization_id,
        cluster=_cluster(),
        to_txid=to_txid,
        sealed_at=clock.now(),
        last_number=_heads(acting.organization_id).last_number(),
    )
    return sum(_keep(checkpoint) for checkpoint in fresh)


def open_new_era(organization_id: UUID, reason: str) -> None:
    """After a restore: admit it, signed and with the reason, so that sealing can go on.

    With nobody at work: a row being written just now might be taken for a restored one.
    """
    who = _sealer(organization_id)
    with acting(who):
        _open_era(acting=who, reason=reason)
    keep_heads(organization_id)


@action(quiet=_NO_EVENT)
def _open_era(*, acting: Acting, reason: str) -> None:
    if not _locked(acting.organization_id):
        raise RuntimeError("the audit is being sealed or verified just now; try again in a moment")
    previous = _last_checkpoint(acting.organization_id)
    floor = _highest_restored_id(acting.organization_id)
    leftover = _rows(
        acting.organization_id,
        above=previous.head.floor_id if previous else 0,
        through=floor,
        from_txid=previous.head.to_txid if previous else 0,
    )
    _keep(
        open_era(
            previous,
            list(leftover),
            signing_keys(may_create=previous is None),
            organization=acting.organization_id,
            cluster=_cluster(),
            floor_id=floor,
            from_txid=0,
            sealed_at=clock.now(),
            reason=reason,
            last_number=_heads(acting.organization_id).last_number(),
        )
    )


def keep_heads(organization_id: UUID) -> int:
    """Add to the file outside the database the heads it lacks. Returns how many.

    A file that is gone is not made again from the database: that its lines are missing is what the
    verification must find. Only the very first run of sealing begins one.
    """
    file = _heads(organization_id)
    with acting(_sealer(organization_id)):
        last = file.last_number()
        if not last and not _first_run_only(organization_id):
            return 0
        return file.append(_stored_heads(organization_id, above=last))


def verify_audit(organization_id: UUID) -> Report:
    """Compare rows, checkpoints and kept heads. Sealing waits meanwhile."""
    with acting(_sealer(organization_id)):
        _lock(organization_id)
        _wait_for_heads(organization_id)
        floors = _floors(organization_id)
        return verify(
            organization=organization_id,
            checkpoints=_bodies(organization_id),
            events=in_order(floors, _reader(organization_id)),
            heads=_heads(organization_id).read(),
            public_keys=signing_keys().public,
            floors=floors,
        )


def signing_key_file() -> Path:
    return Path(settings.KEYS) / "audit-signing.key"


def signing_keys(*, may_create: bool = False) -> SigningKeys:
    """The installation's signing keys. A lost file is not replaced in silence: only a log that nothing has
    sealed yet may begin with a new key."""
    try:
        return SigningKeys.load(signing_key_file())
    except KeyFileMissing:
        if not may_create:
            raise
    try:
        return SigningKeys.create(signing_key_file())
    except FileExistsError:  # another process was first
        return SigningKeys.load(signing_key_file())


def _sealer(organization_id: UUID) -> Acting:
    return Acting(
        organization_id=organization_id, user_id=None, grants=frozenset(), purpose="sealing the audit"
    )


def _heads(organization_id: UUID) -> HeadsFile:
    return HeadsFile(Path(settings.AUDIT_HEADS), organization_id)


def _keep(checkpoint: Checkpoint) -> int:
    AuditCheckpoint.objects.create(
        organization_id=checkpoint.head.organization,
        number=checkpoint.head.number,
        body=checkpoint.to_json(),
    )
    return 1


# -- what the database says ---------------------------------------------------------------------------


def _one(sql: str, *parameters: str | int | UUID) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


_LOCK_KEY = "hashtextextended('beenthere.audit.' || %s, 0)"


def _locked(organization_id: UUID) -> bool:
    """One process at a time seals, for the length of the transaction."""
    return bool(_one(f"SELECT pg_try_advisory_xact_lock({_LOCK_KEY})", str(organization_id)))


def _lock(organization_id: UUID) -> None:
    _one(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})", str(organization_id))


def _oldest_running() -> int:
    return int(str(_one("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")))


def _cluster() -> str:
    return str(_one("SELECT system_identifier FROM pg_control_system()"))


def _highest_restored_id(organization_id: UUID) -> int:
    """A row written on this server has its own transaction as `xmin`; a restored one, that of the restore."""
    found = _one(
        "SELECT coalesce(max(id), 0) FROM trust_auditevent"
        " WHERE organization_id = %s AND xmin::text::bigint <> (txid & 4294967295)",
        str(organization_id),
    )
    return int(str(found))


def _last_checkpoint(organization_id: UUID) -> Checkpoint | None:
    row = AuditCheckpoint.objects.filter(organization_id=organization_id).order_by("-number").first()
    return Checkpoint.from_json(row.body) if row else None


def _pending(organization_id: UUID, previous: Checkpoint | None, to_txid: int) -> Iterator[Event]:
    head = previous.head if previous else None
    return _rows(
        organization_id,
        above=head.floor_id if head else 0,
        from_txid=head.to_txid if head else 0,
        to_txid=to_txid,
    )


def _reader(organization_id: UUID) -> Callable[[int, int | None], Iterable[Event]]:
    return lambda above, through: _rows(organization_id, above=above, through=through)


def _rows(
    organization_id: UUID,
    *,
    above: int,
    through: int | None = None,
    from_txid: int = 0,
    to_txid: int | None = None,
) -> Iterator[Event]:
    """Audit rows by (txid, id), some thousand at a time: a log of years must not fill the memory."""
    rows = AuditEvent.objects.filter(organization_id=organization_id, id__gt=above, txid__gte=from_txid)
    if through is not None:
        rows = rows.filter(id__lte=through)
    if to_txid is not None:
        rows = rows.filter(txid__lt=to_txid)
    rows, txid, id_ = rows.order_by("txid", "id"), 0, 0
    while True:
        rest = rows.filter(Q(txid__gt=txid) | Q(id__gt=id_), txid__gte=txid)
        found = list(rest.values()[:_ROWS_AT_ONCE])
        yield from map(Event.of, found)
        if len(found) < _ROWS_AT_ONCE:
            return
        txid, id_ = found[-1]["txid"], found[-1]["id"]


def _bodies(organization_id: UUID, above: int = 0) -> Iterator[dict]:
    rows = AuditCheckpoint.objects.filter(organization_id=organization_id).order_by("number")
    while True:
        found = list(rows.filter(number__gt=above).values_list("number", "body")[:_CHECKPOINTS_AT_ONCE])
        yield from (body for _number, body in found)
        if len(found) < _CHECKPOINTS_AT_ONCE:
            return
        above = found[-1][0]


def _stored_heads(organization_id: UUID, *, above: int) -> Iterator[Head]:
    rows = AuditCheckpoint.objects.filter(organization_id=organization_id, number__gt=above)
    for shape in rows.order_by("number").values_list("body__head", flat=True):
        yield Head.from_json(shape)


def _floors(organization_id: UUID) -> list[int]:
    rows = AuditCheckpoint.objects.filter(organization_id=organization_id)
    found = rows.order_by().values_list("body__head__floor_id", flat=True).distinct()
    return [floor for floor in found if isinstance(floor, int)]


def _first_run_only(organization_id: UUID) -> bool:
    """All checkpoints of one run of sealing carry the same moment."""
    rows = AuditCheckpoint.objects.filter(organization_id=organization_id).order_by()
    return rows.values("body__head__sealed_at").distinct().count() == 1


def _wait_for_heads(organization_id: UUID) -> None:
    """A sealer commits, then writes the head: give one that is between the two the time to finish."""
    newest = AuditCheckpoint.objects.filter(organization_id=organization_id).order_by("-number")
    number = newest.values_list("number", flat=True).first() or 0
    deadline = time.monotonic() + _HEADS_COME_WITHIN_SECONDS
    while _heads(organization_id).last_number() < number and time.monotonic() < deadline:
        time.sleep(0.05)
