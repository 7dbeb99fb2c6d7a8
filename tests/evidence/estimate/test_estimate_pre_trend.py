"""A trend before the start is called tested only where something is left over to test it against."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from beenthere.evidence.estimate.design import parse_design
from beenthere.evidence.estimate.register import ESTIMATORS
from beenthere.evidence.estimate.result import Result
from beenthere.evidence.estimate.run import estimate

ASKED: dict[str, Any] = {
    "estimator": "did",
    "columns": {"treatment": "peer", "outcome": "days", "period": "month"},
    "options": {"start": 3},
}


def ask(rows: pd.DataFrame, **columns: str) -> Result:
    raw = {**ASKED, "columns": {**ASKED["columns"], **columns}}
    return estimate(rows, parse_design(raw, ESTIMATORS, where="design"))


def means(drift: float) -> pd.DataFrame:
    """One mean a group and month: four rows before the start, four coefficients."""
    chance = np.random.default_rng(3)
    made = [(peer, month) for peer in (0, 1) for month in (1, 2, 3, 4)]
    days = [10 + drift * peer * month + chance.normal(0, 0.2) for peer, month in made]
    return pd.DataFrame({"peer": [p for p, _ in made], "month": [m for _, m in made], "days": days})


def panel(*, drift: float, noise: float, people: int = 40) -> pd.DataFrame:
    chance = np.random.default_rng(8)
    rows = [(who, who % 2, month) for who in range(people) for month in (1, 2, 3, 4)]
    made = pd.DataFrame(rows, columns=["who", "peer", "month"])
    luck = chance.normal(0, 1, len(made))
    made["days"] = 10 + drift * made.peer * made.month + np.where(made.month >= 3, luck, noise * luck)
    return made


@pytest.mark.parametrize("drift", [0.0, 5.0, 5.3, 7.1])
def test_four_means_before_the_start_test_nothing(drift: float) -> None:
    found = ask(means(drift))
    told = found.diagnostics["pre_trend"]
    assert told["tested"] is False
    assert "4 rows before the start" in told["why"]
    assert any("is not tested: 4 rows" in warning for warning in found.warnings)
    assert not any("moved apart" in warning for warning in found.warnings)


@pytest.mark.parametrize("drift", [0.0, 5.3])
def test_rows_without_any_chance_in_them_test_nothing(drift: float) -> None:
    told = ask(panel(drift=drift, noise=0.0)).diagnostics["pre_trend"]
    assert told["tested"] is False
    assert "do not vary" in told["why"]


@pytest.mark.parametrize(("drift", "apart"), [(0.0, False), (3.0, True)])
def test_a_panel_tests_it(drift: float, apart: bool) -> None:
    found = ask(panel(drift=drift, noise=1.0), id="who")
    told = found.diagnostics["pre_trend"]
    assert told["tested"] is True
    assert (told["p_value"] < 0.05) is apart
    assert any("moved apart" in warning for warning in found.warnings) is apart


def test_periods_that_nobody_named_are_a_warning() -> None:
    rows = panel(drift=0.0, noise=1.0)
    rows["later"] = (rows.month >= 3).astype(int)
    raw = {"estimator": "did", "columns": {"treatment": "peer", "outcome": "days", "post": "later"}}
    found = estimate(rows, parse_design(raw, ESTIMATORS, where="design"))
    assert any("is not tested: name `period`" in warning for warning in found.warnings)
