from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.kernel.minutes import in_words, minutes_between
from beenthere.kernel.money import Money

NEW_YORK = ZoneInfo("America/New_York")
cents = st.integers(-10_000_000, 10_000_000)
weights = st.lists(st.integers(0, 10_000), min_size=1).filter(any)


@given(cents, weights)
def test_shares_sum_to_the_whole(amount: int, shares: list[int]) -> None:
    parts = Money(amount).share(shares)
    assert sum(part.cents for part in parts) == amount
    assert len(parts) == len(shares)


@given(cents, weights)
def test_no_share_is_a_cent_or_more_from_its_due(amount: int, shares: list[int]) -> None:
    total = sum(shares)
    for part, weight in zip(Money(amount).share(shares), shares, strict=True):
        assert abs(part.cents * total - amount * weight) < total


def test_three_thirds_of_a_dollar_are_a_dollar() -> None:
    assert [part.cents for part in Money(100).share([1, 1, 1])] == [34, 33, 33]


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1, 5]])
def test_weights_that_say_nothing_are_refused(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="Weights must be"):
        Money(100).share(shares)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="do not mix"):
        Money(100) + Money(100, "CAD")


def test_money_is_never_multiplied_by_a_fraction() -> None:
    with pytest.raises(TypeError, match="whole number"):
        Money(100) * 1.5  # type: ignore[operator]


def test_money_in_writing() -> None:
    assert str(Money(1197) * 3) == "$35.91"
    assert str(-Money(123_456_789)) == "-$1,234,567.89"
    assert str(Money(5, "CAD")) == "CAD 0.05"


@pytest.mark.parametrize(
    ("start", "minutes"),
    [
        (datetime(2026, 11, 1, 0, 30, tzinfo=NEW_YORK), 240),  # clocks go back: the night is an hour longer
        (datetime(2026, 3, 8, 0, 30, tzinfo=NEW_YORK), 120),  # clocks go forward
        (datetime(2026, 6, 1, 0, 30, tzinfo=NEW_YORK), 180),
    ],
)
def test_minutes_across_a_change_of_clocks(start: datetime, minutes: int) -> None:
    assert minutes_between(start, start.replace(hour=3)) == minutes


@given(st.integers(0, 100_000), st.integers(0, 59), st.sampled_from([UTC, NEW_YORK]))
def test_part_of_a_minute_does_not_count(minutes: int, seconds: int, zone: ZoneInfo) -> None:
    start = datetime(2026, 10, 30, tzinfo=UTC)
    end = start + timedelta(minutes=minutes, seconds=seconds)
    assert minutes_between(start.astimezone(zone), end.astimezone(zone)) == minutes


def test_minutes_need_a_zone_and_an_order() -> None:
    start = datetime(2026, 1, 1, 9, tzinfo=UTC)
    with pytest.raises(ValueError, match="before the start"):
        minutes_between(start, start - timedelta(minutes=1))
    with pytest.raises(ValueError, match="has no time zone"):
        minutes_between(start, start.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (47, "47 min"), (60, "1 h"), (80, "1 h 20 min"), (600, "10 h")],
)
def test_minutes_in_words(minutes: int, words: str) -> None:
    assert in_words(minutes) == words
