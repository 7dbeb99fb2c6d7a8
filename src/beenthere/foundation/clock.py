"""The only place that reads the clock, so that tests and demonstrations can stand at another moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo

_frozen: ContextVar[datetime | None] = ContextVar("frozen_moment", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(tz=UTC)


def today(zone: tzinfo) -> date:
    """The calendar day it is now in `zone`."""
    return now().astimezone(zone).date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Stand at an aware `moment` for the length of the block."""
    if moment.tzinfo is None:
        raise ValueError("standing_at needs a moment with a time zone")
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
