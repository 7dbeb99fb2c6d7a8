"""Starting everything: the demo on a laptop, the service on a server."""

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from beenthere.host.database import embedded_server, supervisor_lock
from beenthere.host.environment import ADDRESS_VARIABLES, environment_of, uses_external_database
from beenthere.host.errors import HostError
from beenthere.host.locks import Lock
from beenthere.host.places import Places
from beenthere.host.postgres import EmbeddedPostgres, Say, superuser_address
from beenthere.host.processes import Asked, Group
from beenthere.host.readiness import Stamp, code_hash, database_identity, static_hash
from beenthere.host.roles import DATABASE
from beenthere.host.web import BEENTHERE, answers, refuse_busy, split_bind, web, worker

_KEPT_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Demo:
    port: int = 8000
    people: int | None = None
    encounters: int | None = None
    reset: bool = False


def run_demo(places: Places, demo: Demo, *, say: Say) -> None:
    """Everything on this machine, with invented people, for whoever sits at it."""
    if uses_external_database():
        _may_demonstrate_on_a_server(demo)
    places.prepare()
    refuse_busy(
        "127.0.0.1",
        demo.port,
        option=f'beenthere demo --port {demo.port + 1}, or make demo ARGS="--port {demo.port + 1}"',
    )
    note = f"demo at http://localhost:{demo.port}, process {os.getpid()}"
    with_lock(places, note, lambda: _Start(places, say=say, demo=True).demo(demo))


def _may_demonstrate_on_a_server(demo: Demo) -> None:
    """Loading refuses a database that holds a real organization; the rest is for whoever runs it to say."""
    missing = [name for name in ADDRESS_VARIABLES.values() if not os.environ.get(name)]
    if missing:
        raise HostError(
            f"DATABASE_URL names a server; {' and '.join(missing)} must name it too, for the roles that"
            " migrate and load. Or let the demo bring its own database: env -u DATABASE_URL make demo"
        )
    if demo.reset:
        raise HostError(
            "--reset empties only the demo's own database. Empty the one that DATABASE_URL names yourself."
        )


def run_service(places: Places, bind: str, *, say: Say) -> None:
    """Everything for real use, behind a web server that speaks TLS."""
    _require_settings()
    places.prepare()
    host, port = split_bind(bind)
    refuse_busy(host, port, option=f"--bind {host}:{port + 1}")
    with_lock(
        places, f"serve on {bind}, process {os.getpid()}", lambda: _Start(places, say=say).service(bind)
    )


def with_lock(places: Places, note: str, act: Callable[[], None]) -> None:
    lock = supervisor_lock(places)
    # A moment's patience: the one before us may be in the middle of stopping.
    if not lock.take_within(2, note):
        raise HostError(_taken(places, lock))
    try:
        act()
    finally:
        lock.release()


class _Start:
    def __init__(self, places: Places, *, say: Say, demo: bool = False) -> None:
        self.places = places
        self.say = say
        self.is_demo = demo
        self.server: EmbeddedPostgres | None = (
            None if uses_external_database() else embedded_server(places, say)
        )
        self.group = Group(places, server=self.server, say=say)

    def demo(self, demo: Demo) -> None:
        self._refuse_other_purpose("demo")
        if demo.reset:
            self._forget_everything()
        self._run(lambda: self._start_demo(demo))

    def service(self, bind: str) -> None:
        self._refuse_other_purpose("service")
        self._run(lambda: self._start_service(bind))

    def _run(self, start: Callable[[], None]) -> None:
        self.group.listen_to_signals()
        try:
            self.group.end_leftovers()
            start()
            self.group.run()
        except Asked:
            pass
        finally:
            self.say("Stopping ...")
            self.group.stop()
        self.say("Stopped.")

    def _start_demo(self, demo: Demo) -> None:
        self._prepare(lambda: self._load(demo))
        self._start_parts(f"127.0.0.1:{demo.port}", logs=True)
        self.say(f"\nBeenThere is at http://localhost:{demo.port}   (Ctrl-C stops it)\n")
        self._manage(["demo_accounts"], doing="Listing who can sign in")

    def _start_service(self, bind: str) -> None:
        self._prepare(lambda: None)
        self._manage(["check", "--deploy", "--database", "default"], doing="The check")
        self._start_parts(bind, logs=False)
        self.say(f"BeenThere serves on {bind}.")

    # -- steps ---------------------------------------------------------------------------------------------

    def _prepare(self, load: Callable[[], None]) -> None:
        """Database, migrations, data, static files; each only when it is due."""
        if self.server is not None:
            if not (self.places.data / "PG_VERSION").exists():
                self.say("Making the database ...")
            self.server.start()
        code = code_hash()
        self._migrate(code, load)
        self._collect_static(code)

    def _migrate(self, code: str, load: Callable[[], None]) -> None:
        stamp = Stamp(self.places.run / "migrated", f"{code} {self._identity()}")
        if stamp.is_current():
            self._look_who_is_here()
            return
        if self.server is not None or os.environ.get(ADDRESS_VARIABLES["owner"]):
            self.say("Preparing the database ...")
            self._manage(["migrate", "--no-input"], role="owner", doing="Preparing the database", quiet=True)
        else:
            self._look_whether_migrated()
        load()
        if self.server is not None:
            stamp.write()

    def _look_whether_migrated(self) -> None:
        # The serving role may make no query outside an organization, not even this one. Named as the owner it
        # is let through, and its own address still lets it do nothing but read.
        read_only = {**self._environment("owner"), ADDRESS_VARIABLES["owner"]: os.environ["DATABASE_URL"]}
        self.group.run_step([*BEENTHERE, "manage", "migrate", "--check"], read_only, doing=_NOT_MIGRATED)

    def _look_who_is_here(self) -> None:
        """Anybody may be anybody in a demo, so it does not start beside a real organization, ever."""
        if self.is_demo:
            words = ["load_demo", "--if-empty"]
            self._manage(words, role="loader", doing="Looking who is in this database", quiet=True)

    def _load(self, demo: Demo) -> None:
        amounts = [("--people", demo.people), ("--encounters", demo.encounters)]
        options = [word for name, value in amounts if value is not None for word in (name, str(value))]
        self.say("Inventing people ...")
        self._manage(["load_demo", "--if-empty", *options], role="loader", doing="Loading the demo")
        # A web server runs no checks by itself; `serve` runs stricter ones at every start.
        self._manage(["check", "--database", "default"], doing="The check", quiet=True)

    def _collect_static(self, code: str) -> None:
        stamp = Stamp(self.places.run / "static", f"{code} {static_hash()}")
        if stamp.is_current() and self.places.static.is_dir():
            return
        self.places.static.mkdir(mode=0o700, exist_ok=True)
        # Without --clear: pages of the former release are still open and ask for its scripts.
        self._manage(["collectstatic", "--no-input"], doing="Collecting static files", quiet=True)
        forget_old_static(self.places.static, now=time.time())
        stamp.write()

    def _start_parts(self, bind: str, *, logs: bool) -> None:
        environment = self._environment("app")
        web_log = self.places.log / "web.log" if logs else None
        self.group.add(web(self.places, environment, bind, log=web_log))
        worker_log = self.places.log / "worker.log" if logs else None
        self.group.add(worker(environment, log=worker_log, embedded=self.server is not None))
        host, port = split_bind(bind)
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
        where = f" Its words are in {web_log}." if web_log else ""
        self.group.wait_until(
            lambda: answers(reachable, port), within=120, otherwise=f"The web server does not answer.{where}"
        )

    def _manage(self, words: list[str], *, doing: str, role: str = "app", quiet: bool = False) -> None:
        log = self.places.log / "prepare.log" if quiet else None
        self.group.run_step([*BEENTHERE, "manage", *words], self._environment(role), doing=doing, log=log)

    def _environment(self, role: str) -> dict[str, str]:
        addresses = self.server.addresses.environment() if self.server else {}
        return environment_of(self.places, addresses, role=role, demo=self.is_demo, grouped=True)

    def _identity(self) -> str:
        if self.server is None or self.server.directory is None:
            return "external"
        return database_identity(superuser_address(self.server.directory), DATABASE)

    # -- what the state directory is for -------------------------------------------------------------------

    def _refuse_other_purpose(self, purpose: str) -> None:
        """In the demo anybody may sign in as anybody. It must never open a database of real people."""
        file = self.places.state / "purpose"
        found = file.read_text().strip() if file.is_file() else ""
        if found and found != purpose:
            raise HostError(
                f"{self.places.state} holds the {found}'s data, not the {purpose}'s. "
                "Choose another directory with BEENTHERE_STATE."
            )
        file.write_text(purpose + "\n")

    def _forget_everything(self) -> None:
        self.group.end_leftovers()
        if self.server is not None:
            self.server.stop()
        for name in ("postgres", "static", "keys", "audit-heads", "run/migrated", "run/static"):
            _remove(self.places.state / name)
        self.places.prepare()


def forget_old_static(directory: Path, *, now: float) -> None:
    """Remove what no release has used for thirty days. A page stays open for a day, and then some."""
    used = set(json.loads((directory / "staticfiles.json").read_text())["paths"].items())
    names = {name for pair in used for name in pair} | {"staticfiles.json"}
    for file in [file for file in directory.rglob("*") if file.is_file()]:
        name = str(file.relative_to(directory)).removesuffix(".gz").removesuffix(".br")
        if name not in names and now - file.stat().st_mtime > _KEPT_SECONDS:
            file.unlink()


_NOT_MIGRATED = (
    "The database that DATABASE_URL names must be at this release (run `beenthere migrate` with "
    "DATABASE_OWNER_URL set, then start again). Checking that"
)


def _require_settings() -> None:
    missing = [name for name in ("BEENTHERE_SECRET_KEY", "BEENTHERE_HOST") if not os.environ.get(name)]
    if missing:
        raise HostError(
            f"To serve, {' and '.join(missing)} must be set in the environment. "
            "docs/do/put-it-on-a-server.md shows how; to try BeenThere out, run: make demo"
        )


def _taken(places: Places, lock: Lock) -> str:
    return (
        f"BeenThere already runs from {places.state} ({lock.holder()}). Stop that one with Ctrl-C, "
        "or choose another directory with BEENTHERE_STATE and another --port."
    )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
