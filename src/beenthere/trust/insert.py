"""Insert once: the same id sent twice is one row."""

from django.db import connection, models
from django.db.models.constants import OnConflict
from django.db.models.sql.subqueries import InsertQuery


def insert_once(row: models.Model) -> bool:
    """INSERT ... ON CONFLICT DO NOTHING RETURNING id; True only when this call made the row.

    Side effects hang off a True answer. False means that the organization already has a row with this id (or
    another unique value of it): compare author and content before calling that "saved".
    """
    query = InsertQuery(type(row), on_conflict=OnConflict.IGNORE)
    fields = [field for field in row._meta.local_concrete_fields if not field.generated]
    query.insert_values(fields, [row])
    ((sql, params),) = query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING id", params)
        return cursor.fetchone() is not None
