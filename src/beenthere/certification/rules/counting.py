"""Adding up hours. An entry is spread evenly over its days, so cutting it in two changes nothing.

What was not said of an entry is counted twice: once as if it were of no use, once as if it were what the rule
asks for. Only when both come to the same answer is there one; else it was not said.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from beenthere.certification.rules.record import HourEntry
from beenthere.certification.rules.vocabulary import Hours, Mode


class Counted(NamedTuple):
    """The hours of an entry in the window, from its first day there. `sure` False: they may count."""

    entry: HourEntry
    hours: Fraction
    first: date
    sure: bool


def months_later(day: date, months: int) -> date:
    """The same day so many months on (or back); the last day of the month when it has no such day.

    OverflowError outside the calendar's years.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"{months} months from {day} is outside the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def counted_entries(asked: Hours, entries: Iterable[HourEntry], on: date) -> list[Counted]:
    """The entries that count, or may, each with its hours in the window and not after `on`."""
    since = months_later(on, -asked.within_months) if asked.within_months is not None else date.min
    fitting = [entry for entry in entries if _could_fit(asked, entry)]
    told = (_counted(asked, entry, since, on) for entry in fitting)
    return [one for one in told if one.hours]


def _counted(asked: Hours, entry: HourEntry, since: date, on: date) -> Counted:
    begin = since if entry.dated else date.min
    timely = entry.dated or not (asked.within_months or asked.over_months)
    return Counted(
        entry=entry,
        hours=_hours_between(entry, begin, on),
        first=max(entry.first, begin),
        sure=timely and _fits(asked, entry),
    )


def total(asked: Hours, counted: Iterable[Counted]) -> Fraction:
    """With what one domain or mode may bring at most; hours that may be of one are held not to be."""
    caps = asked.at_most
    if not caps:
        return sum((one.hours for one in counted), Fraction())
    groups = _groups(asked, counted)
    return sum((min(hours, exact(caps.get(name, hours))) for name, hours in groups.items()), Fraction())


def least(asked: Hours, counted: Sequence[Counted]) -> Fraction:
    """The same of what is sure to count; hours that may be of a capped one are held to be."""
    sure = [one for one in counted if one.sure]
    if not asked.at_most:
        return total(asked, sure)
    silent = [one for one in sure if _may_be_capped(asked, one.entry)]
    named = [one for one in sure if one not in silent]
    unnamed = sum((one.hours for one in silent), Fraction())
    return total(asked, named) + min([unnamed, *room(asked, named).values()])


def room(asked: Hours, counted: Iterable[Counted]) -> dict[str, Fraction]:
    """What each capped group may still bring."""
    groups = _groups(asked, counted)
    return {name: max(Fraction(), exact(cap) - groups[name]) for name, cap in (asked.at_most or {}).items()}


def span_begins(counted: Iterable[Counted], on: date) -> date:
    """The first counted day; without one, `on`."""
    return min((one.first for one in counted), default=on)


def spans(asked: Hours, counted: Sequence[Counted], on: date) -> bool:
    """From the first counted day to the last at least `over_months`; hours without days may well do so."""
    if asked.over_months is None or not all(one.entry.dated for one in counted):
        return True
    last = max((min(one.entry.last, on) for one in counted), default=on)
    return months_later(span_begins(counted, on), asked.over_months) - timedelta(days=1) <= last


def exact(number: float | Fraction) -> Fraction:
    """As written: 19.5 is 39/2."""
    return Fraction(str(number))


def _fits(asked: Hours, entry: HourEntry) -> bool:
    return (not asked.domains or entry.domain in asked.domains) and (
        not asked.modes or entry.mode in asked.modes
    )


def _could_fit(asked: Hours, entry: HourEntry) -> bool:
    if not entry.approved or entry.spent_on is not asked.spent_on:
        return False
    domain = entry.domain in asked.domains or (not entry.domain and entry.maybe & set(asked.domains))
    mode = entry.mode in asked.modes or (not entry.mode and entry.maybe & set(asked.modes))
    return bool((not asked.domains or domain) and (not asked.modes or mode))


def _hours_between(entry: HourEntry, since: date, on: date) -> Fraction:
    first, last = max(entry.first, since), min(entry.last, on)
    days, inside = (entry.last - entry.first).days + 1, (last - first).days + 1
    return entry.hours * Fraction(max(inside, 0), days)


def _groups(asked: Hours, counted: Iterable[Counted]) -> defaultdict[str, Fraction]:
    groups: defaultdict[str, Fraction] = defaultdict(Fraction)
    for one in counted:
        groups[_group(asked, one.entry)] += one.hours
    return groups


def _group(asked: Hours, entry: HourEntry) -> str:
    by_mode = bool(asked.at_most) and set(asked.at_most or ()) <= set(Mode)
    return (entry.mode or "") if by_mode else entry.domain


def _may_be_capped(asked: Hours, entry: HourEntry) -> bool:
    return not _group(asked, entry) and bool(set(asked.at_most or ()) & entry.maybe)
