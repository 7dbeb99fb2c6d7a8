"""One supervisor per state directory, and a count of those who use its database.

Locks are `flock`: the kernel lets go when the holder dies, so a kill -9 leaves nothing to clear up.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import IO


class Lock:
    """A lock file. `holder()` is what the one who has it wrote in it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._handle: IO[str] | None = None

    def take(self, note: str) -> bool:
        """Take it alone, without waiting."""
        return self._lock(fcntl.LOCK_EX, note)

    def share(self) -> bool:
        """Take it together with other sharers, without waiting."""
        return self._lock(fcntl.LOCK_SH, None)

    def take_within(self, seconds: float, note: str) -> bool:
        until = time.monotonic() + seconds
        while not self.take(note):
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        return True

    def release(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def holder(self) -> str:
        try:
            return self.file.read_text().strip()
        except OSError:
            return ""

    def _lock(self, kind: int, note: str | None) -> bool:
        handle = os.fdopen(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600), "r+")
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return False
        if note is not None:
            handle.truncate(0)
            handle.write(note)
            handle.flush()
        self._handle = handle
        return True
