"""F7: a phone with a bad network sends twice, late and in the wrong order. Through the real addresses.

What a save does with what overtook it is in `tests/contexts/support/encounters/test_saving.py`.
"""

from itertools import permutations
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.test import Client
from factories.notes import Desk, open_desk
from rig import new_note

from beenthere.kernel.ids import uuid7
from beenthere.trust.models import Organization


@pytest.fixture
def desk(organization: Organization) -> Desk:
    return open_desk(organization)


def deliver(client: Client, note: str, form: dict[str, Any], kind: str) -> int:
    address = f"/notes/{note}/draft/" if kind == "autosave" else f"/notes/{note}/write/"
    return client.post(address, form).status_code


def deliveries(desk: Desk) -> dict[str, dict[str, Any]]:
    """What one form sends while a note is written and signed, with the number of each sending."""
    form = str(uuid4())
    return {
        "autosave": desk.posted("We wal", form_id=form, edit_number="1"),
        "save": desk.posted("We walked to the", form_id=form, edit_number="2"),
        "sign": desk.posted("We walked to the bus.", form_id=form, edit_number="3", intent="sign"),
    }


@pytest.mark.parametrize("order", list(permutations(["autosave", "save", "sign"])), ids="-".join)
def test_in_any_order_and_each_twice(desk: Desk, loader: psycopg.Connection, order: tuple[str, ...]) -> None:
    note, _path = new_note()
    client, sent = desk.client(), deliveries(desk)
    for kind in (*order, *order):
        assert deliver(client, note, sent[kind], kind) in {200, 302}
    rows = loader.execute(
        "SELECT id::text, signed_at IS NOT NULL AS signed FROM support_encounter WHERE organization_id = %s",
        [desk.organization.id],
    ).fetchall()
    assert rows == [{"id": note, "signed": True}]
    assert desk.note(note).what_we_did == "We walked to the bus."
    verbs = loader.execute(
        "SELECT verb, count(*) AS n FROM trust_auditevent WHERE object_id = %s AND verb LIKE 'note.%%'"
        " GROUP BY verb ORDER BY verb",
        [note],
    ).fetchall()
    assert verbs == [{"verb": "note.begun", "n": 1}, {"verb": "note.signed", "n": 1}]


def test_words_added_before_the_note_is_signed(desk: Desk, loader: psycopg.Connection) -> None:
    """Refused with a sentence, the words stay in the form; sent again after signing they are there once."""
    note, _path = new_note()
    client, sent = desk.client(), deliveries(desk)
    added = {"id": str(uuid7()), "words": "She called her daughter, too."}
    assert client.post(f"/notes/{note}/add/", added).status_code == 404
    deliver(client, note, sent["save"], "save")
    early = client.post(f"/notes/{note}/add/", added)
    assert early.status_code == 200
    assert "still a draft" in early.content.decode()
    assert added["words"] in early.content.decode()
    deliver(client, note, sent["sign"], "sign")
    for _ in range(2):
        assert client.post(f"/notes/{note}/add/", added).status_code == 302
    (row,) = loader.execute(
        "SELECT count(*) AS n FROM support_addendum WHERE encounter_id = %s", [note]
    ).fetchall()
    assert row["n"] == 1
