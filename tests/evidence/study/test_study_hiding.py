"""What a report says does not change with what it hides."""

import json
from dataclasses import replace
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from protocols import discharges, protocol

from beenthere.evidence.report.hiding import Hidden
from beenthere.evidence.report.page import page
from beenthere.evidence.report.telling import Study, controls_that_fail, doubts_of, shown_days, told
from beenthere.evidence.report.wording import warnings
from beenthere.evidence.study.analysis import Analysed, analyse
from beenthere.evidence.study.protocol import Protocol

INJURY = {"key": "injury", "kind": "diagnosis", "codes": ["S"], "words": "injury", "negative_control": True}
BACK = {"key": "back", "kind": "psychiatric readmission", "words": "a return to hospital"}
SEEDS, PEOPLE = range(3, 6), 100


def plan(**analysis: Any) -> Protocol:
    return protocol(outcomes=[BACK, INJURY], analysis={"replicates": 60, **analysis})


def rows_of(seed: int) -> pd.DataFrame:
    """Few people with a contact that all but ends returns, and a control outcome that a contact changes."""
    rows, other = (discharges(PEOPLE, one, times=0.05, confounded=True) for one in (seed, seed + 50))
    return rows.assign(
        injury_time=other["back_time"], injury_event=rows["start"].notna() * other["back_event"]
    )


@cache
def study(seed: int) -> Study:
    rows = rows_of(seed)
    flow = (("all", PEOPLE), ("left out: nobody", 0), ("people followed", PEOPLE))
    analysed = analyse(rows, plan())
    return Study(protocol=plan(), rows=rows, flow=flow, analysed=analysed, files={}, command="again")


def swapped(one: Study, other: Study, shown: dict[str, Any]) -> Study:
    """The same counts, and where the report hides an answer, the answer of other people."""
    pairs = zip(one.analysed, other.analysed, shown["results"], strict=True)
    return replace(one, analysed=tuple(_swapped(mine, theirs, row) for mine, theirs, row in pairs))


def _swapped(mine: Analysed, theirs: Analysed, row: dict[str, Any]) -> Analysed:
    hides = row["estimate"] is None and mine.result is not None and theirs.result is not None
    return replace(mine, result=theirs.result) if hides else mine


@pytest.mark.parametrize("seed", SEEDS)
def test_no_word_or_figure_of_the_report_rests_on_what_it_hides(seed: int) -> None:
    one = study(seed)
    shown = told(one, largest=10)
    assert shown["verdict"] == "too few"
    again = told(swapped(one, study(seed + 20), shown), largest=10)
    assert again == shown
    assert page(again) == page(shown)
    assert shown["weights"] == shown["balance"] == shown["sensitivity"] == shown["curves"] == []
    assert "Not shown for the main question" in page(shown)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_nothing_hides_is_there(seed: int) -> None:
    """So that the test above is not met by reports that never say anything."""
    big = discharges(600, seed, times=0.05, confounded=True)
    rows = big.assign(injury_time=big["back_time"], injury_event=0)
    one = replace(study(seed), rows=rows, analysed=analyse(rows, plan()), flow=(("followed", 600),))
    shown = told(one, largest=1)
    assert shown["verdict"] != "too few"
    assert shown["weights"]
    assert shown["balance"]
    assert any("The risk ratio of" in warning for warning in shown["warnings"])
    assert "Not shown for the main question" not in page(shown)
    gaps = [row[moment] for row in shown["balance"] for moment in ("before", "after")]
    assert gaps == [round(gap, 2) for gap in gaps]


def away(*names: str) -> Hidden:
    return Hidden(away=frozenset(names), largest=10)


def test_a_doubt_knows_no_hidden_count() -> None:
    one = study(SEEDS[0])
    main = replace(one.analysed[0], people={"began": 30, "did not": 20}, events={"began": 2, "did not": 3})
    few = replace(one, analysed=(main, *one.analysed[1:]))
    said = list(warnings(doubts_of(few, 0, away("0/events/began"))))
    assert any("Fewer than 100 people" in line for line in said)
    assert not any("events" in line for line in said)
    assert not any("Fewer" in line for line in warnings(doubts_of(few, 0, away("0/people/began"))))


def test_a_control_whose_answer_is_hidden_is_not_told_of() -> None:
    asked = SimpleNamespace(
        control="",
        window=None,
        words="injury",
        estimator="cox",
        outcome=SimpleNamespace(negative_control=True),
    )
    found = SimpleNamespace(value=SimpleNamespace(ci_low=0.2, ci_high=0.4, null=0.0))
    control = SimpleNamespace(question=asked, result=found, events={"began": 20, "did not": 20})
    one = cast(Study, SimpleNamespace(analysed=(control,)))
    assert controls_that_fail(one, away()) == ("injury (Cox regression)",)
    assert controls_that_fail(one, away("0/events/began")) == ()


def test_where_a_strategy_hardly_occurs_is_named_plainly() -> None:
    """Some estimators tell it as a line, some as a row."""
    one = study(SEEDS[0])
    lines = ["gender = male: none of 3 starts", {"covariate": "race", "level": "other", "treated": 2}]
    result = SimpleNamespace(diagnostics={"positivity": lines}, measure="", terms={})
    main = replace(one.analysed[0], result=cast(Any, result))
    assert doubts_of(replace(one, analysed=(main,)), 0, away()).positivity == (
        "gender = male",
        "race = other",
    )


@pytest.mark.parametrize("estimator", ["weighted_survival", "aalen_johansen", "cox"])
def test_every_estimator_of_a_first_event_can_stand_on_top(estimator: str) -> None:
    big = discharges(600, 4, times=0.5, confounded=True)
    rows = big.assign(exposed=np.arange(600) % 2)
    asked = protocol(strategies={"fixed": "before"}, analysis={"estimators": [estimator]})
    flow = (("people followed", 600),)
    one = Study(
        protocol=asked, rows=rows, flow=flow, analysed=analyse(rows, asked), files={}, command="again"
    )
    shown = told(one, largest=10)
    assert shown["verdict"] != "too few"
    assert json.dumps(shown, allow_nan=False)
    assert page(shown)


@pytest.mark.parametrize("largest", [1, 10, 30])
def test_between_two_days_of_a_curve_lie_more_events_than_are_hidden(largest: int) -> None:
    chance = np.random.default_rng(2)
    events = [pd.Series(chance.integers(1, 181, size)) for size in (90, 60)]
    kept = shown_days(events, range(15, 181, 15), largest)
    assert kept[-1] == 180
    for low, high in pairwise([-1, *kept]):
        assert all(((one > low) & (one <= high)).sum() > largest for one in events)


def test_a_curve_with_too_few_events_has_no_days() -> None:
    assert shown_days([pd.Series([3.0] * 40), pd.Series([5.0] * 10)], (90, 180), 10) == []
