"""The mixed load: 70 reads, 20 writes and 10 searches in a hundred, offered at a fixed rate for a long time.

`python -m soak.mixed`, as an ordinary user. What it finds goes to var/bench/mixed.json.
"""

import itertools
import json
import sys
import time
from collections.abc import Iterable
from typing import Any

import click
import psutil
from bench.databases import Loaded, of_size
from bench.load import Load, Request, Tally
from bench.measure import figures_of, free_port, percentile
from bench.pages import Asking
from bench.report import machine
from bench.sites import Server, memory, serve_product
from bench.users import KEEP, MIXED, prepare

from beenthere.host.leftovers import postgres_processes

SAMPLE_EVERY, SAY_EVERY = 5.0, 60.0
Figures = dict[str, Any]
Watched = dict[str, list[tuple[float, int]]]
# Of both processors' time in one minute: at work, waiting for the disk, given to another machine of the host.
SPENT = ("busy", "disk", "stolen")


@click.command()
@click.option("--minutes", default=30.0, type=click.FloatRange(min=0.1))
@click.option("--rate", default=150.0, help="Requests offered a second.")
@click.option("--clients", default=64, help="At most so many at the same time.")
@click.option("--people", default=50_000)
@click.option("--warm", default=2.0, help="Minutes of the same load before, not counted: a server at work.")
@click.option("--seed", default=1)
def mixed(minutes: float, rate: float, clients: int, people: int, warm: float, seed: int) -> None:
    with of_size(people, KEEP, click.echo) as loaded:
        sample = json.loads(loaded.command(["-m", "bench.sample", str(seed)], role="loader"))
        product = serve_product(loaded.places, loaded.environment, free_port(), background=True)
        try:
            Load(product.port, _endless(Asking(sample, seed)), clients=8, seconds=warm * 60).result()
            asking = Asking(sample, seed + 1)
            tally, watched, spent = _under_load(loaded, product, asking, minutes * 60, rate, clients)
        finally:
            product.stop()
    asked = {"minutes": minutes, "offered": rate, "people": people, "warm": warm}
    result = _result(tally, watched, spent) | asked | {"machine": machine()}
    MIXED.write_text(json.dumps(result, indent=1))
    click.echo(_words(result))
    sys.exit(1 if result["errors"] else 0)


def _under_load(
    loaded: Loaded, product: Server, asking: Asking, seconds: float, rate: float, clients: int
) -> tuple[Tally, Watched, list[Figures]]:
    load = Load(product.port, _endless(asking), clients=clients, seconds=seconds, rate=rate)
    began = said = time.monotonic()
    watched: Watched = {}
    spent, before = [], psutil.cpu_times()
    while load.running():
        moment = time.monotonic()
        if moment - began >= 60 * (len(spent) + 1):
            before, earlier = psutil.cpu_times(), before
            spent.append(spent_between(earlier, before))
        for name, held in _held(loaded, product).items():
            watched.setdefault(name, []).append((moment - began, held))
        if moment - said >= SAY_EVERY:
            said = moment
            total = sum(series[-1][1] for series in watched.values() if series[-1][0] == moment - began)
            click.echo(f"{(seconds - moment + began) / 60:.0f} minutes left; memory {total / 1024**2:.0f} MB")
        time.sleep(SAMPLE_EVERY)
    return load.result(), watched, spent


def spent_between(earlier: Any, later: Any) -> Figures:
    passed = {name: getattr(later, name) - getattr(earlier, name) for name in earlier._fields}
    # Linux counts a guest's time as its host's user time too.
    whole = sum(value for name, value in passed.items() if not name.startswith("guest")) or 1.0
    idle, disk, stolen = (passed.get(name, 0.0) / whole for name in ("idle", "iowait", "steal"))
    return dict(zip(SPENT, (1 - idle - disk - stolen, disk, stolen), strict=True))


def _endless(asking: Asking) -> Iterable[Request]:
    return (asking.mixed() for _ in itertools.count())


def _held(loaded: Loaded, product: Server) -> dict[str, int]:
    """Memory by process: each of the web server's and the worker, and all of PostgreSQL's together."""
    web = [(f"web server {process.pid}", [process.pid]) for process in product.family()]
    background = [("worker", [process.pid]) for process in product.processes[1:]]
    database = [("database", [process.pid for process in postgres_processes(loaded.places.data)])]
    found = {}
    for name, pids in [*web, *background, *database]:
        held = memory(pid for pid in pids if psutil.pid_exists(pid))
        found[name] = held.pss if held.pss is not None else held.rss
    return found


def _result(tally: Tally, watched: Watched, spent: list[Figures]) -> Figures:
    waits = sorted(wait for series in tally.latencies.values() for wait in series)
    return {
        "requests": len(waits),
        "rate": len(waits) / tally.seconds,
        "errors": tally.error_count,
        "failures": tally.failures,
        **{f"p{percent}": percentile(waits, percent) * 1000 for percent in (50, 95, 99)},
        "longest": waits[-1] * 1000 if waits else 0.0,
        "kinds": {kind: figures_of(tally, kind) for kind in sorted(tally.latencies)},
        "by_minute": [
            _minute(sorted(waits)) | of_processors
            for (_, waits), of_processors in zip(sorted(tally.minutes.items()), spent, strict=False)
        ],
        "memory": {name: _grown(series) for name, series in watched.items()},
    }


def _minute(waits: list[float]) -> Figures:
    return {
        **{f"p{percent}": percentile(waits, percent) * 1000 for percent in (50, 95)},
        "longest": waits[-1] * 1000,
    }


def _grown(series: list[tuple[float, int]]) -> Figures:
    """Bytes at the beginning and the end, and the slope of the second half in bytes an hour."""
    later = [point for point in series if point[0] >= series[-1][0] / 2]
    return {"first": series[0][1], "last": series[-1][1], "slope": slope(later) * 3600}


def slope(points: list[tuple[float, int]]) -> float:
    """Least squares; 0 for fewer than two moments."""
    middle = sum(x for x, _ in points) / len(points)
    spread = sum((x - middle) ** 2 for x, _ in points)
    level = sum(y for _, y in points) / len(points)
    return sum((x - middle) * (y - level) for x, y in points) / spread if spread else 0.0


def _words(result: Figures) -> str:
    lines = [
        f"{result['requests']:,} requests, {result['rate']:.1f}/s of {result['offered']:g}/s offered, "
        f"{result['errors']} errors; p50 {result['p50']:.0f}, p95 {result['p95']:.0f}, "
        f"p99 {result['p99']:.0f}, longest {result['longest']:.0f} ms, counted from when each was due"
    ]
    lines += [f"  WRONG {words}" for words in result["failures"]]
    lines += [
        f"  {kind:<15} {one['requests']:>7,}   p50 {one['p50']:>6.0f}  p95 {one['p95']:>6.0f}  "
        f"p99 {one['p99']:>6.0f} ms"
        for kind, one in result["kinds"].items()
    ]
    lines += [
        f"  {name:<20} {held['first'] / 1024**2:>5.0f} to {held['last'] / 1024**2:.0f} MB, "
        f"{held['slope'] / 1024**2:+.1f} MB an hour in the second half"
        for name, held in result["memory"].items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    prepare()
    mixed(prog_name="soak.mixed")
