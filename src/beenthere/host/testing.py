"""A PostgreSQL server of its own for a test run.

Tests get it from `beenthere.host.pytest_plugin`. In a script:

    running = RunningServer()
    running.server.create_database("beenthere_test").owner
    running.stop()

The server runs in a helper process, as the system user `beenthere` when the tests run as root (PostgreSQL
refuses root), and stops when its standard input closes. It keeps nothing: with `durable=False`, the default,
a crash loses data, which is faster and right for tests only.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
import psycopg
from psycopg import sql

from beenthere.host.cluster import Cluster, current_os_user
from beenthere.host.errors import HostError
from beenthere.host.places import Places
from beenthere.host.postgres import Addresses, EmbeddedPostgres, superuser_address
from beenthere.host.privileges import command_as, ensure_user, give_directory, is_root, needed_paths
from beenthere.host.roles import ensure_database, ensure_extensions

SERVER_VARIABLE = "BEENTHERE_TEST_SERVER"
_TEST_SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "shared_preload_libraries": "",
    "io_method": "sync",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
    # A failing test should show the statement; there is nobody's story in it.
    "log_min_error_statement": "error",
    "log_error_verbosity": "default",
}


@dataclass(frozen=True, kw_only=True)
class TestServer:
    """A running server: `directory` is where it listens."""

    __test__ = False  # not a test class, whatever its name says to pytest
    directory: Path

    def addresses(self, database: str) -> Addresses:
        return Addresses.on_socket(self.directory, database)

    @property
    def superuser(self) -> str:
        return superuser_address(self.directory)

    def create_database(self, name: str, *, template: str = "template1") -> Addresses:
        """A database owned by beenthere_owner, with extensions. Nobody may be connected to `template`."""
        with psycopg.connect(self.superuser, autocommit=True) as server:
            ensure_database(server, name, template)
        ensure_extensions(self.superuser, name)
        return self.addresses(name)

    def drop_database(self, name: str) -> None:
        """Drop it if it exists, ending the sessions of those who use it."""
        with psycopg.connect(self.superuser, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


class RunningServer:
    """A server this process started. `scratch` is a directory for the run, removed by `stop()`.

    `on` is the folder it is made in, such as a small file system. It is nobody else's unless it is shared.
    """

    _shared = False

    def __init__(self, *, durable: bool = False, on: Path | None = None) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="beenthere-test-", dir=on))
        self.state = _server_state(self.scratch)
        command = [
            sys.executable,
            "-m",
            "beenthere.host.testing",
            str(self.state),
            "--also",
            current_os_user(),
        ]
        if durable:
            command.append("--durable")
        if is_root():
            command = command_as(ensure_user(), command, needs=needed_paths())
        self._helper = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True, cwd="/"
        )
        self.server = TestServer(directory=Path(self._first_line()))
        atexit.register(self.stop)

    def share(self) -> "RunningServer":
        """Make it the server of this run: who asks for one, here or in a child, gets this."""
        os.environ[SERVER_VARIABLE] = str(self.server.directory)
        self._shared = True
        return self

    def _first_line(self) -> str:
        line = self._helper.stdout.readline().strip() if self._helper.stdout else ""
        if not line:
            self.stop()
            raise HostError("The test database did not start; the reason stands above.")
        return line

    def stop(self) -> None:
        atexit.unregister(self.stop)
        if self._shared:
            os.environ.pop(SERVER_VARIABLE, None)
        if self._helper.stdin and not self._helper.stdin.closed:
            self._helper.stdin.close()
        self._helper.wait()
        if self._helper.stdout:
            self._helper.stdout.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


def _server_state(scratch: Path) -> Path:
    state = scratch / "server"
    if is_root():
        scratch.chmod(0o711)  # ours, made a moment ago: the system user must pass through
        give_directory(state, ensure_user())
    return state


# -- the helper process ------------------------------------------------------------------------------------


@click.command()
@click.argument("state", type=click.Path(path_type=Path))
@click.option("--also", multiple=True, help="Another operating-system user who may connect.")
@click.option("--durable", is_flag=True)
def run_helper(state: Path, also: tuple[str, ...], durable: bool) -> None:
    """Run a test server until standard input closes."""
    places = Places(state=state)
    places.prepare()
    users = tuple(dict.fromkeys((current_os_user(), *also)))
    cluster = Cluster(data=places.data, os_users=users, durable=durable, extra_settings=_TEST_SETTINGS)
    server = EmbeddedPostgres(cluster, log=places.log, say=lambda line: click.echo(line, err=True))
    try:
        server.start()
        click.echo(str(server.directory))
        sys.stdin.read()
    except HostError as problem:
        raise SystemExit(f"beenthere: {problem}") from problem
    finally:
        server.stop()


if __name__ == "__main__":
    run_helper()
