"""What other contexts hear: units with their arithmetic in words, and what stands before a claim."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from factories.funding import SIGNED_AT, Office, certify, new_rule, open_office
from factories.people import new_person
from factories.support import enrol
from factories.users import acting_for
from factories.workers import new_worker

from beenthere.funding import api
from beenthere.support.encounters.models import Encounter
from beenthere.trust.access import Role
from beenthere.trust.acting import acting
from beenthere.trust.models import Organization


def line(office: Office, note: Encounter, role: str = "specialist") -> api.UnitsLine | None:
    with acting(acting_for(office.organization, role, office.program)) as who:
        return api.units_line(acting=who, encounter_id=note.id)


def found(office: Office, note: Encounter, role: str = "supervisor") -> tuple[api.FindingLine, ...]:
    with acting(acting_for(office.organization, role, office.program)) as who:
        return api.findings(acting=who, encounter_id=note.id)


def codes(office: Office, note: Encounter, role: str = "supervisor") -> list[str]:
    return [one.code for one in found(office, note, role)]


def test_the_units_of_a_note_come_with_the_arithmetic_in_words(organization: Organization) -> None:
    office = open_office(organization, grant_tag="SOR-2")
    note = office.signed(0, 47)
    assert line(office, note) == api.UnitsLine(
        units=3,
        minutes=47,
        code="H0038",
        payer="Demonstration payer, floor",
        demonstration=True,
        sentence="47 min: 3 units of 15 min, remainder 2 min dropped under this payer's rule",
        grant_tag="SOR-2",
    )
    assert found(office, note) == ()


def test_the_sentence_tells_of_the_days_limit(office: Office) -> None:
    office.signed(0, 180)
    late = office.signed(300, 120)
    told = line(office, late)
    assert told is not None
    assert told.sentence == (
        "2 h: the payer's limit of 16 units a day is reached. Units billed: 4; not billed: 4"
    )


def test_a_draft_a_withdrawn_note_and_an_unpaid_one_have_no_units(office: Office) -> None:
    draft, unpaid = office.visit(0, 60), office.signed(60, 60, not_billable=True)
    withdrawn = office.signed(120, 60)
    office.withdraw(withdrawn)
    assert [line(office, note) for note in (draft, unpaid, withdrawn)] == [None, None, None]
    assert [codes(office, note) for note in (draft, unpaid, withdrawn)] == [[], ["set_not_billable"], []]


def test_units_are_told_to_roles_that_see_units_and_to_no_other(office: Office) -> None:
    note = office.signed(0, 47)
    told = [role.value for role in Role if line(office, note, role)]
    assert told == ["specialist", "supervisor", "biller"]


def test_missing_clock_times_name_the_field_to_mend(office: Office) -> None:
    (finding,) = found(office, office.signed(0, None))
    assert (finding.code, finding.weight, finding.mend) == ("missing_clock_time", "mend", "starts_at")
    assert "Start and end time are missing" in finding.sentence


def test_an_overlap_names_the_other_note_on_both_sides(office: Office) -> None:
    someone = new_person(office.organization, "Joel", "Pike")
    enrol(someone, office.program, office.worker)
    one, other = office.signed(0, 60), office.signed(30, 60, person=someone)
    after = office.signed(90, 30)
    assert [(f.code, f.about) for f in found(office, one)] == [("overlap_same_worker", other.id)]
    assert [(f.code, f.about) for f in found(office, other)] == [("overlap_same_worker", one.id)]
    assert codes(office, after) == []


def test_a_group_of_one_sitting_is_no_overlap(office: Office) -> None:
    someone = new_person(office.organization, "Joel", "Pike")
    enrol(someone, office.program, office.worker)
    group = {"kind": "group", "group_size": 2}
    one, other = office.signed(0, 60, **group), office.signed(0, 60, person=someone, **group)
    assert codes(office, one) == codes(office, other) == []


def test_an_overlap_never_tells_that_a_person_is_seen_in_another_program(office: Office) -> None:
    elsewhere = office.organization.day_room
    colleague = new_worker(office.organization, program=elsewhere)
    certify(colleague)
    new_rule(elsewhere)
    enrol(office.person, elsewhere, colleague)
    here = office.signed(0, 60)
    there = office.signed(0, 60, program=elsewhere, worker=colleague)
    assert codes(office, here) == []
    with acting(acting_for(office.organization, "supervisor")) as everywhere:
        (finding,) = api.findings(acting=everywhere, encounter_id=here.id)
    assert (finding.code, finding.about) == ("overlap_same_person", there.id)


def test_volunteers_the_uncertified_and_the_late_are_told_apart(organization: Organization) -> None:
    office = open_office(organization, note_within_hours=24)
    volunteer = new_worker(organization, program=office.program, employment="volunteer")
    certify(volunteer)
    newcomer = new_worker(organization, program=office.program)
    lapsed = new_worker(organization, program=office.program)
    certify(lapsed, valid_until="2026-11-19")
    last_day = new_worker(organization, program=office.program)
    certify(last_day, valid_until="2026-11-20")
    staff = (volunteer, newcomer, lapsed, last_day)
    notes = [office.signed(200 * number, 60, worker=worker) for number, worker in enumerate(staff)]
    late = office.sign(office.visit(1000, 60), at=SIGNED_AT + timedelta(days=3))
    assert [codes(office, note) for note in (*notes, late)] == [
        ["volunteer"], ["not_certified"], ["not_certified"], [], ["signed_late"],
    ]  # fmt: skip


def test_without_a_rule_on_that_day_it_is_not_established(organization: Organization) -> None:
    office = open_office(organization, effective_until="2026-11-20")
    (finding,) = found(office, office.signed(0, 60))
    assert (finding.code, finding.weight) == ("no_payer_rule", "not_established")


def test_too_short_a_visit_says_why_it_brings_nothing(office: Office) -> None:
    (finding,) = found(office, office.signed(0, 9))
    assert (finding.code, finding.sentence) == (
        "no_units", "9 min: no unit. This payer's rule begins at 15 min.",
    )  # fmt: skip


def test_sentences_are_told_in_the_readers_language_when_it_is_there(office: Office) -> None:
    note = office.signed(0, 47)
    with translation.override("es"):
        told = line(office, note)
    assert told is not None
    assert "47 min" in told.sentence


@pytest.mark.parametrize(("apart", "most"), [(60, 6), (40, 8)], ids=["no overlap", "overlaps"])
def test_both_together_ask_few_queries_however_full_the_day(
    office: Office, acting_as: Callable[..., Any], apart: int, most: int
) -> None:
    notes = [office.signed(apart * number, 50) for number in range(8)]
    with acting_as("specialist", office.program) as who, CaptureQueriesContext(connection) as asked:
        api.units_line(acting=who, encounter_id=notes[0].id)
        api.findings(acting=who, encounter_id=notes[0].id)
    assert len(asked) <= most, [query["sql"] for query in asked]


def test_signing_asks_the_same_few_queries_however_full_the_day(office: Office) -> None:
    def queries_to_sign(note: Encounter) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            office.sign(note)
        return [query["sql"] for query in asked]

    first = queries_to_sign(office.visit(0, 20))
    second = queries_to_sign(office.visit(30, 20))
    for number in range(2, 6):
        office.signed(30 * number, 20)
    full = queries_to_sign(office.visit(300, 20))
    # What the day counted before gives way; the first note of a day has nothing before it.
    assert len(full) == len(second) == len(first) + 1
    assert sum('"funding_programrule"' in sql or '"funding_encounterunits"' in sql for sql in full) == 3
