"""The note as a browser without JavaScript meets it: who opens it, what is said, what is kept."""

import re
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client
from factories.notes import Desk, colleague_of, open_desk
from factories.people import new_person
from factories.support import enrol, new_goal, new_planned_visit
from factories.users import new_user, signed_in
from factories.writing import writing

from beenthere.kernel.ids import uuid7
from beenthere.support.encounters.models import Encounter
from beenthere.trust.models import Organization

URLS = ("", "write/", "counts/", "add/", "withdraw/", "move/")
CANARY = "Canary-words-7041"


def send(desk: Desk, id_: UUID, client: Client | None = None, **fields: Any) -> Any:
    return (client or desk.client()).post(f"/notes/{id_}/write/", desk.posted(**fields))


def begun(page: str) -> dict[str, str]:
    """The hidden fields and first values of an open form, as a browser would send them back."""
    inputs = re.findall(r"<input[^>]*>", page)
    found = {}
    for one in inputs:
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        kind = re.search(r'type="([^"]*)"', one)
        if name and (kind is None or kind[1] not in {"radio", "checkbox"} or " checked" in one):
            found[name[1]] = value[1] if value else ""
    return found


def test_the_form_asks_for_nothing_to_be_typed(desk: Desk) -> None:
    """Opened, one kind chosen, signed: the rest was there."""
    client = desk.client()
    page = client.get(f"/notes/new/?person={desk.person.id}").content.decode()
    action = re.search(r'action="(/notes/[^"]*/write/)"', page)[1]
    sent = begun(page) | {"kind": "check_in", "intent": "sign"}
    response = client.post(action, sent, follow=True)
    assert response.redirect_chain[-1][0].endswith("/counts/")
    assert "Signed and saved at" in response.content.decode()
    with writing(desk.organization.id):
        (note,) = Encounter.objects.filter(organization_id=desk.organization.id)
    assert (note.kind, note.signed_by_id) == ("check_in", desk.worker.user_id)
    assert str(note.id) in action
    assert (note.ends_at - note.starts_at).total_seconds() == 30 * 60


def test_opening_the_form_keeps_nothing(desk: Desk, loader: psycopg.Connection) -> None:
    desk.client().get(f"/notes/new/?person={desk.person.id}")
    of_organization = [desk.organization.id]
    rows = loader.execute("SELECT 1 FROM support_encounter WHERE organization_id = %s", of_organization)
    assert rows.fetchall() == []


def test_a_planned_visit_brings_its_times_along(desk: Desk) -> None:
    visit = new_planned_visit(
        desk.person, desk.program, desk.worker, kind="goal_work", place="home", minutes=45
    )
    page = desk.client().get(f"/notes/new/?person={desk.person.id}&visit={visit.id}").content.decode()
    sent = begun(page)
    assert (sent["kind"], sent["place"], sent["happened_on"]) == ("goal_work", "home", "2026-11-20")
    assert (sent["starts"], sent["ends"], sent["planned_visit"]) == ("10:00", "10:45", str(visit.id))


def test_a_visit_that_was_begun_is_gone_on_with(desk: Desk) -> None:
    visit = new_planned_visit(desk.person, desk.program, desk.worker)
    id_ = uuid7()
    send(desk, id_, client := desk.client(), planned_visit=str(visit.id))
    again = client.get(f"/notes/new/?begin=1&person={desk.person.id}&visit={visit.id}")
    assert again["Location"] == f"/notes/{id_}/write/"


def test_saved_is_said_with_the_time(desk: Desk) -> None:
    id_ = uuid7()
    response = send(desk, id_, client := desk.client())
    assert response["Location"] == f"/notes/{id_}/write/"
    page = client.get(response["Location"]).content.decode()
    assert re.search(r"Saved at (noon|12:00)", page)
    assert "still a draft until you sign it" in page


def test_two_versions_are_said_to_be_kept(desk: Desk) -> None:
    id_, client = uuid7(), desk.client()
    send(desk, id_, client, words="from the phone")
    response = send(desk, id_, client, words="from the laptop", intent="sign")
    page = client.get(response["Location"]).content.decode()
    assert "Both versions are kept" in page
    assert "from the laptop" in page
    assert desk.note(id_).signed_at is None


def test_autosave_answers_with_the_time_and_keeps_the_words(desk: Desk) -> None:
    id_, client = uuid7(), desk.client()
    answer = client.post(f"/notes/{id_}/draft/", desk.posted("so far"))
    assert answer.json()["id"] == str(id_)
    assert answer.json()["saved_at"]
    assert desk.note(id_).what_we_did == "so far"
    assert desk.note(id_).signed_at is None
    asked_to_sign = client.post(f"/notes/{id_}/draft/", desk.posted("so far", intent="sign"))
    assert asked_to_sign.status_code == 200
    assert desk.note(id_).signed_at is None


def test_autosave_of_an_unfinished_form_says_why_and_keeps_nothing(desk: Desk) -> None:
    answer = desk.client().post(f"/notes/{(id_ := uuid7())}/draft/", desk.posted(happened_on="2026-13-40"))
    assert answer.status_code == 422
    assert "Not saved yet" in answer.json()["error"]
    with pytest.raises(Encounter.DoesNotExist):
        desk.note(id_)


def test_an_error_keeps_every_word_on_the_page(desk: Desk) -> None:
    response = send(desk, uuid7(), words="long and dear words", kind="", purpose="why we met")
    page = response.content.decode()
    assert response.status_code == 422
    assert "long and dear words" in page
    assert "why we met" in page
    assert "What kind of visit was it?" in page


@pytest.mark.parametrize("url", URLS)
def test_strangers_find_no_note(desk: Desk, other_organization: Organization, url: str) -> None:
    id_ = desk.signed(CANARY)
    elsewhere = open_desk(desk.organization, desk.organization.day_room)
    abroad = open_desk(other_organization)
    for stranger in (elsewhere, abroad):
        for address in (f"/notes/{id_}/{url}", f"/notes/{uuid7()}/{url}"):
            response = stranger.client().get(address, follow=True)
            assert response.status_code == 404, address
            assert CANARY not in response.content.decode()


def test_nothing_of_a_note_is_changed_from_outside(desk: Desk, other_organization: Organization) -> None:
    id_ = desk.signed("as signed")
    elsewhere = open_desk(desk.organization, desk.organization.day_room)
    for stranger in (elsewhere, open_desk(other_organization)):
        client = stranger.client()
        for url, data in (
            ("withdraw/", {"why": "duplicate"}),
            ("add/", {"id": uuid7(), "words": "more"}),
            ("discard/", {}),
            ("mend/", {"field": "ends"}),
            ("write/", desk.posted("other words", intent="sign")),
            ("draft/", desk.posted("other words")),
        ):
            assert client.post(f"/notes/{id_}/{url}", data).status_code == 404, url
    note = desk.note(id_)
    assert (note.what_we_did, note.withdrawn_at) == ("as signed", None)


@pytest.mark.parametrize("role", ["specialist", "supervisor"])
def test_a_draft_is_its_author_s_alone(desk: Desk, role: str) -> None:
    id_ = desk.save(uuid7(), desk.content(CANARY)).encounter_id
    reader = colleague_of(desk, role).client()
    for url in URLS:
        response = reader.get(f"/notes/{id_}/{url}", follow=True)
        assert response.status_code == 404, url
    for page in (f"/people/{desk.person.id}/", f"/people/{desk.person.id}/notes/", "/", "/notes/drafts/"):
        response = reader.get(page, follow=True)
        assert CANARY not in response.content.decode()
        assert str(id_) not in response.content.decode(), page
    assert CANARY in desk.client().get(f"/notes/{id_}/", follow=True).content.decode()


def test_a_colleague_of_the_program_reads_a_signed_note(desk: Desk) -> None:
    id_ = desk.signed(CANARY, purpose="the purpose", next_step="the next step")
    for role in ("specialist", "supervisor"):
        page = colleague_of(desk, role).client().get(f"/notes/{id_}/").content.decode()
        assert CANARY in page
        assert "the purpose" in page
        assert "the next step" in page


def test_a_volunteer_reads_only_about_their_own_people(desk: Desk) -> None:
    id_ = desk.signed(CANARY)
    volunteer = colleague_of(desk, "volunteer")
    assert volunteer.client().get(f"/notes/{id_}/").status_code == 404
    mine = new_person(desk.organization, "Noor", "Haddad")
    enrol(mine, desk.program, volunteer.worker)
    desk.person = mine
    own = desk.signed("about Noor")
    assert "about Noor" in volunteer.client().get(f"/notes/{own}/").content.decode()


def test_a_role_without_words_sees_facts_and_no_words(desk: Desk) -> None:
    goal = new_goal(desk.person, desk.program, CANARY)
    words = {"purpose": CANARY, "response": CANARY, "next_step": CANARY}
    id_ = desk.signed(CANARY, **words, next_kind="call", goal_id=goal.id)
    biller = signed_in(
        desk.organization,
        "biller",
        user=new_user(desk.organization, "biller", desk.program),
        program=desk.program,
    )
    for url in ("", "?as=girp", "counts/"):
        page = biller.get(f"/notes/{id_}/{url}")
        assert page.status_code == 200
        assert CANARY not in page.content.decode()
    facts = biller.get(f"/notes/{id_}/").content.decode()
    assert "One-to-one support" in facts
    assert "not its words" in facts
    for role in ("director", "privacy_officer", "administrator"):
        other = signed_in(desk.organization, role, user=new_user(desk.organization, role))
        for url in ("", "counts/"):
            assert other.get(f"/notes/{id_}/{url}").status_code in {403, 404}, (role, url)


@pytest.mark.parametrize("view", ["plain", "girp", "pirp", "dap", "birp", "nonsense"])
def test_the_same_note_in_each_arrangement_holds_the_same_words(desk: Desk, view: str) -> None:
    id_ = desk.signed("we walked", purpose="to get out", response="she smiled", next_step="walk again")
    page = desk.client().get(f"/notes/{id_}/?as={view}").content.decode()
    for words in ("we walked", "to get out", "she smiled", "walk again"):
        assert words in page, words


def test_words_stand_on_the_page_as_words(desk: Desk) -> None:
    id_ = desk.signed("<script>alert(1)</script> & more")
    page = desk.client().get(f"/notes/{id_}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page


def test_history_reads_in_words_and_tells_no_words_of_the_note(desk: Desk) -> None:
    id_, client = desk.signed(CANARY), desk.client()
    client.post(f"/notes/{id_}/add/", {"id": uuid7(), "words": "and one more thing"})
    client.post(f"/notes/{id_}/withdraw/", {"why": "wrong_day"})
    page = client.get(f"/notes/{id_}/").content.decode()
    history = page[page.index("<h2>History</h2>") :]
    for words in ("began a note", "signed the note", "added words", "entered in error"):
        assert f"{desk.worker.user.name} " in history
        assert words in history
    assert CANARY not in history


def test_entered_in_error_leads_to_where_it_belongs(desk: Desk) -> None:
    other = new_person(desk.organization, "Lena", "Ortiz")
    enrol(other, desk.program, desk.worker)
    id_, client = desk.signed("about Lena"), desk.client()
    response = client.post(f"/notes/{id_}/withdraw/", {"why": "wrong_person"})
    assert response["Location"] == f"/notes/{id_}/move/"
    page = client.get(response["Location"]).content.decode()
    assert "Lena Ortiz" in page
    sent = begun(page) | {"to": f"{other.id} {desk.program.id}"}
    there = client.post(f"/notes/{id_}/move/", sent, follow=True)
    assert "about Lena" in there.content.decode()
    again = client.post(f"/notes/{id_}/move/", sent)
    assert "already moved" in again.content.decode()


def test_whom_a_note_was_about_is_found_by_name_however_many_there_are(desk: Desk) -> None:
    for _ in range(20):
        enrol(new_person(desk.organization, "Somebody", "Else"), desk.program, desk.worker)
    other = new_person(desk.organization, "Lena", "Ortiz")
    enrol(other, desk.program)
    stranger = new_person(desk.organization, "Lena", "Far")
    enrol(stranger, desk.organization.day_room)
    id_, client = desk.signed("about Lena"), desk.client()
    client.post(f"/notes/{id_}/withdraw/", {"why": "wrong_person"})
    at = f"/notes/{id_}/move/"
    assert len(client.get(at).context["found"].places) == 13  # its own person is out
    there = f"{other.id} {desk.program.id}"
    page = client.post(at, {"words": "lena"})
    assert page.context["found"].places == ((there, "Lena Ortiz, Harbor"),)
    assert "Nobody by this name" in client.post(at, {"words": "far"}).content.decode()
    moved = client.post(at, begun(page.content.decode()) | {"to": there}, follow=True)
    assert "about Lena" in moved.content.decode()


def test_a_note_is_not_moved_to_somebody_out_of_sight(desk: Desk) -> None:
    stranger = open_desk(desk.organization, desk.organization.day_room)
    id_, client = desk.signed(), desk.client()
    client.post(f"/notes/{id_}/withdraw/", {"why": "wrong_person"})
    sent = {"id": uuid7(), "to": f"{stranger.person.id} {stranger.program.id}"}
    response = client.post(f"/notes/{id_}/move/", sent)
    assert response.status_code == 200
    assert "Select a valid choice" in response.content.decode()


def test_no_word_of_a_note_stands_readable_in_the_database(desk: Desk, loader: psycopg.Connection) -> None:
    sent = {"purpose": CANARY, "response": CANARY, "next_step": CANARY, "next_kind": "do"}
    id_, client = uuid7(), desk.client()
    send(desk, id_, client, words=CANARY, **sent, next_step_on="2026-11-30", intent="sign")
    client.post(f"/notes/{id_}/add/", {"id": uuid7(), "words": CANARY})
    client.get(f"/notes/{id_}/")
    assert CANARY in client.get(f"/notes/{id_}/").content.decode()
    tables = loader.execute(
        "SELECT quote_ident(table_name) AS name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    for table in [row["name"] for row in tables]:
        found = loader.execute(
            f"SELECT count(*) AS n FROM {table} AS t WHERE t::text ILIKE %s", [f"%{CANARY}%"]
        )
        assert found.fetchone()["n"] == 0, table


def test_the_fingerprint_tells_nothing_of_a_short_note(desk: Desk, other_organization: Organization) -> None:
    """The same note in two organizations, and of two people, has fingerprints that nobody can compare."""
    there = open_desk(other_organization)
    one, two = desk.signed("yes"), desk.signed("yes", happened_on="2026-11-19")
    assert (
        desk.note(one).content_hash
        != desk.note(two).content_hash
        != there.note(there.signed("yes")).content_hash
    )
