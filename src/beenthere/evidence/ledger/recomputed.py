"""Our calculation from the published counts, and whether it meets the published figure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from scipy import stats

from beenthere.evidence.estimate.result import Value, normal
from beenthere.evidence.estimate.two_by_two import Counts, number_needed, table_values, tests, wilson
from beenthere.evidence.ledger.claim import Claim

LEVEL = 0.95
NAMES = {
    "odds_ratio": "odds ratio",
    "ratio": "risk ratio",
    "difference": "risk difference",
    "risk_treated": "share in the first group",
    "risk_untreated": "share in the second group",
}


@dataclass(frozen=True, kw_only=True)
class Recomputed:
    """values: effects with 95 % intervals. tests: p values and numbers without one. meets: in words,
    empty when nothing comparable is published."""

    values: Mapping[str, Value]
    tests: Mapping[str, float]
    method: str
    needed: str = ""
    meets: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)

    def as_dict(self) -> dict[str, Any]:
        return {
            "values": {name: value.as_dict() for name, value in self.values.items()},
            "tests": dict(self.tests),
            "method": self.method,
            "number_needed": self.needed or None,
            "against_the_published": self.meets or None,
            "notes": list(self.notes),
        }


def recomputed(claim: Claim) -> Recomputed | None:
    """None where no counts are published."""
    if claim.recompute is None:
        return None
    return KINDS[claim.recompute["kind"]](claim.recompute)


def _two_by_two(given: Mapping[str, Any]) -> Recomputed:
    counts = Counts(
        treated_events=given["treated"][0],
        treated=given["treated"][1],
        untreated_events=given["untreated"][0],
        untreated=given["untreated"][1],
    )
    return _table(counts, given, "2x2 table from the counts: Woolf, Katz and Wald 95 % intervals")


def _percentages(given: Mapping[str, Any]) -> Recomputed:
    (share, people), (other_share, others) = given["treated"], given["untreated"]
    counts = Counts(
        treated_events=share / 100 * people,
        treated=people,
        untreated_events=other_share / 100 * others,
        untreated=others,
    )
    return _table(counts, given, "2x2 table from rounded percentages: Woolf, Katz and Wald 95 % intervals")


def _table(counts: Counts, given: Mapping[str, Any], method: str) -> Recomputed:
    values = table_values(counts, LEVEL)
    found = tests(counts)
    shown = {NAMES[key]: values[key] for key in NAMES if key in values}
    judged = {"p_chi_square": found["chi_square_p"]}
    exact = all(float(cell).is_integer() for cell in counts.cells)
    told = {"chi-square p": found["chi_square_p"]} | ({"Fisher p": found["fisher_p"]} if exact else {})
    needed = number_needed(values["difference"])
    return Recomputed(
        values=shown,
        tests=told,
        method=method,
        needed=f"{needed['treated']:.1f} {needed['meaning']}" if given.get("helps") else "",
        meets=_meets(given, values, judged),
    )


def _means(given: Mapping[str, Any]) -> Recomputed:
    """Student's t test and the standardised difference from means, standard deviations and numbers."""
    (mean, sd, n), (other_mean, other_sd, other_n) = given["treated"], given["untreated"]
    test = stats.ttest_ind_from_stats(mean, sd, n, other_mean, other_sd, other_n)
    df = n + other_n - 2
    pooled = math.sqrt(((n - 1) * sd**2 + (other_n - 1) * other_sd**2) / df)
    gap = mean - other_mean
    error = pooled * math.sqrt(1 / n + 1 / other_n)
    p = float(test.pvalue)
    return Recomputed(
        values={"difference in means": normal(gap, error, level=LEVEL, scale="difference in means", df=df)},
        tests={
            "two-sided p": p,
            "one-sided p": p / 2,
            "standardised difference": gap / pooled,
            "relative change": gap / other_mean,
        },
        method="Student's t from means and standard deviations, 95 % interval",
        meets=_meets(given, {}, {"p_one_sided": p / 2}),
    )


def _before_after(given: Mapping[str, Any]) -> Recomputed:
    (before, people), (after, same) = given["before"], given["after"]
    return Recomputed(
        values={
            "share before": wilson(before, people, LEVEL, "share"),
            "share after": wilson(after, same, LEVEL, "share"),
        },
        tests={"relative change": (after / same) / (before / people) - 1},
        method="shares with Wilson 95 % intervals",
        notes=(
            "No interval is given for the change: without a comparison group it cannot be told from "
            "regression to the mean, however exact it is.",
        ),
    )


def _meets(given: Mapping[str, Any], values: Mapping[str, Value], judged: Mapping[str, float]) -> str:
    """The estimate and its limits against the published ones: two figures meet when they differ by no more
    than one in the last printed place."""
    told = given.get("published")
    if not told:
        return ""
    measure = told["measure"]
    if measure in judged:
        return "matches" if _meet(judged[measure], told["estimate"]) else _crude(given, "p differs")
    ours = values[measure]
    pairs = [("estimate", ours.estimate), ("low", ours.ci_low), ("high", ours.ci_high)]
    apart = [name for name, number in pairs if not _meet(number, told[name])]
    if not apart:
        return "matches"
    return _crude(given, "the estimates differ" if "estimate" in apart else "same estimate, other interval")


def _meet(ours: float, printed: float) -> bool:
    """The last place of 0.66 is 0.01, of 1.4 it is 0.1. The slack is for numbers that binary cannot hold."""
    place = 10.0 ** int(Decimal(str(printed)).as_tuple().exponent)
    return abs(ours - printed) <= place * (1 + 1e-9)


def _crude(given: Mapping[str, Any], what: str) -> str:
    return f"crude v published: {what}; {given.get('reason', 'the reason is not known')}"


KINDS = {
    "two_by_two": _two_by_two,
    "percentages": _percentages,
    "means": _means,
    "before_after": _before_after,
}
