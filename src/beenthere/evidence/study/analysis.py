"""Every outcome by every estimator that answers for it, through `beenthere.evidence.estimate`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import parse_design
from beenthere.evidence.estimate.register import ESTIMATORS as KNOWN
from beenthere.evidence.estimate.result import Result
from beenthere.evidence.estimate.run import estimate
from beenthere.evidence.study.cohort import control
from beenthere.evidence.study.protocol import ESTIMATORS, Outcome, Protocol
from beenthere.evidence.study.timing import check_time_zero
from beenthere.evidence.study.totals import Window, windows

Progress = Callable[[int, int], None]
GRID = 12
#: It reads no covariates, and a design that names some for it is refused.
CRUDE = "aalen_johansen"
COUNTED = ("negative_binomial", "gamma")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One estimate to make. window: of a total. subgroup: (column, level). control: a negative exposure."""

    outcome: Outcome
    estimator: str
    window: Window | None = None
    subgroup: tuple[str, str] | None = None
    control: str = ""

    @property
    def words(self) -> str:
        window = self.window.words if self.window else ""
        parts = [self.outcome.words, window, self.control.replace("_", " ")]
        if self.subgroup:
            parts.append(f"{self.subgroup[0]} = {self.subgroup[1]}")
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """result is None where the data do not carry an answer; then why_not says why. people and events: by
    how people in fact began, before any weighting."""

    question: Question
    result: Result | None
    why_not: str = ""
    people: Mapping[str, int]
    events: Mapping[str, int]


def analyse(
    rows: pd.DataFrame, protocol: Protocol, *, data_sha256: str = "", progress: Progress | None = None
) -> tuple[Analysed, ...]:
    """rows: as `cohort` makes them. The first is the main answer; Unfit when it cannot be given.

    Raises Unfit, before anything is calculated, for an exposure that is fixed after time zero.
    """
    check_time_zero(protocol)
    wanted = tuple(questions(rows, protocol))
    done: list[Analysed] = []
    for place, question in enumerate(wanted):
        done.append(_answered(rows, protocol, question, data_sha256, must=place == 0))
        if progress:
            progress(place + 1, len(wanted))
    return tuple(done)


def questions(rows: pd.DataFrame, protocol: Protocol) -> Iterator[Question]:
    """The main one first, then other outcomes and estimators, subgroups of the main, negative exposures."""
    ordered = sorted(protocol.outcomes, key=lambda one: one.negative_control)
    asked = [question for outcome in ordered for question in _asked(outcome, protocol)]
    yield from asked
    main = asked[0]
    for column in protocol.analysis.subgroups:
        for level in sorted(rows[column].dropna().unique(), key=str):
            yield Question(
                outcome=main.outcome,
                estimator=main.estimator,
                window=main.window,
                subgroup=(column, str(level)),
            )
    for name in protocol.analysis.negative_exposures:
        estimator = "weighted_survival" if main.outcome.shape == "time" else "ipw"
        yield Question(outcome=main.outcome, estimator=estimator, window=main.window, control=control(name))


def _asked(outcome: Outcome, protocol: Protocol) -> Iterator[Question]:
    for estimator in protocol.analysis.estimators:
        if estimator not in ESTIMATORS[outcome.shape]:
            continue
        if outcome.shape == "time":
            yield Question(outcome=outcome, estimator=estimator)
        else:
            for window in windows(outcome, protocol):
                yield Question(outcome=outcome, estimator=estimator, window=window)


def _answered(
    rows: pd.DataFrame, protocol: Protocol, question: Question, sha256: str, *, must: bool
) -> Analysed:
    some = rows_for(rows, protocol, question)
    people, events = arms(some, protocol, question)
    try:
        design = parse_design(design_of(some, protocol, question), KNOWN, where=question.words)
        result = estimate(some, design, data_sha256=sha256, where=question.words)
    except Unfit as fault:
        if must:
            raise
        return Analysed(question=question, result=None, why_not=str(fault), people=people, events=events)
    return Analysed(question=question, result=result, people=people, events=events)


def rows_for(rows: pd.DataFrame, protocol: Protocol, question: Question) -> pd.DataFrame:
    """The rows of the subgroup; of a total after a landmark, who reached it without a stay in hospital."""
    some = rows
    if question.subgroup:
        column, level = question.subgroup
        some = some[some[column].astype(str) == level]
    if question.window is not None:
        some = some[some[question.window.column_months].notna()]
        if protocol.strategies.fixed == "within" and not question.control:
            out = some["admitted_day"].isna() | (some["admitted_day"] > protocol.landmark)
            some = some[out].assign(exposed=(some["start"] <= protocol.landmark).astype(int))
    return some.reset_index(drop=True)


def arms(rows: pd.DataFrame, protocol: Protocol, question: Question) -> tuple[dict[str, int], dict[str, int]]:
    """How many began as the first strategy says, and how many had the event, as it happened."""
    treated = (
        rows[_treatment(protocol, question)] == 1 if _baseline(protocol, question) else _began(rows, protocol)
    )
    key = question.outcome.key
    event = rows[f"{key}_event"] == 1 if question.window is None else rows[question.window.column] > 0
    names = ("began", "did not")
    people = {name: int(some.sum()) for name, some in zip(names, (treated, ~treated), strict=True)}
    events = {name: int((event & some).sum()) for name, some in zip(names, (treated, ~treated), strict=True)}
    return people, events


def _began(rows: pd.DataFrame, protocol: Protocol) -> pd.Series:
    return rows["start"] <= protocol.strategies.days


def _baseline(protocol: Protocol, question: Question) -> bool:
    """Whether the exposure is a column known at the start of this estimate."""
    return bool(question.control) or question.window is not None or protocol.strategies.fixed == "before"


def _treatment(protocol: Protocol, question: Question) -> str:
    return question.control or "exposed"


def design_of(rows: pd.DataFrame, protocol: Protocol, question: Question) -> dict[str, Any]:
    """The design file of this estimate, as a mapping."""
    plan = protocol.analysis
    shared: dict[str, Any] = {"level": plan.level}
    if question.estimator != CRUDE:
        shared["model"] = model(rows, protocol, question)
    if _baseline(protocol, question):
        shared["timing"] = _declared(protocol, question)
    if question.window is not None:
        return shared | _of_total(protocol, question, question.window)
    return shared | _of_time(protocol, question)


def model(rows: pd.DataFrame, protocol: Protocol, question: Question) -> dict[str, Any]:
    """Covariates that vary among these rows; age with its square."""
    varied = [name for name in protocol.covariates.names if rows[name].nunique() > 1]
    kept = [name for name in varied if not question.subgroup or name != question.subgroup[0]]
    squares = [name for name in kept if name == "age" and rows[name].nunique() > 2]
    factors = [name for name in protocol.covariates.factors if name in kept]
    return {"covariates": kept, "factors": factors, "squares": squares}


def _declared(protocol: Protocol, question: Question) -> dict[str, str]:
    zero = protocol.eligibility.index
    if question.window is not None and protocol.strategies.fixed == "within" and not question.control:
        zero = f"landmark on day {protocol.landmark} after the {zero}"
    return {"time_zero": zero, "exposure_fixed": "at"}


def _of_time(protocol: Protocol, question: Question) -> dict[str, Any]:
    one, plan, key = protocol.strategies, protocol.analysis, question.outcome.key
    columns = {"time": f"{key}_time", "event": f"{key}_event"}
    options: dict[str, Any] = {"times": times(protocol), "horizon": protocol.follow_up.horizon}
    bootstrap = {"replicates": plan.replicates, "seed": plan.seed}
    if question.estimator == "clone_censor_weight":
        options |= {"grace": one.days, "against": one.against}
        options |= {"close": plan.close} if plan.close else {}
        options |= {"grace_against": one.days_against} if one.days_against else {}
        return {
            "estimator": question.estimator,
            "estimand": "ATE",
            "columns": {**columns, "treatment_time": "start"},
            "options": options,
            "bootstrap": bootstrap,
        }
    if question.estimator == "landmark":
        after = protocol.follow_up.horizon - protocol.landmark
        options = {"times": [after], "horizon": after, "landmark": protocol.landmark}
        return {
            "estimator": "weighted_survival",
            "estimand": plan.estimand,
            "columns": {**columns, "treatment_time": "start"},
            "options": options,
        }
    made = {
        "estimator": question.estimator,
        "columns": {**columns, "treatment": _treatment(protocol, question)},
    }
    if question.estimator == "cox":
        return made
    if question.estimator == CRUDE:
        return made | {"options": options}
    return made | {"options": options, "estimand": plan.estimand}


def times(protocol: Protocol) -> list[int]:
    """The days asked for, and a grid fine enough to draw a curve."""
    horizon = protocol.follow_up.horizon
    grid = {round(horizon * place / GRID) for place in range(1, GRID + 1)}
    return sorted({*protocol.follow_up.days, *grid} - {0})


def _of_total(protocol: Protocol, question: Question, window: Window) -> dict[str, Any]:
    treatment = _treatment(protocol, question)
    if question.estimator in COUNTED:
        columns = {"treatment": treatment, "outcome": window.column, "exposure": window.column_months}
        return {"estimator": question.estimator, "columns": columns}
    estimator = "ipw" if question.estimator == "landmark" else question.estimator
    columns = {"treatment": treatment, "outcome": window.per_month, "weights": window.column_months}
    return {"estimator": estimator, "estimand": _estimand(estimator, protocol), "columns": columns}


def _estimand(estimator: str, protocol: Protocol) -> str:
    """The one asked for where this estimator has it, else its own first."""
    offered = KNOWN[estimator].estimands
    return protocol.analysis.estimand if protocol.analysis.estimand in offered else offered[0]
