"""Units follow from signing and withdrawing, the same whatever the order, and only from what is paid."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from factories.funding import SIGNED_AT, Office, new_rule, open_office
from factories.organizations import new_organization
from factories.people import new_person
from factories.support import DAY, enrol
from factories.workers import new_worker
from factories.writing import writing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beenthere.funding.models import EncounterUnits
from beenthere.support.encounters.actions import sign_note
from beenthere.trust.models import Organization


def test_signing_counts_the_units_of_the_note(office: Office) -> None:
    note = office.signed(0, 47)
    with writing(office.organization.id):
        row = EncounterUnits.objects.get(encounter_id=note.id)
    assert (row.units, row.minutes, row.dropped_minutes, row.rule_key) == (3, 47, 2, "demo-floor")
    assert (row.person_id, row.program_id, row.code, row.on) == (
        office.person.id, office.program.id, "H0038", DAY,
    )  # fmt: skip


def test_a_draft_counts_nothing(office: Office) -> None:
    office.visit(0, 47)
    assert office.units() == {}


def test_withdrawing_marks_the_units_and_keeps_the_row(office: Office) -> None:
    note = office.signed(0, 47)
    office.withdraw(note)
    assert office.units() == {}
    with writing(office.organization.id):
        assert EncounterUnits.objects.get(encounter_id=note.id).withdrawn_at is not None


def test_the_limit_of_a_day_fills_in_clock_order_and_is_free_again_after_a_withdrawal(office: Office) -> None:
    late, early = office.signed(300, 120), office.signed(0, 180)
    assert office.units() == {early.id: 12, late.id: 4}
    office.withdraw(early)
    assert office.units() == {late.id: 8}


@pytest.mark.parametrize(
    "fields",
    [
        {"result": "no_show"},
        {"not_billable": True},
        {"mode": "text"},
        {"kind": "celebration"},
        {"kind": "group", "group_size": 13},
    ],
)
def test_what_is_not_paid_counts_nothing_and_takes_nothing_from_the_day(
    organization: Organization, fields: dict[str, object]
) -> None:
    office = open_office(
        organization, paid_kinds=["one_to_one", "group"], paid_modes=["in_person"], group_maximum=12
    )
    office.signed(0, 180, **fields)
    paid = office.signed(300, 240)
    assert office.units() == {paid.id: 16}


def test_without_clock_times_there_is_nothing_to_count(office: Office) -> None:
    office.signed(0, None)
    assert office.units() == {}


def test_a_note_signed_after_the_payers_deadline_is_not_counted(organization: Organization) -> None:
    office = open_office(organization, note_within_hours=24)
    late = office.visit(0, 60)
    office.sign(late, at=SIGNED_AT + timedelta(days=3))
    assert office.units() == {}


def test_a_volunteers_visit_is_not_counted(office: Office) -> None:
    volunteer = new_worker(office.organization, program=office.program, employment="volunteer")
    office.signed(0, 60, worker=volunteer)
    assert office.units() == {}


def test_an_uncertified_visit_is_counted_because_the_paper_may_follow(office: Office) -> None:
    newcomer = new_worker(office.organization, program=office.program)
    note = office.signed(0, 60, worker=newcomer)
    assert office.units() == {note.id: 4}


def test_a_day_before_the_rule_is_not_established(organization: Organization) -> None:
    office = open_office(organization, effective_from=DAY + timedelta(days=1))
    office.signed(0, 60)
    assert office.units() == {}


def test_another_program_of_the_same_person_has_its_own_day(office: Office) -> None:
    elsewhere = office.organization.day_room
    colleague = new_worker(office.organization, program=elsewhere)
    enrol(office.person, elsewhere, colleague)
    new_rule(elsewhere)
    here = office.signed(0, 240)
    there = office.signed(300, 240, program=elsewhere, worker=colleague)
    assert office.units() == {here.id: 16, there.id: 16}


def test_the_rule_that_pays_the_kind_gives_the_code(organization: Organization) -> None:
    office = open_office(organization, paid_kinds=["one_to_one"])
    new_rule(office.program, code="H2015", rule_key="demo-midpoint", paid_kinds=["group"])
    alone, group = office.signed(0, 38), office.signed(60, 38, kind="group", group_size=4)
    with writing(organization.id):
        codes = dict(EncounterUnits.objects.values_list("encounter_id", "code"))
    assert codes == {alone.id: "H0038", group.id: "H2015"}
    assert office.units() == {alone.id: 2, group.id: 3}


VISITS = ((0, 50), (60, 7), (80, 20), (120, 240))


@pytest.mark.parametrize("rule_key", ["demo-floor", "demo-midpoint"])
def test_any_order_of_signing_and_withdrawing_gives_the_same_units(database: str, rule_key: str) -> None:
    organization = new_organization()
    office = open_office(organization, rule_key=rule_key)
    expected: dict[frozenset[int], list[int]] = {}

    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(order=st.permutations(range(len(VISITS))), gone=st.sets(st.integers(0, len(VISITS) - 1)))
    def holds(order: list[int], gone: set[int]) -> None:
        office.person = new_person(organization)
        enrol(office.person, office.program, office.worker)
        notes = {number: office.visit(*VISITS[number]) for number in range(len(VISITS))}
        for number in order:
            office.sign(notes[number])
        for number in gone:
            office.withdraw(notes[number])
        counted = office.units()
        found = [counted.get(notes[number].id, 0) for number in range(len(VISITS))]
        assert expected.setdefault(frozenset(gone), found) == found

    holds()
    assert expected


def test_two_notes_of_one_day_signed_at_the_same_moment_both_count(office: Office) -> None:
    """The second is signed while the first is signed and not yet committed: neither sees the other."""
    first, second = office.visit(0, 180), office.visit(300, 180)
    failures: list[BaseException] = []

    def sign_the_second() -> None:
        try:
            office.sign(second)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connections.close_all()

    meanwhile = threading.Thread(target=sign_the_second)
    with office.writing_as(first) as who:
        sign_note(acting=who, id=first.id)
        meanwhile.start()
        meanwhile.join(timeout=1)
    meanwhile.join()
    assert failures == []
    assert office.units() == {first.id: 12, second.id: 4}


def test_units_stay_with_their_organization(
    office: Office, other_organization: Organization, acting_as: Callable[..., object]
) -> None:
    office.signed(0, 47)
    with acting_as("biller", organization=other_organization):
        assert EncounterUnits.objects.count() == 0
    assert office.units() != {}
