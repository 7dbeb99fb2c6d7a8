"""The Cox partial likelihood with Efron's ties, entry times, weights and strata, and each row's influence.

Sums over people at risk run along sorted time, so a step costs n. lifelines fits the same model (the tests
compare), but its robust variance leaves out that rows enter late: for recurrent events it covers 83 %
where it says 95 %.
Source: Therneau & Grambsch 2000, Modeling Survival Data, sections 3.3, 4.6 and 7.2.
"""

from dataclasses import dataclass

import numpy as np

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.incidence import Rows
from beenthere.evidence.estimate.matrix import Matrix
from beenthere.evidence.estimate.sample import Array, Codes, totals

MOST_STEPS = 50
RUNAWAY = 15.0


@dataclass(frozen=True, kw_only=True)
class Partial:
    """beta: p. bread: p x p, inverse information. moved: n x p, how each row moves the coefficients,
    weights included."""

    beta: Array
    bread: Array
    moved: Array
    log_likelihood: float


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """Rows of one stratum, with its event times. who, when: rows that have the event, and at which time.
    tie: per event, its place among those at its time as a share (0, 1/d, 2/d ...). weight: mean weight of
    the events of that time."""

    x: Array
    rows: Rows
    times: Array
    who: Codes
    when: Codes
    tie: Array
    weight: Array
    by_time: Codes
    by_entry: Codes


@dataclass(frozen=True, kw_only=True)
class Step:
    """Per event: risk total, and covariate mean, the share of ties taken out."""

    risk: Array
    total: Array
    mean: Array
    score: Array
    information: Array
    log_likelihood: float


def fit_partial(matrix: Matrix, rows: Rows, strata: Codes) -> Partial:
    """Raises Unfit where a coefficient has no finite answer."""
    parts = strata_of(matrix, rows, strata)
    beta = _solve(parts, matrix)
    steps = [step_of(part, beta) for part in parts]
    bread = np.linalg.inv(sum(step.information for step in steps))
    left = np.zeros_like(matrix.values)
    for label, part, step in zip(np.unique(strata), parts, steps, strict=True):
        left[strata == label] = _residuals(part, step)
    return Partial(
        beta=beta,
        bread=bread,
        moved=left @ bread,
        log_likelihood=sum(step.log_likelihood for step in steps),
    )


def strata_of(matrix: Matrix, rows: Rows, strata: Codes) -> list[Stratum]:
    """The rows of each stratum, covariates centred."""
    center = matrix.values - matrix.values.mean(axis=0)
    return [_stratum(center, rows, strata == label) for label in np.unique(strata)]


def _stratum(x: Array, rows: Rows, some: Array) -> Stratum:
    part = Rows(
        entry=rows.entry[some], time=rows.time[some], cause=rows.cause[some], weights=rows.weights[some]
    )
    who = np.flatnonzero(part.cause > 0)
    who = who[np.argsort(part.time[who], kind="stable")]
    times, when, count = np.unique(part.time[who], return_inverse=True, return_counts=True)
    first = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)
    return Stratum(
        x=x[some],
        rows=part,
        times=times,
        who=who.astype(np.int64),
        when=when.astype(np.int64),
        tie=(np.arange(len(who)) - first[when]) / count[when],
        weight=(totals(when, part.weights[who], len(times)) / count)[when],
        by_time=np.argsort(part.time, kind="stable").astype(np.int64),
        by_entry=np.argsort(part.entry, kind="stable").astype(np.int64),
    )


def step_of(part: Stratum, beta: Array) -> Step:
    eta = np.clip(part.x @ beta, -50, 50)
    risk = part.rows.weights * np.exp(eta)

    def net(values: Array) -> Array:
        """Per event: sum over those at risk, less the share of those who have the event then."""
        weighted = risk.reshape((-1,) + (1,) * (values.ndim - 1)) * values
        at_risk = _still(part, weighted)
        tied = _tied(part, weighted)
        share = part.tie.reshape((-1,) + (1,) * (values.ndim - 1))
        return np.asarray(at_risk[part.when] - share * tied[part.when], dtype=np.float64)

    total = net(np.ones(len(risk)))
    mean = net(part.x) / total[:, None]
    own = part.rows.weights[part.who]
    return Step(
        risk=risk,
        total=total,
        mean=mean,
        score=(own[:, None] * part.x[part.who] - part.weight[:, None] * mean).sum(axis=0),
        information=spread(part, risk, total, mean, np.ones(len(total))),
        log_likelihood=float((own * eta[part.who]).sum() - (part.weight * np.log(total)).sum()),
    )


def spread(part: Stratum, risk: Array, total: Array, mean: Array, scale: Array) -> Array:
    """Sum over events of scale times the weighted spread of covariates among those at risk, p x p.

    Taken row by row (each row's square times its share in all events it lived through), so that no n x p x
    p array is made.
    """
    share = risk * _lived(part, scale * part.weight / total)
    within = (part.x * share[:, None]).T @ part.x
    return np.asarray(within - (mean * (scale * part.weight)[:, None]).T @ mean, dtype=np.float64)


def _lived(part: Stratum, rate: Array) -> Array:
    """Per row: the rates of the events while it was at risk; of its own time only what ties leave of it."""
    count = len(part.times)
    sums, own = totals(part.when, rate, count), totals(part.when, rate * (1 - part.tie), count)
    running = np.concatenate([[0.0], np.cumsum(sums)])
    first = np.searchsorted(part.times, part.rows.entry, side="right")
    last = np.searchsorted(part.times, part.rows.time, side="right")
    lived = running[last] - running[first]
    lived[part.who] += (own - sums)[part.when]
    return np.asarray(lived, dtype=np.float64)


def _still(part: Stratum, weighted: Array) -> Array:
    """Sum over those at risk at each event time: entered before it, not yet gone."""

    def later(values: Array, order: Codes) -> Array:
        zero = np.zeros((1, *weighted.shape[1:]))
        sums = np.concatenate([np.cumsum(weighted[order][::-1], axis=0)[::-1], zero])
        return np.asarray(sums[np.searchsorted(values[order], part.times, side="left")], dtype=np.float64)

    there = later(part.rows.time, part.by_time)
    if np.isneginf(part.rows.entry).all():
        return there
    return there - later(part.rows.entry, part.by_entry)


def _tied(part: Stratum, weighted: Array) -> Array:
    """Sum over those with the event at each time."""
    return np.add.reduceat(weighted[part.who], np.searchsorted(part.when, np.arange(len(part.times))), axis=0)


def _solve(parts: list[Stratum], matrix: Matrix) -> Array:
    """Newton's method from zero, with halved steps where the likelihood would fall."""
    beta = np.zeros(matrix.values.shape[1])
    reach = np.ptp(matrix.values, axis=0)
    steps = [step_of(part, beta) for part in parts]
    for _turn in range(MOST_STEPS):
        move = np.linalg.solve(sum(s.information for s in steps), sum(s.score for s in steps))
        before = sum(s.log_likelihood for s in steps)
        for _half in range(20):
            tried = [step_of(part, beta + move) for part in parts]
            if sum(s.log_likelihood for s in tried) >= before - 1e-9 * abs(before):
                break
            move = move / 2
        beta, steps = beta + move, tried
        if np.abs(beta * reach).max() > RUNAWAY or not np.isfinite(beta).all():
            break
        if np.abs(move * reach).max() < 1e-9:
            return beta
    name = matrix.names[int(np.nanargmax(np.abs(beta * reach)))]
    raise Unfit(
        f"the hazard ratio of {name} is not finite: on one side of it nobody has the event (separation). "
        "Leave it out or merge it with another."
    )


def _residuals(part: Stratum, step: Step) -> Array:
    """Score residual of each row, times its weight: its event, less what was expected of it while at risk."""
    rate = part.weight / step.total
    columns = range(part.x.shape[1])
    pulled = np.column_stack([_lived(part, rate * step.mean[:, place]) for place in columns])
    left = -step.risk[:, None] * (part.x * _lived(part, rate)[:, None] - pulled)
    count = len(part.times)
    met = totals(part.when, np.ones(len(part.who)), count)
    mean = np.column_stack([totals(part.when, step.mean[:, place], count) for place in columns])
    gap = part.x[part.who] - (mean / met[:, None])[part.when]
    left[part.who] += part.rows.weights[part.who][:, None] * gap
    return np.asarray(left, dtype=np.float64)
