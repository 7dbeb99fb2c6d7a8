"""F16: the disk for backups is full. The command fails and says so, and the last good one stays."""

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from rig import Rig, filled, may_mount

from beenthere.foundation import clock
from beenthere.host.backup import back_up, told
from beenthere.host.cli import beenthere
from beenthere.host.errors import HostError
from beenthere.host.places import STATE_VARIABLE, Places

pytestmark = pytest.mark.host


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(state=tmp_path / "state")
    places.prepare()
    return places


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Two megabytes, which a dump fills."""
    at = tmp_path / "backups"
    at.mkdir()
    size = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(at)]
    if not may_mount() or subprocess.run(size, capture_output=True, check=False).returncode:
        pytest.skip("NOT RUN: a full disk needs root and the right to mount; .ci/run as root has both")
    yield at
    subprocess.run(["umount", str(at)], check=True)


def test_a_full_disk_is_told_and_the_last_good_backup_stays(
    rig: Rig, places: Places, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = rig.environment
    good = back_up(places, disk, addresses)
    held = good.read_bytes()
    assert held.startswith(b"PGDMP")
    with filled(disk), clock.standing_at(clock.now() + timedelta(days=1)):
        with pytest.raises(HostError, match="is full, and no backup was made"):
            back_up(places, disk, addresses)
        assert sorted(os.listdir(disk)) == ["ballast", good.name]
    assert good.read_bytes() == held
    monkeypatch.setenv(STATE_VARIABLE, str(places.state))
    said = CliRunner().invoke(beenthere, ["status"]).output
    assert str(good) in said
    assert "BACKUP FAILED" in said
    again = back_up(places, disk, addresses)
    assert "BACKUP FAILED" not in "\n".join(told(places, now=clock.now()))
    assert again.is_file()


def test_a_backup_that_nobody_made_for_a_day_is_told(rig: Rig, places: Places, tmp_path: Path) -> None:
    back_up(places, tmp_path, rig.environment)
    assert "more than a day ago" not in "".join(told(places, now=clock.now()))
    assert "more than a day ago" in "".join(told(places, now=clock.now() + timedelta(hours=27)))


def test_a_database_that_is_away_is_one_sentence(places: Places, tmp_path: Path) -> None:
    nobody = {"DATABASE_LOADER_URL": f"postgresql://beenthere_loader@/nothing?host={tmp_path}"}
    with pytest.raises(HostError, match="No backup was made; the ones before it are kept"):
        back_up(places, tmp_path, nobody)
    assert list(tmp_path.glob("*.dump")) == []


NOT_WHOLE = [b"", b'{"good_at": "2026-11', b"\0" * 64, b"[]", b'{"good_at": 1}', b'{"found": "elsewhere"}']


@pytest.mark.parametrize("left", NOT_WHOLE)
def test_what_a_power_cut_left_of_its_memory_stops_no_backup(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    left: bytes,
) -> None:  # fmt: skip
    memory = places.state / "backup.json"
    memory.write_bytes(left)
    monkeypatch.setenv(STATE_VARIABLE, str(places.state))
    for _ in range(2):
        said = CliRunner().invoke(beenthere, ["status"])
        assert (said.exit_code, "Backup:" in said.output) == (0, False)
    assert caplog.text.count("backup.json was not whole and counts as nothing") == 1
    assert memory.with_suffix(".unreadable").read_bytes() == left
    nobody = {"DATABASE_LOADER_URL": f"postgresql://beenthere_loader@/nothing?host={tmp_path}"}
    memory.write_bytes(left)
    with pytest.raises(HostError, match="No backup was made"):
        back_up(places, tmp_path, nobody)
    assert "BACKUP FAILED" in CliRunner().invoke(beenthere, ["status"]).output


def test_the_password_stands_in_no_command_line(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody on the machine can list those. The program here notes what it was given, and fails."""
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    notes = f'echo "$@" > {tmp_path}/words\nprintf %s "$PGPASSWORD" > {tmp_path}/secret'
    program.write_text(f"#!/bin/sh\n{notes}\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    address = "postgresql://beenthere_loader:hush%20hush@db.example.org/beenthere?sslmode=require"
    with pytest.raises(HostError, match="No backup was made"):
        back_up(places, tmp_path, {"DATABASE_LOADER_URL": address})
    words = (tmp_path / "words").read_text()
    assert "host=db.example.org" in words
    assert "user=beenthere_loader" in words
    assert "hush" not in words
    assert (tmp_path / "secret").read_text() == "hush hush"


def test_an_address_that_is_none_is_one_sentence_without_it(places: Places, tmp_path: Path) -> None:
    with pytest.raises(HostError, match="no address of a database") as refused:
        back_up(places, tmp_path, {"DATABASE_LOADER_URL": "beenthere_loader:hush@db.example.org"})
    assert "hush" not in str(refused.value)
