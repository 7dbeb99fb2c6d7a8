"""Cox regression and, with rows per interval, Andersen-Gill. Ties after Efron."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import arms, cluster_codes
from beenthere.evidence.estimate.glm import summed
from beenthere.evidence.estimate.matrix import Matrix, builder, full_rank
from beenthere.evidence.estimate.partial import Partial, fit_partial
from beenthere.evidence.estimate.proportional import proportional
from beenthere.evidence.estimate.result import Answer, Value, normal, ratio
from beenthere.evidence.estimate.sample import Array, Codes, Sample
from beenthere.evidence.estimate.spec import Spec, number, one_of, words
from beenthere.evidence.estimate.survival import one_cause, rows_of

DOUBTFUL = 0.05


def hazard_matrix(sample: Sample, design: Design) -> Matrix:
    """Treatment first where there is one, then the covariates; no intercept. Raises Unfit for an empty
    one."""
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
    matrix, strata = hazard_matrix(sample, design), strata_of(sample, design)
    fit = fit_partial(matrix, rows, strata)
    kind = _kind(sample, design)
    if kind == "classical":
        errors = np.sqrt(np.diag(fit.bread))
    else:
        # As R's coxph has it, without enlarging for few clusters.
        errors = np.sqrt((summed(fit.moved, cluster_codes(sample), enlarged=False) ** 2).sum(axis=0))
    return Answer(
        headline=headline(sample, design, matrix),
        values=hazard_values(matrix, fit.beta, errors, design.level, "hazard ratio"),
        n=len(np.unique(sample.clusters)) if sample.clustered else len(sample),
        estimand_words="the ratio of hazards, the covariates held equal",
        method=f"{'Andersen-Gill' if design.estimator == 'andersen_gill' else 'Cox regression'}, Efron ties, "
        f"{kind} variance",
        working={"fit": fit, "matrix": matrix},
    )


def strata_of(sample: Sample, design: Design) -> Codes:
    """0, 1, 2 ... for the combinations of the strata columns."""
    named = list(design.options["strata"])
    if not named:
        return np.zeros(len(sample), dtype=np.int64)
    return np.asarray(sample.frame.groupby(named).ngroup(), dtype=np.int64)


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


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    fit: Partial = answer.working["fit"]
    test = proportional(answer.working["matrix"], rows_of(sample), fit.beta, strata_of(sample, design))
    return {
        "events": int((sample.column("event") == 1).sum()),
        "rows": len(sample),
        "log_likelihood": fit.log_likelihood,
        "proportional_hazards": test,
        "warnings": list(_doubts(test)),
    }


def _doubts(test: list[dict[str, Any]]) -> Iterator[str]:
    for row in test:
        if row["p_value"] < DOUBTFUL:
            yield (
                f"The hazards of {row['covariate']} do not look proportional (p = {row['p_value']:.3f}): its "
                "ratio is an average over time that depends on the follow-up."
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
