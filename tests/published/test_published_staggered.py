"""Callaway-Sant'Anna: the published figures of `mpdta`, and those of another implementation, diff-diff 3.13,
run once on `staggered_panel` (November 2026).
"""

from typing import Any

import pytest
from published_data import ask, mpdta
from staggered_panel import panel

from beenthere.evidence.estimate.result import Result

# The vignette of the R package did, unconditional, never-treated controls, varying base period.
PUBLISHED = {
    "att(2004,2004)": -0.0105,
    "att(2004,2005)": -0.0704,
    "att(2004,2006)": -0.1373,
    "att(2004,2007)": -0.1008,
    "att(2006,2004)": 0.0065,
    "att(2006,2005)": -0.0028,
    "att(2006,2006)": -0.0046,
    "att(2006,2007)": -0.0412,
    "att(2007,2004)": 0.0305,
    "att(2007,2005)": -0.0027,
    "att(2007,2006)": -0.0311,
    "att(2007,2007)": -0.0261,
    "simple": -0.0400,
    "dynamic at 0": -0.0199,
    "dynamic at 1": -0.0510,
    "dynamic at 2": -0.1373,
    "dynamic at 3": -0.1008,
    "dynamic": -0.0772,
    "group 2004": -0.0797,
    "group 2006": -0.0229,
    "group 2007": -0.0261,
    "group": -0.0310,
}
NEVER = {
    "att(2004,2004)": (0.085019, 0.099030),
    "att(2004,2005)": (-0.056359, 0.027485),
    "att(2004,2006)": (0.040594, 0.093746),
    "att(2004,2007)": (-0.080278, 0.054499),
    "att(2006,2004)": (-0.053865, 0.068697),
    "att(2006,2005)": (0.059533, 0.068774),
    "att(2006,2006)": (-0.092237, 0.067564),
    "att(2006,2007)": (-0.055190, 0.022680),
    "att(2007,2004)": (-0.007093, 0.043815),
    "att(2007,2005)": (0.007668, 0.044026),
    "att(2007,2006)": (-0.002583, 0.043962),
    "att(2007,2007)": (-0.027800, 0.043899),
    "simple": (-0.033537, 0.026037),
    "dynamic at -3": (-0.007093, 0.043815),
    "dynamic at -2": (-0.006726, 0.034720),
    "dynamic at -1": (0.011947, 0.034695),
    "dynamic at 0": (-0.029481, 0.032292),
    "dynamic at 1": (-0.055579, 0.018282),
    "dynamic at 2": (0.040594, 0.093746),
    "dynamic at 3": (-0.080278, 0.054499),
    "group 2004": (-0.002756, 0.057419),
    "group 2006": (-0.073713, 0.036699),
    "group 2007": (-0.027800, 0.043899),
}
WAITING = {
    "att(2004,2004)": (0.091444, 0.097987),
    "att(2006,2005)": (0.057251, 0.067546),
    "att(2007,2004)": (-0.000919, 0.043028),
    "simple": (-0.032992, 0.027659),
    "dynamic at 0": (-0.028647, 0.034954),
    "group 2006": (-0.073329, 0.036065),
}
ROBUST = {
    "att(2004,2004)": (0.085010, 0.096442),
    "att(2006,2006)": (-0.091530, 0.068121),
    "att(2007,2007)": (-0.028974, 0.043879),
    "simple": (-0.033791, 0.025192),
    "dynamic at 1": (-0.054694, 0.018088),
    "group 2004": (-0.002778, 0.052079),
}


def staggered(**design: Any) -> Result:
    columns = {"id": "county", "period": "year", "first_treated": "first", "outcome": "y"}
    return ask(panel(), estimator="callaway_santanna", columns=columns, **design)


def test_mpdta_has_the_published_effects() -> None:
    rows = mpdta()
    starts = rows["first.treat"]
    columns = {"id": "countyreal", "period": "year", "first_treated": "first", "outcome": "lemp"}
    found = ask(rows.assign(first=starts.where(starts > 0)), estimator="callaway_santanna", columns=columns)
    assert found.diagnostics["groups"] == {"2004": 20, "2006": 40, "2007": 131}
    assert found.diagnostics["never"] == 309
    assert {name: found.terms[name].estimate for name in PUBLISHED} == pytest.approx(PUBLISHED, abs=1e-4)


@pytest.mark.parametrize(
    ("figures", "design"),
    [
        (NEVER, {}),
        (WAITING, {"options": {"controls": "not yet treated"}}),
        (ROBUST, {"model": {"covariates": ["size"]}}),
    ],
    ids=["never treated", "not yet treated", "doubly robust"],
)
def test_effects_and_errors_agree(figures: dict[str, tuple[float, float]], design: dict[str, Any]) -> None:
    found = staggered(**design)
    for name, figure in figures.items():
        value = found.terms[name]
        assert (value.estimate, value.std_error) == pytest.approx(figure, abs=2e-5), name


def test_the_overall_averages_are_those_of_their_parts() -> None:
    terms = staggered().terms
    sizes = {2004: 20, 2006: 40, 2007: 131}
    by_group = sum(terms[f"group {year}"].estimate * size for year, size in sizes.items()) / 191
    assert terms["group"].estimate == pytest.approx(by_group)
    later = [terms[f"dynamic at {step}"].estimate for step in range(4)]
    assert terms["dynamic"].estimate == pytest.approx(sum(later) / 4)


def test_starts_and_units_that_never_start_are_counted() -> None:
    told = staggered().diagnostics
    assert told["groups"] == {"2004": 20, "2006": 40, "2007": 131}
    assert told["never"] == 309
    assert told["pre_trend"]["df"] == 5
