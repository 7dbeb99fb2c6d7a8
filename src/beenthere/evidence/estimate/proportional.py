"""Whether hazards are proportional: scaled Schoenfeld residuals against the ranks of time.

Source: Grambsch & Therneau 1994, 10.1093/biomet/81.3.515. lifelines has the test, but not for rows with an
entry time; the tests hold both to the same figures where both exist.
"""

from typing import Any

import numpy as np
from scipy import stats

from beenthere.evidence.estimate.incidence import Rows
from beenthere.evidence.estimate.matrix import Matrix
from beenthere.evidence.estimate.sample import Array, Codes, Mask


def proportional(
    matrix: Matrix, rows: Rows, beta: Array, variance: Array, strata: Codes
) -> list[dict[str, Any]]:
    """Per column, chi-square with one degree of freedom. variance: p x p, as if the model were right."""
    parts = [_residuals(matrix.values, rows, beta, strata == label) for label in np.unique(strata)]
    times = np.concatenate([time for time, _left in parts])
    left = np.vstack([residuals for _time, residuals in parts])
    count = len(times)
    ranks = stats.rankdata(times, method="average")
    away = ranks - ranks.mean()
    scaled = count * left @ variance
    found = (away @ scaled) ** 2 / (count * np.diag(variance) * (away**2).sum())
    return [
        {"covariate": name, "chi_square": float(value), "p_value": float(stats.chi2.sf(value, 1))}
        for name, value in zip(matrix.names, found, strict=True)
    ]


def _residuals(x: Array, rows: Rows, beta: Array, some: Mask) -> tuple[Array, Array]:
    """Event times in one stratum, and how far the covariates of whom it met lie from those of everybody at
    risk."""
    x, time, entry = x[some], rows.time[some], rows.entry[some]
    happened, weights = rows.cause[some] > 0, rows.weights[some]
    risk = weights * np.exp(np.clip(x @ beta - (x @ beta).mean(), -50, 50))
    moments = time[happened]
    total = _still(time, risk[:, None], moments) - _still(entry, risk[:, None], moments)
    sums = _still(time, risk[:, None] * x, moments) - _still(entry, risk[:, None] * x, moments)
    return moments, (x[happened] - sums / total) * weights[happened][:, None]


def _still(values: Array, parts: Array, moments: Array) -> Array:
    """Sum of the parts whose value is at or after each moment."""
    order = np.argsort(values, kind="stable")
    later = np.vstack([np.cumsum(parts[order][::-1], axis=0)[::-1], np.zeros((1, parts.shape[1]))])
    return later[np.searchsorted(values[order], moments, side="left")]
