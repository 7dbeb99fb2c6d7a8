from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.kernel.periods import Period, merge

FIRST = date(2026, 1, 1)
NEW_YORK = ZoneInfo("America/New_York")
days = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def periods(draw: st.DrawFn) -> Period[date]:
    start = draw(days)
    length = draw(st.one_of(st.none(), st.integers(1, 15)))
    return Period(start, None if length is None else start + timedelta(days=length))


def belonging(*some: Period[date]) -> set[date]:
    """The slow twin: the days, one by one."""
    span = [FIRST + timedelta(days=n) for n in range(80)]
    return {day for day in span if any(period.contains(day) for period in some)}


@given(periods(), periods())
def test_intersection_is_what_belongs_to_both(one: Period[date], other: Period[date]) -> None:
    shared = one.intersect(other)
    assert belonging(*([shared] if shared else [])) == belonging(one) & belonging(other)
    assert one.overlaps(other) is bool(belonging(one) & belonging(other))
    assert shared == other.intersect(one)


@given(periods(), periods())
def test_a_period_cut_and_joined_is_itself(one: Period[date], other: Period[date]) -> None:
    pieces, shared = one.subtract(other), one.intersect(other)
    assert belonging(*pieces) == belonging(one) - belonging(other)
    assert merge([*pieces, *([shared] if shared else [])]) == (one,)


@given(st.lists(periods()))
def test_merged_periods_keep_every_day_and_leave_gaps_between(some: list[Period[date]]) -> None:
    merged = merge(some)
    assert belonging(*merged) == belonging(*some)
    assert all(a.end is not None and a.end < b.start for a, b in pairwise(merged))
    assert merge(reversed(some)) == merged == merge(merged)


def test_periods_that_touch_do_not_overlap() -> None:
    first, second = Period(date(2026, 1, 1), date(2026, 2, 1)), Period(date(2026, 2, 1))
    assert not first.overlaps(second)
    assert merge([second, first]) == (Period(date(2026, 1, 1)),)


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    again = first.replace(fold=1)
    assert first == again  # Python compares the wall clock within one zone
    assert Period(first, again).contains(first)
    assert not Period(first, again).contains(again)


@pytest.mark.parametrize("end", [date(2026, 1, 1), date(2025, 12, 31)])
def test_an_empty_period_cannot_be_made(end: date) -> None:
    with pytest.raises(ValueError, match="must end after it starts"):
        Period(date(2026, 1, 1), end)


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        Period(datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test


def test_days_and_instants_do_not_mix() -> None:
    with pytest.raises(TypeError, match="one of each"):
        Period(date(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC))
