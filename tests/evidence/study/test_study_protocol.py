"""STUDY.toml is read strictly, and the protocol tells itself as a table."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from protocols import protocol, raw

from beenthere.evidence.errors import Unfit
from beenthere.evidence.study.protocol import (
    ESTIMATORS,
    FACTS,
    KINDS,
    Analysis,
    Covariates,
    Eligibility,
    FollowUp,
    Outcome,
    Strategies,
    table,
)
from beenthere.evidence.study.reading import parse_protocol, read_protocol
from beenthere.evidence.study.timing import check_time_zero


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"eligibilty": {}}, '"eligibilty" is not known here. Did you mean "eligibility"'),
        ({"eligibility": {"wash_out": 5}}, r"study \[eligibility\]: \"wash_out\" is not known"),
        ({"eligibility": {"index": "birthday"}}, "index = 'birthday' is not offered here"),
        ({"eligibility": {"from": "2024-07-01"}}, "from is a day such as"),
        ({"eligibility": {"washout": -1}}, "washout = -1 is not a whole number"),
        ({"eligibility": {"ages": [18]}}, "ages is two whole numbers"),
        ({"strategies": {"fixed": "later"}}, "fixed = 'later' is not offered"),
        ({"strategies": {"against": "later"}}, "needs days_against"),
        ({"strategies": {"days": 180}}, "does not end before day 180"),
        ({"outcomes": []}, "outcomes is a list of tables"),
        ({"outcomes": [{"key": "a", "kind": "luck", "words": "luck"}]}, "kind = 'luck' is not offered"),
        ({"outcomes": [{"key": "a", "kind": "diagnosis", "words": "a"}]}, "needs codes"),
        ({"outcomes": [{"key": "a", "kind": "cost"}]}, "missing: 'words'"),
        (
            {"outcomes": [{"key": "a", "kind": "cost", "words": "cost"}]},
            "none of the estimators answers for a",
        ),
        ({"follow_up": {"days": []}}, "days is a list"),
        ({"follow_up": {"month_0": True}}, "month_0 = True is not offered"),
        ({"covariates": {"facts": ["shoe_size"]}}, '"shoe_size" is not known'),
        ({"analysis": {"estimators": ["magic"]}}, '"magic" is not known'),
        ({"analysis": {"replicates": 5}}, "replicates = 5 is not a whole number from 39"),
        ({"analysis": {"subgroups": ["race"]}}, "the subgroup race is no covariate"),
    ],
)
def test_what_nobody_knows_is_refused_with_what_is_known(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unfit, match=sentence):
        parse_protocol(raw(**changes))


def test_a_file_that_is_not_toml_says_so(tmp_path: Path) -> None:
    file = tmp_path / "STUDY.toml"
    file.write_text("title = ")
    with pytest.raises(Unfit, match=r"STUDY\.toml: it is not TOML"):
        read_protocol(file)


def test_the_table_names_every_part_of_a_target_trial() -> None:
    told = dict(table(protocol()))
    assert told["Time zero"] == "the day of the psychiatric discharge"
    assert told["Strategies"] == "“peer support within 14 days” against “no peer support within 14 days”"
    assert "no peer support in the 180 days before" in told["Eligibility"]
    for part in ("Assignment", "Follow-up", "Outcomes", "Estimand", "Analysis", "Negative controls"):
        assert told[part]


def test_a_psychiatric_readmission_counts_from_day_3() -> None:
    assert protocol().outcomes[0].from_day == 3


def test_the_protocol_on_the_page_is_one() -> None:
    page = Path(__file__).parents[3] / "docs" / "look-up" / "study.md"
    text = page.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    made = parse_protocol(tomllib.loads(text))
    check_time_zero(made)
    assert made.covariates.diagnoses == (("unstable_housing", ("Z59",)),)


def test_the_page_names_every_key_and_kind() -> None:
    page = (Path(__file__).parents[3] / "docs" / "look-up" / "study.md").read_text(encoding="utf-8")
    tables = (Eligibility, Strategies, Outcome, FollowUp, Covariates, Analysis)
    keys = {field.name for one in tables for field in fields(one)} - {"last"} | {"from", "to"}
    wanted = {*keys, *KINDS, *FACTS, *(name for names in ESTIMATORS.values() for name in names)}
    assert [name for name in sorted(wanted) if f"`{name}`" not in page] == []
