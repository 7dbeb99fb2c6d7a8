"""The published page: docs/look-up/benchmarks.md, between two marks. Misses and failures stand there too."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from beenthere.host.places import project_root
from bench.aims import judge
from bench.measure import BARE, WARM_UP_SECONDS
from bench.report import held_and_started, verdict

Figures = Mapping[str, Any]
PAGE = project_root() / "docs" / "look-up" / "benchmarks.md"
BEGIN, END = "<!-- figures: begin (make bench writes what stands below) -->", "<!-- figures: end -->"
MEGABYTE = 1024**2
LEFT_OUT = (
    "the network between browser and server, and TLS: everything is on one machine, by the loopback address",
    "compression, which the web server in front does (sizes are given both ways)",
    "what a browser does with a page; static files, which a browser keeps",
    "several organizations at once: one is asked, a second small one lies beside it",
    "the load generator shares the machine and takes its part of it",
)
COUNTED = {
    "people_person": "people",
    "support_encounter": "encounters",
    "trust_auditevent": "audit rows",
    "consent_consent": "consents",
    "trust_user": "accounts",
}


def publish(result: Figures, drilled: Figures | None, page: Path = PAGE) -> None:
    """Put the figures into the page; what people wrote around them stays."""
    before, _, rest = page.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    parts = [
        _about(result),
        _aims(result),
        *map(_size, result["sizes"]),
        *([_mixed(result["mixed"])] if "mixed" in result else []),
        *([_drilled(drilled)] if drilled else []),
    ]
    page.write_text("\n".join([before + BEGIN, "", *parts, END]) + after)


def put_section(mark: str, title: str, about: Figures, lines: Sequence[str], page: Path = PAGE) -> None:
    """What `make bench-MARK` measured, into a section of its own; what stands around it stays."""
    begin = f"<!-- {mark}: begin (make bench-{mark} writes what stands below) -->"
    end = f"<!-- {mark}: end -->"
    named = [f"- {name}: {value}" for name, value in about.items()]
    section = "\n".join([begin, "", f"## {title}", "", *named, "", *lines, "", end])
    text = page.read_text(encoding="utf-8")
    if begin in text:
        before, _, rest = text.partition(begin)
        text = before + section + rest.partition(end)[2]
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    page.write_text(text, encoding="utf-8")


def read_drill(file: Path) -> Figures | None:
    if not file.is_file():
        return None
    found: Figures = json.loads(file.read_text())
    return found


def _about(result: Figures) -> str:
    background = "running" if result["background_worker"] else "left out"
    facts = [
        *(f"- {name}: {value}" for name, value in result["machine"].items()),
        f"- each row: {result['seconds']:g} seconds after {WARM_UP_SECONDS} seconds of warm-up",
        f"- background worker: {background}",
    ]
    return "\n".join([*facts, "", "Left out:", "", *(f"- {words}" for words in LEFT_OUT), ""])


def _aims(result: Figures) -> str:
    rows = [f"| {one.aim} | {one.figure} | {verdict(one)} |" for one in judge(result)]
    return "\n".join(["## Aims", "", "| aim | figure | |", "|---|---|---|", *rows, ""])


def _size(size: Figures) -> str:
    counts = ", ".join(f"{count:,} {COUNTED[table]}" for table, count in size["counts"].items())
    lines = [
        f"## {size['name']}",
        "",
        f"{counts}; {size['unsealed_audit_rows']:,} audit rows not sealed yet. "
        f"{size['specialists']} specialists signed in. {held_and_started(size)}",
        "",
        "| page | clients | requests/s | p50 ms | p95 ms | p99 ms | processor ms: web | database | errors"
        " | of the bare list's rate | times its processor time |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for kind, row in size["rows"].items():
        lines += [_row(kind, clients, row[clients], size["rows"][BARE][clients]) for clients in row]
    return "\n".join([*lines, "", *_pages(size), ""])


def _row(kind: str, clients: str, row: Figures, bare: Figures) -> str:
    share = f"{row['rate'] / bare['rate']:.0%}" if bare["rate"] else ""
    times = f"{row['cpu'] / bare['cpu']:.1f}" if bare["cpu"] else ""
    return (
        f"| {kind} | {clients} | {row['rate']:.0f} | {row['p50']:.1f} | {row['p95']:.1f} | {row['p99']:.1f}"
        f" | {row['cpu_web']:.2f} | {row['cpu_database']:.2f} | {row['errors']} | {share} | {times} |"
    )


def _pages(size: Figures) -> list[str]:
    head = ["| page | queries | with transaction statements | bytes | gzip |", "|---|--:|--:|--:|--:|"]
    rows = (
        (kind, *(f"{page[name]:,}" for name in ("queries", "round_trips", "bytes", "gzip_bytes")))
        for kind, page in size["pages"].items()
    )
    return [*head, *(f"| {' | '.join(row)} |" for row in rows)]


def _mixed(mixed: Figures) -> str:
    lines = [
        "## Mixed load",
        "",
        f"Measured {mixed['machine']['measured']} at commit {mixed['machine']['commit']}, with"
        f" {mixed['people']:,} people: {mixed['offered']:g} requests a second offered for"
        f" {mixed['minutes']:g} minutes, {mixed['rate']:.1f} answered, {mixed['errors']} errors."
        " Counted from when each was due:"
        f" p50 {mixed['p50']:.0f} ms, p95 {mixed['p95']:.0f} ms, p99 {mixed['p99']:.0f} ms, longest"
        f" {mixed['longest']:.0f} ms.",
        "",
        *minute_rows(mixed.get("by_minute", [])),
        "| process | MB at the beginning | MB at the end | MB an hour in the second half |",
        "|---|--:|--:|--:|",
    ]
    lines += [
        f"| {name} | {held['first'] / MEGABYTE:.0f} | {held['last'] / MEGABYTE:.0f}"
        f" | {held['slope'] / MEGABYTE:+.1f} |"
        for name, held in mixed["memory"].items()
    ]
    return "\n".join([*lines, ""])


def minute_rows(minutes: list[Figures]) -> list[str]:
    if not minutes:
        return []
    rows = [
        f"| {number} | {one['p50']:.0f} | {one['p95']:.0f} | {one['longest']:.0f}"
        f" | {one['busy']:.0%} | {one['disk']:.0%} | {one['stolen']:.0%} |"
        for number, one in enumerate(minutes, 1)
    ]
    return [
        "Both processors' time, minute by minute: at work, waiting for the disk, taken by the host.",
        "",
        "| minute | p50 ms | p95 ms | longest ms | at work | disk | taken |",
        "|--:|--:|--:|--:|--:|--:|--:|",
        *rows,
        "",
    ]


def _drilled(drilled: Figures) -> str:
    held = [
        f"{name} {series[0] / MEGABYTE:.0f} to {series[-1] / MEGABYTE:.0f} MB"
        for name, series in drilled["memory"].items()
    ]
    found = [f"- {one['kind']}: {one['sentence']}" for one in drilled["findings"]] or ["- nothing"]
    lines = [
        "## Kill -9",
        "",
        f"{drilled['kills']} kills of web server and database in turn, {drilled['attempts']:,} attempts,"
        f" {drilled['acknowledged']:,} acknowledged, {drilled['notes']:,} notes in the database. Every client"
        f" was served again after at most {max(drilled['recoveries']):.1f} s. The audit"
        f" {'verified' if drilled['audit_right'] else 'DID NOT VERIFY'}. Memory: {'; '.join(held)}.",
        "",
        "Lost, unsigned, changed, duplicate, or recorded other than once:",
        "",
        *found,
        "",
    ]
    return "\n".join(lines)
