"""Small secrets of no organization: what a code app shares with us, a form held while the screen is locked,
a mail that waits to be sent.

Sealed under a key derived from SECRET_KEY, which is in a file or the environment and never in the database.
After SECRET_KEY is changed, SECRET_KEY_FALLBACKS still open what was sealed before. "portal" stands in the
bytes because sealing began there: another word would open none of what is kept.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from beenthere.foundation.crypto.envelope import CannotOpen, Key, KeyMissing, Tampered, kid_of, open_, seal


@dataclass(frozen=True, slots=True)
class Use:
    """What a value was sealed for; it opens for nothing else."""

    words: str

    def encoded(self) -> bytes:
        return b"beenthere.portal.1\x00" + self.words.encode()


def seal_text(text: str, use: Use) -> str:
    kid, key = next(_keys())
    return base64.urlsafe_b64encode(seal(key, kid, text.encode(), aad=use)).decode()


def open_text(sealed: str, use: Use) -> str:
    """Raises `CannotOpen`: not ours, changed, for another use, or under a key that is gone."""
    try:
        envelope = base64.urlsafe_b64decode(sealed.encode())
    except (binascii.Error, ValueError):
        raise Tampered("These words are not a sealed value.") from None
    kid = kid_of(envelope)
    for known, key in _keys():
        if known == kid:
            return open_(key, envelope, aad=use).decode()
    raise KeyMissing(kid)


def _keys() -> Iterator[tuple[UUID, Key]]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        derived = Key(sha256(secret.encode()).digest()).derive(b"beenthere.portal.sealed")
        yield UUID(bytes=sha256(b"kid\x00" + derived).digest()[:16]), Key(derived)


__all__ = ["CannotOpen", "Use", "open_text", "seal_text"]
