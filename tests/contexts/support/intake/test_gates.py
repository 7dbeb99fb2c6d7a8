"""Who sees whom: the wall between programs, in lists, search, duplicate matching and single pages."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.http import Http404
from factories.people import new_person, new_phone
from factories.support import enrol, new_encounter, new_follow_up, new_goal, new_planned_visit
from factories.users import acting_in, new_user
from factories.workers import new_worker
from factories.writing import writing

from beenthere.consent.models import Consent
from beenthere.foundation import clock
from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.encounters.models import Encounter, FollowUp, PlannedVisit
from beenthere.support.intake.models import Enrolment
from beenthere.support.plans.models import Goal
from beenthere.trust.acting import Acting
from beenthere.trust.models import Organization
from beenthere.trust.scope import get_for, visible

SEE = May.SEE_PEOPLE
ABOUT_A_PERSON = (Enrolment, Goal, PlannedVisit, FollowUp, Encounter)


def seen(acting: Acting, may: str = SEE) -> set[UUID]:
    return set(visible(acting, people.Person, may=may).values_list("id", flat=True))


@pytest.fixture
def two_worlds(organization: Organization) -> dict[str, Any]:
    """Maya in Harbor and Leo in the Day room, each with one row of every kind."""
    made: dict[str, Any] = {}
    for name, program in (("Maya", organization.harbor), ("Leo", organization.day_room)):
        worker = new_worker(organization, program=program)
        person = new_person(organization, name, "Okafor")
        new_phone(person, "555-201-0143")
        enrol(person, program, worker)
        new_goal(person, program)
        new_planned_visit(person, program, worker)
        new_follow_up(person, program, worker)
        new_encounter(person, program, worker)
        made[name] = person
    return made


def test_a_specialist_sees_the_people_of_their_program_and_no_others(
    organization: Organization, two_worlds: dict[str, Any], acting_as: Callable[..., Any]
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        assert seen(acting) == {two_worlds["Maya"].id}
        with pytest.raises(Http404):
            get_for(acting, people.Person, two_worlds["Leo"].id, may=SEE)


@pytest.mark.parametrize("model", ABOUT_A_PERSON)
def test_every_kind_of_row_stops_at_the_wall(
    model: Any, organization: Organization, two_worlds: dict[str, Any], acting_as: Callable[..., Any]
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        assert [row.person_id for row in visible(acting, model, may=SEE)] == [two_worlds["Maya"].id]


def test_search_and_likely_matches_do_not_hint_at_a_walled_person(
    organization: Organization, two_worlds: dict[str, Any], acting_as: Callable[..., Any]
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        found = people.search_people(acting=acting, may=SEE, words="okafor")
        assert [card.chosen_name for card in found.cards] == ["Maya"]
        assert found.total == 1
        matches = people.likely_matches(
            acting=acting,
            may=May.ADD_PEOPLE,
            given="Leo",
            family="Okafor",
            birth_date=None,
            phone="555-201-0143",
        )
        assert {match.card.chosen_name for match in matches} == {"Maya"}


def test_a_role_in_the_whole_organization_sees_every_program(
    organization: Organization, two_worlds: dict[str, Any], acting_as: Callable[..., Any]
) -> None:
    with acting_as("supervisor") as acting:
        assert seen(acting) == {person.id for person in two_worlds.values()}
        assert visible(acting, Encounter, may=SEE).count() == 2


def test_a_volunteer_sees_only_who_is_assigned_to_them(organization: Organization) -> None:
    user = new_user(organization, "volunteer", organization.harbor)
    volunteer = new_worker(organization, user)
    mine, other = new_person(organization, "Mine"), new_person(organization, "Other")
    enrol(mine, organization.harbor, volunteer)
    enrol(other, organization.harbor)
    with acting_in(organization, "volunteer", organization.harbor, user=user) as acting:
        assert seen(acting) == {mine.id}


def test_someone_who_left_stays_in_sight_for_a_year_and_a_mistake_for_the_day(
    organization: Organization, acting_as: Callable[..., Any]
) -> None:
    left = new_person(organization, "Left")
    enrol(
        left, organization.harbor, started_on=date(2026, 1, 5), ended_on=date(2026, 3, 2), end_reason="moved"
    )
    mistake = new_person(organization, "Mistake")
    enrol(
        mistake, organization.harbor, started_on=date(2026, 1, 5), ended_on=date(2026, 3, 2),
        end_reason="mistake",
    )  # fmt: skip

    def seen_on(day: date) -> set[UUID]:
        noon = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
        with clock.standing_at(noon), acting_as("specialist", organization.harbor) as acting:
            return seen(acting)

    assert seen_on(date(2026, 3, 2)) == {left.id, mistake.id}
    assert seen_on(date(2026, 3, 10)) == {left.id}
    assert seen_on(date(2027, 3, 2)) == {left.id}
    assert seen_on(date(2027, 3, 10)) == set()


def test_who_adds_people_finds_former_participants_of_the_program_however_long_ago(
    organization: Organization, acting_as: Callable[..., Any]
) -> None:
    left = new_person(organization, "Left")
    enrol(
        left, organization.harbor, started_on=date(2020, 1, 5), ended_on=date(2020, 3, 2), end_reason="moved"
    )
    elsewhere = new_person(organization, "Elsewhere")
    enrol(
        elsewhere, organization.day_room, started_on=date(2020, 1, 5), ended_on=date(2020, 3, 2),
        end_reason="moved",
    )  # fmt: skip
    with acting_as("specialist", organization.harbor) as acting:
        assert seen(acting, May.ADD_PEOPLE) == {left.id}
        assert seen(acting) == set()


def test_another_organization_is_another_world(
    organization: Organization,
    other_organization: Organization,
    two_worlds: dict[str, Any],
    acting_as: Callable[..., Any],
) -> None:
    with acting_as("supervisor", organization=other_organization) as acting:
        assert seen(acting) == set()


def test_one_s_own_draft_survives_a_reassignment(organization: Organization) -> None:
    user = new_user(organization, "volunteer", organization.harbor)
    volunteer = new_worker(organization, user)
    person = new_person(organization, "Handed over")
    enrol(person, organization.harbor)
    draft = new_encounter(person, organization.harbor, volunteer)
    with acting_in(organization, "volunteer", organization.harbor, user=user) as acting:
        assert seen(acting) == set()
        assert get_for(acting, Encounter, draft.id, may=May.WRITE_NOTES).id == draft.id


def new_consent(person: Any, organization: Organization, *segments: str) -> Any:
    """Maya lets the Day room see something of what Harbor keeps."""
    author = new_user(organization, "specialist")
    with writing(organization.id):
        return Consent.objects.create(
            organization=organization,
            person=person,
            kind="specific",
            from_program=organization.harbor,
            to_program=organization.day_room,
            segments=list(segments),
            purpose="working together",
            expires_on=date(2099, 1, 1),
            signature="paper",
            signed_name="Maya Okafor",
            signed_on=date(2026, 11, 2),
            revocation_words="You can take this back at any time.",
            redisclosure_words="It may be shared further as the law permits.",
            activated_at=datetime(2026, 11, 2, tzinfo=UTC),
            activated_by_id=author.id,
            created_by_id=author.id,
        )


def test_a_consent_opens_what_it_names_and_no_more(
    organization: Organization, two_worlds: dict[str, Any], acting_as: Callable[..., Any]
) -> None:
    maya = two_worlds["Maya"]
    new_consent(maya, organization, "taking_part", "goals")
    with acting_as("specialist", organization.day_room) as acting:
        assert maya.id in seen(acting)
        assert visible(acting, Goal, may=SEE).filter(person_id=maya.id).count() == 1
        assert not visible(acting, Encounter, may=SEE).filter(person_id=maya.id).exists()
        assert not visible(acting, PlannedVisit, may=May.PLAN_VISITS).filter(person_id=maya.id).exists()
        assert not visible(acting, people.ContactPoint, may=SEE).filter(person_id=maya.id).exists()
        assert maya.id not in seen(acting, "people.see_contact")


def test_the_page_with_phone_numbers_needs_a_consent_to_share_them(
    organization: Organization, two_worlds: dict[str, Any], client_as: Callable[..., Any]
) -> None:
    maya = two_worlds["Maya"]
    client = client_as("specialist", organization.day_room)
    new_consent(maya, organization, "goals")
    assert client.get(f"/people/{maya.id}/").status_code == 200
    assert client.get(f"/people/{maya.id}/contact/").status_code == 404
    new_consent(maya, organization, "contact")
    assert b"555-201-0143" in client.get(f"/people/{maya.id}/contact/").content


def test_a_consent_lets_read_and_never_change(
    organization: Organization, two_worlds: dict[str, Any], acting_as: Callable[..., Any]
) -> None:
    maya = two_worlds["Maya"]
    new_consent(maya, organization, "taking_part", "goals", "notes", "contact")
    with acting_as("supervisor", organization.day_room) as acting:
        for may in (May.DISCHARGE, May.ASSIGN, May.WORK_ON_GOALS, May.WRITE_NOTES, "people.change_contact"):
            assert maya.id not in seen(acting, may)


def test_a_consent_taken_back_closes_at_once(
    organization: Organization, two_worlds: dict[str, Any], acting_as: Callable[..., Any]
) -> None:
    maya = two_worlds["Maya"]
    consent = new_consent(maya, organization, "taking_part")
    with acting_as("specialist", organization.day_room) as acting:
        assert maya.id in seen(acting)
    with writing(organization.id):
        now = clock.now()
        Consent.objects.filter(id=consent.id).update(
            revoked_at=now, revoked_on=now.date(), revoked_by_id=consent.created_by_id
        )
    with acting_as("specialist", organization.day_room) as acting:
        assert maya.id not in seen(acting)


def test_a_volunteer_gains_nothing_from_a_consent(
    organization: Organization, two_worlds: dict[str, Any], acting_as: Callable[..., Any]
) -> None:
    new_consent(two_worlds["Maya"], organization, "taking_part", "goals")
    with acting_as("volunteer", organization.day_room) as acting:
        assert seen(acting) == set()


def test_who_looked_tells_nothing_of_another_program(
    organization: Organization, two_worlds: dict[str, Any], client_as: Callable[..., Any]
) -> None:
    """Somebody of another team who opened the record is a sign that the person takes part there."""
    maya = two_worlds["Maya"]
    enrol(maya, organization.day_room)
    page, looked = f"/people/{maya.id}/", f"/people/{maya.id}/looked/"
    other_team = client_as("specialist", organization.day_room)
    own_team, officer = client_as("supervisor", organization.harbor), client_as("privacy_officer")
    for client in (other_team, own_team, officer):
        assert client.get(page).status_code == 200
    who = [line.who for line in own_team.get(looked).context["page"].lines]
    assert set(who) == {own_team.user.name, officer.user.name}
    everybody = {line.who for line in officer.get(looked).context["page"].lines}
    assert everybody == {one.user.name for one in (other_team, own_team, officer)}


def test_who_looked_because_of_a_consent_is_told_to_the_program_that_shared(
    organization: Organization, two_worlds: dict[str, Any], client_as: Callable[..., Any]
) -> None:
    maya = two_worlds["Maya"]
    new_consent(maya, organization, "goals")
    other_team = client_as("specialist", organization.day_room)
    assert other_team.get(f"/people/{maya.id}/").status_code == 200
    own_team = client_as("specialist", organization.harbor)
    lines = own_team.get(f"/people/{maya.id}/looked/").context["page"].lines
    assert [(line.who, line.by_consent) for line in lines] == [(other_team.user.name, True)]


def test_a_consent_given_to_another_program_does_not_show(
    organization: Organization, two_worlds: dict[str, Any], client_as: Callable[..., Any]
) -> None:
    leo = two_worlds["Leo"]
    enrol(leo, organization.harbor)
    new_consent(leo, organization, "goals")
    client = client_as("specialist", organization.day_room)
    assert client.get(f"/people/{leo.id}/").context["page"].consent.code in ("none", "not_needed")
    lines = client.get("/people/?whose=program").context["page"].lines
    assert [line.consent_state for line in lines] == ["neutral"]
