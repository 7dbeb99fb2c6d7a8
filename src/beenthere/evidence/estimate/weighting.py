"""Inverse probability weighting. Source: Hernán & Robins, Causal Inference: What If, chapter 12; overlap
weights (ATO) from Li, Morgan & Zaslavsky 2018, 10.1080/01621459.2016.1260466."""

from typing import Any

import numpy as np

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.balance import balance_table, overlap_report, weight_report
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import MEASURES, arms, cluster_codes, contrast, is_binary, offered
from beenthere.evidence.estimate.propensity import (
    Propensity,
    balancing,
    propensity,
    slope_of_weights,
    stabilised,
)
from beenthere.evidence.estimate.result import Answer
from beenthere.evidence.estimate.sample import Array, Mask, Sample
from beenthere.evidence.estimate.spec import Option, Spec, is_number, number, one_of

WHO = {
    "ATE": "the average effect in everybody in the table",
    "ATT": "the average effect in those who were treated",
    "ATO": "the average effect in people who could well have been in either group (overlap weights)",
}
PAIR = Option(
    default=(0.0, 1.0),
    accepts="two percentiles such as [0.01, 0.99]",
    fits=lambda v: (
        isinstance(v, list) and len(v) == 2 and all(is_number(x) for x in v) and 0 <= v[0] < v[1] <= 1
    ),
)


def weights_of(sample: Sample, design: Design) -> tuple[Array, Propensity, Mask]:
    """Balancing weights times the weights of the rows, truncated and trimmed as the design says; 0 where
    trimmed."""
    treated = arms(sample)
    found = propensity(sample, design)
    weights = balancing(found.score, treated, design.estimand)
    low, high = design.options.get("truncate", (0.0, 1.0))
    if (low, high) != (0.0, 1.0):
        weights = np.clip(weights, *np.quantile(weights, (low, high)))
    trim = design.options.get("trim", 0.0)
    inside = (found.score >= trim) & (found.score <= 1 - trim)
    if not (inside & treated).any() or not (inside & ~treated).any():
        raise Unfit(
            f"trim = {trim:g} leaves an arm without people. Trim less, or find a better comparison group."
        )
    return weights * inside * sample.column("weights"), found, treated


def calculate(sample: Sample, design: Design) -> Answer:
    """Weighted means of the arms.

    variance "robust" treats the weights as known (for ATE conservative, and what textbooks print);
    "stacked" counts that the propensity model was fitted to the same people.
    """
    weights, found, treated = weights_of(sample, design)
    outcome = sample.column("outcome")
    sides = [_side(outcome, weights * arm) for arm in (treated, ~treated)]
    if variance(design) == "stacked":
        moves = (
            slope_of_weights(found.score, treated, design.estimand) * (weights > 0) * sample.column("weights")
        )
        moves = moves * _untouched(found.score, treated, weights, design, sample)
        sides = [
            (mean, moved + found.fit.influence() @ _drift(outcome, mean, moves * arm, weights * arm, found))
            for (mean, moved), arm in zip(sides, (treated, ~treated), strict=True)
        ]
    values = contrast(
        *sides,
        clusters=cluster_codes(sample),
        level=design.level,
        binary=is_binary(outcome),
    )
    return Answer(
        headline=offered(values, design.measure),
        values=values,
        n=int((weights > 0).sum()),
        estimand_words=_words(design),
        method=f"inverse probability weighting, {design.estimand} weights, {variance(design)} variance",
        working={"weights": weights, "propensity": found.score},
    )


def variance(design: Design) -> str:
    """ATE: robust. ATT and ATO: stacked, because there the robust one can be too small (Reifeis & Hudgens
    2022)."""
    chosen = design.options["variance"]
    return ("robust" if design.estimand == "ATE" else "stacked") if chosen == "auto" else str(chosen)


def _words(design: Design) -> str:
    trim = design.options["trim"]
    limit = f", among those with a probability of treatment from {trim:g} to {1 - trim:g}" if trim else ""
    return WHO[design.estimand] + limit


def _side(outcome: Array, weights: Array) -> tuple[float, Array]:
    mean = float(np.average(outcome, weights=weights))
    return mean, weights * (outcome - mean) / weights.sum()


def _untouched(score: Array, treated: Mask, weights: Array, design: Design, sample: Sample) -> Array:
    """1 where truncation left the weight alone: a clipped weight does not move with the model."""
    raw = balancing(score, treated, design.estimand) * sample.column("weights")
    return np.isclose(raw, weights).astype(np.float64)


def _drift(outcome: Array, mean: float, moves: Array, weights: Array, found: Propensity) -> Array:
    """How the arm's mean moves with the coefficients of the propensity model."""
    drift: Array = ((moves * (outcome - mean))[:, None] * found.matrix.values).sum(axis=0) / weights.sum()
    return drift


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    weights, score = answer.working["weights"], answer.working["propensity"]
    treated, base = arms(sample), sample.column("weights")
    plain = weights / np.where(base > 0, base, 1)
    return {
        "balance": balance_table(
            sample, design.covariates("treatment_model"), treated, before=base, after=weights
        ),
        "overlap": overlap_report(score, treated),
        "weights": weight_report(plain, treated),
        "weights_stabilised": weight_report(stabilised(plain, treated, base), treated),
        "trimmed": int((weights == 0).sum()),
    }


SPEC = Spec(
    key="ipw",
    title="Inverse probability weighting",
    estimands=("ATE", "ATT", "ATO"),
    measures=MEASURES,
    required=("treatment", "outcome"),
    optional=("id", "cluster", "weights"),
    models=("model", "treatment_model"),
    options={
        "variance": one_of("auto", "robust", "stacked"),
        "truncate": PAIR,
        "trim": number(0.0, least=0, below=0.5),
    },
    calculate=calculate,
    diagnose=diagnose,
)
