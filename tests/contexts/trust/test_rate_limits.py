from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO
from uuid import uuid4

import psycopg
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beenthere.foundation import clock
from beenthere.foundation.rate_limits import Rate, count_try
from beenthere.trust import jobs
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


def test_what_counts_is_left_alone_by_add_and_replaced_when_its_time_is_over(database: str) -> None:
    with system("a test"):
        cache.delete("tests:lock")
        assert cache.add("tests:lock", "first", timeout=60)
        assert not cache.add("tests:lock", "second", timeout=60)
        assert cache.get("tests:lock") == "first"
        cache.set("tests:lock", "over", timeout=-1)
        assert cache.get("tests:lock") is None
        cache.set("tests:lock", "over", timeout=-1)
        assert cache.add("tests:lock", "third", timeout=60)
        assert cache.get("tests:lock") == "third"


def test_each_write_is_one_statement(database: str) -> None:
    with system("a test"), CaptureQueriesContext(connection) as asked:
        cache.set("tests:one", 1, timeout=60)
        cache.add("tests:one", 2, timeout=60)
    assert len(asked) == 2


def test_what_no_longer_counts_is_forgotten_by_the_clock_and_nothing_else(database: str) -> None:
    with system("a test"):
        cache.set("tests:past", 1, timeout=-1)
        cache.set("tests:kept", 1, timeout=60)
        jobs.forget_tries.now()
        assert cache.get("tests:kept") == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM rate_limits WHERE cache_key LIKE '%%tests:past'")
            assert cursor.fetchone() == (0,)


RATES = (Rate(amount=3, seconds=60), Rate(amount=5, seconds=3600))


def tries(key: str, number: int, *, minute: float = 0) -> int:
    """How many of them are allowed, at that minute of an hour."""
    with system("a test"):
        moments = (clock.now() + timedelta(minutes=minute, milliseconds=at) for at in range(number))
        return sum(_allowed(key, moment) for moment in moments)


def _allowed(key: str, moment: datetime) -> bool:
    with clock.standing_at(moment):
        return count_try({key: RATES}) is not None


def test_every_rate_of_a_key_holds(database: str) -> None:
    key = f"tests {uuid4()}"
    assert tries(key, 4) == 3
    assert tries(key, 4, minute=0.5) == 0
    assert tries(key, 4, minute=2) == 2
    assert tries(key, 4, minute=50) == 0
    assert tries(key, 4, minute=63) == 3


def test_a_try_that_was_good_is_given_back_and_no_other(database: str) -> None:
    key, other = f"tests {uuid4()}", f"tests {uuid4()}"
    with system("a test"):
        for _ in range(20):
            good = count_try({key: RATES, other: RATES})
            assert good is not None
            good.rollback()
        assert count_try({key: RATES}) is not None
    assert tries(key, 5) == 2
    assert tries(other, 5) == 3


def test_who_is_refused_by_one_key_is_refused(database: str) -> None:
    full, free = f"tests {uuid4()}", f"tests {uuid4()}"
    assert tries(full, 3) == 3
    with system("a test"):
        assert count_try({free: RATES, full: RATES}) is None


def test_tries_that_come_at_once_are_all_counted(database: str) -> None:
    key = f"tests {uuid4()}"

    def once(_number: int) -> bool:
        try:
            with system("a test"):
                return count_try({key: RATES}) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as guessers:
        assert sum(guessers.map(once, range(24))) == 3
