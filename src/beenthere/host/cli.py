"""The command line. Light: nothing here imports Django before a command needs it."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from beenthere.host.backup import back_up
from beenthere.host.database import database
from beenthere.host.environment import ADDRESS_VARIABLES, environment_of, uses_external_database
from beenthere.host.errors import HostError
from beenthere.host.evidence import evidence
from beenthere.host.places import Places, state_directory
from beenthere.host.privileges import is_root, leave_root
from beenthere.host.rules import rules
from beenthere.host.start import Demo, run_demo, run_service
from beenthere.host.status import describe
from beenthere.host.web import BEENTHERE

_PASS_ON: dict[str, Any] = {"ignore_unknown_options": True, "allow_interspersed_args": False}


def main() -> NoReturn:
    os.umask(0o077)
    try:
        beenthere(prog_name="beenthere")
    except HostError as problem:
        click.echo(f"beenthere: {problem}", err=True)
    sys.exit(1)


@click.group()
def beenthere() -> None:
    """BeenThere: the open platform for peer support.

    \b
    beenthere demo       try it on this machine, with invented people
    beenthere serve      run it for real (see docs/do/put-it-on-a-server.md)
    beenthere status     what runs here, and where its data is

    Data is kept in var/beenthere in the project, or where BEENTHERE_STATE says.
    """


beenthere.add_command(evidence)
beenthere.add_command(rules)


@beenthere.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--people", type=click.IntRange(min=1), help="How many invented participants.")
@click.option("--encounters", type=click.IntRange(min=1), help="How many encounters between them.")
@click.option("--reset", is_flag=True, help="Forget the old demo and begin again.")
def demo(port: int, people: int | None, encounters: int | None, reset: bool) -> None:
    """Try BeenThere on this machine, with invented people.

    \b
    beenthere demo
    beenthere demo --port 8001
    beenthere demo --reset --people 2000 --encounters 50000

    It brings its own database, unless DATABASE_URL names a server (then DATABASE_OWNER_URL and
    DATABASE_LOADER_URL too). Only this machine can reach it. Ctrl-C stops everything.
    As root it runs as the system user `beenthere`, which it makes if there is none.
    """
    leave_root(_again())
    wanted = Demo(port=port, people=people, encounters=encounters, reset=reset)
    run_demo(_places(), wanted, say=click.echo)


@beenthere.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port to listen on.")
def serve(bind: str) -> None:
    """Run BeenThere for real: web server and worker, and the embedded database unless DATABASE_URL is set.

    \b
    BEENTHERE_HOST=peers.example.org BEENTHERE_SECRET_KEY=... beenthere serve

    It refuses root, and it refuses to start when a check finds an error.
    TLS is the business of the web server in front: deploy/nginx.conf is an example.
    """
    if is_root():
        raise HostError(
            "`serve` does not run as root. Run it as a user of its own, as deploy/beenthere.service does: "
            "useradd --system --create-home beenthere"
        )
    run_service(_places(), bind, say=click.echo)


@beenthere.command()
def worker() -> None:
    """Run the background worker alone: it seals the audit every half minute. `demo` and `serve` include one.

    \b
    beenthere worker
    """
    _django(["procrastinate", "worker"], role="app", note="worker")


@beenthere.command()
@click.option("--quiet", is_flag=True, help="Say only what goes wrong.")
def migrate(quiet: bool) -> None:
    """Bring the database to this release, as the role that owns it.

    \b
    beenthere migrate
    DATABASE_URL=... DATABASE_OWNER_URL=... beenthere migrate
    """
    words = ["migrate", "--no-input", *(["--verbosity", "0"] if quiet else [])]
    _django(words, role="owner", note="migrate")


@beenthere.command(context_settings=_PASS_ON)
@click.option("--role", type=click.Choice(list(ADDRESS_VARIABLES)), help="Database role.  [default: app]")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage(role: str | None, words: tuple[str, ...]) -> None:
    """Run a Django command with the database at hand.

    \b
    beenthere manage check
    beenthere manage --role owner migrate --plan
    beenthere manage help
    """
    chosen = role or os.environ.get("BEENTHERE_DATABASE_ROLE", "app")
    _django(list(words) or ["help"], role=chosen, note=f"manage {' '.join(words[:1])}".strip())


@beenthere.group()
def audit() -> None:
    """The record of who saw and did what."""


@audit.command(context_settings=_PASS_ON)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def verify(words: tuple[str, ...]) -> None:
    """Check that nobody changed, removed or reordered the audit.

    \b
    beenthere audit verify
    """
    _django(["audit_verify", *words], role="app", note="audit verify")


@beenthere.group()
def keys() -> None:
    """The keys that seal sensitive text."""


@keys.command(context_settings=_PASS_ON)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def rotate(words: tuple[str, ...]) -> None:
    """Begin to use new keys; text sealed with the old ones is sealed again.

    \b
    beenthere keys rotate
    """
    _django(["rotate_keys", *words], role="owner", note="keys rotate")


@beenthere.command()
@click.option(
    "--to", required=True, type=click.Path(path_type=Path), help="Folder for the dump, best on another disk."
)
def backup(to: Path) -> None:
    """Dump the database into a folder. A dump that is not whole replaces nothing; `status` tells of it.

    \b
    beenthere backup --to /var/backups/beenthere

    Keys and audit heads are copied apart from it: docs/do/back-up-and-restore.md
    """
    leave_root(_again())
    _refuse_missing_address("loader")
    places = _places()
    places.prepare()
    with database(places, note="backup", say=lambda line: click.echo(line, err=True)) as addresses:
        click.echo(f"Made {back_up(places, to, {**os.environ, **addresses})}")


@beenthere.command()
def status() -> None:
    """Say what runs here and where its data is.

    \b
    beenthere status
    """
    for line in describe(Places(state=state_directory())):
        click.echo(line)


def _django(words: list[str], *, role: str, note: str) -> None:
    """Run a Django command in this process, against a running database or one started for it."""
    leave_root(_again())
    _refuse_missing_address(role)
    places = _places()
    places.prepare()
    # So that `finally` runs and the database is stopped in order.
    signal.signal(signal.SIGTERM, _leave)
    with database(places, note=note, say=lambda line: click.echo(line, err=True)) as addresses:
        os.environ.update(environment_of(places, addresses, role=role))
        from django.core.management import execute_from_command_line

        execute_from_command_line(["beenthere manage", *words])
    sys.exit(0)


def _refuse_missing_address(role: str) -> None:
    variable = ADDRESS_VARIABLES[role]
    if uses_external_database() and not os.environ.get(variable):
        raise HostError(
            f"DATABASE_URL names a server, but {variable} is not set, and this runs as the role {role!r}. "
            f"Set it to the address of that role, such as postgresql://beenthere_{role}:...@host/beenthere"
        )


def _places() -> Places:
    return Places(state=state_directory())


def _again() -> list[str]:
    return [*BEENTHERE, *sys.argv[1:]]


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
