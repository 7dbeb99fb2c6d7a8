"""Where tries are counted: in the database, so that all processes count together.

Django's own cache in a table asks five things for each value it keeps; the first counts every row, and past
a size rows are forgotten at random, which a guesser could bring about. Here it is one statement, which
PostgreSQL does whole or not at all, and `forget_past` removes what has had its time.

Wrong passwords have four limits. As values of a cache each would be locked, read, written and unlocked, twice
for a sign-in that succeeds: `count_try` counts against all limits of one thing in one statement, under the
lock of its row.
"""

import base64
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

from beenthere.foundation import clock

TABLE = "rate_limits"
# `add` leaves alone what still counts; `set` does not ask.
KEEP = """
    INSERT INTO rate_limits (cache_key, value, expires)
    VALUES (%s, %s, coalesce(to_timestamp(%s), '9999-12-31'))
    ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires
    WHERE %s OR rate_limits.expires < clock_timestamp()
"""
# A value is the moments of the tries that still count, in seconds, as an array.
COUNT = """
    INSERT INTO rate_limits AS kept (cache_key, value, expires)
    VALUES (%(key)s, ARRAY[%(at)s::float8]::text, to_timestamp(%(at)s + %(longest)s))
    ON CONFLICT (cache_key) DO UPDATE SET expires = excluded.expires, value = (
        SELECT array_agg(tried) FROM unnest(kept.value::float8[] || %(at)s::float8) AS tried
        WHERE tried > %(at)s - %(longest)s
    )::text
    WHERE NOT EXISTS (
        SELECT FROM unnest(%(amounts)s::int[], %(seconds)s::int[]) AS rate (amount, seconds)
        WHERE rate.amount <= (
            SELECT count(*) FROM unnest(kept.value::float8[]) AS tried WHERE tried > %(at)s - rate.seconds
        )
    )
"""
GIVE_BACK = """
    UPDATE rate_limits SET value = array_remove(value::float8[], %s::float8)::text WHERE cache_key = ANY(%s)
"""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many tries at most, within so many seconds."""

    amount: int
    seconds: int


@dataclass(frozen=True, kw_only=True)
class CountedTry:
    keys: tuple[str, ...]
    at: float

    def rollback(self) -> None:
        """It was a good one after all, and does not count. django-allauth calls it by this name."""
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, [self.at, list(self.keys)])


def count_try(limits: Mapping[str, Sequence[Rate]]) -> CountedTry | None:
    """Count a try against each key, in order; None when one of them has had as many as a rate allows.

    A refused try counts for the keys before the one that refused it, and not for that one: a wait ends.
    """
    at = clock.now().timestamp()
    if all(_counted(key, rates, at) for key, rates in limits.items()):
        return CountedTry(keys=tuple(limits), at=at)
    return None


def _counted(key: str, rates: Sequence[Rate], at: float) -> bool:
    values: dict[str, Any] = {
        "key": key,
        "at": at,
        "longest": max(rate.seconds for rate in rates),
        "amounts": [rate.amount for rate in rates],
        "seconds": [rate.seconds for rate in rates],
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        return cursor.rowcount == 1


class RateLimits(DatabaseCache):
    """A cache of Django's, in rows that a former release reads and writes too.

    What cannot be kept raises: a try that is not counted must not pass for one.
    """

    def __init__(self, _table: str, params: dict[str, Any]) -> None:
        super().__init__(TABLE, params)

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        if mode == "touch":
            # Django's own, which its type stubs leave out.
            return bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]
        packed = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
        with connection.cursor() as cursor:
            cursor.execute(KEEP, [key, packed, self.get_backend_timeout(timeout), mode == "set"])
            return cursor.rowcount == 1


def forget_past() -> int:
    """Remove what no longer counts; how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rate_limits WHERE expires < clock_timestamp()")
        return int(cursor.rowcount)
