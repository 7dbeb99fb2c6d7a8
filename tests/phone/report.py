"""What was measured on a phone, against the budgets, as a page: the worst first, the misses named."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
# Who is sent here saw another page than the one that was asked for.
TURNED_AWAY = ("/lock/", "/account/sign-in/")
COLUMNS = (
    "page",
    "persona",
    "LCP, s",
    "layout shift",
    "blocked, ms",
    "server, ms",
    "first visit",
    "next visit",
    "accessibility",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Page:
    """One page of a kind, as one persona opens it. `kind` has ids left out."""

    persona: str
    kind: str
    url: str
    cookies: tuple[dict[str, str], ...]
    touch: bool

    def asked(self, runs: int) -> dict[str, Any]:
        return {"url": self.url, "cookies": self.cookies, "runs": runs, "touch": self.touch}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Milliseconds and bytes. Lighthouse reckons `lcp_ms` and `blocked_ms`; the rest was seen to happen."""

    persona: str
    kind: str
    landed: str
    runs: int
    lcp_ms: float
    blocked_ms: float
    server_ms: float
    painted_ms: float
    shift: float
    moved: tuple[str, ...]
    bytes_first: int
    bytes_again: int
    accessibility: int
    failed: tuple[str, ...]
    longest_ms: float
    slowest_touch_ms: float | None
    longest_touch_ms: float | None

    def misses(self) -> list[str]:
        return [name for name, over in BUDGETS.items() if over(self)]


BUDGETS = {
    "LCP over 2.5 s": lambda one: one.lcp_ms > 2500,
    "something moves": lambda one: round(one.shift, 4) > 0,
    "accessibility below 100": lambda one: one.accessibility < 100,
    "first visit over 120 kB": lambda one: one.bytes_first > 120_000,
    "next visit over 40 kB": lambda one: one.bytes_again > 40_000,
    "a touch answered after 200 ms": lambda one: (one.slowest_touch_ms or 0) > 200,
    "a task over 200 ms": lambda one: max(one.longest_ms, one.longest_touch_ms or 0) > 200,
}


@dataclass(frozen=True, kw_only=True)
class Versions:
    lighthouse: str
    chromium: str
    commit: str
    people: int


def reading_of(page: Page, runs: list[dict[str, Any]]) -> Reading:
    """The median of the runs; of what moved and what accessibility lacks the worst, for that is no noise.

    Raises `ValueError` when the session had ended and another page came than the one asked for.
    """
    landed = re.sub(r"^https?://[^/]+", "", runs[-1]["landed"])
    if landed.startswith(TURNED_AWAY) and not page.kind.startswith(TURNED_AWAY):
        raise ValueError(
            f"{page.persona} asked for {page.kind} and was sent to {landed}: nothing was measured"
        )

    def middle(name: str) -> float:
        return float(median(run[name] for run in runs))

    def touched(name: str) -> float | None:
        return float(median(run["touched"][name] for run in runs)) if page.touch else None

    return Reading(
        persona=page.persona,
        kind=page.kind,
        landed=landed,
        runs=len(runs),
        lcp_ms=middle("lcp"),
        blocked_ms=middle("tbt"),
        server_ms=middle("server"),
        painted_ms=middle("painted"),
        shift=max(max(run["shift"], run["cls"]) for run in runs),
        moved=tuple(sorted({one for run in runs for one in run["moved"]})),
        bytes_first=int(middle("bytes")),
        bytes_again=int(middle("again")),
        accessibility=min(run["accessibility"] for run in runs),
        failed=tuple(sorted({f"{one['id']} {one['where']}" for run in runs for one in run["failed"]})),
        longest_ms=middle("longest"),
        slowest_touch_ms=touched("slowest"),
        longest_touch_ms=touched("longest"),
    )


def with_a_miss(readings: Iterable[Reading]) -> list[Reading]:
    return [one for one in readings if one.misses()]


def write(to: Path, readings: list[Reading], versions: Versions) -> None:
    """Replaces what stands between the two marks."""
    before, _begin, rest = to.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    to.write_text(f"{before}{BEGIN}\n{block(readings, versions)}{END}{after}")


def block(readings: list[Reading], versions: Versions) -> str:
    today = datetime.datetime.now(datetime.UTC).date()
    opening = (
        f"Measured {today:%Y-%m-%d} at {versions.commit}, with Lighthouse {versions.lighthouse} and"
        f" {versions.chromium}, on the demonstration with {versions.people} people.\n\n"
    )
    return "\n".join([opening + summary(readings), misses(readings), table(readings)])


def summary(readings: list[Reading]) -> str:
    touches = [one.slowest_touch_ms for one in readings if one.slowest_touch_ms is not None]
    worst = {
        "largest paint": f"{max(one.lcp_ms for one in readings) / 1000:.2f} s",
        "layout shift": shift(max(one.shift for one in readings)),
        "first visit": kilobytes(max(one.bytes_first for one in readings)),
        "next visit": kilobytes(max(one.bytes_again for one in readings)),
        "accessibility": str(min(one.accessibility for one in readings)),
        "task while a page arrives": f"{max(one.longest_ms for one in readings):.0f} ms",
        "answer to a touch": f"{max(touches, default=0):.0f} ms",
    }
    said = ", ".join(f"{name} {value}" for name, value in worst.items())
    count = f"{len(readings)} pages, {len(with_a_miss(readings))} of them with a miss."
    return f"{count} The worst of all: {said}.\n"


def misses(readings: list[Reading]) -> str:
    lines = [f"- `{one.kind}` ({one.persona}): {', '.join(one.misses())}" for one in with_a_miss(readings)]
    return "\n".join(["### Misses", "", *(lines or ["None."]), ""])


def table(readings: list[Reading]) -> str:
    worst_first = sorted(readings, key=lambda one: (-len(one.misses()), -one.lcp_ms))
    head = [line(COLUMNS), line(["---", "---", *["--:"] * (len(COLUMNS) - 2)])]
    return "\n".join(["### Every page", "", *head, *(line(cells(one)) for one in worst_first), ""])


def line(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def cells(one: Reading) -> list[str]:
    return [
        f"`{one.kind}`",
        one.persona,
        f"{one.lcp_ms / 1000:.2f}",
        shift(one.shift),
        f"{one.blocked_ms:.0f}",
        f"{one.server_ms:.0f}",
        kilobytes(one.bytes_first),
        kilobytes(one.bytes_again),
        str(one.accessibility),
    ]


def shift(value: float) -> str:
    return f"{value:.4f}" if round(value, 4) else "0"


def kilobytes(count: int) -> str:
    return f"{count / 1000:.1f} kB"
