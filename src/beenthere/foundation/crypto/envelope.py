"""Sealing bytes so that they open only with the right key and in the right place.

    envelope = version (1 byte) | kid (16 bytes) | nonce (12 bytes) | AES-256-GCM ciphertext and tag

The associated data is the header (version and kid) and the binding: where the value lives. A ciphertext
copied to another row, column, table or organization therefore fails to open, though the key is right.

Nonces are random. NIST SP 800-38D, section 8.3, allows 2^32 messages under one key with random 96-bit
nonces; an organization would have to write more than four billion notes before rotating its key.
"""

import secrets
from dataclasses import dataclass
from hmac import compare_digest
from typing import NoReturn, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_VERSION = b"\x01"
_KID_END = 17
_NONCE_BYTES = 12
_NONCE_END = _KID_END + _NONCE_BYTES
_TAG_BYTES = 16


class CannotOpen(Exception):
    """A sealed value that this process cannot open now."""


class KeyMissing(CannotOpen):
    """The key `kid` is not at hand: not on the ring, or its root key is not in the key file."""

    def __init__(self, kid: UUID | None) -> None:
        self.kid = kid
        super().__init__(f"The key {kid} is not at hand." if kid else "There is no key at hand.")


class Tampered(CannotOpen):
    """The bytes are not an envelope, were changed, or were sealed for another place or under another key."""


class Binding(Protocol):
    """Where a sealed value belongs. Two different places never have the same `encoded()`."""

    def encoded(self) -> bytes: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The place of one field value: it opens nowhere else."""

    table: str
    column: str
    row: UUID
    organization: UUID

    def encoded(self) -> bytes:
        """Lengths before names: "ab"+"c" and "a"+"bc" must not meet, whatever characters a name holds."""
        table, column = self.table.encode(), self.column.encode()
        return b"".join(
            (
                b"beenthere.field.1\x00",
                len(table).to_bytes(2, "big"),
                table,
                len(column).to_bytes(2, "big"),
                column,
                self.row.bytes,
                self.organization.bytes,
            )
        )


class Key:
    """A 256-bit key that never shows itself: not in a log, a traceback, a debug page or a pickle."""

    __slots__ = ("_cipher", "_derived", "_secret")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, this one has {len(secret)}")
        self._secret = bytes(secret)
        self._cipher = AESGCM(self._secret)
        self._derived: dict[bytes, bytes] = {}

    @classmethod
    def generate(cls) -> "Key":
        return cls(secrets.token_bytes(KEY_BYTES))

    def encrypt(self, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        return self._cipher.encrypt(nonce, plaintext, associated)

    def decrypt(self, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
        """Raises `cryptography.exceptions.InvalidTag`."""
        return self._cipher.decrypt(nonce, ciphertext, associated)

    def derive(self, purpose: bytes) -> bytes:
        """32 bytes for another use (HKDF-SHA256, RFC 5869); one purpose tells nothing about another."""
        if purpose not in self._derived:
            made = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose)
            self._derived[purpose] = made.derive(self._secret)
        return self._derived[purpose]

    def expose(self) -> bytes:
        """The key itself. Only for wrapping it under another key or writing it to the key file."""
        return self._secret

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and compare_digest(self._secret, other._secret)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "<Key: not shown>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled or copied")


def seal(key: Key, kid: UUID, plaintext: bytes, *, aad: Binding) -> bytes:
    """The envelope of `plaintext` under `key`, whose id is `kid`, bound to the place `aad`."""
    header = _VERSION + kid.bytes
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return header + nonce + key.encrypt(nonce, plaintext, header + aad.encoded())


def kid_of(envelope: bytes) -> UUID:
    """The id of the key an envelope was sealed with. Raises `Tampered` when it is not an envelope."""
    if len(envelope) < _NONCE_END + _TAG_BYTES or envelope[:1] != _VERSION:
        raise Tampered("These bytes are not a sealed value.")
    return UUID(bytes=envelope[1:_KID_END])


def open_(key: Key, envelope: bytes, *, aad: Binding) -> bytes:
    """The plaintext. Raises `Tampered` when anything at all differs: bytes, key, kid or place."""
    kid_of(envelope)
    nonce, ciphertext = envelope[_KID_END:_NONCE_END], envelope[_NONCE_END:]
    try:
        return key.decrypt(nonce, ciphertext, envelope[:_KID_END] + aad.encoded())
    except InvalidTag:
        raise Tampered("A sealed value was changed, or was sealed for another place or key.") from None
