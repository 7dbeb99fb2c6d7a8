"""What we want the figures to be, and whether they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]
AT = "8"
READS = ("Today", "caseload", "people list", "people search", "person page")
GROWTH = 1.5


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One aim beside its figure. `met` is None when the run did not measure it."""

    aim: str
    figure: str
    met: bool | None


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A limit on one figure of one row at eight clients."""

    kind: str
    figure: str
    words: str
    limit: float
    at_least: bool
    unit: str

    def judge(self, rows: Figures) -> Judged:
        row = rows.get(self.kind, {}).get(AT)
        words = f"{self.kind}: {self.words} {self.limit:g}{self.unit} with {AT} clients"
        if row is None:
            return Judged(aim=words, figure="not measured", met=None)
        value = row[self.figure]
        right = value >= self.limit if self.at_least else value <= self.limit
        wrong = f", {row['errors']} errors" if row["errors"] else ""
        return Judged(aim=words, figure=f"{value:.1f}{self.unit}{wrong}", met=right and not row["errors"])


def _rate(kind: str, limit: float) -> Aim:
    return Aim(kind=kind, figure="rate", words="at least", limit=limit, at_least=True, unit="/s")


AIMS = (
    _rate("people list", 300),
    Aim(kind="people list", figure="p95", words="p95 at most", limit=60, at_least=False, unit=" ms"),
    Aim(
        kind="people list", figure="cpu", words="processor time at most", limit=5, at_least=False, unit=" ms"
    ),
    _rate("person page", 300),
    _rate("Today", 300),
    _rate("note save", 300),
    _rate("note sign", 200),
)


def judge(result: Figures) -> list[Judged]:
    """The largest size against the limits, then the largest against the smallest."""
    sizes = result["sizes"]
    largest = sizes[-1]["rows"]
    judged = [aim.judge(largest) for aim in AIMS]
    for kind in READS:
        judged.append(_growth(kind, sizes[0]["rows"], largest if len(sizes) > 1 else {}))
    return judged + judge_mixed(result.get("mixed"))


def _growth(kind: str, smallest: Figures, largest: Figures) -> Judged:
    """By the middle wait of one client alone, where nothing queues."""
    words = f"{kind}: at most {GROWTH} times slower with the most people than with the fewest"
    small, large = smallest.get(kind, {}).get("1"), largest.get(kind, {}).get("1")
    if small is None or large is None or not small["p50"]:
        return Judged(aim=words, figure="not measured", met=None)
    times = large["p50"] / small["p50"]
    figure = f"{times:.2f} times ({small['p50']:.1f} to {large['p50']:.1f} ms)"
    return Judged(aim=words, figure=figure, met=times <= GROWTH)


def judge_mixed(mixed: Figures | None) -> list[Judged]:
    """The half hour of mixed load, when `make soak` has been run."""
    words = "mixed load, 150/s offered for 30 minutes"
    if mixed is None:
        return [
            Judged(
                aim=f"{words}: no error, p95 at most 250 ms, p99 at most 800 ms",
                figure="not measured",
                met=None,
            )
        ]
    limits: tuple[tuple[str, str, Callable[[Figures], bool]], ...] = (
        ("answered at least 149/s", f"{mixed['rate']:.1f}/s", lambda m: m["rate"] >= 149),
        ("p95 at most 250 ms", f"{mixed['p95']:.0f} ms", lambda m: m["p95"] <= 250),
        ("p99 at most 800 ms", f"{mixed['p99']:.0f} ms", lambda m: m["p99"] <= 800),
        ("no error", f"{mixed['errors']} errors", lambda m: m["errors"] == 0),
    )
    enough = mixed["minutes"] >= 30 and mixed["offered"] >= 150
    note = "" if enough else f" (only {mixed['minutes']:g} minutes at {mixed['offered']:g}/s)"
    return [
        Judged(aim=f"{words}: {aim}", figure=figure + note, met=holds(mixed) if enough else None)
        for aim, figure, holds in limits
    ]
