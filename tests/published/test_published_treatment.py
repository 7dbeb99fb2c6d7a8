"""Treatment effects that textbooks and papers print, from the data they print them of."""

import pytest
from published_data import ask, causal

NHEFS = {"id": "seqn", "treatment": "qsmk", "outcome": "wt82_71"}
COVARIATES = {
    "covariates": [
        "sex",
        "race",
        "age",
        "education",
        "smokeintensity",
        "smokeyrs",
        "exercise",
        "active",
        "wt71",
    ],
    "factors": ["education", "exercise", "active"],
    "squares": ["age", "smokeintensity", "smokeyrs", "wt71"],
}


def test_crude_difference_in_nhefs() -> None:
    """Hernán & Robins, What If, chapter 12: those who quit gained 2.5 kg more."""
    found = ask(causal("nhefs_complete"), estimator="linear", columns=NHEFS)
    assert found.n == 1566
    assert found.value.estimate == pytest.approx(2.541, abs=1e-3)


def test_weighting_in_nhefs() -> None:
    """What If, chapter 12: 3.4 (2.4, 4.5); weights 2.00 (1.05-16.7), stabilised 1.00 (0.33-4.30)."""
    found = ask(causal("nhefs_complete"), estimator="ipw", columns=NHEFS, model=COVARIATES)
    value = found.value
    assert value.estimate == pytest.approx(3.4405, abs=1e-3)
    assert (round(value.ci_low, 2), round(value.ci_high, 2)) == (2.41, 4.47)
    weights = found.diagnostics["weights"]["all"]
    assert (weights["mean"], weights["min"], weights["max"]) == pytest.approx((1.996, 1.054, 16.70), abs=1e-3)
    stabilised = found.diagnostics["weights_stabilised"]["all"]
    assert (stabilised["mean"], stabilised["min"], stabilised["max"]) == pytest.approx(
        (0.999, 0.331, 4.298), abs=1e-3
    )


def test_the_formula_says_the_same_as_the_lists() -> None:
    formula = (
        "sex + race + age + age^2 + C(education) + smokeintensity + I(smokeintensity**2) + smokeyrs + "
        "smokeyrs^2 + C(exercise) + C(active) + wt71 + wt71^2"
    )
    lists = ask(causal("nhefs_complete"), estimator="ipw", columns=NHEFS, model=COVARIATES)
    written = ask(causal("nhefs_complete"), estimator="ipw", columns=NHEFS, model={"formula": formula})
    assert written.value.estimate == pytest.approx(lists.value.estimate, abs=1e-9)


def test_standardisation_in_nhefs() -> None:
    """What If, chapter 13: 3.5."""
    model = {**COVARIATES, "interactions": [["qsmk", "smokeintensity"]]}
    found = ask(causal("nhefs_complete"), estimator="standardisation", columns=NHEFS, outcome_model=model)
    assert found.value.estimate == pytest.approx(3.5174, abs=1e-3)


def test_incomplete_rows_of_nhefs_are_counted() -> None:
    """1,629 people, of whom 1,566 have both weights: the same answer, and the flow says who is missing."""
    found = ask(causal("nhefs"), estimator="linear", columns=NHEFS)
    assert found.value.estimate == pytest.approx(2.541, abs=1e-3)
    assert [step["rows"] for step in found.diagnostics["flow"]] == [1629, 63, 1566]


def test_training_programme_of_dehejia_and_wahba() -> None:
    """Dehejia & Wahba 1999: the experiment gave $1,794 (633)."""
    found = ask(
        causal("nsw_mixtape"),
        estimator="linear",
        columns={"treatment": "treat", "outcome": "re78"},
        options={"variance": "classical"},
    )
    assert found.value.estimate == pytest.approx(1794.34, abs=0.01)
    assert found.value.std_error == pytest.approx(632.85, abs=0.01)
