"""Insert once: the same id sent twice is one row."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

# Few enough that the statements stay some hundred different texts, which are judged once each.
AT_ONCE = 100


def insert_once(row: models.Model) -> bool:
    """INSERT ... ON CONFLICT DO NOTHING RETURNING id; True only when this call made the row.

    Side effects hang off a True answer. False means that the organization already has a row with this id (or
    another unique value of it): compare author and content before calling that "saved".
    """
    model = type(row)
    with connection.cursor() as cursor:
        cursor.execute(f"{_into(model, 1)} ON CONFLICT DO NOTHING RETURNING id", _values(row))
        return cursor.fetchone() is not None


def insert_or_replace(
    rows: Sequence[models.Model], *, unique: Sequence[str], replaced: Sequence[str]
) -> None:
    """INSERT ... ON CONFLICT (unique) DO UPDATE of the fields `replaced`. Rows of one model, or none."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        model = type(some[0])
        sql = f"{_into(model, len(some))} {_replacing(model, tuple(unique), tuple(replaced))}"
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for row in some for value in _values(row)])


@cache
def _columns(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    return tuple(field for field in model._meta.local_concrete_fields if not field.generated)


def _into(model: type[models.Model], count: int) -> str:
    head, places = _parts(model)
    return f"{head} VALUES {', '.join([places] * count)}"


@cache
def _parts(model: type[models.Model]) -> tuple[str, str]:
    names = [_quoted(field.column) for field in _columns(model)]
    places = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({', '.join(names)})", f"({places})"


@cache
def _replacing(model: type[models.Model], unique: tuple[str, ...], replaced: tuple[str, ...]) -> str:
    key = ", ".join(_column(model, name) for name in unique)
    values = ", ".join(f"{_column(model, name)} = EXCLUDED.{_column(model, name)}" for name in replaced)
    return f"ON CONFLICT ({key}) DO UPDATE SET {values}"


def _column(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return _quoted(field.column)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(str(name))


def _values(row: models.Model) -> list[Any]:
    """As Django would store them: defaults, JSON, sealed text."""
    return [
        field.get_db_prep_save(field.pre_save(row, True), connection=connection)
        for field in _columns(type(row))
    ]
