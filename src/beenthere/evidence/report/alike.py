"""How alike the groups are and how much single people count, as far as a report may say it."""

from collections.abc import Mapping, Sequence
from typing import Any

from beenthere.evidence.estimate.balance import BALANCED
from beenthere.evidence.estimate.result import Result

Told = dict[str, Any]


def balance(result: Result | None) -> list[Told]:
    """Per covariate the gap before and after weighting, in standard deviations. Of clones: the larger gap of
    the two strategies from everybody followed beyond the grace period."""
    if result is None:
        return []
    if "balance_at_end_of_grace" in result.diagnostics:
        return [_of_clones(row) for row in result.diagnostics["balance_at_end_of_grace"]]
    return [
        {"covariate": row["covariate"], "before": row["smd_before"], "after": row["smd_after"]}
        for row in result.diagnostics.get("balance", [])
    ]


def coarse(row: Told) -> Told:
    """In hundredths: all digits of a gap would tell how many of an arm have what few people have."""
    return {key: round(value, 2) if isinstance(value, float) else value for key, value in row.items()}


def _of_clones(row: Mapping[str, Any]) -> Told:
    made: Told = {"covariate": row["covariate"]}
    for moment in ("before", "after"):
        gaps = [value for key, value in row.items() if key.startswith(f"smd_{moment}") and value is not None]
        made[moment] = max(gaps, key=abs) if gaps else None
    return made


def weights(result: Result | None, names: tuple[str, str], *, largest: int) -> list[Told]:
    """Per strategy or arm: mean, largest, and how many people the weighted ones are worth. Empty for an
    estimator without weights."""
    found = result.diagnostics if result else {}
    spreads = {name: row["weights_at_end_of_grace"] for name, row in found.get("strategies", {}).items()}
    spreads = spreads or {name: row for name, row in found.get("weights", {}).items() if name != "all"}
    if not spreads:
        return []
    return [
        {
            "who": name,
            **{key: round(row[key], 2) for key in ("mean", "p99", "max", "effective_n")},
            "shares": shares(row["histogram"]["edges"], row["histogram"]["count"], largest=largest),
        }
        for name, row in zip(names, spreads.values(), strict=True)
        if row
    ]


def shares(edges: Sequence[float], counts: Sequence[int], *, largest: int) -> list[Told]:
    """from, to, percent: how the weights spread, in tenths of their range. Percents are rounded so coarsely
    that each stands for more than `largest` people either way; empty where not even tens would."""
    whole = sum(counts)
    step = next((step for step in (1, 5, 10) if whole * step / 200 > largest), None)
    if step is None:
        return []
    wide = max(1, -(-len(counts) // 10))
    made = []
    for first in range(0, len(counts), wide):
        share = 100 * sum(counts[first : first + wide]) / whole
        low, high = (round(edges[place], 2) for place in (first, min(first + wide, len(counts))))
        made.append({"from": low, "to": high, "percent": step * round(share / step)})
    return made


def small(gap: float | None) -> bool:
    return gap is not None and abs(gap) < BALANCED
