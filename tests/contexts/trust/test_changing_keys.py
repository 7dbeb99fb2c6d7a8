import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from factories.people import new_crisis_contact, new_person
from factories.support import enrol, new_encounter, new_goal
from factories.workers import new_worker

from beenthere.foundation.crypto.envelope import kid_of
from beenthere.foundation.crypto.keyring import RootKeys
from beenthere.foundation.crypto.keys import keyring
from beenthere.host.testing import TestServer
from beenthere.support.encounters.models import Encounter
from beenthere.trust.keyring import root_key_file
from beenthere.trust.models import Organization
from beenthere.trust.rotation import Counts, count_keys, new_data_key, new_root_key, sealed_fields

MOMENT = "2026-11-20T16:00:00+00:00"
Rotate = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def rotate(database_server: TestServer, database: str, state_directory: Path) -> Rotate:
    """`rotate_keys` as the owner of the database, in a process of its own."""

    def run(*words: str, role: str = "owner") -> "subprocess.CompletedProcess[str]":
        mine = {"BEENTHERE_STATE": str(state_directory), "BEENTHERE_DATABASE_ROLE": role}
        return subprocess.run(
            [sys.executable, "-m", "django", "rotate_keys", "--skip-checks", *words],
            env=os.environ
            | database_server.addresses(database).environment()
            | mine
            | {"DJANGO_SETTINGS_MODULE": "beenthere.config.settings"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def stories(organization: Organization, count: int = 3) -> list[Encounter]:
    """Signed notes, whose bytes are final for the role that serves."""
    worker = new_worker(organization)
    person = new_person(organization, safe_contact="Ask for Maya, say it is the library.")
    new_crisis_contact(person)
    enrol(person, organization.harbor, worker)
    new_goal(person, organization.harbor)
    signed = {"signed_at": MOMENT, "signed_by_id": worker.user_id}
    return [
        new_encounter(person, organization.harbor, worker, what_we_did=f"Walk {n}", **signed)
        for n in range(count)
    ]


def test_stored_text_is_sealed_again_even_in_signed_notes(
    organization: Organization, other_organization: Organization, rotate: Rotate, loader: psycopg.Connection
) -> None:
    notes = stories(organization)
    stories(other_organization, 1)
    former, _key = keyring().current(organization.id)
    before = count_keys(organization.id)
    done = rotate("--organization", str(organization.id), "--batch", "2")
    assert done.returncode == 0, done.stderr
    assert f"done: {before.newest} texts sealed again, 0 cannot be opened" in done.stdout
    rows = loader.execute(
        "SELECT what_we_did FROM support_encounter WHERE organization_id = %s", [organization.id]
    ).fetchall()
    kids = {kid_of(bytes(row["what_we_did"])) for row in rows}
    assert len(kids) == 1
    assert former not in kids
    assert "0 under a former one, 0 cannot be opened" in rotate("--verify").stdout
    events = loader.execute(
        "SELECT verb FROM trust_auditevent WHERE organization_id = %s", [organization.id]
    ).fetchall()
    assert [e["verb"] for e in events] == ["key.rotated"]
    assert count_keys(other_organization.id).former == 0
    with pytest.raises(psycopg.errors.CheckViolation, match="final"):
        loader.execute(
            "UPDATE support_encounter SET purpose = NULL, kind = 'group' WHERE id = %s", [notes[0].id]
        )


def test_a_stop_half_way_is_gone_on_from(organization: Organization, rotate: Rotate) -> None:
    stories(organization)
    total = count_keys(organization.id).newest
    new_data_key(organization.id)
    assert count_keys(organization.id) == Counts(former=total)
    done = rotate("--organization", str(organization.id), "--again")
    assert f"done: {total} texts sealed again" in done.stdout, done.stderr
    assert "0 texts sealed again" in rotate("--organization", str(organization.id), "--again").stdout


def test_a_text_that_cannot_be_opened_is_counted_and_kept(
    organization: Organization, rotate: Rotate, superuser: psycopg.Connection
) -> None:
    stories(organization, 1)
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute(
            "UPDATE support_encounter SET what_we_did ="
            " set_byte(what_we_did, 40, 1 # get_byte(what_we_did, 40)) WHERE organization_id = %s",
            [organization.id],
        )
    assert "1 cannot be opened" in rotate("--organization", str(organization.id)).stdout
    found = rotate("--organization", str(organization.id), "--verify", role="app")
    assert found.returncode == 1
    assert "1 texts cannot be opened" in found.stderr


def test_the_role_that_serves_is_told_to_ask_the_owner(organization: Organization) -> None:
    with pytest.raises(CommandError, match="beenthere manage --role owner rotate_keys"):
        call_command("rotate_keys", organization=organization.id, skip_checks=True)


def test_a_new_root_key_changes_no_text(organization: Organization) -> None:
    stories(organization, 1)
    before = count_keys(organization.id)
    assert new_root_key() >= 1
    RootKeys.retire(root_key_file())
    assert count_keys(organization.id) == before


def test_every_encrypted_column_is_found() -> None:
    found = {
        f"{model.__name__}.{field.name}" for model, fields in sealed_fields().items() for field in fields
    }
    assert {"Encounter.what_we_did", "Person.safe_contact", "Goal.words"} <= found
