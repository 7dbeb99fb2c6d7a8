from datetime import UTC, datetime
from uuid import RFC_4122, UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.kernel import ids
from beenthere.kernel.ids import LARGEST_MS, uuid7, uuid7_time

# RFC 9562, appendix A.6: the published version 7 example.
PUBLISHED = UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")
LARGEST_READABLE_MS = 253_402_300_799_999  # the last millisecond a datetime can hold


def test_the_published_example_gives_its_published_time() -> None:
    assert uuid7_time(PUBLISHED) == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


@given(st.integers(0, LARGEST_MS))
def test_an_id_has_version_and_variant_and_its_time(ms: int) -> None:
    made = uuid7(at_ms=ms)
    assert (made.version, made.variant, made.int >> 80) == (7, RFC_4122, ms)


@given(st.integers(0, LARGEST_READABLE_MS))
def test_the_time_comes_back(ms: int) -> None:
    assert round(uuid7_time(uuid7(at_ms=ms)).timestamp() * 1000) == ms


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


def test_other_versions_carry_no_time() -> None:
    with pytest.raises(ValueError, match="version 4"):
        uuid7_time(uuid4())
