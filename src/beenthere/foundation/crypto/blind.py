"""Finding an encrypted phone number or e-mail address by an exact match, without opening any row.

The index is HMAC-SHA256 of the normalised value, cut to 64 bits and stored as a bigint. Its key derives from
the organization's first data key, so equal numbers in two organizations have unrelated indexes, and rotation
of data keys leaves the index standing. Whoever holds the database alone can see that two people share a
number, not which. 64 bits can collide: always compare the opened value before showing a match.
"""

import hmac
import re
from collections.abc import Callable
from uuid import UUID

from beenthere.foundation.crypto.keyring import KeyRing

_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x|#)\s*\d+\s*$", re.IGNORECASE)
_NORTH_AMERICA = 10
_LONGEST_NUMBER = 15  # ITU-T E.164
_SHORTEST_NUMBER = 7


def normal_phone(text: str) -> str:
    """`(415) 555-0134 ext. 2` -> `+14155550134`; empty when it is no telephone number.

    A number without a country code is read as a North American one; an extension is left out, since the
    same line is written with and without it.
    """
    main = _EXTENSION.sub("", text.strip())
    digits = "".join(character for character in main if character in "0123456789")
    if main.startswith("+"):
        return f"+{digits}" if _SHORTEST_NUMBER <= len(digits) <= _LONGEST_NUMBER else ""
    if len(digits) == _NORTH_AMERICA + 1 and digits.startswith("1"):
        return f"+{digits}"
    return f"+1{digits}" if len(digits) == _NORTH_AMERICA else ""


def normal_email(text: str) -> str:
    """Trimmed and lower case; empty when it has no name or no domain.

    The part before @ may by the letter of RFC 5321 differ in case. No provider people use does, and a
    match missed for a capital letter would make two records of one person.
    """
    address = text.strip().lower()
    name, _, domain = address.rpartition("@")
    return address if name and domain and not re.search(r"\s", address) else ""


_NORMAL: dict[str, Callable[[str], str]] = {"phone": normal_phone, "email": normal_email}


def blind_index(ring: KeyRing, organization: UUID, kind: str, text: str) -> int | None:
    """The signed 64-bit index of a `phone` or an `email`; None when `text` is not one.

    Raises `KeyMissing` when the organization's first key is not at hand.
    """
    normal = _NORMAL[kind](text)
    if not normal:
        return None
    key = ring.eldest(organization).derive(b"beenthere.blind-index.1\x00" + organization.bytes)
    digest = hmac.digest(key, f"{kind}\x00{normal}".encode(), "sha256")
    return int.from_bytes(digest[:8], "big", signed=True)
