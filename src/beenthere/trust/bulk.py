"""Bulk loading with COPY, as the loader role. The one place that copies.

COPY passes by the execute-wrapper and is refused to the serving role under row security, so this runs only in
a process that was started as the loader, and never behind a request.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction
from psycopg import sql
from psycopg.types.json import Jsonb

from beenthere.foundation.crypto.envelope import Context, Key, seal
from beenthere.foundation.crypto.fields import EncryptedTextField
from beenthere.foundation.crypto.keys import keyring
from beenthere.kernel.ids import uuid7

Row = Mapping[str, Any]


class NotTheLoader(RuntimeError):
    """Bulk loading was tried by a process that does not run as the loader role."""


@contextmanager
def loading() -> Iterator[None]:
    """One transaction in which tables are filled; all of it or nothing."""
    if settings.DATABASE_ROLE != "loader":
        raise NotTheLoader("bulk loading needs BEENTHERE_DATABASE_ROLE=loader")
    with transaction.atomic():
        yield


def copy_rows(model: type[models.Model], organization: UUID, rows: Iterable[Row]) -> int:
    """Fill the table of `model`. A row maps field names (or attnames) to values; defaults fill the rest.

    Encrypted fields are sealed for their row. Returns how many rows went in.
    """
    # The key is fetched first: a query on this connection during COPY would wait for itself forever.
    key = keyring().current(organization)
    columns = [_Column(f, organization, key) for f in model._meta.local_concrete_fields if _is_stored(f)]
    names = sql.SQL(", ").join([sql.Identifier(column.name) for column in columns])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), names)
    count = 0
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            given = {"id": uuid7(), "organization_id": organization, **row}
            copy.write_row([column.value(given) for column in columns])
            count += 1
    return count


def refresh_statistics() -> None:
    """Tell the planner what is there now; until it knows, a list may take a minute. Before PostgreSQL 17 only
    the owner may: then this is a warning, and autovacuum does it a little later."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _is_stored(field: models.Field) -> bool:
    return not field.generated and not isinstance(field, models.BigAutoField) and field.column != "txid"


class _Column:
    """How one field of a row becomes what COPY takes."""

    def __init__(self, field: models.Field, organization: UUID, key: tuple[UUID, Key]) -> None:
        self.name, self.organization, self.key = str(field.column), organization, key
        self.attname, self.short = field.attname, field.name
        self.default = None if field.primary_key else field.get_default
        self.sealed = isinstance(field, EncryptedTextField)
        self.json = isinstance(field, models.JSONField)
        self.table = field.model._meta.db_table

    def value(self, row: Row) -> Any:
        value = row.get(self.attname, row.get(self.short))
        if value is None and self.default is not None:
            value = self.default()
        if self.sealed:
            return self._seal(row["id"], value) if value else None
        return Jsonb(value) if self.json else value

    def _seal(self, row_id: UUID, text: str) -> bytes:
        kid, key = self.key
        context = Context(table=self.table, column=self.name, row=row_id, organization=self.organization)
        return seal(key, kid, text.encode(), aad=context)
