from collections.abc import Iterator

import pytest
from factories.notes import NOW, Desk, open_desk

from beenthere.foundation import clock
from beenthere.trust.models import Organization


@pytest.fixture(autouse=True)
def standing_still() -> Iterator[None]:
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def desk(organization: Organization) -> Desk:
    """In Harbor, on Sunday noon."""
    return open_desk(organization)
