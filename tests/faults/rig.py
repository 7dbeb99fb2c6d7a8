"""A whole BeenThere to break: a PostgreSQL of its own on a disk of its own, the web server that people get,
and somebody who writes notes. It is broken for real: processes are killed, the disk is filled."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import psutil
import psycopg
from psycopg.rows import dict_row

from beenthere.host.cluster import binary
from beenthere.host.privileges import command_as, ensure_user, is_root, needed_paths
from beenthere.host.testing import RunningServer
from beenthere.kernel.ids import uuid7

HERE = Path(__file__).parent
DATABASE = "faults"
DISK_MEGABYTES = 320
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]
    seconds: float


@dataclass
class Rig:
    server: RunningServer
    disk: Path
    state: Path
    port: int
    people: dict[str, Any] = field(default_factory=dict)
    web: "subprocess.Popen[bytes] | None" = None

    # -- the database

    @property
    def environment(self) -> dict[str, str]:
        mine = {
            "BEENTHERE_STATE": str(self.state),
            "DJANGO_SETTINGS_MODULE": "beenthere.config.settings",
            "GUNICORN_CMD_ARGS": "",
            "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent), os.environ.get("PYTHONPATH", "")]),
        }
        return os.environ | self.server.server.addresses(DATABASE).environment() | mine

    def ask(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Past row security, and outside of what is being broken: as the superuser."""
        address = self.server.server.superuser.replace("/postgres?", f"/{DATABASE}?")
        with psycopg.connect(address, autocommit=True, row_factory=dict_row) as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def holding(self, table: str, mode: str = "ACCESS EXCLUSIVE") -> Iterator[None]:
        """Somebody else holds the table, as a migration or a backup may."""
        address = self.server.server.superuser.replace("/postgres?", f"/{DATABASE}?")
        connection = psycopg.connect(address)
        try:
            connection.execute(f"LOCK TABLE {table} IN {mode} MODE".encode())
            yield
        finally:
            connection.close()  # the database may be gone by then

    @property
    def data(self) -> Path:
        return self.server.state / "postgres"

    @property
    def postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))

    def stop_database(self) -> None:
        self._pg_ctl("stop", "--mode", "immediate")

    def start_database(self) -> None:
        options = f"-k {self.server.server.directory}"
        log = self.server.state / "log" / "again.log"
        self._pg_ctl("start", "--options", options, "--log", str(log))

    def _pg_ctl(self, *words: str) -> None:
        command = [binary("pg_ctl"), "--pgdata", str(self.data), "--wait", *words]
        if is_root():
            command = command_as(ensure_user(), command, needs=needed_paths())
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd="/")

    def backend_of(self, waits_on: str) -> int:
        """The process id of a backend of the web server that waits for a lock on that table."""
        query = (
            "SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE NOT l.granted AND l.relation = %s::regclass AND a.usename = 'beenthere_app'"
        )
        rows: list[dict[str, Any]] = []

        def waits() -> bool:
            rows[:] = self.ask(query, waits_on)
            return bool(rows)

        wait_for(waits, "nobody waits for the lock")
        return int(rows[0]["pid"])

    # -- the web server

    def serve(self) -> None:
        where = ["--bind", f"127.0.0.1:{self.port}", "--no-control-socket", "--worker-class", "gthread"]
        command = [sys.executable, "-m", "gunicorn", *where, "--workers", "1", "--threads", "4"]
        with (self.state / "web.log").open("ab") as log:
            self.web = subprocess.Popen(
                [*command, "--graceful-timeout", "2", "beenthere.config.wsgi:application"],
                env=self.environment | {"BEENTHERE_STATEMENT_SECONDS": "2"}, stdout=log, stderr=log,
            )  # fmt: skip
        wait_for(lambda: self.get("/help/", of=None).status == 200, "the web server does not answer")

    def said(self) -> str:
        return (self.state / "web.log").read_text()

    def web_worker(self) -> psutil.Process:
        assert self.web is not None
        return psutil.Process(self.web.pid).children()[0]

    def run(self, *command: str, role: str = "app", check: bool = True) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *command], env=self.environment | {"BEENTHERE_DATABASE_ROLE": role},
            capture_output=True, text=True, check=check, timeout=120, cwd="/",
        )  # fmt: skip

    # -- somebody at a browser

    def a_minute_passes(self) -> None:
        """Since the specialist did anything."""
        self.run(
            "-c",
            "import sys, time, django; django.setup(); from beenthere.trust.acting import system;"
            " from beenthere.trust.sessions import SessionStore\n"
            "with system('a test'):\n"
            " session = SessionStore(sys.argv[1]); session['last_active'] = time.time() - 60; session.save()",
            self.people["session"],
        )

    def get(self, path: str, *, of: str | None = "specialist", language: str = "en") -> Answer:
        return self.request("GET", path, of=of, language=language)

    def post(self, path: str, body: dict[str, str], *, language: str = "en", **headers: str) -> Answer:
        token = self.people["token"]
        sent = urlencode({"csrfmiddlewaretoken": token, **body})
        return self.request("POST", path, body=sent, language=language, headers=headers)

    def request(
        self, method: str, path: str, *, of: str | None = "specialist", language: str = "en",
        body: str | bytes | None = None, headers: dict[str, str] | None = None, timeout: float = 20,
    ) -> Answer:  # fmt: skip
        kept = {"Accept-Language": language, "Host": "localhost", **(headers or {})}
        kept["Cookie"] = f"csrftoken={self.people.get('token', '')}"
        if of:
            kept["Cookie"] += f"; sessionid={self.people['session']}"
        if body is not None:
            kept.setdefault("Content-Type", "application/x-www-form-urlencoded")
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=kept)
            found = connection.getresponse()
            text = found.read().decode()
        finally:
            connection.close()
        return Answer(
            status=found.status, text=text, headers=dict(found.headers), seconds=time.monotonic() - began
        )

    def note(self, words: str = "We walked to the bus together.", **fields: str) -> dict[str, str]:
        plain = {
            "person": self.people["person"], "program": self.people["program"], "kind": "one_to_one",
            "place": "center", "happened_on": "2026-11-20", "starts": "09:00", "ends": "10:00",
            "result": "met", "form_id": str(uuid4()), "edit_number": "1", "base": "", "intent": "save",
        }  # fmt: skip
        return plain | {"what_we_did": words} | fields

    def kept(self, note: str) -> tuple[int, int]:
        """(rows, events that it began) of a note."""
        (rows,) = self.ask("SELECT count(*) AS n FROM support_encounter WHERE id = %s", note)
        (events,) = self.ask(
            "SELECT count(*) AS n FROM trust_auditevent WHERE object_id = %s AND verb = 'note.begun'", note
        )
        return rows["n"], events["n"]


def new_note() -> tuple[str, str]:
    """(id, address to save it) of a note that nobody has begun."""
    id_ = str(uuid7())
    return id_, f"/notes/{id_}/write/"


def wait_for(happened: Callable[[], bool], otherwise: str, within: float = 30) -> None:
    until = time.monotonic() + within
    while not _quietly(happened):
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)


def _quietly(happened: Callable[[], bool]) -> bool:
    try:
        return happened()
    except (OSError, http.client.HTTPException, psycopg.OperationalError):
        return False


# -- a disk of its own


def may_mount() -> bool:
    return is_root() and bool(shutil.which("mkfs.ext4")) and bool(shutil.which("mount"))


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system in a file. Without the right to mount, an ordinary folder, which nobody fills."""
    scratch = Path(tempfile.mkdtemp(prefix="beenthere-faults-"))
    scratch.chmod(0o711)
    at = scratch / "disk"
    at.mkdir()
    mounted = may_mount() and _mounted(scratch / "image", at)
    try:
        yield at
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(at)], check=True)
        shutil.rmtree(scratch, ignore_errors=True)


def _mounted(image: Path, at: Path) -> bool:
    """A loop device where the machine has one, else memory. False in a container that allows neither."""
    with image.open("wb") as file:
        file.truncate(DISK_MEGABYTES * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    loop = ["mount", "-o", "loop", str(image), str(at)]
    memory = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(at)]
    done = any(
        subprocess.run(way, capture_output=True, check=False).returncode == 0 for way in (loop, memory)
    )
    if done:
        at.chmod(0o711)
    return done


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Every byte of the disk is taken."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                while _written(file, size):
                    pass
        yield
    finally:
        ballast.unlink()


def _written(file: Any, size: int) -> bool:
    try:
        return bool(file.write(b"\0" * size))
    except OSError:
        return False


@contextmanager
def open_rig() -> Iterator[Rig]:
    with small_disk() as disk, tempfile.TemporaryDirectory(prefix="beenthere-faults-state-") as state:
        server = RunningServer(durable=True, on=disk)
        rig = Rig(server=server, disk=disk, state=Path(state), port=free_port())
        try:
            _prepare(rig)
            rig.serve()
            yield rig
        finally:
            if rig.web is not None:
                rig.web.send_signal(signal.SIGTERM)
                rig.web.wait(20)
            server.stop()


def _prepare(rig: Rig) -> None:
    at = rig.server.server
    at.create_database(DATABASE)
    rig.run("-m", "django", "migrate", "--skip-checks", "--verbosity", "0", role="owner")
    rig.run("-m", "django", "collectstatic", "--noinput", "--verbosity", "0")
    rig.people = json.loads(rig.run(str(HERE / "furnish.py")).stdout)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


__all__ = ["Answer", "Rig", "filled", "free_port", "may_mount", "new_note", "open_rig", "wait_for"]
