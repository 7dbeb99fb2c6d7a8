"""Nobody is shown a door that stays shut: from their first page, each role meets only pages that open."""

from collections.abc import Iterator

import pytest
from factories.organizations import new_organization
from walk import browser, furnish, visited

from beenthere.trust.access import Role
from beenthere.trust.models import Organization


@pytest.fixture(scope="module")
def furnished(database_server: object, django_db_blocker: pytest.FixtureRequest) -> Iterator[Organization]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        organization = new_organization()
        furnish(organization)
        yield organization


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("role", Role)
def test_every_link_opens(furnished: Organization, role: Role) -> None:
    answers = [(address, answer.status_code) for address, answer in visited(browser(furnished, role), ["/"])]
    assert len(answers) > 5
    assert [one for one in answers if one[1] != 200] == []
