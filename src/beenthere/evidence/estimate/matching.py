"""Nearest-neighbour matching on the propensity score, with a caliper and exact columns.

Source: Rosenbaum & Rubin 1985; caliper of 0.2 standard deviations of the logit after Austin 2011,
10.1002/pst.433. Without replacement the interval counts pairs as clusters (Austin & Small 2014,
10.1002/sim.6276; Abadie & Spiess 2022); with replacement it is that of Abadie & Imbens 2006,
10.1111/j.1468-0262.2006.00655.x.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.balance import balance_table, overlap_report
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import MEASURES, arms, contrast, is_binary, offered
from beenthere.evidence.estimate.nearest import pairs_with_replacement, pairs_without
from beenthere.evidence.estimate.propensity import propensity
from beenthere.evidence.estimate.result import Answer
from beenthere.evidence.estimate.rosenbaum import bounds
from beenthere.evidence.estimate.sample import Array, Codes, Mask, Sample, totals
from beenthere.evidence.estimate.spec import Option, Spec, is_number, switch, whole, words

CALIPER = Option(
    default=0.2,
    accepts="a number above 0 (standard deviations of the logit of the score), or false for none",
    fits=lambda v: v is False or (is_number(v) and v > 0),
)


@dataclass(frozen=True, kw_only=True)
class Matched:
    """Row numbers: treated[k] goes with control[k]. A treated person with several controls stands there
    several times."""

    treated: Codes
    control: Codes
    score: Array


def match(sample: Sample, design: Design) -> Matched:
    """Raises Unfit when nobody finds a partner."""
    treated = arms(sample)
    found = propensity(sample, design)
    logit = special.logit(np.clip(found.score, 1e-9, 1 - 1e-9))
    caliper = design.options["caliper"]
    # The pooled standard deviation of the two arms, as Austin 2011 has it.
    width = (
        np.inf
        if caliper is False
        else caliper * float(np.sqrt((logit[treated].var() + logit[~treated].var()) / 2))
    )
    pairs: list[tuple[int, int]] = []
    seek = pairs_with_replacement if design.options["replacement"] else pairs_without
    for rows in _strata(sample, design.options["exact"]):
        pairs += seek(rows[treated[rows]], rows[~treated[rows]], logit, width, design.options["ratio"])
    if len(pairs) < 2:
        raise Unfit(
            "almost nobody who was treated finds a partner. Widen the caliper, drop exact columns, or look "
            "for a better comparison group."
        )
    left, right = np.array(pairs, dtype=np.int64).T
    return Matched(treated=left, control=right, score=found.score)


def _strata(sample: Sample, exact: tuple[str, ...]) -> list[Codes]:
    if not exact:
        return [np.arange(len(sample), dtype=np.int64)]
    key = sample.frame[list(exact)].apply(tuple, axis=1)
    return [
        np.asarray(rows, dtype=np.int64) for rows in pd.Series(range(len(sample))).groupby(key).apply(list)
    ]


def weights_of(matched: Matched, n: int) -> Array:
    """1 for a matched treated person; for a control, how much of treated people it stands for."""
    share = 1 / np.bincount(matched.treated, minlength=n)[matched.treated]
    weights = totals(matched.control, share, n)
    weights[matched.treated] = 1.0
    return weights


def calculate(sample: Sample, design: Design) -> Answer:
    """The mean difference between the matched treated and their controls."""
    _no_clusters_reused(sample, design)
    matched = match(sample, design)
    treated, outcome = arms(sample), sample.column("outcome")
    weights = weights_of(matched, len(sample))
    sides = [_side(outcome, weights * arm) for arm in (treated, ~treated)]
    if design.options["replacement"]:
        sides = _reused(sample, matched, weights, sides)
        clusters = None
    else:
        clusters = _sets(sample, matched, weights)
        sides = [(mean, moved[weights > 0]) for mean, moved in sides]
    values = contrast(sides[0], sides[1], clusters=clusters, level=design.level, binary=is_binary(outcome))
    lost = int(treated.sum()) - len(np.unique(matched.treated))
    words = "the average effect in those who were treated"
    return Answer(
        headline=offered(values, design.measure),
        values=values,
        n=int((weights > 0).sum()),
        estimand_words=f"{words} and found a partner (some did not)" if lost else words,
        method=f"{design.options['ratio']} to 1 nearest-neighbour matching on the propensity score "
        + ("with replacement" if design.options["replacement"] else "without replacement"),
        working={"weights": weights, "matched": matched},
    )


def _side(outcome: Array, weights: Array) -> tuple[float, Array]:
    mean = float(np.average(outcome, weights=weights))
    return mean, weights * (outcome - mean) / weights.sum()


def _no_clusters_reused(sample: Sample, design: Design) -> None:
    """Raises Unfit where no interval is known to hold."""
    if not design.options["replacement"]:
        return
    if sample.has("cluster"):
        raise Unfit(
            "matching with replacement has no interval for clusters: its variance counts every row as a "
            "person of its own. Match without replacement, or leave out cluster."
        )
    if design.bootstrap is not None:
        raise Unfit(
            "the bootstrap does not hold for matching with replacement (Abadie & Imbens 2008, "
            "10.3982/ECTA6474). Leave out [bootstrap]: the interval is that of Abadie & Imbens 2006."
        )


def _sets(sample: Sample, matched: Matched, weights: Array) -> Codes:
    """Of the matched rows: one cluster per matched set, or the clusters of the design where it names them."""
    if sample.has("cluster"):
        label = sample.clusters
    else:
        label = np.zeros(len(weights), dtype=np.int64)
        label[matched.treated] = matched.treated
        label[matched.control] = matched.treated
    return np.asarray(pd.factorize(label[weights > 0])[0], dtype=np.int64)


def _reused(
    sample: Sample, matched: Matched, weights: Array, sides: list[tuple[float, Array]]
) -> list[tuple[float, Array]]:
    """Means with influences whose squares add up to the variance of Abadie & Imbens 2006, theorem 7, for the
    effect in the treated: that of the matched sets, plus what a control used K times adds.

    One entry per matched treated person, then one per control; a ratio of the means then gets the variance
    of its own linear form.
    """
    outcome, treated = sample.column("outcome"), arms(sample)
    used, n = np.unique(matched.treated), len(sample)
    share = 1 / np.bincount(matched.treated, minlength=n)[matched.treated]
    imputed = totals(matched.treated, outcome[matched.control] * share, n)[used]
    squares = totals(matched.control, share**2, n)
    spread = (weights**2 - squares) * _own_variance(outcome, matched.score, treated)
    extra = np.sqrt(np.clip(spread[~treated], 0, None))
    (one, _), (zero, _) = sides
    return [
        (one, np.concatenate([outcome[used] - one, np.zeros(len(extra))]) / len(used)),
        (zero, np.concatenate([imputed - zero, extra]) / len(used)),
    ]


def _own_variance(outcome: Array, score: Array, treated: Mask) -> Array:
    """Of each row, the variance among itself and the two of its arm nearest in score (two, as Stata's
    `teffects` takes by default: one alone is too unsteady where a control stands for many)."""
    variance = np.zeros(len(outcome))
    for arm in (treated, ~treated):
        rows = np.flatnonzero(arm)[np.argsort(score[arm], kind="stable")]
        variance[rows] = _among_nearest(score[rows], outcome[rows])
    return variance


def _among_nearest(line: Array, values: Array) -> Array:
    """values along a sorted line: sample variance of each with its two nearest neighbours, or with the one
    there is."""
    count = len(line)
    if count < 3:
        return np.full(count, values.var(ddof=1) if count > 1 else 0.0)
    place = np.arange(count)
    beside = place[:, None] + np.array([-2, -1, 1, 2])
    inside = (beside >= 0) & (beside < count)
    beside = beside.clip(0, count - 1)
    away = np.where(inside, np.abs(line[beside] - line[:, None]), np.inf)
    near = np.take_along_axis(beside, np.argsort(away, axis=1, kind="stable")[:, :2], axis=1)
    return np.asarray(np.column_stack([values, values[near]]).var(axis=1, ddof=1), dtype=np.float64)


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    matched, weights = answer.working["matched"], answer.working["weights"]
    treated, base = arms(sample), sample.column("weights")
    return {
        "balance": balance_table(
            sample, design.covariates("treatment_model"), treated, before=base, after=weights
        ),
        "overlap": overlap_report(matched.score, treated),
        "matched": {
            "treated": int(treated.sum()),
            "treated_matched": len(np.unique(matched.treated)),
            "untreated": int((~treated).sum()),
            "untreated_used": len(np.unique(matched.control)),
            "most_uses_of_one_control": int(np.bincount(matched.control).max()),
        },
        "lost": _who_was_lost(matched, treated),
        "rosenbaum": _bounds(sample, design, matched),
    }


def _bounds(sample: Sample, design: Design, matched: Matched) -> dict[str, Any] | None:
    """Of pairs alone: a control used twice, or two controls for one, make no pairs."""
    if design.options["replacement"] or design.options["ratio"] > 1:
        return None
    outcome = sample.column("outcome")
    return bounds(outcome[matched.treated], outcome[matched.control], level=design.level)


def _who_was_lost(matched: Matched, treated: Mask) -> dict[str, Any]:
    """The treated without a partner are those likeliest to be treated: the answer leaves them out."""
    kept = np.zeros(len(treated), dtype=bool)
    kept[matched.treated] = True
    gone = treated & ~kept
    return {
        "n": int(gone.sum()),
        "mean_score_lost": float(matched.score[gone].mean()) if gone.any() else None,
        "mean_score_kept": float(matched.score[kept].mean()),
    }


SPEC = Spec(
    key="matching",
    title="Nearest-neighbour matching",
    estimands=("ATT",),
    measures=MEASURES,
    required=("treatment", "outcome"),
    optional=("id", "cluster"),
    models=("model", "treatment_model"),
    options={
        "caliper": CALIPER,
        "ratio": whole(1, least=1),
        "replacement": switch(False),
        "exact": words(),
    },
    calculate=calculate,
    diagnose=diagnose,
)
