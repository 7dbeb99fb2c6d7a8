"""Files that hold keys: private to their owner, written whole or not at all."""

import os
import secrets
import stat
from pathlib import Path

from beenthere.foundation.crypto.envelope import CannotOpen


class KeyFileUnusable(CannotOpen):
    """A key file that cannot be used. The message says which, and what to do."""


class KeyFileMissing(KeyFileUnusable):
    """There is no key file where one was expected."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The key file {path} is not there. Restore it from your key backup. "
            "Making a new one does not bring back what the lost one sealed."
        )


class KeyFileUnwritable(KeyFileUnusable):
    """A key file cannot be written, as on a full disk. What was there is there still."""


class KeyFileUnsafe(KeyFileUnusable):
    """The key file can be read by others, is no ordinary file, or does not hold what it should."""


def read_private(path: Path) -> str:
    """The text of a key file. Raises `KeyFileMissing`, or `KeyFileUnsafe` when others may read it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeyFileMissing(path) from None
    except OSError as error:
        raise KeyFileUnsafe(f"The key file {path} cannot be opened: {error.strerror}.") from None
    try:
        _refuse_if_open_to_others(path, os.fstat(descriptor).st_mode)
        return _all_bytes(descriptor).decode("ascii")
    except UnicodeDecodeError:
        # `from None`: the decoder's own error holds what it read.
        raise KeyFileUnsafe(f"The key file {path} does not hold keys.") from None
    finally:
        os.close(descriptor)


def create_private(path: Path, text: str) -> None:
    """Write a new key file (mode 0600). Raises `FileExistsError`: a key is never written over."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = _written_beside(path, text)
    try:
        # A hard link appears whole and refuses to replace; a plain create could be read half-written.
        os.link(fresh, path)
    finally:
        fresh.unlink()
    sync_folder(path.parent)


def replace_private(path: Path, text: str) -> None:
    """Replace a key file in one step: a crash leaves the old file or the new one."""
    _written_beside(path, text).replace(path)
    sync_folder(path.parent)


def _all_bytes(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read()


def _written_beside(path: Path, text: str) -> Path:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(fresh, text)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise KeyFileUnwritable(
            f"The key file {path} cannot be written: {error.strerror}. No key was changed."
        ) from None
    return fresh


def _write(fresh: Path, text: str) -> None:
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _refuse_if_open_to_others(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise KeyFileUnsafe(f"The key file {path} is not an ordinary file.")
    if mode & 0o077:
        raise KeyFileUnsafe(
            f"The key file {path} can be read by others (mode {stat.S_IMODE(mode):04o}). "
            f"Run: chmod 600 {path} and ask who may have read it."
        )


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
