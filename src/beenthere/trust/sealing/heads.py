"""Heads kept outside the database: one signed line per checkpoint, in a file that is only ever added to.

Checkpoints in the database alone cannot show that the newest of them, with their rows, were taken away. This
file can, as long as nobody rewrites both; so copy it somewhere the database administrator cannot write.

The file is written after the checkpoint is committed. After a crash between the two, the next `append` of the
missing heads catches up; the other order would cry "truncated" whenever a commit failed.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from beenthere.foundation.crypto.keyfile import sync_folder
from beenthere.trust.sealing.checkpoint import Head

_END_BYTES = 64 * 1024


_TAIL_BYTES = 16_384


class HeadsFile:
    """The heads of one organization: `<folder>/<organization>.jsonl`."""

    def __init__(self, folder: Path, organization: UUID) -> None:
        self.path = folder / f"{organization}.jsonl"

    def append(self, heads: Iterable[Head]) -> int:
        """Add those heads, in order, that are newer than the last one here; on disk when this returns.

        Returns how many were added. Two processes may do this at once: one waits for the other.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            last = self.last_number()
            lines = [_line(head) for head in heads if head.number > last]
            if lines:
                _write_all(descriptor, _new_line_if_torn(descriptor) + b"".join(lines))
            # Even with nothing to add: a process that was killed may have written and not yet synced.
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(self.path.parent)
        return len(lines)

    def read(self) -> Iterator[Head]:
        """The heads in the order of the file; nothing when there is no file.

        A line that is no head is passed over: its absence is then what the verification finds. A line torn
        by a crash was followed by the same head again.
        """
        try:
            with self.path.open("rb") as file:
                for line in file:
                    head = _head(line)
                    if head:
                        yield head
        except FileNotFoundError:
            return

    def last_number(self) -> int:
        """The number of the last head here; 0 when there is none. Reads the end of the file only."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - _END_BYTES))
                heads = [head for head in map(_head, file) if head]
        except FileNotFoundError:
            return 0
        return heads[-1].number if heads else max((head.number for head in self.read()), default=0)


def _line(head: Head) -> bytes:
    return json.dumps(head.to_json(), sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"


def _head(line: bytes) -> Head | None:
    try:
        return Head.from_json(json.loads(line))
    except ValueError:
        return None


def _new_line_if_torn(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
    return b"\n" if torn else b""


def _write_all(descriptor: int, rest: bytes) -> None:
    while rest:
        rest = rest[os.write(descriptor, rest) :]
