"""Numbers at risk and shares of weights: right, and never telling of few people."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from protocols import discharges, protocol

from beenthere.evidence.report.alike import shares
from beenthere.evidence.report.hiding import cells
from beenthere.evidence.report.telling import Study, at_risk
from beenthere.evidence.study.analysis import Analysed


def study(**changes: Any) -> Study:
    plan = protocol(strategies=changes)
    question = SimpleNamespace(outcome=plan.outcomes[0], estimator="clone_censor_weight")
    main = SimpleNamespace(question=question, result=object())
    rows = discharges(600, 3, times=1.0, confounded=True)
    return cast(Study, SimpleNamespace(protocol=plan, rows=rows, analysed=(main,)))


def slowly(one: Study, day: int, *, first: bool, grace: int, against: str = "none within grace") -> int:
    """One person after the other: still followed, and true to the strategy so far."""
    there = 0
    for row in one.rows.to_dict("records"):
        began = row["start"] if row["start"] < row["back_time"] else float("inf")
        if first or against == "later":
            true = day <= grace or began <= grace
        else:
            true = began > (day if against == "never" else min(day, grace))
        there += row["back_time"] >= day and true
    return there


@pytest.mark.parametrize(
    ("changes", "grace"),
    [
        ({"against": "none within grace"}, 14),
        ({"against": "never"}, 14),
        ({"against": "later", "days_against": 60}, 60),
    ],
)
def test_who_is_at_risk_is_who_is_left_and_true_to_the_strategy(changes: dict[str, Any], grace: int) -> None:
    one = study(**changes)
    first, second = at_risk(one).values()
    assert list(first) == [0, 45, 90, 135, 180]
    assert list(first.values()) == [slowly(one, day, first=True, grace=14) for day in first]
    against = str(changes["against"])
    assert list(second.values()) == [
        slowly(one, day, first=False, grace=grace, against=against) for day in second
    ]


def test_what_two_days_tell_together_is_a_cell() -> None:
    """46 less 40 is 6: who left between the days is known to whoever subtracts."""
    question = SimpleNamespace(subgroup=None, window=None, control=None, outcome=None)
    main = SimpleNamespace(
        question=question, people={"began": 60, "did not": 40}, events={"began": 20, "did not": 20}
    )
    risk = {"first": {0: 100, 90: 46, 180: 40}, "second": {0: 100, 90: 30, 180: 15}}
    found = cells([("followed", 100)], [cast(Analysed, main)], {}, risk)
    gone = [count for name, count in found.counts.items() if name.startswith("~risk/began/90-")]
    assert gone == [6]


@pytest.mark.parametrize("people", [90, 250, 500, 1000, 5000])
def test_a_share_of_weights_stands_for_more_people_than_are_hidden(people: int) -> None:
    count, edges = np.histogram(np.random.default_rng(1).gamma(2, 1, people), 30)
    told = shares(edges.tolist(), count.tolist(), largest=10)
    if people <= 200:
        assert told == []
        return
    step = min(part["percent"] for part in told if part["percent"])
    assert all(part["percent"] % step == 0 for part in told)
    assert people * step / 200 > 10
    assert all(one["to"] == other["from"] for one, other in pairwise(told))
    assert sum(part["percent"] for part in told) == pytest.approx(100, abs=25)
