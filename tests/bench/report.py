"""Figures in words, and the machine they come from."""

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
from bench.measure import BARE

Figures = Mapping[str, Any]


def machine(versions: str | None = None) -> dict[str, str]:
    """What a figure depends on. `versions` names other software than the web application and its database."""
    cpu = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.+)", cpu)
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "processor": f"{os.cpu_count()} cores, {model.group(1) if model else platform.machine()}",
        "memory": f"{int(memory.group(1)) / 1024**2:.0f} GB" if memory else "unknown",
        "kernel": platform.release(),
        "load before": " ".join(f"{value:.1f}" for value in os.getloadavg()),
        "versions": versions or _versions(),
        "commit": _commit(),
    }


def _versions() -> str:
    postgres = subprocess.run([binary("postgres"), "--version"], capture_output=True, text=True, check=True)
    named = [f"{name} {version(name)}" for name in ("Django", "gunicorn", "psycopg")]
    number = postgres.stdout.split(") ")[-1].strip()
    return ", ".join([f"Python {platform.python_version()}", *named, f"PostgreSQL {number}"])


def _commit() -> str:
    command = ["git", "-c", "safe.directory=*", "-C", str(project_root()), "describe", "--always", "--dirty"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return found.stdout.strip() or "unknown"


# -- at the terminal ---------------------------------------------------------------------------------------


def summary(result: Figures) -> str:
    lines = ["", f"{'aim':<91} {'figure':<28}"]
    lines += [f"{one.aim:<91} {one.figure:<28} {verdict(one)}" for one in judge(result)]
    for size in result["sizes"]:
        lines += ["", f"{size['name']}: beside the bare Django list, with 8 clients"]
        lines += [f"  {kind:<17} {ratio}" for kind, ratio in _ratios(size).items()]
        lines.append(f"  {held_and_started(size)}")
    return "\n".join(lines)


def verdict(one: Judged) -> str:
    return {True: "met", False: "MISSED", None: "not measured"}[one.met]


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


def held_and_started(size: Figures) -> str:
    parts = [
        f"{name} {_megabytes(held['rss'])} RSS" + (f", {_megabytes(held['pss'])} PSS" if held["pss"] else "")
        for name, held in size["memory"].items()
    ]
    started = size["start"]
    database = f"database {started['database']:.1f} s, " if started["database"] is not None else ""
    return f"Memory: {'; '.join(parts)}. Start: {database}web server {started['web']:.1f} s."


def _megabytes(held: int) -> str:
    return f"{held / 1024**2:.0f} MB"
