"""`beenthere evidence`: the evidence engine at the command line. Commands import what they calculate with."""

import json
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
claims_folder = click.Path(exists=True, file_okay=False, path_type=Path)
out_folder = click.Path(file_okay=False, path_type=Path)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")

own_lists = click.option(
    "--value-sets", type=claims_folder, help="Folder of your own code lists, beside the open ones."
)
hide_up_to = click.option(
    "--hide-up-to", default=10, show_default=True, type=click.IntRange(1), help="Largest count hidden."
)
memory_limit = click.option(
    "--memory", default="1200MB", show_default=True, help="What the query engine may hold."
)


@click.group()
def evidence() -> None:
    """What helped, and never more than we know. `make evidence` installs what this calculates with."""


def calculating(command: Command) -> Command:
    """For each command: without the libraries, or with unfit input, one sentence and exit code 2."""

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


@evidence.command()
@click.argument("name")
@click.option("--claims", required=True, type=claims_folder, help="Folder of claims: Parquet or CSV.")
@click.option("--year", required=True, type=click.IntRange(2016, 2100), help="Measurement year.")
@click.option("--out", required=True, type=out_folder, help="Folder for the results; made when missing.")
@own_lists
@hide_up_to
@memory_limit
@as_json
@calculating
def measure(
    name: str,
    claims: Path,
    year: int,
    out: Path,
    value_sets: Path | None,
    hide_up_to: int,
    memory: str,
    as_json: bool,
) -> None:
    """Calculate the quality measure NAME, or all of them, from a folder of claims.

    \b
    beenthere evidence measure fuh --claims claims --year 2025 --out out
    beenthere evidence measure all --claims claims --year 2025 --out out --value-sets ours

    docs/look-up/claims-input.md says what the folder holds, docs/look-up/measures.md what is measured.
    A folder that does not fit is told with file, row, column and rule, and exit code 2.
    """
    from beenthere.evidence.measures.command import as_text, measure_folder

    with progress_bar("Measuring") as progress:
        written = measure_folder(
            name,
            claims=claims,
            year=year,
            out=out,
            value_sets=value_sets,
            largest_hidden=hide_up_to,
            memory=memory,
            progress=progress,
        )
    told = [one.told for one in written]
    shown = json.dumps(told if name == "all" else told[0], indent=2, ensure_ascii=False)
    click.echo(shown if as_json else "\n".join(as_text(one) for one in written))


@evidence.command()
@click.option("--people", required=True, type=click.IntRange(min=1), help="How many invented people.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(min=0), help="The same seed, the same claims."
)
@click.option("--out", required=True, type=out_folder, help="A new folder.")
@as_json
@calculating
def synth(people: int, seed: int, out: Path, as_json: bool) -> None:
    """Make a folder of invented claims with effects planted in it. Nobody is in it.

    \b
    beenthere evidence synth --people 10000 --seed 1 --out claims

    synthetic.json in the folder says what was planted, and what an honest analysis must find.
    """
    from beenthere.evidence.claims.synth import make_claims

    with progress_bar("Inventing people") as progress:
        story = make_claims(out, people=people, seed=seed, told=progress)
    click.echo(
        json.dumps(story, indent=2) if as_json else f"Invented claims of {people:,} people are in {out}."
    )


@evidence.command()
@click.argument("protocol", type=readable_file)
@click.option("--claims", required=True, type=claims_folder, help="Folder of claims: Parquet or CSV.")
@click.option("--out", required=True, type=out_folder, help="Folder for the report; made when missing.")
@own_lists
@hide_up_to
@memory_limit
@as_json
@calculating
def study(
    protocol: Path,
    claims: Path,
    out: Path,
    value_sets: Path | None,
    hide_up_to: int,
    memory: str,
    as_json: bool,
) -> None:
    """Run the study that PROTOCOL describes, and write its report.

    \b
    beenthere evidence study STUDY.toml --claims claims --out out

    docs/look-up/study.md describes the protocol. A comparison whose exposure is only known after
    time zero is refused, with the reason and the ways out, and exit code 2.
    """
    from beenthere.evidence.study.command import as_text, study_folder

    with progress_bar("Studying") as progress:
        written = study_folder(
            protocol,
            claims=claims,
            out=out,
            value_sets=value_sets,
            largest_hidden=hide_up_to,
            memory=memory,
            progress=progress,
        )
    click.echo(json.dumps(written.told, indent=2, ensure_ascii=False) if as_json else as_text(written))


@evidence.command()
@click.option("--markdown", is_flag=True, help="Print the page docs/look-up/claims-ledger.md.")
@as_json
@calculating
def ledger(markdown: bool, as_json: bool) -> None:
    """Famous claims of the field: source, counts calculated again, verdict.

    The page docs/look-up/claims-ledger.md is made from the same entries.
    """
    from beenthere.evidence.ledger import telling
    from beenthere.evidence.ledger.claim import read_ledger

    told = telling.page if markdown else telling.as_json if as_json else telling.as_text
    click.echo(told(read_ledger()))


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Gives `progress(done, total)`: a bar with the time left on a terminal, nothing elsewhere."""
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
