"""Web servers to measure, as the host starts them, and what they cost: processor time and memory."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import psycopg

from beenthere.host.children import start_child
from beenthere.host.leftovers import end, members_of_group, postgres_processes
from beenthere.host.places import Places
from beenthere.host.processes import Part
from beenthere.host.web import APPLICATION, answers, web, worker

TICKS = os.sysconf("SC_CLK_TCK")
BARE = "bench.bare.wsgi:application"


@dataclass(frozen=True, kw_only=True)
class Server:
    """One running gunicorn with its two workers, perhaps the background worker beside it."""

    port: int
    processes: tuple[subprocess.Popen[bytes], ...]
    ready_after: float

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            end(members_of_group(process.pid), by=signal.SIGKILL, within=5)

    def family(self) -> list[psutil.Process]:
        """The web server's processes, without the background worker."""
        master = psutil.Process(self.processes[0].pid)
        return [master, *master.children(recursive=True)]


def serve_product(places: Places, environment: Mapping[str, str], port: int, *, background: bool) -> Server:
    parts = [web(places, environment, f"127.0.0.1:{port}", log=places.log / "bench-web.log")]
    if background:
        parts.append(worker(environment, log=places.log / "bench-worker.log", embedded=True))
    return _serve(port, parts)


def serve_bare(places: Places, environment: Mapping[str, str], port: int) -> Server:
    """The bare view, with gunicorn's options letter for letter those of the product."""
    part = web(places, _bare(environment), f"127.0.0.1:{port}", log=places.log / "bench-bare.log")
    command = [BARE if word == APPLICATION else word for word in part.command]
    return _serve(port, [replace(part, command=command)])


def _bare(environment: Mapping[str, str]) -> dict[str, str]:
    return {**environment, "DJANGO_SETTINGS_MODULE": "bench.bare.settings"}


def _serve(port: int, parts: Iterable[Part]) -> Server:
    began = time.monotonic()
    processes = tuple(
        start_child(part.command, ends_with=signal.SIGTERM, environment=part.environment, log=part.log)
        for part in parts
    )
    server = Server(port=port, processes=processes, ready_after=0.0)
    while not answers("127.0.0.1", port):
        if processes[0].poll() is not None or time.monotonic() - began > 60:
            server.stop()
            raise RuntimeError(
                f"the web server on port {port} did not start; its words are in the log folder"
            )
        time.sleep(0.02)
    return replace(server, ready_after=time.monotonic() - began)


# -- processor time ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Processor time in seconds, since each process began."""

    web: float
    database: float

    def since(self, before: "Cost") -> "Cost":
        return Cost(web=self.web - before.web, database=self.database - before.database)


class Meter:
    """Reads what a server and the database's part in it have cost. `name` marks its database sessions.

    With the database's own folder at hand all of PostgreSQL counts; on a server elsewhere only the sessions
    of this one web server, because others may be at work there.
    """

    def __init__(self, server: Server, *, address: str, name: str, data: Path | None) -> None:
        self.server, self.address, self.name, self.data = server, address, name, data

    def read(self) -> Cost:
        return Cost(
            web=sum(map(_cpu, (p.pid for p in self.server.family()))),
            database=sum(map(_cpu, self._database())),
        )

    def _database(self) -> list[int]:
        if self.data is not None:
            return [process.pid for process in postgres_processes(self.data)]
        asked = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
        with psycopg.connect(self.address, autocommit=True) as connection:
            return [row[0] for row in connection.execute(asked, [self.name])]


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


# -- memory ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Bytes. `pss` shares pages among those that use them, so it adds up; None where the kernel won't say."""

    rss: int
    pss: int | None


def memory(pids: Iterable[int]) -> Memory:
    rss, pss, known = 0, 0, True
    for pid in pids:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        rss += _kilobytes(status, "VmRSS:")
        try:
            pss += _kilobytes(Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss:")
        except OSError:
            known = False
    return Memory(rss=rss, pss=pss if known else None)


def _kilobytes(text: str, name: str) -> int:
    line = next((line for line in text.splitlines() if line.startswith(name)), f"{name} 0 kB")
    return int(line.split()[1]) * 1024
