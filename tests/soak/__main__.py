"""`make soak`: see docs/do/measure-it.md."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from bench.users import DRILLED, DRILLS, prepare, run_unprivileged

from soak.drill import drill, in_words


@click.command()
@click.option(
    "--minutes", default=30.0, type=click.FloatRange(min=0.0), help="Of mixed load; 0 leaves it out."
)
@click.option("--rate", default=150.0, help="Requests offered a second.")
@click.option("--people", default=50_000, help="In the database of the mixed load.")
@click.option("--kills", default=100, type=click.IntRange(min=0), help="0 leaves the drill out.")
@click.option("--seed", default=1)
@click.option("--results", type=click.Path(path_type=Path), default=DRILLS, show_default=False)
def soak(minutes: float, rate: float, people: int, kills: int, seed: int, results: Path) -> None:
    """Half an hour of mixed load, then a hundred times kill -9 while notes are written and signed.

    \b
    make soak                                                    about an hour
    make soak ARGS="--people 240 --minutes 2 --kills 20"         the nightly form
    """
    wrong = False
    if minutes:
        words = ["--minutes", str(minutes), "--rate", str(rate), "--people", str(people), "--seed", str(seed)]
        wrong = run_unprivileged("soak.mixed", words) != 0
    if kills:
        wrong = not _drill(kills, seed, results) or wrong
    sys.exit(1 if wrong else 0)


def _drill(kills: int, seed: int, results: Path) -> bool:
    results.mkdir(parents=True, exist_ok=True)
    file = results / f"history-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
    outcome = drill(kills=kills, people=120, seed=seed, history_file=file, say=click.echo)
    (results / DRILLED.name).write_text(json.dumps(asdict(outcome), indent=1))
    click.echo(in_words(outcome))
    click.echo(f"The history is in {file}.")
    return outcome.right


if __name__ == "__main__":
    prepare()
    soak(prog_name="make soak")
