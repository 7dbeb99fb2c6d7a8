"""One migrated template database per run; each worker of pytest-xdist gets a copy of its own.

The server is the one `beenthere.host.pytest_plugin` started, or the one whose socket directory stands in
DATABASE_URL, or one started here for the run.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import psycopg
from psycopg import sql

from beenthere.host.testing import SERVER_VARIABLE, RunningServer, TestServer

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = REPOSITORY / "src" / "beenthere"
_SHAPE = ("**/models.py", "**/migrations/*.py", "trust/walls.py", "trust/tenancy.py", "config/settings.py")
_started: list[RunningServer] = []


def server() -> TestServer:
    """The server of this run, started when there is none."""
    directory = os.environ.get(SERVER_VARIABLE) or _socket_directory(os.environ.get("DATABASE_URL", ""))
    if directory:
        return TestServer(directory=Path(directory))
    _started.append(RunningServer().share())
    return _started[-1].server


def stop_server() -> None:
    while _started:
        _started.pop().stop()


def _socket_directory(url: str) -> str:
    host = parse_qs(urlsplit(url).query).get("host", [""])[0]
    return host if host.startswith("/") and Path(host).is_dir() else ""


def template(at: TestServer) -> str:
    """The name of the migrated database that others are copied from, made at the first call."""
    name = f"beenthere_template_{_digest()}"
    with psycopg.connect(at.superuser, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('beenthere_template'))")
        found = connection.execute(
            "SELECT datistemplate FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if not (found and found[0]):
            at.drop_database(name)
            at.create_database(name)
            _migrate(at, name)
            connection.execute(
                sql.SQL("ALTER DATABASE {} IS_TEMPLATE true ALLOW_CONNECTIONS false").format(
                    sql.Identifier(name)
                )
            )
    return name


def _digest() -> str:
    """A different template for each shape of the database: a server may outlive the run."""
    files = sorted({path for pattern in _SHAPE for path in PACKAGE.glob(pattern)})
    total = sha256((REPOSITORY / "requirements" / "run.txt").read_bytes())
    for file in files:
        total.update(str(file.relative_to(PACKAGE)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()[:12]


def _migrate(at: TestServer, name: str) -> None:
    """In a process of its own: which role it is, and so what it may do, is settled before Django starts."""
    with TemporaryDirectory(prefix="beenthere-migrate-") as state:
        roles = {"BEENTHERE_DATABASE_ROLE": "owner", "DJANGO_SETTINGS_MODULE": "beenthere.config.settings"}
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--skip-checks", "--verbosity", "0"],
            env=os.environ | at.addresses(name).environment() | roles | {"BEENTHERE_STATE": state},
            check=True,
        )


@contextmanager
def copy_of_template(name: str) -> Iterator[TestServer]:
    """A migrated database called `name`, for the length of the block."""
    at = server()
    source = template(at)
    at.drop_database(name)
    at.create_database(name, template=source)
    try:
        yield at
    finally:
        at.drop_database(name)
