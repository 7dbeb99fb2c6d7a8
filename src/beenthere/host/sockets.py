"""The private directory in which PostgreSQL listens.

A unix socket path may have 107 bytes at most, and a checkout can lie deeper than that, so the socket lives in
a short directory of its own. In /tmp anybody can make a directory first; one not ours alone is refused.
"""

import hashlib
import os
import stat
from pathlib import Path

from beenthere.host.errors import HostError

PORT = 5432
_LONGEST = 107
_TEMPORARY = Path("/tmp")  # noqa: S108 (owner and mode are verified below)


def socket_directory(data: Path) -> Path:
    """The directory for the server on `data`; made if needed; owner and mode verified."""
    directory = _parent() / f"bt-{hashlib.sha256(os.fsencode(data.absolute())).hexdigest()[:10]}"
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as problem:
        raise HostError(f"Cannot make {directory} for the database socket: {problem.strerror}.") from problem
    _verify(directory)
    return directory


def socket_file(directory: Path) -> Path:
    return directory / f".s.PGSQL.{PORT}"


def remove_socket(directory: Path) -> None:
    """Remove what a stopped or killed server left, the directory too."""
    file = socket_file(directory)
    file.unlink(missing_ok=True)
    file.with_name(file.name + ".lock").unlink(missing_ok=True)
    try:
        directory.rmdir()
    except OSError:
        return


def _parent() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and _is_mine_alone(Path(runtime)) and _fits(Path(runtime)):
        return Path(runtime)
    return _TEMPORARY


def _fits(parent: Path) -> bool:
    return len(os.fsencode(socket_file(parent / "bt-0123456789"))) <= _LONGEST - len(".lock")


def _is_mine_alone(directory: Path) -> bool:
    try:
        status = directory.lstat()
    except OSError:
        return False
    private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
    return private and status.st_uid == os.geteuid()


def _verify(directory: Path) -> None:
    if not _is_mine_alone(directory):
        raise HostError(
            f"{directory} is where the database would listen, but it is not yours alone "
            "(it belongs to another user or is open to others). Remove it, then start again."
        )
