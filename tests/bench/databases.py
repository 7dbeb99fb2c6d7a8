"""The databases that are measured.

Usually the embedded server of the product, one folder for each size under `var/bench`, filled once and kept.
When DATABASE_URL (and DATABASE_LOADER_URL) name a server, the database there is measured as it is; it must
hold made-up organizations only, because measuring writes notes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from beenthere.host.database import database
from beenthere.host.environment import ADDRESS_VARIABLES, environment_of
from beenthere.host.places import Places
from beenthere.host.postgres import superuser_address
from beenthere.host.readiness import code_hash
from beenthere.host.roles import DATABASE
from beenthere.host.web import BEENTHERE
from bench.audit_rows import fill

Say = Callable[[str], None]
# A year and a half of one visit every two weeks and more; each visit is looked at ten times by somebody.
VISITS_EACH, READS_EACH = 20, 200
# Sessions of this run: somebody else may be measuring on the same server.
APPLICATION_NAME = f"beenthere-bench-{os.getpid()}"


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A database ready to be measured. `data` is PostgreSQL's own folder, None on a server elsewhere."""

    name: str
    places: Places
    environment: Mapping[str, str]
    data: Path | None
    started_in: float | None

    def command(self, words: Sequence[str], *, role: str = "app") -> str:
        """Run a Python module or script beside the server; what it wrote to standard output."""
        environment = {**self.environment, "BEENTHERE_DATABASE_ROLE": role}
        finished = subprocess.run(
            [sys.executable, *words], env=environment, capture_output=True, text=True, check=False
        )
        if finished.returncode != 0:
            raise RuntimeError(f"{' '.join(words)} did not work:\n{finished.stderr[-3000:]}")
        return finished.stdout


@contextmanager
def named_by_the_environment(keep: Path, keys: Path) -> Iterator[Loaded]:
    """The database of DATABASE_URL, with the keys that belong to it copied into a state folder of our own."""
    state = Path(tempfile.mkdtemp(prefix="beside-", dir=keep))
    try:
        places = Places(state=state)
        shutil.copytree(keys, places.keys, dirs_exist_ok=True)
        places.prepare()
        name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
        yield _loaded(name, places, {}, None, None)
    finally:
        shutil.rmtree(state, ignore_errors=True)


@contextmanager
def of_size(people: int, keep: Path, say: Say) -> Iterator[Loaded]:
    """The embedded database with so many people, made if there is none yet, running until the block ends.

    Each size has a server of its own, so every size begins with cold caches of PostgreSQL's own.
    """
    places = Places(state=keep / f"people-{people}")
    places.prepare()
    began = time.monotonic()
    with database(places, note="measuring", say=say) as addresses:
        started_in = time.monotonic() - began
        loaded = _loaded(f"{people:,} people", places, addresses, places.data, started_in)
        _fill(loaded, people, say)
        yield loaded


def _loaded(
    name: str, places: Places, addresses: Mapping[str, str], data: Path | None, started_in: float | None
) -> Loaded:
    environment = environment_of(places, addresses, demo=True, grouped=True)
    for variable in ADDRESS_VARIABLES.values():
        if variable in environment:
            environment[variable] = _marked(environment[variable])
    loaded = Loaded(name=name, places=places, environment=environment, data=data, started_in=started_in)
    _collect_static(loaded)
    return loaded


def _marked(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}application_name={APPLICATION_NAME}"


def _collect_static(loaded: Loaded) -> None:
    loaded.places.static.mkdir(mode=0o700, exist_ok=True)
    loaded.command([*BEENTHERE[1:], "manage", "collectstatic", "--no-input", "--clear"])


def _fill(loaded: Loaded, people: int, say: Say) -> None:
    """Bring the database to this release, load it, seal its audit; only what has not been done."""
    stamp = loaded.places.run / "filled"
    wanted = code_hash()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say(f"Preparing the database of {people:,} people ...")
    loaded.command([*BEENTHERE[1:], "migrate", "--quiet"], role="owner")
    amounts = ["--people", str(people), "--encounters", str(people * VISITS_EACH)]
    _aloud(loaded, ["--role", "loader", "load_demo", "--if-empty", *amounts])
    wanted_rows = people * READS_EACH

    def sealed(rows: int) -> None:
        """As the worker would have done while they were written."""
        say(f"{rows:,} of {wanted_rows:,} audit rows; sealing")
        loaded.command([*BEENTHERE[1:], "manage", "audit_seal"])

    with psycopg.connect(loaded.environment[ADDRESS_VARIABLES["loader"]]) as connection:
        fill(connection, up_to=wanted_rows, after_each=sealed)
    sealed(wanted_rows)
    _settle(loaded)
    stamp.write_text(wanted)


def _aloud(loaded: Loaded, words: Sequence[str]) -> None:
    subprocess.run([*BEENTHERE, "manage", *words], env=dict(loaded.environment), check=True)


def _settle(loaded: Loaded) -> None:
    """What autovacuum would have done over the years that were loaded in minutes."""
    listens = parse_qs(urlsplit(loaded.environment[ADDRESS_VARIABLES["app"]]).query)["host"][0]
    address = superuser_address(Path(listens)).replace("/postgres?", f"/{DATABASE}?")
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("VACUUM (ANALYZE)")
        server.execute("CHECKPOINT")
