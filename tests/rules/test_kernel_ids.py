from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.kernel import ids
from beenthere.kernel.ids import LARGEST_MS, uuid7


@given(st.integers(0, LARGEST_MS))
def test_an_id_has_version_and_variant_and_its_time(ms: int) -> None:
    made = uuid7(at_ms=ms)
    assert (made.version, made.variant, made.int >> 80) == (7, RFC_4122, ms)


def test_ids_rise_and_never_repeat() -> None:
    made = [uuid7() for _ in range(5_000)]
    assert made == sorted(set(made))


@given(st.lists(st.integers(0, 50), max_size=40))
def test_ids_rise_when_the_clock_goes_back(clock: list[int]) -> None:
    sequence = ids._Sequence()
    pairs = [sequence.after(ms) for ms in clock]
    assert pairs == sorted(set(pairs))


def test_a_full_counter_borrows_from_the_next_millisecond() -> None:
    sequence = ids._Sequence()
    sequence._ms, sequence._counter = 7, (1 << ids.COUNTER_BITS) - 1
    ms, counter = sequence.after(7)
    assert (ms, counter >> ids.COUNTER_BITS) == (8, 0)


@pytest.mark.parametrize("ms", [-1, LARGEST_MS + 1])
def test_a_time_that_does_not_fit_is_refused(ms: int) -> None:
    with pytest.raises(ValueError, match="at_ms must lie between"):
        uuid7(at_ms=ms)
