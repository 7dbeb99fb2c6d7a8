"""Whether the groups are alike before and after weighting, and whether the weights can be borne."""

from typing import Any

import numpy as np
import pandas as pd

from beenthere.evidence.estimate.design import Covariates
from beenthere.evidence.estimate.formula import columns_of
from beenthere.evidence.estimate.matrix import covariate_matrix
from beenthere.evidence.estimate.sample import Array, Mask, Sample

# Differences below a tenth of a standard deviation are by custom called balanced (Austin 2009,
# 10.1002/sim.3697).
BALANCED = 0.1
RARE = 0.01


def balance_table(
    sample: Sample, covariates: Covariates, treated: Mask, *, before: Array, after: Array
) -> list[dict[str, Any]]:
    """Per covariate and factor level: means, standardised mean difference and variance ratio, before and
    after.

    The difference is in units of the pooled standard deviation before weighting, so that both are on one
    scale.
    """
    matrix = covariate_matrix(sample.frame, covariates)
    return [
        _row(name, matrix.values[:, place], treated, before, after) for place, name in enumerate(matrix.names)
    ]


def _row(name: str, values: Array, treated: Mask, before: Array, after: Array) -> dict[str, Any]:
    first = [_moments(values[arm], before[arm]) for arm in (treated, ~treated)]
    last = [_moments(values[arm], after[arm]) for arm in (treated, ~treated)]
    pooled = np.sqrt((first[0][1] + first[1][1]) / 2)
    return {
        "covariate": name,
        "treated_before": first[0][0],
        "untreated_before": first[1][0],
        "treated_after": last[0][0],
        "untreated_after": last[1][0],
        "smd_before": _over(first[0][0] - first[1][0], pooled),
        "smd_after": _over(last[0][0] - last[1][0], pooled),
        "variance_ratio_before": _over(first[0][1], first[1][1]),
        "variance_ratio_after": _over(last[0][1], last[1][1]),
    }


def _moments(values: Array, weights: Array) -> tuple[float, float]:
    mean = float(np.average(values, weights=weights))
    return mean, float(np.average((values - mean) ** 2, weights=weights))


def _over(above: float, below: float) -> float | None:
    return float(above / below) if below > 0 else (0.0 if above == 0 else None)


def unbalanced(rows: list[dict[str, Any]]) -> list[str]:
    """The covariates whose difference after is a tenth of a standard deviation or more."""
    return [row["covariate"] for row in rows if row["smd_after"] is None or abs(row["smd_after"]) >= BALANCED]


def weight_report(weights: Array, treated: Mask) -> dict[str, Any]:
    """Mean, range, percentiles and effective sample size, of all and of each arm; zero weights left out."""
    return {
        name: _spread(weights[some & (weights > 0)])
        for name, some in (("all", treated | ~treated), ("treated", treated), ("untreated", ~treated))
    }


def _spread(weights: Array) -> dict[str, Any]:
    cuts = np.quantile(weights, (0.01, 0.5, 0.99))
    return {
        "n": len(weights),
        "mean": float(weights.mean()),
        "min": float(weights.min()),
        "p1": float(cuts[0]),
        "median": float(cuts[1]),
        "p99": float(cuts[2]),
        "max": float(weights.max()),
        "effective_n": effective(weights),
        "histogram": histogram(weights),
    }


def histogram(values: Array) -> dict[str, Any]:
    """At most 30 equal steps from the least to the greatest value; empty where there is none."""
    if not len(values):
        return {"edges": [], "count": []}
    count, edges = np.histogram(values, bins=min(30, max(1, len(np.unique(values)))))
    return {"edges": edges.tolist(), "count": count.tolist()}


def effective(weights: Array) -> float:
    """How many unweighted people would give as much information (Kish)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def overlap_report(score: Array, treated: Mask) -> dict[str, Any]:
    """Where the propensity scores of the arms lie, and how many lie where the other arm has nobody."""
    low = max(score[treated].min(), score[~treated].min())
    high = min(score[treated].max(), score[~treated].max())
    edges = np.linspace(0, 1, 21)
    return {
        "treated": {"min": float(score[treated].min()), "max": float(score[treated].max())},
        "untreated": {"min": float(score[~treated].min()), "max": float(score[~treated].max())},
        "common_range": [float(low), float(high)],
        "outside_common_range": int(((score < low) | (score > high)).sum()),
        "below_0.01": int((score < RARE).sum()),
        "above_0.99": int((score > 1 - RARE).sum()),
        "histogram": {
            "edges": edges.tolist(),
            "treated": np.histogram(score[treated], edges)[0].tolist(),
            "untreated": np.histogram(score[~treated], edges)[0].tolist(),
        },
    }


def positivity(sample: Sample, covariates: Covariates, treated: Mask) -> list[dict[str, Any]]:
    """Levels of a text or factor covariate, and fifths of a number, in which an arm has nobody or nearly."""
    found: list[dict[str, Any]] = []
    for column in columns_of(covariates):
        strata = _strata(sample.frame[column], column in covariates.factors)
        table = pd.crosstab(strata, treated).reindex(columns=[False, True], fill_value=0)
        for level, row in table.iterrows():
            share = row[True] / (row[True] + row[False])
            if min(row[True], row[False]) == 0 or min(share, 1 - share) < RARE:
                found.append(
                    {
                        "covariate": column,
                        "level": str(level),
                        "treated": int(row[True]),
                        "untreated": int(row[False]),
                    }
                )
    return found


def _strata(series: pd.Series, factor: bool) -> pd.Series:
    if factor or series.nunique() <= 10 or not pd.api.types.is_numeric_dtype(series):
        return series
    return pd.qcut(series, 5, duplicates="drop").astype(str)
