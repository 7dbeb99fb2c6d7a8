"""Our numerics against libraries that others check, and against slow versions that can be read at a
glance."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from example_tables import ask, intervals, months, people
from hypothesis import given, settings
from hypothesis import strategies as some
from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
from sksurv.nonparametric import cumulative_incidence_competing_risks

from beenthere.evidence.estimate.glm import fit_glm
from beenthere.evidence.estimate.incidence import Rows, curve, slopes
from beenthere.evidence.estimate.matrix import Matrix
from beenthere.evidence.estimate.nearest import pairs_without
from beenthere.evidence.estimate.partial import fit_partial

LAWS: dict[str, Any] = {
    "gaussian": sm.families.Gaussian(),
    "binomial": sm.families.Binomial(),
    "poisson": sm.families.Poisson(),
    "gamma": sm.families.Gamma(sm.families.links.Log()),
}


def drawn(family: str, mean: Any, draw: np.random.Generator) -> Any:
    return {
        "gaussian": mean + draw.normal(size=len(mean)),
        "binomial": (draw.random(len(mean)) < 1 / (1 + np.exp(-mean))) * 1.0,
        "poisson": draw.poisson(np.exp(mean)) * 1.0,
        "gamma": draw.gamma(2, np.exp(mean) / 2),
    }[family]


@pytest.mark.parametrize("family", LAWS)
def test_regression_agrees_with_statsmodels(family: str) -> None:
    draw = np.random.default_rng(3)
    x = np.column_stack([np.ones(400), draw.normal(size=400), draw.integers(0, 2, 400)])
    y = drawn(family, x @ [0.2, 0.5, -0.4], draw)
    ours = fit_glm(y, Matrix(values=x, names=("1", "a", "b")), family=family)
    theirs = sm.GLM(y, x, family=LAWS[family]).fit(tol=1e-12, maxiter=200)
    assert ours.beta == pytest.approx(theirs.params, abs=1e-6)
    assert np.sqrt(np.diag(ours.covariance("classical"))) == pytest.approx(theirs.bse, rel=1e-4)
    if family == "gamma":
        return  # statsmodels puts the observed information between robust errors; we, like R, the expected
    robust = sm.GLM(y, x, family=LAWS[family]).fit(tol=1e-12, maxiter=200, cov_type="HC0").bse
    assert np.sqrt(np.diag(ours.covariance("robust"))) == pytest.approx(robust, rel=1e-4)


def test_an_offset_is_person_time() -> None:
    draw = np.random.default_rng(4)
    x, time = np.column_stack([np.ones(300), draw.normal(size=300)]), draw.uniform(0.5, 3, 300)
    y = draw.poisson(time * np.exp(x @ [0.1, 0.3])) * 1.0
    ours = fit_glm(y, Matrix(values=x, names=("1", "a")), family="poisson", offset=np.log(time))
    theirs = sm.GLM(y, x, family=sm.families.Poisson(), offset=np.log(time)).fit(tol=1e-12)
    assert ours.beta == pytest.approx(theirs.params, abs=1e-8)


def follow(n: int = 300, *, ties: bool = True) -> pd.DataFrame:
    draw = np.random.default_rng(6)
    x, z = draw.normal(size=n), draw.integers(0, 2, n) * 1.0
    time = draw.exponential(10 * np.exp(-0.4 * x + 0.3 * z)) + 0.01
    leave = draw.uniform(2, 30, n)
    end = np.minimum(time, leave)
    return pd.DataFrame(
        {
            "x": x,
            "z": z,
            "time": np.ceil(end) if ties else end,
            "event": (time <= leave) * 1.0,
            "entry": np.zeros(n) if ties else end * draw.uniform(0, 0.9, n),
            "weight": draw.uniform(0.5, 2, n),
            "stratum": draw.integers(0, 3, n),
        }
    )


def rows(frame: pd.DataFrame, *, entry: bool = False, weights: bool = False) -> Rows:
    return Rows(
        entry=frame.entry.to_numpy() if entry else np.full(len(frame), -np.inf),
        time=frame.time.to_numpy(),
        cause=frame.event.to_numpy(),
        weights=frame.weight.to_numpy() if weights else np.ones(len(frame)),
    )


@pytest.mark.parametrize(
    ("ties", "entry", "weights", "strata"),
    [
        (True, False, False, False),
        (False, True, False, False),
        (True, False, True, False),
        (True, False, False, True),
    ],
    ids=["ties", "entry", "weights", "strata"],
)
def test_cox_agrees_with_lifelines(ties: bool, entry: bool, weights: bool, strata: bool) -> None:
    frame = follow(ties=ties)
    matrix = Matrix(values=frame[["x", "z"]].to_numpy(), names=("x", "z"))
    labels = frame.stratum.to_numpy() if strata else np.zeros(len(frame), dtype=np.int64)
    ours = fit_partial(matrix, rows(frame, entry=entry, weights=weights), labels)
    columns = ["x", "z", "time", "event", *["entry"] * entry, *["weight"] * weights, *["stratum"] * strata]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = CoxPHFitter().fit(
            frame[columns],
            "time",
            "event",
            entry_col="entry" if entry else None,
            weights_col="weight" if weights else None,
            strata=["stratum"] if strata else None,
        )
    assert ours.beta == pytest.approx(theirs.params_.to_numpy(), abs=1e-4)
    assert np.sqrt(np.diag(ours.bread)) == pytest.approx(theirs.standard_errors_.to_numpy(), rel=1e-3)
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood_, abs=1e-4)


def test_robust_errors_agree_with_lifelines_where_nobody_enters_late() -> None:
    frame = follow()
    matrix = Matrix(values=frame[["x", "z"]].to_numpy(), names=("x", "z"))
    ours = fit_partial(matrix, rows(frame), np.zeros(len(frame), dtype=np.int64))
    theirs = CoxPHFitter().fit(frame[["x", "z", "time", "event"]], "time", "event", robust=True)
    errors = np.sqrt((ours.moved**2).sum(axis=0))
    assert errors == pytest.approx(theirs.standard_errors_.to_numpy(), rel=2e-2)


def test_splitting_a_follow_up_changes_nothing() -> None:
    """A row cut in two is the same person twice: the errors know it, with entry times too."""
    frame = follow(ties=False).assign(entry=0.0)
    cut = frame.time / 2
    first = frame.assign(time=cut, event=0.0)
    second = frame.assign(entry=cut)
    matrix = Matrix(values=frame[["x", "z"]].to_numpy(), names=("x", "z"))
    twice = Matrix(values=np.vstack([matrix.values, matrix.values]), names=matrix.names)
    whole = fit_partial(matrix, rows(frame), np.zeros(len(frame), dtype=np.int64))
    halves = fit_partial(
        twice, rows(pd.concat([first, second]), entry=True), np.zeros(2 * len(frame), dtype=np.int64)
    )
    assert halves.beta == pytest.approx(whole.beta, abs=1e-8)
    assert halves.moved[: len(frame)] + halves.moved[len(frame) :] == pytest.approx(whole.moved, abs=1e-8)


def test_survival_agrees_with_lifelines() -> None:
    frame = follow()
    found = ask(
        frame,
        estimator="kaplan_meier",
        columns={"time": "time", "event": "event"},
        options={"times": [5, 12]},
    )
    theirs = KaplanMeierFitter().fit(frame.time, frame.event)
    for time in (5, 12):
        value = found.terms[f"survival at {time}"]
        low, high = theirs.confidence_interval_survival_function_.loc[:time].iloc[-1]
        assert (value.estimate, value.ci_low, value.ci_high) == pytest.approx(
            (float(theirs.predict(time)), low, high), abs=1e-9
        )


def test_competing_risks_agree_with_scikit_survival_ties_and_all() -> None:
    draw = np.random.default_rng(8)
    time, cause = np.ceil(draw.exponential(8, 400)), draw.integers(0, 3, 400)
    found = curve(Rows(entry=np.full(400, -np.inf), time=time, cause=cause * 1.0, weights=np.ones(400)), 1)
    moments, risks = cumulative_incidence_competing_risks(cause, time)
    assert found.at(moments) == pytest.approx(risks[1], abs=1e-12)


def test_competing_errors_agree_with_lifelines_without_ties() -> None:
    draw = np.random.default_rng(9)
    time, cause = draw.exponential(8, 500), draw.integers(0, 3, 500)
    rows_ = Rows(entry=np.full(500, -np.inf), time=time, cause=cause * 1.0, weights=np.ones(500))
    moved = slopes(rows_, curve(rows_, 1), np.array([6.0]), 1)
    theirs = AalenJohansenFitter(calculate_variance=True).fit(time, cause, event_of_interest=1)
    variance = float(theirs.variance_.loc[:6.0].iloc[-1])
    assert float((moved**2).sum()) == pytest.approx(variance, rel=0.03)


@settings(max_examples=60)
@given(
    some.lists(
        some.tuples(some.integers(1, 6), some.integers(0, 2), some.floats(0.2, 3), some.integers(0, 4)),
        min_size=4,
        max_size=25,
    )
)
def test_slopes_of_a_curve_are_its_differences(people_: list[tuple[int, int, float, int]]) -> None:
    """A little more weight for one row moves the curve as `slopes` says, entries and ties included."""
    time = np.array([float(entry + stay) for stay, _cause, _w, entry in people_])
    entry = np.array([float(entry) - 0.5 for *_rest, entry in people_])
    cause = np.array([float(cause) for _stay, cause, _w, _entry in people_])
    weights = np.array([weight for _stay, _cause, weight, _entry in people_])
    if not (cause == 1).any():
        return
    at = np.array([3.0, 5.0])
    found = slopes(
        Rows(entry=entry, time=time, cause=cause, weights=weights), _curve(entry, time, cause, weights), at, 1
    )
    for place in range(len(time)):
        more, less = weights.copy(), weights.copy()
        more[place] += 1e-6
        less[place] -= 1e-6
        moved = (_curve(entry, time, cause, more).at(at) - _curve(entry, time, cause, less).at(at)) / 2e-6
        assert found[place] == pytest.approx(moved, abs=1e-5)


def _curve(entry: Any, time: Any, cause: Any, weights: Any) -> Any:
    return curve(Rows(entry=entry, time=time, cause=cause, weights=weights), 1)


@given(
    some.lists(some.integers(0, 60), max_size=15),
    some.lists(some.integers(0, 60), max_size=25),
    some.integers(1, 30),
    some.integers(1, 2),
)
def test_matching_agrees_with_looking_at_everybody(
    left: list[int], right: list[int], width: int, ratio: int
) -> None:
    score = np.array([*left, *right], dtype=np.float64)
    treated, control = np.arange(len(left)), np.arange(len(left), len(score))
    ours = pairs_without(treated, control, score, float(width), ratio)
    assert ours == _slowly(treated, control, score, float(width), ratio)


def _slowly(treated: Any, control: Any, score: Any, width: float, ratio: int) -> list[tuple[int, int]]:
    free, pairs = sorted(control, key=lambda row: (score[row], row)), []
    for _round in range(ratio):
        for person in sorted(treated, key=lambda row: -score[row]):
            near = [row for row in free if abs(score[row] - score[person]) <= width]
            if not near:
                continue
            gap = min(abs(score[row] - score[person]) for row in near)
            closest = [row for row in near if abs(score[row] - score[person]) == gap]
            below = [row for row in closest if score[row] < score[person]]
            # On a line the nearest below is the last before the person, and above the first.
            chosen = below[-1] if below else closest[0]
            free.remove(chosen)
            pairs.append((int(person), int(chosen)))
    return pairs


def test_two_by_two_differences_are_differences_of_means() -> None:
    frame = months()
    found = ask(
        frame,
        estimator="did",
        columns={"id": "county", "treatment": "started", "post": "after_start", "outcome": "stays_per_1000"},
    )
    means = frame.groupby(["started", "after_start"]).stays_per_1000.mean()
    gap = (means[1, 1] - means[1, 0]) - (means[0, 1] - means[0, 0])
    assert found.value.estimate == pytest.approx(gap)


def test_a_start_after_the_last_period_is_no_start() -> None:
    """As R's `did` has it: for these data such a county is one that never starts."""
    later = months().assign(first_month=months().first_month.fillna(99))
    columns = {"id": "county", "period": "month", "first_treated": "first_month", "outcome": "stays_per_1000"}
    found = [ask(rows, estimator="callaway_santanna", columns=columns) for rows in (months(), later)]
    assert found[0].terms == found[1].terms


def test_the_order_of_rows_is_irrelevant() -> None:
    shuffled = people().sample(frac=1, random_state=5)
    design: dict[str, Any] = {
        "columns": {"treatment": "supported", "outcome": "readmitted"},
        "model": {"covariates": ["age", "site", "stays"]},
    }
    for estimator in ("ipw", "standardisation"):
        first = ask(people(), estimator=estimator, **design).value
        second = ask(shuffled, estimator=estimator, **design).value
        assert second.estimate == pytest.approx(first.estimate, abs=1e-10)


def test_recurrent_events_are_counted_per_person() -> None:
    columns = {
        "id": "person",
        "entry": "from_day",
        "time": "to_day",
        "event": "admitted",
        "treatment": "peer",
    }
    found = ask(intervals(), estimator="andersen_gill", columns=columns)
    assert found.n == 300
    assert found.diagnostics["rows"] == len(intervals())
