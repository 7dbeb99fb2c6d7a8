from io import StringIO

import psycopg
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from beenthere.trust.acting import system

SHAPE = (
    "SELECT column_name, data_type, character_maximum_length, is_nullable FROM information_schema.columns"
    " WHERE table_name = %s ORDER BY ordinal_position"
)


def test_the_serving_role_counts_in_the_table_of_rate_limits(database: str) -> None:
    with system("a test"):
        cache.add("tests:tries", 0)
        assert cache.incr("tests:tries") == 1
        cache.delete("tests:tries")


def test_the_table_is_what_django_would_make(
    database: str, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with superuser.transaction(force_rollback=True):
        superuser.execute("ALTER TABLE rate_limits RENAME TO ours")
        superuser.execute("ALTER INDEX rate_limits_expires RENAME TO ours_expires")
        superuser.execute("ALTER INDEX rate_limits_pkey RENAME TO ours_pkey")
        superuser.execute(_as_django_makes_it(monkeypatch))
        ours, theirs = (superuser.execute(SHAPE, [name]).fetchall() for name in ("ours", "rate_limits"))
    assert ours == theirs
    assert len(ours) == 3


def _as_django_makes_it(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Django prints none while the table is there, so it is told that there are no tables."""
    out = StringIO()
    monkeypatch.setattr(connection.introspection, "table_names", lambda *a, **k: [])
    with system("a test"):
        call_command("createcachetable", dry_run=True, stdout=out)
    return out.getvalue().encode()
