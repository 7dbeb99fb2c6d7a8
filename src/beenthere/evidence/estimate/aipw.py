"""Doubly robust estimation with cross-fitting: right when either the treatment or the outcome model is.

Source: Robins, Rotnitzky & Zhao 1994; cross-fitting after Chernozhukov et al. 2018, 10.1111/ectj.12097.
Each person is judged by models fitted without that person's fold, and people of one cluster are in one
fold.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.balance import balance_table, overlap_report, weight_report
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import MEASURES, arms, cluster_codes, contrast, is_binary, offered
from beenthere.evidence.estimate.glm import fit_glm
from beenthere.evidence.estimate.matrix import Matrix, builder, full_rank
from beenthere.evidence.estimate.propensity import balancing, overlapping, untouched
from beenthere.evidence.estimate.result import Answer
from beenthere.evidence.estimate.sample import Array, Codes, Mask, Sample
from beenthere.evidence.estimate.spec import Spec, number, one_of, whole
from beenthere.evidence.estimate.weighting import WHO


@dataclass(frozen=True, kw_only=True)
class Nuisance:
    """Per row: probability of treatment, and predicted outcome if treated and if not, all from other
    folds."""

    score: Array
    one: Array
    zero: Array
    fold: Codes


def calculate(sample: Sample, design: Design) -> Answer:
    """Mean outcomes under treatment and none, of everybody (ATE) or of the treated (ATT)."""
    treated, outcome = arms(sample), sample.column("outcome")
    found = nuisance(sample, design, seed=design.options["seed"])
    weights = sample.column("weights")
    sides = _sides(treated, outcome, found, weights, design.estimand)
    values = contrast(*sides, clusters=cluster_codes(sample), level=design.level, binary=is_binary(outcome))
    folds = design.options["folds"]
    return Answer(
        headline=offered(values, design.measure),
        values=values,
        n=len(sample),
        estimand_words=WHO[design.estimand],
        method=f"augmented inverse probability weighting, {design.options['learner']} models, "
        + (f"cross-fitted in {folds} folds" if folds > 1 else "without cross-fitting"),
        working={"nuisance": found},
    )


def _sides(
    treated: Mask, outcome: Array, found: Nuisance, weights: Array, estimand: str
) -> tuple[tuple[float, Array], tuple[float, Array]]:
    """The efficient influence function of each mean; the correcting weights are made to sum to the target,
    which changes nothing in large samples and holds small ones together."""
    target = weights * treated if estimand == "ATT" else weights
    if estimand == "ATT":
        one = treated * outcome
        correcting = ~treated * found.score / (1 - found.score)
        zero = treated * found.zero + _summing(correcting, weights, target) * (outcome - found.zero)
    else:
        one = found.one + _summing(treated / found.score, weights, target) * (outcome - found.one)
        zero = found.zero + _summing(~treated / (1 - found.score), weights, target) * (outcome - found.zero)
    return _mean(one, weights, target), _mean(zero, weights, target)


def _summing(correcting: Array, weights: Array, target: Array) -> Array:
    return np.asarray(correcting * target.sum() / (weights * correcting).sum(), dtype=np.float64)


def _mean(pseudo: Array, weights: Array, target: Array) -> tuple[float, Array]:
    mean = float((weights * pseudo).sum() / target.sum())
    return mean, (weights * pseudo - target * mean) / target.sum()


def nuisance(sample: Sample, design: Design, *, seed: int) -> Nuisance:
    """Raises Unfit where a model cannot be fitted or the arms do not overlap."""
    treated = arms(sample)
    outcome = sample.column("outcome")
    untouched(design)
    treat = builder(sample.frame, design.covariates("treatment_model")).build(sample.frame)
    expect = builder(sample.frame, design.covariates("outcome_model")).build(sample.frame)
    if not sample.resampled:
        full_rank(treat)
        full_rank(expect)
    fold = _folds(sample.clusters, treated, design.options["folds"], seed)
    score, one, zero = (np.zeros(len(sample)) for _ in range(3))

    def fill(k: int) -> None:
        into = fold == k
        train = ~into if design.options["folds"] > 1 else into
        weights = sample.column("weights")
        score[into] = _predict(treated * 1.0, treat, train, into, weights, design, seed, yes_no=True)
        for store, arm in ((one, treated), (zero, ~treated)):
            store[into] = _predict(
                outcome, expect, train & arm, into, weights, design, seed, yes_no=is_binary(outcome)
            )

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(fill, range(design.options["folds"])))
    overlapping(score, treated)
    limit = design.options["limit"]
    return Nuisance(score=np.clip(score, limit, 1 - limit), one=one, zero=zero, fold=fold)


def _folds(clusters: Codes, treated: Mask, folds: int, seed: int) -> Codes:
    """Clusters dealt to folds at random, those with treated people first, so that every fold has some."""
    count = int(clusters.max()) + 1
    if count < 2 * folds:
        raise Unfit(f"{count} people or clusters are too few for {folds} folds.")
    has_treated = np.bincount(clusters, treated, count) > 0
    order = np.random.default_rng(seed).permutation(count)
    order = order[np.argsort(~has_treated[order], kind="stable")]
    dealt = np.empty(count, dtype=np.int64)
    dealt[order] = np.arange(count) % folds
    return dealt[clusters]


def _predict(
    y: Array,
    matrix: Matrix,
    train: Mask,
    into: Mask,
    weights: Array,
    design: Design,
    seed: int,
    *,
    yes_no: bool,
) -> Array:
    if not train.any():
        raise Unfit("a fold has nobody of one arm to learn from. Use fewer folds, or more people.")
    if np.ptp(y[train]) == 0:
        return np.full(int(into.sum()), y[train][0])
    x = matrix.values
    if design.options["learner"] == "glm":
        some = Matrix(values=x[train], names=matrix.names)
        family = "binomial" if yes_no else "gaussian"
        return fit_glm(y[train], some, family=family, weights=weights[train], checked=False).predict(x[into])
    model = _learner(design.options["learner"], seed, yes_no).fit(
        x[train], y[train], sample_weight=weights[train]
    )
    predicted: Array = model.predict_proba(x[into])[:, 1] if yes_no else model.predict(x[into])
    return predicted


def _learner(key: str, seed: int, yes_no: bool) -> Any:
    if key == "boosting":
        shape: dict[str, Any] = {"max_iter": 100, "learning_rate": 0.05, "max_depth": 3, "random_state": seed}
        return HistGradientBoostingClassifier(**shape) if yes_no else HistGradientBoostingRegressor(**shape)
    shape = {"n_estimators": 200, "min_samples_leaf": 20, "random_state": seed}
    return RandomForestClassifier(**shape) if yes_no else RandomForestRegressor(**shape)


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    found: Nuisance = answer.working["nuisance"]
    treated, base = arms(sample), sample.column("weights")
    weights = balancing(found.score, treated, design.estimand)
    limit = design.options["limit"]
    return {
        "balance": balance_table(
            sample, design.covariates("treatment_model"), treated, before=base, after=base * weights
        ),
        "overlap": overlap_report(found.score, treated),
        "overlap_by_fold": [
            {
                "fold": k,
                "min": float(found.score[found.fold == k].min()),
                "max": float(found.score[found.fold == k].max()),
            }
            for k in range(design.options["folds"])
        ],
        "weights": weight_report(weights, treated),
        "limited": int(((found.score <= limit) | (found.score >= 1 - limit)).sum()),
        "other_seeds": _other_seeds(sample, design),
    }


def _other_seeds(sample: Sample, design: Design) -> list[float]:
    """The same estimate with four other ways of dealing people to folds: a spread that is no sampling
    error."""
    if design.options["folds"] == 1:
        return []
    seeds = range(design.options["seed"] + 1, design.options["seed"] + 5)
    others = (replace(design, options={**design.options, "seed": seed}) for seed in seeds)
    return [calculate(sample, other).value.estimate for other in others]


SPEC = Spec(
    key="aipw",
    title="Doubly robust, cross-fitted",
    estimands=("ATE", "ATT"),
    measures=MEASURES,
    required=("treatment", "outcome"),
    optional=("id", "cluster", "weights"),
    models=("model", "treatment_model", "outcome_model"),
    options={
        "learner": one_of("glm", "boosting", "forest"),
        "folds": whole(5, least=1),
        "seed": whole(1, least=0),
        "limit": number(0.01, above=0, below=0.5),
    },
    calculate=calculate,
    diagnose=diagnose,
)
