"""The process group: the embedded database, the web server and the worker, kept alive, stopped in order."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from beenthere.host.children import start_child
from beenthere.host.errors import HostError
from beenthere.host.leftovers import end, group_processes, members_of_group
from beenthere.host.places import Places
from beenthere.host.postgres import EmbeddedPostgres, Say

_TICK = 0.1
_QUICK = 15.0
_TRIES = 5
_LONGEST_WAIT = 16.0


@dataclass(frozen=True, kw_only=True)
class Part:
    """One long-running child. `name` is what a person is told, `log` takes its words (None: the terminal).

    `orphaned_by` is the signal the kernel sends it when the supervisor dies.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path | None = None
    grace: float = 25.0
    orphaned_by: signal.Signals = signal.SIGTERM


@dataclass(kw_only=True)
class _Running:
    part: Part
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    quick_ends: int = 0
    next_try: float = field(default_factory=time.monotonic)


class Asked(BaseException):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, a closed terminal) while a step was running."""


class Group:
    """Runs steps and parts. Everything happens in the main thread, see `children`."""

    def __init__(self, places: Places, *, server: EmbeddedPostgres | None, say: Say) -> None:
        self.places = places
        self.server = server
        self.say = say
        self._parts: list[_Running] = []
        self._signals = 0
        self._was_ready = False
        if server is not None:
            server.between = self.raise_if_asked

    def listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def end_leftovers(self) -> None:
        """End web and worker processes that a killed supervisor left. The kernel has told them already."""
        alive = end(group_processes(self.places.state), by=signal.SIGTERM, within=10)
        alive = end(alive, by=signal.SIGKILL, within=5)
        if alive:
            pids = ", ".join(str(process.pid) for process in alive)
            raise HostError(f"Processes {pids} of an earlier BeenThere do not end. Restart the machine.")

    def run_step(
        self, command: Sequence[str], environment: Mapping[str, str], *, doing: str, log: Path | None = None
    ) -> None:
        """Run a command to its end. `doing` completes the sentence "... did not work."."""
        process = start_child(command, ends_with=signal.SIGTERM, environment=environment, log=log)
        try:
            while process.poll() is None:
                self.raise_if_asked()
                time.sleep(_TICK / 4)
        finally:
            _stop(process, grace=10)
        if process.returncode != 0:
            raise HostError(f"{doing} did not work{_last_words(log)}")

    def add(self, part: Part) -> None:
        running = _Running(part=part)
        self._parts.append(running)
        self._start(running)

    def wait_until(self, ready: Callable[[], bool], *, within: float, otherwise: str) -> None:
        until = time.monotonic() + within
        while not ready():
            self.raise_if_asked()
            self._tend()
            if time.monotonic() > until:
                raise HostError(otherwise)
            time.sleep(_TICK)

    def run(self) -> None:
        """Keep everything running until asked to stop. What ran once is not given up any more."""
        self._was_ready = True
        while not self._signals:
            self._tend()
            time.sleep(_TICK)

    def stop(self) -> None:
        """Stop in the order of dependence. A second Ctrl-C cuts the waiting for web and worker short."""
        for running in self._parts:
            if running.process is not None:
                _stop(running.process, grace=running.part.grace, hurry=lambda: self._signals > 1)
        self._parts.clear()
        try:
            self.end_leftovers()
        finally:
            if self.server is not None:
                self.server.stop()

    # -- keeping alive -----------------------------------------------------------------------------

    def _tend(self) -> None:
        if self.server is not None and self.server.has_died():
            self.say("The database stopped unexpectedly; starting it again.")
            self.server.start()
        for running in self._parts:
            if running.process is not None and running.process.poll() is not None:
                self._mourn(running, running.process)
            if running.process is None and time.monotonic() >= running.next_try:
                self._start(running)

    def _mourn(self, running: _Running, process: subprocess.Popen[bytes]) -> None:
        """A part ended though nobody asked. Its own children may still hold the port, so they go first."""
        _end_group(process.pid, grace=5)
        quick = time.monotonic() - running.began < _QUICK
        running.quick_ends = running.quick_ends + 1 if quick else 1
        if running.quick_ends >= _TRIES and not self._was_ready:
            where = f" Its last words are in {running.part.log}." if running.part.log else ""
            raise HostError(
                f"The {running.part.name} ended {_TRIES} times soon after starting; BeenThere stops.{where}"
            )
        # The worker ends at once while a database elsewhere is away, which may take an hour.
        wait = min(0.25 * 2 ** (running.quick_ends - 1), _LONGEST_WAIT)
        self.say(f"The {running.part.name} stopped unexpectedly; starting it again in {wait:g} seconds.")
        running.process, running.next_try = None, time.monotonic() + wait

    def _start(self, running: _Running) -> None:
        part = running.part
        running.process = start_child(
            part.command, ends_with=part.orphaned_by, environment=part.environment, log=part.log
        )
        running.began = time.monotonic()

    # -- signals -----------------------------------------------------------------------------------

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def raise_if_asked(self) -> None:
        if self._signals:
            raise Asked


def _stop(
    process: subprocess.Popen[bytes], *, grace: float, hurry: Callable[[], bool] = lambda: False
) -> None:
    """SIGTERM, patience, SIGKILL; then whatever it left of its process group."""
    if process.poll() is None:
        process.terminate()
    until = time.monotonic() + grace
    while process.poll() is None and time.monotonic() < until and not hurry():
        time.sleep(_TICK / 4)
    if process.poll() is None:
        process.kill()
        process.wait()
    _end_group(process.pid, grace=2)


def _last_words(log: Path | None) -> str:
    if log is None:
        return "; the reason stands above."
    lines = log.read_text(errors="replace").strip().splitlines()
    return f": {lines[-1].strip() if lines else 'it gave no reason'} (more in {log})."


def _end_group(group: int, *, grace: float) -> None:
    """End what remains of a process group whose leader is dead: gunicorn's workers outlive its master."""
    alive = end(members_of_group(group), by=signal.SIGTERM, within=grace)
    end(alive, by=signal.SIGKILL, within=5)
