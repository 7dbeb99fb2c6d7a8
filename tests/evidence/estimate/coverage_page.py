"""The long simulations, as a page: `make soak`, or `python tests/evidence/estimate/coverage_page.py DRAWS SLOW_DRAWS`."""

import os
import sys
from pathlib import Path

import numpy
from joblib import Parallel, delayed
from worlds import SLOW, WORLDS, Record, World, repeat

PAGE = Path(__file__).resolve().parents[3] / "docs" / "look-up" / "coverage.md"
HEAD = """# Do the estimators meet the truth?

*Made by `make soak`. Do not edit it.*

Each line is an invented world in which the truth is known (`tests/evidence/estimate/worlds.py`). It is drawn many times,
and each time the estimator answers as it would for anybody. **Bias** is the mean answer less the truth; **spread** is
how much the answers vary; **mean error** is the standard error the estimator claims, which should be near the spread;
**coverage** is how often its 95 % interval holds the truth. The Monte Carlo error of a coverage of 95 % is {error:.1%} for
{count} draws. For ratios the standard error is that of the logarithm, so it is not compared with the spread.

| world | draws | no answer | truth | bias | spread | mean error | coverage | |
|---|---:|---:|---:|---:|---:|---:|---:|---|
"""
FOOT = """
Samples are of 300 to 900 people (2,000 where one of two models is wrong on purpose), because small samples are what
programs have. What this cannot show: that the people of your table are those the design thinks of, or that nothing
unmeasured differs between the groups.
"""


def line(name: str, world: World, record: Record) -> str:
    scaled = "" if world.design.get("measure") == "ratio" else f"{record.mean_error:.4f}"
    return (
        f"| {name} | {record.count} | {record.failed} | {world.truth:.4f} | {record.bias:+.4f} | {record.spread:.4f} | "
        f"{scaled} | {record.coverage:.1%} | {f'too wide on purpose: {world.wide}' if world.wide else ''} |\n"
    )


def main(draws: int, slow: int) -> None:
    worlds = [(name, world, draws) for name, world in WORLDS.items()]
    worlds += [(name, world, slow) for name, world in SLOW.items()]
    # Worlds run beside each other, so the bootstrap inside one of them stays on its own core.
    pool = Parallel(n_jobs=os.cpu_count(), verbose=1)
    records = pool(delayed(one)(name, count) for name, _world, count in worlds)
    head = HEAD.format(error=float(numpy.sqrt(0.95 * 0.05 / draws)), count=f"{draws:,}")
    lines = (line(name, world, record) for (name, world, _count), record in zip(worlds, records, strict=True))
    PAGE.write_text(head + "".join(lines) + FOOT, encoding="utf-8")


def one(name: str, count: int) -> Record:
    """By name: what a world draws with cannot be sent to another process."""
    return repeat({**WORLDS, **SLOW}[name], count)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given or [2000, 300]))
