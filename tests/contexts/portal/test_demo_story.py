"""The made-up year: the same from the same seed, whole, and never beside real people."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import databases
import psycopg
import pytest

from beenthere.portal.demo.story import Scale, Story

NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
PROGRAMS = (UUID(int=1), UUID(int=2))
WORKERS = tuple(UUID(int=100 + number) for number in range(12))
COUNTS = {
    "enrolled": "select count(*) from support_enrolment",
    "visits": "select count(*) from support_encounter",
    "drafts": "select count(*) from support_encounter where signed_at is null",
    "late": "select count(*) from support_encounter where signed_at > ends_at + interval '20 hours'",
    "no-shows": "select count(*) from support_encounter where result = 'no_show'",
    "tries": "select count(*) from support_encounter where result in ('no_answer', 'left_message')",
    "planned": "select count(*) from support_plannedvisit",
    "goals": "select count(*) from support_goal",
    "units": "select sum(units) from funding_encounterunits",
    "sites": "select count(*) from trust_site",
    "judged": "select count(*) from funding_judgednote",
}
SIGNED = "(select * from support_encounter where signed_at is not null)"
NOTHING_LEFT_TO_COUNT = {
    "not judged": f"select count(*) from {SIGNED} note"
    " where not exists (select from funding_judgednote where encounter_id = note.id)",
    "organizations to count again": "select count(*) from trust_organization"
    " where id not in (select organization_id from funding_countedby)",
    "overlaps that were not found": f"select count(*) from {SIGNED} one join {SIGNED} other"
    " on one.id <> other.id and (one.worker_id = other.worker_id or one.person_id = other.person_id)"
    " and one.starts_at < other.ends_at and other.starts_at < one.ends_at"
    " where not exists (select from funding_noteoverlap where encounter_id = one.id and other_id = other.id)",
    "last contacts that are not": "select count(*) from support_enrolment enrolled"
    " where last_contact_on is distinct from (select max(happened_on) from support_encounter met"
    " where met.person_id = enrolled.person_id and met.program_id = enrolled.program_id"
    " and result = 'met')",
}


def story(seed: int = 12) -> Story:
    return Story(
        seed=seed,
        now=NOON,
        zone=ZoneInfo("America/New_York"),
        scale=Scale(),
        programs=PROGRAMS,
        workers=WORKERS,
        users={worker: UUID(int=worker.int + 1000) for worker in WORKERS},
        supervised=frozenset(WORKERS),
    )


def test_the_same_seed_tells_the_same_story() -> None:
    first, again, other = (
        [person for person, _place, _goals in story(seed).people()] for seed in (12, 12, 13)
    )
    assert first == again
    assert first != other
    assert len(first) == 240


def test_a_year_holds_what_a_year_holds() -> None:
    told = story()
    everyone = [participant for _person, participant, _goals in told.people()]
    visits = list(told.encounters(everyone))
    assert 8_000 <= len(visits) <= 10_000
    results = Counter(visit["result"] for visit in visits)
    assert results.keys() == {"met", "no_show", "no_answer", "left_message"}
    assert all((told.today - visit["happened_on"]).days <= 365 for visit in visits)
    by_worker: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for visit in visits:
        if visit["ends_at"] is not None:
            by_worker.setdefault(visit["worker_id"], []).append((visit["starts_at"], visit["ends_at"]))
    overlaps = sum(
        later[0] < earlier[1]
        for times in by_worker.values()
        for earlier, later in zip(sorted(times), sorted(times)[1:], strict=False)
    )
    assert 20 <= overlaps <= 400


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[tuple[dict[str, str], str]]:
    """A database of its own, as the loader meets it, and the address to look into it."""
    name = f"beenthere_story_{os.getpid()}"
    with databases.copy_of_template(name) as at:
        addresses = at.addresses(name)
        state = {"BEENTHERE_STATE": str(tmp_path), "BEENTHERE_DATABASE_ROLE": "loader"}
        settings = {"DJANGO_SETTINGS_MODULE": "beenthere.config.settings"}
        yield os.environ | addresses.environment() | state | settings, addresses.loader


def load(environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "django", "load_demo", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_it_loads_whole_once_and_never_beside_real_people(empty_house: tuple[dict[str, str], str]) -> None:
    environment, address = empty_house
    told = load(environment)
    assert told.returncode == 0, told.stderr
    with psycopg.connect(address) as database:
        found = {key: database.execute(sql).fetchone()[0] for key, sql in COUNTS.items()}
        assert found["enrolled"] == 248
        assert all(found.values()), found
        left = {key: database.execute(sql).fetchone()[0] for key, sql in NOTHING_LEFT_TO_COUNT.items()}
        assert not any(left.values()), left
        assert database.execute("select count(*) from funding_noteoverlap").fetchone()[0]
        assert load(environment, "--if-empty").stdout == ""
        assert "already loaded" in load(environment).stderr
        database.execute(
            "insert into trust_organization (id, name, time_zone, synthetic, created_at)"
            " values (gen_random_uuid(), 'River House', 'America/Chicago', false, now())"
        )
        database.commit()
    refused = load(environment, "--if-empty")
    assert refused.returncode != 0
    assert "data of a real organization" in refused.stderr
    assert "Traceback" not in refused.stderr
