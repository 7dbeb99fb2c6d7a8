"""From a flat file to the rows an estimator may use. Every row left out is counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.formula import columns_of
from beenthere.evidence.estimate.roles import ROLES
from beenthere.evidence.estimate.spec import Spec

Array = npt.NDArray[np.floating[Any]]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


#: Roles that a model explains, and that can therefore be none of its covariates.
EXPLAINED = ("outcome", "time", "event", "before", "after")
FEW_LEVELS = 10


def totals(places: Codes, values: Array, count: int) -> Array:
    """The values added up by place, for places 0 to count - 1."""
    return np.bincount(places, values, count).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Complete rows. Binary and event columns are numbers: treated 1, untreated 0; event 1, censored 0,
    competing 2...

    flow: how many rows came in, were left out and why, and remain.
    resampled: whether these are bootstrap draws, for which a column may have become constant.
    """

    frame: pd.DataFrame
    columns: Mapping[str, str]
    flow: tuple[Mapping[str, Any], ...] = ()
    resampled: bool = False
    causes: Mapping[int, str] | None = None

    def __len__(self) -> int:
        return len(self.frame)

    def has(self, role: str) -> bool:
        return role in self.columns

    def column(self, role: str) -> Array:
        """That role as numbers; ones where weights or person-time are not named."""
        if role not in self.columns and role in ("weights", "exposure"):
            return np.ones(len(self.frame))
        return cast(Array, self.frame[self.columns[role]].to_numpy(dtype=np.float64))

    @property
    def clusters(self) -> Codes:
        """0, 1, 2 ... for what is drawn as a whole: `cluster`, else `id`, else the row."""
        for role in ("cluster", "id"):
            if role in self.columns:
                return cast(Codes, pd.factorize(self.frame[self.columns[role]])[0].astype(np.int64))
        return np.arange(len(self.frame), dtype=np.int64)

    @property
    def clustered(self) -> bool:
        return int(self.clusters.max()) + 1 < len(self)

    def take(self, rows: npt.NDArray[np.intp], **changes: Any) -> "Sample":
        return replace(self, frame=self.frame.iloc[rows].reset_index(drop=True), **changes)


def prepare(frame: pd.DataFrame, design: Design, spec: Spec, *, where: str = "data") -> Sample:
    """Raises Unfit for a column that is missing or does not fit its role."""
    used = used_columns(design)
    absent(frame, used, where)
    frame = frame[used].copy()
    for column in used:
        if isinstance(frame[column].dtype, pd.StringDtype | pd.CategoricalDtype):
            frame[column] = frame[column].astype(object)
    _nothing_explains_itself(design, where)
    kept, flow = _complete(frame, design, where)
    _numbers_or_words(kept, design, where)
    causes: dict[int, str] = {}
    for role, column in design.columns.items():
        kept[column] = _as_role(kept[column], role, design, causes, f"{where}, column {column}")
    _covariates_are_finite(kept, design, where)
    sample = Sample(frame=kept, columns=design.columns, flow=flow, causes=causes or None)
    _one_row_each(sample, spec, where)
    if sample.has("cluster") and sample.clusters.max() < 1:
        raise Unfit(
            f"column {design.columns['cluster']} has one cluster only; an interval needs at least two, "
            "better 30.",
            where=where,
        )
    return sample


def used_columns(design: Design) -> list[str]:
    """Every column the design names, once."""
    named: list[str] = list(design.columns.values())
    for covariates in design.models.values():
        named += columns_of(covariates)
    named += [name for key in ("exact", "strata") for name in design.options.get(key, ())]
    named += [c for c in (design.timing.time_zero_column, design.timing.exposure_fixed_column) if c]
    return list(dict.fromkeys(named))


def absent(frame: pd.DataFrame, used: Iterable[str], where: str) -> None:
    if frame.columns.has_duplicates:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise Unfit(f"two columns are called {twice!r}.", where=where)
    for column in used:
        if column not in frame.columns:
            near = get_close_matches(column, [str(c) for c in frame.columns], n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise Unfit(f'there is no column "{column}".{hint}', where=where)


def _nothing_explains_itself(design: Design, where: str) -> None:
    """Raises Unfit where a covariate is what is to be explained: the model would only give it back."""
    answers = {design.columns[role]: role for role in EXPLAINED if role in design.columns}
    for model, covariates in design.models.items():
        for column in columns_of(covariates):
            if column in answers:
                raise Unfit(
                    f'[{model}] names "{column}", which is the {answers[column]} itself. Leave it out of the '
                    "covariates.",
                    where=where,
                )


def _numbers_or_words(frame: pd.DataFrame, design: Design, where: str) -> None:
    """Raises Unfit for a covariate of numbers with some words among them: as text each number would become a
    category of its own."""
    for covariates in design.models.values():
        for column in columns_of(covariates):
            series = frame[column]
            if series.dtype != object or column in covariates.factors or series.nunique() <= FEW_LEVELS:
                continue
            words = series[pd.to_numeric(series, errors="coerce").isna()]
            if 0 < len(words) < len(series) / 2:
                raise Unfit(
                    f"it holds numbers, and in {len(words)} rows words such as {words.iloc[0]!r}. Correct or "
                    "empty those cells; or list the column in factors.",
                    where=f"{where}, column {column}",
                )


def _complete(
    frame: pd.DataFrame, design: Design, where: str
) -> tuple[pd.DataFrame, tuple[Mapping[str, Any], ...]]:
    may_be_empty = {column for role, column in design.columns.items() if ROLES[role].gaps}
    watched = [column for column in frame.columns if column not in may_be_empty]
    gaps = frame[watched].isna()
    _names_are_there(gaps, design, where)
    incomplete = gaps.any(axis=1)
    counts = {column: int(count) for column, count in gaps.sum().items() if count}
    if counts and design.missing == "refuse":
        told = ", ".join(f"{column} ({count})" for column, count in counts.items())
        raise Unfit(f'values are missing and the design says missing = "refuse": {told}.', where=where)
    kept = frame[~incomplete].reset_index(drop=True)
    if kept.empty:
        raise Unfit(f"no row is complete in {', '.join(watched)}.", where=where)
    return kept, (
        {"step": "rows read", "rows": len(frame)},
        {"step": "left out: a value is missing", "rows": int(incomplete.sum()), "by_column": counts},
        {"step": "rows used", "rows": len(kept)},
    )


def _names_are_there(gaps: pd.DataFrame, design: Design, where: str) -> None:
    for role in ("id", "cluster"):
        column = design.columns.get(role)
        if column in gaps and gaps[column].any():
            raise Unfit(
                f"{int(gaps[column].sum())} rows do not say who they are about.", where=f"{where}, {column}"
            )


def _as_role(series: pd.Series, role: str, design: Design, causes: dict[int, str], where: str) -> pd.Series:
    kind = ROLES[role].kind
    if kind == "any":
        return series
    if kind == "binary":
        return _binary(series, role, design.codes, where)
    if kind == "event":
        return _event(series, design.codes, causes, where)
    return _number(series, role, where)


def _number(series: pd.Series, role: str, where: str) -> pd.Series:
    if series.dtype == bool:
        return series.astype(np.float64)
    numbers = as_numbers(series)
    if numbers is None:
        raise Unfit(f"{role} ({ROLES[role].says}) is not a number everywhere.", where=where)
    values = numbers.dropna() if ROLES[role].gaps else numbers
    if np.isinf(values).any() and role != "first_treated":
        raise Unfit(f"{role} is infinite in {int(np.isinf(values).sum())} rows.", where=where)
    kind = ROLES[role].kind
    low = {"at_least_zero": values < 0, "positive": values <= 0}.get(kind)
    if low is not None and low.any():
        limit = "negative" if kind == "at_least_zero" else "zero or negative"
        raise Unfit(f"{role} ({ROLES[role].says}) is {limit} in {int(low.sum())} rows.", where=where)
    return numbers


def as_numbers(series: pd.Series) -> pd.Series | None:
    """As 64-bit numbers; None when any filled cell is not a number."""
    if series.dtype == object or not pd.api.types.is_numeric_dtype(series):
        turned = pd.to_numeric(series, errors="coerce") if series.dtype == object else None
        if turned is None or (turned.isna() & series.notna()).any():
            return None
        return turned.astype(np.float64)
    return series.astype(np.float64)


def same(value: Any, code: Any) -> bool:
    """Whether a cell holds that code; 1, 1.0, true and "1" are one."""
    return value == code or _text(value) == _text(code)


def _text(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _binary(series: pd.Series, role: str, codes: Mapping[str, Any], where: str) -> pd.Series:
    levels = list(pd.unique(series))
    if role == "treatment" and "treated" in codes:
        return _declared(series, levels, codes, where)
    if not all(any(same(level, code) for code in (0, 1)) for level in levels):
        shown = ", ".join(str(level) for level in levels[:5])
        raise Unfit(
            f"{role} has to be 0 and 1 (or true and false), and holds "
            f"{shown}{', ...' if len(levels) > 5 else ''}. For two other values write [codes] treated = "
            '"..." and untreated = "...".',
            where=where,
        )
    return series.map({level: float(same(level, 1)) for level in levels}).astype(np.float64)


def _declared(series: pd.Series, levels: list[Any], codes: Mapping[str, Any], where: str) -> pd.Series:
    treated = codes["treated"]
    others = [level for level in levels if not same(level, treated)]
    untreated = codes.get("untreated", others[0] if len(others) == 1 else None)
    strangers = [str(level) for level in others if untreated is None or not same(level, untreated)]
    if strangers:
        raise Unfit(
            f"treatment holds {', '.join(strangers)} beside {treated!r}. It takes two values: name the "
            "other one as [codes] untreated, and leave out the remaining rows.",
            where=where,
        )
    return series.map({level: float(same(level, treated)) for level in levels}).astype(np.float64)


def _event(series: pd.Series, codes: Mapping[str, Any], causes: dict[int, str], where: str) -> pd.Series:
    """0 censored, 1 the event of interest, 2, 3 ... the competing ones in the order of their names."""
    event, censored = codes.get("event", 1), codes.get("censored", 0)
    levels = list(pd.unique(series))
    rest = sorted((v for v in levels if not same(v, event) and not same(v, censored)), key=_text)
    listed = codes.get("competing")
    if rest and not any(same(v, event) for v in levels):
        shown = ", ".join(_text(v) for v in rest[:5])
        raise Unfit(
            f"event holds {shown}{', ...' if len(rest) > 5 else ''}, and none of them is {_text(event)!r}, "
            'the event. Name yours: [codes] event = "..." and censored = "...".',
            where=where,
        )
    if rest and listed is None and "censored" in codes and not any(same(v, censored) for v in levels):
        raise Unfit(
            f"nobody is {censored!r}, which [codes] calls censored, and event holds "
            f"{', '.join(_text(v) for v in rest[:5])} beside the event. Correct the name, or say which of "
            "them are competing.",
            where=where,
        )
    if listed is not None:
        listed = listed if isinstance(listed, list) else [listed]
        strangers = [str(v) for v in rest if not any(same(v, code) for code in listed)]
        if strangers:
            raise Unfit(f"event holds {', '.join(strangers)}, which [codes] does not name.", where=where)
    causes.update({1: _text(event), **{2 + place: _text(value) for place, value in enumerate(rest)}})
    numbered = {**{value: 2.0 + place for place, value in enumerate(rest)}}

    def code(value: Any) -> float:
        return 0.0 if same(value, censored) else 1.0 if same(value, event) else numbered[value]

    found = {level: code(level) for level in levels}
    return series.map(found).astype(np.float64)


def _covariates_are_finite(frame: pd.DataFrame, design: Design, where: str) -> None:
    for column in frame.columns:
        if column == design.columns.get("first_treated") or not pd.api.types.is_float_dtype(frame[column]):
            continue
        if np.isinf(frame[column]).any():
            raise Unfit("it holds infinite values.", where=f"{where}, column {column}")


def _one_row_each(sample: Sample, spec: Spec, where: str) -> None:
    if not (spec.people and sample.has("id")):
        return
    repeated = int(sample.frame[sample.columns["id"]].duplicated().sum())
    if repeated:
        raise Unfit(
            f"{spec.key} takes one row a person, and {repeated} rows repeat an id. Keep one row each, or "
            "leave out `id` and name the person as `cluster`.",
            where=where,
        )
