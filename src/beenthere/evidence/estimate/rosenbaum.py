"""How strong something unrecorded would have to be to explain matched pairs away: Rosenbaum's bounds.

Within a pair, an unrecorded cause may make one person up to gamma times as likely (in odds) to be the treated
one as the other. For each gamma the least favorable case gives an upper bound of the p-value: McNemar's test
for yes and no, Wilcoxon's signed rank test otherwise. Source: Rosenbaum 2002, Observational Studies, second
edition, sections 4.3.2 and 4.3.3.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import optimize, stats

from beenthere.evidence.estimate.sample import Array

GAMMAS = (1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
#: Beyond this nobody asks further.
MOST = 50.0
Bound = Callable[[float], float]


def bounds(treated: Array, control: Array, *, level: float) -> dict[str, Any] | None:
    """treated, control: outcomes of the two persons of each pair, in the same order. None when no pair
    differs.

    explained_at: the least gamma at which the two-sided bound exceeds 1 - level; 1 when the pairs tell
    nothing without it, None when it lies beyond 50.
    """
    differences = treated - control
    if not differences.any():
        return None
    binary = bool(np.isin(np.concatenate([treated, control]), (0.0, 1.0)).all())
    bound = mcnemar(differences) if binary else signed_rank(differences)
    return {
        "test": "McNemar" if binary else "Wilcoxon signed rank, normal approximation",
        "pairs": len(differences),
        "pairs_that_differ": int((differences != 0).sum()),
        "bounds": [{"gamma": gamma, "p_value": bound(gamma)} for gamma in GAMMAS],
        "explained_at": _explained(bound, 1 - level),
    }


def mcnemar(differences: Array) -> Bound:
    """Two-sided bound by gamma; exact. Pairs alike say nothing."""
    count = int((differences != 0).sum())
    more = max(int((differences > 0).sum()), int((differences < 0).sum()))
    return lambda gamma: _two_sided(stats.binom.sf(more - 1, count, gamma / (1 + gamma)))


def signed_rank(differences: Array) -> Bound:
    """Two-sided bound by gamma; ties share their mean rank, and pairs alike hold the lowest ranks and add
    nothing, as in Rosenbaum's example."""
    ranks = stats.rankdata(np.abs(differences)) * (differences != 0)
    total = max(float(ranks[differences > 0].sum()), float(ranks[differences < 0].sum()))

    def bound(gamma: float) -> float:
        chance = gamma / (1 + gamma)
        spread = np.sqrt(chance * (1 - chance) * (ranks**2).sum())
        return _two_sided(stats.norm.sf((total - chance * ranks.sum()) / spread))

    return bound


def _two_sided(tail: float) -> float:
    return float(min(1.0, 2 * tail))


def _explained(bound: Bound, alpha: float) -> float | None:
    if bound(1.0) > alpha:
        return 1.0
    if bound(MOST) <= alpha:
        return None
    return float(optimize.brentq(lambda gamma: bound(gamma) - alpha, 1.0, MOST, xtol=1e-6))
