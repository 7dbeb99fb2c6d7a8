import os
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from beenthere.foundation.crypto.envelope import Key, KeyMissing, Tampered
from beenthere.foundation.crypto.keyfile import KeyFileMissing, KeyFileUnsafe
from beenthere.foundation.crypto.keyring import MemoryKeyRing, OrganizationKeys, RootKeys, WrappedKey


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "root.key"


class Kept:
    """A key table that counts how often it is read."""

    def __init__(self) -> None:
        self.rows: list[WrappedKey] = []
        self.reads = 0

    def __call__(self, organization: UUID) -> list[WrappedKey]:
        self.reads += 1
        return [row for row in self.rows if row.organization == organization]


def test_the_first_run_makes_a_private_file_and_never_a_second_one(path: Path) -> None:
    roots = RootKeys.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert RootKeys.load(path).newest == roots.newest
    with pytest.raises(FileExistsError):
        RootKeys.create(path)
    assert [file.name for file in path.parent.iterdir()] == ["root.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_is_refused(path: Path, mode: int) -> None:
    RootKeys.create(path)
    path.chmod(mode)
    with pytest.raises(KeyFileUnsafe, match="chmod 600"):
        RootKeys.load(path)


def test_a_missing_file_says_what_to_do(path: Path) -> None:
    with pytest.raises(KeyFileMissing, match="backup"):
        RootKeys.load(path)


def test_a_link_in_place_of_the_file_is_refused(path: Path, tmp_path: Path) -> None:
    RootKeys.create(path)
    link = tmp_path / "link.key"
    link.symlink_to(path)
    with pytest.raises(KeyFileUnsafe):
        RootKeys.load(link)


def test_a_folder_or_a_pipe_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(KeyFileUnsafe):
            RootKeys.load(path)


@pytest.mark.parametrize(
    "line", ["SECRETSTUFF", "0b7c1f6e-5d7e-4a9b-9c53-2f0f6f1f7a11 SECRETSTUFF", "nokid U0VDUkVUU1RVRkY=", "é"]
)
def test_a_spoilt_line_is_refused_without_quoting_it(path: Path, line: str) -> None:
    RootKeys.create(path)
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(KeyFileUnsafe) as refused:
        RootKeys.load(path)
    assert "SECRETSTUFF" not in str(refused.value)


def test_a_wrapped_key_opens_only_for_its_organization_and_kid(path: Path) -> None:
    roots, data_key = RootKeys.create(path), Key.generate()
    organization, kid = uuid4(), uuid4()
    wrapped = roots.wrap(organization, kid, data_key)
    assert roots.unwrap(wrapped) == data_key
    for organization_, kid_ in ((uuid4(), kid), (organization, uuid4())):
        with pytest.raises(Tampered):
            roots.unwrap(WrappedKey(organization=organization_, kid=kid_, wrapped=wrapped.wrapped))


def test_root_rotation_rewraps_keys_and_then_lets_the_old_root_go(path: Path, organization: UUID) -> None:
    before = RootKeys.create(path)
    wrapped = before.new_data_key(organization)
    data_key = before.unwrap(wrapped)
    both = RootKeys.rotate(path)
    assert both.unwrap(wrapped) == data_key
    again = both.rewrapped(wrapped)
    assert again.wrapped != wrapped.wrapped
    assert both.rewrapped(again) is again
    only_new = RootKeys.retire(path)
    assert only_new.newest == both.newest
    assert only_new.unwrap(again) == data_key
    with pytest.raises(KeyMissing) as missing:
        only_new.unwrap(wrapped)
    assert missing.value.kid == before.newest


def test_the_ring_finds_current_former_and_eldest_keys(path: Path, organization: UUID) -> None:
    roots, kept = RootKeys.create(path), Kept()
    kept.rows = [roots.new_data_key(organization), roots.new_data_key(organization)]
    first, second = kept.rows
    ring = OrganizationKeys(roots, kept)
    assert ring.current(organization) == (second.kid, roots.unwrap(second))
    assert ring.find(organization, first.kid) == ring.eldest(organization) == roots.unwrap(first)
    assert kept.reads == 1
    with pytest.raises(KeyMissing):
        ring.find(uuid4(), first.kid)
    with pytest.raises(KeyMissing):
        ring.current(uuid4())


def test_a_key_made_by_another_process_is_looked_up_when_met(path: Path, organization: UUID) -> None:
    roots, kept = RootKeys.create(path), Kept()
    kept.rows = [roots.new_data_key(organization)]
    ring = OrganizationKeys(roots, kept)
    ring.current(organization)
    kept.rows.append(roots.new_data_key(organization))
    assert ring.find(organization, kept.rows[1].kid) == roots.unwrap(kept.rows[1])


def test_the_current_key_is_looked_up_again_in_time_or_when_told(path: Path, organization: UUID) -> None:
    moment = [0.0]
    roots, kept = RootKeys.create(path), Kept()
    kept.rows = [roots.new_data_key(organization)]
    ring = OrganizationKeys(roots, kept, fresh_for=60, ticks=lambda: moment[0])
    first = ring.current(organization)[0]
    kept.rows.append(roots.new_data_key(organization))
    assert ring.current(organization)[0] == first
    moment[0] = 61
    assert ring.current(organization)[0] == kept.rows[1].kid
    kept.rows.append(roots.new_data_key(organization))
    ring.forget(organization)
    assert ring.current(organization)[0] == kept.rows[2].kid


def test_only_so_many_organizations_are_remembered(path: Path) -> None:
    roots, kept = RootKeys.create(path), Kept()
    organizations = [uuid4() for _ in range(5)]
    kept.rows = [roots.new_data_key(organization) for organization in organizations]
    ring = OrganizationKeys(roots, kept, remember=2)
    for organization in organizations:
        ring.current(organization)
    assert len(ring._opened) == 2
    ring.current(organizations[-1])
    assert kept.reads == 5
    ring.current(organizations[0])
    assert kept.reads == 6


def test_one_key_that_will_not_open_does_not_hide_the_others(path: Path, organization: UUID) -> None:
    roots, kept = RootKeys.create(path), Kept()
    spoilt, good = roots.new_data_key(organization), roots.new_data_key(organization)
    kept.rows = [WrappedKey(organization=organization, kid=spoilt.kid, wrapped=good.wrapped), good]
    ring = OrganizationKeys(roots, kept)
    assert ring.current(organization)[0] == good.kid
    with pytest.raises(KeyMissing):
        ring.find(organization, spoilt.kid)
    with pytest.raises(KeyMissing):
        ring.eldest(organization)


def test_nothing_shows_a_key(path: Path, organization: UUID) -> None:
    roots = RootKeys.create(path)
    secret = path.read_text().split()[-1]
    wrapped = roots.new_data_key(organization)
    shown = f"{roots!r} {wrapped!r} {OrganizationKeys(roots, Kept())!r} {MemoryKeyRing()!r}"
    assert secret not in shown
    assert repr(wrapped.wrapped) not in shown
