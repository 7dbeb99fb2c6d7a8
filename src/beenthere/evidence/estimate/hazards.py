"""Cox regression and, with rows per interval, Andersen-Gill. By lifelines; ties after Efron."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceError

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import arms
from beenthere.evidence.estimate.matrix import Matrix, builder, full_rank
from beenthere.evidence.estimate.proportional import proportional
from beenthere.evidence.estimate.result import Answer, Value, normal, ratio
from beenthere.evidence.estimate.sample import Array, Sample
from beenthere.evidence.estimate.spec import Spec, number, one_of, words
from beenthere.evidence.estimate.survival import one_cause, rows_of

EXPLODED = 50.0
DOUBTFUL = 0.05


def hazard_matrix(sample: Sample, design: Design) -> Matrix:
    """Treatment first where there is one, then the covariates; no intercept. Raises Unfit for an empty one."""
    first: tuple[str, ...] = ()
    if sample.has("treatment"):
        arms(sample)
        first = (sample.columns["treatment"],)
    covariates = design.covariates()
    matrix = builder(sample.frame, covariates, first=first, intercept=False).build(sample.frame)
    if not matrix.names:
        raise Unfit("there is nothing to estimate: name a treatment, or covariates in [model].")
    if not sample.resampled:
        full_rank(_with_constant(matrix))
    return matrix


def _with_constant(matrix: Matrix) -> Matrix:
    ones = np.ones((len(matrix.values), 1))
    return Matrix(values=np.hstack([ones, matrix.values]), names=("a constant", *matrix.names))


def calculate(sample: Sample, design: Design) -> Answer:
    """Log hazard ratios; `ratio: name` is each as a ratio."""
    rows = rows_of(sample)
    one_cause(sample, design.estimator)
    matrix = hazard_matrix(sample, design)
    fitter = _fit(sample, design, matrix)
    errors = fitter.standard_errors_.to_numpy()
    _bounded(matrix, fitter.params_.to_numpy(), _plain_errors(fitter))
    values = hazard_values(matrix, fitter.params_.to_numpy(), errors, design.level, "hazard ratio")
    return Answer(
        headline=headline(sample, design, matrix),
        values=values,
        n=len(np.unique(sample.clusters)) if sample.clustered else len(sample),
        estimand_words="the ratio of hazards, the covariates held equal",
        method=f"{'Andersen-Gill' if design.estimator == 'andersen_gill' else 'Cox regression'}, Efron ties, "
        f"{_kind(sample, design)} variance",
        working={"fitter": fitter, "matrix": matrix, "events": int((rows.cause == 1).sum())},
    )


def headline(sample: Sample, design: Design, matrix: Matrix) -> str:
    first = sample.columns.get("treatment", matrix.names[0])
    return first if design.measure == "log_ratio" else f"ratio: {first}"


def hazard_values(matrix: Matrix, beta: Array, errors: Array, level: float, scale: str) -> dict[str, Value]:
    """Coefficient and ratio of every column."""
    values: dict[str, Value] = {}
    for place, name in enumerate(matrix.names):
        values[name] = normal(beta[place], errors[place], level=level, scale=f"log {scale}")
        values[f"ratio: {name}"] = ratio(beta[place], errors[place], level=level, scale=scale)
    return values


def _kind(sample: Sample, design: Design) -> str:
    """robust wherever rows hang together or are weighted, unless the design says otherwise."""
    chosen = design.options["variance"]
    if sample.clustered and chosen != "classical":
        return "cluster-robust"
    if chosen != "auto":
        return str(chosen)
    return "robust" if sample.has("weights") else "classical"


def _fit(sample: Sample, design: Design, matrix: Matrix) -> CoxPHFitter:
    frame = pd.DataFrame(matrix.values, columns=list(matrix.names))
    frame["(time)"], frame["(event)"] = sample.column("time"), sample.column("event")
    given: dict[str, Any] = {"duration_col": "(time)", "event_col": "(event)"}
    if sample.has("entry"):
        frame["(entry)"] = sample.column("entry")
        given["entry_col"] = "(entry)"
    if sample.has("weights"):
        frame["(weights)"] = sample.column("weights")
        given["weights_col"] = "(weights)"
    kind = _kind(sample, design)
    if kind == "cluster-robust":
        frame["(cluster)"] = sample.clusters
        given["cluster_col"] = "(cluster)"
    for name in design.options["strata"]:
        frame[f"(stratum) {name}"] = sample.frame[name]
    strata = [f"(stratum) {name}" for name in design.options["strata"]]
    try:
        return CoxPHFitter(alpha=1 - design.level).fit(
            frame, **given, robust=kind != "classical", strata=strata or None
        )
    except (ConvergenceError, ValueError) as fault:
        raise Unfit(
            "the hazard model has no finite answer: a covariate separates those with the event from those without, "
            "or two columns say the same. Leave out or coarsen it."
        ) from fault


def _plain_errors(fitter: CoxPHFitter) -> Array:
    errors: Array = np.sqrt(np.clip(np.diag(fitter.variance_matrix_.to_numpy()), 0, None))
    return errors


def _bounded(matrix: Matrix, beta: Array, errors: Array) -> None:
    """Raises Unfit where a coefficient runs away: nobody on one side of the covariate has the event."""
    reach = np.ptp(matrix.values, axis=0)
    size = np.maximum(errors * reach, np.where(np.abs(beta) * reach > 15, EXPLODED + 1, 0))
    if not np.isfinite(size).all() or size.max() > EXPLODED:
        name = matrix.names[int(np.nanargmax(size))]
        raise Unfit(
            f"the hazard ratio of {name} is not finite: on one side of it nobody has the event (separation). Leave "
            "it out or merge it with another."
        )


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    fitter: CoxPHFitter = answer.working["fitter"]
    named = list(design.options["strata"])
    strata = sample.frame.groupby(named).ngroup().to_numpy() if named else np.zeros(len(sample))
    test = proportional(
        answer.working["matrix"],
        rows_of(sample),
        fitter.params_.to_numpy(),
        fitter.variance_matrix_.to_numpy(),
        strata,
    )
    return {
        "events": answer.working["events"],
        "rows": len(sample),
        "log_likelihood": float(fitter.log_likelihood_),
        "proportional_hazards": test,
        "warnings": list(_doubts(test)),
    }


def _doubts(test: list[dict[str, Any]]) -> Iterator[str]:
    for row in test:
        if row["p_value"] < DOUBTFUL:
            yield (
                f"The hazards of {row['covariate']} do not look proportional (p = {row['p_value']:.3f}): its ratio is "
                "an average over time that depends on the follow-up."
            )


COX = Spec(
    key="cox",
    title="Cox regression",
    estimands=("hazard ratio",),
    measures=("log_ratio", "ratio"),
    required=("time", "event"),
    optional=("treatment", "treatment_time", "entry", "id", "cluster", "weights"),
    models=("model",),
    options={
        "variance": one_of("auto", "classical", "robust"),
        "strata": words(),
        "landmark": number(None, above=0),
    },
    people=False,
    calculate=calculate,
    diagnose=diagnose,
)
ANDERSEN_GILL = replace(
    COX,
    key="andersen_gill",
    title="Andersen-Gill, recurrent events",
    required=("time", "event", "entry", "id"),
    optional=("treatment", "cluster", "weights"),
    options={key: option for key, option in COX.options.items() if key != "landmark"},
)
