"""Goals: the person's words, marked and ordered, never edited."""

import threading
from typing import Any

import psycopg
import pytest
from django.db import connections
from factories.people import new_person
from factories.support import DAY, enrol, new_goal
from factories.users import acting_in

from beenthere.kernel.ids import uuid7
from beenthere.support.plans import actions
from beenthere.support.plans.actions import Change
from beenthere.support.plans.models import Goal
from beenthere.support.plans.queries import goals_of
from beenthere.trust.api import Refused
from beenthere.trust.models import Organization


@pytest.fixture
def person(organization: Organization) -> Any:
    person = new_person(organization)
    enrol(person, organization.harbor)
    return person


def add(acting: Any, person: Any, program: Any, words: str, **more: Any) -> Any:
    id_ = more.pop("id", None) or uuid7()
    actions.add_goal(
        acting=acting, id=id_, person_id=person.id, program_id=program.id, words=words, domain="", on=DAY
    )
    return id_


def words(acting: Any, person: Any) -> list[str]:
    return [goal.words for goal in goals_of(acting, person.id) if goal.open]


def test_goals_keep_the_person_s_words_and_order(organization: Organization, person: Any) -> None:
    with acting_in(organization, "specialist", organization.harbor) as acting:
        ids = [add(acting, person, organization.harbor, text) for text in ("Sleep", "Work", "See my son")]
        actions.change_goal(acting=acting, goal_id=ids[2], change=Change.EARLIER, on=DAY)
        assert words(acting, person) == ["Sleep", "See my son", "Work"]
        actions.change_goal(acting=acting, goal_id=ids[0], change=Change.EARLIER, on=DAY)
        assert words(acting, person) == ["Sleep", "See my son", "Work"]


def test_who_moves_a_goal_holds_none_while_waiting_for_another(
    organization: Organization, person: Any, loader: psycopg.Connection
) -> None:
    """Each holding its own and waiting for the other's, two would end in a deadlock."""
    first, second = sorted(new_goal(person, organization.harbor).id for _ in range(2))
    lock = "SELECT 1 FROM support_goal WHERE id = %s FOR UPDATE NOWAIT"
    moved: list[Any] = []

    def move_the_second() -> None:
        try:
            with acting_in(organization, "specialist", organization.harbor) as acting:
                moved.append(
                    actions.change_goal(acting=acting, goal_id=second, change=Change.EARLIER, on=DAY)
                )
        finally:
            connections.close_all()

    meanwhile = threading.Thread(target=move_the_second)
    with loader.transaction():
        loader.execute(lock, [first])
        meanwhile.start()
        meanwhile.join(timeout=1)
        loader.execute(lock, [second])
    meanwhile.join()
    assert moved == [person.id]


def test_the_same_form_twice_is_one_goal(
    organization: Organization, person: Any, loader: psycopg.Connection
) -> None:
    with acting_in(organization, "specialist", organization.harbor) as acting:
        id_ = add(acting, person, organization.harbor, "Sleep")
        add(acting, person, organization.harbor, "Sleep better", id=id_)
        assert words(acting, person) == ["Sleep"]
    events = loader.execute(
        "SELECT verb, detail::text FROM trust_auditevent WHERE organization_id = %s", [organization.id]
    ).fetchall()
    assert [row["verb"] for row in events] == ["goal.added"]
    assert "Sleep" not in str(events)


def test_a_goal_is_reached_set_aside_and_taken_up_again(organization: Organization, person: Any) -> None:
    with acting_in(organization, "specialist", organization.harbor) as acting:
        id_ = add(acting, person, organization.harbor, "Sleep")
        actions.change_goal(acting=acting, goal_id=id_, change=Change.REACHED, on=DAY)
        assert words(acting, person) == []
        assert Goal.objects.get(id=id_).reached_on == DAY
        actions.change_goal(acting=acting, goal_id=id_, change=Change.SET_ASIDE, on=DAY)
        assert Goal.objects.get(id=id_).reached_on is None
        actions.change_goal(acting=acting, goal_id=id_, change=Change.TAKE_UP, on=DAY)
        assert words(acting, person) == ["Sleep"]


def test_no_goal_for_someone_who_takes_no_part(organization: Organization) -> None:
    stranger = new_person(organization, "Stranger")
    enrol(stranger, organization.day_room)
    with (
        acting_in(organization, "specialist", organization.harbor) as acting,
        pytest.raises(Refused, match="take part"),
    ):
        add(acting, stranger, organization.harbor, "Sleep")


def test_no_action_changes_the_words() -> None:
    public = {name for name in dir(actions) if getattr(getattr(actions, name), "is_action", False)}
    assert public == {"add_goal", "change_goal"}


def test_a_goal_moves_past_goals_of_its_own_programs_only(organization: Organization, person: Any) -> None:
    enrol(person, organization.day_room)
    with acting_in(organization, "specialist", organization.harbor) as acting:
        ids = [add(acting, person, organization.harbor, text) for text in ("Sleep", "Work")]
    hidden = new_goal(person, organization.day_room, "Sing", place_in_list=1, reached_on=None)
    with acting_in(organization, "specialist", organization.harbor) as acting:
        actions.change_goal(acting=acting, goal_id=ids[1], change=Change.EARLIER, on=DAY)
        assert words(acting, person) == ["Work", "Sleep"]
        assert Goal.objects.get(id=hidden.id).place_in_list == 1
