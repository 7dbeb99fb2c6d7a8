"""Supervising the embedded PostgreSQL: start, watch, stop, and clear up after a kill -9."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from beenthere.host.children import shorten, start_child
from beenthere.host.cluster import DURABILITY, Cluster, binary, explain
from beenthere.host.errors import HostError
from beenthere.host.leftovers import end, postgres_processes
from beenthere.host.roles import DATABASE, ensure_roles
from beenthere.host.sockets import remove_socket, socket_directory

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """The three ways into one database: `app` serves, `owner` migrates, `loader` loads and backs up."""

    app: str
    owner: str
    loader: str

    @classmethod
    def on_socket(cls, directory: Path, database: str = DATABASE) -> "Addresses":
        host = quote(str(directory), safe="")
        made = {
            role: f"postgresql://beenthere_{role}@/{database}?host={host}"
            for role in ("app", "owner", "loader")
        }
        return cls(**made)

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.app,
            "DATABASE_OWNER_URL": self.owner,
            "DATABASE_LOADER_URL": self.loader,
        }


def superuser_address(directory: Path) -> str:
    return f"postgresql://postgres@/postgres?host={quote(str(directory), safe='')}"


class EmbeddedPostgres:
    """One server on one data directory. The caller holds the lock of the state directory, see `locks`."""

    def __init__(self, cluster: Cluster, *, log: Path, say: Say) -> None:
        self.cluster = cluster
        self.log = log / "postgres.log"
        self.say = say
        # Called while waiting; it may raise to give the waiting up.
        self.between: Callable[[], None] = lambda: None
        self.directory: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def addresses(self) -> Addresses:
        if self.directory is None:
            raise HostError("The database has not been started.")
        return Addresses.on_socket(self.directory)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> bool:
        """Make the database if there is none, start it, wait until it answers. True when it is new."""
        made = self.cluster.ensure_made()
        self._clear_up()
        self.directory = socket_directory(self.cluster.data)
        self.cluster.configure(self.directory)
        shorten(self.log)
        self._launch()
        self._assert_durable()
        ensure_roles(superuser_address(self.directory))
        return made

    def has_died(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        """Fast shutdown: sessions end, everything is on disk. Nothing of it is left when this returns."""
        if self._process is not None:
            self._end_own(self._process)
        self._end_orphans(postgres_processes(self.cluster.data))
        if self.directory is not None:
            remove_socket(self.directory)
        self._process = self.directory = None

    # -- clearing up -------------------------------------------------------------------------------------

    def _clear_up(self) -> None:
        """End what a killed supervisor or postmaster left on this data directory, then its stale pid file.

        PostgreSQL itself believes a pid file when any process has that number. We believe it only when a
        PostgreSQL process works in this directory.
        """
        left = postgres_processes(self.cluster.data)
        if left:
            self.say("Database processes were left running after a sudden end; stopping those first.")
        self._end_orphans(left)
        (self.cluster.data / "postmaster.pid").unlink(missing_ok=True)
        remove_socket(socket_directory(self.cluster.data))

    def _end_orphans(self, processes: list[psutil.Process]) -> None:
        # SIGINT: fast shutdown for a postmaster. Backends without a postmaster end by themselves unless busy.
        alive = end(processes, by=signal.SIGINT, within=30)
        alive = end(alive, by=signal.SIGQUIT, within=10)
        alive = end(alive, by=signal.SIGKILL, within=10)
        if alive:
            pids = ", ".join(str(process.pid) for process in alive)
            raise HostError(
                f"The database processes {pids} on {self.cluster.data} do not end. Restart the machine."
            )

    def _end_own(self, process: subprocess.Popen[bytes]) -> None:
        for by, within in ((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if process.poll() is not None:
                return
            process.send_signal(by)
            try:
                process.wait(within)
            except subprocess.TimeoutExpired:
                continue

    # -- starting ----------------------------------------------------------------------------------------

    def _launch(self) -> None:
        written_before = self.log.stat().st_size if self.log.exists() else 0
        command = [binary("postgres"), "-D", str(self.cluster.data)]
        self._process = start_child(command, ends_with=signal.SIGINT, log=self.log)
        try:
            self._wait_until_ready(self._process, written_before)
        except BaseException:
            self._end_own(self._process)
            raise

    def _wait_until_ready(self, process: subprocess.Popen[bytes], written_before: int) -> None:
        """As long as it lives we wait: recovery may take minutes, and giving up would begin it again."""
        began, told = time.monotonic(), 5.0
        while not self._is_ready(process.pid):
            if process.poll() is not None:
                raise HostError(self._why(written_before))
            self.between()
            waited = time.monotonic() - began
            if waited > told:
                self.say(
                    f"The database gets ready; after a sudden end it recovers first ({waited:.0f} s so far)."
                )
                told = waited + 10
            time.sleep(0.05)

    def _is_ready(self, pid: int) -> bool:
        # The eighth line is PostgreSQL's own word; it is written when connections are accepted.
        try:
            lines = (self.cluster.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _why(self, written_before: int) -> str:
        with self.log.open("rb") as log:
            log.seek(written_before)
            said = log.read().decode(errors="replace")
        fatal = [line for line in said.splitlines() if "FATAL:" in line or "PANIC:" in line]
        last = fatal[-1].split(": ", 1)[-1].strip() if fatal else "it gave no reason"
        return (
            explain(said, self.cluster.data)
            or f"The database did not start: {last}. The whole story is in {self.log}."
        )

    def _assert_durable(self) -> None:
        """A file on disk is not proof: what counts is what the running server says."""
        if not self.cluster.durable or self.directory is None:
            return
        with psycopg.connect(superuser_address(self.directory)) as server:
            wrong = [
                name
                for name, value in DURABILITY.items()
                if server.execute("SELECT current_setting(%s)", [name]).fetchone() != (value,)
            ]
        if wrong:
            self.stop()
            raise HostError(
                f"The database runs with {', '.join(wrong)} switched off and would lose notes in a "
                f"power cut. Remove {self.cluster.data / 'postgresql.auto.conf'}, then start again."
            )
