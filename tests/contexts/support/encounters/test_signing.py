"""What follows from signing stands or falls with it; a signed note is final, in the database too."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.http import Http404
from factories.funding import new_rule
from factories.notes import NOW, Desk, colleague_of
from factories.people import new_person
from factories.support import enrol, new_goal, new_planned_visit
from factories.workers import new_worker
from factories.writing import writing

from beenthere.foundation import announce
from beenthere.funding.models import EncounterUnits
from beenthere.kernel.ids import uuid7
from beenthere.support.api import EncounterSigned, EncounterWithdrawn, mend_note
from beenthere.support.encounters.actions import (
    add_addendum,
    discard_draft,
    rewrite_elsewhere,
    sign_note,
    withdraw_note,
)
from beenthere.support.encounters.models import Addendum, Encounter, FollowUp
from beenthere.trust.api import Refused
from beenthere.workforce.models import HoursEntry

MONDAY = date(2026, 11, 23)
FOLLOWS = ("support_followup", "workforce_hoursentry", "funding_encounterunits")


@pytest.fixture
def paid(desk: Desk) -> Desk:
    """The program is paid by the quarter of an hour."""
    new_rule(desk.program)
    return desk


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """What is announced; a listener that is put in front of the list is told too."""
    events: list[Any] = []
    with listening(EncounterSigned, events.append), listening(EncounterWithdrawn, events.append):
        yield events


class listening:  # noqa: N801 - reads as a sentence in a with statement
    def __init__(self, event: type, listener: Callable[[Any], None]) -> None:
        self.event, self.listener = event, listener

    def __enter__(self) -> None:
        announce.listen(self.event, self.listener)

    def __exit__(self, *error: object) -> None:
        announce._listeners[self.event].remove(self.listener)


def hours(desk: Desk) -> list[tuple[int, str, bool]]:
    with writing(desk.organization.id):
        rows = HoursEntry.objects.filter(organization_id=desk.organization.id)
        return [(row.minutes, row.kind, row.withdrawn_at is None) for row in rows]


def units(desk: Desk) -> list[int]:
    with writing(desk.organization.id):
        rows = EncounterUnits.objects.filter(organization_id=desk.organization.id, withdrawn_at=None)
        return [row.units for row in rows]


def verbs(loader: psycopg.Connection, desk: Desk, object_id: UUID) -> list[str]:
    rows = loader.execute(
        "SELECT verb FROM trust_auditevent WHERE organization_id = %s AND object_id = %s ORDER BY id",
        [desk.organization.id, str(object_id)],
    )
    return [row["verb"] for row in rows]


def test_everything_follows_from_one_signature(
    paid: Desk, heard: list[Any], loader: psycopg.Connection
) -> None:
    visit = new_planned_visit(paid.person, paid.program, paid.worker)
    id_ = paid.signed(planned_visit_id=visit.id, next_kind="call", next_step_on=MONDAY)
    with writing(paid.organization.id):
        visit.refresh_from_db()
        due = FollowUp.objects.get(encounter_id=id_)
    assert visit.status == "kept"
    assert (due.kind, due.due_on, due.worker_id, due.what) == ("call", MONDAY, paid.worker.id, "Call them")
    assert hours(paid) == [(60, "direct", True)]
    assert units(paid) == [4]
    (told,) = heard
    assert (told.encounter_id, told.person_id, told.worker_id) == (id_, paid.person.id, paid.worker.id)
    assert verbs(loader, paid, id_) == ["note.begun", "note.signed"]
    assert paid.note(id_).signed_at == NOW


def test_signing_twice_is_signing_once(paid: Desk, heard: list[Any], loader: psycopg.Connection) -> None:
    id_ = paid.signed(next_kind="call", next_step_on=MONDAY)
    first = paid.note(id_).signed_at
    assert paid.sign(id_).signed_at == first
    with writing(paid.organization.id):
        assert FollowUp.objects.filter(encounter_id=id_).count() == 1
    assert len(hours(paid)) == len(units(paid)) == len(heard) == 1
    assert verbs(loader, paid, id_).count("note.signed") == 1


def test_a_listener_that_fails_undoes_all_of_it(paid: Desk, loader: psycopg.Connection) -> None:
    visit = new_planned_visit(paid.person, paid.program, paid.worker)
    id_ = paid.save(
        uuid7(), paid.content(planned_visit_id=visit.id, next_kind="call", next_step_on=MONDAY)
    ).encounter_id

    def breaks(event: EncounterSigned) -> None:
        raise OSError("the ledger is full")

    with listening(EncounterSigned, breaks), pytest.raises(OSError, match="ledger"):
        paid.sign(id_)
    assert paid.note(id_).signed_at is None
    for table in FOLLOWS:
        found = loader.execute(
            f"SELECT count(*) AS n FROM {table} WHERE organization_id = %s", [paid.organization.id]
        )
        assert found.fetchone()["n"] == 0, table
    with writing(paid.organization.id):
        visit.refresh_from_db()
    assert visit.status == "planned"
    assert verbs(loader, paid, id_) == ["note.begun"]
    paid.sign(id_)
    assert units(paid) == [4]


def test_hours_under_a_supervisor_are_supervised_hours(desk: Desk) -> None:
    boss = new_worker(desk.organization, role="supervisor", program=desk.program)
    with writing(desk.organization.id):
        desk.worker.supervisor = boss
        desk.worker.save()
    desk.signed()
    assert hours(desk) == [(60, "supervised", True)]


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"result": "no_show"}, "missed"), ({"result": "no_answer"}, "missed"), ({"ends_at": None}, "kept")],
)
def test_no_hours_without_a_visit_or_without_its_times(
    paid: Desk, fields: dict[str, Any], status: str
) -> None:
    visit = new_planned_visit(paid.person, paid.program, paid.worker)
    paid.signed(planned_visit_id=visit.id, **fields)
    assert (hours(paid), units(paid)) == ([], [])
    with writing(paid.organization.id):
        visit.refresh_from_db()
    assert visit.status == status


def test_only_the_author_signs(desk: Desk) -> None:
    id_ = desk.save(uuid7(), desk.content()).encounter_id
    boss = colleague_of(desk, "supervisor")
    with pytest.raises(Http404), boss.acting() as who:
        sign_note(acting=who, id=id_)
    assert desk.note(id_).signed_at is None


CHANGES = [
    "UPDATE support_encounter SET happened_on = happened_on + 1 WHERE id = %s",
    "UPDATE support_encounter SET what_we_did = NULL WHERE id = %s",
    "UPDATE support_encounter SET signed_at = NULL, signed_by_id = NULL WHERE id = %s",
    "UPDATE support_encounter SET not_billable = true WHERE id = %s",
    "DELETE FROM support_encounter WHERE id = %s",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_a_signed_note(desk: Desk, change: str, request: Any) -> None:
    draft, id_ = desk.save(uuid7(), desk.content("a draft")).encounter_id, desk.signed()
    for role in ("owner", "superuser", "loader"):
        connection = request.getfixturevalue(role)
        connection.execute("SELECT set_config('beenthere.org', %s, false)", [str(desk.organization.id)])
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute(change, [id_])
    assert desk.note(id_).what_we_did
    if not change.startswith("UPDATE support_encounter SET signed_at"):
        assert connection.execute(change, [draft]).rowcount == 1


def test_a_change_of_keys_may_seal_the_same_words_anew(desk: Desk, loader: psycopg.Connection) -> None:
    id_ = desk.signed()
    with loader.transaction():
        loader.execute("SELECT set_config('beenthere.resealing', 'on', true)")
        anew = "UPDATE support_encounter SET what_we_did = what_we_did WHERE id = %s"
        assert loader.execute(anew, [id_]).rowcount == 1
        with pytest.raises(psycopg.errors.CheckViolation):
            loader.execute("UPDATE support_encounter SET kind = 'group' WHERE id = %s", [id_])


def test_words_are_added_once_and_the_note_stays(desk: Desk, loader: psycopg.Connection) -> None:
    id_, addendum = desk.signed("as signed"), uuid7()
    for _time in range(2):
        with desk.acting() as who:
            add_addendum(acting=who, id=addendum, encounter_id=id_, words="  Her sister came too. ")
    with writing(desk.organization.id):
        (row,) = Addendum.objects.filter(encounter_id=id_)
    assert (row.words, row.added_by_id) == ("Her sister came too.", desk.worker.user_id)
    assert desk.note(id_).what_we_did == "as signed"
    assert verbs(loader, desk, id_).count("note.added_to") == 1


def test_words_are_not_added_to_a_draft_nor_to_a_withdrawn_note(desk: Desk) -> None:
    draft, gone = desk.save(uuid7(), desk.content()).encounter_id, desk.signed("other")
    with desk.acting() as who:
        withdraw_note(acting=who, id=gone, why="duplicate")
    for id_, words in ((draft, "more"), (gone, "more"), (desk.signed("third"), "  ")):
        with pytest.raises(Refused), desk.acting() as who:
            add_addendum(acting=who, id=uuid7(), encounter_id=id_, words=words)


def test_withdrawing_takes_a_note_out_of_everything_but_the_audit(
    paid: Desk, heard: list[Any], loader: psycopg.Connection
) -> None:
    visit = new_planned_visit(paid.person, paid.program, paid.worker)
    id_ = paid.signed("withdrawn words", planned_visit_id=visit.id, next_kind="call", next_step_on=MONDAY)
    for _time in range(2):
        with paid.acting() as who:
            withdraw_note(acting=who, id=id_, why="wrong_day")
    with writing(paid.organization.id):
        visit.refresh_from_db()
        assert FollowUp.objects.get(encounter_id=id_).done_at is not None
        assert Encounter.objects.get(id=id_).what_we_did == "withdrawn words"
    assert visit.status == "planned"
    assert units(paid) == []
    assert [counts for _minutes, _kind, counts in hours(paid)] == [False]
    assert [type(event) for event in heard] == [EncounterSigned, EncounterWithdrawn]
    assert verbs(loader, paid, id_) == ["note.begun", "note.signed", "note.withdrawn"]
    page = paid.client().get(f"/people/{paid.person.id}/").content.decode()
    assert "withdrawn words" not in page


def test_a_reason_is_needed_and_a_draft_is_not_withdrawn(desk: Desk) -> None:
    for id_, why in (
        (desk.signed(), "because"),
        (desk.save(uuid7(), desk.content("d")).encounter_id, "duplicate"),
    ):
        with pytest.raises(Refused), desk.acting() as who:
            withdraw_note(acting=who, id=id_, why=why)


def test_a_supervisor_withdraws_and_a_colleague_does_not(desk: Desk) -> None:
    id_ = desk.signed()
    with pytest.raises(Refused), colleague_of(desk).acting() as who:
        withdraw_note(acting=who, id=id_, why="duplicate")
    with colleague_of(desk, "supervisor").acting() as who:
        withdraw_note(acting=who, id=id_, why="duplicate")
    assert desk.note(id_).withdrawn_at == NOW


def test_a_note_about_somebody_else_goes_where_it_belongs(paid: Desk, loader: psycopg.Connection) -> None:
    other = new_person(paid.organization, "Lena", "Ortiz")
    enrol(other, paid.program, paid.worker)
    goal = new_goal(paid.person, paid.program)
    id_, there = paid.signed("about Lena", goal_id=goal.id), uuid7()
    with paid.acting() as who:
        withdraw_note(acting=who, id=id_, why="wrong_person")
        rewrite_elsewhere(
            acting=who, withdrawn_id=id_, id=there, person_id=other.id, program_id=paid.program.id
        )
    moved = paid.note(there)
    assert (moved.person_id, moved.what_we_did, moved.goal_id) == (other.id, "about Lena", None)
    assert moved.signed_at is None
    assert paid.note(id_).moved_to_id == there
    assert verbs(loader, paid, there) == ["note.moved"]
    paid.sign(there)
    assert units(paid) == [4]


def test_a_note_is_moved_once_by_its_author_after_it_was_withdrawn(desk: Desk) -> None:
    id_, there = desk.signed(), {"person_id": desk.person.id, "program_id": desk.program.id}

    def move(who: Any) -> None:
        rewrite_elsewhere(acting=who, withdrawn_id=id_, id=uuid7(), **there)

    with pytest.raises(Refused, match="Withdraw the note first"), desk.acting() as who:
        move(who)
    with desk.acting() as who:
        withdraw_note(acting=who, id=id_, why="wrong_day")
    with (
        pytest.raises(Refused, match="Only the person who wrote"),
        colleague_of(desk, "supervisor").acting() as who,
    ):
        move(who)
    with desk.acting() as who:
        move(who)
    with pytest.raises(Refused, match="already moved"), desk.acting() as who:
        move(who)


def test_mending_goes_on_with_the_same_words(paid: Desk) -> None:
    id_ = paid.signed("the same words", ends_at=None)
    with paid.acting() as who:
        draft = mend_note(acting=who, id=id_)
    assert paid.note(id_).withdrawn_why == "needed_mending"
    assert paid.note(draft).what_we_did == "the same words"
    with paid.acting() as who:
        discard_draft(acting=who, id=draft)
    assert paid.note(id_).moved_to_id is None


def test_what_cannot_be_written_again_is_not_withdrawn_by_mending(desk: Desk) -> None:
    """A supervisor may withdraw a colleague's note, but not write it as if it were their own."""
    id_ = desk.signed()
    boss = colleague_of(desk, "supervisor")
    response = boss.client().post(f"/notes/{id_}/mend/", {"field": "ends"}, follow=True)
    assert response.status_code == 200
    assert "Only the person who wrote" in response.content.decode()
    assert desk.note(id_).withdrawn_at is None
