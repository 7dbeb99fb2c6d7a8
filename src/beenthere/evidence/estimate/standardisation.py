"""Standardisation (the g-formula): what the outcome model says of everybody treated and of everybody
untreated.

Source: Hernán & Robins, Causal Inference: What If, chapter 13. The interval counts both that the model is
fitted and that the covariates are a sample.
"""

from typing import Any

import numpy as np
import pandas as pd

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.balance import balance_table, positivity
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import MEASURES, arms, cluster_codes, contrast, is_binary, offered
from beenthere.evidence.estimate.glm import FAMILIES, Fit, fit_glm
from beenthere.evidence.estimate.matrix import Builder, builder
from beenthere.evidence.estimate.result import Answer, normal
from beenthere.evidence.estimate.sample import Array, Mask, Sample
from beenthere.evidence.estimate.spec import Spec, one_of
from beenthere.evidence.estimate.weighting import WHO


def family_of(outcome: Array, chosen: str) -> str:
    """auto: logistic for a yes-or-no outcome, linear otherwise. Raises Unfit for values the family cannot
    hold."""
    family = chosen if chosen != "auto" else "binomial" if is_binary(outcome) else "gaussian"
    wrong = {
        "binomial": not is_binary(outcome),
        "poisson": bool((outcome < 0).any()),
        "gamma": bool((outcome <= 0).any()),
    }
    if wrong.get(family, False):
        needs = {"binomial": "0 and 1 only", "poisson": "no value below 0", "gamma": "values above 0 only"}[
            family
        ]
        raise Unfit(f'the outcome does not fit family = "{family}", which takes {needs}.')
    if family == "binomial" and len(np.unique(outcome)) < 2:
        raise Unfit("the outcome is the same in every row, so nothing can be compared.")
    return family


def set_to(frame: pd.DataFrame, column: str, value: float) -> pd.DataFrame:
    return frame.assign(**{column: value})


def standardised(
    fit: Fit, made: Builder, sample: Sample, value: float, target: Array, offset: Array | float = 0.0
) -> tuple[float, Array]:
    """Mean prediction over the target people with the treatment set, and each row's influence on it."""
    values = made.build(set_to(sample.frame, sample.columns["treatment"], value)).values
    predicted = fit.predict(values, offset)
    share = target / target.sum()
    mean = float(share @ predicted)
    return mean, share * (predicted - mean) + fit.influence() @ (share @ fit.slopes(values, offset))


def calculate(sample: Sample, design: Design) -> Answer:
    """Standardised means over everybody (ATE) or over the treated (ATT)."""
    treated, outcome = arms(sample), sample.column("outcome")
    family = family_of(outcome, design.options["family"])
    made = builder(sample.frame, design.covariates("outcome_model"), first=(design.columns["treatment"],))
    weights = sample.column("weights")
    fit = fit_glm(
        outcome, made.build(sample.frame), family=family, weights=weights, checked=not sample.resampled
    )
    target = weights * (treated if design.estimand == "ATT" else 1.0)
    sides = [standardised(fit, made, sample, value, target) for value in (1.0, 0.0)]
    values = contrast(
        sides[0], sides[1], clusters=cluster_codes(sample), level=design.level, binary=is_binary(outcome)
    )
    return Answer(
        headline=offered(values, design.measure),
        values={**values, **coefficients(fit, sample, design.level)},
        n=len(sample),
        estimand_words=WHO[design.estimand],
        method=f"standardisation by a {family} outcome model, stacked variance",
        working={"fit": fit},
    )


def coefficients(fit: Fit, sample: Sample, level: float) -> dict[str, Any]:
    """The model behind the answer, with robust errors: `model: name`."""
    errors = np.sqrt(np.diag(fit.covariance("robust", cluster_codes(sample))))
    return {
        f"model: {name}": normal(
            fit.beta[place], errors[place], level=level, scale=f"{fit.family.key} coefficient"
        )
        for place, name in enumerate(fit.names)
    }


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    treated, base = arms(sample), sample.column("weights")
    covariates = design.covariates("outcome_model")
    return {
        "balance": balance_table(sample, covariates, treated, before=base, after=base),
        "model": model_report(answer.working["fit"], treated),
        "positivity": positivity(sample, covariates, treated),
    }


def model_report(fit: Fit, treated: Mask) -> dict[str, Any]:
    return {
        "family": fit.family.key,
        "columns": list(fit.names),
        "deviance": fit.deviance,
        "dispersion": fit.dispersion,
        "mean_fitted_treated": float(fit.mean[treated].mean()),
        "mean_fitted_untreated": float(fit.mean[~treated].mean()),
    }


SPEC = Spec(
    key="standardisation",
    title="Standardisation (g-formula)",
    estimands=("ATE", "ATT"),
    measures=MEASURES,
    required=("treatment", "outcome"),
    optional=("id", "cluster", "weights"),
    models=("model", "outcome_model"),
    options={"family": one_of("auto", *FAMILIES)},
    calculate=calculate,
    diagnose=diagnose,
)
