"""From terms to the columns of a model matrix, with names a reader knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

import numpy as np
import pandas as pd
from scipy import linalg

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Covariates
from beenthere.evidence.estimate.formula import Part, Term, columns_of, terms_of
from beenthere.evidence.estimate.sample import Array, as_numbers, same


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """n x p, columns in the order of `names`."""

    values: Array
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Builder:
    """Terms with the factor levels seen when it was made, so that the same columns come from other rows.

    levels: per factor, base level first.
    """

    terms: tuple[Term, ...]
    levels: Mapping[str, tuple[Any, ...]]
    intercept: bool = True

    def build(self, frame: pd.DataFrame) -> Matrix:
        blocks = [self._block(frame, term) for term in self.terms]
        if self.intercept:
            blocks.insert(0, (np.ones((len(frame), 1)), ("intercept",)))
        if not blocks:
            return Matrix(values=np.empty((len(frame), 0)), names=())
        names = tuple(name for _values, some in blocks for name in some)
        return Matrix(values=np.column_stack([values for values, _names in blocks]), names=names)

    def _block(self, frame: pd.DataFrame, term: Term) -> tuple[Array, tuple[str, ...]]:
        return reduce(_cross, (self._part(frame[part.column], part) for part in term))

    def _part(self, series: pd.Series, part: Part) -> tuple[Array, tuple[str, ...]]:
        if part.column in self.levels and part.how in ("plain", "factor"):
            shown = self.levels[part.column][1:]
            columns = [(series == level).to_numpy(dtype=np.float64) for level in shown]
            names = tuple(f"{part.column}[{_level(level)}]" for level in shown)
            return (np.column_stack(columns) if columns else np.empty((len(series), 0))), names
        values = series.to_numpy(dtype=np.float64)
        if part.how == "power":
            return (values**part.power)[:, None], (f"{part.column}^{part.power}",)
        if part.how == "log":
            return np.log(values)[:, None], (f"log({part.column})",)
        return values[:, None], (part.column,)


def _cross(
    left: tuple[Array, tuple[str, ...]], right: tuple[Array, tuple[str, ...]]
) -> tuple[Array, tuple[str, ...]]:
    values = (left[0][:, :, None] * right[0][:, None, :]).reshape(len(left[0]), -1)
    return values, tuple(f"{a}:{b}" for a in left[1] for b in right[1])


def _level(level: Any) -> str:
    return f"{level:g}" if isinstance(level, float) else str(level)


def builder(
    frame: pd.DataFrame, covariates: Covariates, *, first: tuple[str, ...] = (), intercept: bool = True
) -> Builder:
    """first: columns that stand before the covariates, such as the treatment. Raises Unfit for what is no
    covariate."""
    terms: tuple[Term, ...] = tuple((Part(column),) for column in first)
    terms += tuple(term for term in terms_of(covariates) if term not in terms)
    factors = {part.column for term in terms for part in term if part.how == "factor"} | set(
        covariates.factors
    )
    levels: dict[str, tuple[Any, ...]] = {}
    for column in dict.fromkeys([*first, *columns_of(covariates)]):
        if column in factors or _is_text(frame[column]):
            levels[column] = _levels(frame[column], column, covariates.reference)
    _fits(frame, terms, levels)
    _references_are_used(covariates.reference, levels)
    return Builder(terms=terms, levels=levels, intercept=intercept)


def _is_text(series: pd.Series) -> bool:
    return series.dtype == object or not (
        pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series)
    )


def _levels(series: pd.Series, column: str, reference: Mapping[str, Any]) -> tuple[Any, ...]:
    found = sorted(series.unique(), key=lambda value: (isinstance(value, str), value))
    if column not in reference:
        return tuple(found)
    base = [level for level in found if same(level, reference[column])]
    if not base:
        shown = ", ".join(_level(level) for level in found[:8])
        raise Unfit(f"the reference {reference[column]!r} of {column} is none of its values: {shown}.")
    return (base[0], *(level for level in found if level != base[0]))


def _fits(frame: pd.DataFrame, terms: tuple[Term, ...], levels: Mapping[str, tuple[Any, ...]]) -> None:
    for part in (part for term in terms for part in term):
        if part.column in levels and part.how in ("power", "log"):
            raise Unfit(f"{part.column} is a factor, so {part.how} of it has no meaning.")
        if part.how == "log" and (frame[part.column] <= 0).any():
            raise Unfit(f"log({part.column}) needs values above zero everywhere.")
        if part.column in levels and len(levels[part.column]) > max(50, len(frame) // 4):
            raise Unfit(
                f"{part.column} has {len(levels[part.column])} different values and is not a number: as a "
                "factor that is too many. Group them, or leave it out."
            )


def _references_are_used(reference: Mapping[str, Any], levels: Mapping[str, tuple[Any, ...]]) -> None:
    for column in reference:
        if column not in levels:
            raise Unfit(f"a reference is given for {column}, which is no factor. List it in factors.")


def full_rank(matrix: Matrix) -> None:
    """Raises Unfit, naming the columns that the others already determine."""
    extra = redundant(matrix)
    if extra:
        raise Unfit(
            f"{', '.join(extra)} cannot be told apart from the other columns (constant, or a sum of them), "
            "so the model has no single answer. Leave out one of them."
        )


def redundant(matrix: Matrix) -> list[str]:
    values = matrix.values
    if values.shape[1] == 0:
        return []
    if values.shape[1] > values.shape[0]:
        return [
            f"{values.shape[1]} columns against {values.shape[0]} rows:",
            *matrix.names[values.shape[0] :],
        ]
    scale = np.sqrt((values**2).sum(axis=0))
    zero = [name for name, size in zip(matrix.names, scale, strict=True) if size == 0]
    if zero:
        return zero
    # The order of the columns is kept: the later of two equal ones is named.
    triangle = linalg.qr(values / scale, mode="r")[0]
    small = np.abs(np.diag(triangle)) < 1e-9
    return [name for name, bad in zip(matrix.names, small, strict=True) if bad]


def covariate_matrix(frame: pd.DataFrame, covariates: Covariates) -> Matrix:
    """Every level of every factor and every plain covariate, for balance tables: no intercept, no base
    level."""
    blocks: list[Array] = []
    names: list[str] = []
    for column in columns_of(covariates):
        series = frame[column]
        if column in covariates.factors or _is_text(series):
            for level in sorted(series.unique(), key=lambda value: (isinstance(value, str), value)):
                blocks.append((series == level).to_numpy(dtype=np.float64))
                names.append(f"{column}[{_level(level)}]")
        else:
            blocks.append(cast(Array, cast(pd.Series, as_numbers(series)).to_numpy()))
            names.append(column)
    values = np.column_stack(blocks) if blocks else np.empty((len(frame), 0))
    return Matrix(values=values, names=tuple(names))
