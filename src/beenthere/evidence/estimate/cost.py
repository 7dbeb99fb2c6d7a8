"""Costs: a gamma model for what is always above zero, and two parts where many cost nothing.

Source: Manning & Mullahy 2001, 10.1016/S0167-6296(01)00086-8; Duan et al. 1983,
10.1080/07350015.1983.10509330. The answer is a difference in mean costs over everybody in the table, not a
coefficient.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.balance import balance_table
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import arms, cluster_codes, contrast, offered
from beenthere.evidence.estimate.glm import Fit, fit_glm
from beenthere.evidence.estimate.matrix import Builder, builder
from beenthere.evidence.estimate.result import Answer, Value, normal
from beenthere.evidence.estimate.sample import Array, Mask, Sample
from beenthere.evidence.estimate.spec import Spec
from beenthere.evidence.estimate.standardisation import set_to, standardised
from beenthere.evidence.estimate.weighting import WHO

MEASURES = ("difference", "ratio")
TOP = 0.99


def costs(sample: Sample) -> Array:
    outcome = sample.column("outcome")
    if (outcome < 0).any():
        raise Unfit(f"the cost is negative in {int((outcome < 0).sum())} rows. Resolve reversals first.")
    return outcome


def _builder(sample: Sample, design: Design) -> Builder:
    return builder(sample.frame, design.covariates("outcome_model"), first=(sample.columns["treatment"],))


def calculate_gamma(sample: Sample, design: Design) -> Answer:
    """Standardised mean costs per unit of `exposure`."""
    treated, outcome = arms(sample), costs(sample)
    if (outcome == 0).any():
        raise Unfit(f"{int((outcome == 0).sum())} rows cost nothing, which gamma cannot hold. Use two_part.")
    made, weights = _builder(sample, design), sample.column("weights")
    fit = fit_glm(
        outcome,
        made.build(sample.frame),
        family="gamma",
        weights=weights,
        offset=np.log(sample.column("exposure")),
        checked=not sample.resampled,
    )
    target = weights * (treated if design.estimand == "ATT" else 1.0)
    sides = [standardised(fit, made, sample, value, target) for value in (1.0, 0.0)]
    words = " per unit of person-time" if sample.has("exposure") else ""
    return _answer(
        sample, design, sides, {"cost": (fit, np.ones(len(outcome), dtype=bool))}, "gamma model", words
    )


def calculate_two_part(sample: Sample, design: Design) -> Answer:
    """Probability of any cost times the mean of what cost something, standardised."""
    treated, outcome = arms(sample), costs(sample)
    some = outcome > 0
    for name, arm in (("treated", treated), ("untreated", ~treated)):
        if some[arm].all() or not some[arm].any():
            every = "everybody" if some[arm].all() else "nobody"
            raise Unfit(
                f"{every} among the {name} cost something, so there are no two parts. Use gamma or linear."
            )
    made, weights = _builder(sample, design), sample.column("weights")
    matrix = made.build(sample.frame)
    checked = not sample.resampled
    first = fit_glm(some * 1.0, matrix, family="binomial", weights=weights, checked=checked)
    rest = replace(matrix, values=matrix.values[some])
    second = fit_glm(outcome[some], rest, family="gamma", weights=weights[some], checked=checked)
    target = weights * (treated if design.estimand == "ATT" else 1.0)
    sides = [_product(first, second, some, made, sample, value, target) for value in (1.0, 0.0)]
    everybody = np.ones(len(outcome), dtype=bool)
    fits = {"any cost": (first, everybody), "cost if any": (second, some)}
    return _answer(sample, design, sides, fits, "two-part model: logistic, then gamma", "")


def _product(
    first: Fit, second: Fit, some: Mask, made: Builder, sample: Sample, value: float, target: Array
) -> tuple[float, Array]:
    """Mean of the product of both predictions, and each row's influence through both models."""
    values = made.build(set_to(sample.frame, sample.columns["treatment"], value)).values
    chance, amount = first.predict(values), second.predict(values)
    share = target / target.sum()
    mean = float(share @ (chance * amount))
    moved = share * (chance * amount - mean)
    moved = moved + first.influence() @ ((share * amount) @ first.slopes(values))
    moved[some] += second.influence() @ ((share * chance) @ second.slopes(values))
    return mean, moved


def _answer(
    sample: Sample,
    design: Design,
    sides: list[tuple[float, Array]],
    fits: dict[str, tuple[Fit, Mask]],
    model: str,
    unit: str,
) -> Answer:
    clusters = cluster_codes(sample)
    values = contrast(*sides, clusters=clusters, level=design.level, binary=False)
    for part, (fit, some) in fits.items():
        errors = _errors(fit, some, sample)
        for place, name in enumerate(fit.names):
            values[f"{part}: {name}"] = _coefficient(fit, place, errors, design.level)
    return Answer(
        headline=offered(values, design.measure),
        values=values,
        n=len(sample),
        estimand_words=f"{WHO[design.estimand]} on the mean cost{unit}",
        method=f"{model}, standardised, stacked variance",
    )


def _errors(fit: Fit, some: Mask, sample: Sample) -> Array:
    clusters = cluster_codes(sample)
    inside = None if clusters is None else np.unique(clusters[some], return_inverse=True)[1]
    return np.asarray(np.sqrt(np.diag(fit.covariance("robust", inside))), dtype=np.float64)


def _coefficient(fit: Fit, place: int, errors: Array, level: float) -> Value:
    scale = "log odds ratio" if fit.family.key == "binomial" else "log mean ratio"
    return normal(fit.beta[place], errors[place], level=level, scale=scale)


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    outcome, treated, base = sample.column("outcome"), arms(sample), sample.column("weights")
    covariates = design.covariates("outcome_model")
    return {
        "balance": balance_table(sample, covariates, treated, before=base, after=base),
        "share_of_zeros": {
            "treated": float((outcome[treated] == 0).mean()),
            "untreated": float((outcome[~treated] == 0).mean()),
        },
        "crude_means": {
            "treated": float(outcome[treated].mean()),
            "untreated": float(outcome[~treated].mean()),
        },
        "top_spenders": _top(sample, design, outcome),
    }


def _top(sample: Sample, design: Design, outcome: Array) -> dict[str, Any]:
    """How much hangs on the dearest hundredth: their share of all cost, and the answer without them."""
    limit = float(np.quantile(outcome, TOP))
    kept = outcome <= limit
    share = float(outcome[~kept].sum() / outcome.sum())
    try:
        calculate = calculate_gamma if design.estimator == "gamma" else calculate_two_part
        without: float | None = calculate(sample.take(np.flatnonzero(kept)), design).value.estimate
    except Unfit:
        without = None
    return {
        "above": limit,
        "rows": int((~kept).sum()),
        "share_of_cost": share,
        "estimate_without_them": without,
    }


GAMMA = Spec(
    key="gamma",
    title="Gamma cost model",
    estimands=("ATE", "ATT"),
    measures=MEASURES,
    required=("treatment", "outcome"),
    optional=("exposure", "id", "cluster", "weights"),
    models=("model", "outcome_model"),
    people=False,
    calculate=calculate_gamma,
    diagnose=diagnose,
)
TWO_PART = replace(
    GAMMA,
    key="two_part",
    title="Two-part cost model",
    optional=("id", "cluster", "weights"),
    calculate=calculate_two_part,
)
