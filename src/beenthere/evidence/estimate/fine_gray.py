"""Fine-Gray: the effect on the risk of one cause when others can come first.

Source: Fine & Gray 1999, 10.1080/01621459.1999.10474144, with their variance, which counts that the
censoring is estimated. Who had another cause first stays at risk with weight G(t-) / G(T-), G being the
Kaplan-Meier of the censoring; sums run along sorted time, so that a step costs n and not n squared. Ties
after Breslow, as in R's `cmprsk`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import cluster_codes
from beenthere.evidence.estimate.glm import summed
from beenthere.evidence.estimate.hazards import hazard_matrix, hazard_values, headline
from beenthere.evidence.estimate.incidence import Rows, curve
from beenthere.evidence.estimate.matrix import Matrix
from beenthere.evidence.estimate.result import Answer
from beenthere.evidence.estimate.sample import Array, Mask, Sample
from beenthere.evidence.estimate.spec import Spec, number
from beenthere.evidence.estimate.survival import rows_of

MOST_STEPS = 50
RUNAWAY = 15.0


@dataclass(frozen=True, kw_only=True)
class Course:
    """Rows sorted by time. before: G(T-) of each row. moments, place: distinct times of the cause, and
    where in them each row's time falls. at: G(t-) at those times."""

    x: Array
    time: Array
    cause: Array
    before: Array
    moments: Array
    at: Array
    count: Array

    @property
    def competing(self) -> Mask:
        return self.cause > 1


@dataclass(frozen=True, kw_only=True)
class Sums:
    """At each moment: risk total, weighted covariate means, and the information."""

    total: Array
    mean: Array
    information: Array
    relative: Array


def calculate(sample: Sample, design: Design) -> Answer:
    """Log subdistribution hazard ratios of the event of interest."""
    matrix = hazard_matrix(sample, design)
    rows = rows_of(sample)
    order = np.argsort(rows.time, kind="stable")
    course = _course(matrix.values[order], rows.time[order], rows.cause[order])
    beta = _solve(course, matrix)
    moved = np.empty_like(matrix.values)
    moved[order] = _influence(course, beta)
    clustered = summed(moved, cluster_codes(sample))
    errors = np.sqrt((clustered**2).sum(axis=0))
    return Answer(
        headline=headline(sample, design, matrix),
        values=hazard_values(matrix, beta, errors, design.level, "subdistribution hazard ratio"),
        n=len(sample),
        estimand_words="the ratio of subdistribution hazards, which says how the risk of the event moves "
        "when other ends compete with it",
        method="Fine-Gray regression by censoring weights, Breslow ties",
        working={"course": course, "beta": beta},
    )


def _course(x: Array, time: Array, cause: Array) -> Course:
    censoring = curve(
        Rows(
            entry=np.full(len(time), -np.inf),
            time=time,
            cause=(cause == 0) * 1.0,
            weights=np.ones(len(time)),
        )
    )

    def before(moments: Array) -> Array:
        place = np.searchsorted(censoring.times, moments, side="left")
        return np.concatenate([[1.0], censoring.survival])[place]

    moments, count = np.unique(time[cause == 1], return_counts=True)
    return Course(
        x=x - x.mean(axis=0),
        time=time,
        cause=cause,
        before=before(time),
        moments=moments,
        at=before(moments),
        count=count.astype(np.float64),
    )


def _sums(course: Course, beta: Array) -> Sums:
    risk = np.exp(np.clip(course.x @ beta, -50, 50))
    kept = np.where(course.competing, risk / course.before, 0.0)
    start = np.searchsorted(course.time, course.moments, side="left")

    def along(values: Array) -> Array:
        """Sum over those still followed, and over those with another cause before, of value times weight."""
        shape = (-1,) + (1,) * (values.ndim - 1)
        zero = np.zeros((1, *values.shape[1:]))
        still = np.concatenate([np.cumsum((risk.reshape(shape) * values)[::-1], axis=0)[::-1], zero])
        gone = np.concatenate([zero, np.cumsum(kept.reshape(shape) * values, axis=0)])
        return np.asarray(still[start] + course.at.reshape(shape) * gone[start], dtype=np.float64)

    total = along(np.ones(len(risk)))
    mean = along(course.x) / total[:, None]
    squares = along(course.x[:, :, None] * course.x[:, None, :]) / total[:, None, None]
    spread = squares - mean[:, :, None] * mean[:, None, :]
    information = (course.count[:, None, None] * spread).sum(axis=0)
    return Sums(total=total, mean=mean, information=information, relative=risk)


def _solve(course: Course, matrix: Matrix) -> Array:
    """Newton's method from zero. Raises Unfit where a coefficient runs away."""
    beta = np.zeros(course.x.shape[1])
    events = course.x[course.cause == 1].sum(axis=0)
    reach = np.ptp(course.x, axis=0)
    for _step in range(MOST_STEPS):
        sums = _sums(course, beta)
        step = np.linalg.solve(sums.information, events - (course.count[:, None] * sums.mean).sum(axis=0))
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step * reach).max()), 1e-12))
        if np.abs(beta * reach).max() > RUNAWAY:
            break
        if np.abs(step * reach).max() < 1e-9:
            return beta
    name = matrix.names[int(np.argmax(np.abs(beta * reach)))]
    raise Unfit(
        f"the ratio of {name} is not finite: on one side of it nobody has the event (separation). Leave it "
        "out or merge it with another."
    )


def _influence(course: Course, beta: Array) -> Array:
    """Each row's eta + psi of the paper, times the inverse information."""
    sums = _sums(course, beta)
    hazard = course.count / sums.total
    return (_eta(course, sums, hazard) + _psi(course, sums, hazard)) @ np.linalg.inv(sums.information)


def _eta(course: Course, sums: Sums, hazard: Array) -> Array:
    """The score of each row: its event, less what was expected of it while at risk, another cause
    included."""
    until = np.searchsorted(course.moments, course.time, side="right")
    at_event = np.searchsorted(course.moments, course.time).clip(max=len(course.moments) - 1)
    own = np.where((course.cause == 1)[:, None], course.x - sums.mean[at_event], 0.0)
    plain, plain_mean = _up_to(hazard), _up_to(hazard[:, None] * sums.mean)
    expected = course.x * plain[until][:, None] - plain_mean[until]
    held, held_mean = _up_to(course.at * hazard), _up_to((course.at * hazard)[:, None] * sums.mean)
    later = course.x * (held[-1] - held[until])[:, None] - (held_mean[-1] - held_mean[until])
    after = np.where(course.competing[:, None], later / course.before[:, None], 0.0)
    return np.asarray(own - sums.relative[:, None] * (expected + after), dtype=np.float64)


def _psi(course: Course, sums: Sums, hazard: Array) -> Array:
    """What each row's censoring teaches about G, carried into the score."""
    ends, count = np.unique(course.time[course.cause == 0], return_counts=True)
    if not len(ends):
        return np.zeros_like(course.x)
    kept = np.where(course.competing, sums.relative / course.before, 0.0)
    gone = np.searchsorted(course.time, ends, side="right")
    held, held_mean = _up_to(course.at * hazard), _up_to((course.at * hazard)[:, None] * sums.mean)
    ahead = np.searchsorted(course.moments, ends, side="right")
    pull = _up_to(kept[:, None] * course.x)[gone] * (held[-1] - held[ahead])[:, None]
    pull = pull - _up_to(kept)[gone][:, None] * (held_mean[-1] - held_mean[ahead])
    at_risk = (len(course.time) - np.searchsorted(course.time, ends, side="left")).astype(np.float64)
    jump = pull / at_risk[:, None]
    place = np.searchsorted(ends, course.time).clip(max=len(ends) - 1)
    drift = _up_to(jump * (count / at_risk)[:, None])
    own = np.where((course.cause == 0)[:, None], jump[place], 0.0)
    return np.asarray(own - drift[np.searchsorted(ends, course.time, side="right")], dtype=np.float64)


def _up_to(values: Array) -> Array:
    """Running sums with a zero in front."""
    zero = np.zeros((1, *values.shape[1:]))
    return np.concatenate([zero, np.cumsum(values, axis=0)])


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    cause = sample.column("event")
    return {
        "events": int((cause == 1).sum()),
        "competing": int((cause > 1).sum()),
        "censored": int((cause == 0).sum()),
        "smallest_censoring_survival": float(answer.working["course"].at.min()),
    }


SPEC = Spec(
    key="fine_gray",
    title="Fine-Gray regression, competing risks",
    estimands=("subdistribution hazard ratio",),
    measures=("log_ratio", "ratio"),
    required=("time", "event"),
    optional=("treatment", "treatment_time", "id", "cluster"),
    models=("model",),
    options={"landmark": number(None, above=0)},
    people=False,
    calculate=calculate,
    diagnose=diagnose,
)
