"""Difference-in-differences, two groups by two times, and the event study of two-way fixed effects."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import arms, cluster_codes
from beenthere.evidence.estimate.glm import fit_glm
from beenthere.evidence.estimate.matrix import Matrix, builder
from beenthere.evidence.estimate.result import Answer, Value, normal
from beenthere.evidence.estimate.sample import Array, Codes, Mask, Sample
from beenthere.evidence.estimate.spec import Spec, number, one_of

DOUBTFUL = 0.05
#: An error below this share of the largest outcome is what is left of exact arithmetic.
ROUNDING = 1e-9
ONE_PERIOD = "there is one period before the start"


def after(sample: Sample, design: Design, *, month_zero: str = "") -> tuple[Mask, Mask]:
    """Which rows lie after the start, and which are used at all. Raises Unfit when the design does not
    say."""
    if sample.has("post"):
        return sample.column("post") == 1, np.ones(len(sample), dtype=bool)
    start = design.options["start"]
    if start is None:
        raise Unfit("say when it started: [options] start, in the units of period.")
    period = sample.column("period")
    keep = np.ones(len(sample), dtype=bool)
    if (month_zero or design.options["month_zero"]) == "out":
        keep = period != start
    return period >= start, keep


def calculate(sample: Sample, design: Design, *, month_zero: str = "") -> Answer:
    """The change in the treated less the change in the untreated."""
    post, keep = after(sample, design, month_zero=month_zero)
    treated = arms(sample)
    _cells(treated[keep], post[keep])
    rest = builder(sample.frame, design.covariates(), intercept=False).build(sample.frame)
    ones = np.ones(len(sample))
    columns = np.column_stack([ones, treated, post, treated & post, rest.values])[keep]
    matrix = Matrix(values=columns, names=("intercept", "treated", "post", "difference", *rest.names))
    fit = fit_glm(
        sample.column("outcome")[keep],
        matrix,
        family="gaussian",
        weights=sample.column("weights")[keep],
        checked=not sample.resampled,
    )
    clusters = _inside(cluster_codes(sample), keep)
    free = len(columns) - columns.shape[1]
    if free < 1:
        raise Unfit(f"{len(columns)} rows do not carry {columns.shape[1]} coefficients.")
    grow = (len(columns) - (clusters is not None)) / free
    errors = np.sqrt(np.diag(fit.covariance("robust", clusters)) * grow)
    df = float(free if clusters is None else clusters.max())
    values = {
        name: normal(fit.beta[place], errors[place], level=design.level, scale="mean difference", df=df)
        for place, name in enumerate(matrix.names)
    }
    return Answer(
        headline="difference",
        values=values,
        n=len(np.unique(sample.clusters[keep])) if sample.has("id") else int(keep.sum()),
        estimand_words="the average effect in the treated, if both groups would have changed alike without "
        "it",
        method="difference-in-differences by least squares, "
        + ("cluster-robust variance" if clusters is not None else "robust variance"),
    )


def _inside(clusters: Codes | None, keep: Mask) -> Codes | None:
    return None if clusters is None else np.unique(clusters[keep], return_inverse=True)[1].astype(np.int64)


def _cells(treated: Mask, post: Mask) -> None:
    for group, some in (("treated", treated), ("untreated", ~treated)):
        for moment, when in (("before", ~post), ("after", post)):
            if not (some & when).any():
                raise Unfit(f"there are no {group} rows {moment} the start, so no change can be formed.")


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    post, _keep = after(sample, design)
    treated, outcome = arms(sample), sample.column("outcome")
    found: dict[str, Any] = {
        "cell_means": {
            f"{group}, {moment}": float(outcome[some & when].mean())
            for group, some in (("treated", treated), ("untreated", ~treated))
            for moment, when in (("before", ~post), ("after", post))
            if (some & when).any()
        }
    }
    if sample.has("period"):
        found["pre_trend"] = _pre_trend(sample, treated, ~post)
        found["month_zero"] = _both(sample, design)
    else:
        found["pre_trend"] = untested("name `period` and `start`, so that earlier trends can be seen")
    found["warnings"] = trend_doubts(found["pre_trend"])
    return found


def _both(sample: Sample, design: Design) -> dict[str, Any]:
    """The answer with the period of the start counted as after, and with it left out: a crisis brings its
    own cost."""
    made: dict[str, Any] = {}
    for choice in ("in", "out"):
        try:
            made[choice] = calculate(sample, design, month_zero=choice).value.as_dict()
        except Unfit as fault:
            made[choice] = {"why_not": fault.sentence}
    return made


def _pre_trend(sample: Sample, treated: Mask, before: Mask) -> dict[str, Any]:
    """Whether the groups drifted apart, per period, before the start. Untested where nothing is left over to
    tell a drift from chance: then the error is rounding, and every p-value made from it."""
    period, outcome = sample.column("period")[before], sample.column("outcome")[before]
    if len(np.unique(period)) < 2:
        return untested(ONE_PERIOD)
    arm = treated[before]
    columns = np.column_stack([np.ones(len(period)), arm, period, arm * period])
    if len(columns) <= columns.shape[1]:
        return untested(f"{len(columns)} rows before the start are fitted exactly by two straight lines")
    matrix = Matrix(values=columns, names=("intercept", "treated", "period", "drift"))
    fit = fit_glm(outcome, matrix, family="gaussian")
    clusters = _inside(cluster_codes(sample), before)
    error = float(np.sqrt(max(fit.covariance("robust", clusters)[3, 3], 0.0)))
    if error <= ROUNDING * float(np.abs(outcome).max()):
        return untested("the rows before the start do not vary around two straight lines")
    drift = float(fit.beta[3])
    p = float(2 * stats.norm.sf(abs(drift) / error))
    return {"tested": True, "drift_per_period": drift, "std_error": error, "p_value": p}


def untested(why: str) -> dict[str, Any]:
    return {"tested": False, "why": why}


def trend_doubts(trend: dict[str, Any]) -> list[str]:
    """trend: of `diagnostics.pre_trend`. Empty only where a test was made and found nothing."""
    if not trend["tested"]:
        return [f"Whether both groups moved alike before the start is not tested: {trend['why']}."]
    if trend["p_value"] < DOUBTFUL:
        return [
            f"The groups moved apart before the start (p = {trend['p_value']:.3f}): that they would have "
            "changed alike is doubtful. A rise just before the start (Ashenfelter's dip) falls back by "
            "itself."
        ]
    return []


def relative_periods(sample: Sample) -> Array:
    """Periods since the start of each unit; NaN for units that never start (empty, 0 or infinite)."""
    first = sample.column("first_treated")
    never = ~np.isfinite(first) | (first == 0)
    return np.where(never, np.nan, sample.column("period") - first)


def calculate_event_study(sample: Sample, design: Design) -> Answer:
    """Effects by period since the start, against the period before it; ends of the window hold all beyond."""
    relative = relative_periods(sample)
    low, high = -design.options["before"], design.options["after"]
    if not np.isfinite(relative).any():
        raise Unfit("no unit ever starts, so there is nothing to follow.")
    clipped = np.clip(relative, low, high)
    steps = [step for step in np.unique(clipped[np.isfinite(clipped)]).tolist() if step != -1]
    if not (clipped == -1).any():
        raise Unfit("nobody is seen in the period just before the start, with which the others are compared.")
    if not any(step >= 0 for step in steps):
        raise Unfit("nobody is seen from the start on, so there is no effect to estimate.")
    names = [_step(step) for step in steps]
    columns = np.column_stack([(clipped == step) * 1.0 for step in steps])
    beta, variance = _two_way(sample, names, columns)
    df = float(sample.clusters.max())
    values = {
        f"at {step:g}": normal(
            beta[place],
            float(np.sqrt(variance[place, place])),
            level=design.level,
            scale="mean difference",
            df=df,
        )
        for place, step in enumerate(steps)
    }
    later = np.array([step >= 0 for step in steps], dtype=np.float64)
    share = later / later.sum()
    error = float(np.sqrt(share @ variance @ share))
    average = normal(float(share @ beta), error, level=design.level, scale="mean difference", df=df)
    return Answer(
        headline="average after the start",
        values={"average after the start": average, **values},
        n=len(np.unique(sample.frame[sample.columns["id"]])),
        estimand_words="the average effect in the treated over the periods from the start on",
        method="event study by two-way fixed effects, cluster-robust variance",
        working={"steps": steps, "beta": beta, "variance": variance},
    )


def _step(step: float) -> str:
    return f"lead_{-step:g}" if step < 0 else f"lag_{step:g}"


def _two_way(sample: Sample, names: list[str], columns: Array) -> tuple[Array, Array]:
    """Coefficients and cluster-robust covariance with fixed effects of unit and period, by pyfixest."""
    from pyfixest.estimation import feols  # half a second that only this estimator needs

    clean = [name.replace(".", "_") for name in names]
    frame = pd.DataFrame(columns, columns=clean)
    frame["outcome_"], frame["cluster_"] = sample.column("outcome"), sample.clusters
    frame["unit_"] = pd.factorize(sample.frame[sample.columns["id"]])[0]
    frame["period_"] = pd.factorize(sample.column("period"))[0]
    if sample.has("weights"):
        frame["weights_"] = sample.column("weights")
    if not _compared(frame):
        raise Unfit(
            "no unit is seen in two periods that other units are seen in too: nothing can be compared."
        )
    fit: Any = feols(
        f"outcome_ ~ {' + '.join(clean)} | unit_ + period_",
        frame,
        vcov={"CRV1": "cluster_"},
        weights="weights_" if sample.has("weights") else None,
    )
    kept = list(fit.coef().index)
    if kept != clean:
        lost = ", ".join(name for name in clean if name not in kept)
        raise Unfit(
            f"{lost} cannot be told apart from the units and periods. Without units that never start, the "
            "window has to leave out one more period."
        )
    return np.asarray(fit.coef(), dtype=np.float64), np.asarray(fit._vcov, dtype=np.float64)


def _compared(frame: pd.DataFrame) -> bool:
    """Whether a row is left once units and periods seen once are gone, and those seen once without them. The
    library ends the whole process where none is."""
    while len(frame):
        often = [frame.groupby(key)[key].transform("size") > 1 for key in ("unit_", "period_")]
        if (often[0] & often[1]).all():
            return True
        frame = frame[often[0] & often[1]]
    return False


def diagnose_event_study(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    steps = answer.working["steps"]
    trend = joint([place for place, step in enumerate(steps) if step < 0], answer)
    starts = pd.Series(sample.column("first_treated"), index=sample.frame[sample.columns["id"]])
    first = starts.groupby(level=0).first()
    cohorts = first[np.isfinite(first) & (first != 0)].value_counts().sort_index()
    doubts = trend_doubts(trend)
    if len(cohorts) > 1:
        doubts.append(
            "Units start at different times. Two-way fixed effects then use units already treated as "
            'controls, and can mislead when effects change over time: compare with "callaway_santanna".'
        )
    month_zero = {}
    if "at 0" in answer.values:
        month_zero = {"in": answer.value.as_dict(), "out": _without_zero(answer, design)}
    return {
        "pre_trend": trend,
        "starts": {f"{period:g}": int(count) for period, count in cohorts.items()},
        "never": int((~np.isfinite(first) | (first == 0)).sum()),
        "month_zero": month_zero,
        "warnings": doubts,
    }


def _without_zero(answer: Answer, design: Design) -> dict[str, Any] | None:
    share = np.array([step > 0 for step in answer.working["steps"]], dtype=np.float64)
    if not share.any():
        return None
    share = share / share.sum()
    error = float(np.sqrt(share @ answer.working["variance"] @ share))
    value: Value = normal(
        float(share @ answer.working["beta"]), error, level=design.level, scale="mean difference"
    )
    return value.as_dict()


def joint(places: list[int], answer: Answer) -> dict[str, Any]:
    """Wald test that all those coefficients are zero."""
    if not places:
        return untested(ONE_PERIOD)
    beta = answer.working["beta"][places]
    variance = answer.working["variance"][np.ix_(places, places)]
    found = float(beta @ np.linalg.pinv(variance) @ beta)
    df = int(np.linalg.matrix_rank(variance))
    return {"tested": True, "chi_square": found, "df": df, "p_value": float(stats.chi2.sf(found, df))}


DID = Spec(
    key="did",
    title="Difference-in-differences, two by two",
    estimands=("ATT",),
    required=("treatment", "outcome"),
    either=(("post",), ("period",)),
    optional=("id", "cluster", "weights"),
    models=("model",),
    options={"start": number(None), "month_zero": one_of("in", "out")},
    people=False,
    calculate=calculate,
    diagnose=diagnose,
)
EVENT_STUDY = Spec(
    key="event_study",
    title="Event study",
    estimands=("ATT",),
    measures=("average",),
    required=("id", "period", "first_treated", "outcome"),
    optional=("cluster", "weights"),
    options={"before": number(5, above=0), "after": number(5, above=0)},
    people=False,
    calculate=calculate_event_study,
    diagnose=diagnose_event_study,
)
