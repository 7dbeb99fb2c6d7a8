"""Matching against a version that looks at every pair, estimate and standard error alike."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from example_tables import ask
from scipy.special import expit


def drawn(seed: int) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    age, stays = draw.normal(size=300), draw.normal(size=300)
    treated = (draw.random(300) < expit(age / 2 - 1)).astype(int)
    outcome = 10 + age + 2 * treated + draw.normal(0, 2, 300)
    return pd.DataFrame({"age": age, "stays": stays, "supported": treated, "y": outcome})


def logit(rows: pd.DataFrame) -> Any:
    x = sm.add_constant(rows[["age", "stays"]])
    return (x @ sm.Logit(rows.supported, x).fit(disp=0, tol=1e-12).params).to_numpy()


def pairs(rows: pd.DataFrame, score: Any, *, ratio: int, replacement: bool, caliper: float) -> pd.DataFrame:
    arm = rows.supported.to_numpy() == 1
    width = caliper * np.sqrt((score[arm].var() + score[~arm].var()) / 2)
    free, made = list(np.flatnonzero(~arm)), []
    for _round in range(1 if replacement else ratio):
        for one in sorted(np.flatnonzero(arm), key=lambda row: -score[row]):
            near = sorted((abs(score[row] - score[one]), row) for row in free)
            for away, row in near[: ratio if replacement else 1]:
                if away > width:
                    break
                made.append((one, row))
                if not replacement:
                    free.remove(row)
    found = pd.DataFrame(made, columns=["one", "other"])
    return found.assign(share=1 / found.groupby("one").other.transform("size"))


def options(ratio: int, replacement: bool, caliper: float) -> dict[str, Any]:
    return {
        "estimator": "matching",
        "columns": {"treatment": "supported", "outcome": "y"},
        "model": {"covariates": ["age", "stays"]},
        "options": {"ratio": ratio, "replacement": replacement, "caliper": caliper},
    }


@pytest.mark.parametrize(("ratio", "caliper"), [(1, 0.2), (2, 0.2), (1, 0.02)])
def test_without_replacement_matched_sets_are_the_clusters(ratio: int, caliper: float) -> None:
    rows = drawn(ratio)
    found = pairs(rows, logit(rows), ratio=ratio, replacement=False, caliper=caliper)
    ones = found.drop_duplicates("one")
    long = pd.DataFrame(
        {
            "y": np.concatenate([rows.y[ones.one], rows.y[found.other]]),
            "arm": np.repeat([1.0, 0.0], [len(ones), len(found)]),
            "weight": np.concatenate([np.ones(len(ones)), found.share]),
            "set": np.concatenate([ones.one, found.one]),
        }
    )
    fit = sm.WLS(long.y, sm.add_constant(long.arm), weights=long.weight).fit(
        cov_type="cluster", cov_kwds={"groups": long.set, "use_correction": False}
    )
    sets = len(ones)
    ours = ask(rows, **options(ratio, False, caliper))
    assert ours.value.estimate == pytest.approx(fit.params["arm"], abs=1e-9)
    assert ours.value.std_error == pytest.approx(fit.bse["arm"] * np.sqrt(sets / (sets - 1)), rel=1e-9)


@pytest.mark.parametrize(("ratio", "caliper"), [(1, 0.2), (3, 0.5)])
def test_with_replacement_the_error_is_that_of_abadie_and_imbens(ratio: int, caliper: float) -> None:
    """Theorem 7: the matched sets vary, and a control standing for many adds its own variance."""
    rows = drawn(7)
    score, y = logit(rows), rows.y.to_numpy()
    found = pairs(rows, score, ratio=ratio, replacement=True, caliper=caliper)
    standing = found.groupby("one").apply(lambda one: (one.share * y[one.other]).sum(), include_groups=False)
    gain = y[standing.index] - standing.to_numpy()
    used = found.groupby("other").share.agg(["sum", lambda share: (share**2).sum()])
    chance = expit(score)
    control = np.flatnonzero(rows.supported == 0)
    extra = 0.0
    for row, (times, squares) in zip(used.index, used.to_numpy(), strict=True):
        others = control[control != row]
        near = others[np.argsort(abs(chance[others] - chance[row]), kind="stable")[:2]]
        extra += (times**2 - squares) * np.var(y[[row, *near]], ddof=1)
    ours = ask(rows, **options(ratio, True, caliper))
    error = np.sqrt(((gain - gain.mean()) ** 2).sum() + extra) / len(gain)
    assert ours.value.estimate == pytest.approx(gain.mean(), abs=1e-9)
    assert ours.value.std_error == pytest.approx(error, rel=1e-9)
    one, zero = ours.terms["mean_treated"].estimate, ours.terms["mean_untreated"].estimate
    linear = y[standing.index] / one - standing.to_numpy() / zero
    log_error = np.sqrt((linear**2).sum() + extra / zero**2) / len(gain)
    assert ours.terms["ratio"].std_error == pytest.approx(log_error, rel=1e-9)
