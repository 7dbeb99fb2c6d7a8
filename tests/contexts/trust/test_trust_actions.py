"""One action, one transaction, one audit event: all of it or nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest

from beenthere.trust import audit, events
from beenthere.trust.acting import Acting
from beenthere.trust.audit import event_type, record
from beenthere.trust.ledger import AuditMissing, WriteOutsideAction, action, step
from beenthere.trust.models import Organization, Site

ActingAs = Callable[..., AbstractContextManager[Acting]]


@action
def add_site(*, acting: Acting, name: str, times: int = 1) -> None:
    write_site(acting=acting, name=name)
    for _ in range(times):
        record(acting, events.SITE_ADDED, object_type="site")


@step
def write_site(*, acting: Acting, name: str) -> None:
    Site.objects.create(organization_id=acting.organization_id, name=name)


@action(quiet="a draft is saved often; its beginning and end are events")
def save_quietly(*, acting: Acting, name: str) -> None:
    write_site(acting=acting, name=name)


@action
def add_both(*, acting: Acting) -> None:
    add_site(acting=acting, name="inner")


def kept(loader: psycopg.Connection, organization: Organization) -> tuple[int, int]:
    """How many sites were added and how many events written."""
    found = loader.execute(
        "SELECT (SELECT count(*) FROM trust_site WHERE organization_id = %(id)s) - 1 AS sites,"
        " (SELECT count(*) FROM trust_auditevent WHERE organization_id = %(id)s) AS events",
        {"id": organization.id},
    ).fetchone()
    return found["sites"], found["events"]


def test_an_action_leaves_its_write_and_one_event(
    acting_as: ActingAs, organization: Organization, loader: psycopg.Connection
) -> None:
    with acting_as("administrator") as who:
        add_site(acting=who, name="Second Street")
    assert kept(loader, organization) == (1, 1)


@pytest.mark.parametrize("times", [0, 2])
def test_none_or_two_events_undo_the_write(
    times: int, acting_as: ActingAs, organization: Organization, loader: psycopg.Connection
) -> None:
    with acting_as("administrator") as who, pytest.raises(AuditMissing, match=f"left {times} audit events"):
        add_site(acting=who, name="Second Street", times=times)
    assert kept(loader, organization) == (0, 0)


def test_a_failing_audit_undoes_the_write(
    acting_as: ActingAs,
    organization: Organization,
    loader: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: Any, **columns: Any) -> None:
        raise OSError("the audit is away")

    monkeypatch.setattr(audit, "_write", fail)
    with acting_as("administrator") as who, pytest.raises(OSError, match="audit is away"):
        add_site(acting=who, name="Second Street")
    assert kept(loader, organization) == (0, 0)


def test_a_quiet_action_gives_its_reason_and_may_leave_none(
    acting_as: ActingAs, organization: Organization, loader: psycopg.Connection
) -> None:
    with acting_as("administrator") as who:
        save_quietly(acting=who, name="Second Street")
    assert kept(loader, organization) == (1, 0)


def test_a_step_needs_an_action(acting_as: ActingAs) -> None:
    with acting_as("administrator") as who, pytest.raises(WriteOutsideAction, match="write_site is a step"):
        write_site(acting=who, name="Second Street")


def test_actions_are_not_nested(acting_as: ActingAs) -> None:
    with acting_as("administrator") as who, pytest.raises(RuntimeError, match="compose steps, not actions"):
        add_both(acting=who)


def test_an_action_takes_names_only(acting_as: ActingAs) -> None:
    with acting_as("administrator") as who, pytest.raises(TypeError, match="keyword arguments only"):
        add_site(who, "Second Street")


def test_a_verb_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        event_type(events.SITE_ADDED.verb, "again")


def test_the_event_says_who_in_which_role_for_what(
    acting_as: ActingAs, organization: Organization, loader: psycopg.Connection
) -> None:
    with acting_as("administrator") as who:
        add_site(acting=who, name="Second Street")
    row = loader.execute(
        "SELECT * FROM trust_auditevent WHERE organization_id = %s", [organization.id]
    ).fetchone()
    assert (row["actor_id"], row["roles"], row["purpose"], row["verb"], row["outcome"]) == (
        who.user_id,
        "administrator",
        "support",
        "site.added",
        "done",
    )
    assert row["txid"] > 0
