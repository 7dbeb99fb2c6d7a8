"""The long simulations, as a page: `make simulations`, or by hand: coverage_page.py 2000 300 (draws)."""

import os
import sys
from pathlib import Path

import numpy
from joblib import Parallel, delayed
from worlds import SLOW, WORLDS, Record, World, repeat

PAGE = Path(__file__).resolve().parents[3] / "docs" / "look-up" / "coverage.md"
HEAD = """# Do the estimators meet the truth?

*Made by `make simulations`. Do not edit it.*

Each line is an invented world in which the truth is known (`tests/evidence/estimate/worlds.py`). It is
drawn many times, and each time the estimator answers as it would for anybody. **Bias** is the mean
answer less the truth; **spread** is how much the answers vary; **mean error** is the standard error the
estimator claims, which should be near the spread; **coverage** is how often its 95 % interval holds the
truth. The Monte Carlo error of a coverage of 95 % is {error:.1%} for {draws:,} draws and {wider:.1%}
for {slow:,}. For ratios the standard error is that of the logarithm, so it is not compared with the
spread.

| world | draws | no answer | truth | bias | spread | mean error | coverage | |
|---|---:|---:|---:|---:|---:|---:|---:|---|
"""
FOOT = """
Samples are of 200 to 900 people (2,000 where one of two models is wrong on purpose; 90 counties, 15
trials), because small samples are what programs have. What this cannot show: that the people of your
table are those the design thinks of, or that nothing unmeasured differs between the groups.
"""


def line(name: str, world: World, record: Record) -> str:
    claimed = "" if world.design.get("measure") == "ratio" else f"{record.mean_error:.4f}"
    cells = (
        name,
        f"{record.count:,}",
        str(record.failed),
        f"{world.truth:.4f}",
        f"{record.bias:+.4f}",
        f"{record.spread:.4f}",
        claimed,
        f"{record.coverage:.1%}",
        f"too wide: {world.wide}" if world.wide else "",
    )
    return f"| {' | '.join(cells)} |\n"


def error(draws: int) -> float:
    return float(numpy.sqrt(0.95 * 0.05 / draws))


def main(draws: int, slow: int) -> None:
    counts = {**dict.fromkeys(WORLDS, draws), **dict.fromkeys(SLOW, slow)}
    # Worlds run beside each other, so the bootstrap inside one of them stays on its own core.
    pool = Parallel(n_jobs=os.cpu_count(), verbose=10)
    records = pool(delayed(one)(name, count) for name, count in counts.items())
    head = HEAD.format(error=error(draws), wider=error(slow), draws=draws, slow=slow)
    lines = (
        line(name, {**WORLDS, **SLOW}[name], record) for name, record in zip(counts, records, strict=True)
    )
    PAGE.write_text(head + "".join(lines) + FOOT, encoding="utf-8")


def one(name: str, count: int) -> Record:
    """By name: what a world draws with cannot be sent to another process."""
    return repeat({**WORLDS, **SLOW}[name], count)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given or [2000, 300]))
