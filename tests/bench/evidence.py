"""How long claims take, beside pandas, polars and SQL by hand on the same files.

    make bench-evidence                      one and ten million lines
    make bench-evidence ARGS="1 4"           one and four million
    make bench-evidence ARGS=--publish       written into docs/look-up/benchmarks.md

Invents claims in a temporary folder (or under BEENTHERE_BENCH, where they are kept for the next run), then
prints seconds, processor seconds and peak memory, each in a process of its own, and how much longer each took
with the largest folder than with the smallest. It ends with 1 when the counts disagree. `--publish` writes it
into docs/look-up/benchmarks.md.

The bare query, for all four: accommodation lines to claims, claims to stays (gaps of at most one day), and
how many stays another follows on days 2 to 30. Ours does in the same time what `beenthere evidence measure`
does to answer that.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from beenthere.evidence.claims.synth import make_claims
from beenthere.evidence.measures.command import EVERY
from beenthere.evidence.measures.register import MEASURES
from bench.page import put_section
from bench.report import machine

#: Lines that a synthetic person has.
LINES_EACH = 19.9
STUDY = Path(__file__).parents[2] / "docs" / "look-up" / "study.md"
LIBRARIES = ("duckdb", "ibis-framework", "pyarrow", "polars", "pandas")
Told = Mapping[str, Any]
BARE = ("ours", "duckdb", "polars", "pandas")
COLUMNS = [
    "person_id",
    "claim_id",
    "admission_date",
    "discharge_date",
    "claim_start_date",
    "claim_end_date",
    "revenue_center_code",
    "bill_type_code",
]
SQL = """
with claims as (
  select person_id, claim_id, min(coalesce(admission_date, claim_start_date)) a,
         max(coalesce(discharge_date, claim_end_date)) d
  from read_parquet('{files}', union_by_name = true)
  where revenue_center_code between '0100' and '0219' or revenue_center_code between '1000' and '1002'
  group by all
), marked as (
  select *, max(d) over (partition by person_id order by a, d, claim_id
                         rows between unbounded preceding and 1 preceding) r
  from claims
), numbered as (
  select *, sum(case when r is null or date_diff('day', r, a) > 1 then 1 else 0 end)
              over (partition by person_id order by a, d, claim_id rows unbounded preceding) stay
  from marked
), stays as (
  select person_id, stay, min(a) a, max(d) d from numbered group by all
), followed as (
  select date_diff('day', d, lead(a) over (partition by person_id order by a)) apart from stays
)
select count(*), count(*) filter (where apart between 2 and 30) from followed
"""


def by_duckdb(folder: Path) -> tuple[int, int]:
    import duckdb

    found = duckdb.connect().execute(SQL.format(files=folder / "medical_claim" / "*.parquet")).fetchone()
    return int(found[0]), int(found[1])


def by_ours(folder: Path) -> tuple[int, int]:
    """The library's own stays on the library's own connection, from the lines as they are sent."""
    from beenthere.evidence.claims import codes
    from beenthere.evidence.claims.columns import DIAGNOSES
    from beenthere.evidence.claims.files import engine, find
    from beenthere.evidence.claims.stays import claims_of, stays
    from beenthere.evidence.claims.typed import tidy
    from beenthere.evidence.claims.validation import Looked

    with engine() as (backend, scratch):
        source = find(folder, backend, scratch)["medical_claim"]
        filled = frozenset(DIAGNOSES) & frozenset(source.rows.columns)
        lines = tidy(source, Looked(rows=0, findings=(), filled=filled, untidy=frozenset()))
        lines = lines.mutate(day=lines.claim_line_start_date)
        whole = stays(claims_of(lines, codes.load()), "any")
        following = whole.admission.lead().over(group_by="person_id", order_by="admission")
        apart = whole.select(apart=following.delta(whole.discharge, unit="day"))
        told = apart.aggregate(stays=apart.count(), followed=apart.apart.between(2, 30).sum())
        found = told.to_pyarrow().to_pylist()[0]
    return int(found["stays"]), int(found["followed"])


def by_polars(folder: Path) -> tuple[int, int]:
    import polars as pl

    day = pl.duration(days=1)
    code = pl.col("revenue_center_code")
    beds = pl.scan_parquet(folder / "medical_claim" / "*.parquet").select(COLUMNS)
    beds = beds.filter(
        code.is_between(pl.lit("0100"), pl.lit("0219")) | code.is_between(pl.lit("1000"), pl.lit("1002"))
    )
    claims = beds.group_by("person_id", "claim_id").agg(
        a=pl.coalesce("admission_date", "claim_start_date").min(),
        d=pl.coalesce("discharge_date", "claim_end_date").max(),
    )
    claims = claims.sort("person_id", "a", "d", "claim_id")
    reach = pl.col("d").cum_max().shift(1).over("person_id")
    numbered = claims.with_columns(new=(reach.is_null() | (pl.col("a") > reach + day)).cast(pl.Int64))
    numbered = numbered.with_columns(stay=pl.col("new").cum_sum().over("person_id"))
    stays = (
        numbered.group_by("person_id", "stay")
        .agg(pl.col("a").min(), pl.col("d").max())
        .sort("person_id", "a")
    )
    apart = (pl.col("a").shift(-1).over("person_id") - pl.col("d")).dt.total_days()
    told = stays.select(n=pl.len(), m=apart.is_between(2, 30).sum()).collect()
    return int(told["n"][0]), int(told["m"][0])


def by_pandas(folder: Path) -> tuple[int, int]:
    import pandas as pd
    import pyarrow.dataset as ds

    rows = ds.dataset(folder / "medical_claim").to_table(columns=COLUMNS).to_pandas()
    code = rows["revenue_center_code"]
    rows = rows[code.between("0100", "0219") | code.between("1000", "1002")]
    rows = rows.assign(
        a=pd.to_datetime(rows["admission_date"].fillna(rows["claim_start_date"])),
        d=pd.to_datetime(rows["discharge_date"].fillna(rows["claim_end_date"])),
    )
    claims = rows.groupby(["person_id", "claim_id"], as_index=False).agg(a=("a", "min"), d=("d", "max"))
    claims = claims.sort_values(["person_id", "a", "d", "claim_id"])
    reach = claims.groupby("person_id")["d"].cummax().groupby(claims["person_id"]).shift(1)
    new = reach.isna() | ((claims["a"] - reach).dt.days > 1)
    stay = new.astype(int).groupby(claims["person_id"]).cumsum()
    stays = (
        claims.groupby([claims["person_id"], stay.rename("stay")])
        .agg(a=("a", "min"), d=("d", "max"))
        .reset_index()
    )
    apart = (stays.groupby("person_id")["a"].shift(-1) - stays["d"]).dt.days
    return len(stays), int(apart.between(2, 30).sum())


def by_measure(name: str) -> Callable[[Path], tuple[int, ...]]:
    def run(folder: Path) -> tuple[int, ...]:
        from beenthere.evidence.measures.command import measure_folder

        with tempfile.TemporaryDirectory() as out:
            made = measure_folder(
                name, claims=folder, year=2025, out=Path(out), value_sets=folder / "value_sets"
            )
        results = [one.told["results"][0]["numerators"] for one in made]
        return tuple(int(row["count"] or 0) for numerators in results for row in numerators.values())

    return run


def by_cohort(folder: Path) -> tuple[int, ...]:
    """From the files to the people of the protocol that docs/look-up/study.md shows."""
    from beenthere.evidence.claims.opened import opened
    from beenthere.evidence.study.cohort import cohort
    from beenthere.evidence.study.reading import parse_protocol

    text = STUDY.read_text(encoding="utf-8").split("```toml\n", 1)[1].split("```", 1)[0]
    with opened(folder) as found:
        rows = cohort(found.claims, parse_protocol(tomllib.loads(text))).rows
    return len(rows), int(rows["start"].notna().sum())


RUNS: dict[str, Callable[[Path], tuple[int, ...]]] = {
    "ours": by_ours,
    "duckdb": by_duckdb,
    "polars": by_polars,
    "pandas": by_pandas,
    **{f"measure {name}": by_measure(name) for name in (*MEASURES, EVERY)},
    "cohort of a study": by_cohort,
}


def alone(name: str, folder: Path) -> dict[str, Any]:
    """In a fresh process: seconds of the first run, the imports of its library among them; of the bare
    query also the best of three more; processor seconds of all; and what the process held at most."""
    words = [sys.executable, "-m", "bench.evidence", "--one", name, str(folder)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(said))


def one(name: str, folder: Path) -> None:
    began = time.perf_counter()
    counts = RUNS[name](folder)
    seconds = time.perf_counter() - began
    again = seconds
    for _time in range(3 if name in BARE else 0):
        began = time.perf_counter()
        RUNS[name](folder)
        again = min(again, time.perf_counter() - began)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "counts": counts,
        "seconds": seconds,
        "again": again,
        "processor": used.ru_utime + used.ru_stime,
        "gigabytes": used.ru_maxrss / 1e6,
    }
    click.echo(json.dumps(told))


def folder_of(millions: float, at: Path) -> Path:
    folder = at / f"claims-{millions:g}m"
    if not (folder / "synthetic.json").exists():
        began = time.perf_counter()
        people = round(millions * 1e6 / LINES_EACH)
        make_claims(folder, people=people, seed=1)
        click.echo(f"invented {people:,} people in {time.perf_counter() - began:.0f} s")
    return folder


def size(millions: float, at: Path) -> dict[str, Told]:
    folder = folder_of(millions, at)
    click.echo(
        f"\n{millions:g} million lines".ljust(39) + "    seconds      again  processor  gigabytes  counts"
    )
    found = {}
    for name in RUNS:
        told = alone(name, folder)
        found[name] = told
        numbers = (told["seconds"], told["again"], told["processor"], told["gigabytes"])
        click.echo(f"  {name:36}" + "".join(f"{number:11.2f}" for number in numbers) + f"  {told['counts']}")
    for line in verdicts(found):
        click.echo(f"  {line}")
    return found


def agree(found: Mapping[str, Told]) -> bool:
    return len({tuple(found[name]["counts"]) for name in BARE}) == 1


def verdicts(found: Mapping[str, Told]) -> list[str]:
    times = found["ours"]["again"] / found["duckdb"]["again"]
    return [
        f"ours over SQL by hand, libraries loaded: {times:.1f} times",
        f"the four counts {'agree' if agree(found) else 'DISAGREE'}",
    ]


def table(found: Mapping[float, Mapping[str, Told]]) -> list[str]:
    """A row for each run: seconds with each number of millions, how many times as long the most take as the
    fewest, and of the most the seconds again, the processor seconds and the memory."""
    sizes = sorted(found)
    most = found[sizes[-1]]
    several = len(sizes) > 1
    heads = [*(f"{millions:g} M lines, s" for millions in sizes), *(["times"] if several else [])]
    heads += ["again, s", "processor, s", "GB"]
    rows = [f"| | {' | '.join(heads)} |", f"|---|{'--:|' * len(heads)}"]
    for name, told in most.items():
        seconds = [found[millions][name]["seconds"] for millions in sizes]
        cells = [f"{second:.2f}" for second in seconds]
        cells += [f"{seconds[-1] / seconds[0]:.1f}"] if several else []
        cells += [f"{told[key]:.2f}" for key in ("again", "processor", "gigabytes")]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


def grown(found: Mapping[float, Mapping[str, Told]]) -> list[str]:
    fewest, most = min(found), max(found)
    return [
        f"  {name:36}{told['seconds'] / found[fewest][name]['seconds']:11.1f} times as long"
        for name, told in found[most].items()
    ]


@click.command()
@click.argument("millions", nargs=-1, type=float)
@click.option("--publish", "published", is_flag=True, help="Write docs/look-up/benchmarks.md.")
@click.option("--one", "alone_in", nargs=2, hidden=True)
def bench(millions: tuple[float, ...], published: bool, alone_in: tuple[str, str] | None) -> None:
    """Measure the evidence engine on this machine, on so many MILLIONS of invented lines (1 and 10)."""
    if alone_in:
        one(alone_in[0], Path(alone_in[1]))
        return
    about = machine(
        ", ".join([f"Python {platform.python_version()}", *(f"{x} {version(x)}" for x in LIBRARIES)])
    )
    kept = os.environ.get("BEENTHERE_BENCH")
    with tempfile.TemporaryDirectory() as scratch:
        found = {count: size(count, Path(kept or scratch)) for count in millions or (1.0, 10.0)}
    if len(found) > 1:
        click.echo(f"\n{max(found):g} million lines beside {min(found):g}")
        click.echo("\n".join(grown(found)))
    if published:
        said = [f"- {count:g} million lines: {'; '.join(verdicts(told))}" for count, told in found.items()]
        put_section("evidence", "Claims", about, [*table(found), "", *said])
    sys.exit(0 if all(agree(told) for told in found.values()) else 1)


if __name__ == "__main__":
    bench(prog_name="make bench-evidence")
