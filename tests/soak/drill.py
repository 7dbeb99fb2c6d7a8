"""The durability drill: notes are written and signed while web server and database are killed in turn.

It runs the product's own process group, `beenthere demo`, in a scratch directory, kills by the pids found in
it, and leaves the starting again to the product. Afterwards the history of what the clients saw is compared
with the database, and the audit is verified.
"""

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from bench.sites import memory
from bench.users import python_path
from host.machine import Demo, Machine, wait_for

from beenthere.host.postgres import Addresses
from beenthere.host.privileges import command_as, needed_paths
from soak.clients import Client
from soak.history import Finding, History, Kept, check, read

Say = Callable[[str], None]
CLIENTS = 6
WORK_BETWEEN = 4.0
# The group gives up on a part that ends five times in a row within 15 seconds of its start.
YOUNG, SPARE_QUICK_ENDS = 16.0, 3
RECOVERS_WITHIN = 180.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a drill found. `recoveries` are seconds from a kill until every client was served again."""

    kills: int
    attempts: int
    acknowledged: int
    notes: int
    findings: tuple[Finding, ...]
    audit: str
    audit_right: bool
    recoveries: tuple[float, ...]
    memory: dict[str, list[int]]

    @property
    def right(self) -> bool:
        return not self.findings and self.audit_right


class Site(Machine):
    """The real product in a scratch directory."""

    def environment(self) -> dict[str, str]:
        found = {**super().environment(), "PYTHONPATH": python_path()}
        del found["DJANGO_SETTINGS_MODULE"]
        return found

    def open(self, people: int) -> Demo:
        demo = self.launch("--people", str(people), "--encounters", str(people * 20))
        wait_for(
            lambda: "BeenThere is at" in demo.said() or demo.process.poll() is not None,
            otherwise=demo.said,
            within=600,
        )
        if demo.process.poll() is not None:
            raise RuntimeError(f"the demo did not start:\n{demo.said()}")
        return demo

    def look(self, module: str, *words: str) -> str:
        """What a module says that looks into the database as the loader role."""
        command = [sys.executable, "-m", module, *words]
        if self.account:
            command = command_as(self.account, command, needs=needed_paths())
        directory = (self.state / "postgres" / "postmaster.pid").read_text().splitlines()[4]
        environment = {
            **self.environment(),
            **Addresses.on_socket(Path(directory)).environment(),
            "DJANGO_SETTINGS_MODULE": "beenthere.config.settings",
            "BEENTHERE_DATABASE_ROLE": "loader",
        }
        finished = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd="/"
        )
        if finished.returncode != 0:
            raise RuntimeError(f"{module} did not work:\n{finished.stderr[-3000:]}")
        return finished.stdout

    def all_of(self, part: str) -> list[psutil.Process]:
        """The processes of a part, the oldest first. Sessions of the database come and go while we look."""
        return sorted((p for p in self.processes() if _is(part, p)), key=lambda p: p.create_time())

    def kill(self, part: str) -> None:
        """kill -9: the web server with all its processes, or the postmaster, whose sessions then end."""
        process = self.all_of(part)[0]
        if part == "postmaster":
            process.kill()
        else:
            os.killpg(os.getpgid(process.pid), signal.SIGKILL)


def _is(part: str, process: psutil.Process) -> bool:
    word = {"postmaster": "-D", "web server": "gunicorn", "worker": "worker"}[part]
    try:
        return word in process.cmdline()
    except psutil.Error:
        return False


def drill(*, kills: int, people: int, seed: int, history_file: Path, say: Say) -> Outcome:
    site = Site()
    try:
        demo = site.open(people)
        since = datetime.now(UTC)
        clients, history = _clients(site, seed, history_file)
        try:
            recoveries, held = _kill_in_turn(site, demo, clients, kills, say)
        finally:
            _end(clients)
            history.close()
        return _outcome(site, since, history_file, kills, recoveries, held)
    finally:
        site.clear()


def _clients(site: Site, seed: int, history_file: Path) -> tuple[list[Client], History]:
    sample: dict[str, Any] = json.loads(site.look("bench.sample", str(seed)))
    history = History(history_file)
    specialists = sample["specialists"]
    clients = [
        Client(number, site.port, specialists[number % len(specialists)], history, seed + number)
        for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    return clients, history


def _end(clients: Sequence[Client]) -> None:
    for client in clients:
        client.stop_asked.set()
    for client in clients:
        client.join(RECOVERS_WITHIN)
    stuck = [f"{client.name}: {client.progress.stuck}" for client in clients if client.is_alive()]
    if stuck:
        raise RuntimeError(f"clients are never served again: {'; '.join(stuck)}")


def _kill_in_turn(
    site: Site, demo: Demo, clients: Sequence[Client], kills: int, say: Say
) -> tuple[list[float], dict[str, list[int]]]:
    chance = random.Random(kills)
    recoveries: list[float] = []
    held: dict[str, list[int]] = {}
    began = time.monotonic()
    _wait_until_served(clients, after=began, demo=demo)
    for number in range(kills):
        part = "postmaster" if number % 2 else "web server"
        time.sleep(WORK_BETWEEN * chance.uniform(0.5, 1.0))
        if number // 2 >= SPARE_QUICK_ENDS:
            _wait_until_grown(site, "web server" if part == "web server" else "worker")
        moment = time.monotonic()
        site.kill(part)
        _wait_until_served(clients, after=moment, demo=demo)
        recoveries.append(time.monotonic() - moment)
        _weigh(site, demo, held)
        left = (time.monotonic() - began) / (number + 1) * (kills - number - 1)
        say(
            f"kill {number + 1} of {kills}: {part}, served again in {recoveries[-1]:.1f} s; {left:.0f} s left"
        )
    return recoveries, held


def _wait_until_grown(site: Site, part: str) -> None:
    """The worker ends when the database does, so its age counts before that is killed."""

    def is_grown() -> bool:
        found = site.all_of(part)
        return bool(found) and time.time() - found[0].create_time() > YOUNG

    wait_for(is_grown, otherwise=lambda: f"the {part} does not stay up", within=RECOVERS_WITHIN)


def _wait_until_served(clients: Sequence[Client], *, after: float, demo: Demo) -> None:
    """Until each client has an acknowledgement of something it asked for after that moment."""
    wait_for(
        lambda: all(client.progress.latest_asked > after for client in clients),
        otherwise=lambda: f"{[client.progress.stuck for client in clients]}\n{demo.said()}",
        within=RECOVERS_WITHIN,
    )


def _weigh(site: Site, demo: Demo, held: dict[str, list[int]]) -> None:
    running = site.processes()
    parts = {
        "supervisor": [demo.process.pid],
        # It may be between two lives: the database it works with was just killed.
        "worker": [process.pid for process in site.all_of("worker")],
        "everything": [demo.process.pid, *(process.pid for process in running)],
    }
    for name, pids in parts.items():
        found = memory(pids)
        if pids:
            held.setdefault(name, []).append(found.pss if found.pss is not None else found.rss)


def _outcome(
    site: Site,
    since: datetime,
    history_file: Path,
    kills: int,
    recoveries: list[float],
    held: dict[str, list[int]],
) -> Outcome:
    kept = [Kept(**json.loads(line)) for line in site.look("soak.facts", since.isoformat()).splitlines()]
    attempts = list(read(history_file))
    sealed = site.run("manage", "audit_seal")
    verified = site.run("audit", "verify")
    return Outcome(
        kills=kills,
        attempts=len(attempts),
        acknowledged=sum(attempt.outcome == "acknowledged" for attempt in attempts),
        notes=len(kept),
        findings=tuple(check(attempts, kept)),
        audit=(sealed.stderr + verified.stdout + verified.stderr).strip(),
        audit_right=sealed.returncode == 0 and verified.returncode == 0,
        recoveries=tuple(recoveries),
        memory=held,
    )


def in_words(outcome: Outcome) -> str:
    lines = [
        f"{outcome.kills} kills, {outcome.attempts:,} attempts, {outcome.acknowledged:,} acknowledged, "
        f"{outcome.notes:,} notes in the database, {len(outcome.findings)} findings",
        *(f"  WRONG {one.kind}: note {one.note}: {one.sentence}" for one in outcome.findings[:20]),
        f"  served again after {statistics.median(outcome.recoveries):.1f} s (middle), "
        f"{max(outcome.recoveries):.1f} s (longest)",
    ]
    for name, series in outcome.memory.items():
        lines.append(f"  {name}: {series[0] / 1024**2:.0f} to {series[-1] / 1024**2:.0f} MB")
    return "\n".join([*lines, outcome.audit])
