"""The ring in use. Trust sets it when the application is ready; fields ask for it here, so that
foundation need not know where keys are stored."""

from collections.abc import Iterator
from contextlib import contextmanager

from beenthere.foundation.crypto.keyring import KeyRing


class _InUse:
    ring: KeyRing | None = None


def set_keyring(ring: KeyRing | None) -> None:
    _InUse.ring = ring


def keyring() -> KeyRing:
    """The ring in use. Raises `RuntimeError` before `set_keyring`: a mistake in start-up, not a lost key."""
    if _InUse.ring is None:
        raise RuntimeError("No keyring is set. Trust calls set_keyring() when the application is ready.")
    return _InUse.ring


@contextmanager
def using_keyring(ring: KeyRing) -> Iterator[KeyRing]:
    """Use another ring for the length of the block."""
    former = _InUse.ring
    set_keyring(ring)
    try:
        yield ring
    finally:
        set_keyring(former)
