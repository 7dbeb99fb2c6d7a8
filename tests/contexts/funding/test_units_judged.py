"""What is kept about signed notes is what judging them now would find, for whoever reads; and counting again
goes slice by slice, dies without harm and ends."""

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from factories.funding import SIGNED_AT, Office, certify, count_all_again, new_rule, open_office
from factories.people import new_person
from factories.support import DAY, enrol
from factories.users import acting_for
from factories.workers import new_worker
from factories.writing import writing

from beenthere.funding import actions, api, jobs
from beenthere.funding.facts import RuleFields
from beenthere.funding.models import CountedBy, EncounterUnits, JudgedNote, NoteOverlap, Recount
from beenthere.funding.month import Month, UnitsRow, units_month
from beenthere.funding.rules.billable import Weight
from beenthere.funding.rules.judging import State
from beenthere.kernel.ids import uuid7
from beenthere.support.encounters.actions import sign_note
from beenthere.trust.acting import Acting, acting
from beenthere.trust.models import Organization
from beenthere.workforce.actions import CertificationFields, WorkerFields, change_worker, record_certification

NOVEMBER = Month(year=2026, month=11)
KINDS = ({"kind": "one_to_one"}, {"kind": "group", "group_size": 3}, {"kind": "check_in", "mode": "phone"})


def busy_month(organization: Organization, seed: int) -> Office:
    """Two programs, four specialists, five people, forty visits in nine days: short, unclear, at one time,
    past midnight, not met, set aside, taken back, by volunteers, under a lapsed credential or none."""
    chance = random.Random(seed)
    office, elsewhere = open_office(organization, note_within_hours=24 * 5), organization.day_room
    new_rule(elsewhere, rule_key="demo-midpoint", effective_from=DAY - timedelta(days=5), group_maximum=2)
    lapsed, uncertified = (new_worker(organization, program=office.program) for _ in range(2))
    volunteer = new_worker(organization, program=office.program, employment="volunteer")
    certify(lapsed, valid_until=(DAY - timedelta(days=4)).isoformat())
    in_both = [office.person, new_person(organization)]
    people = [*in_both, *(new_person(organization) for _ in range(3))]
    for person in people[1:]:
        enrol(person, office.program)
    for person in in_both:
        enrol(person, elsewhere)
    for _ in range(40):
        person, back = chance.choice(people), chance.randrange(9)
        program = elsewhere if person in in_both and chance.random() < 0.5 else office.program
        minutes = None if chance.random() < 0.1 else chance.choice([5, 16, 40, 75, 240])
        note = office.visit(
            chance.choice([0, 15, 30, 200, 880]) - back * 24 * 60, minutes, person=person, program=program,
            worker=chance.choice([office.worker, office.worker, lapsed, uncertified, volunteer]),
            happened_on=DAY - timedelta(days=back), not_billable=chance.random() < 0.1,
            result="no_show" if chance.random() < 0.1 else "met", **chance.choice(KINDS),
        )  # fmt: skip
        office.sign(note)
        if chance.random() < 0.1:
            office.withdraw(note)
    return office


def readers(office: Office) -> tuple[Acting, ...]:
    programs = (None, office.program, office.organization.day_room)
    return tuple(acting_for(office.organization, "supervisor", program) for program in programs)


def judged_now(who: Acting, office: Office) -> dict[Any, tuple[str, list[str]]]:
    """By note, its state and what was found, judged from the notes themselves as the page of a note does."""
    found, counted = {}, office.units()
    for note in office.notes:
        if not who.may(api.May.SEE_UNITS, program_id=note.program_id):
            continue
        with writing(office.organization.id):
            note.refresh_from_db(fields=["withdrawn_at"])
        if note.withdrawn_at is None:
            with acting(who):
                lines = api.findings(acting=who, encounter_id=note.id)
            found[note.id] = (_state(lines, note.id in counted), [line.sentence for line in lines])
    return found


def _state(lines: tuple[api.FindingLine, ...], counted: bool) -> str:
    weights = {line.weight for line in lines}
    if Weight.NOT_BILLABLE in weights:
        return State.NOT_BILLABLE
    return State.COUNTED if counted and not weights else State.NEEDS


def shown(who: Acting) -> list[UnitsRow]:
    with acting(who):
        page = units_month(acting=who, month=NOVEMBER)
        return list(page.rows(list(page.notes())))


def as_kept(organization: Organization) -> tuple[list[Any], ...]:
    """All that is kept, without ids and moments."""
    with writing(organization.id):
        notes = JudgedNote.objects.order_by("encounter_id").values_list(
            "encounter_id", "person_id", "program_id", "worker_id", "on", "starts_at", "code", "minutes",
            "units", "state", "findings",
        )  # fmt: skip
        near = NoteOverlap.objects.order_by("encounter_id", "other_id").values_list(
            "encounter_id", "other_id", "person_id", "program_id", "on", "same_person"
        )
        units = EncounterUnits.objects.filter(withdrawn_at=None).order_by("encounter_id")
        return list(notes), list(near), list(units.values_list("encounter_id", "units", "code", "rule_key"))


def check(office: Office) -> None:
    for who in readers(office):
        rows = {row.id: row for row in shown(who)}
        fresh = judged_now(who, office)
        assert {id_: row.state for id_, row in rows.items()} == {id_: one[0] for id_, one in fresh.items()}
        for id_, (state, sentences) in fresh.items():
            said = sentences if state == State.NEEDS else []
            assert all(sentence in rows[id_].words for sentence in said)
            if state == State.NOT_BILLABLE:
                assert rows[id_].words in sentences
        with acting(who):
            page = units_month(acting=who, month=NOVEMBER)
        needs = [row for row in rows.values() if row.state is State.NEEDS]
        counted = [row for row in rows.values() if row.state is State.COUNTED]
        assert (page.count, page.needs) == (len(rows), len(needs))
        assert sum(total.units for total in page.totals) == sum(row.units for row in counted)
        assert sum(total.waiting for total in page.totals) == sum(row.units for row in needs)
        assert sum(total.minutes for total in page.totals) == sum(row.minutes for row in rows.values())
        with acting(who):
            asked = {note.encounter_id for note in page.notes(needs_only=True)}
        assert asked == {row.id for row in needs}


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_kept_is_what_judging_now_would_find(organization: Organization, seed: int) -> None:
    office = busy_month(organization, seed)
    check(office)
    notes, near, _units = as_kept(organization)
    assert {row[9] for row in notes} == set(State)
    assert {row[5] for row in near} == {True, False}


def test_counting_everything_again_changes_nothing_and_makes_what_is_missing(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = busy_month(organization, 4)
    before = as_kept(organization)
    monkeypatch.setattr(actions, "A_SLICE", 7)
    count_all_again(organization)
    assert as_kept(organization) == before
    with writing(organization.id):
        for model in (JudgedNote, NoteOverlap, EncounterUnits, CountedBy):
            model.objects.all().delete()
    count_all_again(organization)
    assert as_kept(organization) == before
    check(office)


def test_rules_and_credentials_change_what_is_kept(organization: Organization) -> None:
    office = busy_month(organization, 5)
    biller, administrator = (acting_for(organization, role) for role in ("biller", "administrator"))
    with acting(biller):
        fields = RuleFields(
            program_id=office.program.id, rule_key="demo-midpoint", code="H0038",
            effective_from=DAY - timedelta(days=3), paid_kinds=("one_to_one",),
        )  # fmt: skip
        actions.set_rule(acting=biller, id=uuid7(), fields=fields)
    count_all_again(organization)
    check(office)
    with writing(organization.id):
        staff = {note.worker for note in office.notes}
    with acting(administrator):
        for worker in staff:
            change_worker(acting=administrator, id=worker.id, fields=WorkerFields(name=worker.name))
            fields = CertificationFields(credential="CPS", valid_from=DAY - timedelta(days=2))
            record_certification(acting=administrator, id=uuid7(), worker_id=worker.id, fields=fields)
    before = as_kept(organization)[0]
    count_all_again(organization)
    check(office)
    assert as_kept(organization)[0] != before


def test_a_slice_that_dies_is_begun_again_and_the_page_says_so(
    office: Office, client_as: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for back in range(6):
        office.signed(-back * 24 * 60, 38, happened_on=DAY - timedelta(days=back))
    count_all_again(office.organization)
    biller = acting_for(office.organization, "biller")
    with acting(biller):
        fields = RuleFields(
            program_id=office.program.id, rule_key="demo-midpoint", code="H0038",
            effective_from=DAY - timedelta(days=5),
        )  # fmt: skip
        id_ = actions.set_rule(acting=biller, id=uuid7(), fields=fields)
    monkeypatch.setattr(actions, "A_SLICE", 2)
    job = {"organization_id": office.organization.id, "recount_id": id_}
    jobs.count_again.now(**job)
    assert sorted(office.units().values()) == [2, 2, 2, 2, 3, 3]
    with monkeypatch.context() as broken:
        broken.setattr(actions, "_keep_overlaps", lambda *_rows: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            jobs.count_again.now(**job)
    assert sorted(office.units().values()) == [2, 2, 2, 2, 3, 3]
    page = client_as("director").get(reverse("units"), {"month": NOVEMBER.key})
    assert "being counted again" in page.content.decode()
    for _ in range(4):
        jobs.count_again.now(**job)
    assert sorted(office.units().values()) == [3] * 6
    page = client_as("director").get(reverse("units"), {"month": NOVEMBER.key})
    assert "being counted again" not in page.content.decode()


def test_what_stands_still_is_taken_up_again_once_in_a_while(office: Office) -> None:
    office.signed(0, 38)
    count_all_again(office.organization)
    with writing(office.organization.id):
        Recount.objects.create(
            organization_id=office.organization.id, program_id=office.program.id, next_on=DAY,
            moved_at=SIGNED_AT - timedelta(days=900),
        )  # fmt: skip
    asked = []
    for _ in range(2):
        with acting(acting_for(office.organization, "biller")) as who:
            asked.append(len(actions.begin_counting(acting=who)))
    assert asked == [1, 0]


def test_a_slice_does_not_forget_what_was_asked_while_it_ran(office: Office) -> None:
    """A credential is recorded, and not yet committed, while its worker's notes are judged without it."""
    someone = new_worker(office.organization, program=office.program)
    office.signed(0, 38, worker=someone)
    count_all_again(office.organization)
    administrator = acting_for(office.organization, "administrator")
    with acting(administrator):
        away = WorkerFields(name=someone.name, employment="volunteer")
        change_worker(acting=administrator, id=someone.id, fields=away)
    with writing(office.organization.id):
        recount = Recount.objects.get(worker=someone)
    job = {"organization_id": office.organization.id, "recount_id": recount.id}
    failures: list[BaseException] = []

    def judge() -> None:
        try:
            jobs.count_again.now(**job)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connections.close_all()

    meanwhile = threading.Thread(target=judge)
    with acting(administrator):
        back = WorkerFields(name=someone.name, employment="staff")
        change_worker(acting=administrator, id=someone.id, fields=back)
        meanwhile.start()
        meanwhile.join(timeout=1)
    meanwhile.join()
    assert failures == []
    count_all_again(office.organization)
    check(office)


def test_two_notes_at_one_time_signed_at_the_same_moment_know_of_each_other(office: Office) -> None:
    """Of one specialist with two people: the second is signed while the first is not yet committed."""
    someone = new_person(office.organization, "Joel", "Pike")
    enrol(someone, office.program, office.worker)
    first, second = office.visit(0, 60), office.visit(30, 60, person=someone)
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
    assert {row.state for row in shown(acting_for(office.organization, "biller"))} == {State.NEEDS}
    office.withdraw(first)
    assert [row.state for row in shown(acting_for(office.organization, "biller"))] == [State.COUNTED]


def test_what_is_kept_stays_with_its_organization(
    office: Office, other_organization: Organization, acting_as: Callable[..., Any]
) -> None:
    office.signed(0, 60)
    office.signed(30, 60)
    with acting_as("biller", organization=other_organization) as who:
        assert units_month(acting=who, month=NOVEMBER).count == 0
        assert [JudgedNote.objects.count(), NoteOverlap.objects.count()] == [0, 0]
