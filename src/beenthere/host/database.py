"""The database for one command: a server named by DATABASE_URL, the one already running here, or one started
for as long as the command runs."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from beenthere.host.cluster import Cluster, current_os_user
from beenthere.host.environment import uses_external_database
from beenthere.host.errors import HostError
from beenthere.host.leftovers import postgres_processes
from beenthere.host.locks import Lock
from beenthere.host.places import Places
from beenthere.host.postgres import Addresses, EmbeddedPostgres, Say

_PATIENCE = 120.0


def supervisor_lock(places: Places) -> Lock:
    """Held by whoever runs the embedded server of this state directory."""
    return Lock(places.run / "supervisor.lock")


def users_lock(places: Places) -> Lock:
    """Shared by commands that use a server somebody else runs; taken alone by that one before it stops."""
    return Lock(places.run / "users.lock")


def embedded_server(places: Places, say: Say) -> EmbeddedPostgres:
    cluster = Cluster(data=places.data, os_users=(current_os_user(),))
    return EmbeddedPostgres(cluster, log=places.log, say=say)


@contextmanager
def database(places: Places, *, note: str, say: Say) -> Iterator[dict[str, str]]:
    """Address variables for a command; empty when DATABASE_URL already names a server."""
    if uses_external_database():
        yield {}
        return
    lock, users = supervisor_lock(places), users_lock(places)
    until = time.monotonic() + _PATIENCE
    while not lock.take(f"{note}, process {os.getpid()}"):
        running = _running_here(places) if users.share() else None
        if running is not None:
            try:
                yield running.environment()
            finally:
                users.release()
            return
        users.release()
        if time.monotonic() > until:
            raise HostError(
                f"The database in {places.state} is being started or stopped by {lock.holder()}, "
                "and that does not end. Stop that process, then try again."
            )
        time.sleep(0.1)
    try:
        with _own_server(places, users, say) as addresses:
            yield addresses.environment()
    finally:
        lock.release()


@contextmanager
def _own_server(places: Places, users: Lock, say: Say) -> Iterator[Addresses]:
    server = embedded_server(places, say)
    server.start()
    try:
        yield server.addresses
        if not users.take("stopping"):
            say("Another command still uses this database; waiting for it to end.")
            users.take_within(24 * 3600, "stopping")
    finally:
        server.stop()
        users.release()


def _running_here(places: Places) -> Addresses | None:
    """The addresses of the server that runs on this state directory and is ready, if one is.

    PostgreSQL's pid file names the socket directory in its fifth line, its readiness in its eighth.
    """
    try:
        lines = (places.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    ready = len(lines) >= 8 and lines[7].strip() == "ready"
    if not ready or lines[0] not in {str(p.pid) for p in postgres_processes(places.data)}:
        return None
    return Addresses.on_socket(Path(lines[4]))
