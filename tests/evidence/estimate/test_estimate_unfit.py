"""What does not carry an answer gives one sentence, never a number."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from example_tables import ask, intervals, months, people

from beenthere.evidence.errors import Unfit

WEIGH: dict[str, Any] = {
    "estimator": "ipw",
    "columns": {"treatment": "supported", "outcome": "readmitted"},
    "model": {"covariates": ["age", "stays"]},
}
FOLLOW: dict[str, Any] = {
    "estimator": "kaplan_meier",
    "columns": {"time": "days", "event": "any_end"},
    "options": {"times": [90]},
}
CLONE: dict[str, Any] = {
    "estimator": "clone_censor_weight",
    "columns": {"time": "days", "event": "any_end", "treatment_time": "first_contact"},
    "options": {"times": [90], "grace": 14},
}
COUNTY = {"id": "county", "period": "month", "first_treated": "first_month", "outcome": "stays_per_1000"}


def changed(design: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {**design, **parts}


DESIGNS: dict[str, tuple[dict[str, Any], str]] = {
    "no such estimator": (changed(WEIGH, estimator="magic"), "Known: linear"),
    "unknown key": (changed(WEIGH, colums={}), 'Did you mean "columns"'),
    "unknown role": (changed(WEIGH, columns={**WEIGH["columns"], "outcom": "x"}), 'Did you mean "outcome"'),
    "unknown option": (changed(WEIGH, options={"trimm": 0.1}), 'Did you mean "trim"'),
    "option of the wrong kind": (changed(WEIGH, options={"trim": "much"}), "does not fit"),
    "role missing": (changed(WEIGH, columns={"treatment": "supported"}), '"outcome" is missing'),
    "estimand not offered": (changed(WEIGH, estimand="LATE"), "Offered: ATE, ATT, ATO"),
    "column missing": (changed(WEIGH, model={"covariates": ["agee"]}), 'Did you mean "age"'),
    "formula with a call": (changed(WEIGH, model={"formula": "age + exit(1)"}), "the formula holds"),
    "formula and lists": (changed(WEIGH, model={"formula": "age", "covariates": ["age"]}), "not both"),
    "level out of range": (changed(WEIGH, level=95), "such as 0.95"),
    "treatment with three values": (
        changed(WEIGH, columns={"treatment": "site", "outcome": "readmitted"}),
        "treatment has to be 0 and 1",
    ),
    "outcome is text": (
        changed(WEIGH, columns={"treatment": "supported", "outcome": "site"}),
        "is not a number everywhere",
    ),
    "same column twice in the model": (
        changed(WEIGH, model={"covariates": ["age"], "squares": ["agesq"], "formula": ""}),
        'no column "agesq"',
    ),
    "reference no level": (
        changed(WEIGH, model={"covariates": ["site"], "reference": {"site": "east"}}),
        "is none of its values",
    ),
    "exposure after time zero": (
        changed(WEIGH, timing={"time_zero": "discharge", "exposure_fixed": "after"}),
        "clone_censor_weight",
    ),
    "half a row-by-row timing": (
        changed(WEIGH, timing={"time_zero_column": "discharged_on"}),
        "come together",
    ),
    "no times": (changed(FOLLOW, options={}), "at which times"),
    "times beyond follow-up": (changed(FOLLOW, options={"times": [4000]}), "was followed to 4000"),
    "competing causes where one is known": (
        changed(
            FOLLOW, columns={"time": "days", "event": "end"}, codes={"event": "died", "censored": "followed"}
        ),
        "competing causes",
    ),
    "landmark without treatment time": (
        changed(FOLLOW, options={"times": [90], "landmark": 14}),
        "needs both",
    ),
    "arms and groups at once": (
        changed(FOLLOW, columns={**FOLLOW["columns"], "treatment": "supported", "group": "site"}),
        "not both",
    ),
    "no grace period": (changed(CLONE, options={"times": [90]}), "grace period"),
    "later without a longer grace": (
        changed(CLONE, options={"times": [90], "grace": 14, "against": "later", "grace_against": 7}),
        "longer than grace",
    ),
    "nothing to estimate": (
        {"estimator": "cox", "columns": {"time": "days", "event": "any_end"}},
        "nothing to estimate",
    ),
    "costs that are zero in gamma": (
        {"estimator": "gamma", "columns": {"treatment": "supported", "outcome": "cost"}},
        "Use two_part",
    ),
    "counts with decimals": (
        {"estimator": "poisson", "columns": {"treatment": "supported", "outcome": "cost"}},
        "whole numbers",
    ),
    "bootstrap of three": (changed(WEIGH, bootstrap={"replicates": 3}), "from 39"),
    "negative control not there": (changed(WEIGH, negative_controls={"outcomes": ["teeth"]}), "teeth"),
    "a trim below 0": (changed(WEIGH, options={"trim": -0.1}), "from 0 and below 0.5"),
    "a landmark without end": (changed(FOLLOW, options={"times": [90], "landmark": float("inf")}), "number"),
    "the outcome among the covariates": (
        changed(WEIGH, model={"covariates": ["age", "readmitted"]}),
        "which is the outcome itself",
    ),
    "the event among the covariates": (
        {
            "estimator": "cox",
            "columns": {"time": "days", "event": "any_end"},
            "model": {"formula": "age + any_end:stays"},
        },
        "which is the event itself",
    ),
    "the treatment among what says who is treated": (
        changed(WEIGH, model={"formula": "age * supported"}),
        "stands among the covariates",
    ),
    "the same, doubly robust": (
        {**WEIGH, "estimator": "aipw", "model": {"covariates": ["supported"]}},
        "stands among the covariates",
    ),
    "words for events that nobody explained": (
        changed(FOLLOW, columns={"time": "days", "event": "end"}),
        "none of them is '1'",
    ),
    "a word for the censored that nobody has": (
        {
            "estimator": "aalen_johansen",
            "columns": {"time": "days", "event": "end"},
            "codes": {"event": "readmitted", "censored": "folowed"},
            "options": {"times": [90]},
        },
        "Correct the name",
    ),
    "clusters matched with replacement": (
        {
            **WEIGH,
            "estimator": "matching",
            "columns": {**WEIGH["columns"], "cluster": "agency"},
            "options": {"replacement": True},
        },
        "no interval for clusters",
    ),
    "a bootstrap of matching with replacement": (
        {
            **WEIGH,
            "estimator": "matching",
            "options": {"replacement": True},
            "bootstrap": {"replicates": 50},
        },
        "does not hold",
    ),
    "too many folds": ({**WEIGH, "estimator": "aipw", "options": {"folds": 600}}, "too few"),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_unfit_designs(name: str) -> None:
    design, words = DESIGNS[name]
    with pytest.raises(Unfit, match=r"\S") as said:
        ask(people(), **design)
    assert words in str(said.value)
    assert "\n" not in str(said.value)


def with_column(**columns: Any) -> pd.DataFrame:
    return people().assign(**columns)


ROWS: dict[str, tuple[pd.DataFrame, dict[str, Any], str]] = {
    "nobody treated": (people()[people().supported == 0], WEIGH, "nobody is treated"),
    "nobody untreated": (people()[people().supported == 1], WEIGH, "nobody is untreated"),
    "separation": (
        with_column(age=people().supported * 100 + people().stays),
        WEIGH,
        "separat",
    ),
    "a level with treated people only": (
        with_column(age=np.where(people().supported == 1, people().index % 2, 0)),
        WEIGH,
        "separat",
    ),
    "two columns that say the same": (with_column(age=people().stays * 2), WEIGH, "cannot be told apart"),
    "a constant covariate": (with_column(age=3.0), WEIGH, "cannot be told apart"),
    "an outcome that never varies": (with_column(readmitted=0), WEIGH, "not a finite number"),
    "an infinite covariate": (
        with_column(age=np.where(people().index == 3, np.inf, people().age)),
        WEIGH,
        "infinite",
    ),
    "an infinite outcome": (
        with_column(readmitted=np.where(people().index == 3, np.inf, 1.0)),
        WEIGH,
        "infinite",
    ),
    "every value missing": (with_column(age=np.nan), WEIGH, "no row is complete"),
    "missing where the design refuses": (
        with_column(age=people().age.where(people().index > 5)),
        changed(WEIGH, missing="refuse"),
        "age (6)",
    ),
    "an id without a name": (
        with_column(person=people().person.where(people().index > 5)),
        changed(WEIGH, columns={**WEIGH["columns"], "id": "person"}),
        "do not say who",
    ),
    "two rows for a person": (
        with_column(person=0),
        changed(WEIGH, columns={**WEIGH["columns"], "id": "person"}),
        "takes one row a person",
    ),
    "one cluster": (
        with_column(agency=1),
        changed(WEIGH, columns={**WEIGH["columns"], "cluster": "agency"}),
        "one cluster only",
    ),
    "a weight below zero": (
        with_column(sampling_weight=-1.0),
        changed(WEIGH, columns={**WEIGH["columns"], "weights": "sampling_weight"}),
        "zero or negative",
    ),
    "an exposure date that only the exposed have": (
        with_column(assigned_on=people().discharged_on.where(people().supported == 1)),
        changed(WEIGH, timing={"time_zero_column": "discharged_on", "exposure_fixed_column": "assigned_on"}),
        "left out for a missing value in assigned_on",
    ),
    "negative times": (with_column(days=people().days - 50), FOLLOW, "is negative"),
    "no events": (with_column(any_end=0), FOLLOW, "nobody has the event"),
    "an arm without events": (
        with_column(any_end=people().any_end * people().supported),
        changed(FOLLOW, columns={**FOLLOW["columns"], "treatment": "supported"}),
        "nobody among the untreated has an event",
    ),
    "a hazard ratio without end": (
        with_column(any_end=people().any_end * people().supported),
        {"estimator": "cox", "columns": {**FOLLOW["columns"], "treatment": "supported"}},
        "separat",
    ),
    "a subdistribution ratio without end": (
        with_column(any_end=people().any_end * people().supported),
        {"estimator": "fine_gray", "columns": {**FOLLOW["columns"], "treatment": "supported"}},
        "separat",
    ),
    "entry after the end": (
        with_column(came=people().days + 1),
        changed(FOLLOW, columns={**FOLLOW["columns"], "entry": "came"}),
        "end at or before their entry",
    ),
    "nobody starts within grace": (
        with_column(first_contact=people().first_contact + 100),
        CLONE,
        "nobody starts within",
    ),
    "exposure fixed later in some rows": (
        with_column(assigned_on=people().discharged_on + pd.to_timedelta(people().index % 2, unit="D")),
        changed(WEIGH, timing={"time_zero_column": "discharged_on", "exposure_fixed_column": "assigned_on"}),
        "in 450 of 900 rows",
    ),
    "nothing counted in an arm": (
        with_column(visits=people().visits * people().supported),
        {"estimator": "poisson", "columns": {"treatment": "supported", "outcome": "visits"}},
        "nothing was counted among the untreated",
    ),
    "negative cost": (
        with_column(cost=people().cost - 10),
        {"estimator": "two_part", "columns": {"treatment": "supported", "outcome": "cost"}},
        "cost is negative",
    ),
    "counts that hardly vary": (
        with_column(visits=people().index % 2),
        {"estimator": "negative_binomial", "columns": {"treatment": "supported", "outcome": "visits"}},
        "Use poisson",
    ),
    "a table without events": (
        with_column(readmitted=0),
        {"estimator": "two_by_two", "columns": {"treatment": "supported", "outcome": "readmitted"}},
        "everybody or nobody",
    ),
    "no partner within the caliper": (
        people().iloc[[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
        {**WEIGH, "estimator": "matching", "options": {"caliper": 1e-9}},
        "finds a partner",
    ),
    "no period before": (
        months()[months().month >= 5],
        {
            "estimator": "did",
            "columns": {"treatment": "started", "outcome": "stays_per_1000", "period": "month"},
            "options": {"start": 5},
        },
        "before the start",
    ),
    "nobody starts": (
        months().assign(first_month=np.nan),
        {"estimator": "callaway_santanna", "columns": COUNTY},
        "no unit ever starts",
    ),
    "everybody starts": (
        months().assign(first_month=months().first_month.fillna(10)),
        {"estimator": "callaway_santanna", "columns": COUNTY},
        "not yet treated",
    ),
    "a unit seen twice in a month": (
        pd.concat([months(), months().iloc[:1]]),
        {"estimator": "callaway_santanna", "columns": COUNTY},
        "repeat a unit and period",
    ),
    "a start that moves": (
        months().assign(first_month=months().month),
        {"estimator": "callaway_santanna", "columns": COUNTY},
        "changes within a unit",
    ),
    "one study": (
        pd.DataFrame({"b": [0.1], "se": [0.2]}),
        {"estimator": "meta_analysis", "columns": {"effect": "b", "std_error": "se"}},
        "at least two",
    ),
    "one person before and after": (
        people().iloc[:1],
        {"estimator": "before_after", "columns": {"before": "score_before", "after": "score_after"}},
        "one person",
    ),
    "a change that never varies": (
        with_column(score_after=people().score_before + 1),
        {"estimator": "before_after", "columns": {"before": "score_before", "after": "score_after"}},
        "not a finite number",
    ),
    "recurrent events in which one arm has none": (
        intervals().assign(admitted=intervals().admitted * intervals().peer),
        {
            "estimator": "andersen_gill",
            "columns": {
                "entry": "from_day",
                "time": "to_day",
                "event": "admitted",
                "id": "person",
                "treatment": "peer",
            },
        },
        "separat",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_unfit_rows(name: str) -> None:
    frame, design, words = ROWS[name]
    with pytest.raises(Unfit, match=r"\S") as said:
        ask(frame.reset_index(drop=True), **design)
    assert words in str(said.value)
    assert "\n" not in str(said.value)
