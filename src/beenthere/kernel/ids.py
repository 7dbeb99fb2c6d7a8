"""Ids that sort by the moment they were made: UUID version 7 (RFC 9562, section 5.7)."""

import secrets
import threading
import time
from typing import Final
from uuid import UUID

LARGEST_MS: Final = (1 << 48) - 1
COUNTER_BITS: Final = 42
RANDOM_BITS: Final = 32


class _Sequence:
    """Hands out (millisecond, counter) pairs that only rise, whatever the clock does.

    Method 1 of RFC 9562, section 6.2: a counter of fixed width above a random tail. Random bits alone
    would let two ids of one millisecond sort either way, and a clock set back would make a later id
    sort earlier; so the last pair is remembered, and a full counter borrows from the next millisecond.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ms = -1
        self._counter = 0

    def after(self, now_ms: int) -> tuple[int, int]:
        with self._lock:
            if now_ms > self._ms:
                self._ms, self._counter = now_ms, _fresh_counter()
            else:
                self._counter += 1
            if self._counter >> COUNTER_BITS:
                self._ms, self._counter = self._ms + 1, _fresh_counter()
            return self._ms, self._counter


def _fresh_counter() -> int:
    """A random start with its top bit clear, so that it has room to rise."""
    return secrets.randbits(COUNTER_BITS - 1)


_sequence = _Sequence()


def uuid7(*, at_ms: int | None = None) -> UUID:
    """A new id. Without `at_ms` each one sorts after every earlier one made in this process.

    With `at_ms` (milliseconds since 1970 UTC, for imports and tests) the id carries exactly that time,
    its other bits are random, and it takes no part in the order. ValueError when `at_ms` does not fit
    48 bits.
    """
    if at_ms is None:
        return _compose(*_sequence.after(time.time_ns() // 1_000_000))
    if not 0 <= at_ms <= LARGEST_MS:
        raise ValueError(f"at_ms must lie between 0 and {LARGEST_MS}, not {at_ms}")
    return _compose(at_ms, secrets.randbits(COUNTER_BITS))


def _compose(ms: int, counter: int) -> UUID:
    high, low = counter >> 30, counter & ((1 << 30) - 1)
    tail = (low << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)
    return UUID(int=(ms << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | tail)
