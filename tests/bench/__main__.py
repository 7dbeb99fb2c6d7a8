"""`make bench`: see docs/do/measure-it.md."""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from beenthere.host.environment import ADDRESS_VARIABLES, uses_external_database
from beenthere.host.places import STATE_VARIABLE
from beenthere.host.privileges import is_root
from bench.databases import named_by_the_environment, of_size
from bench.measure import PAGES, Figures, Wanted, measure
from bench.page import publish, read_drill
from bench.report import machine, summary
from bench.users import DRILLED, KEEP, LATEST, MIXED, prepare, run_unprivileged


def _numbers(context: click.Context, parameter: click.Parameter, value: str) -> list[int]:
    try:
        return [int(word) for word in value.split(",")]
    except ValueError as problem:
        raise click.BadParameter("numbers with commas between them, such as 240,10000") from problem


def _kinds(context: click.Context, parameter: click.Parameter, value: str) -> list[str]:
    chosen = [word.strip() for word in value.split(",")] if value else list(PAGES)
    unknown = [word for word in chosen if word not in PAGES]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is none of: {', '.join(PAGES)}")
    return chosen


@click.command()
@click.option("--sizes", default="240,10000,50000", callback=_numbers, help="How many people, each size.")
@click.option("--clients", default="1,8,32", callback=_numbers, help="How many ask at the same time.")
@click.option("--seconds", default=5.0, type=click.FloatRange(min=0.2), help="How long each row is measured.")
@click.option("--only", callback=_kinds, default="", help="Some pages only: 'Today,person page'.")
@click.option("--seed", default=1, help="Draws other people and other searches.")
@click.option("--without-worker", is_flag=True, help="Leave the background worker out.")
@click.option("--keys", type=click.Path(path_type=Path), help="The keys of the database in DATABASE_URL.")
@click.option("--publish", "published", is_flag=True, help="Write docs/look-up/benchmarks.md.")
def bench(
    sizes: list[int],
    clients: list[int],
    seconds: float,
    only: list[str],
    seed: int,
    without_worker: bool,
    keys: Path | None,
    published: bool,
) -> None:
    """Measure BeenThere on this machine.

    \b
    make bench                                     all three sizes, about fifteen minutes
    make bench ARGS="--sizes 240 --seconds 3"      a first look
    DATABASE_URL=... DATABASE_LOADER_URL=... make bench ARGS="--keys DIR --without-worker"

    The first run fills three databases under var/bench, which takes about half an hour; they are kept.
    """
    if uses_external_database() and not os.environ.get(ADDRESS_VARIABLES["loader"]):
        raise click.UsageError("DATABASE_URL names a server; DATABASE_LOADER_URL must name it too.")
    if is_root():
        _hand_over(keys)
    else:
        wanted = Wanted(
            kinds=only, clients=clients, seconds=seconds, background=not without_worker, seed=seed
        )
        _measure(wanted, sizes, keys or _keys_of_the_environment())
    if published:
        publish(json.loads(LATEST.read_text()), read_drill(DRILLED))


def _keys_of_the_environment() -> Path:
    return Path(os.environ.get(STATE_VARIABLE, "var/beenthere")) / "keys"


def _hand_over(keys: Path | None) -> None:
    """All but publishing, which needs root's right to write into the project."""
    words = [word for word in sys.argv[1:] if word != "--publish"]
    if keys is None and uses_external_database():
        words += ["--keys", str(_keys_of_the_environment())]
    code = run_unprivileged("bench", words)
    if code != 0:
        sys.exit(code)


def _measure(wanted: Wanted, sizes: list[int], keys: Path) -> None:
    KEEP.mkdir(parents=True, exist_ok=True)
    result: Figures = {
        "machine": machine(),
        "seconds": wanted.seconds,
        "background_worker": wanted.background,
        "sizes": [],
    }
    began = time.monotonic()
    for number, people in enumerate([0] if uses_external_database() else sizes):
        if number:
            done = (time.monotonic() - began) / number
            click.echo(f"About {done * (len(sizes) - number) / 60:.0f} minutes left.")
        place = of_size(people, KEEP, click.echo) if people else named_by_the_environment(KEEP, keys)
        with place as loaded:
            result["sizes"].append(measure(loaded, wanted, click.echo))
    if MIXED.is_file():
        result["mixed"] = json.loads(MIXED.read_text())
    text = json.dumps(result, indent=1)
    LATEST.write_text(text)
    (KEEP / f"bench-{datetime.now(UTC):%Y%m%d-%H%M%S}.json").write_text(text)
    click.echo(summary(result))
    if any(
        row["errors"] for size in result["sizes"] for kind in size["rows"].values() for row in kind.values()
    ):
        sys.exit("Some answers were wrong: see the rows marked above.")


if __name__ == "__main__":
    prepare()
    bench(prog_name="make bench")
