"""The ledger holds what it must, and our recomputation gives the figures worked out by hand."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from beenthere.evidence.errors import Unfit
from beenthere.evidence.ledger import telling
from beenthere.evidence.ledger.claim import CLAIMS, Claim, read_ledger
from beenthere.evidence.ledger.recomputed import Recomputed, recomputed

PAGE = Path(__file__).parents[3] / "docs" / "look-up" / "claims-ledger.md"
CERTAIN = re.compile(r"\bprove[dns]?\b", re.IGNORECASE)
LEDGER = read_ledger()


def entry(key: str) -> Claim:
    return next(claim for claim in LEDGER.claims if claim.key == key)


def again(key: str) -> Recomputed:
    found = recomputed(entry(key))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        ("respite-2138", "stands with limits"),
        ("readmissions-48", "not reproducible"),
        ("engagement-71", "source not found"),
        ("roles-73-63", "stands with limits"),
        ("gillard-2022", "contradicted"),
        ("white-2020", "contradicted"),
        ("landers-2014", "contradicted"),
    ],
)
def test_the_headlines_and_the_null_results_have_their_verdict(key: str, verdict: str) -> None:
    assert entry(key).verdict == verdict


@pytest.mark.parametrize(
    "key",
    [
        "johnson-2018",
        "sledge-2011-admissions",
        "sledge-2011-days",
        "chien-2019-admission",
        "chien-2019-adverse",
        "second-story-2015",
        "samet-2003",
        "lloyd-evans-2014",
        "lyons-2021",
        "egmose-2023",
        "smit-2023",
        "peck-2023",
        "wang-2022",
        "cooper-2024",
    ],
)
def test_every_trial_and_review_has_its_entry(key: str) -> None:
    assert entry(key).because


@pytest.mark.parametrize(
    ("key", "effect", "figures", "places"),
    [
        ("johnson-2018", "odds ratio", (0.666, 0.446, 0.994), 3),
        ("johnson-2018", "risk ratio", (0.764, 0.585, 0.997), 3),
        ("johnson-2018", "risk difference", (-0.091, -0.179, -0.002), 3),
        ("gillard-2022", "odds ratio", (0.979, 0.704, 1.361), 3),
        ("gillard-2022", "risk ratio", (0.989, 0.839, 1.167), 3),
        ("chien-2019-admission", "risk ratio", (0.444, 0.113, 1.750), 3),
        ("chien-2019-adverse", "risk ratio", (1.52, 0.43, 5.31), 2),
        ("roles-73-63", "risk difference", (-0.098, -0.168, -0.028), 3),
        ("roles-73-63", "risk ratio", (0.865, 0.777, 0.962), 3),
        ("samet-2003", "risk ratio", (1.30, 1.12, 1.51), 2),
        ("readmissions-48", "share after", (0.481, 0.354, 0.611), 3),
    ],
)
def test_the_counts_give_these_figures(
    key: str, effect: str, figures: tuple[float, float, float], places: int
) -> None:
    value = again(key).values[effect]
    ours = (value.estimate, value.ci_low, value.ci_high)
    assert ours == pytest.approx(figures, abs=0.5000001 * 10**-places)


@pytest.mark.parametrize(
    ("key", "test", "number"),
    [
        ("johnson-2018", "chi-square p", 0.0460),
        ("johnson-2018", "Fisher p", 0.0539),
        ("roles-73-63", "chi-square p", 0.0055),
        ("sledge-2011-admissions", "two-sided p", 0.061),
        ("sledge-2011-admissions", "standardised difference", -0.44),
        ("sledge-2011-days", "one-sided p", 0.026),
        ("sledge-2011-days", "relative change", -0.472),
        ("readmissions-48", "relative change", -0.480),
    ],
)
def test_the_tests_give_these_figures(key: str, test: str, number: float) -> None:
    places = len(str(number).split(".")[1])
    assert round(again(key).tests[test], places) == pytest.approx(number, abs=1e-9)


def test_a_crude_interval_that_differs_from_the_published_says_so_with_the_reason() -> None:
    assert again("johnson-2018").meets.startswith("crude v published: same estimate, other interval")
    assert again("chien-2019-admission").meets == "matches"
    assert again("johnson-2018").needed == "11.0 to prevent one event"


@pytest.mark.parametrize(
    ("published", "meets"),
    [
        ({"estimate": 1.52, "low": 0.43, "high": 5.31}, True),
        ({"estimate": 1.5, "low": 0.4, "high": 5.3}, True),
        ({"estimate": 1.52, "low": 0.44, "high": 5.32}, True),
        ({"estimate": 1.52, "low": 0.43, "high": 5.34}, False),
        ({"estimate": 1.52, "low": 0.45, "high": 5.31}, False),
        ({"estimate": 1.5, "low": 0.4, "high": 5.5}, False),
    ],
)
def test_a_figure_meets_the_published_to_its_last_printed_place(
    published: dict[str, float], meets: bool
) -> None:
    """Ours: 1.516 (0.433 to 5.315)."""
    claim = entry("chien-2019-adverse")
    assert claim.recompute is not None
    told = {**claim.recompute, "published": {"measure": "ratio", **published}}
    found = recomputed(replace(claim, recompute=told))
    assert found is not None
    assert (found.meets == "matches") is meets


def test_before_and_after_never_gets_an_interval_for_its_change() -> None:
    assert set(again("readmissions-48").values) == {"share before", "share after"}
    assert "regression to the mean" in again("readmissions-48").notes[0]


def test_unverified_is_said_where_it_counts() -> None:
    assert "the counts" in entry("gillard-2022").unverified
    assert "unverified" in entry("gillard-2022").counts


def test_json_holds_every_claim_and_no_word_of_certainty() -> None:
    text = telling.as_json(LEDGER)
    assert len(json.loads(text)["claims"]) == len(LEDGER.claims)
    assert not CERTAIN.search(text)


def test_every_figure_at_the_terminal_names_its_method() -> None:
    lines = telling.as_text(read_ledger(CLAIMS)).splitlines()
    figures = [line for line in lines if line.startswith("  From the counts")]
    assert figures
    assert [line for line in figures if "Method: " not in line or "95 %" not in line] == []


def test_the_page_is_made_from_the_entries() -> None:
    assert PAGE.read_text(encoding="utf-8") == telling.page(LEDGER) + "\n", f"run `{telling.COMMAND}`"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('verdict = "source not found"', 'verdict = "proved"', "verdict = 'proved' is none of"),
        ('key = "white-2020"', 'key = "smit-2023"', "twice: smit-2023"),
        ('because = "We found', 'why = "We found', "not known: why"),
        ('kind = "means"', 'kind = "feeling"', "recompute has no kind"),
    ],
)
def test_an_entry_that_does_not_fit_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    spoilt = tmp_path / "claims.toml"
    spoilt.write_text(CLAIMS.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Unfit, match=sentence):
        read_ledger(spoilt)
