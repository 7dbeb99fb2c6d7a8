"""Invented worlds in which the truth is known, one per estimator: is it met on average, and does the
interval hold it?

`repeat` draws a world many times. The fast tests draw a few hundred, `make simulations` two thousand.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from world_tables import (
    ATE,
    ATO,
    ATT,
    BOTH,
    COSTS,
    CROSSED,
    CURVES,
    GRACE,
    GRID,
    MEANS,
    PANEL,
    RISKS,
    X_SURVIVAL,
    YES,
    clustered,
    counties,
    fine_gray_world,
    followed,
    grace_truth,
    many_people,
    one_start,
    paired,
    pooled,
    randomised,
    recurring,
    spending,
    starting,
    treated_people,
    trial,
    two_ends,
    visits,
)

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import parse_design
from beenthere.evidence.estimate.register import ESTIMATORS
from beenthere.evidence.estimate.run import answered
from beenthere.evidence.estimate.sample import prepare

Array = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator], pd.DataFrame]


@dataclass(frozen=True, kw_only=True)
class World:
    """draw: a table. truth: of the headline. wide: the interval is known to be too wide, and why."""

    draw: Draw
    design: dict[str, Any]
    truth: float
    wide: str = ""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What many draws of a world gave."""

    count: int
    failed: int
    bias: float
    spread: float
    mean_error: float
    coverage: float

    @property
    def bias_error(self) -> float:
        return float(self.spread / np.sqrt(self.count))

    @property
    def coverage_error(self) -> float:
        """Monte Carlo error of a coverage of 95 %."""
        return float(np.sqrt(0.95 * 0.05 / self.count))


def repeat(world: World, count: int, *, seed: int = 2026) -> Record:
    design = parse_design(world.design, ESTIMATORS)
    spec = ESTIMATORS[design.estimator]
    found: list[tuple[float, float, bool]] = []
    failed = 0
    for stream in np.random.SeedSequence(seed).spawn(count):
        frame = world.draw(np.random.default_rng(stream))
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                answer = answered(prepare(frame, design, spec), design, spec)[0]
        except Unfit:
            failed += 1
            continue
        value = answer.value
        found.append((value.estimate, value.std_error, value.ci_low <= world.truth <= value.ci_high))
    estimates, errors, held = (np.array(column, dtype=np.float64) for column in zip(*found, strict=True))
    return Record(
        count=len(found),
        failed=failed,
        bias=float(estimates.mean() - world.truth),
        spread=float(estimates.std(ddof=1)),
        mean_error=float(errors.mean()),
        coverage=float(held.mean()),
    )


def of(estimator: str, columns: dict[str, str], **rest: Any) -> dict[str, Any]:
    return {"estimator": estimator, "columns": columns, **rest}


WORLDS: dict[str, World] = {
    "linear": World(draw=randomised, design=of("linear", MEANS, model={"covariates": ["x"]}), truth=1.0),
    "linear, 50 clusters": World(
        draw=clustered, design=of("linear", {**MEANS, "cluster": "site"}), truth=1.0
    ),
    "standardisation ATE": World(
        draw=treated_people, design=of("standardisation", MEANS, outcome_model=CROSSED), truth=ATE
    ),
    "standardisation ATT": World(
        draw=treated_people,
        design=of("standardisation", MEANS, outcome_model=CROSSED, estimand="ATT"),
        truth=ATT,
    ),
    "standardisation, risk difference": World(
        draw=treated_people, design=of("standardisation", YES, model=BOTH), truth=RISKS[0] - RISKS[1]
    ),
    "standardisation, risk ratio": World(
        draw=treated_people,
        design=of("standardisation", YES, model=BOTH, measure="ratio"),
        truth=RISKS[0] / RISKS[1],
    ),
    "ipw ATE, weights as known": World(
        draw=treated_people, design=of("ipw", MEANS, model=BOTH), truth=ATE, wide="weights taken as known"
    ),
    "ipw ATE, stacked": World(
        draw=treated_people, design=of("ipw", MEANS, model=BOTH, options={"variance": "stacked"}), truth=ATE
    ),
    "ipw ATT": World(draw=treated_people, design=of("ipw", MEANS, model=BOTH, estimand="ATT"), truth=ATT),
    "overlap weights ATO": World(
        draw=treated_people, design=of("ipw", MEANS, model=BOTH, estimand="ATO"), truth=ATO
    ),
    "ipw, risk ratio, stacked": World(
        draw=treated_people,
        design=of("ipw", YES, model=BOTH, measure="ratio", options={"variance": "stacked"}),
        truth=RISKS[0] / RISKS[1],
    ),
    "aipw ATE": World(draw=treated_people, design=of("aipw", MEANS, model=BOTH), truth=ATE),
    "aipw ATT": World(draw=treated_people, design=of("aipw", MEANS, model=BOTH, estimand="ATT"), truth=ATT),
    "aipw, outcome model wrong": World(
        draw=many_people,
        design=of("aipw", MEANS, treatment_model=BOTH, outcome_model={"covariates": ["z"]}),
        truth=ATE,
        wide="fitting the score narrows the answer more than the error counts",
    ),
    "aipw, treatment model wrong": World(
        draw=many_people,
        design=of("aipw", MEANS, treatment_model={"covariates": ["z"]}, outcome_model=BOTH),
        truth=ATE,
    ),
    "kaplan_meier": World(
        draw=followed,
        design=of("kaplan_meier", CURVES, options={"times": [1.0]}),
        truth=float(
            sum(
                (expit(0.7 * GRID) if a else 1 - expit(0.7 * GRID))
                * np.exp(-0.5 * np.exp(0.5 * GRID - 0.7 * a))
                for a in (1.0, 0.0)
            ).mean()
        ),
    ),
    "aalen_johansen": World(
        draw=two_ends,
        design=of("aalen_johansen", CURVES, options={"times": [1.0]}),
        truth=float(0.4 / 0.7 * (1 - np.exp(-0.7))),
    ),
    "weighted_survival ATE, stacked": World(
        draw=followed,
        design=of(
            "weighted_survival",
            {**CURVES, "treatment": "a"},
            model={"covariates": ["x"]},
            options={"times": [1.0], "variance": "stacked"},
        ),
        truth=X_SURVIVAL[1] - X_SURVIVAL[0],
    ),
    "cox": World(
        draw=followed, design=of("cox", {**CURVES, "treatment": "a"}, model={"covariates": ["x"]}), truth=-0.7
    ),
    "fine_gray": World(
        draw=fine_gray_world, design=of("fine_gray", CURVES, model={"covariates": ["z"]}), truth=0.5
    ),
    "andersen_gill": World(
        draw=recurring,
        design=of("andersen_gill", {**CURVES, "entry": "entry", "id": "person", "treatment": "a"}),
        truth=-0.5,
    ),
    "poisson, overdispersed": World(
        draw=visits,
        design=of(
            "poisson",
            {"outcome": "visits", "treatment": "a", "exposure": "months"},
            model={"covariates": ["x"]},
        ),
        truth=-0.5,
    ),
    "negative_binomial": World(
        draw=visits,
        design=of(
            "negative_binomial",
            {"outcome": "visits", "treatment": "a", "exposure": "months"},
            model={"covariates": ["x"]},
        ),
        truth=-0.5,
    ),
    "two_part": World(
        draw=spending,
        design=of("two_part", {"outcome": "cost", "treatment": "a"}, model={"covariates": ["x"]}),
        truth=COSTS[0],
    ),
    "gamma": World(
        draw=spending,
        design=of("gamma", {"outcome": "amount", "treatment": "a"}, model={"covariates": ["x"]}),
        truth=COSTS[1],
    ),
    "did": World(
        draw=one_start,
        design=of(
            "did",
            {"id": "unit", "period": "period", "treatment": "ever", "outcome": "y"},
            options={"start": 4},
        ),
        truth=0.7,
    ),
    "event_study, one start": World(draw=one_start, design=of("event_study", PANEL), truth=0.7),
    "callaway_santanna": World(draw=counties, design=of("callaway_santanna", PANEL), truth=3.3 / 5),
    "callaway_santanna, not yet treated": World(
        draw=counties,
        design=of("callaway_santanna", PANEL, options={"controls": "not yet treated"}),
        truth=3.3 / 5,
    ),
    "two_by_two, difference": World(
        draw=trial,
        design=of("two_by_two", {"treatment": "a", "events": "events", "total": "people"}),
        truth=-0.1,
    ),
    "two_by_two, risk ratio": World(
        draw=trial,
        design=of("two_by_two", {"treatment": "a", "events": "events", "total": "people"}, measure="ratio"),
        truth=0.75,
    ),
    "meta_analysis, Knapp-Hartung": World(
        draw=pooled,
        design=of("meta_analysis", {"effect": "b", "std_error": "se"}, options={"knapp_hartung": True}),
        truth=0.2,
    ),
    "before_after": World(
        draw=paired, design=of("before_after", {"before": "before", "after": "after"}), truth=0.4
    ),
}

# Slow: matching has no smooth interval, and the rest draw every person again and again.
SLOW: dict[str, World] = {
    "matching ATT": World(draw=treated_people, design=of("matching", MEANS, model=BOTH), truth=ATT),
    "matching ATT, with replacement": World(
        draw=treated_people,
        design=of("matching", MEANS, model=BOTH, options={"replacement": True, "caliper": False}),
        truth=ATT,
        wide="the score is taken as known",
    ),
    "ipw ATE, bootstrap": World(
        draw=treated_people,
        design=of("ipw", MEANS, model=BOTH, bootstrap={"replicates": 100}),
        truth=ATE,
    ),
    "clone_censor_weight, no effect": World(draw=starting, design=GRACE, truth=0.0),
    "clone_censor_weight, hazard times 0.5": World(
        draw=lambda draw: starting(draw, effect=float(np.log(0.5))),
        design=GRACE,
        truth=grace_truth(float(np.log(0.5))),
    ),
}
