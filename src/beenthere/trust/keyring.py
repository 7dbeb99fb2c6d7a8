"""Data keys from the database, unwrapped by the root key from a file outside it."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from beenthere.foundation import clock
from beenthere.foundation.crypto.envelope import Key
from beenthere.foundation.crypto.keyring import OrganizationKeys, RootKeys, WrappedKey
from beenthere.trust.acting import ambient, system
from beenthere.trust.models import DataKey


class DatabaseKeyRing:
    """The ring of this process. The key file is read at the first sealed value, not at import."""

    def current(self, organization: UUID) -> tuple[UUID, Key]:
        return _ring().current(organization)

    def find(self, organization: UUID, kid: UUID) -> Key:
        return _ring().find(organization, kid)

    def eldest(self, organization: UUID) -> Key:
        return _ring().eldest(organization)


def root_key_file() -> Path:
    return Path(settings.KEYS) / "root.key"


@cache
def roots() -> RootKeys:
    return RootKeys.load(root_key_file())


def forget_roots() -> None:
    """Read the key file again next time, as after a change of root keys."""
    roots.cache_clear()
    _ring.cache_clear()


@cache
def _ring() -> OrganizationKeys:
    return OrganizationKeys(roots(), _stored)


def _stored(organization: UUID) -> Sequence[WrappedKey]:
    if ambient() is None:
        with system("reading data keys"):
            return _rows(organization)
    return _rows(organization)


def _rows(organization: UUID) -> Sequence[WrappedKey]:
    keys = DataKey.objects.filter(organization_id=organization).order_by("created_at", "kid")
    return [WrappedKey(organization=organization, kid=k.kid, wrapped=bytes(k.wrapped)) for k in keys]


def ensure_root_key() -> None:
    """Make the root key on first run. An existing one is never replaced."""
    if not root_key_file().exists():
        RootKeys.create(root_key_file())


def add_data_key(organization: UUID) -> UUID:
    """Give the organization a fresh data key for new writes; the former stays readable. Returns its kid."""
    wrapped = roots().new_data_key(organization)
    moment = clock.now()
    DataKey.objects.filter(organization_id=organization, retired_at=None).update(retired_at=moment)
    DataKey.objects.create(
        kid=wrapped.kid, organization_id=organization, wrapped=wrapped.wrapped, created_at=moment
    )
    _ring().forget(organization)
    return wrapped.kid
