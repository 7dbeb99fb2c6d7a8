"""Kaplan-Meier and Aalen-Johansen in one: cumulative incidence from weighted rows, ties exact, entry
allowed.

With one cause the incidence is 1 - Kaplan-Meier. Events at one time happen together, before censoring at
that time; nothing is jittered. Variances come from how each row moves the curve (the infinitesimal
jackknife, as R's `survfit` has it for several states), so weights, clusters and refitted weights need no
formula of their own.
"""

from dataclasses import dataclass

import numpy as np

from beenthere.evidence.estimate.sample import Array, totals


@dataclass(frozen=True, kw_only=True)
class Curve:
    """At each distinct event time: people at risk and events (weighted), overall survival, incidence of
    the cause."""

    times: Array
    at_risk: Array
    events: Array
    cause_events: Array
    survival: Array
    incidence: Array

    def at(self, times: Array) -> Array:
        """Incidence at any times; 0 before the first event."""
        place = np.searchsorted(self.times, times, side="right")
        return np.concatenate([[0.0], self.incidence])[place]

    def survival_at(self, times: Array) -> Array:
        place = np.searchsorted(self.times, times, side="right")
        return np.concatenate([[1.0], self.survival])[place]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """entry < time; -inf where follow-up begins at time zero. cause: 0 censored, 1, 2 ..."""

    entry: Array
    time: Array
    cause: Array
    weights: Array


def curve(rows: Rows, cause: int | None = None) -> Curve:
    """The incidence of one cause, or of any event when none is named."""
    times = np.unique(rows.time[(rows.cause > 0) & (rows.weights > 0)])
    at_risk = _from(rows.time, rows.weights, times) - _from(rows.entry, rows.weights, times)
    events = _at(rows.time, rows.weights * (rows.cause > 0), times)
    wanted = events if cause is None else _at(rows.time, rows.weights * (rows.cause == cause), times)
    survival = np.asarray(np.cumprod(np.clip(1 - events / at_risk, 0, 1)), dtype=np.float64)
    before = np.concatenate([[1.0], survival[:-1]])
    return Curve(
        times=times,
        at_risk=at_risk,
        events=events,
        cause_events=wanted,
        survival=survival,
        incidence=np.cumsum(before * wanted / at_risk),
    )


def _from(values: Array, weights: Array, times: Array) -> Array:
    """Weight of the rows whose value is at or after each time."""
    order = np.argsort(values, kind="stable")
    later = np.concatenate([np.cumsum(weights[order][::-1])[::-1], [0.0]])
    return later[np.searchsorted(values[order], times, side="left")]


def _at(values: Array, weights: Array, times: Array) -> Array:
    some = weights > 0
    return totals(np.searchsorted(times, values[some]), weights[some], len(times))


def slopes(rows: Rows, found: Curve, at: Array, cause: int | None = None) -> Array:
    """n x len(at): derivative of the incidence at each time by the weight of each row.

    With hazard l = d/Y per event time: dF(t) = sum over u <= t of S(u-) dl_cause(u) - (F(t) - F(u))
    dl_all(u) / (1 - l_all(u)), and dl(u) by a row's weight is (event of the row at u - at risk at u *
    l(u)) / Y(u).
    """
    hazard, wanted = found.events / found.at_risk, found.cause_events / found.at_risk
    before = np.concatenate([[1.0], found.survival[:-1]])
    own = np.searchsorted(found.times, rows.time, side="left").clip(max=max(len(found.times) - 1, 0))
    first = np.searchsorted(found.times, rows.entry, side="right")
    last = np.searchsorted(found.times, rows.time, side="right")
    happened = (rows.cause > 0) * 1.0
    of_cause = happened if cause is None else (rows.cause == cause) * 1.0
    left = np.zeros((len(rows.time), len(at)))
    for place, moment in enumerate(at):
        count = int(np.searchsorted(found.times, moment, side="right"))
        if count == 0:
            continue
        rest = found.incidence[count - 1] - found.incidence
        # Where everybody at risk has the event, nothing is left to lose: 0 / 0 is 0.
        with np.errstate(divide="ignore", invalid="ignore"):
            fall = np.where(hazard < 1, rest / (1 - hazard), 0.0)
        gain, loss = before / found.at_risk, fall / found.at_risk
        inside = last <= count
        jumps = np.where(inside, of_cause * gain[own] - happened * loss[own], 0.0)
        running = np.concatenate([[0.0], np.cumsum(gain * wanted - loss * hazard)])
        left[:, place] = jumps - (running[np.minimum(last, count)] - running[np.minimum(first, count)])
    return left


def greenwood(found: Curve, at: Array) -> Array:
    """Standard error of an unweighted Kaplan-Meier curve at each time."""
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = found.events / (found.at_risk * (found.at_risk - found.events))
    total = np.concatenate([[0.0], np.cumsum(np.where(np.isfinite(steps), steps, 0.0))])
    place = np.searchsorted(found.times, at, side="right")
    return np.asarray(found.survival_at(at) * np.sqrt(total[place]), dtype=np.float64)
