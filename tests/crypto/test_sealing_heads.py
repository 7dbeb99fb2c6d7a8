from multiprocessing import get_context
from pathlib import Path

import pytest
from audit_log import KEYS, ORGANIZATION, Log, event

from beenthere.trust.sealing.heads import HeadsFile


@pytest.fixture
def log() -> Log:
    log = Log(rows=[event(number, number) for number in range(1, 21)])
    for to_txid in range(3, 21):
        log.seal(to_txid=to_txid)
    return log


@pytest.fixture
def file(tmp_path: Path) -> HeadsFile:
    return HeadsFile(tmp_path / "audit-heads", ORGANIZATION)


def test_heads_come_back_as_they_were_signed(file: HeadsFile, log: Log) -> None:
    assert file.last_number() == 0
    assert list(file.read()) == []
    assert file.append(log.heads) == len(log.heads)
    assert list(file.read()) == log.heads
    assert all(head.signed_by(KEYS.public) for head in file.read())
    assert file.path.stat().st_mode & 0o077 == 0
    assert file.path.name == f"{ORGANIZATION}.jsonl"


def test_only_newer_heads_are_added_so_that_a_missed_one_is_caught_up(file: HeadsFile, log: Log) -> None:
    file.append(log.heads[:3])
    assert file.append(log.heads[:5]) == 2
    assert file.append(log.heads[:5]) == 0
    assert list(file.read()) == log.heads[:5]


def test_a_line_torn_by_a_crash_costs_nothing(file: HeadsFile, log: Log) -> None:
    file.append(log.heads[:4])
    whole = file.path.read_bytes()
    file.path.write_bytes(whole[:-30])
    assert file.last_number() == 3
    file.append(log.heads[:5])
    assert list(file.read()) == log.heads[:5]


@pytest.mark.parametrize(
    "rubbish", [b"\xff\xfe\n", b"{}\n", b"[1]\n", b"null\n", b'{"number": 9}\n', b"x" * 100_000]
)
def test_rubbish_in_the_file_is_passed_over(file: HeadsFile, log: Log, rubbish: bytes) -> None:
    file.append(log.heads[:4])
    with file.path.open("ab") as end:
        end.write(rubbish)
    assert file.last_number() == 4
    file.append(log.heads[:6])
    assert list(file.read()) == log.heads[:6]


def test_two_processes_appending_at_once_write_each_head_once(file: HeadsFile, log: Log) -> None:
    context = get_context("spawn")
    processes = [context.Process(target=file.append, args=(log.heads,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert list(file.read()) == log.heads


def test_a_deleted_line_is_found_by_the_verification(file: HeadsFile, log: Log) -> None:
    file.append(log.heads)
    lines = file.path.read_bytes().splitlines(keepends=True)
    for place in range(len(lines)):
        file.path.write_bytes(b"".join(lines[:place] + lines[place + 1 :]))
        log.heads = list(file.read())
        found = log.verify().finding
        assert found is not None
        assert found.checkpoint == place + 1
