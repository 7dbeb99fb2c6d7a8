"""Every estimator meets the same bad tables and designs: one sentence, or a whole finite answer, and nothing
else."""

import math
import os
import re
import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from example_tables import TABLES, ask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.register import ESTIMATORS
from beenthere.evidence.estimate.result import Result

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "look-up" / "estimate.md").read_text(encoding="utf-8")
#: Every documented design with its table, few bootstrap draws.
EVERY: dict[str, tuple[str, dict[str, Any]]] = {}
for _table, _text in re.findall(r"```toml\n# table: (\w+)\n(.*?)```", PAGE, re.DOTALL):
    _design = tomllib.loads(_text)
    if "bootstrap" in _design:
        _design["bootstrap"] = {"replicates": 39}
    EVERY.setdefault(_design["estimator"], (_table, _design))
SEARCH = os.environ.get("HYPOTHESIS_PROFILE") == "search"
EXAMPLES = settings(
    derandomize=not SEARCH,
    max_examples=600 if SEARCH else 60,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def sentence(frame: pd.DataFrame, design: dict[str, Any]) -> str:
    with pytest.raises(Unfit, match=r"\S") as said:
        ask(frame, **design)
    assert "\n" not in str(said.value)
    return str(said.value)


def with_role(*roles: str) -> list[str]:
    return [name for name, (_t, design) in EVERY.items() if any(r in design["columns"] for r in roles)]


def case(name: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    table, design = EVERY[name]
    return TABLES[table]().copy(), deepcopy(design)


def test_every_estimator_is_here() -> None:
    assert set(EVERY) == set(ESTIMATORS)


@pytest.mark.parametrize("name", EVERY)
def test_a_missing_column(name: str) -> None:
    frame, design = case(name)
    for column in dict.fromkeys(design["columns"].values()):
        assert column in sentence(frame.drop(columns=column), design)


@pytest.mark.parametrize("name", EVERY)
def test_a_column_of_words_where_numbers_are_wanted(name: str) -> None:
    frame, design = case(name)
    asked = [role for role in ("outcome", "time", "events", "effect", "before") if role in design["columns"]]
    for role in asked:
        sentence(frame.assign(**{design["columns"][role]: "much"}), design)


@pytest.mark.parametrize("name", with_role("treatment"))
def test_a_treatment_of_three_kinds(name: str) -> None:
    frame, design = case(name)
    column = design["columns"]["treatment"]
    said = sentence(frame.assign(**{column: np.arange(len(frame)) % 3 + 1}), design)
    assert column in said


@pytest.mark.parametrize("name", with_role("treatment"))
@pytest.mark.parametrize("everybody", [0, 1])
def test_an_empty_arm(name: str, everybody: int) -> None:
    frame, design = case(name)
    column = design["columns"]["treatment"]
    told = design.get("codes", {}).get("treated")
    value = everybody if told is None else (told if everybody else "other")
    sentence(frame.assign(**{column: value}), design)


@pytest.mark.parametrize("name", with_role("time"))
def test_negative_times(name: str) -> None:
    frame, design = case(name)
    column = design["columns"]["time"]
    assert "negative" in sentence(frame.assign(**{column: frame[column] - 1000}), design)


MODELS = [name for name, spec in ESTIMATORS.items() if spec.models]
SCORED = [name for name in ("ipw", "matching", "aipw", "weighted_survival") if name in EVERY]


def model_of(design: dict[str, Any], *covariates: str) -> dict[str, Any]:
    """Those covariates alone, in every model that the estimator has."""
    named = [key for key in ESTIMATORS[design["estimator"]].models if key in design] or ["model"]
    return {**design, **{key: {"covariates": list(covariates)} for key in named}}


@pytest.mark.parametrize("name", MODELS)
def test_a_singular_matrix(name: str) -> None:
    """Two covariates that say the same."""
    frame, design = case(name)
    frame = frame.assign(one=np.arange(len(frame)) % 7, two=(np.arange(len(frame)) % 7) * 2.0)
    if "id" in design["columns"] and name in ("did", "event_study", "callaway_santanna"):
        frame["one"] = pd.factorize(frame[design["columns"]["id"]])[0] % 7
        frame["two"] = frame["one"] * 2.0
    sentence(frame, model_of(design, "one", "two"))


@pytest.mark.parametrize("name", SCORED)
def test_no_overlap(name: str) -> None:
    """The treated are all older than the others."""
    frame, design = case(name)
    column = design["columns"]["treatment"]
    treated = frame[column].astype(str).isin({"1", "peer"})
    frame = frame.assign(apart=np.where(treated, 60.0, 20.0) + np.arange(len(frame)) % 9)
    sentence(frame, model_of(design, "apart"))


#: What comes in the place of a column.
SPOILT = {
    "nothing": lambda column: np.nan * np.arange(len(column)),
    "one value": lambda column: np.full(len(column), 1.0),
    "zero": lambda column: np.zeros(len(column)),
    "endless": lambda column: np.where(np.arange(len(column)) % 5 == 0, np.inf, 1.0),
    "huge": lambda column: np.where(np.arange(len(column)) % 2 == 0, 1e300, -1e300),
    "tiny": lambda column: np.arange(len(column)) * 1e-300,
    "negative": lambda column: -1.0 - np.arange(len(column)),
    "words": lambda column: np.array(["a", "b", ""])[np.arange(len(column)) % 3],
    "mixed": lambda column: pd.Series([1, "two", None, 4.5][k % 4] for k in range(len(column))),
    "truth": lambda column: np.arange(len(column)) % 2 == 0,
    "a date": lambda column: pd.Timestamp("2025-01-01"),
    "all apart": lambda column: np.arange(len(column)),
    "turned": lambda column: column.to_numpy()[::-1],
    "half missing": lambda column: column.where(np.arange(len(column)) % 2 == 0),
}
GARBAGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**6),
    st.floats(),
    st.text(max_size=6),
    st.just([]),
    st.just({}),
)


def whole(found: Result) -> str:
    """What it reads, when all of it is finite, inside its interval, and named by method and estimand."""
    for value in (found.value, *found.terms.values()):
        assert math.isfinite(value.estimate)
    assert found.value.ci_low <= found.value.estimate <= found.value.ci_high
    assert found.method
    assert found.estimand_words
    return found.reading


def answer_or_sentence(frame: pd.DataFrame, design: dict[str, Any]) -> None:
    try:
        found = ask(frame, **design)
    except Unfit as fault:
        said = str(fault)
    else:
        said = whole(found)
    assert said.strip()
    assert "\n" not in said


@pytest.mark.parametrize("name", EVERY)
def test_a_spoilt_column_gives_a_sentence_or_a_whole_answer(name: str) -> None:
    frame, design = case(name)
    columns = sorted(set(design["columns"].values()))

    @settings(parent=EXAMPLES, max_examples=150 if SEARCH else 14)
    @given(st.sampled_from(columns), st.sampled_from(sorted(SPOILT)), st.integers(1, 80))
    def spoil(column: str, how: str, rows: int) -> None:
        some = frame.iloc[: rows * max(1, len(frame) // 80)]
        answer_or_sentence(some.assign(**{column: SPOILT[how](some[column].reset_index(drop=True))}), design)

    spoil()


@EXAMPLES
@given(st.sampled_from(sorted(EVERY)), st.data())
def test_a_spoilt_design_gives_a_sentence_or_a_whole_answer(name: str, data: st.DataObject) -> None:
    frame, design = case(name)
    table = data.draw(
        st.sampled_from([design, *(part for part in design.values() if isinstance(part, dict))])
    )
    key = data.draw(st.sampled_from([*sorted(table), "formula", "factors", "level"]))
    table[key] = data.draw(GARBAGE)
    name = design.pop("estimator", "")
    answer_or_sentence(frame.iloc[:150], {"estimator": name, **design})
