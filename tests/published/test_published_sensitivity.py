"""How far could something unrecorded explain matched pairs away?"""

import numpy as np
import pytest
from scipy import stats

from beenthere.evidence.estimate.rosenbaum import bounds, mcnemar, signed_rank

#: Lead in the blood of 33 children whose parents worked with it, and of one neighbor of the same age each.
#: Morton et al. 1982; Rosenbaum 2002, Observational Studies, section 4.3.3.
EXPOSED = "38 23 41 18 37 36 23 62 31 34 24 14 21 17 16 20 15 10 45 39 22 35 49 48 44 35 43 39 34 13 73 25 27"
NEIGHBORS = "16 18 18 24 19 11 10 15 16 18 18 13 19 10 16 16 24 13 9 14 21 19 7 18 19 12 11 22 25 16 13 11 13"
CHILDREN, OTHERS = (np.array(row.split(), dtype=float) for row in (EXPOSED, NEIGHBORS))


@pytest.mark.parametrize(
    ("gamma", "published"), [(1, 0.0000), (2, 0.0018), (3, 0.0136), (4, 0.0388), (4.25, 0.0468), (5, 0.0740)]
)
def test_lead_in_children(gamma: float, published: float) -> None:
    assert signed_rank(CHILDREN - OTHERS)(gamma) / 2 == pytest.approx(published, abs=5e-5)


def test_without_anything_unrecorded_it_is_the_usual_test() -> None:
    told = stats.wilcoxon(CHILDREN, OTHERS, zero_method="zsplit", correction=False, method="asymptotic")
    assert signed_rank(CHILDREN - OTHERS)(1.0) == pytest.approx(told.pvalue, rel=0.05)
    pairs = np.array([1.0] * 14 + [-1.0] * 5 + [0.0] * 30)
    assert mcnemar(pairs)(1.0) == pytest.approx(stats.binomtest(14, 19).pvalue)


def test_the_gamma_that_explains_is_where_the_bound_meets_the_level() -> None:
    found = bounds(CHILDREN, OTHERS, level=0.95)
    assert found is not None
    assert (found["pairs"], found["pairs_that_differ"]) == (33, 32)
    assert signed_rank(CHILDREN - OTHERS)(found["explained_at"]) == pytest.approx(0.05, abs=1e-6)


def test_pairs_that_tell_nothing_and_pairs_that_tell_all() -> None:
    alike, yes = np.zeros(40), np.ones(400)
    assert bounds(alike, alike, level=0.95) is None
    even = np.tile([0.0, 1.0], 20)
    weak, strong = bounds(even, 1 - even, level=0.95), bounds(yes, 0 * yes, level=0.95)
    assert weak is not None
    assert weak["explained_at"] == 1.0
    assert strong is not None
    assert strong["explained_at"] is None
