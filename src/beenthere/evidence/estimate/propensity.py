"""The probability of being treated, the weights made of it, and how well they work."""

from dataclasses import dataclass

import numpy as np

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import arms
from beenthere.evidence.estimate.formula import columns_of
from beenthere.evidence.estimate.glm import Fit, fit_glm
from beenthere.evidence.estimate.matrix import Matrix, builder
from beenthere.evidence.estimate.sample import Array, Mask, Sample


@dataclass(frozen=True, kw_only=True)
class Propensity:
    """score: n, probability of treatment. matrix: what it was fitted on."""

    score: Array
    fit: Fit
    matrix: Matrix


def propensity(sample: Sample, design: Design) -> Propensity:
    """Logistic regression of treatment on the covariates. Raises Unfit for separation and where nothing
    overlaps."""
    treated = arms(sample)
    untouched(design)
    made = builder(sample.frame, design.covariates("treatment_model"))
    matrix = made.build(sample.frame)
    if matrix.values.shape[1] > min(treated.sum(), (~treated).sum()):
        raise Unfit(
            f"{matrix.values.shape[1]} model columns are more than the "
            f"{min(treated.sum(), (~treated).sum())} people of the smaller arm. Leave out or group "
            "covariates."
        )
    fit = fit_glm(
        treated.astype(np.float64),
        matrix,
        family="binomial",
        weights=sample.column("weights"),
        checked=not sample.resampled,
    )
    overlapping(fit.mean, treated)
    return Propensity(score=fit.mean, fit=fit, matrix=matrix)


def untouched(design: Design) -> None:
    """Raises Unfit where the treatment stands among what is to say who is treated."""
    if design.columns.get("treatment") in columns_of(design.covariates("treatment_model")):
        raise Unfit(
            f'the treatment "{design.columns["treatment"]}" stands among the covariates that are to say who '
            "is treated. Leave it out, also of interactions; [outcome_model] may have them where it is read."
        )


def overlapping(score: Array, treated: Mask) -> None:
    """Raises Unfit when every treated person was likelier to be treated than any untreated one."""
    if score[treated].min() > score[~treated].max():
        raise Unfit(
            "the two groups do not overlap: every treated person was likelier to be treated than any "
            "untreated one. Nobody here can stand for what would have happened otherwise."
        )


def balancing(score: Array, treated: Mask, estimand: str) -> Array:
    """Weights that make the arms alike. ATE: everybody; ATT: the treated; ATO: those who could have been
    either."""
    if estimand == "ATE":
        return np.where(treated, 1 / score, 1 / (1 - score))
    if estimand == "ATT":
        return np.where(treated, 1.0, score / (1 - score))
    return np.where(treated, 1 - score, score)


def slope_of_weights(score: Array, treated: Mask, estimand: str) -> Array:
    """Derivative of those weights by the linear predictor of the logistic model."""
    odds = score / (1 - score)
    if estimand == "ATE":
        return np.where(treated, -(1 - score) / score, odds)
    if estimand == "ATT":
        return np.where(treated, 0.0, odds)
    return np.where(treated, -1.0, 1.0) * score * (1 - score)


def stabilised(weights: Array, treated: Mask, base: Array) -> Array:
    """Weights times the share of the arm, so that they average one in a well-specified model."""
    share = float(np.average(treated, weights=base))
    return weights * np.where(treated, share, 1 - share)
