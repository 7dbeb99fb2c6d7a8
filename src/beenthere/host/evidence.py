"""`beenthere evidence`: the evidence engine at the command line. What it calculates with is imported by a command only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from beenthere.evidence.errors import Unfit

LIBRARIES = (
    "duckdb",
    "ibis",
    "lifelines",
    "numpy",
    "pandas",
    "pyarrow",
    "pyfixest",
    "scipy",
    "sklearn",
    "statsmodels",
)
Command = Callable[..., None]

readable_file = click.Path(exists=True, dir_okay=False, path_type=Path)
out_folder = click.Path(file_okay=False, path_type=Path)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def evidence() -> None:
    """What helped, and never more than we know. `make evidence` installs what this calculates with."""


def calculating(command: Command) -> Command:
    """For each command of the group: without the libraries, or with unfit input, one sentence and exit code 2."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        absent = [name for name in LIBRARIES if find_spec(name) is None]
        if absent:
            refuse(f"Run `make evidence` first: the evidence engine calculates with {', '.join(absent)}.")
        try:
            command(*arguments, **options)
        except Unfit as fault:
            refuse(str(fault))

    return run


def refuse(sentence: str) -> None:
    click.echo(f"beenthere evidence: {sentence}", err=True)
    sys.exit(2)


@evidence.command()
@click.option("--data", required=True, type=readable_file, help="The table: CSV or Parquet, one header line.")
@click.option("--design", required=True, type=readable_file, help="What to estimate: a TOML file.")
@click.option("--out", required=True, type=out_folder, help="Folder for result.json; made when missing.")
@as_json
@calculating
def estimate(data: Path, design: Path, out: Path, as_json: bool) -> None:
    """Estimate one effect from one flat table.

    \b
    beenthere evidence estimate --data people.csv --design design.toml --out out
    beenthere evidence estimate --data people.parquet --design design.toml --out out --json

    docs/look-up/estimate.md shows the design of every estimator and the shape of result.json.
    Input that does not carry an answer gives one sentence and exit code 2, and no result.json.
    """
    from beenthere.evidence.estimate.command import estimate_files

    with progress_bar("Estimating") as progress:
        result = estimate_files(data=data, design=design, out=out, progress=progress)
    click.echo(result.as_json() if as_json else result.as_text())


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Gives `progress(done, total)`, which draws a bar with the time left on a terminal and nothing elsewhere."""
    shown: dict[str, Any] = {}

    def progress(done: int, total: int) -> None:
        if "bar" not in shown:
            shown["bar"] = click.progressbar(length=total, label=label, file=sys.stderr, show_eta=True)
            shown["bar"].__enter__()
        shown["bar"].update(done - shown.get("done", 0))
        shown["done"] = done

    try:
        yield progress
    finally:
        if "bar" in shown:
            shown["bar"].__exit__(None, None, None)
