"""New keys: for what is written from now on, and for what is stored already."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from beenthere.foundation.crypto.fields import CannotOverwrite, CannotShow, EncryptedTextField, OpenedText
from beenthere.foundation.crypto.keyring import RootKeys, WrappedKey
from beenthere.foundation.crypto.keys import keyring
from beenthere.trust import events
from beenthere.trust.acting import Acting, acting, system
from beenthere.trust.audit import record
from beenthere.trust.keyring import add_data_key, forget_roots, root_key_file
from beenthere.trust.ledger import action, opened
from beenthere.trust.models import DataKey

Say = Callable[[str], None]


@dataclass(kw_only=True)
class Counts:
    """Stored texts under the organization's newest key, under a former one, and those that do not open."""

    newest: int = 0
    former: int = 0
    shut: int = 0


def sealed_fields() -> dict[type[models.Model], list[EncryptedTextField]]:
    """Every encrypted column there is, by model."""
    found = {
        model: [f for f in model._meta.local_fields if isinstance(f, EncryptedTextField)]
        for model in apps.get_models()
        if model._meta.managed
    }
    return {model: fields for model, fields in found.items() if fields}


def new_data_key(organization_id: UUID) -> UUID:
    """A fresh key for new texts. The former keys stay: old texts, backups and blind indexes need them."""
    who = _custodian(organization_id)
    with acting(who):
        return _begin_key(acting=who)


@action
def _begin_key(*, acting: Acting) -> UUID:
    kid = add_data_key(acting.organization_id)
    record(acting, events.KEY_ROTATED, object_type="data_key", object_id=kid)
    return kid


def seal_again(organization_id: UUID, *, at_once: int, say: Say) -> Counts:
    """Seal every stored text of the organization under its newest key. As the role that owns the tables.

    In batches, each its own transaction; stopped half-way, run it again. A process that still held the former
    key for its minute may have written meanwhile: passes go on until one finds nothing to do. `newest` counts
    the texts sealed again, `shut` those that cannot be opened and stay as they are.
    """
    total = Counts()
    for model, fields in sealed_fields().items():
        while True:
            found = _pass(organization_id, model, fields, at_once)
            if not found.newest:
                break
            total.newest += found.newest
            say(f"{model._meta.verbose_name}: {found.newest} texts")
        total.shut += found.shut
    return total


def _pass(
    organization_id: UUID, model: type[models.Model], fields: list[EncryptedTextField], at_once: int
) -> Counts:
    counts, place = Counts(), UUID(int=0)
    while True:
        with _changing(organization_id, model):
            rows = list(_batch(model, place, at_once).select_for_update())
            for row in rows:
                _seal_row(row, fields, counts)
        if len(rows) < at_once:
            return counts
        place = rows[-1].pk


def _batch(model: type[models.Model], after: UUID, at_once: int) -> models.QuerySet:
    return model._base_manager.filter(pk__gt=after).order_by("pk")[:at_once]


@contextmanager
def _changing(organization_id: UUID, model: type[models.Model]) -> Iterator[None]:
    """A transaction in which even final rows take new bytes for the same words.

    Triggers keep signed notes as they are. They are off for this transaction only: the lock that takes keeps
    every other writer waiting until they are on again, and a crash undoes all of it. Only the owner can.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    quiet = "the new key was the event; the words stay the same"
    with acting(_custodian(organization_id)), opened("trust.seal_again", quiet=quiet):
        _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        _execute("SET CONSTRAINTS ALL IMMEDIATE")
        _execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _seal_row(row: models.Model, fields: list[EncryptedTextField], counts: Counts) -> None:
    fresh = [field.attname for field in fields if _seal_field(row, field, counts)]
    if fresh:
        row.save(update_fields=fresh)


def _seal_field(row: models.Model, field: EncryptedTextField, counts: Counts) -> bool:
    try:
        changed = field.reseal(row)
    except CannotOverwrite:
        counts.shut += 1
        return False
    counts.newest += changed
    return changed


def count_keys(organization_id: UUID, *, at_once: int = 500) -> Counts:
    """Open every stored text of the organization and say under which key it is."""
    total = Counts()
    for model, fields in sealed_fields().items():
        for row in _all_rows(organization_id, model, at_once):
            for field in fields:
                _count(organization_id, getattr(row, field.attname), total)
    return total


def _all_rows(organization_id: UUID, model: type[models.Model], at_once: int) -> Iterator[models.Model]:
    place = UUID(int=0)
    while True:
        with acting(_custodian(organization_id)):
            rows = list(_batch(model, place, at_once))
            yield from rows
        if len(rows) < at_once:
            return
        place = rows[-1].pk


def _count(organization_id: UUID, text: str, total: Counts) -> None:
    if isinstance(text, CannotShow):
        total.shut += 1
    elif isinstance(text, OpenedText):
        newest, _key = keyring().current(organization_id)
        total.newest += text.sealed.kid == newest
        total.former += text.sealed.kid != newest


def new_root_key() -> int:
    """Put a new root key before the others and wrap every data key again under it. Returns how many.

    The former lines stay in the file until `RootKeys.retire`: the backups of their time need them.
    """
    roots = RootKeys.rotate(root_key_file())
    forget_roots()
    with system("wrapping every data key under the new root key"):
        keys = list(DataKey.objects.all())
        for key in keys:
            stored = WrappedKey(organization=key.organization_id, kid=key.kid, wrapped=bytes(key.wrapped))
            DataKey.objects.filter(kid=key.kid).update(wrapped=roots.rewrapped(stored).wrapped)
    return len(keys)


def _custodian(organization_id: UUID) -> Acting:
    return Acting(
        organization_id=organization_id, user_id=None, grants=frozenset(), purpose="changing the keys"
    )
