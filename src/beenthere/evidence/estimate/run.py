"""From a table and a design to a result: the same steps for every estimator."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from platform import python_version
from typing import Any

import numpy as np
import pandas as pd

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.balance import unbalanced
from beenthere.evidence.estimate.bootstrap import Progress, bootstrap
from beenthere.evidence.estimate.design import Bootstrap, Design
from beenthere.evidence.estimate.formula import columns_of
from beenthere.evidence.estimate.landmark import landmarked
from beenthere.evidence.estimate.register import ESTIMATORS
from beenthere.evidence.estimate.result import Answer, Result, finite
from beenthere.evidence.estimate.sample import Sample, absent, prepare
from beenthere.evidence.estimate.sensitivity import e_value_report
from beenthere.evidence.estimate.spec import Spec
from beenthere.evidence.estimate.timing import NOT_CHECKED, judge
from beenthere.evidence.estimate.wording import reading

LIBRARIES = ("beenthere", "lifelines", "numpy", "pandas", "pyfixest", "scikit-learn", "scipy", "statsmodels")
FEW_CLUSTERS = 30


def estimate(
    frame: pd.DataFrame,
    design: Design,
    *,
    data_sha256: str = "",
    where: str = "data",
    progress: Progress | None = None,
) -> Result:
    """One result from rows in memory. Raises Unfit, never returns half a number."""
    spec = ESTIMATORS[design.estimator]
    sample = landmarked(prepare(frame, design, spec, where=where), design)
    timing = judge(sample.frame, design, spec)
    with calculating():
        answer, report = answered(sample, design, spec, progress)
        diagnostics = {"flow": list(sample.flow), **spec.diagnose(sample, design, answer)}
        if report:
            diagnostics["bootstrap"] = report
        diagnostics["e_value"] = e_value(answer, sample)
        diagnostics["negative_controls"] = negative_controls(frame, design, spec, where)
    wording = "effect" if spec.causal and timing != NOT_CHECKED else "association"
    return Result(
        estimator=design.estimator,
        estimand=design.estimand,
        estimand_words=answer.estimand_words if wording == "effect" else plainly(answer.estimand_words),
        measure=answer.headline,
        value=answer.value,
        level=design.level,
        n=answer.n,
        terms=answer.values,
        diagnostics=diagnostics,
        warnings=tuple(warned(sample, design, spec, diagnostics, timing)),
        timing=timing,
        wording=wording,
        reading=reading(answer, design, wording),
        method=answer.method,
        versions=versions(),
        data_sha256=data_sha256,
        design_sha256=design.sha256,
    )


def answered(
    sample: Sample, design: Design, spec: Spec, progress: Progress | None = None
) -> tuple[Answer, dict[str, Any]]:
    """The answer, with intervals of the bootstrap where the design or the estimator asks for one."""
    answer = spec.calculate(sample, design)
    plan = design.bootstrap or (Bootstrap(replicates=500) if spec.needs_bootstrap else None)
    if plan is None:
        return finite(answer), {}
    values, report = bootstrap(spec.calculate, sample, design, plan, answer, progress=progress)
    return finite(replace(answer, values=values, method=f"{answer.method}; bootstrap interval")), report


def e_value(answer: Answer, sample: Sample) -> dict[str, Any] | None:
    """Of the number on top; of a risk difference by the risk ratio that goes with it, named in `of`."""
    for name in (answer.headline, answer.headline.replace("difference", "ratio", 1)):
        if name in answer.values:
            found = e_value_report(answer.values[name], _outcome(sample), _share(sample))
            if found:
                return {"of": name, **found}
    return None


@contextmanager
def calculating() -> Iterator[None]:
    """Numerical trouble of any library becomes a sentence. Warnings of libraries are no errors of the
    user."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    except np.linalg.LinAlgError as fault:
        raise Unfit(
            f"the equations have no single solution ({fault}). Look for columns that say the same, or for "
            "groups without variation."
        ) from fault
    except (ZeroDivisionError, FloatingPointError, OverflowError) as fault:
        raise Unfit(
            f"the numbers run out of range ({fault}). Look for extreme values, and check the units."
        ) from fault


def negative_controls(frame: pd.DataFrame, design: Design, spec: Spec, where: str) -> list[dict[str, Any]]:
    """The same analysis where nothing should be found. Finding something says that the comparison is not
    fair."""
    pairs = [("outcome", column) for column in design.negative_outcomes]
    pairs += [("treatment", column) for column in design.negative_exposures]
    return [_control(frame, design, spec, role, column, where) for role, column in pairs]


def _control(
    frame: pd.DataFrame, design: Design, spec: Spec, role: str, column: str, where: str
) -> dict[str, Any]:
    if role not in design.columns:
        raise Unfit(
            f"{spec.key} has no {role} of its own to put {column} in its place.", where="[negative_controls]"
        )
    absent(frame, [column], where)
    # Codes such as treated = "peer" belong to the real column.
    codes = {} if role == "treatment" else design.codes
    other = replace(design, columns={**design.columns, role: column}, codes=codes, bootstrap=None)
    value = answered(landmarked(prepare(frame, other, spec, where=where), other), other, spec)[0].value
    clear = value.null is not None and not value.ci_low <= value.null <= value.ci_high
    return {"kind": role, "column": column, **value.as_dict(), "shows_a_difference": clear}


def warned(
    sample: Sample, design: Design, spec: Spec, diagnostics: dict[str, Any], timing: str
) -> Iterator[str]:
    """What a careful reader would ask about, in sentences."""
    yield from diagnostics.pop("warnings", [])
    left_out = sample.flow[1]["rows"] if sample.flow else 0
    if left_out:
        yield f"{left_out} rows were left out because a value is missing; those left in may differ from them."
    for column in alone(sample, design):
        yield f"{column} has the same value in every row used, so it adjusts for nothing."
    if timing == NOT_CHECKED and spec.causal:
        yield (
            "The design does not say when time zero was and when the exposure was fixed, so this is worded "
            "as an association."
        )
    if sample.clustered and sample.clusters.max() + 1 < FEW_CLUSTERS:
        yield f"Only {sample.clusters.max() + 1} clusters: the interval is likely too narrow."
    if "weights" in diagnostics or "matched" in diagnostics:
        rest = unbalanced(diagnostics.get("balance", []))
        if rest:
            yield f"Not balanced afterwards (a tenth of a standard deviation or more): {', '.join(rest)}."
    outside = diagnostics.get("overlap", {})
    extreme = outside.get("below_0.01", 0) + outside.get("above_0.99", 0)
    if extreme:
        yield (
            f"{extreme} people have a probability of treatment below 0.01 or above 0.99: positivity is "
            "doubtful."
        )
    for row in diagnostics["negative_controls"]:
        if row["shows_a_difference"]:
            yield (
                f"The negative control {row['column']} shows a difference where none can be: the groups are "
                "not alike."
            )


def alone(sample: Sample, design: Design) -> list[str]:
    """Factors of one level. A number that never varies is refused by the model; these make no column."""
    named = [column for covariates in design.models.values() for column in columns_of(covariates)]
    frame = sample.frame
    return [column for column in dict.fromkeys(named) if frame[column].nunique() == 1]


def plainly(words: str) -> str:
    """Without causal words, for a design whose timing nobody declared."""
    return words.replace("the average effect in", "the adjusted difference in").replace(
        "effect", "difference"
    )


def _outcome(sample: Sample) -> Any:
    return sample.column("outcome") if sample.has("outcome") else None


def _share(sample: Sample) -> float | None:
    for role in ("outcome", "event"):
        if sample.has(role):
            values = sample.column(role)
            return float((values == 1).mean()) if np.isin(values, (0, 1, 2, 3)).all() else None
    return None


def versions() -> dict[str, str]:
    return {"python": python_version(), **{name: version(name) for name in LIBRARIES}}
