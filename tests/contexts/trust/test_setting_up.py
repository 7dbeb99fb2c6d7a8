from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from factories.people import new_person
from factories.users import acting_for, new_user

from beenthere.foundation.crypto.keys import keyring
from beenthere.trust import events
from beenthere.trust.acting import Acting, acting
from beenthere.trust.api import (
    ProgramFields,
    Refused,
    Role,
    add_program,
    create_organization,
    grant_role,
    happenings,
    history_of,
    organization_facts,
    programs,
    user_names,
    who_looked,
    withdraw_role,
)
from beenthere.trust.audit import record_read
from beenthere.trust.models import Organization

ActingAs = Callable[..., AbstractContextManager[Acting]]


def test_a_new_organization_has_a_key_an_administrator_and_one_event(
    database: str, organization: Organization, loader: psycopg.Connection
) -> None:
    user = new_user(organization, Role.SPECIALIST)
    id_ = create_organization(name="Harbor Light", administrator_id=user.id)
    kid, _key = keyring().current(id_)
    assert kid
    found = loader.execute("SELECT verb, actor_id FROM trust_auditevent WHERE organization_id = %s", [id_])
    assert found.fetchall() == [{"verb": "organization.created", "actor_id": None}]
    with acting(acting_for(Organization(id=id_), Role.ADMINISTRATOR, user=user)) as who:
        facts = organization_facts(acting=who)
        assert (facts.name, facts.time_zone) == ("Harbor Light", "America/New_York")
        program = add_program(acting=who, fields=ProgramFields(name="Walk-in", usual_kinds=["group"]))
        (found_program,) = programs(acting=who)
    assert (found_program.id, found_program.usual_kinds, found_program.site_name) == (program, ("group",), "")


def test_part_2_is_determined_by_somebody(acting_as: ActingAs) -> None:
    with acting_as("administrator") as who, pytest.raises(Refused, match="who decided"):
        add_program(acting=who, fields=ProgramFields(name="Detox", part2=True))


@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMINISTRATOR])
def test_only_an_administrator_sets_up(role: Role, acting_as: ActingAs, make_user: Any) -> None:
    user = make_user("volunteer")
    with acting_as(role) as who:
        for attempt in (grant_role, withdraw_role):
            with pytest.raises(Refused):
                attempt(acting=who, user_id=user.id, role=Role.VOLUNTEER)


def test_a_role_is_given_once_and_taken_back(
    acting_as: ActingAs, make_user: Any, organization: Organization, other_organization: Organization
) -> None:
    user = make_user("volunteer", organization.harbor)
    again = {"user_id": user.id, "role": Role.SPECIALIST, "program_id": organization.day_room.id}
    with acting_as("administrator") as who:
        grant_role(acting=who, **again)
        with pytest.raises(Refused, match="already"):
            grant_role(acting=who, **again)
        with pytest.raises(Refused, match="no such program"):
            grant_role(acting=who, **again | {"program_id": other_organization.harbor.id})
        withdraw_role(acting=who, **again)
        with pytest.raises(Refused, match="don't have"):
            withdraw_role(acting=who, **again)
        told = history_of(acting=who, object_id=user.id, subject_id=None)
        actor = user_names([who.user_id])[who.user_id]
    assert [h.verb for h in told] == ["role.withdrawn", "role.granted"]
    assert told[0].sentence == f"{actor} took back a role"


def test_the_last_administrator_stays(acting_as: ActingAs, make_user: Any) -> None:
    only = make_user("administrator")
    with acting_as("administrator", user=only) as who, pytest.raises(Refused, match="last administrator"):
        withdraw_role(acting=who, user_id=only.id, role=Role.ADMINISTRATOR)


def test_programs_come_by_name_with_their_site(acting_as: ActingAs) -> None:
    with acting_as("specialist") as who:
        found = [(p.name, p.site_name, p.part2) for p in programs(acting=who)]
    assert found == [("Day room", "Main Street", False), ("Harbor", "Main Street", True)]


def test_who_looked_names_roles_and_page(
    acting_as: ActingAs, organization: Organization, other_organization: Organization
) -> None:
    person = new_person(organization)
    with acting_as("supervisor") as who:
        record_read(who, events.PERSON_VIEWED, subject_id=person.id, detail={"page": "person page"})
    with acting_as("privacy_officer") as who:
        (look,) = who_looked(acting=who, subject_id=person.id, program_ids=None)
        assert (look.roles, look.page) == (("Peer supervisor",), "person page")
        assert {h.verb for h in happenings(acting=who)} >= {"person.viewed"}
    with acting_as("privacy_officer", organization=other_organization) as stranger:
        assert who_looked(acting=stranger, subject_id=person.id, program_ids=None) == ()
        assert person.id not in {h.subject_id for h in happenings(acting=stranger)}


def test_names_of_nobody_ask_nothing(database: str) -> None:
    assert user_names([None]) == {}
