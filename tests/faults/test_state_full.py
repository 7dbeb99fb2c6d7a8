"""F17: the disk of the state directory is full, and the database's own is not. Keys, heads of the audit, logs
and what waits are written there."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rig import Rig, filled, free_port, may_mount, new_note, wait_for
from test_database_trouble import NO_WRITES, read_only

from beenthere.host.backup import back_up
from beenthere.host.places import Places

pytestmark = pytest.mark.host

PAGE = 4096
SEAL = "import django; django.setup(); from beenthere.trust import jobs; jobs.seal_audit.now()"


@pytest.fixture(scope="module")
def cramped(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """The same database, with a web server whose state is on a disk of eight megabytes."""
    at = tmp_path_factory.mktemp("state")
    size = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(at)]
    if not may_mount() or subprocess.run(size, capture_output=True, check=False).returncode:
        pytest.skip("NOT RUN: a full disk needs root and the right to mount; .ci/run as root has both")
    shutil.copytree(rig.state, at, dirs_exist_ok=True)
    cramped = replace(rig, state=at, port=free_port(), web=None)
    cramped.serve()
    _note, path = new_note()
    assert cramped.post(path, cramped.note()).status == 302
    cramped.run("-c", SEAL)  # now there are a key that signs and a head, whichever test comes first
    yield cramped
    assert cramped.web is not None
    cramped.web.terminate()
    cramped.web.wait(20)
    subprocess.run(["umount", "--lazy", str(at)], check=True)


def test_people_notice_nothing(cramped: Rig) -> None:
    note, path = new_note()
    with filled(cramped.state):
        assert cramped.post(path, cramped.note()).status == 302
        assert cramped.get(f"/people/{cramped.people['person']}/").status == 200
    assert cramped.kept(note) == (1, 1)


def test_nothing_is_shown_when_a_look_can_be_kept_nowhere(cramped: Rig) -> None:
    """The database is read-only as well, and a reserve has been used up: what was looked at would be told by
    nobody."""
    shutil.rmtree(cramped.state / "audit-waiting", ignore_errors=True)
    with filled(cramped.state), read_only(cramped):
        page = cramped.get(f"/people/{cramped.people['person']}/")
    assert page.status == 503
    assert NO_WRITES["en"] in page.text
    assert cramped.people["person"] not in page.text
    wait_for(lambda: cramped.get("/").status == 200, "it does not come back")


def test_the_audit_is_sealed_and_its_heads_follow(cramped: Rig) -> None:
    cramped.run("-c", SEAL)
    _note, path = new_note()
    assert cramped.post(path, cramped.note()).status == 302
    (heads,) = (cramped.state / "audit-heads").glob("*.jsonl")
    with heads.open("ab") as file:  # to the end of its page, which even a full disk would still fill
        file.write(b" " * (-heads.stat().st_size % PAGE - 1) + b"\n")
    before = heads.read_bytes()
    with filled(cramped.state):
        said = cramped.run("-c", SEAL).stderr
    assert "cannot be kept in" in said
    assert "No space left on device. Make room; it then goes on by itself." in said
    cramped.run("-c", SEAL)
    assert heads.read_bytes().startswith(before)
    assert len(heads.read_bytes()) > len(before)
    cramped.run("-m", "django", "audit_verify")


def keys_of(rig: Rig) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (rig.state / "keys").iterdir()}


@pytest.mark.parametrize("which", ["--root", "--signing"])
def test_no_key_is_changed_or_lost(cramped: Rig, which: str) -> None:
    before = keys_of(cramped)
    with filled(cramped.state):
        done = cramped.run("-m", "django", "rotate_keys", which, role="owner", check=False)
        assert keys_of(cramped) == before
    assert done.returncode == 1
    assert "cannot be written: No space left on device. No key was changed." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_backup_elsewhere_is_made_all_the_same(
    cramped: Rig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with filled(cramped.state):
        assert back_up(Places(state=cramped.state), tmp_path, cramped.environment).is_file()
    assert "cannot be written, so `status` tells of an earlier time" in caplog.text
