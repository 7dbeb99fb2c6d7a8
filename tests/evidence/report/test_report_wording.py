"""What may be said, for every sign, interval and margin."""

import re
from dataclasses import replace
from itertools import product

import pytest

from beenthere.evidence.report.wording import Doubts, Finding, headline, meaning, numbers, verdict, warnings

BASE = Finding(
    outcome="return to hospital",
    first="peer support within 14 days",
    second="none within 14 days",
    estimand="the risk at 180 days in everybody",
    estimate=-0.07,
    low=-0.12,
    high=-0.02,
    risks=(0.32, 0.39),
)
CERTAIN = re.compile(r"\b(prove[dns]?|proof|certain(ly)?|definitely|significant)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("estimate", "low", "high", "margin", "said"),
    [
        (-0.07, -0.12, -0.02, None, "lower"),
        (0.07, 0.02, 0.12, None, "higher"),
        (-0.02, -0.07, 0.03, None, "cannot tell"),
        (0.0, -0.01, 0.01, None, "cannot tell"),
        (0.0, -0.01, 0.01, 0.02, "no difference"),
        (0.0, -0.03, 0.01, 0.02, "cannot tell"),
        (0.01, 0.005, 0.015, 0.02, "higher"),
        (-0.07, -0.12, 0.0, 0.2, "no difference"),
    ],
)
def test_the_interval_decides(
    estimate: float, low: float, high: float, margin: float | None, said: str
) -> None:
    assert verdict(replace(BASE, estimate=estimate, low=low, high=high, margin=margin)) == said


@pytest.mark.parametrize(
    ("estimate", "low", "high", "said"), [(0.8, 0.6, 0.9, "lower"), (1.2, 0.9, 1.6, "cannot tell")]
)
def test_a_ratio_is_judged_against_one(estimate: float, low: float, high: float, said: str) -> None:
    assert verdict(replace(BASE, estimate=estimate, low=low, high=high, null=1.0)) == said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "If the comparison is fair, “peer support within 14 days” made return to hospital rarer."),
        (
            {"estimate": 0.07, "low": 0.02, "high": 0.12, "outcome": "cost", "unit": "dollars"},
            "made cost higher",
        ),
        ({"high": 0.02}, "We cannot tell whether"),
        (
            {"estimate": 0.0, "low": -0.01, "high": 0.01, "margin": 0.02},
            "made no difference to return to hospital",
        ),
        ({"causal": False}, "was rarer with “peer support within 14 days”. What caused that"),
        ({"hidden": True}, "too few people to show numbers"),
    ],
)
def test_the_headline(changes: dict[str, object], sentence: str) -> None:
    assert sentence in headline(replace(BASE, **changes))


def test_an_association_is_never_worded_as_an_effect() -> None:
    for low, high in ((-0.12, -0.02), (0.02, 0.12)):
        said = headline(replace(BASE, estimate=(low + high) / 2, low=low, high=high, causal=False))
        assert "made" not in said


def test_nothing_is_ever_certain() -> None:
    """Every sign, width, margin, direction and kind of claim."""
    for centre, half, margin, causal, better, hidden in product(
        (-0.3, -0.01, 0.0, 0.01, 0.3),
        (0.001, 0.05, 0.5),
        (None, 0.02),
        (True, False),
        ("lower", "higher"),
        (True, False),
    ):
        one = replace(
            BASE,
            estimate=centre,
            low=centre - half,
            high=centre + half,
            margin=margin,
            causal=causal,
            better=better,
            hidden=hidden,
        )
        text = " ".join((headline(one), numbers(one), meaning(one)))
        assert not CERTAIN.search(text), text


def test_the_numbers_name_estimand_interval_and_people() -> None:
    said = numbers(BASE)
    assert "Return to hospital: about 32 of 100 people under" in said
    assert "-7.0 in 100 people (95 % interval -12.0 to -2.0)" in said
    assert "What is estimated: the risk at 180 days in everybody." in said


def test_hidden_numbers_stay_hidden() -> None:
    said = numbers(replace(BASE, hidden=True))
    assert not re.search(r"\d", said)


def test_cannot_tell_is_not_no_difference() -> None:
    assert "not the same as no difference" in meaning(replace(BASE, high=0.02))


def test_a_difference_that_does_not_matter_says_so() -> None:
    assert "smaller than what was said" in meaning(
        replace(BASE, estimate=-0.01, low=-0.015, high=-0.005, margin=0.02)
    )
    assert "not the direction people hope for" in meaning(replace(BASE, estimate=0.07, low=0.02, high=0.12))


@pytest.mark.parametrize(
    ("doubts", "sentence"),
    [
        (Doubts(people=40), "Fewer than 100 people"),
        (Doubts(people=500, events=8), "Very few events"),
        (Doubts(people=500, unbalanced=("age", "race")), "still differ in age, race"),
        (Doubts(people=500, positivity=("race = other",)), "hardly occurs"),
        (Doubts(people=500, selected_by_outcome=True), "regression to the mean"),
        (Doubts(people=500, controls=("injury",)), "should find nothing found something (injury)"),
        (Doubts(people=500, ratio=0.52), "better than the best trial found (0.76"),
    ],
)
def test_each_doubt_has_its_warning(doubts: Doubts, sentence: str) -> None:
    assert any(sentence in one for one in warnings(doubts))


@pytest.mark.parametrize("ratio", [0.76, 0.99, 1.3])
def test_what_trials_found_needs_no_warning(ratio: float) -> None:
    assert not list(warnings(Doubts(people=500, ratio=ratio)))
