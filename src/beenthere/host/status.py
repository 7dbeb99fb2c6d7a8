"""What runs here, in sentences."""

from collections.abc import Iterator
from importlib.metadata import version

from beenthere.foundation import clock, mail_condition
from beenthere.host.backup import told
from beenthere.host.database import supervisor_lock
from beenthere.host.environment import uses_external_database
from beenthere.host.leftovers import group_processes, postgres_processes
from beenthere.host.places import Places


def describe(places: Places) -> Iterator[str]:
    yield f"BeenThere {version('beenthere')}"
    yield f"Data:      {places.state}{'' if places.state.is_dir() else ' (nothing there yet)'}"
    if uses_external_database():
        yield "Database:  the server that DATABASE_URL names"
    yield from told(places, now=clock.now())
    yield from mail_condition.told(places.state, now=clock.now())
    if not places.run.is_dir():
        yield "Running:   nothing"
        return
    yield f"Running:   {_supervisor(places)}"
    yield f"Database:  {len(postgres_processes(places.data))} processes"
    yield f"Web, jobs: {len(group_processes(places.state))} processes"
    yield f"Logs:      {places.log}"


def _supervisor(places: Places) -> str:
    lock = supervisor_lock(places)
    if not lock.file.exists() or lock.share():
        lock.release()
        return "nothing"
    return lock.holder()
