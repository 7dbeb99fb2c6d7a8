import pytest
from factories.funding import Office, open_office

from beenthere.trust.models import Organization


@pytest.fixture
def office(organization: Organization) -> Office:
    """In Harbor, by the demonstration rule that drops what is short of 15 minutes, 16 units a day at most."""
    return open_office(organization)
