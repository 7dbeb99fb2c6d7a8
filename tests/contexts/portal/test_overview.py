"""The first page of those who give no support: figures of their programs that lead to the figures."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from factories.people import new_person
from factories.support import enrol

from beenthere.trust.models import Organization


@pytest.fixture(autouse=True)
def taking_part(organization: Organization) -> None:
    enrol(new_person(organization), organization.harbor)


@pytest.mark.parametrize("role", ["director", "administrator"])
def test_the_figures_lead_to_the_page_of_numbers_for_who_may_open_it(
    role: str, client_as: Callable[..., Client]
) -> None:
    client = client_as(role)
    page = client.get("/").content.decode()
    numbers = reverse("program_numbers")
    may_open = client.get(numbers).status_code == 200
    assert (f'href="{numbers}' in page) is may_open
    assert ("Harbor" in page) is may_open


def test_a_director_sees_them_and_nobody_s_name(client_as: Callable[..., Client]) -> None:
    page = client_as("director").get("/").content.decode()
    assert "people take part" in page
    assert f'href="{reverse("program_numbers")}#counted"' in page
    assert "Maya" not in page
