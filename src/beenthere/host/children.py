"""Starting child processes that do not outlive us."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT = 20 * 1024 * 1024
# Loaded here, not in the child: between fork and exec nothing may be imported.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def start_child(
    command: Sequence[str],
    *,
    ends_with: signal.Signals,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own; it gets `ends_with` when this process dies, kill -9 included.

    Its own session, so that Ctrl-C at the terminal reaches only the supervisor, which stops things in order.
    Call it from the main thread: Linux sends the signal when the *thread* that started the child ends.
    """
    parent = os.getpid()

    def before_exec() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(ends_with))
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    with _Output(log) as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if log else None,
            env=dict(environment) if environment is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=before_exec,  # noqa: PLW1509 (no threads here, and it must run in the child)
        )


def shorten(log: Path) -> None:
    """Set a long log aside, in place of the one set aside before."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_name(log.name + ".1"))


class _Output:
    """The log file for a child, closed on our side once it has started; None leaves the terminal."""

    def __init__(self, log: Path | None) -> None:
        if log:
            shorten(log)
        self._file = log.open("ab") if log else None

    def __enter__(self) -> int | None:
        return self._file.fileno() if self._file else None

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()
