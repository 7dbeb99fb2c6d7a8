import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from factories.audit import wait_until_nothing_holds_back, write_events
from procrastinate.contrib.django import app

from beenthere.foundation import jobs as foundation_jobs
from beenthere.foundation.jobs import Job, job
from beenthere.host.testing import TestServer
from beenthere.kernel.ids import uuid7
from beenthere.trust.acting import SystemActing, ambient, current
from beenthere.trust.api import as_organization, as_system
from beenthere.trust.checkpoints import verify_audit
from beenthere.trust.jobs import seal_audit
from beenthere.trust.models import Organization, Program

seen: list[Any] = []


@pytest.fixture
def declared() -> Iterator[Callable[..., Job]]:
    """Declare a job for the length of a test."""
    names: list[str] = []

    def declare(function: Callable[..., None], **options: Any) -> Job:
        made = job(**options)(function)
        names.append(made.name)
        return made

    seen.clear()
    yield declare
    for name in names:
        foundation_jobs._jobs.pop(name)
        app.tasks.pop(name)


def look(organization_id: UUID) -> None:
    seen.append((current(), set(Program.objects.values_list("organization_id", flat=True))))


def test_a_job_acts_for_its_organization_alone(
    declared: Callable[..., Job], organization: Organization, other_organization: Organization
) -> None:
    declared(look, name="tests.look", as_whom=as_organization("billing")).now(organization_id=organization.id)
    ((who, organizations),) = seen
    assert (who.organization_id, who.user_id, who.purpose) == (organization.id, None, "billing")
    assert organizations == {organization.id}
    assert ambient() is None


def test_a_job_is_queued_with_the_write_or_not_at_all(
    declared: Callable[..., Job], acting_as: Any, organization: Organization, loader: psycopg.Connection
) -> None:
    later = declared(look, name="tests.look", as_whom=as_organization("billing")).later
    with acting_as("specialist"):
        later(organization_id=organization.id)
    with acting_as("specialist"):
        later(organization_id=organization.id)
        transaction.set_rollback(True)
    queued = loader.execute(
        "SELECT args FROM procrastinate_jobs WHERE args->>'organization_id' = %s", [str(organization.id)]
    ).fetchall()
    assert queued == [{"args": {"organization_id": str(organization.id)}}]


def test_a_queued_job_gets_its_ids_back_as_ids(
    declared: Callable[..., Job], organization: Organization
) -> None:
    made = declared(look, name="tests.look", as_whom=as_organization("billing"))
    made.task(organization_id=str(organization.id))
    assert seen[0][0].organization_id == organization.id


def test_a_job_takes_ids_and_never_words(declared: Callable[..., Job]) -> None:
    def tell(organization_id: UUID, words: str) -> None: ...

    with pytest.raises(TypeError, match="words must be an id"):
        declared(tell, name="tests.tell", as_whom=as_organization("billing"))
    made = declared(look, name="tests.look", as_whom=as_organization("billing"))
    for wrong in ({}, {"organization_id": "words"}, {"organization_id": uuid7(), "more": uuid7()}):
        with pytest.raises(TypeError, match="takes the ids"):
            made.later(**wrong)


def test_a_job_that_acts_for_an_organization_takes_its_id(declared: Callable[..., Job]) -> None:
    def nothing() -> None: ...

    with pytest.raises(TypeError, match="must take"):
        declared(nothing, name="tests.nothing", as_whom=as_organization("billing"))


def test_a_repeating_job_takes_no_ids_and_ignores_the_clock_s_own(declared: Callable[..., Job]) -> None:
    with pytest.raises(TypeError, match="knows no ids"):
        declared(look, name="tests.look", as_whom=as_organization("billing"), cron="* * * * *")

    def note() -> None:
        seen.append(ambient())

    made = declared(note, name="tests.note", as_whom=as_system("a test"), cron="* * * * *")
    made.task(timestamp=0)
    assert seen == [SystemActing("a test")]
    app.periodic_registry.periodic_tasks.pop(("tests.note", "tests.note"))


def test_the_audit_is_sealed_every_half_minute() -> None:
    task = app.periodic_registry.periodic_tasks["trust.seal_audit", "trust.seal_audit"]
    first = task.croniter.get_next(start_time=0)
    assert (first, task.croniter.get_next(start_time=first)) == (30.0, 60.0)
    assert seal_audit.as_whom.words == "the installation: sealing the audit of each organization in turn"


def test_the_worker_does_a_queued_job_as_the_role_that_serves(
    organization: Organization,
    acting_as: Any,
    database_server: TestServer,
    database: str,
    state_directory: Path,
) -> None:
    write_events(organization, 1)
    with acting_as("specialist"):
        seal_audit.later()
    wait_until_nothing_holds_back(organization)
    mine = {"BEENTHERE_STATE": str(state_directory), "DJANGO_SETTINGS_MODULE": "beenthere.config.settings"}
    subprocess.run(
        [sys.executable, "-m", "django", "procrastinate", "--skip-checks", "worker", "--one-shot"],
        env=os.environ | database_server.addresses(database).environment() | mine,
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert verify_audit(organization.id).sealed == 1
