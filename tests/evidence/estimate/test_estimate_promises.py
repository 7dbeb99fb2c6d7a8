"""What the engine promises about wording, time zero, missing rows, seeds and diagnostics."""

import os
from typing import Any

import numpy as np
import pandas as pd
import pytest
from example_tables import ask, people
from scipy import stats
from world_tables import starting

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate import bootstrap
from beenthere.evidence.estimate.sensitivity import e_value_report
from beenthere.evidence.estimate.wording import figure

WEIGH: dict[str, Any] = {
    "estimator": "ipw",
    "columns": {"treatment": "supported", "outcome": "readmitted"},
    "model": {"covariates": ["age", "site", "stays"]},
}
DECLARED = {"time_zero": "discharge", "exposure_fixed": "at time zero"}


def test_undeclared_timing_gets_no_causal_word() -> None:
    found = ask(people(), **WEIGH)
    assert (found.timing, found.wording) == ("not checked", "association")
    assert "effect" not in found.estimand_words
    assert "made" not in found.reading


def test_declared_timing_may_speak_of_an_effect() -> None:
    found = ask(people(), **WEIGH, timing=DECLARED)
    assert (found.timing, found.wording) == ("declared", "effect")
    assert "effect" in found.estimand_words


def test_checked_timing_says_so() -> None:
    timing = {"time_zero_column": "discharged_on", "exposure_fixed_column": "assigned_on"}
    assert ask(people(), **WEIGH, timing=timing).timing == "checked row by row"


def test_before_and_after_never_speaks_of_an_effect() -> None:
    columns = {"before": "score_before", "after": "score_after"}
    found = ask(people(), estimator="before_after", columns=columns, timing=DECLARED)
    assert found.wording == "association"
    assert any("regression to the mean" in warning for warning in found.warnings)


def test_an_interval_that_holds_no_difference_cannot_tell() -> None:
    flat = people().assign(readmitted=people().index % 2)
    assert "cannot tell" in ask(flat, **WEIGH).reading


@pytest.mark.parametrize(("number", "told"), [(0.0, "0"), (12345.678, "1.235e+04"), (0.12345, "0.1235")])
def test_figures_are_short(number: float, told: str) -> None:
    assert figure(number) == told


def immortal() -> pd.DataFrame:
    """Contacts that do nothing and come at random; "ever" is what a naive reader would call the supported."""
    frame = starting(np.random.default_rng(22), 3000)
    return frame.assign(ever=frame.start.notna().astype(int), event=frame.event.astype(int))


def test_ever_contacted_looks_like_a_benefit_and_is_refused() -> None:
    frame = immortal()
    risk = frame.groupby("ever").event.mean()
    assert risk[1] < risk[0] - 0.1
    naive: dict[str, Any] = {
        "estimator": "kaplan_meier",
        "columns": {"time": "time", "event": "event", "treatment": "ever"},
        "options": {"times": [60]},
    }
    with pytest.raises(Unfit, match="clone_censor_weight"):
        ask(frame, **naive, timing={"time_zero": "discharge", "exposure_fixed": "after"})


def test_cloning_finds_that_contacts_did_nothing() -> None:
    """In one draw of the world; how often the interval misses is counted in test_estimate_coverage."""
    found = ask(
        immortal(),
        estimator="clone_censor_weight",
        columns={"time": "time", "event": "event", "treatment_time": "start"},
        model={"covariates": ["x"]},
        options={"times": [60], "grace": 14, "close": 3},
        bootstrap={"replicates": 60, "seed": 4},
    )
    assert found.value.ci_low < 0 < found.value.ci_high
    assert found.timing == "aligned by the method"
    told = found.diagnostics
    assert set(told["strategies"]) == {"start within 14", "no start within 14"}
    clones = told["strategies"]["no start within 14"]
    assert clones["artificially_censored"] == int((immortal().start <= 14).sum())
    for row in told["balance_at_end_of_grace"]:
        for name in told["strategies"]:
            assert abs(row[f"smd_after, {name}"]) < abs(row[f"smd_before, {name}"])


def test_two_grace_periods_contrast_two_timings() -> None:
    found = ask(
        immortal(),
        estimator="clone_censor_weight",
        columns={"time": "time", "event": "event", "treatment_time": "start"},
        model={"covariates": ["x"]},
        options={"times": [60], "grace": 7, "against": "later", "grace_against": 28},
        bootstrap={"replicates": 39},
    )
    assert "two timings" in found.estimand_words


def test_a_landmark_keeps_those_still_followed() -> None:
    found = ask(
        immortal(),
        estimator="kaplan_meier",
        columns={"time": "time", "event": "event", "treatment_time": "start"},
        options={"times": [30], "landmark": 14},
    )
    kept = int((immortal().time > 14).sum())
    assert found.n == kept
    assert found.diagnostics["flow"][-1]["rows"] == kept
    assert found.timing == "aligned by the method"


def test_rows_with_gaps_are_counted_by_column() -> None:
    gaps = people().assign(age=people().age.where(people().index >= 30))
    found = ask(gaps, **WEIGH)
    assert found.n == 870
    assert found.diagnostics["flow"][1] == {
        "step": "left out: a value is missing",
        "rows": 30,
        "by_column": {"age": 30},
    }
    assert any("30 rows were left out" in warning for warning in found.warnings)


def test_texts_and_numbers_may_name_the_arms() -> None:
    named = {**WEIGH, "columns": {"treatment": "peer", "outcome": "readmitted"}, "codes": {"treated": "peer"}}
    assert ask(people(), **named).value.estimate == pytest.approx(ask(people(), **WEIGH).value.estimate)


def test_the_bootstrap_does_not_depend_on_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = {"replicates": 40, "seed": 9}
    alone = ask(people(), **WEIGH, bootstrap=plan).value
    monkeypatch.setattr(bootstrap, "WORTH_PROCESSES", 0.0)
    spread = ask(people(), **WEIGH, bootstrap=plan).value
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    again = ask(people(), **WEIGH, bootstrap={**plan, "seed": 10}).value
    assert (spread.ci_low, spread.ci_high) == pytest.approx((alone.ci_low, alone.ci_high), abs=1e-12)
    assert again.ci_low != alone.ci_low


@pytest.mark.parametrize("replicates", [39, 60, 500])
def test_few_draws_leave_out_no_more_than_they_say(replicates: int) -> None:
    """Of draws from a known law, 2.5 % of it lies beyond either end on average, however few there are."""
    tails = np.array([0.025, 0.975])
    draw = np.random.default_rng(3)
    found = np.array([bootstrap.ends(draw.normal(size=replicates), tails) for _turn in range(4000)])
    below, above = stats.norm.cdf(found[:, 0]).mean(), stats.norm.sf(found[:, 1]).mean()
    assert (below, above) == pytest.approx((0.025, 0.025), abs=0.004)


def test_fewer_draws_than_an_interval_needs_are_refused() -> None:
    with pytest.raises(Unfit, match="too few for the ends of a 0.99 interval: it needs 199"):
        ask(people(), **WEIGH, level=0.99, bootstrap={"replicates": 100})


def test_whole_clusters_are_drawn() -> None:
    """Rows copied tenfold say nothing new when their person is drawn whole."""
    once = people().iloc[:200]
    copied = pd.concat([once] * 10)
    plan = {"replicates": 100, "seed": 2}
    columns = {"treatment": "supported", "outcome": "score_after"}
    single = ask(once, estimator="linear", columns=columns, bootstrap=plan).value
    whole = ask(copied, estimator="linear", columns={**columns, "cluster": "person"}, bootstrap=plan).value
    assert whole.std_error == pytest.approx(single.std_error, rel=1e-6)


def test_bca_and_percentile_agree_on_a_mean() -> None:
    columns = {"treatment": "supported", "outcome": "score_after"}
    ends = [
        ask(
            people(),
            estimator="linear",
            columns=columns,
            bootstrap={"replicates": 400, "seed": 2, "method": method},
        ).value
        for method in ("percentile", "bca")
    ]
    assert ends[0].ci_low == pytest.approx(ends[1].ci_low, abs=0.3)
    assert ends[0].std_error == ends[1].std_error


def test_a_negative_control_that_moves_is_named() -> None:
    moved = people().assign(dental_visit=people().supported)
    found = ask(
        moved.assign(dental_visit=np.where(people().index % 5 == 0, 0, people().supported)),
        **WEIGH,
        negative_controls={"outcomes": ["dental_visit"]},
    )
    assert found.diagnostics["negative_controls"][0]["shows_a_difference"]
    assert any("dental_visit" in warning for warning in found.warnings)


def test_balance_is_shown_before_and_after() -> None:
    rows = {row["covariate"]: row for row in ask(people(), **WEIGH).diagnostics["balance"]}
    assert set(rows) == {"age", "site[north]", "site[south]", "site[west]", "stays"}
    assert abs(rows["age"]["smd_after"]) < abs(rows["age"]["smd_before"])


def test_an_e_value_comes_with_every_ratio() -> None:
    found = ask(people(), **WEIGH, measure="ratio")
    assert found.diagnostics["e_value"]["estimate"] > 1
    assert found.diagnostics["e_value"] == ask(people(), **WEIGH).diagnostics["e_value"]
    curve = ask(
        people(),
        estimator="kaplan_meier",
        columns={"time": "days", "event": "any_end", "treatment": "supported"},
        options={"times": [90, 180]},
    )
    assert curve.diagnostics["e_value"]["of"] == "ratio at 180"
    assert e_value_report(found.terms["risk_treated"], None, None) is None


def test_a_level_of_its_own() -> None:
    wide, narrow = ask(people(), **WEIGH, level=0.99).value, ask(people(), **WEIGH, level=0.8).value
    assert wide.ci_low < narrow.ci_low < narrow.ci_high < wide.ci_high
