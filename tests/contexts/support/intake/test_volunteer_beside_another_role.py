"""A volunteer who holds another role too. As a volunteer they see the people assigned to them; about
everybody else the other role alone decides, whatever it is and wherever it is held."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.people import new_crisis_contact, new_person, new_phone
from factories.support import enrol, new_encounter, new_follow_up, new_goal, new_planned_visit
from factories.users import grant, new_user, signed_in
from factories.workers import new_worker
from test_gates import new_consent

from beenthere.foundation import clock
from beenthere.portal.queries import counts_page
from beenthere.support.encounters.queries import NotePage, note_page
from beenthere.support.intake.caseload import CaseloadPage, Order, Show, Whose, caseload_page
from beenthere.support.intake.person_page import PersonPage, notes_page, person_page
from beenthere.support.plans.queries import goals_page
from beenthere.trust.access import Role
from beenthere.trust.acting import Acting, Grant, acting
from beenthere.trust.models import Organization

NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
OTHERS = sorted(set(Role) - {Role.VOLUNTEER})


@pytest.fixture(autouse=True)
def standing_still() -> Any:
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def house(organization: Organization) -> dict[str, Any]:
    """A user who is a worker; Maya, with whom somebody else in Harbor works; Leo, assigned to the user."""
    user = new_user(organization, "volunteer", organization.harbor)
    mine = new_worker(organization, user)
    other = new_worker(organization, role="specialist", program=organization.harbor)
    made: dict[str, Any] = {"user": user, "mine": mine, "other": other}
    for name, worker in (("Maya", other), ("Leo", mine)):
        person = new_person(organization, name, safe_contact="Say you are a friend.")
        new_phone(person)
        new_crisis_contact(person)
        enrol(person, organization.harbor, worker)
        new_goal(person, organization.harbor)
        new_planned_visit(person, organization.harbor, worker, starts_at=NOON + timedelta(days=1))
        new_follow_up(person, organization.harbor, worker)
        note = new_encounter(person, organization.harbor, other, signed_at=NOON, signed_by_id=other.user_id)
        made |= {name: person, f"{name}'s note": note}
    return made


def looking(organization: Organization, house: dict[str, Any], *grants: Grant) -> Acting:
    return Acting(organization_id=organization.id, user_id=house["user"].id, grants=frozenset(grants))


def answer(who: Acting, page: Any, *args: Any, **kwargs: Any) -> Any:
    """The page, or None where there is none."""
    with acting(who):
        try:
            return page(*args, **kwargs)
        except Http404:
            return None


def person(who: Acting, house: dict[str, Any], name: str) -> PersonPage | None:
    return answer(who, person_page, who, house[name].id, zone=UTC)


def note(who: Acting, house: dict[str, Any], name: str) -> NotePage | None:
    return answer(who, note_page, acting=who, id=house[f"{name}'s note"].id, on=TODAY)


def caseload(who: Acting, whose: Whose) -> CaseloadPage:
    return answer(
        who, caseload_page, who, whose=whose, show=Show.ALL, order=Order.NAME, program_id=None, number="1",
        zone=UTC, own=True,
    )  # fmt: skip


def everything(who: Acting, house: dict[str, Any], name: str) -> list[Any]:
    """Whatever the house answers about one person."""
    id_, note_id = house[name].id, house[f"{name}'s note"].id
    notes = answer(who, notes_page, who, id_, "1")
    return [
        person(who, house, name),
        note(who, house, name),
        answer(who, goals_page, who, id_),
        notes and notes.lines,
        answer(who, counts_page, acting=who, encounter_id=note_id, on=TODAY),
        [line for line in caseload(who, Whose.PROGRAM).lines if line.person_id == id_],
        [line for line in caseload(who, Whose.MINE).lines if line.person_id == id_],
    ]


@pytest.mark.parametrize("as_volunteer", ["in the program", "everywhere"])
@pytest.mark.parametrize("as_other", ["in the program", "everywhere"])
@pytest.mark.parametrize("role", OTHERS)
def test_being_a_volunteer_too_shows_nothing_more_of_people_not_assigned(
    organization: Organization, house: dict[str, Any], role: Role, as_other: str, as_volunteer: str
) -> None:
    where = {"in the program": organization.harbor.id, "everywhere": None}
    held = Grant(role=role, program_id=where[as_other])
    volunteer = Grant(role=Role.VOLUNTEER, program_id=where[as_volunteer])
    alone = everything(looking(organization, house, held), house, "Maya")
    assert everything(looking(organization, house, held, volunteer), house, "Maya") == alone


@pytest.mark.parametrize("role", OTHERS)
def test_people_assigned_to_them_are_seen_as_by_both_roles(
    organization: Organization, house: dict[str, Any], role: Role
) -> None:
    held = Grant(role=role, program_id=organization.harbor.id)
    volunteer = Grant(role=Role.VOLUNTEER, program_id=organization.harbor.id)
    both = looking(organization, house, held, volunteer)
    page, alone = person(both, house, "Leo"), person(looking(organization, house, volunteer), house, "Leo")
    assert page is not None
    assert alone is not None
    assert (page.contact, page.goals, page.visits, page.follow_ups, page.notes) == (
        alone.contact, alone.goals, alone.visits, alone.follow_ups, alone.notes
    )  # fmt: skip
    assert (page.may.write, page.may.plan) == (True, True)
    read = note(both, house, "Leo")
    assert read is not None
    assert read.sections
    assert [line.next_at for line in caseload(both, Whose.MINE).lines] == [NOON + timedelta(days=1)]


def test_a_volunteer_elsewhere_is_listed_their_own_people_there(
    organization: Organization, house: dict[str, Any]
) -> None:
    """With all that a volunteer sees of them: in that program nobody else is on the list."""
    specialist = Grant(role=Role.SPECIALIST, program_id=organization.day_room.id)
    volunteer = Grant(role=Role.VOLUNTEER, program_id=organization.harbor.id)
    lines = caseload(looking(organization, house, specialist, volunteer), Whose.PROGRAM).lines
    assert [(line.name.split()[0], line.next_at is not None) for line in lines] == [("Leo", True)]


def test_what_a_consent_opens_to_another_team_is_not_widened_by_being_a_volunteer(
    organization: Organization, house: dict[str, Any]
) -> None:
    new_consent(house["Maya"], organization, "taking_part", "goals")
    specialist = Grant(role=Role.SPECIALIST, program_id=organization.day_room.id)
    volunteer = Grant(role=Role.VOLUNTEER, program_id=organization.harbor.id)
    alone = person(looking(organization, house, specialist), house, "Maya")
    assert alone is not None
    assert alone.goals
    assert alone.contact is None
    assert person(looking(organization, house, specialist, volunteer), house, "Maya") == alone


def test_a_goal_of_another_program_stays_there_for_who_sees_no_goals_there(
    organization: Organization, house: dict[str, Any]
) -> None:
    """Biller in the day room, volunteer in Harbor: a note there touches a goal that the day room keeps."""
    leo = house["Leo"]
    enrol(leo, organization.day_room)
    goal = new_goal(leo, organization.day_room, "Canary words")
    other = house["other"]
    house["Leo's note"] = new_encounter(
        leo, organization.harbor, other, goal=goal, signed_at=NOON, signed_by_id=other.user_id
    )
    volunteer = Grant(role=Role.VOLUNTEER, program_id=organization.harbor.id)
    for role, told in ((Role.BILLER, False), (Role.SPECIALIST, True)):
        who = looking(organization, house, volunteer, Grant(role=role, program_id=organization.day_room.id))
        page = note(who, house, "Leo")
        counts = answer(who, counts_page, acting=who, encounter_id=house["Leo's note"].id, on=TODAY)
        assert page is not None
        assert page.sections
        assert (page.goal == "Canary words", "Canary words" in str(counts)) == (told, told)


def test_own_unfinished_words_stay_with_their_author(
    organization: Organization, house: dict[str, Any]
) -> None:
    """Somebody else took Maya over; what the volunteer began to write about her is still theirs."""
    draft = new_encounter(house["Maya"], organization.harbor, house["mine"])
    volunteer = Grant(role=Role.VOLUNTEER, program_id=organization.harbor.id)
    for role in (Role.BILLER, Role.PRIVACY_OFFICER):
        held = Grant(role=role, program_id=organization.harbor.id)
        who = looking(organization, house, held, volunteer)
        page = answer(who, note_page, acting=who, id=draft.id, on=TODAY)
        assert page is not None
        assert page.sections


@pytest.mark.parametrize("whose", Whose)
@pytest.mark.parametrize("show", [Show.ALL, Show.UNPLANNED])
def test_the_next_visit_is_of_a_program_where_they_work_with_the_person(
    organization: Organization, house: dict[str, Any], whose: Whose, show: Show
) -> None:
    """Volunteer in both programs, assigned in one: what is planned in the other is not told."""
    person = new_person(organization, "Ines")
    enrol(person, organization.harbor, house["mine"])
    enrol(person, organization.day_room, house["other"])
    new_planned_visit(person, organization.day_room, house["other"], starts_at=NOON + timedelta(hours=2))
    programs = (organization.harbor.id, organization.day_room.id)
    who = looking(organization, house, *(Grant(role=Role.VOLUNTEER, program_id=id_) for id_ in programs))
    with acting(who):
        page = caseload_page(
            who, whose=whose, show=show, order=Order.NEXT, program_id=None, number="1", zone=UTC, own=True
        )
    found = {line.name.split()[0]: line.next_at for line in page.lines}
    leo = {} if show is Show.UNPLANNED else {"Leo": NOON + timedelta(days=1)}
    assert found == {"Ines": None} | leo


def test_only_who_is_both_pays_for_asking(organization: Organization, house: dict[str, Any]) -> None:
    def cost(role: str, *more: str) -> int:
        user = new_user(organization, role, organization.harbor)
        for other in more:
            grant(organization, user, other, organization.harbor)
        client = signed_in(organization, role, organization.harbor, user=user)
        address = reverse("person", args=[house["Maya"].id])
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    assert cost("specialist", "volunteer") == cost("specialist") + 1
    assert cost("biller", "volunteer") == cost("biller") + 1
