"""Clones: everybody once per strategy, with the weights that make up for who departed from it.

`ccw` says what for, and with which sources.
"""

from dataclasses import dataclass

import numpy as np

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.glm import fit_glm
from beenthere.evidence.estimate.incidence import Rows
from beenthere.evidence.estimate.matrix import Matrix, builder, full_rank
from beenthere.evidence.estimate.sample import Array, Codes, Sample
from beenthere.evidence.estimate.survival import rows_of


@dataclass(frozen=True, kw_only=True)
class People:
    """One row a person. start: inf for never, or not before the outcome. x: covariates with an intercept."""

    time: Array
    cause: Array
    start: Array
    x: Matrix
    base: Array


@dataclass(frozen=True, kw_only=True)
class Clones:
    """The clones of one strategy as rows of follow-up. person: which row of `People`. at_grace: weight of
    each person at the end of the grace period, 0 where censored or gone."""

    name: str
    rows: Rows
    person: Codes
    censored_at: Array
    at_grace: Array


def people(sample: Sample, design: Design) -> People:
    """Raises Unfit where the covariates or times do not fit."""
    rows = rows_of(sample)
    start = sample.column("treatment_time")
    start = np.where(np.isnan(start) | (start >= rows.time), np.inf, start)
    x = builder(sample.frame, design.covariates()).build(sample.frame)
    if not sample.resampled:
        full_rank(x)
    return People(time=rows.time, cause=rows.cause, start=start, x=x, base=rows.weights)


def starts_within(data: People, grace: float, close: float, *, name: str) -> Clones:
    """Strategy: start by the end of the grace period. Raises Unfit when nobody starts in its last part."""
    begun = data.start <= grace
    there = data.time > grace
    asked = there & (data.start > grace - close)
    weight = np.ones(len(data.time))
    if (asked & ~begun).any():
        if not (asked & begun).any():
            raise Unfit(
                f"nobody starts in the last {close:g} of the grace period {grace:g}, so nobody can stand for "
                "those who have not started by its end. Lengthen [options] close, or choose another grace "
                "period."
            )
        fit = fit_glm(
            begun[asked] * 1.0,
            Matrix(values=data.x.values[asked], names=data.x.names),
            family="binomial",
            weights=data.base[asked],
            checked=False,
        )
        weight[asked & begun] = 1 / fit.mean[begun[asked]]
    first = _rows(data, np.minimum(data.time, grace), np.where(there, 0.0, data.cause), data.base)
    on = there & begun
    later = Rows(
        entry=np.full(int(on.sum()), grace),
        time=data.time[on],
        cause=data.cause[on],
        weights=(data.base * weight)[on],
    )
    return Clones(
        name=name,
        rows=_joined(first, later),
        person=np.concatenate([np.arange(len(data.time)), np.flatnonzero(on)]),
        censored_at=np.where(there & ~begun, grace, np.nan),
        at_grace=data.base * weight * on,
    )


def starts_never(data: People, until: float, *, step: float, grace: float, name: str) -> Clones:
    """Strategy: no start until then (inf: ever). Censored at the start, weighted by the chance of not
    having started."""
    stop = np.where(data.start <= until, data.start, np.inf)
    end = np.minimum(data.time, stop)
    last = min(until, float(data.time.max()))
    edges = np.arange(0.0, last + step, step)
    edges = np.minimum(edges[edges < last + step], last)
    hazard = _hazard(data, edges)
    # Weight in (edge k-1, edge k]: the chance of no start up to edge k-1, the end of the step before.
    stayed = np.cumprod(1 - hazard, axis=1)
    pieces, persons = [_rows(data, np.minimum(end, 0.0), np.where(end <= 0, data.cause, 0.0), data.base)], []
    persons.append(np.arange(len(end)))
    for place in range(1, len(edges) + 1):
        low = edges[place - 1]
        high = edges[place] if place < len(edges) else np.inf
        on = end > low
        if not on.any():
            break
        ends = on & (end <= high)
        pieces.append(
            Rows(
                entry=np.full(int(on.sum()), low),
                time=np.minimum(end, high)[on],
                cause=np.where(ends & (data.time <= stop), data.cause, 0.0)[on],
                weights=(data.base / stayed[:, place - 1])[on],
            )
        )
        persons.append(np.flatnonzero(on))
    here = (data.time > grace) & (data.start > grace)
    place_of_grace = int(np.searchsorted(edges, grace, side="left").clip(max=len(edges) - 1))
    return Clones(
        name=name,
        rows=_joined(*pieces),
        person=np.concatenate(persons),
        censored_at=np.where(stop < data.time, stop, np.nan),
        at_grace=np.where(here, data.base / stayed[:, place_of_grace], 0.0),
    )


def _hazard(data: People, edges: Array) -> Array:
    """n x steps: chance of starting in the step that ends at each edge, among those not started and still
    followed.

    Pooled logistic regression on the covariates, a straight and a squared term in time, and one for time
    zero itself.
    """
    count = len(edges)
    before = np.concatenate([[-np.inf], edges[:-1]])
    risk = (data.start[:, None] > before) & ((data.time[:, None] > edges) | (data.start[:, None] <= edges))
    person, step = np.nonzero(risk)
    started = (data.start[person] <= edges[step]) * 1.0
    if not started.any():
        return np.zeros((len(data.time), count))
    moment = _time_terms(edges, bool((data.start <= edges[0]).any()))
    if not (data.start <= edges[0]).any():
        # Nobody starts at time zero itself: that step says nothing, and a term for it would run away.
        kept = step > 0
        person, step, started = person[kept], step[kept], started[kept]
    values = np.hstack([data.x.values[person], moment[step]])
    names = (*data.x.names, *(f"time {place}" for place in range(moment.shape[1])))
    fit = fit_glm(
        started,
        Matrix(values=values, names=names),
        family="binomial",
        weights=data.base[person],
        checked=False,
    )
    split = len(data.x.names)
    eta = (data.x.values @ fit.beta[:split])[:, None] + (moment @ fit.beta[split:])[None, :]
    found = fit.family.mean(eta)
    if not (data.start <= edges[0]).any():
        found[:, 0] = 0.0
    return found


def _time_terms(edges: Array, at_zero: bool) -> Array:
    """Columns per step; as many as the steps can tell apart."""
    scaled = edges / edges[-1] if edges[-1] > 0 else edges
    columns = [scaled] if len(edges) > 2 else []
    if len(edges) > 4:
        columns.append(scaled**2)
    if at_zero and len(edges) > 1:
        columns.append((np.arange(len(edges)) == 0) * 1.0)
    return np.column_stack(columns) if columns else np.empty((len(edges), 0))


def _rows(data: People, time: Array, cause: Array, weights: Array) -> Rows:
    return Rows(entry=np.full(len(time), -np.inf), time=time, cause=cause, weights=weights)


def _joined(*parts: Rows) -> Rows:
    return Rows(
        entry=np.concatenate([part.entry for part in parts]),
        time=np.concatenate([part.time for part in parts]),
        cause=np.concatenate([part.cause for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
    )
