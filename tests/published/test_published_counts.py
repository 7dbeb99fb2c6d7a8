"""Counts, tables and pooled trials."""

import pandas as pd
import pytest
from published_data import ask, r_data

from beenthere.evidence.estimate.sensitivity import e_values

BCG = {
    "treated_events": "BCGTB",
    "treated_total": "BCGVacc",
    "control_events": "NoVaccTB",
    "control_total": "NoVacc",
    "study": "Study",
}


def test_visits_of_older_people() -> None:
    """Zeileis, Kleiber & Jackman 2008, table 2: negative binomial, logL -12170.6."""
    found = ask(
        r_data("AER", "NMES1988"),
        estimator="negative_binomial",
        columns={"outcome": "visits"},
        model={
            "covariates": ["hospital", "health", "chronic", "gender", "school", "insurance"],
            "reference": {"health": "average", "gender": "female", "insurance": "no"},
        },
    )
    names = (
        "intercept",
        "hospital",
        "health[poor]",
        "health[excellent]",
        "chronic",
        "gender[male]",
        "school",
        "insurance[yes]",
    )
    published = (0.9292, 0.2178, 0.3050, -0.3418, 0.1749, -0.1265, 0.0268, 0.2244)
    assert [found.terms[name].estimate for name in names] == pytest.approx(published, abs=5e-4)
    assert found.diagnostics["log_likelihood"] == pytest.approx(-12170.55, abs=0.05)


def test_thirteen_trials_of_bcg() -> None:
    """metafor: REML -0.7145 (.1798), tau2 .3132, Q 152.23; DerSimonian-Laird -0.7141, tau2 .3088."""
    found = ask(r_data("HSAUR", "BCG"), estimator="meta_analysis", columns=BCG)
    assert (found.value.estimate, found.value.std_error) == pytest.approx((-0.7145, 0.1798), abs=1e-4)
    assert found.diagnostics["tau2"] == pytest.approx(0.3132, abs=1e-3)
    assert found.diagnostics["q"] == pytest.approx(152.23, abs=5e-3)
    simple = ask(r_data("HSAUR", "BCG"), estimator="meta_analysis", columns=BCG, options={"method": "DL"})
    assert (simple.value.estimate, simple.diagnostics["tau2"]) == pytest.approx((-0.7141, 0.3088), abs=1e-4)


TRIALS = {
    "johnson 2018": (
        (64, 218, 83, 216),
        {
            "odds_ratio": (0.666, 0.446, 0.994),
            "ratio": (0.764, 0.585, 0.997),
            "difference": (-0.091, -0.179, -0.002),
        },
    ),
    "gillard 2022, counts not verified": (
        (136, 274, 146, 291),
        {
            "odds_ratio": (0.979, 0.704, 1.361),
            "ratio": (0.989, 0.839, 1.167),
            "difference": (-0.005, -0.088, 0.077),
        },
    ),
    "chien 2019": ((2, 9, 5, 10), {"ratio": (0.444, 0.113, 1.750)}),
    "ostrow 2025": (
        (175, 279, 325, 448),
        {"difference": (-0.098, -0.168, -0.028), "ratio": (0.865, 0.777, 0.962)},
    ),
    "samet 2003, from rounded percentages": ((162, 235, 125, 235), {"ratio": (1.296, 1.118, 1.502)}),
}


@pytest.mark.parametrize("name", TRIALS)
def test_two_by_two_of_trials(name: str) -> None:
    (one, treated, zero, untreated), published = TRIALS[name]
    frame = pd.DataFrame({"arm": [1, 0], "events": [one, zero], "people": [treated, untreated]})
    columns = {"treatment": "arm", "events": "events", "total": "people"}
    found = ask(frame, estimator="two_by_two", columns=columns)
    for measure, figures in published.items():
        value = found.terms[measure]
        assert (value.estimate, value.ci_low, value.ci_high) == pytest.approx(figures, abs=5.1e-4)


def test_tests_and_number_needed_of_johnson() -> None:
    frame = pd.DataFrame({"arm": [1, 0], "events": [64, 83], "people": [218, 216]})
    columns = {"treatment": "arm", "events": "events", "total": "people"}
    told = ask(frame, estimator="two_by_two", columns=columns).diagnostics
    assert round(told["number_needed"]["treated"], 1) == 11.0
    assert (round(told["chi_square_p"], 4), round(told["fisher_p"], 4)) == (0.0460, 0.0539)


def test_chi_square_of_ostrow() -> None:
    frame = pd.DataFrame({"arm": [1, 0], "events": [175, 325], "people": [279, 448]})
    columns = {"treatment": "arm", "events": "events", "total": "people"}
    assert round(ask(frame, estimator="two_by_two", columns=columns).diagnostics["chi_square_p"], 4) == 0.0055


def test_e_value_of_vanderweele_and_ding() -> None:
    """Risk ratio 3.9 with lower limit 1.8: 7.26 and 3.0."""
    found = e_values(3.9, 1.8, 8.7)
    assert (round(found["estimate"], 3), round(found["interval"], 3)) == (7.263, 3.000)
