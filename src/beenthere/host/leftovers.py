"""Finding and ending processes that an earlier, killed BeenThere left behind.

A pid from a file proves nothing: after kill -9 and a reboot the number belongs to somebody else, and a zombie
still answers to it. So a process is ours only by what the kernel says about it: its working directory
(PostgreSQL works in its data directory) or the marker in its environment.
"""

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import psutil

MARKER = "BEENTHERE_GROUP"
T = TypeVar("T")
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess, ProcessLookupError)


def postgres_processes(data: Path) -> list[psutil.Process]:
    """Postmaster and backends that work on this data directory."""
    here = os.path.realpath(data)
    return [p for p in _living() if (_read(p.name) or "").startswith("postgres") and _read(p.cwd) == here]


def group_processes(state: Path) -> list[psutil.Process]:
    """Web and worker processes that a supervisor of this state directory started, without this one."""
    marker = os.path.realpath(state)
    mine = {os.getpid(), os.getppid()}
    return [p for p in _living() if p.pid not in mine and (_read(p.environ) or {}).get(MARKER) == marker]


def members_of_group(group: int) -> list[psutil.Process]:
    """Living members of a kernel process group. Zombies are left to whoever should reap them."""
    return [p for p in _living() if _read(partial(os.getpgid, p.pid)) == group]


def end(processes: list[psutil.Process], *, by: signal.Signals, within: float) -> list[psutil.Process]:
    """Ask processes to end; returns those still alive after `within` seconds."""
    for process in processes:
        try:
            process.send_signal(by)
        except _GONE:
            continue
    _, alive = psutil.wait_procs(processes, timeout=within)
    return list(alive)


def _living() -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except _GONE:
            continue


def _read(question: Callable[[], T]) -> T | None:
    try:
        return question()
    except _GONE:
        return None
