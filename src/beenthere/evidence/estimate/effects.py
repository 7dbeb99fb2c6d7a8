"""Two means and what is made of them: difference, ratio, odds ratio, each with its interval."""

import math

import numpy as np

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.glm import summed
from beenthere.evidence.estimate.result import Value, normal, ratio
from beenthere.evidence.estimate.sample import Array, Codes, Mask, Sample

MEASURES = ("difference", "ratio", "odds_ratio")


def arms(sample: Sample) -> Mask:
    """Who was treated. Raises Unfit when an arm is empty."""
    treated = np.asarray(sample.column("treatment") == 1, dtype=np.bool_)
    for name, some in (("treated", treated), ("untreated", ~treated)):
        if not some.any():
            raise Unfit(
                f"nobody is {name} among the {len(sample)} rows used{_left_out(sample)}, so there is nothing "
                "to compare."
            )
    return treated


def _left_out(sample: Sample) -> str:
    """An arm often empties because a column that only the other arm has was named."""
    by_column = sample.flow[1].get("by_column", {}) if len(sample.flow) > 1 else {}
    told = ", ".join(f"{column} ({count})" for column, count in by_column.items())
    return f" (left out for a missing value in {told})" if told else ""


def is_binary(values: Array) -> bool:
    return bool(np.isin(values, (0.0, 1.0)).all())


def error_of(influence: Array, clusters: Codes | None) -> float:
    """Standard error from each row's influence, rows of a cluster added up."""
    return float(np.sqrt((summed(influence, clusters) ** 2).sum()))


def contrast(
    treated: tuple[float, Array],
    untreated: tuple[float, Array],
    *,
    clusters: Codes | None,
    level: float,
    binary: bool,
    noun: str = "mean",
) -> dict[str, Value]:
    """From (mean, influence per row) of each arm to every measure. Ratios only of means above zero."""
    (one, moved_one), (zero, moved_zero) = treated, untreated
    noun = "risk" if binary else noun
    values = {
        "difference": normal(
            one - zero, error_of(moved_one - moved_zero, clusters), level=level, scale=f"{noun} difference"
        ),
        f"{noun}_treated": normal(one, error_of(moved_one, clusters), level=level, scale=noun, null=None),
        f"{noun}_untreated": normal(zero, error_of(moved_zero, clusters), level=level, scale=noun, null=None),
    }
    if one > 0 and zero > 0:
        error = error_of(moved_one / one - moved_zero / zero, clusters)
        values["ratio"] = ratio(math.log(one / zero), error, level=level, scale=f"{noun} ratio")
    if binary and 0 < one < 1 and 0 < zero < 1:
        error = error_of(moved_one / (one * (1 - one)) - moved_zero / (zero * (1 - zero)), clusters)
        log = math.log(one / (1 - one)) - math.log(zero / (1 - zero))
        values["odds_ratio"] = ratio(log, error, level=level, scale="odds ratio")
    return values


def offered(values: dict[str, Value], measure: str) -> str:
    """The measure the design asks for; Unfit when these data do not give it."""
    if measure not in values:
        raise Unfit(
            f'measure = "{measure}" cannot be had here: a ratio needs means above zero, an odds ratio a '
            "yes-or-no outcome with both answers in both arms. Ask for the difference."
        )
    return measure


def cluster_codes(sample: Sample) -> Codes | None:
    """None where every row is its own cluster."""
    return sample.clusters if sample.clustered else None
