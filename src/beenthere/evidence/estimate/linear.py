"""Least squares: a difference in means, with or without covariates."""

from typing import Any

import numpy as np

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.balance import balance_table
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import arms, cluster_codes
from beenthere.evidence.estimate.glm import fit_glm
from beenthere.evidence.estimate.matrix import builder
from beenthere.evidence.estimate.result import Answer, normal
from beenthere.evidence.estimate.sample import Sample
from beenthere.evidence.estimate.spec import Spec, one_of


def calculate(sample: Sample, design: Design) -> Answer:
    """variance "robust" is HC1 with Student's t; with clusters CR1; "classical" assumes one spread
    everywhere."""
    arms(sample)
    column = design.columns["treatment"]
    matrix = builder(sample.frame, design.covariates(), first=(column,)).build(sample.frame)
    free = len(sample) - matrix.values.shape[1]
    if free < 1:
        raise Unfit(f"{len(sample)} rows do not carry {matrix.values.shape[1]} coefficients.")
    fit = fit_glm(
        sample.column("outcome"),
        matrix,
        family="gaussian",
        weights=sample.column("weights"),
        checked=not sample.resampled,
    )
    clusters = cluster_codes(sample)
    kind = design.options["variance"]
    if kind == "classical" and clusters is not None:
        raise Unfit('variance = "classical" counts every row as independent, and the design names clusters.')
    grow = 1.0 if kind == "classical" else (len(sample) - (clusters is not None)) / free
    errors = np.sqrt(np.diag(fit.covariance(kind, clusters)) * grow)
    df = float(free if clusters is None else clusters.max())
    values = {
        name: normal(fit.beta[place], errors[place], level=design.level, scale="difference in means", df=df)
        for place, name in enumerate(matrix.names)
    }
    return Answer(
        headline=column,
        values=values,
        n=len(sample),
        estimand_words="the difference in mean outcome between the groups, the covariates held equal"
        if len(matrix.names) > 2
        else "the crude difference in mean outcome between the groups",
        method=f"least squares, {kind} variance{' by cluster' if clusters is not None else ''}",
        working={"fit": fit},
    )


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    base = sample.column("weights")
    fit = answer.working["fit"]
    spread = np.average(
        (sample.column("outcome") - np.average(sample.column("outcome"), weights=base)) ** 2, weights=base
    )
    left = np.average((sample.column("outcome") - fit.mean) ** 2, weights=base)
    return {
        "balance": balance_table(sample, design.covariates(), arms(sample), before=base, after=base),
        "r_squared": float(1 - left / spread) if spread > 0 else None,
    }


SPEC = Spec(
    key="linear",
    title="Least squares",
    estimands=("difference in means",),
    required=("treatment", "outcome"),
    optional=("id", "cluster", "weights"),
    models=("model",),
    options={"variance": one_of("robust", "classical")},
    calculate=calculate,
    diagnose=diagnose,
)
