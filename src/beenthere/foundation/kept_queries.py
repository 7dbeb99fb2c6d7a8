"""Queries that are built once and asked many times.

Django builds the SQL of a query anew for every request: for a page of a person, with its walls between
programs, some twenty milliseconds of processor time, several times what the database then needs to answer.
The text is the same for everybody who holds the same roles; only who asks, about whom and when is different.
So a query is built with stand-ins in place of those values, kept under a `shape` that says all it was built
from, and filled with the values of each request. The gates stay what they are, and the only place where it is
written who sees which rows.

A shape that left something out would answer one reader with another's query. Therefore a builder is a
function of a module, as is every function that it gets in its shape, and gets nothing but its shape and
stand-ins. It is an error when a day, a moment or an id stands in the SQL, in a list too, that is neither a
stand-in nor part of the shape, as when a builder looked at the clock, or counted days from a stand-in.
"""

import copy
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import UTC, date, datetime
from functools import partial
from types import FunctionType
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")

# Some hundred kinds of readers at a time; whoever comes after them waits for their query to be built once.
MOST_KEPT = 2048


class StandsInUUID(UUID):
    """An id that nobody has."""


class StandsInDate(date):
    """A day long ago, likewise."""


class StandsInMoment(datetime):
    """A moment long ago, likewise."""


@dataclass(frozen=True)
class _Kept:
    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    names: Mapping[int, str]


_kept: OrderedDict[Hashable, _Kept] = OrderedDict()


def ask(
    build: Callable[..., QuerySet[Any, Row]], *shape: Hashable, **values: UUID | date | datetime
) -> list[Row]:
    """The rows of `build(*shape, **values)`, built only the first time that this shape is asked."""
    if None in values.values():
        raise TypeError(f"{build.__qualname__} was given nothing to be filled in with")
    key = (build, shape, tuple(values))
    known = _kept.get(key)
    if known is None:
        known = _kept[key] = _build(build, shape, values)
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return list(_filled(known, values))


def several(ids: Collection[UUID]) -> dict[str, UUID]:
    """Ids for `id__in`, by name. The last is said again until their number is a power of two, so that lists
    of a hundred lengths share seven queries."""
    *all_ids, last = dict.fromkeys(ids)
    missing = (1 << len(all_ids).bit_length()) - len(all_ids)
    return {f"one{number}": id_ for number, id_ in enumerate([*all_ids, *[last] * missing])}


def _build(
    build: Callable[..., QuerySet[Any, Any]], shape: tuple[Hashable, ...], values: Mapping[str, Any]
) -> _Kept:
    for one in (build, *_parts(shape)):
        if callable(one) and not _is_of_a_module(one):
            raise TypeError(f"{one!r} may carry values that the shape does not hold")
    holes = {name: _stand_in(number, value) for number, (name, value) in enumerate(values.items(), 1)}
    rows = build(*shape, **holes)
    compiler = rows.query.get_compiler(using=rows.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return _Kept(rows=rows.none(), compiler=compiler, sql="", params=(), names={})
    by_identity = {id(hole): name for name, hole in holes.items()}
    names = {place: by_identity[id(one)] for place, one in enumerate(params) if id(one) in by_identity}
    strays = [one for at, one in enumerate(params) if at not in names and _is_stray(one, shape)]
    if strays:
        raise LookupError(f"{strays} in the query of {build.__qualname__} is not part of its shape")
    return _Kept(rows=rows, compiler=compiler, sql=sql, params=tuple(params), names=names)


def _is_of_a_module(one: Any) -> bool:
    """A class, or a function that is neither a lambda nor made by another one, nor tied to anything."""
    if not isinstance(one, FunctionType):
        return isinstance(one, type)
    return one.__closure__ is None and "<" not in one.__qualname__


def _is_stray(value: Any, shape: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_is_stray(one, shape) for one in value)
    return isinstance(value, (UUID, date)) and value != date.min and value not in set(_parts(shape))


def _parts(shape: Any) -> Iterator[Hashable]:
    """All that a shape holds, however deep."""
    if is_dataclass(shape) and not isinstance(shape, type):
        shape = vars(shape).values()
    if isinstance(shape, (str, UUID, date)) or not isinstance(shape, Iterable):
        yield shape
        return
    for part in shape:
        yield from _parts(part)


def _stand_in(number: int, value: Any) -> Any:
    if isinstance(value, UUID):
        return StandsInUUID(int=number)
    if isinstance(value, datetime):
        return StandsInMoment(1, 1, 1 + number, tzinfo=UTC)
    if isinstance(value, date):
        return StandsInDate(1, 1, 1 + number)
    raise TypeError(f"{value!r} cannot be filled in: only an id, a day or a moment can")


def _filled(known: _Kept, values: Mapping[str, Any]) -> QuerySet[Any, Any]:
    """The same query, with a compiler that does not compile."""
    names = known.names
    params = tuple(values[names[at]] if at in names else one for at, one in enumerate(known.params))
    compiler = copy.copy(known.compiler)
    compiler.connection = connections[known.rows.db]
    compiler.as_sql = partial(_as_kept, known.sql, params)  # type: ignore[method-assign]
    query = copy.copy(known.rows.query)
    query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
    rows: QuerySet[Any, Any] = QuerySet(model=known.rows.model, query=query, using=known.rows.db)
    rows._iterable_class = known.rows._iterable_class  # type: ignore[attr-defined]
    rows._fields = known.rows._fields  # type: ignore[attr-defined]
    return rows


def _as_kept(sql: str, params: tuple[Any, ...], *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
    return sql, params
