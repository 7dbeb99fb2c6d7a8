"""Adding up hours. An entry is spread evenly over its days, so cutting it in two changes nothing."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from beenthere.certification.rules.record import HourEntry
from beenthere.certification.rules.vocabulary import Hours, Mode


def months_later(day: date, months: int) -> date:
    """The same day so many months on (or back); the last day of the month when it has no such day.

    OverflowError outside the calendar's years.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"{months} months from {day} is outside the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def counted_entries(asked: Hours, entries: Iterable[HourEntry], on: date) -> list[tuple[HourEntry, Fraction]]:
    """The entries that count, each with the hours of it that lie in the window and not after `on`."""
    since = months_later(on, -asked.within_months) if asked.within_months is not None else date.min
    fitting = (entry for entry in entries if _fits(asked, entry))
    told = ((entry, _hours_between(entry, since, on)) for entry in fitting)
    return [(entry, hours) for entry, hours in told if hours]


def total(asked: Hours, counted: Iterable[tuple[HourEntry, Fraction]]) -> Fraction:
    """With what one domain or mode may bring at most."""
    groups: defaultdict[str, Fraction] = defaultdict(Fraction)
    for entry, hours in counted:
        groups[_group(asked, entry)] += hours
    caps = asked.at_most or {}
    return sum((min(hours, exact(caps.get(name, hours))) for name, hours in groups.items()), Fraction())


def room(asked: Hours, counted: Iterable[tuple[HourEntry, Fraction]]) -> dict[str, Fraction]:
    """What each capped group may still bring."""
    groups: defaultdict[str, Fraction] = defaultdict(Fraction)
    for entry, hours in counted:
        groups[_group(asked, entry)] += hours
    return {name: max(Fraction(), exact(cap) - groups[name]) for name, cap in (asked.at_most or {}).items()}


def spans(asked: Hours, counted: Iterable[tuple[HourEntry, Fraction]], on: date) -> bool:
    """From the first counted day to the last at least `over_months`."""
    days = [(entry.first, min(entry.last, on)) for entry, _ in counted]
    if asked.over_months is None:
        return True
    first, last = min((one for one, _ in days), default=on), max((one for _, one in days), default=on)
    return months_later(first, asked.over_months) <= last + timedelta(days=1)


def exact(number: float | Fraction) -> Fraction:
    """As written: 19.5 is 39/2."""
    return Fraction(str(number))


def _fits(asked: Hours, entry: HourEntry) -> bool:
    return (
        entry.approved
        and entry.spent_on is asked.spent_on
        and (not asked.domains or entry.domain in asked.domains)
        and (not asked.modes or entry.mode in asked.modes)
    )


def _hours_between(entry: HourEntry, since: date, on: date) -> Fraction:
    first, last = max(entry.first, since), min(entry.last, on)
    days, inside = (entry.last - entry.first).days + 1, (last - first).days + 1
    return entry.hours * Fraction(max(inside, 0), days)


def _group(asked: Hours, entry: HourEntry) -> str:
    by_mode = bool(asked.at_most) and set(asked.at_most or ()) <= set(Mode)
    return (entry.mode or "") if by_mode else entry.domain
