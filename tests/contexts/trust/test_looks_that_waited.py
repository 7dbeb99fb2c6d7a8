"""Looks that waited in a file come into the audit, whatever a crash or a disk left of some of them."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError
from factories.people import new_person
from factories.users import acting_for
from factories.writing import writing

from beenthere.trust import jobs, unwritten
from beenthere.trust.acting import Acting
from beenthere.trust.models import AuditEvent, Organization


@pytest.fixture(autouse=True)
def waiting(settings: Any, tmp_path: Path, database: str) -> Path:
    settings.STATE = tmp_path
    return tmp_path / "audit-waiting"


def keep(who: Acting, *subjects: UUID) -> None:
    full = OperationalError("could not extend file")
    full.__cause__ = psycopg.errors.DiskFull()
    assert unwritten.kept(full, who, "person page", dict.fromkeys(subjects))


def told(organization: Organization) -> set[UUID]:
    with writing(organization.id):
        return set(AuditEvent.objects.filter(verb="person.viewed").values_list("subject_id", flat=True))


def in_half(text: bytes) -> bytes:
    return text[:-40]


def of_zeros(text: bytes) -> bytes:
    """As a file system may leave the last block after a power cut."""
    first, _last = text.splitlines(keepends=True)
    return first + b"\0" * 512


def without_a_part(text: bytes) -> bytes:
    first, last = text.splitlines(keepends=True)
    return first + last.replace(b'"user"', b'"usher"')


@pytest.mark.parametrize("damage", [in_half, of_zeros, without_a_part])
def test_what_is_no_whole_line_is_set_aside_and_stops_nothing(
    organization: Organization, other_organization: Organization, waiting: Path,
    caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes],
) -> None:  # fmt: skip
    whole, broken, next_door = (new_person(one).id for one in [organization] * 2 + [other_organization])
    keep(acting_for(organization, "specialist"), whole, broken)
    keep(acting_for(other_organization, "specialist"), next_door)
    file = waiting / f"{organization.id}.jsonl"
    file.write_bytes(damage(file.read_bytes()))
    left = file.read_bytes().splitlines()[1]
    with caplog.at_level(logging.ERROR):
        jobs.bring_in_reads.now()
        jobs.bring_in_reads.now()
    assert (told(organization), told(other_organization)) == ({whole}, {next_door})
    aside = file.with_suffix(".unreadable")
    assert aside.read_bytes() == left + b"\n"
    assert file.read_bytes() == b""
    assert [record.levelname for record in caplog.records if str(aside) in record.getMessage()] == ["ERROR"]


def test_a_look_after_half_a_line_is_a_line_of_its_own(organization: Organization, waiting: Path) -> None:
    before, broken, later = (new_person(organization).id for _number in range(3))
    who = acting_for(organization, "specialist")
    keep(who, before, broken)
    file = waiting / f"{organization.id}.jsonl"
    file.write_bytes(in_half(file.read_bytes()))
    keep(who, later)
    jobs.bring_in_reads.now()
    assert told(organization) == {before, later}


def test_one_organization_s_trouble_keeps_no_other_waiting(
    organization: Organization, waiting: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What the database refuses stays as it is; so does a file that is none of ours."""
    person = new_person(organization)
    keep(acting_for(organization, "specialist"), person.id)
    line = (waiting / f"{organization.id}.jsonl").read_bytes().replace(b"person page", b"a \\u0000 page")
    refused = [
        waiting / f"{UUID(int=0)}.jsonl",
        waiting / "0-notes.jsonl",
        waiting / f"{UUID(int=2**128 - 1)}.jsonl",
    ]
    for file in refused:
        file.write_bytes(line)
    jobs.bring_in_reads.now()
    assert told(organization) == {person.id}
    assert [file.read_bytes() for file in refused] == [line] * 3
    assert all(f"{file} cannot be brought in" in caplog.text for file in refused)
