"""Add, enroll, assign, discharge, take back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection
from factories.people import new_person
from factories.support import enrol, new_encounter, new_follow_up, new_planned_visit
from factories.users import acting_in, new_user
from factories.workers import new_worker

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.people import api as people
from beenthere.support.encounters.models import Encounter, FollowUp, PlannedVisit
from beenthere.support.intake import actions
from beenthere.support.intake.models import Assignment, Enrolment
from beenthere.trust.api import Refused, visible
from beenthere.trust.models import Organization

ZONE = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def standing_still() -> Any:
    with clock.standing_at(NOON):
        yield


def verbs(loader: psycopg.Connection, organization: Organization) -> list[str]:
    rows = loader.execute(
        "SELECT verb FROM trust_auditevent WHERE organization_id = %s ORDER BY id", [organization.id]
    ).fetchall()
    return [row["verb"] for row in rows]


def register(acting: Any, organization: Organization, id: Any, name: str = "Noor", **more: Any) -> Any:
    return actions.register_participant(
        acting=acting,
        id=id,
        fields=people.PersonFields(chosen_name=name, family_name="Haddad"),
        program_id=organization.harbor.id,
        started_on=TODAY,
        **more,
    )


def test_adding_enrols_and_assigns_in_one_event(
    organization: Organization, loader: psycopg.Connection
) -> None:
    user = new_user(organization, "specialist", organization.harbor)
    worker, id_ = new_worker(organization, user), uuid7()
    with acting_in(organization, "specialist", organization.harbor, user=user) as acting:
        assert register(acting, organization, id_, worker_id=worker.id) is actions.Added.ADDED
        assert Enrolment.objects.get(id=id_).person_id == id_
        assert Assignment.objects.get(enrolment_id=id_).worker_id == worker.id
    assert verbs(loader, organization) == ["person.registered"]


def test_the_same_form_twice_is_one_person(organization: Organization, loader: psycopg.Connection) -> None:
    user, id_ = new_user(organization, "specialist", organization.harbor), uuid7()
    with acting_in(organization, "specialist", organization.harbor, user=user) as acting:
        register(acting, organization, id_)
        assert register(acting, organization, id_) is actions.Added.ALREADY_ADDED
        assert register(acting, organization, id_, name="Nora") is actions.Added.ADDED_WITH_OTHER_WORDS
        assert people.person_cards(acting=acting, ids=[id_])[id_].chosen_name == "Noor"
    assert verbs(loader, organization) == ["person.registered"]


def test_two_requests_of_one_form_at_the_same_moment_add_one_person(
    organization: Organization, loader: psycopg.Connection
) -> None:
    user, id_ = new_user(organization, "specialist", organization.harbor), uuid7()

    def one_request() -> actions.Added:
        try:
            with (
                clock.standing_at(NOON),
                acting_in(organization, "specialist", organization.harbor, user=user) as acting,
            ):
                return register(acting, organization, id_)  # type: ignore[no-any-return]
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = [future.result() for future in [pool.submit(one_request) for _ in range(8)]]
    assert sorted(answers) == [actions.Added.ADDED] + [actions.Added.ALREADY_ADDED] * 7
    assert verbs(loader, organization) == ["person.registered"]


def test_nobody_adds_people_to_a_program_that_is_not_theirs(
    organization: Organization, loader: psycopg.Connection
) -> None:
    with acting_in(organization, "specialist", organization.day_room) as acting, pytest.raises(Refused):
        register(acting, organization, uuid7())
    assert verbs(loader, organization) == []
    found = loader.execute("SELECT 1 FROM people_person WHERE organization_id = %s", [organization.id])
    assert found.fetchone() is None


def test_a_specialist_takes_someone_on_and_gives_nobody_to_a_colleague(organization: Organization) -> None:
    user = new_user(organization, "specialist", organization.harbor)
    new_worker(organization, user)
    colleague = new_worker(organization, program=organization.harbor)
    with (
        acting_in(organization, "specialist", organization.harbor, user=user) as acting,
        pytest.raises(Refused, match="supervisor"),
    ):
        register(acting, organization, uuid7(), worker_id=colleague.id)


def test_coming_back_is_a_new_time_and_the_old_one_stays(organization: Organization) -> None:
    person = new_person(organization)
    first = enrol(
        person,
        organization.harbor,
        started_on=date(2026, 1, 5),
        ended_on=date(2026, 3, 2),
        end_reason="moved",
    )
    with acting_in(organization, "specialist", organization.harbor) as acting:
        again = actions.enrol(
            acting=acting,
            id=uuid7(),
            person_id=person.id,
            program_id=organization.harbor.id,
            started_on=TODAY,
        )
        assert set(Enrolment.objects.values_list("id", flat=True)) == {first.id, again}


def test_nobody_takes_part_twice_at_the_same_time(organization: Organization) -> None:
    person = new_person(organization)
    enrol(person, organization.harbor)
    with (
        acting_in(organization, "specialist", organization.harbor) as acting,
        pytest.raises(Refused, match="already take part"),
    ):
        actions.enrol(
            acting=acting,
            id=uuid7(),
            person_id=person.id,
            program_id=organization.harbor.id,
            started_on=TODAY,
        )


@pytest.fixture
def handed(organization: Organization) -> dict[str, Any]:
    """Someone with a specialist, a visit and a call ahead, a visit behind, a signed note."""
    old = new_worker(organization, program=organization.harbor)
    new = new_worker(organization, program=organization.harbor)
    person = new_person(organization)
    return {
        "old": old,
        "new": new,
        "person": person,
        "enrolment": enrol(person, organization.harbor, old),
        "ahead": new_planned_visit(person, organization.harbor, old, starts_at=NOON + timedelta(days=2)),
        "behind": new_planned_visit(person, organization.harbor, old, starts_at=NOON - timedelta(days=2)),
        "call": new_follow_up(person, organization.harbor, old),
        "note": new_encounter(person, organization.harbor, old, signed_at=NOON, signed_by_id=old.user_id),
    }


def test_the_new_specialist_gets_what_is_open_and_sees_what_was(
    organization: Organization, handed: dict[str, Any], loader: psycopg.Connection
) -> None:
    with acting_in(organization, "supervisor", organization.harbor) as acting:
        result = actions.assign(
            acting=acting, enrolment_id=handed["enrolment"].id, worker_id=handed["new"].id
        )
        assert (result.visits, result.follow_ups) == (1, 1)
        assert PlannedVisit.objects.get(id=handed["ahead"].id).worker_id == handed["new"].id
        assert PlannedVisit.objects.get(id=handed["behind"].id).worker_id == handed["old"].id
        assert FollowUp.objects.get(id=handed["call"].id).worker_id == handed["new"].id
        assert Assignment.objects.filter(ended_at=None).get().worker_id == handed["new"].id
        assert Assignment.objects.count() == 2
    with acting_in(organization, "specialist", organization.harbor, user=handed["new"].user) as acting:
        assert visible(acting, Encounter, may="support.see_people").filter(id=handed["note"].id).exists()
    assert verbs(loader, organization) == ["person.assigned"]


def test_open_work_can_stay_where_it_is(organization: Organization, handed: dict[str, Any]) -> None:
    with acting_in(organization, "supervisor", organization.harbor) as acting:
        actions.assign(
            acting=acting, enrolment_id=handed["enrolment"].id, worker_id=handed["new"].id, moving=False
        )
        assert PlannedVisit.objects.get(id=handed["ahead"].id).worker_id == handed["old"].id


def test_nobody_is_given_to_a_worker_of_another_program(
    organization: Organization, handed: dict[str, Any]
) -> None:
    stranger = new_worker(organization, program=organization.day_room)
    with (
        acting_in(organization, "supervisor", organization.harbor) as acting,
        pytest.raises(Refused, match="doesn't work"),
    ):
        actions.assign(acting=acting, enrolment_id=handed["enrolment"].id, worker_id=stranger.id)


def discharge(acting: Any, handed: dict[str, Any], **more: Any) -> None:
    how = {"last_day": TODAY, "reason": "own_choice", "on": TODAY} | more
    actions.discharge(acting=acting, enrolment_id=handed["enrolment"].id, **how)


def state_of(handed: dict[str, Any]) -> dict[str, Any]:
    return {
        "ended": Enrolment.objects.get(id=handed["enrolment"].id).ended_on,
        "assigned": Assignment.objects.filter(ended_at=None).count(),
        "ahead": PlannedVisit.objects.get(id=handed["ahead"].id).status,
        "behind": PlannedVisit.objects.get(id=handed["behind"].id).status,
        "call_open": FollowUp.objects.get(id=handed["call"].id).done_at is None,
    }


OPEN = {"ended": None, "assigned": 1, "ahead": "planned", "behind": "planned", "call_open": True}
CLOSED = {"ended": TODAY, "assigned": 0, "ahead": "cancelled", "behind": "planned", "call_open": False}


def test_a_discharge_closes_what_was_open_and_taking_it_back_opens_all_again(
    organization: Organization, handed: dict[str, Any], loader: psycopg.Connection
) -> None:
    with acting_in(organization, "specialist", organization.harbor) as acting:
        assert state_of(handed) == OPEN
        discharge(acting, handed)
        assert state_of(handed) == CLOSED
    with acting_in(organization, "specialist", organization.harbor) as acting:
        actions.undo_discharge(acting=acting, enrolment_id=handed["enrolment"].id, zone=ZONE)
        assert state_of(handed) == OPEN
    assert verbs(loader, organization) == ["person.discharged", "person.discharge_undone"]


def test_a_discharge_is_taken_back_only_on_its_own_day(
    organization: Organization, handed: dict[str, Any]
) -> None:
    late = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)  # 11:30 pm in New York, still the 22nd
    after = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
    assert actions.can_be_undone(late, ZONE)
    with acting_in(organization, "specialist", organization.harbor) as acting:
        discharge(acting, handed)
    with (
        clock.standing_at(after),
        acting_in(organization, "specialist", organization.harbor) as acting,
        pytest.raises(Refused, match="only on the day"),
    ):
        actions.undo_discharge(acting=acting, enrolment_id=handed["enrolment"].id, zone=ZONE)


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 23)])
def test_the_last_day_lies_between_the_first_and_today(
    day: date, organization: Organization, handed: dict[str, Any]
) -> None:
    with (
        acting_in(organization, "specialist", organization.harbor) as acting,
        pytest.raises(Refused, match="last day"),
    ):
        discharge(acting, handed, last_day=day)
