"""These tests need no database. With the project's settings they use them; alone (`-p no:django`) they
bring the little Django needs to define a model."""

from collections.abc import Iterator
from uuid import UUID

import django
import pytest
from django.apps import apps
from django.conf import settings

if not apps.ready:
    if not settings.configured:
        settings.configure(INSTALLED_APPS=[], USE_TZ=True, SECRET_KEY="only for these tests")
    django.setup()

from beenthere.foundation.crypto.keyring import MemoryKeyRing
from beenthere.foundation.crypto.keys import using_keyring


@pytest.fixture
def organization() -> UUID:
    return UUID("018f0000-0000-7000-8000-00000000000a")


@pytest.fixture
def ring() -> Iterator[MemoryKeyRing]:
    with using_keyring(MemoryKeyRing()) as ring:
        yield ring  # type: ignore[misc]
