"""Counts over person-time: Poisson and negative binomial (NB2) regression."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats
from statsmodels.discrete.discrete_model import NegativeBinomial

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import arms, cluster_codes
from beenthere.evidence.estimate.glm import Fit, fit_glm
from beenthere.evidence.estimate.hazards import hazard_values, headline
from beenthere.evidence.estimate.matrix import Matrix, builder
from beenthere.evidence.estimate.result import Answer, normal
from beenthere.evidence.estimate.sample import Array, Sample
from beenthere.evidence.estimate.spec import Spec, one_of


def counts(sample: Sample) -> Array:
    """Raises Unfit for what is no count, and where nothing was counted."""
    outcome = sample.column("outcome")
    if (outcome < 0).any() or (outcome != np.round(outcome)).any():
        raise Unfit("the outcome has to be a count: whole numbers from 0. For costs use gamma or two_part.")
    if not outcome.any():
        raise Unfit("every count is 0, so there is no rate to compare.")
    return outcome


def rate_matrix(sample: Sample, design: Design) -> Matrix:
    """Intercept, treatment, covariates. Raises Unfit where only the intercept is left."""
    first: tuple[str, ...] = ()
    if sample.has("treatment"):
        treated = arms(sample)
        first = (sample.columns["treatment"],)
        for name, some in (("treated", treated), ("untreated", ~treated)):
            if not sample.column("outcome")[some].any():
                raise Unfit(f"nothing was counted among the {name}, so the rate ratio is not finite.")
    matrix = builder(sample.frame, design.covariates(), first=first).build(sample.frame)
    if len(matrix.names) < 2:
        raise Unfit("there is nothing to estimate: name a treatment, or covariates in [model].")
    return matrix


def calculate_poisson(sample: Sample, design: Design) -> Answer:
    """Log rate ratios; robust errors, because counts of people are hardly ever Poisson."""
    outcome, matrix = counts(sample), rate_matrix(sample, design)
    fit = fit_glm(
        outcome,
        matrix,
        family="poisson",
        weights=sample.column("weights"),
        offset=np.log(sample.column("exposure")),
        checked=not sample.resampled,
    )
    kind = "classical" if design.options["variance"] == "classical" else "robust"
    errors = np.sqrt(np.diag(fit.covariance(kind, cluster_codes(sample))))
    return _answer(sample, design, matrix, fit.beta, errors, f"Poisson regression, {kind} variance", fit)


def calculate_negative_binomial(sample: Sample, design: Design) -> Answer:
    """Log rate ratios with variance mean + alpha mean^2; `overdispersion` is alpha."""
    outcome, matrix = counts(sample), rate_matrix(sample, design)
    offset = np.log(sample.column("exposure"))
    start = fit_glm(outcome, matrix, family="poisson", offset=offset, checked=not sample.resampled)
    alpha = _moment_alpha(outcome, start.mean, len(start.beta))
    if alpha <= 0:
        raise Unfit(
            "the counts vary no more than Poisson counts, so negative binomial has no answer. Use poisson."
        )
    clusters = cluster_codes(sample)
    kind: dict[str, Any] = {"cov_type": "HC0"} if design.options["variance"] == "robust" else {}
    if clusters is not None:
        kind = {"cov_type": "cluster", "cov_kwds": {"groups": clusters, "df_correction": True}}
    model = NegativeBinomial(outcome, matrix.values, loglike_method="nb2", offset=offset)
    found = model.fit(
        start_params=np.append(start.beta, alpha), method="bfgs", maxiter=500, gtol=1e-7, disp=0, **kind
    )
    if not np.isfinite(found.bse).all() or found.params[-1] <= 0:
        raise Unfit("the negative binomial model has no finite answer. Use poisson, or leave out covariates.")
    words = "negative binomial regression (NB2), " + (kind.get("cov_type", "classical")) + " variance"
    made = _answer(sample, design, matrix, found.params[:-1], found.bse[:-1], words, start)
    dispersion = normal(found.params[-1], found.bse[-1], level=design.level, scale="alpha", null=None)
    working = {**made.working, "log_likelihood": float(found.llf)}
    return replace(made, values={**made.values, "overdispersion": dispersion}, working=working)


def _moment_alpha(outcome: Array, mean: Array, columns: int) -> float:
    return (
        float((((outcome - mean) ** 2 - outcome) / mean).sum() / mean.sum())
        if len(outcome) > columns
        else 0.0
    )


def _answer(
    sample: Sample, design: Design, matrix: Matrix, beta: Array, errors: Array, method: str, fit: Fit
) -> Answer:
    return Answer(
        headline=headline(sample, design, Matrix(values=matrix.values[:, 1:], names=matrix.names[1:])),
        values=hazard_values(matrix, beta, errors, design.level, "rate ratio"),
        n=len(np.unique(sample.clusters)) if sample.has("id") else len(sample),
        estimand_words="the ratio of rates per person-time, the covariates held equal",
        method=method,
        working={"fit": fit},
    )


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    outcome, fit = sample.column("outcome"), answer.working["fit"]
    pearson = float(((outcome - fit.mean) ** 2 / fit.mean).sum() / max(len(outcome) - len(fit.beta), 1))
    found: dict[str, Any] = {
        "poisson_dispersion": pearson,
        "share_of_zeros": float((outcome == 0).mean()),
        "rates": _rates(sample),
    }
    if "log_likelihood" in answer.working:
        found["log_likelihood"] = answer.working["log_likelihood"]
    elif design.options["variance"] == "classical" and pearson > 1.5:
        found["warnings"] = [
            f"The counts vary {pearson:.1f} times as much as Poisson counts, and the classical interval "
            "ignores that."
        ]
    return found


def _rates(sample: Sample) -> dict[str, Any]:
    """Events, person-time and crude rate, of all and by arm, with exact Poisson intervals."""
    everybody = np.ones(len(sample), dtype=bool)
    groups = {"all": everybody}
    if sample.has("treatment"):
        groups |= {"treated": arms(sample), "untreated": ~arms(sample)}
    return {name: _rate(sample, some) for name, some in groups.items()}


def _rate(sample: Sample, some: Array) -> dict[str, float]:
    events, time = float(sample.column("outcome")[some].sum()), float(sample.column("exposure")[some].sum())
    low = stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    high = stats.chi2.ppf(0.975, 2 * events + 2) / 2
    return {
        "events": events,
        "person_time": time,
        "rate": events / time,
        "ci_low": float(low) / time if math.isfinite(low) else 0.0,
        "ci_high": float(high) / time,
    }


POISSON = Spec(
    key="poisson",
    title="Poisson rates",
    estimands=("rate ratio",),
    measures=("log_ratio", "ratio"),
    required=("outcome",),
    optional=("treatment", "exposure", "id", "cluster", "weights"),
    models=("model",),
    options={"variance": one_of("robust", "classical")},
    people=False,
    calculate=calculate_poisson,
    diagnose=diagnose,
)
NEGATIVE_BINOMIAL = replace(
    POISSON,
    key="negative_binomial",
    title="Negative binomial rates",
    optional=("treatment", "exposure", "id", "cluster"),
    options={"variance": one_of("classical", "robust")},
    calculate=calculate_negative_binomial,
)
