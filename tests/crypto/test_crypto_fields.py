"""The field without a database: `stored(...)` is what Django would store, `read(...)` what it would read."""

import copy
import pickle
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps.registry import Apps
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.lookups import IsNull
from django.forms import modelform_factory
from django.template import Context as Page
from django.template import Engine

from beenthere.foundation.crypto.envelope import Key
from beenthere.foundation.crypto.fields import (
    CannotOverwrite,
    CannotShow,
    EncryptedTextField,
    OpenedText,
    Sealed,
)
from beenthere.foundation.crypto.keyring import MemoryKeyRing, RootKeys
from beenthere.foundation.crypto.keys import keyring, set_keyring, using_keyring


class Note(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    organization_id = models.UUIDField()
    title = models.TextField(blank=True)
    body = EncryptedTextField("note", max_length=40, blank=True)

    class Meta:
        app_label = "crypto_tests"
        apps = Apps()


class Renamed(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    organization_id = models.UUIDField()
    words = EncryptedTextField(sealed_as="crypto_tests_note.body")

    class Meta:
        app_label = "crypto_tests"
        apps = Apps()


class Nameless(models.Model):
    body = EncryptedTextField()

    class Meta:
        app_label = "crypto_tests"
        apps = Apps()


BODY: EncryptedTextField = Note._meta.get_field("body")  # type: ignore[assignment]
NAMES = ["id", "organization_id", "title", "body"]


def stored(note: models.Model, field: str = "body", *, add: bool = True) -> bytes | None:
    column: Any = note._meta.get_field(field)
    return column.get_prep_value(column.pre_save(note, add))


def read(note: Note, envelope: bytes | None, **changed: Any) -> Note:
    row = {"id": note.id, "organization_id": note.organization_id, "title": note.title, **changed}
    return Note.from_db("default", NAMES, [*row.values(), BODY.from_db_value(envelope, None, None)])


@pytest.fixture
def note(ring: MemoryKeyRing, organization: UUID) -> Note:
    return Note(organization_id=organization, body="I slept outside again.")


def test_what_was_written_is_read_on_the_same_row(note: Note) -> None:
    envelope = stored(note)
    assert envelope is not None
    assert b"slept" not in envelope
    assert read(note, envelope).body == "I slept outside again."


def test_an_untouched_row_keeps_the_very_same_bytes(note: Note, ring: MemoryKeyRing) -> None:
    envelope = stored(note)
    assert stored(note, add=False) == envelope
    again = read(note, envelope)
    ring.rotate(note.organization_id)
    assert stored(again, add=False) == envelope
    assert again.body == "I slept outside again."
    again.title = "Tuesday"
    again.body = "I slept " + "outside again."
    assert stored(again, add=False) == envelope


def test_changed_text_is_sealed_anew_under_the_current_key(note: Note, ring: MemoryKeyRing) -> None:
    again = read(note, stored(note))
    kid = ring.rotate(note.organization_id)
    again.body = "I have a bed."
    envelope = stored(again, add=False)
    assert envelope is not None
    assert Sealed(envelope).kid == kid
    assert stored(again, add=False) == envelope
    assert read(note, envelope).body == "I have a bed."


@pytest.mark.parametrize("empty", ["", None])
def test_nothing_and_empty_text_are_one_thing(note: Note, empty: str | None) -> None:
    note.body = empty
    assert note.body == ""
    assert stored(note) is None
    assert read(note, None).body == ""
    filled = read(note, None)
    filled.body = "now there is"
    assert read(note, stored(filled)).body == "now there is"
    filled.body = empty
    assert stored(filled, add=False) is None


@pytest.mark.parametrize("changed", [{"id": uuid4()}, {"organization_id": uuid4()}])
def test_bytes_moved_to_another_row_or_organization_cannot_be_shown(note: Note, changed: Any) -> None:
    assert isinstance(read(note, stored(note), **changed).body, CannotShow)


@pytest.mark.parametrize("spoilt", [b"", b"not sealed", b"\x01" + bytes(80)])
def test_spoilt_bytes_do_not_break_the_page_nor_the_row(note: Note, spoilt: bytes) -> None:
    broken = read(note, spoilt)
    page = Engine().from_string("<p>{{ note.body|linebreaksbr }}</p>").render(Page({"note": broken}))
    assert page == "<p>cannot be shown now</p>"
    assert stored(broken, add=False) == spoilt


def test_text_without_its_key_is_kept_until_the_key_is_back(note: Note, ring: MemoryKeyRing) -> None:
    envelope = stored(note)
    without = read(note, envelope)
    with using_keyring(MemoryKeyRing()):
        assert isinstance(without.body, CannotShow)
        assert str(without.body) == "cannot be shown now"
        without.title = "Tuesday"
        assert stored(without, add=False) == envelope
    assert read(note, envelope).body == "I slept outside again."


def test_a_lost_key_file_hides_text_and_breaks_no_page(
    note: Note, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class WithoutFile(MemoryKeyRing):
        def find(self, organization: UUID, kid: UUID) -> Key:
            RootKeys.load(tmp_path / "root.key")
            return super().find(organization, kid)

    without = read(note, stored(note))
    with using_keyring(WithoutFile()):
        assert isinstance(without.body, CannotShow)
    assert "root.key is not there" in caplog.text
    assert "slept" not in caplog.text


@pytest.mark.parametrize("text", ["something else", "cannot be shown now", "", None])
@pytest.mark.parametrize("looked", [True, False])
def test_text_that_cannot_be_shown_cannot_be_replaced(note: Note, text: str | None, looked: bool) -> None:
    envelope = stored(note)
    with using_keyring(MemoryKeyRing()):
        without = read(note, envelope)
        if looked:
            str(without.body)
        with pytest.raises(CannotOverwrite, match="cannot be changed"):
            without.body = text
        assert stored(without, add=False) == envelope


def test_a_form_posted_over_hidden_text_shows_an_error(note: Note) -> None:
    form_class = modelform_factory(Note, fields=["title", "body"])
    with using_keyring(MemoryKeyRing()):
        without = read(note, stored_with_own_ring(note))
        form = form_class({"title": "x", "body": "cannot be shown now"}, instance=without)
        assert not form.is_valid()
        assert "cannot be changed" in str(form.errors)


def stored_with_own_ring(note: Note) -> bytes | None:
    with using_keyring(MemoryKeyRing()):
        return stored(note)


def test_a_form_edits_and_checks_the_text(note: Note) -> None:
    form_class = modelform_factory(Note, fields=["title", "body"])
    again = read(note, stored(note))
    assert "I slept outside again." in str(form_class(instance=again))
    assert not form_class({"title": "", "body": "x" * 41}, instance=again).is_valid()
    form = form_class({"title": "", "body": "I have a bed."}, instance=again)
    assert form.is_valid()
    assert again.body == "I have a bed."


def test_full_clean_leaves_hidden_text_alone(note: Note) -> None:
    envelope = stored(note)
    with using_keyring(MemoryKeyRing()):
        without = read(note, envelope)
        without.clean_fields()
        assert stored(without, add=False) == envelope


def test_refreshing_from_the_database_keeps_the_bytes(note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    envelope = stored(note)
    here, fresh = read(note, envelope), read(note, envelope)
    assert here.body == "I slept outside again."
    here.body = fresh.body  # what Model.refresh_from_db does, field by field
    assert stored(here, add=False) == envelope
    newer = read(note, stored(Note(id=note.id, organization_id=note.organization_id, body="newer")))
    here.body = newer.body
    assert here.body == "newer"


def test_a_deferred_field_is_fetched_when_looked_at(note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    envelope = stored(note)
    partial = Note.from_db("default", ["id", "organization_id"], [note.id, note.organization_id])

    def refresh(self: Note, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        self.body = read(note, envelope).body

    monkeypatch.setattr(Note, "refresh_from_db", refresh)
    assert partial.get_deferred_fields() == {"title", "body"}
    assert partial.body == "I slept outside again."
    assert stored(partial, add=False) == envelope


def test_a_deferred_field_is_guarded_too(note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    envelope = stored(note)
    monkeypatch.setattr(type(Note.body), "_stored", lambda _self, _note: Sealed(envelope or b""))
    row = ["id", "organization_id"], [note.id, note.organization_id]
    with using_keyring(MemoryKeyRing()), pytest.raises(CannotOverwrite):
        Note.from_db("default", *row).body = "something else"
    partial = Note.from_db("default", *row)
    partial.body = "something else"
    assert read(note, stored(partial, add=False)).body == "something else"


def test_a_copied_row_is_sealed_for_its_own_place(note: Note) -> None:
    first = read(note, stored(note))
    twin = Note(organization_id=note.organization_id, body=first.body)
    assert read(twin, stored(twin)).body == "I slept outside again."
    assert isinstance(read(note, stored(twin)).body, CannotShow)


def test_a_row_given_a_new_id_after_looking_is_sealed_anew_and_before_looking_is_refused(note: Note) -> None:
    envelope = stored(note)
    looked, unread = read(note, envelope), read(note, envelope)
    assert looked.body
    looked.id = unread.id = uuid4()
    assert read(looked, stored(looked)).body == "I slept outside again."
    with pytest.raises(CannotOverwrite):
        stored(unread)


def test_hidden_text_is_not_copied_to_another_row(note: Note) -> None:
    envelope = stored(note)
    empty = read(Note(organization_id=note.organization_id), None)
    with using_keyring(MemoryKeyRing()):
        hidden = read(note, envelope).body
        empty.body = hidden
        with pytest.raises(CannotOverwrite):
            stored(empty, add=False)


def test_values_show_nothing() -> None:
    sealed = BODY.from_db_value(memoryview(b"\x01abc"), None, None)
    assert f"{sealed} {sealed!r}" == "[sealed] [sealed]"
    assert sealed == Sealed(b"\x01abc")


def test_a_sealed_value_is_not_assigned_to_a_row(note: Note) -> None:
    again = read(note, stored(note))
    with pytest.raises(TypeError, match="belongs to the row"):
        again.body = Sealed(b"elsewhere")
    with pytest.raises(TypeError, match="takes text"):
        again.body = 7


def test_searching_and_bulk_updating_are_refused(note: Note) -> None:
    for lookup in ({"body": "x"}, {"body__icontains": "x"}, {"body__in": ["x"]}, {"body__length": 2}):
        with pytest.raises(FieldError, match="Encrypted text"):
            Note.objects.filter(**lookup)
    with pytest.raises(FieldError, match="row by row"):
        BODY.get_db_prep_save("x", connection=None)  # what update(body="x") comes to
    for empty in ({"body__isnull": True}, {"body": None}, {"body": ""}):
        assert isinstance(Note.objects.filter(**empty).query.where.children[0], IsNull)


def test_a_serialised_row_never_carries_the_text(note: Note) -> None:
    assert "slept" not in serializers.serialize("json", [note])
    assert "[sealed]" in serializers.serialize("json", [note])


def test_a_pickle_carries_the_seal_and_a_deep_copy_stays_whole(note: Note) -> None:
    again = read(note, stored(note))
    assert again.body
    pickled = pickle.dumps(again.__dict__["body"])
    assert b"slept" not in pickled
    assert isinstance(pickle.loads(pickled), Sealed)
    assert copy.deepcopy(again.body) is copy.copy(again.body) is again.body


def test_a_row_without_id_or_organization_is_refused(ring: MemoryKeyRing) -> None:
    with pytest.raises(ValueError, match="organization_id"):
        stored(Note(body="whose?"))


def test_a_model_that_cannot_be_bound_fails_its_check() -> None:
    assert [error.id for error in Nameless._meta.get_field("body").check()] == ["crypto.E001"]
    assert BODY.check() == []


def test_resealing_moves_to_the_current_key_once(note: Note, ring: MemoryKeyRing) -> None:
    first = stored(note)
    again = read(note, first)
    assert not BODY.reseal(again)
    kid = ring.rotate(note.organization_id)
    assert BODY.reseal(again)
    second = stored(again, add=False)
    assert second is not None
    assert Sealed(second).kid == kid
    assert not BODY.reseal(again)
    assert read(note, second).body == "I slept outside again."
    with using_keyring(MemoryKeyRing()), pytest.raises(CannotOverwrite):
        BODY.reseal(read(note, second))


def test_a_renamed_column_opens_what_the_former_name_sealed(note: Note) -> None:
    envelope = stored(note)
    names = ["id", "organization_id", "words"]
    renamed = Renamed.from_db("default", names, [note.id, note.organization_id, Sealed(envelope or b"")])
    assert renamed.words == "I slept outside again."


def test_migrations_can_rebuild_the_field() -> None:
    for field in (BODY, Renamed._meta.get_field("words")):
        _name, path, args, kwargs = field.deconstruct()
        assert path == "beenthere.foundation.crypto.fields.EncryptedTextField"
        assert "null" not in kwargs
        again = EncryptedTextField(*args, **kwargs)
        assert again.deconstruct()[1:] == (path, args, kwargs)
        assert again.null


@pytest.mark.parametrize("option", ["unique", "db_index", "primary_key"])
def test_sealed_bytes_cannot_be_a_key(option: str) -> None:
    with pytest.raises(ValueError, match="differ at each sealing"):
        EncryptedTextField(**{option: True})


def test_without_a_ring_the_mistake_is_named() -> None:
    former = keyring_or_none()
    set_keyring(None)
    try:
        with pytest.raises(RuntimeError, match="set_keyring"):
            keyring()
    finally:
        set_keyring(former)


def keyring_or_none() -> Any:
    try:
        return keyring()
    except RuntimeError:
        return None


def test_text_is_still_text(note: Note) -> None:
    body = read(note, stored(note)).body
    assert isinstance(body, OpenedText)
    assert type(str(body)) is str
    assert body.split()[0] == "I"


def test_validation_error_is_what_forms_expect() -> None:
    assert issubclass(CannotOverwrite, ValidationError)
