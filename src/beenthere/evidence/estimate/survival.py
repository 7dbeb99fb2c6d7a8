"""Risks over time: Kaplan-Meier, Aalen-Johansen, and both weighted to make two groups alike."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from lifelines.statistics import multivariate_logrank_test
from scipy import special

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.balance import balance_table, overlap_report, weight_report
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import arms, cluster_codes, contrast, error_of, offered
from beenthere.evidence.estimate.incidence import Curve, Rows, curve, greenwood, slopes
from beenthere.evidence.estimate.propensity import balancing, slope_of_weights
from beenthere.evidence.estimate.result import Answer, Value
from beenthere.evidence.estimate.sample import Array, Codes, Mask, Sample
from beenthere.evidence.estimate.spec import Option, Spec, number, numbers, one_of
from beenthere.evidence.estimate.weighting import PAIR, WHO, variance, weights_of

MOST_POINTS = 200
WHEN: dict[str, Option] = {
    "times": numbers(),
    "horizon": number(None, above=0),
    "landmark": number(None, above=0),
}
CURVE: dict[str, Option] = {**WHEN, "ci": one_of("log-log", "log", "plain")}


def moments(design: Design) -> tuple[Array, float]:
    """The times asked for and the one the headline stands at: `horizon`, else the last. Raises Unfit for
    none."""
    horizon = design.options["horizon"]
    times = np.unique([*design.options["times"], *([horizon] if horizon is not None else [])])
    if not len(times):
        raise Unfit("say at which times the risk is wanted, such as [options] times = [30, 90].")
    return times.astype(np.float64), float(times[-1] if horizon is None else horizon)


def rows_of(sample: Sample, weights: Array | None = None) -> Rows:
    """Raises Unfit where follow-up ends before it begins, and where nobody has the event."""
    time, cause = sample.column("time"), sample.column("event")
    entry = sample.column("entry") if sample.has("entry") else np.full(len(sample), -np.inf)
    if (entry >= time).any():
        raise Unfit(f"{int((entry >= time).sum())} rows end at or before their entry.")
    if not (cause == 1).any():
        raise Unfit("nobody has the event, so there is no risk to estimate.")
    return Rows(
        entry=entry,
        time=time,
        cause=cause,
        weights=sample.column("weights") if weights is None else weights,
    )


def one_cause(sample: Sample, key: str) -> None:
    if (sample.column("event") > 1).any():
        raise Unfit(
            f"event has competing causes, and {key} knows one. To count them as another end use "
            '"aalen_johansen" or "fine_gray"; to count them as censored, code them so yourself and say why.'
        )


def within_follow_up(rows: Rows, times: Array, who: str) -> None:
    """Raises Unfit for a time later than the last follow-up, unless everybody had the event before."""
    some = rows.weights > 0
    if not (rows.cause[some] > 0).any():
        raise Unfit(f"nobody{f' among the {who}' if who else ''} has an event, so there is no curve to draw.")
    last = float(rows.time[some].max())
    ended = (rows.cause[some & (rows.time == last)] > 0).all()
    late = [f"{moment:g}" for moment in times if moment > last]
    if late and not ended:
        among = f" among the {who}" if who else ""
        raise Unfit(f"nobody{among} was followed to {', '.join(late)}: the longest follow-up is {last:g}.")


def interval(risk: float, error: float, level: float, kind: str, scale: str) -> Value:
    """A risk or survival with its interval; log and log-log are made on survival."""
    survival = 1 - risk
    half = float(special.ndtri(0.5 + level / 2))
    if kind == "plain" or not 0 < survival < 1:
        low, high = risk - half * error, risk + half * error
    elif kind == "log":
        step = math.exp(half * error / survival)
        low, high = 1 - survival * step, 1 - survival / step
    else:
        step = math.exp(half * error / (survival * abs(math.log(survival))))
        low, high = 1 - survival ** (1 / step), 1 - survival**step
    return Value(
        estimate=risk, std_error=error, ci_low=max(0.0, low), ci_high=min(1.0, high), scale=scale, null=None
    )


def turned(value: Value) -> Value:
    """Survival from risk."""
    return Value(
        estimate=1 - value.estimate,
        std_error=value.std_error,
        ci_low=1 - value.ci_high,
        ci_high=1 - value.ci_low,
        scale="survival",
        null=None,
    )


def at_time(name: str, moment: float, who: str = "") -> str:
    return f"{name} at {moment:g}{f', {who}' if who else ''}"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One curve at the times asked for. moved: n x times, how each row moves the risk."""

    who: str
    curve: Curve
    risks: Array
    moved: Array
    errors: Array


def side(
    rows: Rows,
    some: Mask,
    times: Array,
    *,
    who: str = "",
    cause: int | None = None,
    clusters: Codes | None = None,
    drift: Callable[[Array], Array] | None = None,
) -> Side:
    """drift: what refitting the weights adds, from the n x times derivatives by each weight."""
    part = Rows(entry=rows.entry, time=rows.time, cause=rows.cause, weights=rows.weights * some)
    within_follow_up(part, times, who)
    found = curve(part, cause)
    by_weight = slopes(part, found, times, cause) * some[:, None]
    moved = by_weight * rows.weights[:, None]
    if drift is not None:
        moved = moved + drift(by_weight)
    errors = np.array([error_of(moved[:, place], clusters) for place in range(len(times))])
    if cause is None and clusters is None and drift is None and np.ptp(part.weights[some]) == 0:
        errors = greenwood(found, times)
    return Side(who=who, curve=found, risks=found.at(times), moved=moved, errors=errors)


def shown(
    one: Side, times: Array, design: Design, *, name: str, survival: bool
) -> Iterator[tuple[str, Value]]:
    """The risk, and where there is one cause the survival, at each time."""
    for place, moment in enumerate(times):
        value = interval(
            float(one.risks[place]), float(one.errors[place]), design.level, design.options["ci"], name
        )
        yield at_time(name, moment, one.who), value
        if survival:
            yield at_time("survival", moment, one.who), turned(value)


def between(
    sides: tuple[Side, Side], times: Array, design: Design, clusters: Codes | None
) -> Iterator[tuple[str, Value]]:
    """Risk difference and ratio of the first side against the second, at each time."""
    for place, moment in enumerate(times):
        pair = [(float(one.risks[place]), one.moved[:, place]) for one in sides]
        made = contrast(*pair, clusters=clusters, level=design.level, binary=True)
        yield from ((at_time(key, moment), made[key]) for key in ("difference", "ratio") if key in made)


def causes_of(sample: Sample) -> dict[int | None, str]:
    """Cause number to the name its risk has; with one cause, the risk of any event."""
    if not (sample.column("event") > 1).any():
        return {None: "risk"}
    named = sample.causes or {}
    return {k: "risk" if k == 1 else f"risk of {named[k]}" for k in sorted(named)}


def answer(
    sample: Sample,
    design: Design,
    rows: Rows,
    *,
    method: str,
    words: str,
    drift: Callable[[Array], Array] | None = None,
) -> Answer:
    """Every cause, time and group, and between two arms what differs."""
    times, horizon = moments(design)
    clusters = cluster_codes(sample)
    if sample.has("treatment") and sample.has("group"):
        raise Unfit("two arms and groups are two questions: name a treatment or a group, not both.")
    arm = arms(sample) if sample.has("treatment") else None
    values: dict[str, Value] = {}
    curves: dict[str, Curve] = {}
    for cause, name in causes_of(sample).items():
        sides = [
            side(rows, some, times, who=who, cause=cause, clusters=clusters, drift=drift)
            for who, some in _groups(sample, arm)
        ]
        if arm is not None and cause in (None, 1):
            values |= dict(between((sides[0], sides[1]), times, design, clusters))
        for one in sides:
            values |= dict(shown(one, times, design, name=name, survival=cause is None))
            curves[f"{name}, {one.who}" if one.who else name] = one.curve
    wanted = design.measure if arm is not None else "risk" if None not in causes_of(sample) else "survival"
    return Answer(
        headline=offered(values, at_time(wanted, horizon)),
        values=values,
        n=int((rows.weights > 0).sum()) if not sample.clustered else len(np.unique(sample.clusters)),
        estimand_words=f"{words} at {horizon:g}",
        method=method,
        working={"curves": curves, "weights": rows.weights},
    )


def _groups(sample: Sample, arm: Mask | None) -> list[tuple[str, Mask]]:
    everybody = np.ones(len(sample), dtype=bool)
    if arm is not None:
        return [("treated", arm), ("untreated", ~arm)]
    if not sample.has("group"):
        return [("", everybody)]
    levels = sample.frame[sample.columns["group"]]
    return [
        ("", everybody),
        *((str(level), (levels == level).to_numpy()) for level in sorted(levels.unique(), key=str)),
    ]


def calculate(sample: Sample, design: Design) -> Answer:
    """Risks of all, of each group, or of two arms and what differs between them."""
    rows = rows_of(sample)
    competing = design.estimator == "aalen_johansen"
    if not competing:
        one_cause(sample, design.estimator)
    name = "Aalen-Johansen" if competing else "Kaplan-Meier"
    compared = "the difference between the groups in the " if sample.has("treatment") else "the "
    return answer(
        sample,
        design,
        rows,
        method=f"{name}, exact ties, {design.options['ci']} intervals",
        words=compared + ("risk of the event, others competing," if competing else "risk of the event"),
    )


def calculate_weighted(sample: Sample, design: Design) -> Answer:
    """The same from balancing weights, which counts that they were fitted where `variance` is stacked."""
    weights, found, treated = weights_of(sample, design)
    rows = rows_of(sample, weights)
    base = sample.column("weights") * (weights > 0)
    raw = balancing(found.score, treated, design.estimand) * base
    moves = slope_of_weights(found.score, treated, design.estimand) * base * np.isclose(raw, weights)

    def drift(by_weight: Array) -> Array:
        pulled: Array = found.fit.influence() @ (found.matrix.values.T @ (by_weight * moves[:, None]))
        return pulled

    made = answer(
        sample,
        design,
        rows,
        method=f"curves weighted by inverse probability, {design.estimand} weights, "
        f"{variance(design)} variance",
        words=f"{WHO[design.estimand]} on the risk",
        drift=drift if variance(design) == "stacked" else None,
    )
    return replace(made, working={**made.working, "propensity": found.score})


def diagnose(sample: Sample, design: Design, made: Answer) -> dict[str, Any]:
    curves: dict[str, Curve] = made.working["curves"]
    found = {
        "events": int((sample.column("event") == 1).sum()),
        "competing": int((sample.column("event") > 1).sum()),
        "censored": int((sample.column("event") == 0).sum()),
        "curves": {name: _table(one) for name, one in curves.items()},
        "median": {name: _median(one) for name, one in curves.items()},
    }
    if sample.has("treatment") and design.estimator == "kaplan_meier":
        found["log_rank"] = _log_rank(sample)
    return found


def diagnose_weighted(sample: Sample, design: Design, made: Answer) -> dict[str, Any]:
    treated, base, weights = arms(sample), sample.column("weights"), made.working["weights"]
    covariates = design.covariates("treatment_model")
    return {
        **diagnose(sample, design, made),
        "balance": balance_table(sample, covariates, treated, before=base, after=weights),
        "overlap": overlap_report(made.working["propensity"], treated),
        "weights": weight_report(weights / np.where(base > 0, base, 1), treated),
    }


def _table(one: Curve) -> dict[str, Any]:
    """The curve at 200 event times at most, the last among them."""
    places = np.unique(np.linspace(0, len(one.times) - 1, min(len(one.times), MOST_POINTS)).astype(int))
    columns = {"time": one.times, "at_risk": one.at_risk, "events": one.cause_events, "risk": one.incidence}
    return {name: values[places].tolist() for name, values in columns.items()}


def _median(one: Curve) -> float | None:
    reached = np.flatnonzero(one.incidence >= 0.5)
    return float(one.times[reached[0]]) if len(reached) else None


def _log_rank(sample: Sample) -> dict[str, float]:
    found = multivariate_logrank_test(
        sample.column("time"),
        sample.column("treatment"),
        sample.column("event"),
        weights=sample.column("weights"),
    )
    return {"chi_square": float(found.test_statistic), "p_value": float(found.p_value)}


KAPLAN_MEIER = Spec(
    key="kaplan_meier",
    title="Kaplan-Meier",
    estimands=("risk",),
    measures=("difference", "ratio"),
    required=("time", "event"),
    optional=("treatment", "treatment_time", "group", "entry", "id", "cluster", "weights"),
    options=CURVE,
    people=False,
    calculate=calculate,
    diagnose=diagnose,
)
AALEN_JOHANSEN = replace(KAPLAN_MEIER, key="aalen_johansen", title="Aalen-Johansen, competing risks")
WEIGHTED = Spec(
    key="weighted_survival",
    title="Weighted survival or cumulative incidence",
    estimands=("ATE", "ATT", "ATO"),
    measures=("difference", "ratio"),
    required=("time", "event"),
    either=(("treatment",), ("treatment_time",)),
    optional=("entry", "id", "cluster", "weights"),
    models=("model", "treatment_model"),
    options={
        **CURVE,
        "variance": one_of("auto", "robust", "stacked"),
        "truncate": PAIR,
        "trim": number(0.0, least=0, below=0.5),
    },
    calculate=calculate_weighted,
    diagnose=diagnose_weighted,
)
