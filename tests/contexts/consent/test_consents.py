"""A consent from the first word to its end: complete before it counts, gone the moment it is taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from factories.organizations import new_program
from factories.people import new_person
from factories.support import enrol
from factories.users import grant, new_user
from psycopg import Connection

from beenthere.consent import api
from beenthere.consent.actions import record_consent, revoke_consent
from beenthere.consent.facts import ConsentFields
from beenthere.consent.models import Consent
from beenthere.consent.texts import texts
from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.people.models import Person
from beenthere.trust.api import Acting, Grant, Refused, Role
from beenthere.trust.ledger import opened
from beenthere.trust.models import Organization

TODAY = clock.now().date()


@pytest.fixture
def maya(organization: Organization) -> Person:
    person = new_person(organization, "Maya", "Reyes")
    enrol(person, organization.harbor)
    return person


def to_day_room(organization: Organization, **more: Any) -> ConsentFields:
    """Everything a consent needs, from Harbor to the Day room."""
    whole = {
        "kind": "specific",
        "from_program_id": organization.harbor.id,
        "to_program_id": organization.day_room.id,
        "segments": ("taking_part", "goals"),
        "purpose": "so that both can plan with me",
        "expires_on": TODAY + timedelta(days=90),
        "revocation_words": texts()["revocation"].words,
        "signature": "paper",
        "signed_name": "Maya Reyes",
        "signed_on": TODAY,
    }
    return ConsentFields(**{**whole, **more})


def tpo(organization: Organization, **more: Any) -> ConsentFields:
    return to_day_room(
        organization,
        **{
            "kind": "tpo",
            "to_program_id": None,
            "to_whom": texts()["tpo_recipients"].words,
            "redisclosure_words": texts()["redisclosure"].words,
            "expires_on": None,
            "no_expiry": True,
            **more,
        },
    )


def give(acting: Acting, person: Person, fields: ConsentFields) -> UUID:
    done = record_consent(acting=acting, id=uuid7(), person_id=person.id, fields=fields)
    assert done.missing == ()
    return done.id


def counting() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


def stands(
    acting: Acting, organization: Organization, *some: Person, on: date = TODAY
) -> dict[UUID, api.ConsentState]:
    ids = [person.id for person in some]
    return api.states(acting=acting, person_ids=ids, program_ids=[organization.harbor.id], on=on)


def verbs(loader: Connection, consent_id: UUID) -> list[str]:
    rows = loader.execute("select verb from trust_auditevent where object_id = %s order by id", [consent_id])
    return [row["verb"] for row in rows.fetchall()]


@pytest.mark.parametrize("fields", [to_day_room, tpo])
def test_a_complete_consent_is_active_at_once(
    maya: Person, organization: Organization, acting_as: Callable, loader: Connection, fields: Callable
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        consent_id = give(acting, maya, fields(organization))
        state = stands(acting, organization, maya)[maya.id]
    assert state.code == "active"
    assert verbs(loader, consent_id) == ["consent.activated"]


@pytest.mark.parametrize(
    ("without", "code"),
    [
        ({"segments": ()}, "what"),
        ({"to_program_id": None}, "recipient"),
        ({"purpose": " "}, "purpose"),
        ({"revocation_words": ""}, "right_to_revoke"),
        ({"expires_on": None}, "expiry"),
        ({"expires_on": None, "no_expiry": True}, "expiry"),
        ({"signature": ""}, "signature"),
        ({"signature": "spoken"}, "signature"),
        ({"signed_name": ""}, "signature"),
        ({"signed_on": None}, "date"),
    ],
)
def test_what_is_missing_keeps_it_a_draft(
    maya: Person, organization: Organization, acting_as: Callable, without: dict, code: str
) -> None:
    fields = to_day_room(organization, **without)
    with acting_as("specialist", organization.harbor) as acting:
        done = record_consent(acting=acting, id=uuid7(), person_id=maya.id, fields=fields)
        assert [reason.code for reason in done.missing] == [code]
        assert Consent.objects.get(id=done.id).activated_at is None
        assert stands(acting, organization, maya)[maya.id].code == "none"
        assert not permitted(acting, maya, organization)


def test_the_consent_for_treatment_and_payment_tells_about_redisclosure(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    fields = tpo(organization, redisclosure_words="")
    with acting_as("specialist", organization.harbor) as acting:
        done = record_consent(acting=acting, id=uuid7(), person_id=maya.id, fields=fields)
    assert [reason.code for reason in done.missing] == ["redisclosure_statement"]


def test_a_draft_is_completed_under_its_id(
    maya: Person, organization: Organization, acting_as: Callable, loader: Connection
) -> None:
    whole = to_day_room(organization)
    same = uuid7()
    with acting_as("specialist", organization.harbor) as acting:
        for fields in (replace(whole, signature="spoken"), replace(whole, signed_on=None), whole, whole):
            record_consent(acting=acting, id=same, person_id=maya.id, fields=fields)
        assert Consent.objects.filter(person_id=maya.id).count() == 1
    assert verbs(loader, same) == ["consent.drafted", "consent.changed", "consent.activated"]


def test_an_active_consent_does_not_change(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        given = give(acting, maya, to_day_room(organization))
        wider = to_day_room(organization, segments=("taking_part", "notes"))
        record_consent(acting=acting, id=given, person_id=maya.id, fields=wider)
        assert Consent.objects.get(id=given).segments == ["taking_part", "goals"]


@pytest.mark.parametrize(
    "change",
    [
        "segments = '[]'",
        "purpose = ''",
        "revocation_words = ''",
        "to_program_id = null, to_whom = ''",
        "expires_on = null, expires_when = ''",
        "signature = 'spoken'",
        "signed_name = null",
        "signed_on = null",
        "activated_by_id = null",
        "revoked_at = now()",
    ],
)
def test_the_database_holds_every_element_of_an_active_consent(
    maya: Person, organization: Organization, acting_as: Callable, loader: Connection, change: str
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        given = give(acting, maya, to_day_room(organization))
    with pytest.raises(psycopg.errors.CheckViolation):
        loader.execute(f"update consent_consent set {change} where id = %s", [given])


def test_the_database_refuses_no_end_outside_treatment_and_payment(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        given = give(acting, maya, to_day_room(organization))
        with pytest.raises(IntegrityError), transaction.atomic(), opened("test", quiet="a planted wrong row"):
            Consent.objects.filter(id=given).update(expires_on=None, no_expiry=True)


def permitted(acting: Acting, person: Person, organization: Organization, segment: str = "goals") -> Any:
    return api.permits(
        acting=acting,
        person_id=person.id,
        from_program_id=organization.harbor.id,
        to_program_ids=[organization.day_room.id],
        segment=segment,
        on=TODAY,
    )


def test_taken_back_it_opens_nothing_in_the_same_breath(
    maya: Person, organization: Organization, acting_as: Callable, loader: Connection
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        given = give(acting, maya, to_day_room(organization))
        assert permitted(acting, maya, organization).consent_id == given
        assert not permitted(acting, maya, organization, "notes")
        for _twice in range(2):
            revoke_consent(acting=acting, id=given, on=TODAY)
        answer = permitted(acting, maya, organization)
        assert (bool(answer), answer.consent_id) == (False, None)
        assert answer.decision.codes == ("revoked",)
        assert api.openings(acting=acting, to_program_ids=[organization.day_room.id], on=TODAY) == ()
        assert stands(acting, organization, maya)[maya.id].code == "revoked"
    assert verbs(loader, given) == ["consent.activated", "consent.revoked"]


def test_taking_back_reaches_what_was_allowed_before_and_not_what_comes_after(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        give(acting, maya, to_day_room(organization, segments=("goals",)))
        wide = give(acting, maya, to_day_room(organization))
        revoke_consent(acting=acting, id=wide, on=TODAY)
        assert not permitted(acting, maya, organization)
        again = give(acting, maya, to_day_room(organization))
        assert permitted(acting, maya, organization).consent_id == again


@pytest.mark.parametrize("at_home_in", [(), (0,), (2,), (4,), (0, 4), (1, 2, 3), (0, 1, 2, 3, 4)])
def test_consents_count_from_every_program_but_those_that_are_open_anyway(
    maya: Person, organization: Organization, acting_as: Callable, at_home_in: tuple[int, ...]
) -> None:
    programs = sorted((new_program(organization, f"Program {n}") for n in range(5)), key=lambda one: one.id)
    for program in programs:
        enrol(maya, program)
    with acting_as("specialist") as everywhere:
        for program in programs:
            give(everywhere, maya, to_day_room(organization, from_program_id=program.id))
        teams = [organization.day_room, *(programs[n] for n in at_home_in)]
        acting = replace(
            everywhere, grants=frozenset(Grant(role=Role.SPECIALIST, program_id=one.id) for one in teams)
        )
        found = api.openings(acting=acting, to_program_ids=[organization.day_room.id], on=TODAY)
    elsewhere = {one.id for n, one in enumerate(programs) if n not in at_home_in}
    assert {opening.from_program_id for opening in found} == elsewhere


def test_treatment_and_payment_opens_no_other_program_here(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        give(acting, maya, tpo(organization))
        assert not permitted(acting, maya, organization)


def test_states_in_a_word(organization: Organization, acting_as: Callable) -> None:
    people = [new_person(organization, f"Person {n}") for n in range(5)]
    for person in people:
        enrol(person, organization.harbor)
    nobody, drafted, soon, ended, both = people
    with acting_as("specialist", organization.harbor) as acting:
        spoken = to_day_room(organization, signature="spoken")
        record_consent(acting=acting, id=uuid7(), person_id=drafted.id, fields=spoken)
        give(acting, soon, to_day_room(organization, expires_on=TODAY + timedelta(days=10)))
        give(acting, ended, to_day_room(organization, expires_on=TODAY + timedelta(days=1)))
        give(acting, both, to_day_room(organization, expires_on=TODAY + timedelta(days=10)))
        give(acting, both, tpo(organization))
        ids = [person.id for person in people]
        with counting() as queries:
            now = stands(acting, organization, *people)
        later = stands(acting, organization, *people, on=TODAY + timedelta(days=2))
    assert len(queries) == 1
    assert [now[one].code for one in ids] == ["none", "none", "expiring", "expiring", "active"]
    assert now[drafted.id].words != now[nobody.id].words
    assert later[ended.id].code == "expired"


def test_what_a_consent_opens_to_a_team_elsewhere(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        give(acting, maya, to_day_room(organization))
    asked = {"person_id": maya.id, "program_id": organization.harbor.id, "on": TODAY}
    with acting_as("specialist", organization.day_room) as acting, counting() as queries:
        assert api.groups_for(acting=acting, **asked) == {"name", "enrolment", "goals"}
    assert len(queries) == 1
    for role in ("director", "biller", "volunteer", "privacy_officer"):
        with acting_as(role, organization.day_room) as acting:
            assert api.groups_for(acting=acting, **asked) == frozenset()
    with acting_as("specialist", organization.day_room) as acting:
        after = {**asked, "on": TODAY + timedelta(days=91)}
        assert api.groups_for(acting=acting, **after) == frozenset()


def test_those_of_the_program_see_theirs_without_a_query(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    asked = {"person_id": maya.id, "program_id": organization.harbor.id, "on": TODAY}
    with acting_as("biller", organization.harbor) as acting, counting() as queries:
        assert api.groups_for(acting=acting, **asked) == {"name", "note_facts", "units"}
    assert len(queries) == 0


def test_two_grants_see_what_both_see(maya: Person, organization: Organization, acting_as: Callable) -> None:
    user = new_user(organization, "biller", organization.harbor)
    grant(organization, user, "specialist", organization.day_room)
    from_grants = {("biller", organization.harbor), ("specialist", organization.day_room)}
    with acting_as("specialist", organization.harbor) as acting:
        give(acting, maya, to_day_room(organization))
    with acting_as("biller", organization.harbor, user=user) as biller:
        both = replace(biller, grants=frozenset(held(*one) for one in from_grants))
        groups = api.groups_for(acting=both, person_id=maya.id, program_id=organization.harbor.id, on=TODAY)
    assert groups == {"name", "note_facts", "units", "enrolment", "goals"}


def held(role: str, program: Any) -> Any:
    return Grant(role=Role(role), program_id=program.id)


def test_another_program_records_and_takes_back_nothing(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    with acting_as("specialist", organization.harbor) as acting:
        given = give(acting, maya, to_day_room(organization))
    with acting_as("specialist", organization.day_room) as acting:
        with pytest.raises(Refused):
            record_consent(acting=acting, id=uuid7(), person_id=maya.id, fields=to_day_room(organization))
        with pytest.raises(Http404):
            revoke_consent(acting=acting, id=given, on=TODAY)
        own = to_day_room(
            organization, from_program_id=organization.day_room.id, to_program_id=None, to_whom="X"
        )
        stranger = new_person(organization, "Rosa")
        enrol(stranger, organization.harbor)
        with pytest.raises(Http404):
            record_consent(acting=acting, id=uuid7(), person_id=stranger.id, fields=own)


def test_a_program_needs_no_consent_of_its_own(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    fields = to_day_room(organization, to_program_id=organization.harbor.id)
    with acting_as("specialist", organization.harbor) as acting, pytest.raises(Refused):
        record_consent(acting=acting, id=uuid7(), person_id=maya.id, fields=fields)


def test_the_same_id_for_another_person_is_refused(
    maya: Person, organization: Organization, acting_as: Callable
) -> None:
    rosa = new_person(organization, "Rosa")
    enrol(rosa, organization.harbor)
    with acting_as("specialist", organization.harbor) as acting:
        given = give(acting, maya, to_day_room(organization))
        with pytest.raises(Refused):
            record_consent(acting=acting, id=given, person_id=rosa.id, fields=to_day_room(organization))


def test_the_wording_says_where_it_comes_from() -> None:
    for text in texts().values():
        assert text.words
        assert text.source.title.startswith("42 CFR")
        assert text.source.retrieved <= date(2026, 11, 22)
