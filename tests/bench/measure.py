"""All figures of one database: rates, waits, processor time of each page; memory, statements, bytes."""

import json
import math
import random
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from beenthere.host.environment import ADDRESS_VARIABLES
from beenthere.host.leftovers import postgres_processes
from bench.databases import APPLICATION_NAME, Loaded, Say
from bench.load import Request, Tally, run
from bench.pages import Asking
from bench.sites import Meter, Server, memory, serve_bare, serve_product

READS = {
    "Today": Asking.today,
    "caseload": Asking.caseload,
    "people list": Asking.people_list,
    "people search": Asking.search,
    "person page": Asking.person,
}
WRITES = {"note save": Asking.save, "note sign": Asking.sign, "sign-in": Asking.sign_in}
PAGES: Mapping[str, Callable[[Asking], Request]] = {**READS, **WRITES}
BARE = "bare Django list"
WARM_UP_SECONDS = 1.5
PROBED = 5
Figures = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to measure: which kinds, with how many clients, for how many seconds each."""

    kinds: Sequence[str]
    clients: Sequence[int]
    seconds: float
    background: bool
    seed: int


def measure(loaded: Loaded, wanted: Wanted, say: Say) -> Figures:
    sample = json.loads(loaded.command(["-m", "bench.sample", str(wanted.seed)], role="loader"))
    say(f"{loaded.name}: {_counted(sample['counts'])}")
    product = serve_product(loaded.places, loaded.environment, free_port(), background=wanted.background)
    try:
        bare = serve_bare(loaded.places, loaded.environment, free_port())
        try:
            return _figures(loaded, wanted, sample, product, bare, say)
        finally:
            bare.stop()
    finally:
        product.stop()


def _figures(
    loaded: Loaded, wanted: Wanted, sample: Figures, product: Server, bare: Server, say: Say
) -> Figures:
    seeds = _seeds(wanted.seed)
    address = loaded.environment[ADDRESS_VARIABLES["app"]]
    rows: dict[str, dict[str, Figures]] = {}
    kinds = {BARE: Asking.bare} | {kind: PAGES[kind] for kind in wanted.kinds}
    for kind, build in kinds.items():
        server = bare if kind == BARE else product
        meter = Meter(server, address=address, name=APPLICATION_NAME, data=loaded.data)
        run(server.port, _asking(sample, build, seeds), clients=8, seconds=WARM_UP_SECONDS)
        for clients in wanted.clients:
            before = meter.read()
            tally = run(server.port, _asking(sample, build, seeds), clients=clients, seconds=wanted.seconds)
            cost = meter.read().since(before)
            figures = figures_of(tally, kind) | _cost_each(cost.web, cost.database, tally)
            rows.setdefault(kind, {})[str(clients)] = figures
            say(_line(kind, clients, figures))
    return {
        "name": loaded.name,
        "counts": sample["counts"],
        "specialists": len(sample["specialists"]),
        "unsealed_audit_rows": _unsealed(loaded),
        "rows": rows,
        "pages": _probe(loaded, sample, wanted),
        "memory": _memory(loaded, product),
        "start": {"database": loaded.started_in, "web": product.ready_after},
    }


def figures_of(tally: Tally, kind: str) -> Figures:
    """Rates a second, waits in milliseconds."""
    waits = sorted(tally.latencies.get(kind, []))
    return {
        "requests": len(waits),
        "errors": tally.errors.get(kind, 0),
        "failures": tally.failures,
        "rate": len(waits) / tally.seconds if tally.seconds else 0.0,
        "p50": percentile(waits, 50) * 1000,
        "p95": percentile(waits, 95) * 1000,
        "p99": percentile(waits, 99) * 1000,
        "generator_share": tally.cpu_seconds / tally.seconds if tally.seconds else 0.0,
    }


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of them do not exceed (nearest rank); 0 of nothing."""
    if not ordered:
        return 0.0
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _asking(sample: Figures, build: Callable[[Asking], Request], seeds: Iterator[int]) -> Iterator[Request]:
    asking = Asking(sample, next(seeds))
    while True:
        yield build(asking)


def _seeds(seed: int) -> Iterator[int]:
    chance = random.Random(seed)
    while True:
        yield chance.getrandbits(64)


def _cost_each(web: float, database: float, tally: Tally) -> Figures:
    """Processor time in milliseconds a request."""
    each = 1000 / max(tally.count, 1)
    return {"cpu_web": web * each, "cpu_database": database * each, "cpu": (web + database) * each}


def _probe(loaded: Loaded, sample: Figures, wanted: Wanted) -> Figures:
    asking = Asking(sample, wanted.seed)
    asked = [_plain(PAGES[kind](asking)) for kind in wanted.kinds for _ in range(PROBED)]
    finished = subprocess.run(
        [sys.executable, "-m", "bench.probe"],
        input=json.dumps(asked),
        env=dict(loaded.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        raise RuntimeError(f"counting statements did not work:\n{finished.stderr[-3000:]}")
    found: Figures = json.loads(finished.stdout)
    return found


def _plain(request: Request) -> dict[str, str]:
    head, _, body = request.payload.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return {"kind": request.kind, "method": method, "path": path, "body": body, "cookies": headers["Cookie"]}


def _memory(loaded: Loaded, product: Server) -> Figures:
    web = memory(process.pid for process in product.family())
    parts: Figures = {"web": {"rss": web.rss, "pss": web.pss}}
    if len(product.processes) > 1:
        background = memory([product.processes[1].pid])
        parts["worker"] = {"rss": background.rss, "pss": background.pss}
    if loaded.data is not None:
        database = memory(process.pid for process in postgres_processes(loaded.data))
        parts["database"] = {"rss": database.rss, "pss": database.pss}
    return parts


def _unsealed(loaded: Loaded) -> int:
    """Rows that no checkpoint holds yet. The newest head of an organization says how many are held."""
    question = (
        "SELECT (SELECT count(*) FROM trust_auditevent) - coalesce(sum(size), 0) FROM ("
        "SELECT DISTINCT ON (organization_id) (body -> 'head' ->> 'size')::bigint AS size"
        " FROM trust_auditcheckpoint ORDER BY organization_id, number DESC) newest"
    )
    with psycopg.connect(loaded.environment[ADDRESS_VARIABLES["loader"]]) as connection:
        row = connection.execute(question).fetchone()
    return int(row[0]) if row else 0


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} in {table}" for table, count in counts.items())


def _line(kind: str, clients: int, figures: Figures) -> str:
    wrong = f"   {figures['errors']} WRONG: {figures['failures'][0]}" if figures["errors"] else ""
    rate = f"{figures['rate']:>8.1f}/s"
    waits = f"p50 {figures['p50']:>7.1f}  p95 {figures['p95']:>7.1f}  p99 {figures['p99']:>7.1f} ms"
    cost = f"processor {figures['cpu_web']:>6.2f} web + {figures['cpu_database']:>5.2f} database ms"
    share = f"generator {figures['generator_share']:>4.0%}"
    return f"  {kind:<17} {clients:>3} clients {rate}   {waits}   {cost}   {share}{wrong}"
