"""Clone, censor, weight: strategies with a grace period, compared from time zero without immortal time.

Everybody enters once per strategy at time zero. A clone leaves when the person departs from its strategy;
what is lost that way is made up by weights. Sources: Hernán 2018, 10.1136/bmj.k182; Maringe et al. 2020,
10.1093/ije/dyaa057; Cain et al. 2010, 10.2202/1557-4679.1212.

Within a grace period G people may start when they do, and who has not started shortly before G has to. So
only those who start in the last `close` of the grace period stand for those censored at G; who started
earlier needs no weight. For "none", the daily hazard of starting gives the weights. A start on the day of
the outcome comes after it and does not count. Loss to follow-up is not mixed with this: it is taken as
uninformative, and counted.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.balance import effective, histogram
from beenthere.evidence.estimate.clones import Clones, People, people, starts_never, starts_within
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import contrast, error_of, offered
from beenthere.evidence.estimate.formula import columns_of
from beenthere.evidence.estimate.incidence import Curve, curve, slopes
from beenthere.evidence.estimate.matrix import covariate_matrix
from beenthere.evidence.estimate.result import Answer, Value
from beenthere.evidence.estimate.sample import Array, Mask, Sample, totals
from beenthere.evidence.estimate.spec import Spec, number, one_of
from beenthere.evidence.estimate.survival import CURVE, at_time, interval, moments, within_follow_up


def close_of(design: Design, grace: float) -> float:
    """The last part of the grace period; a quarter of it unless the design says otherwise."""
    close = design.options["close"]
    return float(grace / 4 if close is None else min(close, grace))


def strategies(data: People, design: Design) -> tuple[Clones, Clones]:
    """The clones of both strategies. Raises Unfit for a design without a grace period."""
    grace, against = design.options["grace"], design.options["against"]
    if grace is None:
        raise Unfit("say how long the grace period is: [options] grace, in the units of time.")
    if not (data.start <= grace).any():
        raise Unfit(f"nobody starts within the grace period of {grace:g}.")
    first = starts_within(data, grace, close_of(design, grace), name=f"start within {grace:g}")
    if against == "later":
        longer = design.options["grace_against"]
        if longer is None or longer <= grace:
            raise Unfit('against = "later" needs grace_against, longer than grace.')
        return first, starts_within(data, longer, close_of(design, longer), name=f"start within {longer:g}")
    until = grace if against == "none within grace" else np.inf
    name = f"no start within {grace:g}" if against == "none within grace" else "never start"
    step = design.options["step"]
    return first, starts_never(data, until, step=step, grace=grace, name=name)


def calculate(sample: Sample, design: Design) -> Answer:
    """Risks per strategy at each time, their difference and ratio. Intervals come from the bootstrap by
    person."""
    times, horizon = moments(design)
    data = people(sample, design)
    pair = strategies(data, design)
    pair = (_truncated(pair[0], design), _truncated(pair[1], design))
    cause = 1 if (data.cause > 1).any() else None
    values: dict[str, Value] = {}
    sides: list[tuple[Array, Array]] = []
    curves: dict[str, Curve] = {}
    for one in pair:
        within_follow_up(one.rows, times, f'clones of "{one.name}"')
        found = curve(one.rows, cause)
        moved = _moved(one, found, times, cause, len(sample), quick=sample.resampled)
        sides.append((found.at(times), moved))
        curves[one.name] = found
    for place, moment in enumerate(times):
        made = contrast(
            *((float(risks[place]), moved[:, place]) for risks, moved in sides),
            clusters=None,
            level=design.level,
            binary=True,
        )
        values |= {at_time(key, moment): made[key] for key in ("difference", "ratio") if key in made}
        for one, (risks, moved) in zip(pair, sides, strict=True):
            error = error_of(moved[:, place], None)
            values[at_time("risk", moment, one.name)] = interval(
                float(risks[place]), error, design.level, design.options["ci"], "risk"
            )
    return Answer(
        headline=offered(values, at_time(design.measure, horizon)),
        values=values,
        n=len(sample),
        estimand_words=_words(pair, horizon, design),
        method="clone-censor-weighting, exact ties"
        + (
            f", weights truncated at percentile {design.options['truncate']:g}"
            if design.options["truncate"]
            else ""
        ),
        working={"people": data, "clones": pair, "curves": curves},
    )


def _words(pair: tuple[Clones, Clones], horizon: float, design: Design) -> str:
    timing = ", two timings and not treatment against none" if design.options["against"] == "later" else ""
    return (
        f'the average effect in everybody of "{pair[0].name}" against "{pair[1].name}" from time zero on the '
        f"risk at {horizon:g}{timing}"
    )


def _truncated(one: Clones, design: Design) -> Clones:
    """Weights above that percentile of all person-time weights brought down to it."""
    share = design.options["truncate"]
    if share is None:
        return one
    limit = float(np.quantile(one.rows.weights, share))
    return replace(one, rows=replace(one.rows, weights=np.minimum(one.rows.weights, limit)))


def _moved(one: Clones, found: Curve, times: Array, cause: int | None, count: int, *, quick: bool) -> Array:
    """Per person, weights taken as known; a bootstrap draw has no use for it."""
    if quick:
        return np.zeros((count, len(times)))
    moved = slopes(one.rows, found, times, cause) * one.rows.weights[:, None]
    return np.column_stack([totals(one.person, moved[:, place], count) for place in range(len(times))])


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    data: People = answer.working["people"]
    grace = design.options["grace"]
    pair: tuple[Clones, Clones] = answer.working["clones"]
    early = data.time <= grace
    lost = (data.cause == 0) & (data.time < moments(design)[1])
    found: dict[str, Any] = {
        "strategies": {one.name: _strategy(one) for one in pair},
        "close": close_of(design, grace),
        "start": histogram(data.start[np.isfinite(data.start)]),
        "never_started": int(np.isinf(data.start).sum()),
        "events_inside_grace": {
            "all": int((early & (data.cause > 0)).sum()),
            "before_any_start": int((early & (data.cause > 0) & np.isinf(data.start)).sum()),
        },
        "lost_before_horizon": int(lost.sum()),
        "balance_at_end_of_grace": _balance(sample, design, data, pair),
        "positivity": _positivity(sample, design, data),
        "sensitivity": _sensitivity(sample, design),
    }
    found["warnings"] = list(_doubts(found, len(sample)))
    return found


def _strategy(one: Clones) -> dict[str, Any]:
    weights, censored = one.rows.weights, one.censored_at[np.isfinite(one.censored_at)]
    after = one.at_grace[one.at_grace > 0]
    return {
        "clones": len(one.censored_at),
        "artificially_censored": len(censored),
        "censored_by_time": histogram(censored),
        "weights": {"mean": float(weights.mean()), "max": float(weights.max())},
        "weights_at_end_of_grace": {
            "n": len(after),
            "mean": float(after.mean()),
            "p99": float(np.quantile(after, 0.99)),
            "max": float(after.max()),
            "effective_n": effective(after),
            "histogram": histogram(after),
        }
        if len(after)
        else None,
    }


def _balance(
    sample: Sample, design: Design, data: People, pair: tuple[Clones, Clones]
) -> list[dict[str, Any]]:
    """Of those followed beyond the grace period: how far each strategy's clones lie from all, before and
    after weighting."""
    there = data.time > design.options["grace"]
    if not there.any():
        return []
    matrix = covariate_matrix(sample.frame, design.covariates())
    return [
        _drift(name, matrix.values[:, place], there, data.base, pair)
        for place, name in enumerate(matrix.names)
    ]


def _drift(name: str, values: Array, there: Mask, base: Array, pair: tuple[Clones, Clones]) -> dict[str, Any]:
    spread, mean = float(values[there].std()), float(np.average(values[there], weights=base[there]))
    row: dict[str, Any] = {"covariate": name}
    for one in pair:
        on = one.at_grace > 0
        for moment, weights in (("before", base * on), ("after", one.at_grace)):
            gap = float(np.average(values, weights=weights)) - mean if on.any() else None
            row[f"smd_{moment}, {one.name}"] = gap / spread if gap is not None and spread > 0 else None
    return row


def _positivity(sample: Sample, design: Design, data: People) -> list[str]:
    """Levels of factors in which nobody starts close to the end of the grace period though somebody could."""
    grace = design.options["grace"]
    asked = (data.time > grace) & (data.start > grace - close_of(design, grace))
    found = []
    for column in columns_of(design.covariates()):
        series = sample.frame[column]
        if column not in design.covariates().factors and series.nunique() > 10:
            continue
        for level in sorted(series.unique(), key=str):
            some = asked & (series == level).to_numpy()
            if some.any() and not (some & (data.start <= grace)).any():
                found.append(f"{column} = {level}: none of {int(some.sum())} starts close to the end")
    return found


def _sensitivity(sample: Sample, design: Design) -> list[dict[str, Any]]:
    """The headline with other grace periods, another `close`, and with and without truncated weights."""
    grace = design.options["grace"]
    close = close_of(design, grace)
    trials: list[tuple[str, dict[str, Any]]] = [
        (f"grace {grace * 0.5:g}", {"grace": grace * 0.5}),
        (f"grace {grace * 1.5:g}", {"grace": grace * 1.5}),
        (f"close {close * 2:g}", {"close": min(close * 2, grace)}),
        ("weights truncated at percentile 0.99", {"truncate": 0.99}),
        ("weights not truncated", {"truncate": None}),
    ]
    return [{"with": name, **_trial(sample, design, options)} for name, options in trials]


def _trial(sample: Sample, design: Design, options: dict[str, Any]) -> dict[str, Any]:
    other = replace(design, options={**design.options, **options})
    try:
        return {"estimate": calculate(replace(sample, resampled=True), other).value.estimate}
    except Unfit as fault:
        return {"why_not": fault.sentence}


def _doubts(found: dict[str, Any], count: int) -> Iterator[str]:
    for name, row in found["strategies"].items():
        spread = row["weights_at_end_of_grace"]
        if spread and spread["max"] > 20:
            yield f'The largest weight of "{name}" is {spread["max"]:.0f}: few people stand for many.'
    if found["positivity"]:
        yield f"Positivity is doubtful: {'; '.join(found['positivity'][:3])}."
    if found["lost_before_horizon"]:
        yield (
            f"{found['lost_before_horizon']} of {count} people were lost before the horizon; that is taken "
            "as having nothing to do with their risk."
        )


SPEC = Spec(
    key="clone_censor_weight",
    title="Clone-censor-weighting",
    estimands=("ATE",),
    measures=("difference", "ratio"),
    required=("time", "event", "treatment_time"),
    optional=("id", "cluster", "weights"),
    models=("model",),
    options={
        **{key: CURVE[key] for key in ("times", "horizon", "ci")},
        "grace": number(None, above=0),
        "against": one_of("none within grace", "never", "later"),
        "grace_against": number(None, above=0),
        "close": number(None, above=0),
        "step": number(1.0, above=0),
        "truncate": number(None, above=0.5, below=1),
    },
    aligns_itself=True,
    needs_bootstrap=True,
    calculate=calculate,
    diagnose=diagnose,
)
