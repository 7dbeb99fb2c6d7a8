"""Immortal time: what the naive analysis makes out of nothing, its refusal, and the way out."""

import pandas as pd
import pytest
from protocols import discharges, protocol, truth

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.result import Value
from beenthere.evidence.estimate.two_by_two import Counts, table_values
from beenthere.evidence.study.analysis import analyse
from beenthere.evidence.study.timing import check_time_zero


def naive(rows: pd.DataFrame) -> Value:
    """Ever a contact against never, from discharge on."""
    ever = rows["start"].notna()
    back = rows["back_event"] == 1
    counts = Counts(
        treated_events=float((ever & back).sum()),
        treated=float(ever.sum()),
        untreated_events=float((~ever & back).sum()),
        untreated=float((~ever).sum()),
    )
    return table_values(counts, 0.95)["difference"]


def effect(rows: pd.DataFrame) -> Value:
    result = analyse(rows, protocol())[0].result
    assert result is not None
    return result.value


def test_with_no_effect_the_naive_analysis_finds_one_and_the_weighted_does_not() -> None:
    rows = discharges(3000, seed=11, times=1.0, confounded=False)
    assert naive(rows).ci_high < 0
    value = effect(rows)
    assert value.ci_low < 0 < value.ci_high


def test_a_known_effect_with_confounded_starts_is_found() -> None:
    rows = discharges(4000, seed=12, times=0.5, confounded=True)
    value, planted = effect(rows), truth(200_000, times=0.5)
    assert planted < -0.05
    assert value.ci_low < planted < value.ci_high
    assert value.ci_high < 0


@pytest.mark.parametrize(
    ("strategies", "estimators"),
    [
        ({"fixed": "ever"}, ["clone_censor_weight"]),
        ({"fixed": "ever"}, ["weighted_survival"]),
        ({"fixed": "within"}, ["weighted_survival"]),
        ({"fixed": "within"}, ["cox"]),
        ({"fixed": "within"}, ["clone_censor_weight", "aalen_johansen"]),
    ],
)
def test_an_exposure_fixed_after_time_zero_is_refused_with_the_ways_out(
    strategies: dict[str, str], estimators: list[str]
) -> None:
    plan = protocol(strategies=strategies, analysis={"estimators": estimators})
    rows = discharges(200, seed=1, times=1.0, confounded=False)
    with pytest.raises(Unfit) as refused:
        analyse(rows, plan)
    for words in ("immortal time", "clone_censor_weight", "landmark", "no number is given"):
        assert words in str(refused.value)


def test_totals_after_time_zero_are_refused_too() -> None:
    cost = [{"key": "cost", "kind": "cost", "words": "cost"}]
    with pytest.raises(Unfit, match="immortal time"):
        check_time_zero(protocol(outcomes=cost, analysis={"estimators": ["ipw"]}))


def test_an_exposure_known_at_time_zero_may_be_compared() -> None:
    rows = discharges(800, seed=3, times=1.0, confounded=False)
    rows["exposed"] = rows["person_id"] % 2
    plan = protocol(strategies={"fixed": "before"}, analysis={"estimators": ["weighted_survival"]})
    result = analyse(rows, plan)[0].result
    assert result is not None
    assert result.timing == "declared"


def test_grace_periods_do_not_go_with_what_is_known_at_time_zero() -> None:
    with pytest.raises(Unfit, match="known at time zero"):
        check_time_zero(protocol(strategies={"fixed": "before"}))
