"""Staggered starts after Callaway & Sant'Anna 2021, 10.1016/j.jeconom.2020.12.001.

One effect per group (units that start in the same period) and period, each against units that have not
started, then averaged. Units already treated are never controls. With covariates each effect is doubly
robust after Sant'Anna & Zhao 2020, 10.1016/j.jeconom.2020.06.003. Influence functions give all standard
errors, the weights of groups included.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.difference import trend_doubts, untested
from beenthere.evidence.estimate.effects import error_of
from beenthere.evidence.estimate.formula import columns_of
from beenthere.evidence.estimate.glm import fit_glm, summed
from beenthere.evidence.estimate.matrix import Matrix, builder, full_rank
from beenthere.evidence.estimate.result import Answer, Value, normal
from beenthere.evidence.estimate.sample import Array, Codes, Mask, Sample
from beenthere.evidence.estimate.spec import Spec, one_of, whole


@dataclass(frozen=True, kw_only=True)
class Panel:
    """outcome: units x periods. start: period of the start, inf for never. clusters: of units; None for
    units."""

    outcome: Array
    periods: Array
    start: Array
    covariates: Matrix
    clusters: Codes | None
    left_out: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The effect in one group and period. moved: per unit, times one."""

    group: float
    period: float
    effect: float
    moved: Array

    @property
    def after(self) -> bool:
        return self.period >= self.group


def panel(sample: Sample, design: Design) -> Panel:
    """Raises Unfit unless each unit has one row a period and one start. Units with gaps are left out and
    counted."""
    roles = {role: sample.columns[role] for role in ("id", "period", "first_treated", "outcome")}
    frame = sample.frame
    twice = int(frame.duplicated([roles["id"], roles["period"]]).sum())
    if twice:
        raise Unfit(f"{twice} rows repeat a unit and period.")
    start = sample.column("first_treated")
    # Who starts after all that is seen is, for these data, one who never does.
    end = sample.column("period").max() + design.options["anticipation"]
    never = ~np.isfinite(start) | (start == 0) | (start > end)
    frame = frame.assign(**{"(start)": np.where(never, np.inf, start)})
    # A covariate counts as it stood in the first period: later it may carry the effect.
    frame = frame.sort_values(roles["period"])
    if (frame.groupby(roles["id"])["(start)"].nunique() > 1).any():
        raise Unfit(
            "first_treated changes within a unit. It says when the unit first started, the same in each row."
        )
    wide = frame.pivot(index=roles["id"], columns=roles["period"], values=roles["outcome"])
    full = wide.notna().all(axis=1)
    units = frame.groupby(roles["id"], sort=True).first()
    early = units["(start)"] <= wide.columns[0]
    keep = (full & ~early).to_numpy()
    units, wide = units[keep], wide[keep]
    if len(wide) == 0 or len(wide.columns) < 2:
        raise Unfit("no unit is seen in all of at least two periods and untreated in the first.")
    made = builder(units, design.covariates()).build(units)
    if not sample.resampled:
        full_rank(made)
    return Panel(
        outcome=wide.to_numpy(dtype=np.float64),
        periods=wide.columns.to_numpy(dtype=np.float64),
        start=units["(start)"].to_numpy(dtype=np.float64),
        covariates=made,
        clusters=_clusters(sample, units),
        left_out={
            "not seen in every period": int((~full).sum()),
            "treated in the first period": int(early.sum()),
        },
    )


def _clusters(sample: Sample, units: pd.DataFrame) -> Codes | None:
    if not sample.has("cluster") or sample.columns["cluster"] == sample.columns["id"]:
        return None
    return np.asarray(pd.factorize(units[sample.columns["cluster"]])[0], dtype=np.int64)


def cells(data: Panel, design: Design) -> Iterator[Cell]:
    """Every group and period that has controls."""
    for group in np.unique(data.start[np.isfinite(data.start)]):
        for place in range(len(data.periods)):
            made = _cell(data, design, float(group), place)
            if made is not None:
                yield made


def _cell(data: Panel, design: Design, group: float, place: int) -> Cell | None:
    base = _base(data, design, group, place)
    if base is None or base == place:
        return None
    last = max(data.periods[place], data.periods[base]) + design.options["anticipation"]
    treated = data.start == group
    waiting = data.start > last if design.options["controls"] == "not yet treated" else np.isinf(data.start)
    controls = waiting & ~treated
    if not controls.any():
        return None
    change = data.outcome[:, place] - data.outcome[:, base]
    if len(data.covariates.names) > 1:
        effect, moved = _doubly_robust(data.covariates, change, treated, controls)
    else:
        sides = [_mean(change, some) for some in (treated, controls)]
        effect, moved = sides[0][0] - sides[1][0], sides[0][1] - sides[1][1]
    return Cell(group=group, period=float(data.periods[place]), effect=effect, moved=moved)


def _base(data: Panel, design: Design, group: float, place: int) -> int | None:
    """The period compared with: the last before the start; before it, with a varying base, the one just
    before."""
    untouched = np.flatnonzero(data.periods < group - design.options["anticipation"])
    if not len(untouched):
        return None
    if design.options["base"] == "varying" and data.periods[place] < group - design.options["anticipation"]:
        return place - 1 if place else None
    return int(untouched[-1])


def _mean(change: Array, some: Mask) -> tuple[float, Array]:
    mean = float(change[some].mean())
    return mean, some * (change - mean) / some.sum()


def _doubly_robust(covariates: Matrix, change: Array, treated: Mask, controls: Mask) -> tuple[float, Array]:
    """Sant'Anna & Zhao 2020, the traditional doubly robust estimator for panels, with what both models
    add."""
    used = treated | controls
    x = Matrix(values=covariates.values[used], names=covariates.names)
    arm, y = treated[used] * 1.0, change[used]
    chance = fit_glm(arm, x, family="binomial", checked=False)
    expected = fit_glm(
        y[arm == 0], Matrix(values=x.values[arm == 0], names=x.names), family="gaussian", checked=False
    )
    left = y - x.values @ expected.beta
    stand_in = chance.mean * (1 - arm) / (1 - chance.mean)
    one, zero = float((arm @ left) / arm.sum()), float((stand_in @ left) / stand_in.sum())
    model = np.zeros_like(x.values)
    model[arm == 0] = expected.influence()
    pull_model = (arm @ x.values) / arm.sum() - (stand_in @ x.values) / stand_in.sum()
    pull_chance = ((stand_in * (left - zero)) @ x.values) / stand_in.sum()
    moved = arm * (left - one) / arm.sum() - stand_in * (left - zero) / stand_in.sum()
    moved = moved - model @ pull_model - chance.influence() @ pull_chance
    spread = np.zeros(len(change))
    spread[used] = moved
    return one - zero, spread


def calculate(sample: Sample, design: Design) -> Answer:
    """Effects by group and period, and their averages: simple, dynamic (by periods since the start),
    group."""
    data = panel(sample, design)
    _groups(data, design)
    found = list(cells(data, design))
    after = [cell for cell in found if cell.after]
    if not after:
        raise Unfit("no group can be followed from its start on with units that have not started beside it.")
    values = {_cell_name(cell): _value(cell.effect, cell.moved, data, design) for cell in found}
    for name, effect, moved in _averages(found, after, data):
        values[name] = _value(effect, moved, data, design)
    return Answer(
        headline=design.estimand,
        values={design.estimand: values[design.estimand], **values},
        n=len(data.start),
        estimand_words=_words(design.estimand),
        method=f"Callaway-Sant'Anna, {design.options['controls']} controls, {design.options['base']} base"
        + (", doubly robust" if len(data.covariates.names) > 1 else ""),
        working={"cells": found, "panel": data},
    )


def _groups(data: Panel, design: Design) -> None:
    if not np.isfinite(data.start).any():
        raise Unfit("no unit ever starts, so there is nothing to follow.")
    if design.options["controls"] == "never treated" and np.isfinite(data.start).all():
        raise Unfit('every unit starts in the end. Use [options] controls = "not yet treated".')


def _words(estimand: str) -> str:
    how = {
        "simple": "over all groups and periods from the start on",
        "dynamic": "over the periods since the start, each counted alike",
        "group": "over the groups, each group's own average over its periods",
    }
    return f"the average effect in the treated, {how[estimand]}"


def _cell_name(cell: Cell) -> str:
    return f"att({cell.group:g},{cell.period:g})"


def _value(effect: float, moved: Array, data: Panel, design: Design) -> Value:
    return normal(effect, error_of(moved, data.clusters), level=design.level, scale="mean difference")


def _averages(found: list[Cell], after: list[Cell], data: Panel) -> Iterator[tuple[str, float, Array]]:
    yield ("simple", *_weighted(after, data))
    by_step: dict[float, tuple[float, Array]] = {}
    for step in sorted({cell.period - cell.group for cell in found}):
        by_step[step] = _weighted([cell for cell in found if cell.period - cell.group == step], data)
        yield (f"dynamic at {step:g}", *by_step[step])
    later = [by_step[step] for step in by_step if step >= 0]
    yield "dynamic", float(np.mean([effect for effect, _m in later])), np.mean([m for _e, m in later], axis=0)
    own: list[Cell] = []
    for group in sorted({cell.group for cell in after}):
        some = [cell for cell in after if cell.group == group]
        effect = float(np.mean([cell.effect for cell in some]))
        moved = np.mean([cell.moved for cell in some], axis=0)
        own.append(Cell(group=group, period=group, effect=effect, moved=moved))
        yield f"group {group:g}", effect, moved
    yield ("group", *_weighted(own, data))


def _weighted(some: list[Cell], data: Panel) -> tuple[float, Array]:
    """Weighted by the size of the groups, which are themselves counted from the sample."""
    inside = np.column_stack([data.start == cell.group for cell in some]) * 1.0
    share = inside.mean(axis=0)
    weights, effects = share / share.sum(), np.array([cell.effect for cell in some])
    mean = float(weights @ effects)
    drawn = (inside - share) @ (effects - mean) / share.sum() / len(data.start)
    moved = np.column_stack([cell.moved for cell in some]) @ weights
    return mean, moved + drawn


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    data: Panel = answer.working["panel"]
    starts, count = np.unique(data.start[np.isfinite(data.start)], return_counts=True)
    trend = _pre_trend([cell for cell in answer.working["cells"] if not cell.after], data)
    return {
        "groups": {f"{start:g}": int(size) for start, size in zip(starts, count, strict=True)},
        "never": int(np.isinf(data.start).sum()),
        "units_left_out": data.left_out,
        "covariates": columns_of(design.covariates()),
        "pre_trend": trend,
        "warnings": [*trend_doubts(trend), *_small(starts, count)],
    }


def _small(starts: Array, count: Codes) -> Iterator[str]:
    few = [f"{start:g} ({size})" for start, size in zip(starts, count, strict=True) if size < 5]
    if few:
        yield f"Groups with fewer than five units: {', '.join(few)}. Their effects hang on single units."


def _pre_trend(before: list[Cell], data: Panel) -> dict[str, Any]:
    """Wald test that every effect before a start is zero."""
    if not before:
        return untested("no group is seen for two periods before its start")
    effects = np.array([cell.effect for cell in before])
    moved = summed(np.column_stack([cell.moved for cell in before]), data.clusters)
    variance = moved.T @ moved
    found = float(effects @ np.linalg.pinv(variance) @ effects)
    df = int(np.linalg.matrix_rank(variance))
    return {"tested": True, "chi_square": found, "df": df, "p_value": float(stats.chi2.sf(found, df))}


SPEC = Spec(
    key="callaway_santanna",
    title="Staggered difference-in-differences (Callaway-Sant'Anna)",
    estimands=("simple", "dynamic", "group"),
    measures=("average",),
    required=("id", "period", "first_treated", "outcome"),
    optional=("cluster",),
    models=("model",),
    options={
        "controls": one_of("never treated", "not yet treated"),
        "base": one_of("varying", "universal"),
        "anticipation": whole(0, least=0),
    },
    people=False,
    calculate=calculate,
    diagnose=diagnose,
)
