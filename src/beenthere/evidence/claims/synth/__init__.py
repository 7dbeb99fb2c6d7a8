"""Invented claims of any size with effects planted in them: for demonstrations, tests and benches. Nobody
is in them.

`make_claims(folder, people=…, seed=…)` writes a claims folder as `docs/look-up/claims-input.md` describes
it, and beside it `synthetic.json` with every effect that was planted and the value an honest analysis must
find.
"""

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from beenthere.evidence.claims.synth.lives import CHUNK, Chunk, live
from beenthere.evidence.claims.synth.planted import described
from beenthere.evidence.claims.synth.writing import TABLES, value_sets
from beenthere.evidence.errors import Unfit

Totals = dict[str, float]


def make_claims(
    folder: Path, *, people: int, seed: int, told: Callable[[int, int], None] | None = None
) -> dict[str, object]:
    """Write the folder and give back what `synthetic.json` says. The same people and seed make the same
    files.

    told: called with (people made, people wanted) after each file. Memory does not grow with `people`.
    """
    if people < 1:
        raise Unfit("there must be at least one person", where="--people")
    if folder.exists() and any(folder.iterdir()):
        raise Unfit("the folder is not empty; name a new one", where=str(folder))
    for table in TABLES:
        (folder / table).mkdir(parents=True)
    totals: Totals = {}
    made = 0
    for size, found in _chunks(folder, people, seed):
        made += size
        for key, value in found.items():
            totals[key] = totals.get(key, 0.0) + value
        if told:
            told(made, people)
    value_sets(folder)
    story = described(totals, people=people, seed=seed)
    (folder / "synthetic.json").write_text(json.dumps(story, indent=2) + "\n", encoding="utf-8")
    return story


def _chunks(folder: Path, people: int, seed: int) -> Iterator[tuple[int, Totals]]:
    """Sums do not depend on which process finished first: counts are whole numbers."""
    spans = [(first, min(CHUNK, people - first)) for first in range(0, people, CHUNK)]
    if len(spans) == 1:
        yield spans[0][1], _one(folder, seed, 0, *spans[0])
        return
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        doing: dict[Future[Totals], int] = {
            pool.submit(_one, folder, seed, number, first, size): size
            for number, (first, size) in enumerate(spans)
        }
        for done in as_completed(doing):
            yield doing[done], done.result()


def _one(folder: Path, seed: int, number: int, first: int, size: int) -> Totals:
    chunk = Chunk(chance=np.random.default_rng([seed, number]), first=first, size=size)
    tables, totals = live(chunk)
    for name, table in tables.items():
        pq.write_table(table, folder / name / f"part-{number:05d}.parquet", compression="zstd")
    return totals
