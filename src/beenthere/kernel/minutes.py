"""Whole minutes, counted as time that passed and not as the difference of two clock faces."""

from datetime import UTC, datetime, timedelta


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from `start` to `end`, both aware; a minute that is not full does not count.

    Both go to UTC first. Subtracting two times of one zone gives the difference of the wall clocks, which
    is an hour wrong for a contact across a change of clocks. ValueError for a time without a zone, or an
    end before the start.
    """
    for moment in (start, end):
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone: minutes cannot be counted")
    passed = end.astimezone(UTC) - start.astimezone(UTC)
    if passed < timedelta(0):
        raise ValueError(f"The end ({end.isoformat()}) is before the start ({start.isoformat()})")
    return passed // timedelta(minutes=1)


def in_words(minutes: int) -> str:
    """47 -> "47 min", 80 -> "1 h 20 min", 120 -> "2 h". The symbols are the same in English and Spanish."""
    if minutes < 0:
        raise ValueError(f"Minutes cannot be negative: {minutes}")
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
