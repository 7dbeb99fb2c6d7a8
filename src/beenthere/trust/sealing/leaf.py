"""The canonical bytes of an audit event.

Two different rows never have the same bytes: every name and value carries its length, every value its type.

- Names are sorted, so the order of columns in a query is irrelevant.
- NULL is left out. A column added later is therefore NULL in old rows and leaves their bytes as they were; it
  must be nullable and have no default. A column is never renamed or dropped: that would alter every row.
- Bytes are always made from a row as PostgreSQL returns it, at sealing as at verification: `jsonb` rewrites
  some numbers when it stores them (1e2 becomes 100), so the object in memory before the insert may differ.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from beenthere.trust.sealing.merkle import leaf_hash

_VERSION = b"beenthere.audit.1\x00"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One audit row. `columns` holds every column, `id`, `txid` and `at` included."""

    id: int
    txid: int
    at: datetime
    columns: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> "Event":
        """From a row as a mapping, as Django's `.values()` gives it. Needs `id`, `txid` and `at`."""
        return cls(id=columns["id"], txid=columns["txid"], at=columns["at"], columns=columns)

    def leaf(self) -> bytes:
        """The leaf hash."""
        return leaf_hash(canonical(self.columns))


def canonical(columns: Mapping[str, Any]) -> bytes:
    """The bytes that are sealed. Raises `TypeError` for a kind of value that has no one way to be written."""
    parts = [_VERSION]
    for name in sorted(columns):
        value = columns[name]
        if value is not None:
            tag, encoded = _encoded(name, value)
            parts += [_sized(name.encode()), tag, _sized(encoded)]
    return b"".join(parts)


def _sized(encoded: bytes) -> bytes:
    return len(encoded).to_bytes(4, "big") + encoded


def _encoded(name: str, value: Any) -> tuple[bytes, bytes]:
    match value:
        case bool():
            return b"b", b"1" if value else b"0"
        case int():
            return b"i", str(value).encode()
        case str():
            return b"s", value.encode("utf-8", "surrogatepass")
        case UUID():
            return b"u", value.bytes
        case datetime() if value.tzinfo is not None:
            return b"t", str((value - _EPOCH) // _MICROSECOND).encode()
        case dict() | list():
            return b"j", _json(value)
    raise TypeError(f"audit column {name}: {type(value).__name__} cannot be sealed (a datetime needs a zone)")


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")
