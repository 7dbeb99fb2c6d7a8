"""The 2x2 table: odds ratio, risk ratio, risk difference, number needed to treat, chi-square and Fisher."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import arms, is_binary, offered
from beenthere.evidence.estimate.result import Answer, Value, normal, ratio
from beenthere.evidence.estimate.sample import Sample
from beenthere.evidence.estimate.spec import Spec


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Events and people of the treated and of the untreated."""

    treated_events: float
    treated: float
    untreated_events: float
    untreated: float

    @property
    def cells(self) -> tuple[float, float, float, float]:
        """Events and others of the treated, then of the untreated."""
        return (
            self.treated_events,
            self.treated - self.treated_events,
            self.untreated_events,
            self.untreated - self.untreated_events,
        )


def counted(sample: Sample) -> Counts:
    """From one row a person, or from rows of `events` among `total`. Raises Unfit for counts that cannot
    be."""
    treated = arms(sample)
    if sample.has("events"):
        events, total = sample.column("events"), sample.column("total")
        if (events > total).any() or (events != np.round(events)).any() or (total != np.round(total)).any():
            raise Unfit("events and total are whole numbers, and no row has more events than people.")
    else:
        events, total = sample.column("outcome"), np.ones(len(sample))
        if not is_binary(events):
            raise Unfit("the outcome of a 2x2 table is 0 or 1.")
    return Counts(
        treated_events=float(events[treated].sum()),
        treated=float(total[treated].sum()),
        untreated_events=float(events[~treated].sum()),
        untreated=float(total[~treated].sum()),
    )


def table_values(counts: Counts, level: float) -> dict[str, Value]:
    """Every measure of the table. Raises Unfit when nobody or everybody has the event.

    Intervals: Wald for the difference, Katz for the risk ratio, Woolf for the odds ratio, Wilson for each
    risk; `difference, Newcombe` is the difference with Newcombe's interval, which holds in small tables. A
    ratio is left out when a cell is empty.
    """
    a, b, c, d = counts.cells
    if a + c == 0 or b + d == 0:
        raise Unfit("everybody or nobody has the event, so the table says nothing of a difference.")
    one, zero = a / counts.treated, c / counts.untreated
    error = math.sqrt(one * (1 - one) / counts.treated + zero * (1 - zero) / counts.untreated)
    risks = [
        wilson(a, counts.treated, level, "risk"),
        wilson(c, counts.untreated, level, "risk"),
    ]
    difference = normal(one - zero, error, level=level, scale="risk difference")
    values = {
        "difference": difference,
        "difference, Newcombe": _newcombe(difference, risks[0], risks[1]),
        "risk_treated": risks[0],
        "risk_untreated": risks[1],
    }
    if a > 0 and c > 0:
        log_error = math.sqrt(b / (a * counts.treated) + d / (c * counts.untreated))
        if log_error > 0:
            values["ratio"] = ratio(math.log(one / zero), log_error, level=level, scale="risk ratio")
    if min(a, b, c, d) > 0:
        log_error = math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        values["odds_ratio"] = ratio(math.log(a * d / (b * c)), log_error, level=level, scale="odds ratio")
    return values


def wilson(events: float, total: float, level: float, scale: str) -> Value:
    """A share with Wilson's interval. Source: Wilson 1927, 10.1080/01621459.1927.10502953."""
    z = float(stats.norm.ppf(0.5 + level / 2))
    share = events / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    error = math.sqrt(share * (1 - share) / total)
    return Value(
        estimate=share, std_error=error, ci_low=middle - half, ci_high=middle + half, scale=scale, null=None
    )


def _newcombe(difference: Value, one: Value, zero: Value) -> Value:
    """Source: Newcombe 1998, 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, method 10."""
    gap = difference.estimate
    low = gap - math.hypot(one.estimate - one.ci_low, zero.ci_high - zero.estimate)
    high = gap + math.hypot(one.ci_high - one.estimate, zero.estimate - zero.ci_low)
    return Value(
        estimate=gap,
        std_error=difference.std_error,
        ci_low=low,
        ci_high=high,
        p_value=difference.p_value,
        scale=difference.scale,
    )


def tests(counts: Counts) -> dict[str, float]:
    """Pearson's chi-square without correction, and Fisher's exact test, both two-sided."""
    a, b, c, d = counts.cells
    found = stats.chi2_contingency([[a, b], [c, d]], correction=False)
    exact = stats.fisher_exact([[int(a), int(b)], [int(c), int(d)]])
    return {
        "chi_square": float(found.statistic),
        "chi_square_p": float(found.pvalue),
        "fisher_p": float(exact.pvalue),
    }


def number_needed(difference: Value) -> dict[str, Any]:
    """How many treated for one event more or less; an interval only where the difference excludes 0."""
    gap = difference.estimate
    kind = "to prevent one event" if gap < 0 else "for one event more"
    clear = not difference.ci_low <= 0 <= difference.ci_high
    limits = sorted((1 / abs(difference.ci_low), 1 / abs(difference.ci_high))) if clear else None
    return {"treated": 1 / abs(gap) if gap else None, "meaning": kind, "interval": limits}


def calculate(sample: Sample, design: Design) -> Answer:
    counts = counted(sample)
    values = table_values(counts, design.level)
    return Answer(
        headline=offered(values, design.measure),
        values=values,
        n=int(counts.treated + counts.untreated),
        estimand_words="the crude difference in risk between the groups",
        method="2x2 table: Wald, Katz and Woolf intervals",
        working={"counts": counts},
    )


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    counts: Counts = answer.working["counts"]
    a, b, c, d = counts.cells
    smallest = min(row * column / (a + b + c + d) for row in (a + b, c + d) for column in (a + c, b + d))
    found: dict[str, Any] = {
        "counts": {"treated": [a, a + b], "untreated": [c, c + d]},
        **tests(counts),
        "number_needed": number_needed(answer.values["difference"]),
    }
    if smallest < 5:
        found["warnings"] = [
            "A cell holds fewer than five expected people: read Fisher's p and Newcombe's interval instead."
        ]
    return found


SPEC = Spec(
    key="two_by_two",
    title="2x2 table",
    estimands=("risk difference",),
    measures=("difference", "ratio", "odds_ratio"),
    required=("treatment",),
    either=(("outcome",), ("events", "total")),
    optional=("id",),
    calculate=calculate,
    diagnose=diagnose,
)
