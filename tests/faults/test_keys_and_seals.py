"""F11 and F12: a key is missing, and the audit was not sealed for a day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from factories.audit import seal_now, write_events
from factories.notes import NOW, Desk, open_desk

from beenthere.foundation import clock
from beenthere.trust import keyring
from beenthere.trust.checkpoints import verify_audit
from beenthere.trust.models import Organization

CANNOT = {"en": "cannot be shown now", "es": "no se puede mostrar ahora"}
WORDS = "We walked to the bus together."


@pytest.fixture
def desk(organization: Organization) -> Desk:
    return open_desk(organization)


@contextmanager
def without_key(superuser: psycopg.Connection, desk: Desk) -> Iterator[None]:
    """The row of the data key is gone, as after a restore that forgot it."""
    rows = superuser.execute(
        "DELETE FROM trust_datakey WHERE organization_id = %s RETURNING *", [desk.organization.id]
    ).fetchall()
    keyring.forget_roots()
    try:
        yield
    finally:
        for row in rows:
            names = ", ".join(row)
            marks = ", ".join(["%s"] * len(row))
            superuser.execute(f"INSERT INTO trust_datakey ({names}) VALUES ({marks})", list(row.values()))
        keyring.forget_roots()


@contextmanager
def wrong_key_id(superuser: psycopg.Connection, desk: Desk) -> Iterator[None]:
    """The envelope names a key that nobody ever had: sixteen of its bytes are others."""
    address = (
        "UPDATE support_encounter SET what_we_did = overlay(what_we_did placing %s from 2 for 16)"
        " WHERE organization_id = %s RETURNING substring(what_we_did from 2 for 16)"
    )
    before = superuser.execute(
        "SELECT substring(what_we_did from 2 for 16) AS kid FROM support_encounter"
        " WHERE organization_id = %s",
        [desk.organization.id],
    ).fetchone()
    assert before is not None
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute(address, [b"\7" * 16, desk.organization.id])
    yield
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute(address, [before["kid"], desk.organization.id])


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("fault", [without_key, wrong_key_id])
def test_a_note_without_its_key_is_a_page_with_a_gap(
    desk: Desk, superuser: psycopg.Connection, fault: object, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    note = desk.signed(WORDS)
    with fault(superuser, desk):  # type: ignore[operator]
        answer = desk.client().get(f"/notes/{note}/", headers={"Accept-Language": language})
        page = answer.content.decode()
    assert answer.status_code == 200
    assert CANNOT[language] in page
    assert WORDS not in page
    assert "cannot be shown" in caplog.text
    assert str(note) in caplog.text
    assert {record.levelname for record in caplog.records if "cannot be shown" in record.message} == {"ERROR"}
    assert WORDS in desk.client().get(f"/notes/{note}/").content.decode()


def test_a_day_without_sealing_is_told_and_caught_up(organization: Organization) -> None:
    """F12: one event an hour, none sealed; then the worker runs again."""
    write_events(organization, 2)
    seal_now(organization)
    for hour in range(24):
        with clock.standing_at(NOW + timedelta(hours=hour)):
            write_events(organization, 1)
    before = verify_audit(organization.id)
    assert before.ok
    assert (before.sealed, before.unsealed, before.oldest_unsealed) == (2, 24, NOW)
    with clock.standing_at(NOW + timedelta(hours=24)):
        seal_now(organization)
    after = verify_audit(organization.id)
    assert after.ok
    assert (after.sealed, after.unsealed, after.oldest_unsealed) == (26, 0, None)
