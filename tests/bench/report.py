"""Figures in words: the table at the end of a run, and the published page."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from beenthere.host.cluster import binary
from beenthere.host.places import project_root
from bench.aims import Judged, judge
from bench.measure import BARE, WARM_UP_SECONDS

Figures = Mapping[str, Any]
PAGE = project_root() / "docs" / "look-up" / "benchmarks.md"
BEGIN, END = "<!-- figures: begin (make bench writes what stands below) -->", "<!-- figures: end -->"
LEFT_OUT = (
    "the network between browser and server, and TLS: everything is on one machine, by the loopback address",
    "compression, which the web server in front does (sizes are given both ways)",
    "what a browser does with a page; static files, which a browser keeps",
    "several organizations at once: one is asked, a second small one lies beside it",
)


def machine() -> dict[str, str]:
    cpu = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.+)", cpu)
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "processor": f"{os.cpu_count()} cores, {model.group(1) if model else platform.machine()}",
        "memory": f"{int(memory.group(1)) / 1024**2:.0f} GB" if memory else "unknown",
        "kernel": platform.release(),
        "load before": " ".join(f"{value:.1f}" for value in os.getloadavg()),
        "versions": _versions(),
        "commit": _commit(),
    }


def _versions() -> str:
    postgres = subprocess.run([binary("postgres"), "--version"], capture_output=True, text=True, check=True)
    named = [f"{name} {version(name)}" for name in ("Django", "gunicorn", "psycopg")]
    return ", ".join([f"Python {platform.python_version()}", *named, postgres.stdout.split(") ")[-1].strip()])


def _commit() -> str:
    command = ["git", "-c", "safe.directory=*", "-C", str(project_root()), "describe", "--always", "--dirty"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return found.stdout.strip() or "unknown"


# -- at the terminal ---------------------------------------------------------------------------------------


def summary(result: Figures) -> str:
    lines = ["", f"{'aim':<86} {'figure':<28}"]
    lines += [f"{one.aim:<86} {one.figure:<28} {_verdict(one)}" for one in judge(result)]
    for size in result["sizes"]:
        lines += ["", f"{size['name']}: beside the bare Django list, with 8 clients"]
        lines += [f"  {kind:<17} {ratio}" for kind, ratio in _ratios(size).items()]
        lines.append(f"  {_memory(size)}")
    return "\n".join(lines)


def _verdict(one: Judged) -> str:
    return {True: "met", False: "MISSED", None: "-"}[one.met]


def _ratios(size: Figures) -> dict[str, str]:
    bare = size["rows"][BARE].get("8")
    if bare is None:
        return {}
    return {
        kind: f"{row['8']['rate'] / bare['rate']:.2f} of its rate, "
        f"{row['8']['cpu'] / bare['cpu']:.1f} times its processor time"
        for kind, row in size["rows"].items()
        if kind != BARE and "8" in row and bare["rate"] and bare["cpu"]
    }


def _memory(size: Figures) -> str:
    parts = [
        f"{name} {_megabytes(held['rss'])} RSS" + (f", {_megabytes(held['pss'])} PSS" if held["pss"] else "")
        for name, held in size["memory"].items()
    ]
    started = size["start"]
    database = f"database {started['database']:.1f} s, " if started["database"] is not None else ""
    return f"memory: {'; '.join(parts)}. Start: {database}web server {started['web']:.1f} s."


def _megabytes(held: int) -> str:
    return f"{held / 1024**2:.0f} MB"


# -- the page ----------------------------------------------------------------------------------------------


def publish(result: Figures) -> None:
    """Put the figures into the page, between its two marks; what people wrote around them stays."""
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(before + BEGIN + "\n\n" + _published(result) + "\n" + END + after)


def _published(result: Figures) -> str:
    parts = [_about(result), _aims(result), *map(_size, result["sizes"])]
    return "\n".join(parts)


def _about(result: Figures) -> str:
    facts = [f"- {name}: {value}" for name, value in result["machine"].items()]
    facts.append(
        f"- each row {result['seconds']:g} seconds after {WARM_UP_SECONDS} seconds of warm-up;"
        " background worker " + ("running" if result["background_worker"] else "left out")
    )
    left_out = [f"- {words}" for words in LEFT_OUT]
    return "\n".join([*facts, "", "Left out:", "", *left_out, ""])


def _aims(result: Figures) -> str:
    rows = [
        f"| {one.aim} | {one.figure} | {_verdict(one).replace('-', 'not measured')} |"
        for one in judge(result)
    ]
    return "\n".join(["### Aims", "", "| aim | figure | |", "|---|---|---|", *rows, ""])


def _size(size: Figures) -> str:
    counts = ", ".join(f"{count:,} {table}" for table, count in size["counts"].items())
    lines = [
        f"### {size['name']}",
        "",
        f"{counts}. Signed in: {size['specialists']} specialists. {_sealed(size)}",
        _memory(size).capitalize(),
        "",
        "| page | clients | requests/s | p50 ms | p95 ms | p99 ms | processor ms: web | database | errors |"
        " times the bare list's processor time |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for kind, row in size["rows"].items():
        lines += [_row(kind, clients, figures, size) for clients, figures in row.items()]
    return "\n".join([*lines, "", *_pages(size), ""])


def _sealed(size: Figures) -> str:
    unsealed = size["unsealed_audit_rows"]
    return f"{unsealed:,} audit rows were not sealed yet."


def _row(kind: str, clients: str, row: Figures, size: Figures) -> str:
    bare = size["rows"][BARE][clients]["cpu"]
    times = f"{row['cpu'] / bare:.1f}" if bare else ""
    return (
        f"| {kind} | {clients} | {row['rate']:.0f} | {row['p50']:.1f} | {row['p95']:.1f} | {row['p99']:.1f}"
        f" | {row['cpu_web']:.2f} | {row['cpu_database']:.2f} | {row['errors']} | {times} |"
    )


def _pages(size: Figures) -> list[str]:
    lines = ["| page | queries | with transaction statements | bytes | gzip |", "|---|--:|--:|--:|--:|"]
    lines += [
        f"| {kind} | {page['queries']} | {page['round_trips']} | {page['bytes']:,} | {page['gzip_bytes']:,} |"
        for kind, page in size["pages"].items()
    ]
    return lines
