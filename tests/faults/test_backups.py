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
