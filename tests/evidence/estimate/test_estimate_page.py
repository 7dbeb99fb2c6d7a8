"""docs/look-up/estimate.md is true: every design runs, and every estimator, option and role stands there."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from example_tables import TABLES

from beenthere.evidence.estimate.design import parse_design
from beenthere.evidence.estimate.register import ESTIMATORS
from beenthere.evidence.estimate.roles import ROLES
from beenthere.evidence.estimate.run import estimate

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "look-up" / "estimate.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n# table: (\w+)\n(.*?)```", PAGE, re.DOTALL)
SHAPE = {
    "estimator",
    "estimand",
    "estimand_words",
    "measure",
    "estimate",
    "std_error",
    "ci_low",
    "ci_high",
    "p_value",
    "scale",
    "level",
    "n",
    "terms",
    "diagnostics",
    "warnings",
    "timing",
    "wording",
    "reading",
    "method",
    "versions",
    "data_sha256",
    "design_sha256",
    "release",
}


@pytest.mark.parametrize(("table", "text"), EXAMPLES, ids=[re.search(r'"(\w+)"', t)[1] for _n, t in EXAMPLES])
def test_every_design_of_the_page_answers(table: str, text: str) -> None:
    design = parse_design(tomllib.loads(text), ESTIMATORS)
    told = json.loads(estimate(TABLES[table](), design).as_json())
    assert set(told) == SHAPE
    assert told["ci_low"] < told["estimate"] < told["ci_high"]
    assert told["std_error"] > 0
    assert told["diagnostics"]["flow"][0]["step"] == "rows read"
    assert "prove" not in told["reading"]


def test_every_estimator_has_a_design_on_the_page() -> None:
    shown = {tomllib.loads(text)["estimator"] for _table, text in EXAMPLES}
    assert shown == set(ESTIMATORS)


def test_every_option_and_role_is_explained() -> None:
    options = {key for spec in ESTIMATORS.values() for key in spec.options}
    missing = [name for name in [*options, *ROLES] if not re.search(rf"\b{name}\b", PAGE)]
    assert missing == []


def test_every_role_belongs_to_an_estimator() -> None:
    assert {role for spec in ESTIMATORS.values() for role in spec.roles} == set(ROLES)


def test_every_key_of_the_result_is_on_the_page() -> None:
    assert [key for key in SHAPE if f"`{key}`" not in PAGE] == []
