"""The tests' own ground: what conftest promises."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.test import Client
from factories.people import new_crisis_contact, new_person, new_phone
from factories.support import enrol, new_encounter, new_follow_up, new_goal, new_planned_visit
from factories.workers import new_worker

from beenthere.trust.models import Organization, Program


def test_a_fresh_organization_has_its_two_programs_and_nothing_of_another(
    organization: Organization, other_organization: Organization, acting_as: Callable[..., Any]
) -> None:
    with acting_as("supervisor"):
        assert set(Program.objects.values_list("name", "part2")) == {("Harbor", True), ("Day room", False)}


def test_what_a_test_writes_is_committed(organization: Organization, loader: psycopg.Connection) -> None:
    found = loader.execute("SELECT count(*) FROM trust_program WHERE organization_id = %s", [organization.id])
    assert found.fetchone() == {"count": 2}


def test_a_signed_in_browser_has_a_second_factor(client_as: Callable[..., Client]) -> None:
    client = client_as("specialist")
    assert client.user.grants.field.name == "user"  # type: ignore[attr-defined]


def test_nobody_asks_for_a_wrapping_transaction(request: pytest.FixtureRequest) -> None:
    with pytest.raises(RuntimeError, match="tests here commit"):
        request.getfixturevalue("django_db_setup")


def test_the_factories_make_a_whole_story(organization: Organization, loader: psycopg.Connection) -> None:
    worker = new_worker(organization, program=organization.harbor)
    person = new_person(organization, "Zoë", "De la Cruz")
    new_phone(person)
    new_crisis_contact(person)
    enrol(person, organization.harbor, worker)
    goal = new_goal(person, organization.harbor)
    visit = new_planned_visit(person, organization.harbor, worker)
    new_encounter(person, organization.harbor, worker, goal=goal, planned_visit=visit)
    new_follow_up(person, organization.harbor, worker)
    stored = loader.execute("SELECT words FROM support_goal WHERE id = %s", [goal.id]).fetchone()
    assert b"daughter" not in stored["words"]
