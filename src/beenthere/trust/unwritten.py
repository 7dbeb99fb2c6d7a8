"""Looks at the record while the database keeps nothing new.

Whoever needs a phone number in a bad hour gets it although the disk is full, and yet no look goes untold:
what belongs into the audit waits in a file of the state directory, on disk before the page is sent, and the
worker brings it in once the database writes again. Where that file cannot be written, nothing is shown.

After a crash in the middle a line may come in twice. A look told twice harms nobody; one untold does. What a
crash left of a line is set aside in a file of its own, for somebody to read, and stops nothing behind it.
"""

import errno
import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction

from beenthere.foundation import clock
from beenthere.foundation.trouble import Trouble, trouble_of
from beenthere.trust import events
from beenthere.trust.access import Role
from beenthere.trust.acting import Acting, Grant, acting
from beenthere.trust.audit import record_read

# Given up when the disk is full, so that some thousand looks can still be kept on it.
RESERVE_BYTES = 1024 * 1024
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Look:
    who: Acting
    at: datetime
    page: str
    subject: UUID | None
    consent: UUID | None


def kept(problem: DatabaseError, who: Acting, page: str, subjects: Mapping[UUID, UUID | None]) -> bool:
    """Whether what a request looked at is kept here. False: for another problem, or not possible."""
    if trouble_of(problem) is not Trouble.NO_WRITES:
        return False
    seen: Iterable[tuple[UUID | None, UUID | None]] = subjects.items() or [(None, None)]
    lines = "".join(json.dumps(_line(who, page, *pair)) + "\n" for pair in seen).encode()
    try:
        _keep(who.organization_id, lines)
    except OSError as no_room:
        log.critical("What was looked at cannot be kept (%s), so nothing is shown.", no_room)
        return False
    log.critical("The database keeps nothing new; what was looked at waits in %s.", _folder())
    return True


def _keep(organization: UUID, lines: bytes) -> None:
    try:
        _append(organization, lines)
    except OSError as problem:
        if problem.errno not in {errno.ENOSPC, errno.EDQUOT} or not _reserve().exists():
            raise
        _reserve().unlink(missing_ok=True)
        _append(organization, lines)


def bring_in() -> int:
    """Write what waits into the audit, and keep a reserve for the next time. Returns how many."""
    _make_reserve()
    return sum(_tried(file) for file in sorted(_folder().glob("*.jsonl")) if file.stat().st_size)


def _tried(file: Path) -> int:
    """One organization's trouble must not leave the looks of the others untold."""
    try:
        return _bring_in(file)
    except (DatabaseError, OSError, ValueError) as problem:
        log.error("What waits in %s cannot be brought in (%s); it stays there.", file, type(problem).__name__)
        return 0


def _line(who: Acting, page: str, subject: UUID | None, consent: UUID | None) -> dict[str, Any]:
    return {
        "at": clock.now().isoformat(),
        "user": str(who.user_id),
        "roles": sorted(who.roles),
        "purpose": who.purpose,
        "session": who.session,
        "address": who.address,
        "page": page,
        "subject": str(subject) if subject else None,
        "consent": str(consent) if consent else None,
    }


def _bring_in(file: Path) -> int:
    organization = UUID(file.stem)
    with _locked(file) as descriptor:
        lines = [line for line in file.read_bytes().splitlines() if line.strip()]
        read = [_read(organization, line) for line in lines]
        looks = [look for look in read if look]
        with transaction.atomic():
            for look in looks:
                _write(look)
        _set_aside(file, [line for line, look in zip(lines, read, strict=True) if look is None])
        os.ftruncate(descriptor, 0)
        os.fsync(descriptor)
    return len(looks)


def _read(organization: UUID, text: bytes) -> _Look | None:
    """None for what is no whole line."""
    try:
        line = json.loads(text)
        subject, consent = (UUID(line[name]) if line[name] else None for name in ("subject", "consent"))
        who = Acting(
            organization_id=organization,
            user_id=UUID(line["user"]),
            grants=frozenset(Grant(role=Role(role)) for role in line["roles"]),
            purpose=line["purpose"],
            session=line["session"],
            address=line["address"],
        )
        at = datetime.fromisoformat(line["at"])
        return _Look(who=who, at=at, page=line["page"], subject=subject, consent=consent)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _write(look: _Look) -> None:
    event = events.PERSON_VIEWED if look.subject else events.PAGE_VIEWED
    with clock.standing_at(look.at), acting(look.who):
        record_read(
            look.who, event, subject_id=look.subject, consent_id=look.consent, detail={"page": look.page}
        )


def _set_aside(file: Path, lines: list[bytes]) -> None:
    if not lines:
        return
    aside = file.with_suffix(".unreadable")
    with _locked(aside) as descriptor:
        _add(descriptor, b"".join(line + b"\n" for line in lines))
    log.error("%s lines of %s are not whole and stand in %s: read them.", len(lines), file, aside)


def _append(organization: UUID, lines: bytes) -> None:
    with _locked(_folder() / f"{organization}.jsonl") as descriptor:
        _add(descriptor, lines)


def _add(descriptor: int, lines: bytes) -> None:
    """All of the lines, or none; on a line of their own, where a crash left half of one."""
    before = os.fstat(descriptor).st_size
    if before and os.pread(descriptor, 1, before - 1) != b"\n":
        lines = b"\n" + lines
    try:
        if os.write(descriptor, lines) != len(lines):
            raise OSError(errno.ENOSPC, "the line did not fit")
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, before)
        raise


@contextmanager
def _locked(file: Path) -> Iterator[int]:
    """The file's descriptor, this process alone at it. Closing it ends the lock."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _make_reserve() -> None:
    if _reserve().exists():
        return
    descriptor = os.open(_reserve(), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
    except OSError:
        _reserve().unlink()
        log.error("The disk of %s has no megabyte left for the audit's looks. Free some.", _folder())
    finally:
        os.close(descriptor)


def _reserve() -> Path:
    return _folder() / "reserve"


def _folder() -> Path:
    folder = Path(settings.STATE) / "audit-waiting"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
