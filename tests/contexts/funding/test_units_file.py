"""A month of units as a file: of any length, made while it is sent, and honest when it breaks off."""

import copy
import csv
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.funding import Office
from factories.support import DAY
from factories.writing import writing

from beenthere.funding.models import JudgedNote
from beenthere.kernel.ids import uuid7
from beenthere.support.encounters.models import Encounter
from beenthere.trust.models import Organization

MONTH = {"month": "2026-11"}
NOTES_A_DAY = 700


@pytest.fixture
def busy(office: Office) -> Office:
    """One note of today, and hundreds like it on each of three days before."""
    office.signed(0, 30, not_billable=True)
    with writing(office.organization.id):
        note, judged = Encounter.objects.get(), JudgedNote.objects.get()
        assert note.what_we_did  # read, so that each copy is sealed for itself
        for day in (1, 2, 3):
            ids, on = [uuid7() for _ in range(NOTES_A_DAY)], DAY - timedelta(days=day)
            Encounter.objects.bulk_create(like(note, id=id_, happened_on=on) for id_ in ids)
            JudgedNote.objects.bulk_create(like(judged, id=uuid7(), encounter_id=id_, on=on) for id_ in ids)
    return office


def like(row: Model, **fields: object) -> Model:
    other = copy.copy(row)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


@pytest.fixture
def biller(busy: Office, client_as: Callable[..., Client]) -> Client:
    return client_as("biller")


def parts_of(browser: Client) -> Iterator[bytes]:
    return iter(browser.get(reverse("units_csv"), MONTH).streaming_content)


def rows(text: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(text.decode("utf-8-sig"))))


def test_thousands_of_notes_are_looked_up_day_by_day_while_they_are_sent(biller: Client) -> None:
    """A file of a month takes the memory of a day, and as many queries as it has days."""
    text, asked = b"", []
    with CaptureQueriesContext(connection) as queries:
        for part in parts_of(biller):
            text += part
            asked.append(len(queries))
    days = [row[1] for row in rows(text)[1:]]
    assert len(days) == 3 * NOTES_A_DAY + 1
    assert days == sorted(days, reverse=True)
    which_days, of_a_day = 1, 5
    headings, first_five_hundred = asked[0], asked[1]
    assert first_five_hundred - headings == which_days + 2 * of_a_day
    assert asked[-1] - headings == which_days + 4 * of_a_day


def test_the_file_shows_one_moment_whatever_changes_while_it_is_sent(
    busy: Office, biller: Client, loader: psycopg.Connection
) -> None:
    parts = parts_of(biller)
    text = next(parts) + next(parts)
    loader.execute("DELETE FROM funding_judgednote WHERE organization_id = %s", [busy.organization.id])
    text += b"".join(parts)
    assert len(rows(text)) == 3 * NOTES_A_DAY + 2


def test_a_file_that_breaks_off_says_so_in_its_last_line(
    biller: Client, superuser: psycopg.Connection
) -> None:
    parts = parts_of(biller)
    sent = [next(parts), next(parts)]
    superuser.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    with pytest.raises(OperationalError):
        sent.extend(parts)
    *_before, last = rows(b"".join(sent))
    assert last == ["This file is not complete: something broke on our side. Download it again."]


def test_that_the_file_was_asked_for_is_known_before_its_first_line(
    biller: Client, organization: Organization, loader: psycopg.Connection
) -> None:
    parts_of(biller)
    told = loader.execute(
        "SELECT detail->>'page' AS page FROM trust_auditevent WHERE organization_id = %s AND actor_id = %s",
        [organization.id, biller.user.id],
    )
    assert [row["page"] for row in told] == ["units of a month, as a file"]
