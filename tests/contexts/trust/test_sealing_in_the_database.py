"""What the database administrator does to the audit is named. They have everything but the signing key."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from factories.audit import seal_now, write_events
from factories.users import acting_for

from beenthere.foundation import clock
from beenthere.foundation.crypto.keyfile import KeyFileMissing
from beenthere.trust import checkpoints, jobs
from beenthere.trust.acting import acting
from beenthere.trust.checkpoints import open_new_era, seal_pending, verify_audit
from beenthere.trust.ledger import opened
from beenthere.trust.models import AuditCheckpoint, Organization
from beenthere.trust.sealing.checkpoint import NewEraNeeded
from beenthere.trust.sealing.verify import Kind


@contextmanager
def triggers_off(superuser: psycopg.Connection) -> Iterator[psycopg.Connection]:
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        yield superuser


@pytest.fixture
def sealed(organization: Organization) -> list[int]:
    """Six sealed events, in two checkpoints."""
    ids = write_events(organization, 3)
    seal_now(organization)
    ids += write_events(organization, 3)
    seal_now(organization)
    return ids


def test_an_untouched_audit_is_as_sealed(organization: Organization, sealed: list[int]) -> None:
    report = verify_audit(organization.id)
    assert report.ok
    assert (report.checkpoints, report.sealed, report.unsealed) == (2, 6, 0)


def test_what_is_not_sealed_yet_is_counted(organization: Organization, sealed: list[int]) -> None:
    moment = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    with clock.standing_at(moment):
        write_events(organization, 2)
    report = verify_audit(organization.id)
    assert (report.unsealed, report.oldest_unsealed) == (2, moment)


def test_nothing_new_makes_no_checkpoint(organization: Organization, sealed: list[int]) -> None:
    assert seal_pending(organization.id) == 0


ATTACKS: dict[str, tuple[str, Kind]] = {
    "altered": (
        'UPDATE trust_auditevent SET detail = \'{"page": "another"}\' WHERE id = %(second)s',
        Kind.ALTERED,
    ),
    "the clock": (
        "UPDATE trust_auditevent SET at = at - interval '1 hour' WHERE id = %(second)s",
        Kind.ALTERED,
    ),
    "somebody else": (
        "UPDATE trust_auditevent SET actor_id = gen_random_uuid() WHERE id = %(second)s",
        Kind.ALTERED,
    ),
    "deleted": ("DELETE FROM trust_auditevent WHERE id = %(second)s", Kind.DELETED),
    "truncated": ("DELETE FROM trust_auditevent WHERE id >= %(fifth)s", Kind.TRUNCATED),
    "inserted": (
        "INSERT INTO trust_auditevent (organization_id, txid, at, roles, verb, object_type, purpose, outcome,"
        " session, address, detail) SELECT organization_id, txid, at, roles, verb, object_type, purpose,"
        " outcome, session, address, detail FROM trust_auditevent WHERE id = %(second)s",
        Kind.INSERTED,
    ),
    "reordered": (
        "UPDATE trust_auditevent e SET txid = o.txid FROM trust_auditevent o"
        " WHERE (e.id, o.id) IN ((%(first)s, %(third)s), (%(third)s, %(first)s))",
        Kind.REORDERED,
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_on_the_rows_is_named(
    attack: str, organization: Organization, sealed: list[int], superuser: psycopg.Connection
) -> None:
    sql, kind = ATTACKS[attack]
    names = dict(zip(["first", "second", "third", "fourth", "fifth"], sealed, strict=False))
    with triggers_off(superuser):
        superuser.execute(sql, names)
    report = verify_audit(organization.id)
    assert report.finding is not None
    assert report.finding.kind == kind
    if kind in {Kind.ALTERED, Kind.DELETED}:
        assert report.finding.event == sealed[1]


def test_taking_away_the_end_with_its_checkpoint_is_named(
    organization: Organization, sealed: list[int], superuser: psycopg.Connection
) -> None:
    with triggers_off(superuser):
        superuser.execute("DELETE FROM trust_auditevent WHERE id = ANY(%s)", [sealed[3:]])
        superuser.execute(
            "DELETE FROM trust_auditcheckpoint WHERE organization_id = %s AND number = 2", [organization.id]
        )
    report = verify_audit(organization.id)
    assert report.finding is not None
    assert (report.finding.kind, report.finding.checkpoint) == (Kind.TRUNCATED, 2)
    with pytest.raises(NewEraNeeded):
        seal_pending(organization.id)


def test_a_checkpoint_made_up_by_the_administrator_is_named(
    organization: Organization, sealed: list[int], superuser: psycopg.Connection
) -> None:
    with triggers_off(superuser):
        superuser.execute(
            "UPDATE trust_auditcheckpoint SET body = jsonb_set(body, '{head,count}', '2')"
            " WHERE organization_id = %s AND number = 2",
            [organization.id],
        )
    report = verify_audit(organization.id)
    assert report.finding is not None
    assert report.finding.kind == Kind.FORGED_CHECKPOINT
    write_events(organization, 1)
    with pytest.raises(ValueError, match="not what was signed"):
        seal_pending(organization.id)


def test_a_file_of_heads_that_is_gone_is_named_and_not_made_again(
    organization: Organization, sealed: list[int], state_directory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (state_directory / "audit-heads" / f"{organization.id}.jsonl").unlink()
    write_events(organization, 1)
    seal_now(organization)
    monkeypatch.setattr(checkpoints, "_HEADS_COME_WITHIN_SECONDS", 0.0)
    report = verify_audit(organization.id)
    assert report.finding is not None
    assert (report.finding.kind, report.finding.checkpoint) == (Kind.MISSING_HEAD, 1)


def test_a_crash_between_commit_and_head_is_caught_up(
    organization: Organization, sealed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_events(organization, 1)
    monkeypatch.setattr(checkpoints, "keep_heads", lambda _organization: 0)
    assert seal_now(organization) == 1
    monkeypatch.undo()
    assert checkpoints.keep_heads(organization.id) == 1
    assert verify_audit(organization.id).ok


def test_a_slow_transaction_leaves_no_gap(organization: Organization, served: psycopg.Connection) -> None:
    """It draws its id first and commits last; everything after it waits for it, nothing is skipped."""
    write_events(organization, 2)
    with served.transaction():
        served.execute("SELECT set_config('beenthere.org', %s, true)", [str(organization.id)])
        served.execute(
            "INSERT INTO trust_auditevent (organization_id, at, roles, verb, object_type, purpose, outcome,"
            " session, address, detail) VALUES (%s, now(), '', 'page.viewed', '', '', 'done', '', '', '{}')",
            [organization.id],
        )
        later = write_events(organization, 2)
        assert seal_pending(organization.id) <= 1
        during = verify_audit(organization.id)
        assert during.ok
        assert during.sealed <= 2
        assert during.sealed + during.unsealed == 2 + len(later)
    assert seal_now(organization) == 1
    after = verify_audit(organization.id)
    assert after.ok
    assert (after.sealed, after.unsealed) == (5, 0)


def test_two_sealers_do_not_seal_the_same(organization: Organization, served: psycopg.Connection) -> None:
    write_events(organization, 1)
    key = "beenthere.audit." + str(organization.id)
    with served.transaction():
        served.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        assert seal_pending(organization.id) == 0
    assert seal_now(organization) == 1


def test_one_organization_in_trouble_does_not_stop_the_others(
    organization: Organization,
    other_organization: Organization,
    sealed: list[int],
    superuser: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with triggers_off(superuser):
        superuser.execute(
            "UPDATE trust_auditcheckpoint SET body = jsonb_set(body, '{head,count}', '2')"
            " WHERE organization_id = %s",
            [organization.id],
        )
    write_events(organization, 1)
    write_events(other_organization, 1)
    jobs.seal_audit.now()
    seal_now(other_organization)
    assert str(organization.id) in caplog.text
    assert verify_audit(other_organization.id).sealed == 1


def test_after_a_restore_an_era_is_opened_with_its_reason(
    organization: Organization, sealed: list[int], superuser: psycopg.Connection
) -> None:
    """The restore: the last checkpoint and its rows are lost, the rest is written by another transaction."""
    with triggers_off(superuser):
        superuser.execute("DELETE FROM trust_auditevent WHERE id = ANY(%s)", [sealed[4:]])
        superuser.execute(
            "DELETE FROM trust_auditcheckpoint WHERE organization_id = %s AND number = 2", [organization.id]
        )
        superuser.execute("UPDATE trust_auditevent SET roles = roles WHERE id = ANY(%s)", [sealed])
    open_new_era(organization.id, "disk failed on 20 November")
    write_events(organization, 2)
    assert seal_now(organization) == 1
    report = verify_audit(organization.id)
    assert report.ok, report.finding
    assert (report.sealed, report.unsealed) == (6, 0)
    (opening,) = report.openings
    assert (opening.reason, opening.lost) == ("disk failed on 20 November", (2, 2))


def test_a_lost_signing_key_is_not_replaced_in_silence(
    organization: Organization, sealed: list[int], settings: Any, tmp_path: Any
) -> None:
    settings.KEYS = tmp_path
    with pytest.raises(KeyFileMissing):
        seal_pending(organization.id)
    assert not list(tmp_path.iterdir())


def test_checkpoints_are_written_only_by_sealing(organization: Organization) -> None:
    who = acting_for(organization, "administrator")
    with acting(who), pytest.raises(RuntimeError, match="only inside an action"):
        AuditCheckpoint.objects.create(organization_id=organization.id, number=1, body={})
    with acting(who), opened("a test", quiet="looking"):
        assert AuditCheckpoint.objects.count() == 0


# -- the commands --


def said(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out, skip_checks=True)
    return out.getvalue()


def test_the_command_states_the_unsealed_window(organization: Organization, sealed: list[int]) -> None:
    with clock.standing_at(datetime(2026, 11, 20, 9, 30, tzinfo=UTC)):
        write_events(organization, 1)
    text = said("audit_verify", "--organization", str(organization.id))
    assert "As sealed: 2 checkpoints with 6 events" in text
    assert "Not sealed yet: 1 events, the oldest from 2026-11-20 09:30:00 UTC." in text
    assert "Organization" in said("audit_seal", "--organization", str(organization.id))


def test_the_command_names_the_first_bad_row_and_fails(
    organization: Organization, sealed: list[int], superuser: psycopg.Connection
) -> None:
    with triggers_off(superuser):
        superuser.execute("DELETE FROM trust_auditevent WHERE id = %s", [sealed[4]])
    out = StringIO()
    with pytest.raises(CommandError, match=organization.name) as failure:
        call_command("audit_verify", organization=organization.id, stdout=out, skip_checks=True)
    assert failure.value.returncode == 1
    assert f"WRONG: deleted (checkpoint 2, row {sealed[4]})" in out.getvalue()


def test_public_keys_can_be_given_away(organization: Organization, sealed: list[int]) -> None:
    text = said("audit_verify", "--public-keys")
    assert text.strip()
    assert text.strip() not in checkpoints.signing_key_file().read_text()


def test_an_unknown_organization_is_one_sentence(database: str) -> None:
    with pytest.raises(CommandError, match="There is no organization"):
        said("audit_verify", "--organization", "018f0000-0000-7000-8000-00000000000a")
