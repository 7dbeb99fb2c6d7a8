"""The hours ledger: posted once by what they came from, withdrawn and never deleted, read by their owner."""

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.organizations import new_organization
from factories.users import acting_in
from factories.workers import new_worker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.trust.api import Acting
from beenthere.trust.ledger import WriteOutsideAction, opened
from beenthere.trust.models import Organization
from beenthere.workforce import api
from beenthere.workforce.models import HoursEntry, Worker

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def post(acting: Acting, worker: Worker, **more: Any) -> bool:
    entry = {
        "worker_id": worker.id, "on": DAY, "minutes": 47, "kind": "direct",
        "source_type": "encounter", "source_id": uuid7(),
    }  # fmt: skip
    with opened("test", quiet="a step is called by the action of another context"):
        return api.post_hours(acting=acting, **{**entry, **more})


def withdraw(acting: Acting, source_id: UUID) -> int:
    with opened("test", quiet="a step is called by the action of another context"):
        return api.withdraw_hours(acting=acting, source_type="encounter", source_id=source_id)


def counted(acting: Acting, source_id: UUID) -> list[tuple[str, int]]:
    lines = api.hours_from(acting=acting, source_type="encounter", source_id=source_id)
    return [(line.kind, line.minutes) for line in lines]


def test_posted_twice_counts_once(organization: Organization, acting_as: Callable) -> None:
    worker, note = new_worker(organization), uuid7()
    with acting_as("specialist") as acting:
        assert post(acting, worker, source_id=note)
        assert not post(acting, worker, source_id=note)
        assert not post(acting, worker, source_id=note, minutes=60)
        assert counted(acting, note) == [("direct", 47)]
        assert post(acting, worker, source_id=note, kind="supervision")
        assert counted(acting, note) == [("direct", 47), ("supervision", 47)]


def test_withdrawn_hours_stay_and_never_count_again(organization: Organization, acting_as: Callable) -> None:
    worker, note = new_worker(organization), uuid7()
    with acting_as("specialist") as acting:
        post(acting, worker, source_id=note)
        assert [withdraw(acting, note), withdraw(acting, note)] == [1, 0]
        assert not post(acting, worker, source_id=note)
        assert counted(acting, note) == []
        assert HoursEntry.objects.filter(source_id=note, withdrawn_at__isnull=False).count() == 1


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"minutes": -5}, {"kind": "lunch"}])
def test_what_is_no_work_is_refused(organization: Organization, acting_as: Callable, wrong: dict) -> None:
    with acting_as("specialist") as acting, pytest.raises(ValueError, match="one of|at least one"):
        post(acting, new_worker(organization), **wrong)


def test_hours_are_posted_inside_an_action_only(organization: Organization, acting_as: Callable) -> None:
    with acting_as("specialist") as acting, pytest.raises(WriteOutsideAction):
        api.withdraw_hours(acting=acting, source_type="encounter", source_id=uuid7())


def test_the_database_refuses_a_second_post_too(
    organization: Organization, acting_as: Callable, loader: Connection
) -> None:
    worker, note = new_worker(organization), uuid7()
    with acting_as("specialist") as acting:
        post(acting, worker, source_id=note)
    with pytest.raises(psycopg.errors.UniqueViolation):
        loader.execute(
            """
            insert into workforce_hoursentry
              (id, organization_id, worker_id, "on", minutes, kind, source_type, source_id, posted_at)
            select gen_random_uuid(), organization_id, worker_id, "on", 5, kind,
                   source_type, source_id, posted_at
            from workforce_hoursentry where source_id = %s
            """,
            [note],
        )


sources = st.integers(0, 2)
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("post"), sources, st.sampled_from(["direct", "supervised"]), st.integers(1, 90)),
        st.tuples(st.just("withdraw"), sources, st.just(""), st.just(0)),
    ),
    max_size=12,
)


@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds)
def test_whatever_is_repeated_and_in_whatever_order(database: str, deeds: list) -> None:
    """The ledger equals a slow twin: the first post of a source and kind, until the source is withdrawn."""
    organization = new_organization()
    worker = new_worker(organization)
    notes = [uuid7() for _source in range(3)]
    first: dict[int, dict[str, int]] = defaultdict(dict)
    gone: dict[int, set[str]] = defaultdict(set)
    with acting_in(organization, "specialist") as acting:
        for deed, source, kind, minutes in deeds:
            if deed == "post":
                post(acting, worker, source_id=notes[source], kind=kind, minutes=minutes)
                first[source].setdefault(kind, minutes)
            else:
                withdraw(acting, notes[source])
                gone[source] |= set(first[source])
        for source, note in enumerate(notes):
            expected = [(kind, m) for kind, m in sorted(first[source].items()) if kind not in gone[source]]
            assert counted(acting, note) == expected


def test_a_month_of_ones_own_hours(organization: Organization, client_as: Callable) -> None:
    worker = new_worker(organization)
    with acting_in(organization, "specialist", user=worker.user) as acting:
        post(acting, worker, minutes=80)
        post(acting, worker, minutes=40, kind="supervised")
        post(acting, worker, minutes=30, on=date(2026, 10, 31))
        gone = uuid7()
        post(acting, worker, minutes=13, source_id=gone)
        withdraw(acting, gone)
        post(acting, new_worker(organization), minutes=17)
    client = client_as("specialist", user=worker.user)
    with clock.standing_at(NOON):
        page = client.get(reverse("hours")).content.decode()
        october = client.get(reverse("hours"), {"month": "2026-10"}).content.decode()
        sheet = client.get(reverse("hours_csv"), {"month": "2026-11"})
        nonsense = client.get(reverse("hours"), {"month": "2026-13"}).content.decode()
    assert all(words in page for words in ("1 h 20 min", "40 min", "2 h", "November 2026"))
    assert "17 min" not in page
    assert "13 min" not in page
    assert "?month=2026-12" not in page, "the future holds no hours"
    assert "30 min" in october
    assert "November 2026" in nonsense
    rows = list(csv.DictReader(sheet.content.decode().splitlines()))
    assert [(row["day"], row["kind"], row["minutes"], row["hours"]) for row in rows] == [
        ("2026-11-20", "direct", "80", "1.33"),
        ("2026-11-20", "supervised", "40", "0.67"),
    ]
    assert sheet["Content-Disposition"] == 'attachment; filename="hours-2026-11.csv"'


def test_the_hours_page_asks_twice(organization: Organization, client_as: Callable) -> None:
    worker = new_worker(organization)
    client = client_as("specialist", user=worker.user)
    counts = []
    for _round in range(2):
        with acting_in(organization, "specialist", user=worker.user) as acting:
            for _each in range(5):
                post(acting, worker)
        with clock.standing_at(NOON), CaptureQueriesContext(connection) as queries:
            client.get(reverse("hours"))
        counts.append(sum("workforce_" in query["sql"] for query in queries))
    assert counts == [2, 2]


def test_someone_who_gives_no_support_is_told(organization: Organization, client_as: Callable) -> None:
    client = client_as("specialist")
    assert "No hours are kept for you" in client.get(reverse("hours")).content.decode()
    assert client.get(reverse("hours_csv")).status_code == 404
    assert client_as("administrator").get(reverse("hours")).status_code == 403
