"""Visits, calls and next steps, and what the home page asks for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.people import new_person
from factories.support import enrol, new_follow_up, new_planned_visit
from factories.users import acting_in, new_user, signed_in
from factories.workers import new_worker

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.support.encounters.models import FollowUp, PlannedVisit
from beenthere.support.visits import actions
from beenthere.support.visits.queries import today_of
from beenthere.trust.api import Refused
from beenthere.trust.models import Organization

ZONE = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def standing_still() -> Any:
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def world(organization: Organization) -> dict[str, Any]:
    user = new_user(organization, "specialist", organization.harbor)
    worker = new_worker(organization, user)
    person = new_person(organization)
    enrol(person, organization.harbor, worker)
    return {"user": user, "worker": worker, "person": person, "harbor": organization.harbor}


def plan(acting: Any, world: dict[str, Any], **more: Any) -> Any:
    how = {
        "id": uuid7(), "person_id": world["person"].id, "program_id": world["harbor"].id,
        "worker_id": world["worker"].id, "starts_at": NOON, "minutes": 30, "kind": "check_in", "place": "",
    } | more  # fmt: skip
    actions.plan_visit(acting=acting, **how)
    return how["id"]


def test_the_same_form_plans_one_visit(
    organization: Organization, world: dict[str, Any], loader: psycopg.Connection
) -> None:
    with acting_in(organization, "specialist", organization.harbor, user=world["user"]) as acting:
        id_ = plan(acting, world)
        plan(acting, world, id=id_)
        assert PlannedVisit.objects.count() == 1
    found = loader.execute(
        "SELECT verb FROM trust_auditevent WHERE organization_id = %s", [organization.id]
    ).fetchall()
    assert found == [{"verb": "visit.planned"}]


def test_no_visit_for_someone_who_takes_no_part_or_with_someone_who_does_not_work_there(
    organization: Organization, world: dict[str, Any]
) -> None:
    stranger = new_person(organization, "Stranger")
    enrol(stranger, organization.day_room)
    colleague = new_worker(organization, program=organization.day_room)
    with acting_in(organization, "specialist", organization.harbor, user=world["user"]) as acting:
        with pytest.raises(Refused, match="take part"):
            plan(acting, world, person_id=stranger.id)
        with pytest.raises(Refused, match="doesn't work"):
            plan(acting, world, worker_id=colleague.id)


def test_only_a_signed_note_says_that_a_visit_took_place(
    organization: Organization, world: dict[str, Any]
) -> None:
    kept = new_planned_visit(world["person"], world["harbor"], world["worker"], status="kept")
    ahead = new_planned_visit(world["person"], world["harbor"], world["worker"])
    with acting_in(organization, "specialist", organization.harbor, user=world["user"]) as acting:
        with pytest.raises(Refused, match="Write the note"):
            actions.settle_visit(acting=acting, visit_id=ahead.id, status="kept")
        for change in (
            lambda: actions.settle_visit(acting=acting, visit_id=kept.id, status="missed"),
            lambda: actions.move_visit(acting=acting, visit_id=kept.id, starts_at=NOON, minutes=30, place=""),
        ):
            with pytest.raises(Refused):
                change()


def test_an_attempt_counts_once_and_comes_back_tomorrow(
    organization: Organization, world: dict[str, Any]
) -> None:
    call = new_follow_up(world["person"], world["harbor"], world["worker"], due_on=TODAY)
    with acting_in(organization, "specialist", organization.harbor, user=world["user"]) as acting:
        tap = {"acting": acting, "follow_up_id": call.id, "result": actions.CallResult.NO_ANSWER, "on": TODAY}
        actions.record_call(**tap, seen=0)
        with pytest.raises(Refused, match="already recorded"):
            actions.record_call(**tap, seen=0)
        row = FollowUp.objects.get(id=call.id)
        assert (row.attempts, row.due_on, row.done_at) == (1, date(2026, 11, 23), None)
        actions.record_call(**(tap | {"result": actions.CallResult.REACHED}), seen=1)
        assert FollowUp.objects.get(id=call.id).done_at is not None


def test_today_holds_the_day_of_the_organization_in_three_queries(
    organization: Organization, world: dict[str, Any]
) -> None:
    late = datetime(2026, 11, 23, 4, 59, tzinfo=UTC)  # 11:59 pm of the 22nd in New York
    for moment in (late, late + timedelta(minutes=1), NOON):
        new_planned_visit(world["person"], world["harbor"], world["worker"], starts_at=moment)
    new_planned_visit(world["person"], world["harbor"], world["worker"], starts_at=NOON, status="cancelled")
    for kind, day in (
        ("call", TODAY),
        ("task", TODAY - timedelta(days=3)),
        ("call", TODAY + timedelta(days=1)),
    ):
        new_follow_up(world["person"], world["harbor"], world["worker"], kind=kind, due_on=day)
    with acting_in(organization, "specialist", organization.harbor, user=world["user"]) as acting:
        with CaptureQueriesContext(connection) as captured:
            day = today_of(acting, world["worker"].id, TODAY, ZONE)
        assert [visit.starts_at for visit in day.visits] == [NOON, late]
        assert [line.days_late for line in day.calls] == [0]
        assert [line.days_late for line in day.next_steps] == [3]
        assert {visit.name for visit in day.visits} == {"Maya Reyes"}
        assert len(captured) == 3


def test_a_next_step_is_ticked_off_and_taken_back(organization: Organization, world: dict[str, Any]) -> None:
    step = new_follow_up(
        world["person"], world["harbor"], world["worker"], kind="task", what="Bring the form"
    )
    client = signed_in(organization, "specialist", organization.harbor, user=world["user"])
    url = reverse("follow_up_settle", args=[step.id])
    page = client.post(url, {"from": "person"}, follow=True).content.decode()
    assert "Ticked off" in page
    assert "Bring the form" not in page
    page = client.post(url, {"from": "person", "done": "no"}, follow=True).content.decode()
    assert "Bring the form" in page


def test_the_list_of_calls_asks_the_same_however_long(
    organization: Organization, world: dict[str, Any]
) -> None:
    client = signed_in(organization, "specialist", organization.harbor, user=world["user"])

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("follow_ups")).status_code == 200
        return len(captured)

    new_follow_up(world["person"], world["harbor"], world["worker"])
    cost()  # the first look also fetches the organization's key
    few = cost()
    for _ in range(9):
        another = new_person(organization)
        enrol(another, organization.harbor, world["worker"])
        new_follow_up(another, organization.harbor, world["worker"])
    assert cost() == few
