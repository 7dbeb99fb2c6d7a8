"""One note is one row and one event, however often and from wherever it is sent; no words are lost."""

import threading
from collections import Counter
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from factories.notes import NOW, Desk, colleague_of, open_desk
from factories.support import new_planned_visit
from factories.writing import writing

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.support.encounters.actions import Form, Outcome, discard_draft
from beenthere.support.encounters.models import Encounter
from beenthere.support.intake.models import Enrolment
from beenthere.trust.api import Refused
from beenthere.trust.models import Organization


def rows_of(loader: psycopg.Connection, organization: Organization) -> list[UUID]:
    found = loader.execute(
        "SELECT id FROM support_encounter WHERE organization_id = %s ORDER BY id", [organization.id]
    )
    return [row["id"] for row in found]


def events_of(loader: psycopg.Connection, organization: Organization) -> Counter[str]:
    found = loader.execute(
        "SELECT verb FROM trust_auditevent WHERE organization_id = %s AND verb LIKE 'note.%%'",
        [organization.id],
    )
    return Counter(row["verb"] for row in found)


def words_of(desk: Desk) -> set[str]:
    with writing(desk.organization.id):
        return {row.what_we_did for row in Encounter.objects.filter(organization_id=desk.organization.id)}


def test_the_same_note_twice_is_one_row_and_one_event(desk: Desk, loader: psycopg.Connection) -> None:
    id_, content, form = uuid7(), desk.content(), Form(id=uuid7(), number=1)
    first, second = desk.save(id_, content, form), desk.save(id_, content, form)
    assert (first.outcome, second.outcome) == (Outcome.SAVED, Outcome.ALREADY_SAVED)
    assert (second.encounter_id, second.at) == (id_, first.at)
    assert rows_of(loader, desk.organization) == [id_]
    assert sum(events_of(loader, desk.organization).values()) == 1


def test_an_open_form_writes_over_its_own_words_and_leaves_one_event(
    desk: Desk, loader: psycopg.Connection
) -> None:
    id_, form = uuid7(), uuid7()
    for number, words in enumerate(["We", "We walked", "We walked home"], start=1):
        assert desk.save(id_, desk.content(words), Form(id=form, number=number)).outcome is Outcome.SAVED
    assert words_of(desk) == {"We walked home"}
    assert sum(events_of(loader, desk.organization).values()) == 1


def test_other_words_from_another_form_are_both_kept(desk: Desk, loader: psycopg.Connection) -> None:
    id_, other_form = uuid7(), Form(id=uuid7(), number=1)
    desk.save(id_, desk.content("from the phone"))
    kept = desk.save(id_, desk.content("from the laptop"), other_form)
    assert kept.outcome is Outcome.KEPT_BOTH
    assert kept.encounter_id != id_
    assert words_of(desk) == {"from the phone", "from the laptop"}
    again = desk.save(id_, desk.content("from the laptop"), other_form)
    assert again == kept
    assert len(rows_of(loader, desk.organization)) == 2


def test_a_form_that_was_kept_apart_goes_on_in_its_own_copy(desk: Desk, loader: psycopg.Connection) -> None:
    """The open page goes on sending the first id with each autosave: not a new copy each time."""
    id_, form = uuid7(), uuid7()
    desk.save(id_, desk.content("from the phone"))
    copies = {
        desk.save(id_, desk.content(words), Form(id=form, number=number)).encounter_id
        for number, words in enumerate(["from", "from the", "from the laptop"], start=1)
    }
    assert len(copies) == 1
    assert words_of(desk) == {"from the phone", "from the laptop"}
    late = desk.save(id_, desk.content("from the"), Form(id=form, number=2))
    assert late.outcome is Outcome.KEPT_BOTH
    assert words_of(desk) == {"from the phone", "from the laptop"}
    assert sum(events_of(loader, desk.organization).values()) == 2


def test_a_form_that_began_from_what_is_there_may_replace_it(desk: Desk) -> None:
    id_ = uuid7()
    desk.save(id_, desk.content("yesterday"))
    there = desk.note(id_).content_hash
    saved = desk.save(id_, desk.content("today"), Form(id=uuid7(), number=1, base=there))
    assert saved.outcome is Outcome.SAVED
    assert words_of(desk) == {"today"}


def test_a_request_that_was_overtaken_changes_nothing(desk: Desk) -> None:
    id_, form = uuid7(), uuid7()
    desk.save(id_, desk.content("all of it"), Form(id=form, number=5))
    late = desk.save(id_, desk.content("the beginn"), Form(id=form, number=4))
    assert late.outcome is Outcome.ALREADY_SAVED
    assert words_of(desk) == {"all of it"}


def test_an_autosave_that_arrives_after_signing_leaves_no_stray_draft(
    desk: Desk, loader: psycopg.Connection
) -> None:
    id_, form = uuid7(), uuid7()
    desk.save(id_, desk.content("all of it"), Form(id=form, number=5))
    desk.sign(id_)
    late = desk.save(id_, desk.content("the beginn"), Form(id=form, number=4))
    assert (late.outcome, late.encounter_id) == (Outcome.ALREADY_SAVED, id_)
    assert rows_of(loader, desk.organization) == [id_]


def test_new_words_for_a_signed_note_become_a_draft_beside_it(desk: Desk) -> None:
    id_ = desk.signed("as signed")
    kept = desk.save(id_, desk.content("as thought later"))
    assert kept.outcome is Outcome.KEPT_BOTH
    assert desk.note(id_).what_we_did == "as signed"
    assert desk.note(kept.encounter_id).signed_at is None


def test_the_same_id_by_another_author_is_another_note(desk: Desk) -> None:
    id_, colleague = uuid7(), colleague_of(desk)
    desk.save(id_, desk.content("Ana's words"))
    kept = colleague.save(id_, desk.content("Ben's words"))
    assert kept.outcome is Outcome.KEPT_BOTH
    assert desk.note(id_).worker_id == desk.worker.id
    assert desk.note(kept.encounter_id).worker_id == colleague.worker.id
    same_words = colleague.save(id_, desk.content("Ana's words"))
    assert same_words.encounter_id != id_


def test_the_same_id_in_two_organizations_is_two_rows_that_know_nothing_of_each_other(
    desk: Desk, other_organization: Organization, loader: psycopg.Connection
) -> None:
    id_, there = uuid7(), open_desk(other_organization)
    assert desk.save(id_, desk.content("here")).outcome is Outcome.SAVED
    assert there.save(id_, there.content("there")).outcome is Outcome.SAVED
    assert rows_of(loader, desk.organization) == rows_of(loader, other_organization) == [id_]
    assert (desk.note(id_).what_we_did, there.note(id_).what_we_did) == ("here", "there")
    assert desk.note(id_).content_hash != there.note(id_).content_hash
    desk.sign(id_)
    assert there.note(id_).signed_at is None


def test_twenty_requests_at_once_are_one_row_and_one_event(desk: Desk, loader: psycopg.Connection) -> None:
    id_, data, start = uuid7(), desk.posted(intent="sign"), threading.Barrier(20)
    browsers = [desk.client() for _number in range(20)]
    answers: list[Any] = []

    def press(browser: Any) -> None:
        try:
            start.wait()
            with clock.standing_at(NOW):
                answers.append(browser.post(f"/notes/{id_}/write/", data))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, f"/notes/{id_}/counts/")}
    assert len(answers) == 20
    assert rows_of(loader, desk.organization) == [id_]
    assert set(events_of(loader, desk.organization).values()) == {1}
    assert len(events_of(loader, desk.organization)) == 2


def test_a_save_and_a_signature_ask_few_queries(desk: Desk) -> None:
    """Twelve to save: who asks (4), is the person in sight, a transaction (2), who writes, what the program
    keeps, the row, was its id thrown away, the audit."""

    def queries_to(address: str, **sent: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.post(address, typed | sent).status_code in {200, 302}
        return sum(one["sql"] not in {"BEGIN", "COMMIT"} for one in asked)

    id_, client, typed = uuid7(), desk.client(), desk.posted()
    queries_to(f"/notes/{uuid7()}/draft/", form_id=str(uuid7()))  # the first also looks for keys
    assert queries_to(f"/notes/{id_}/draft/") <= 12
    assert queries_to(f"/notes/{id_}/draft/", edit_number="2", what_we_did="More.") <= 12
    assert queries_to(f"/notes/{id_}/write/", edit_number="3", intent="sign") <= 29


def test_throwing_a_draft_away_leaves_an_event_and_no_words(desk: Desk, loader: psycopg.Connection) -> None:
    id_ = desk.save(uuid7(), desk.content()).encounter_id
    with desk.acting() as who:
        discard_draft(acting=who, id=id_)
    assert rows_of(loader, desk.organization) == []
    assert sum(events_of(loader, desk.organization).values()) == 2


def test_what_was_sent_before_and_arrives_after_brings_no_draft_back(
    desk: Desk, loader: psycopg.Connection
) -> None:
    """The page is left by "Throw this draft away" while its last autosave is still on its way."""
    id_, client = uuid7(), desk.client()
    typed = desk.posted("First words.")
    assert client.post(f"/notes/{id_}/draft/", typed).status_code == 200
    assert client.post(f"/notes/{id_}/discard/").status_code == 302
    for number, words in ((1, "First words."), (2, "First words, and more.")):
        late = client.post(f"/notes/{id_}/draft/", typed | {"edit_number": number, "what_we_did": words})
        assert (late.status_code, "thrown away" in late.json()["error"]) == (422, True)
    assert rows_of(loader, desk.organization) == []
    by_hand = client.post(f"/notes/{id_}/write/", typed | {"what_we_did": "Words of another window."})
    assert by_hand.status_code == 422
    assert "Words of another window." in by_hand.content.decode()
    assert client.post(f"/notes/{uuid7()}/draft/", typed).status_code == 200


def test_an_autosave_in_the_midst_of_throwing_away_waits_and_brings_nothing_back(
    desk: Desk, loader: psycopg.Connection
) -> None:
    id_, answers = desk.save(uuid7(), desk.content()).encounter_id, []

    def save_late() -> None:
        try:
            desk.save(id_, desk.content("More words."))
        except Refused as refused:
            answers.append(str(refused))
        finally:
            connections.close_all()

    meanwhile = threading.Thread(target=save_late)
    with desk.acting() as who:
        discard_draft(acting=who, id=id_)
        meanwhile.start()
        meanwhile.join(timeout=1)
    meanwhile.join()
    assert len(answers) == 1
    assert rows_of(loader, desk.organization) == []


def test_a_signed_note_is_not_thrown_away(desk: Desk) -> None:
    id_ = desk.signed()
    with pytest.raises(Refused, match="withdrawn instead"), desk.acting() as who:
        discard_draft(acting=who, id=id_)
    assert desk.note(id_)


def test_a_note_about_somebody_out_of_sight_is_not_begun(desk: Desk, loader: psycopg.Connection) -> None:
    stranger = open_desk(desk.organization, desk.organization.day_room)
    for elsewhere in (
        {"person_id": stranger.person.id},
        {"person_id": stranger.person.id, "program_id": stranger.program.id},
        {"program_id": stranger.program.id},
    ):
        with pytest.raises(Refused):
            desk.save(uuid7(), desk.content(**elsewhere))
    assert rows_of(loader, desk.organization) == []


def test_a_planned_visit_of_somebody_else_is_not_taken_along(desk: Desk) -> None:
    stranger = open_desk(desk.organization, desk.organization.day_room)
    theirs = new_planned_visit(stranger.person, stranger.program, stranger.worker)
    for planned in (theirs.id, uuid7()):
        id_ = desk.signed(planned_visit_id=planned)
        assert desk.note(id_).planned_visit_id is None
    with writing(desk.organization.id):
        theirs.refresh_from_db()
    assert theirs.status == "planned"


def test_a_program_that_keeps_no_words_keeps_none_even_when_they_are_sent(desk: Desk) -> None:
    with writing(desk.organization.id):
        desk.program.narrative = "none"
        desk.program.save()
    sent = {"purpose": "secret", "what_we_did": "secret", "response": "secret", "next_step": "secret"}
    response = desk.client().post(f"/notes/{(id_ := uuid7())}/write/", desk.posted(**sent, intent="sign"))
    assert response.status_code == 302
    note = desk.note(id_)
    assert note.signed_at
    assert not any([note.purpose, note.what_we_did, note.response, note.next_step])


def test_the_last_note_is_written_after_the_last_day(desk: Desk) -> None:
    """Discharged on Friday, written on Sunday: the draft opens, saves and signs."""
    id_ = desk.save(uuid7(), desk.content()).encounter_id
    with writing(desk.organization.id):
        enrolment = enrol_of(desk)
        enrolment.ended_on, enrolment.end_reason = "2026-11-20", "goals_reached"
        enrolment.save()
    client = desk.client()
    assert client.get(f"/notes/{id_}/write/").status_code == 200
    assert client.post(f"/notes/{id_}/write/", desk.posted(intent="sign")).status_code == 302


def test_a_draft_about_somebody_who_was_given_to_another_can_be_read(organization: Organization) -> None:
    desk = open_desk(organization, role="volunteer")
    id_ = desk.save(uuid7(), desk.content("words of the volunteer")).encounter_id
    with writing(organization.id):
        enrol_of(desk).assignments.update(ended_at=NOW)
    page = desk.client().get(f"/notes/{id_}/write/", follow=True)
    assert page.status_code == 200
    assert "words of the volunteer" in page.content.decode()


def enrol_of(desk: Desk) -> Any:
    return Enrolment.objects.get(person_id=desk.person.id, program_id=desk.program.id)


def test_somebody_who_gives_no_support_writes_no_note(desk: Desk) -> None:
    for role in ("biller", "director", "privacy_officer", "administrator"):
        outsider = colleague_of(desk, role)
        with pytest.raises(Refused):
            outsider.save(uuid7(), desk.content())
