"""Which key opens what: root keys in a file, data keys of each organization wrapped by them in the database.

The database alone opens nothing, and neither does the key file. Rotating a data key concerns new writes;
rotating a root key re-wraps a handful of data keys and touches no row.
"""

import base64
import binascii
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from beenthere.foundation.crypto import keyfile
from beenthere.foundation.crypto.envelope import CannotOpen, Key, KeyMissing, kid_of, open_, seal


class KeyRing(Protocol):
    """The keys of every organization. Each method raises `KeyMissing` when there is none."""

    def current(self, organization: UUID) -> tuple[UUID, Key]:
        """The key that new values are sealed with, and its id."""
        ...

    def find(self, organization: UUID, kid: UUID) -> Key:
        """The key with this id, if it belongs to this organization."""
        ...

    def eldest(self, organization: UUID) -> Key:
        """The organization's first key, which its blind indexes derive from: they must outlive rotation."""
        ...


@dataclass(frozen=True, kw_only=True)
class WrappedKey:
    """A data key as the database keeps it: sealed under a root key, bound to organization and kid."""

    organization: UUID
    kid: UUID
    wrapped: bytes = field(repr=False)


class WrappedKeys(Protocol):
    """Where wrapped keys are kept. Returns an organization's keys, oldest first; empty when it has none."""

    def __call__(self, organization: UUID) -> Sequence[WrappedKey]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _KeyBinding:
    organization: UUID
    kid: UUID

    def encoded(self) -> bytes:
        return b"beenthere.data-key.1\x00" + self.organization.bytes + self.kid.bytes


class RootKeys:
    """The root keys of one installation, newest first. The newest wraps; all of them unwrap."""

    def __init__(self, keys: Sequence[tuple[UUID, Key]]) -> None:
        if not keys:
            raise ValueError("there must be at least one root key")
        self._newest = keys[0]
        self._by_kid = dict(keys)

    def __repr__(self) -> str:
        return f"<RootKeys: {len(self._by_kid)}, newest {self._newest[0]}>"

    @property
    def newest(self) -> UUID:
        return self._newest[0]

    @classmethod
    def load(cls, path: Path) -> "RootKeys":
        """Read the key file. Raises `keyfile.KeyFileMissing` or `keyfile.KeyFileUnsafe`."""
        lines = [line for line in keyfile.read_private(path).splitlines() if _holds_a_key(line)]
        if not lines:
            raise keyfile.KeyFileUnsafe(f"The key file {path} holds no key.")
        try:
            return cls([_parsed(line) for line in lines])
        except (ValueError, binascii.Error):
            # `from None`: the parser's own message would quote the line, and so the key.
            raise keyfile.KeyFileUnsafe(f"The key file {path} has a line that is not a key.") from None

    @classmethod
    def create(cls, path: Path) -> "RootKeys":
        """First run: make one root key and its file. Raises `FileExistsError` when there is one already."""
        keyfile.create_private(path, _HEADING + _fresh_line())
        return cls.load(path)

    @classmethod
    def rotate(cls, path: Path) -> "RootKeys":
        """Put a new root key before the others. Re-wrap every data key, then `retire` the old ones."""
        cls.load(path)
        kept = [line for line in keyfile.read_private(path).splitlines() if _holds_a_key(line)]
        keyfile.replace_private(path, _HEADING + _fresh_line() + "".join(f"{line}\n" for line in kept))
        return cls.load(path)

    @classmethod
    def retire(cls, path: Path) -> "RootKeys":
        """Keep only the newest root key. What only an older one wraps is lost for good: re-wrap all first."""
        cls.load(path)
        newest = next(line for line in keyfile.read_private(path).splitlines() if _holds_a_key(line))
        keyfile.replace_private(path, f"{_HEADING}{newest}\n")
        return cls.load(path)

    def wrap(self, organization: UUID, kid: UUID, data_key: Key) -> WrappedKey:
        root_kid, root = self._newest
        binding = _KeyBinding(organization=organization, kid=kid)
        wrapped = seal(root, root_kid, data_key.expose(), aad=binding)
        return WrappedKey(organization=organization, kid=kid, wrapped=wrapped)

    def unwrap(self, wrapped: WrappedKey) -> Key:
        """Raises `KeyMissing(root kid)` when its root key is not in the file, `Tampered` when changed."""
        root_kid = kid_of(wrapped.wrapped)
        if root_kid not in self._by_kid:
            raise KeyMissing(root_kid)
        binding = _KeyBinding(organization=wrapped.organization, kid=wrapped.kid)
        return Key(open_(self._by_kid[root_kid], wrapped.wrapped, aad=binding))

    def new_data_key(self, organization: UUID) -> WrappedKey:
        """A fresh data key, wrapped, ready to be stored."""
        return self.wrap(organization, uuid4(), Key.generate())

    def rewrapped(self, wrapped: WrappedKey) -> WrappedKey:
        """The same data key under the newest root key; the very same object when it already is."""
        if kid_of(wrapped.wrapped) == self.newest:
            return wrapped
        return self.wrap(wrapped.organization, wrapped.kid, self.unwrap(wrapped))


_HEADING = "# BeenThere root keys, newest first. Keep a copy elsewhere, apart from the database backups.\n"


def _holds_a_key(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _fresh_line() -> str:
    return f"{uuid4()} {base64.b64encode(Key.generate().expose()).decode()}\n"


def _parsed(line: str) -> tuple[UUID, Key]:
    kid, encoded = line.split()
    return UUID(kid), Key(base64.b64decode(encoded, validate=True))


@dataclass(frozen=True)
class _Opened:
    """One organization's unwrapped keys, oldest first, and the wrapped ones that would not open."""

    keys: dict[UUID, Key]
    newest: UUID | None
    first: UUID | None
    loaded_at: float


class OrganizationKeys:
    """The ring of a running process: unwraps on demand and remembers a bounded number of organizations.

    `fresh_for` is how many seconds another process may keep writing under the former key after a rotation.
    That loses nothing: the rotation's re-sealing pass finds such rows, since it runs until none is left.
    """

    def __init__(
        self,
        roots: RootKeys,
        stored: WrappedKeys,
        *,
        remember: int = 1024,
        fresh_for: float = 60,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._roots, self._stored = roots, stored
        self._remember, self._fresh_for, self._ticks = remember, fresh_for, ticks
        self._opened: OrderedDict[UUID, _Opened] = OrderedDict()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<OrganizationKeys: {len(self._opened)} organizations remembered>"

    def current(self, organization: UUID) -> tuple[UUID, Key]:
        opened = self._of(organization)
        return _one(opened, opened.newest)

    def find(self, organization: UUID, kid: UUID) -> Key:
        opened = self._of(organization)
        if kid not in opened.keys:
            opened = self._loaded(organization)
        return _one(opened, kid)[1]

    def eldest(self, organization: UUID) -> Key:
        opened = self._of(organization)
        return _one(opened, opened.first)[1]

    def forget(self, organization: UUID) -> None:
        """Look the organization's keys up again next time, as after a rotation in this process."""
        with self._lock:
            self._opened.pop(organization, None)

    def _of(self, organization: UUID) -> _Opened:
        with self._lock:
            opened = self._opened.get(organization)
            if opened and self._ticks() - opened.loaded_at < self._fresh_for:
                self._opened.move_to_end(organization)
                return opened
        return self._loaded(organization)

    def _loaded(self, organization: UUID) -> _Opened:
        opened = self._unwrapped(organization)
        with self._lock:
            self._opened[organization] = opened
            self._opened.move_to_end(organization)
            while len(self._opened) > self._remember:
                self._opened.popitem(last=False)
        return opened

    def _unwrapped(self, organization: UUID) -> _Opened:
        """One key that will not open must not hide the others: it is left out, and reads as missing."""
        stored = self._stored(organization)
        keys: dict[UUID, Key] = {}
        for wrapped in stored:
            try:
                keys[wrapped.kid] = self._roots.unwrap(wrapped)
            except CannotOpen:
                continue
        kids = [wrapped.kid for wrapped in stored]
        return _Opened(keys, kids[-1] if kids else None, kids[0] if kids else None, self._ticks())


def _one(opened: _Opened, kid: UUID | None) -> tuple[UUID, Key]:
    if kid is None or kid not in opened.keys:
        raise KeyMissing(kid)
    return kid, opened.keys[kid]


class MemoryKeyRing:
    """Keys that live only in this object, for tests: one per organization at first, more by `rotate`."""

    def __init__(self) -> None:
        self._keys: dict[UUID, dict[UUID, Key]] = {}

    def __repr__(self) -> str:
        return f"<MemoryKeyRing: {len(self._keys)} organizations>"

    def current(self, organization: UUID) -> tuple[UUID, Key]:
        if organization not in self._keys:
            self.rotate(organization)
        return list(self._keys[organization].items())[-1]

    def find(self, organization: UUID, kid: UUID) -> Key:
        try:
            return self._keys[organization][kid]
        except KeyError:
            raise KeyMissing(kid) from None

    def eldest(self, organization: UUID) -> Key:
        self.current(organization)
        return next(iter(self._keys[organization].values()))

    def rotate(self, organization: UUID) -> UUID:
        kid = uuid4()
        self._keys.setdefault(organization, {})[kid] = Key.generate()
        return kid

    def lose(self, organization: UUID, kid: UUID) -> None:
        """Behave as if the key were gone."""
        del self._keys[organization][kid]
