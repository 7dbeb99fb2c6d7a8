"""Looks at the record while the database keeps nothing new.

Whoever needs a phone number in a bad hour gets it although the disk is full, and yet no look goes untold:
what belongs into the audit waits in a file of the state directory, on disk before the page is sent, and the
worker brings it in once the database writes again. Where that file cannot be written, nothing is shown.

After a crash in the middle a line may come in twice. A look told twice harms nobody; one untold does.
"""

import errno
import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
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
    return sum(_bring_in(file) for file in sorted(_folder().glob("*.jsonl")) if file.stat().st_size)


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
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        with transaction.atomic():
            for line in lines:
                _write(organization, line)
        os.ftruncate(descriptor, 0)
        os.fsync(descriptor)
    return len(lines)


def _write(organization: UUID, line: Mapping[str, Any]) -> None:
    who = Acting(
        organization_id=organization,
        user_id=UUID(line["user"]),
        grants=frozenset(Grant(role=Role(role)) for role in line["roles"]),
        purpose=line["purpose"],
        session=line["session"],
        address=line["address"],
    )
    subject, consent = (UUID(line[name]) if line[name] else None for name in ("subject", "consent"))
    event = events.PERSON_VIEWED if subject else events.PAGE_VIEWED
    with clock.standing_at(datetime.fromisoformat(line["at"])), acting(who):
        record_read(who, event, subject_id=subject, consent_id=consent, detail={"page": line["page"]})


def _append(organization: UUID, lines: bytes) -> None:
    """All of the lines, or none: half a line would stop everything behind it."""
    with _locked(_folder() / f"{organization}.jsonl") as descriptor:
        before = os.fstat(descriptor).st_size
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
