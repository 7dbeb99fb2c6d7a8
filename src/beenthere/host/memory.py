"""How much memory there is for BeenThere: the machine's, or what its container or service may use of it."""

from collections.abc import Iterable
from pathlib import Path

import psutil

_GROUPS = Path("/sys/fs/cgroup")
_MINE = Path("/proc/self/cgroup")


def memory_here(groups: Path = _GROUPS, mine: Path = _MINE) -> int:
    """Bytes; the smallest limit of those that stand above this process."""
    limits = (_limit(file) for file in _limit_files(groups, mine))
    return min([int(psutil.virtual_memory().total), *(limit for limit in limits if limit)])


def _limit_files(groups: Path, mine: Path) -> Iterable[Path]:
    """Of the second version of control groups, from the root down to this process; and of the first."""
    yield groups / "memory" / "memory.limit_in_bytes"
    try:
        lines = mine.read_text().splitlines()
    except OSError:
        lines = []
    here = next((Path(line[3:].lstrip("/")) for line in lines if line.startswith("0::")), Path())
    for group in (here, *here.parents):
        yield groups / group / "memory.max"


def _limit(file: Path) -> int | None:
    try:
        text = file.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() else None
