"""The pages on consents, as those who use them see them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.people import new_person
from factories.support import enrol

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.people.models import Person
from beenthere.trust.models import Organization

TODAY = clock.now().date()


@pytest.fixture
def maya(organization: Organization) -> Person:
    person = new_person(organization, "Maya", "Reyes")
    enrol(person, organization.harbor)
    return person


@pytest.fixture
def client(organization: Organization, client_as: Callable) -> Client:
    return client_as("specialist", organization.harbor)


def typed(client: Client, maya: Person, organization: Organization, **more: Any) -> dict[str, Any]:
    """The prefilled form for treatment and payment, as a browser would send it back."""
    page = client.get(reverse("consent_add", args=[maya.id, "tpo"])).content.decode()
    areas = dict(re.findall(r'<textarea name="(\w+)"[^>]*>\s*([^<]*)</textarea>', page))
    return {
        "id": str(uuid7()),
        "from_program": str(organization.harbor.id),
        "segments": ["taking_part", "visits"],
        "purpose": re.search(r'name="purpose" value="([^"]+)"', page).group(1),
        "no_expiry": "on",
        "signature": "paper",
        "signed_name": "Maya Reyes",
        "signed_on": (clock.now() - timedelta(days=1)).date().isoformat(),
        **areas,
        **more,
    }


def test_a_consent_is_given_shown_and_taken_back(
    client: Client, maya: Person, organization: Organization
) -> None:
    form = typed(client, maya, organization)
    saved = client.post(reverse("consent_add", args=[maya.id, "tpo"]), form)
    one = reverse("consent", args=[maya.id, form["id"]])
    assert (saved.status_code, saved.url) == (302, one)
    page = client.get(one).content.decode()
    assert "Active" in page
    assert "people helping to operate this program" in page
    assert "42 CFR part 2 prohibits unauthorized use or disclosure of these records." in page
    assert "Name as signed" not in page
    taken = client.post(reverse("consent_revoke", args=[maya.id, form["id"]]))
    assert taken.url == reverse("consents", args=[maya.id])
    assert "Taken back" in client.get(taken.url).content.decode()
    assert "Take it back" not in client.get(one).content.decode()


def test_what_is_shared_is_theirs_to_choose(client: Client, maya: Person) -> None:
    for kind in ("tpo", "specific"):
        page = client.get(reverse("consent_add", args=[maya.id, kind])).content.decode()
        assert 'name="segments"' in page
        assert not re.findall(r'name="segments" value="(\w+)"[^>]* checked', page)


def test_a_program_outside_part_2_carries_no_notice(organization: Organization, client_as: Callable) -> None:
    rosa = new_person(organization, "Rosa")
    enrol(rosa, organization.day_room)
    client = client_as("specialist", organization.day_room)
    form = typed(client, rosa, organization, from_program=str(organization.day_room.id))
    saved = client.post(reverse("consent_add", args=[rosa.id, "tpo"]), form)
    assert "42 CFR part 2 prohibits" not in client.get(saved.url).content.decode()


def test_what_is_missing_is_said_and_can_be_completed(
    client: Client, maya: Person, organization: Organization
) -> None:
    form = typed(client, maya, organization, signature="", signed_name="")
    saved = client.post(reverse("consent_add", args=[maya.id, "tpo"]), form, follow=True)
    page = saved.content.decode()
    assert "it does not count yet" in page
    assert "It is not signed yet." in page
    change = reverse("consent_change", args=[maya.id, form["id"]])
    assert change in page
    assert form["purpose"] in client.get(change).content.decode()
    client.post(change, {**form, "signature": "screen", "signed_name": "Maya R."})
    assert "Active" in client.get(reverse("consent", args=[maya.id, form["id"]])).content.decode()
    assert client.get(change).status_code == 404, "an active consent is not changed"


def test_a_named_recipient_is_asked_for(client: Client, maya: Person, organization: Organization) -> None:
    address = reverse("consent_add", args=[maya.id, "specific"])
    page = client.get(address).content.decode()
    assert "With which program here?" in page
    harbor = organization.harbor.id
    itself = {"id": str(uuid7()), "from_program": harbor, "to_program": harbor}
    assert "no consent to share with itself" in client.post(address, itself).content.decode()


def test_a_day_to_come_is_no_day_of_signing(client: Client, maya: Person, organization: Organization) -> None:
    form = typed(client, maya, organization, signed_on="2090-01-01")
    answer = client.post(reverse("consent_add", args=[maya.id, "tpo"]), form)
    assert "This day has not come yet" in answer.content.decode()


def test_no_day_of_signing_is_assumed_and_one_that_was_signed_needs_it(
    client: Client, maya: Person, organization: Organization
) -> None:
    address = reverse("consent_add", args=[maya.id, "tpo"])
    (field,) = re.findall(r'<input[^>]*name="signed_on"[^>]*>', client.get(address).content.decode())
    assert "value=" not in field
    signed = typed(client, maya, organization, signed_on="")
    assert "Write the day it was signed." in client.post(address, signed).content.decode()
    assert client.post(address, {**signed, "signature": "spoken", "signed_name": ""}).status_code == 302


def test_the_list_takes_as_many_queries_for_ten_as_for_one(
    client: Client, maya: Person, organization: Organization
) -> None:
    counts = []
    for _round in range(2):
        for _each in range(len(counts) * 9 + 1):
            form = typed(client, maya, organization)
            client.post(reverse("consent_add", args=[maya.id, "tpo"]), form)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("consents", args=[maya.id])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", ["volunteer", "director", "biller", "administrator"])
def test_roles_that_have_no_use_for_consents(
    maya: Person, organization: Organization, client_as: Callable, role: str
) -> None:
    client = client_as(role, organization.harbor)
    assert client.get(reverse("consents", args=[maya.id])).status_code == 403
    assert client.get(reverse("consent_add", args=[maya.id])).status_code == 403


def test_the_privacy_officer_reads_and_records_nothing(
    client: Client, maya: Person, organization: Organization, client_as: Callable
) -> None:
    form = typed(client, maya, organization)
    client.post(reverse("consent_add", args=[maya.id, "tpo"]), form)
    officer = client_as("privacy_officer")
    page = officer.get(reverse("consents", args=[maya.id])).content.decode()
    assert "Treatment, payment and running the program" in page
    assert "Take it back" not in page
    assert officer.post(reverse("consent_revoke", args=[maya.id, form["id"]])).status_code == 403


def test_another_program_and_another_person_get_the_same_answer(
    client: Client, maya: Person, organization: Organization, client_as: Callable
) -> None:
    form = typed(client, maya, organization)
    client.post(reverse("consent_add", args=[maya.id, "tpo"]), form)
    stranger = client_as("specialist", organization.day_room)
    rosa = new_person(organization, "Rosa")
    enrol(rosa, organization.harbor)
    assert stranger.get(reverse("consents", args=[maya.id])).status_code == 404
    assert stranger.get(reverse("consent", args=[maya.id, form["id"]])).status_code == 404
    assert stranger.post(reverse("consent_revoke", args=[maya.id, form["id"]])).status_code == 404
    assert client.get(reverse("consent", args=[rosa.id, form["id"]])).status_code == 404
    assert client.get(reverse("consent_add", args=[maya.id, "unknown"])).status_code == 404
