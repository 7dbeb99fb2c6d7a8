import pickle
from pathlib import Path

import pytest
from audit_log import Log, event

from beenthere.foundation.crypto.keyfile import KeyFileMissing, KeyFileUnsafe
from beenthere.trust.sealing.signing import SigningKeys, public_keys


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "audit-signing.key"


def test_the_key_file_is_private_and_made_once(path: Path) -> None:
    with pytest.raises(KeyFileMissing):
        SigningKeys.load(path)
    keys = SigningKeys.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert SigningKeys.load(path).kid == keys.kid
    with pytest.raises(FileExistsError):
        SigningKeys.create(path)
    path.chmod(0o644)
    with pytest.raises(KeyFileUnsafe):
        SigningKeys.load(path)


def test_after_a_rotation_the_new_key_signs_and_both_are_accepted(path: Path) -> None:
    first = SigningKeys.create(path)
    log = Log(rows=[event(1, 1)])
    log.seal(to_txid=2, keys=first)
    both = SigningKeys.rotate(path)
    assert both.kid != first.kid
    log.rows.append(event(2, 2))
    log.seal(to_txid=3, keys=both)
    published = public_keys(both.public_text())
    assert [head.kid for head in log.heads] == [first.kid, both.kid]
    assert all(head.signed_by(published) for head in log.heads)
    assert not log.heads[1].signed_by(first.public)


def test_public_keys_can_be_given_away_and_private_ones_are_not_shown(path: Path) -> None:
    keys = SigningKeys.create(path)
    secret = path.read_text().split()[-1]
    assert secret not in keys.public_text() + repr(keys) + str(keys.public)
    with pytest.raises(TypeError):
        pickle.dumps(keys)


@pytest.mark.parametrize("line", ["SECRETSTUFF", "U0VDUkVUU1RVRkY=", "# only a remark"])
def test_a_spoilt_file_is_refused_without_quoting_it(path: Path, line: str) -> None:
    SigningKeys.create(path)
    path.write_text(line + "\n")
    with pytest.raises(KeyFileUnsafe) as refused:
        SigningKeys.load(path)
    assert "SECRET" not in str(refused.value)
