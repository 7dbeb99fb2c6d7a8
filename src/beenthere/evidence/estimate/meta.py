"""Random-effects meta-analysis: REML (default) and DerSimonian-Laird.

Source: Viechtbauer 2005, 10.3102/10769986030003261 (REML); DerSimonian & Laird 1986,
10.1016/0197-2456(86)90046-2; prediction interval after Higgins, Thompson & Spiegelhalter 2009,
10.1111/j.1467-985X.2008.00552.x.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, stats

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.result import Answer, normal, ratio
from beenthere.evidence.estimate.sample import Array, Sample
from beenthere.evidence.estimate.spec import Spec, number, one_of, switch

COUNTS = ("treated_events", "treated_total", "control_events", "control_total")


@dataclass(frozen=True, kw_only=True)
class Studies:
    """effect and variance per study, on the scale on which they are averaged."""

    effect: Array
    variance: Array
    scale: str
    corrected: int = 0


def studies(sample: Sample, design: Design) -> Studies:
    """From effects and standard errors, or from counts. Raises Unfit for fewer than two studies."""
    if len(sample) < 2:
        raise Unfit("a meta-analysis needs at least two studies.")
    if sample.has("effect"):
        return Studies(
            effect=sample.column("effect"), variance=sample.column("std_error") ** 2, scale="effect"
        )
    return _from_counts(sample, design)


def _from_counts(sample: Sample, design: Design) -> Studies:
    a, n1, c, n0 = (sample.column(role) for role in COUNTS)
    if (a > n1).any() or (c > n0).any():
        raise Unfit("a study has more events than people.")
    b, d = n1 - a, n0 - c
    empty = (np.column_stack([a, b, c, d]) == 0).any(axis=1)
    add = np.where(empty, design.options["correction"] or 0.0, 0.0)
    if (empty & (add == 0)).any():
        raise Unfit(
            f"{int(empty.sum())} studies have an empty cell: [options] correction = 0.5 adds that to theirs."
        )
    a, b, c, d = a + add, b + add, c + add, d + add
    n1, n0 = a + b, c + d
    one, zero = a / n1, c / n0
    if design.options["from_counts"] == "risk ratio":
        return Studies(
            effect=np.log(one / zero),
            variance=1 / a - 1 / n1 + 1 / c - 1 / n0,
            scale="log risk ratio",
            corrected=int(empty.sum()),
        )
    if design.options["from_counts"] == "odds ratio":
        return Studies(
            effect=np.log(a * d / (b * c)),
            variance=1 / a + 1 / b + 1 / c + 1 / d,
            scale="log odds ratio",
            corrected=int(empty.sum()),
        )
    variance = one * (1 - one) / n1 + zero * (1 - zero) / n0
    return Studies(effect=one - zero, variance=variance, scale="risk difference", corrected=int(empty.sum()))


def tau2_dl(effect: Array, variance: Array) -> float:
    weights = 1 / variance
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    return max(0.0, float((heterogeneity(effect, variance) - (len(effect) - 1)) / scale))


def tau2_reml(effect: Array, variance: Array) -> float:
    """The variance between studies that maximises the restricted likelihood, 0 or more."""

    def loss(tau2: float) -> float:
        weights = 1 / (variance + tau2)
        mean = (weights @ effect) / weights.sum()
        return float(
            0.5 * np.log(variance + tau2).sum()
            + 0.5 * math.log(weights.sum())
            + 0.5 * (weights @ (effect - mean) ** 2)
        )

    top = max(10 * float(np.var(effect)) + float(variance.max()), 1e-8)
    found = optimize.minimize_scalar(
        loss, bounds=(0.0, top), method="bounded", options={"xatol": 1e-10 * top}
    )
    return float(found.x) if loss(float(found.x)) < loss(0.0) else 0.0


def heterogeneity(effect: Array, variance: Array) -> float:
    """Cochran's Q."""
    weights = 1 / variance
    return float(weights @ (effect - (weights @ effect) / weights.sum()) ** 2)


def calculate(sample: Sample, design: Design) -> Answer:
    """The mean of the effects of studies like these; with knapp_hartung its interval from Student's t."""
    data = studies(sample, design)
    method = design.options["method"]
    tau2 = tau2_reml(data.effect, data.variance) if method == "REML" else tau2_dl(data.effect, data.variance)
    weights = 1 / (data.variance + tau2)
    mean = float((weights @ data.effect) / weights.sum())
    error, df = 1 / math.sqrt(weights.sum()), None
    if design.options["knapp_hartung"]:
        df = float(len(data.effect) - 1)
        error = math.sqrt(float(weights @ (data.effect - mean) ** 2) / df / weights.sum())
    pooled = normal(mean, error, level=design.level, scale=data.scale, df=df)
    values = {"pooled": pooled}
    if data.scale.startswith("log "):
        values["ratio"] = ratio(mean, error, level=design.level, scale=data.scale.removeprefix("log "), df=df)
    headline = "ratio" if design.measure == "ratio" else "pooled"
    if headline not in values:
        raise Unfit('measure = "ratio" needs counts with a risk ratio or odds ratio.')
    return Answer(
        headline=headline,
        values=values,
        n=len(data.effect),
        estimand_words="the mean effect over studies like these",
        method=f"random effects, {method}" + (", Knapp-Hartung" if df is not None else ""),
        working={"data": data, "tau2": tau2, "weights": weights},
    )


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    data: Studies = answer.working["data"]
    tau2, weights = answer.working["tau2"], answer.working["weights"]
    q, df = heterogeneity(data.effect, data.variance), len(data.effect) - 1
    names = (
        sample.frame[sample.columns["study"]].astype(str)
        if sample.has("study")
        else range(1, len(sample) + 1)
    )
    half = float(stats.norm.ppf(0.5 + design.level / 2))
    found: dict[str, Any] = {
        "tau2": tau2,
        "q": q,
        "q_df": df,
        "q_p": float(stats.chi2.sf(q, df)),
        "i2": max(0.0, (q - df) / q) if q > 0 else 0.0,
        "prediction_interval": _prediction(answer, tau2, len(data.effect), design.level),
        "studies_with_an_empty_cell": data.corrected,
        "studies": [
            {
                "study": str(name),
                "effect": float(effect),
                "ci_low": float(effect - half * math.sqrt(variance)),
                "ci_high": float(effect + half * math.sqrt(variance)),
                "weight": float(weight / weights.sum()),
            }
            for name, effect, variance, weight in zip(names, data.effect, data.variance, weights, strict=True)
        ],
    }
    if len(data.effect) < 5:
        found["warnings"] = [
            f"{len(data.effect)} studies say little of how much studies differ: the interval is likely too "
            "narrow. knapp_hartung = true widens it."
        ]
    return found


def _prediction(answer: Answer, tau2: float, count: int, level: float) -> list[float] | None:
    """Where the effect of a further study would lie; from three studies on."""
    if count < 3:
        return None
    pooled = answer.values["pooled"]
    half = float(stats.t(count - 2).ppf(0.5 + level / 2)) * math.sqrt(tau2 + pooled.std_error**2)
    return [pooled.estimate - half, pooled.estimate + half]


SPEC = Spec(
    key="meta_analysis",
    title="Random-effects meta-analysis",
    estimands=("mean effect",),
    measures=("pooled", "ratio"),
    either=(("effect", "std_error"), COUNTS),
    optional=("study",),
    options={
        "method": one_of("REML", "DL"),
        "knapp_hartung": switch(False),
        "from_counts": one_of("risk ratio", "odds ratio", "risk difference"),
        "correction": number(None, above=0, below=1),
    },
    people=False,
    causal=False,
    calculate=calculate,
    diagnose=diagnose,
)
