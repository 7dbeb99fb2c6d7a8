"""Nothing that was sealed changes unseen; nothing that is whole is accused."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from audit_log import KEYS, ORGANIZATION, START, Log, a_log, event, finding
from hypothesis import given
from hypothesis import strategies as st

from beenthere.trust.sealing.checkpoint import Checkpoint, Head, seal
from beenthere.trust.sealing.leaf import Event
from beenthere.trust.sealing.merkle import consistency_proof as prove_consistency
from beenthere.trust.sealing.merkle import inclusion_proof, verify_consistency, verify_inclusion
from beenthere.trust.sealing.signing import SigningKeys
from beenthere.trust.sealing.verify import Kind, verify


def test_a_whole_log_verifies_and_says_what_nothing_vouches_for_yet() -> None:
    log = a_log(count=15)
    report = log.verify()
    assert report.ok
    assert (report.checkpoints, report.sealed, report.unsealed) == (3, 12, 3)
    assert report.oldest_unsealed == event(13, 113).at
    assert report.sealed_until == START


def test_an_empty_log_verifies() -> None:
    report = Log().verify()
    assert (report.ok, report.sealed, report.unsealed, report.sealed_until) == (True, 0, 0, None)


def test_a_slow_transaction_leaves_no_gap_and_accuses_nobody() -> None:
    """Row 2 drew its id before row 3, and its transaction ended after: it waits for the next checkpoint."""
    log = Log(rows=[event(1, 101), event(3, 103)])
    log.seal(to_txid=102)
    log.rows.append(event(2, 102))
    log.seal(to_txid=104)
    assert [checkpoint.event_ids for checkpoint in log.checkpoints] == [(1,), (2, 3)]
    assert log.verify().ok


def test_a_large_backlog_is_cut_between_transactions() -> None:
    log = Log(rows=[event(number, 100 + number // 4) for number in range(1, 31)])
    log.seal(to_txid=200, at_most=5)
    assert [len(checkpoint.event_ids) for checkpoint in log.checkpoints] == [7, 8, 8, 7]
    assert log.checkpoints[-1].head.to_txid == 200
    assert log.verify().ok


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "encounter.exported"),
        ("detail", {"fields": ["note"], "count": 7.0}),
        ("actor_id", None),
        ("consent_id", uuid4()),
        ("at", datetime(2026, 11, 22, 12, 0, 7, 1, tzinfo=UTC)),
        ("organization_id", uuid4()),
        ("added", ""),
    ],
)
def test_an_altered_row_is_named(column: str, value: Any) -> None:
    log = a_log()
    log.rows[6] = event(7, 107, **{column: value})
    assert finding(log) == (Kind.ALTERED, 2, 7)


def test_a_row_moved_to_another_transaction_is_found_where_it_is_missing() -> None:
    log = a_log()
    log.rows[6] = event(7, 111)
    assert finding(log) == (Kind.DELETED, 2, 7)
    log.rows[6] = event(7, 500)
    assert finding(log) == (Kind.DELETED, 2, 7)


def test_a_deleted_row_is_named() -> None:
    log = a_log()
    del log.rows[6]
    assert finding(log) == (Kind.DELETED, 2, 7)


def test_a_removed_end_is_named_from_its_first_row() -> None:
    log = a_log()
    del log.rows[10:]
    assert finding(log) == (Kind.TRUNCATED, 3, 11)


@pytest.mark.parametrize(("txid", "checkpoint"), [(50, 1), (106, 2), (112, 3)])
def test_a_row_slipped_into_what_was_sealed_is_named(txid: int, checkpoint: int) -> None:
    log = a_log()
    log.rows.append(event(99, txid))
    assert finding(log) == (Kind.INSERTED, checkpoint, 99)


def test_a_row_slipped_in_before_everything_after_an_empty_stretch_is_named() -> None:
    log = Log(rows=[event(1, 101)])
    log.seal(to_txid=200)
    log.rows.append(event(2, 150))
    assert finding(log) == (Kind.INSERTED, 1, 2)


def test_a_sealed_stretch_gets_no_row_after_its_turn() -> None:
    log = a_log(count=14)
    assert finding(log, [*log.ordered(), event(99, 106)]) == (Kind.INSERTED, 3, 99)


def test_rows_in_another_order_are_named() -> None:
    log = a_log()
    rows = log.ordered()
    rows[5], rows[6] = rows[6], rows[5]
    assert finding(log, rows) == (Kind.REORDERED, 2, 6)


def test_contents_exchanged_between_two_rows_are_found() -> None:
    log = a_log()
    log.rows[5], log.rows[6] = (
        event(6, 106, actor_id=UUID(int=7)),
        event(7, 107, actor_id=UUID(int=6)),
    )
    assert finding(log) == (Kind.ALTERED, 2, 6)


def test_a_database_set_back_is_found_by_the_heads_outside_it() -> None:
    log = a_log()
    del log.rows[8:], log.checkpoints[2:]
    report = log.verify()
    assert report.finding is not None
    assert report.finding.kind is Kind.TRUNCATED
    assert "ends at checkpoint 2" in report.finding.sentence


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_missing_head_is_named(place: int) -> None:
    log = a_log()
    del log.heads[place]
    assert finding(log) == (Kind.MISSING_HEAD, place + 1, None)


def test_a_deleted_heads_file_is_found() -> None:
    log = a_log()
    log.heads.clear()
    assert finding(log) == (Kind.MISSING_HEAD, 1, None)


@pytest.mark.parametrize("place", [0, 1])
def test_a_missing_checkpoint_is_named(place: int) -> None:
    log = a_log()
    del log.checkpoints[place]
    assert finding(log) == (Kind.MISSING_CHECKPOINT, place + 1, None)


def changed_head(**changes: Any) -> Callable[[Checkpoint], Checkpoint]:
    return lambda checkpoint: replace(checkpoint, head=replace(checkpoint.head, **changes))


def signed_again(checkpoint: Checkpoint, keys: SigningKeys, **changes: Any) -> Checkpoint:
    head = replace(checkpoint.head, kid=keys.kid, **changes)
    return replace(checkpoint, head=replace(head, signature=keys.sign(head.signed_bytes())))


FORGERIES: list[Callable[[Checkpoint], Checkpoint]] = [
    changed_head(root=bytes(32)),
    changed_head(to_txid=110),
    changed_head(sealed_at=datetime(2020, 1, 1, tzinfo=UTC)),
    changed_head(kid="f" * 32),
    changed_head(signature=bytes(64)),
    changed_head(organization=uuid4()),
    changed_head(reason="I say so"),
    lambda checkpoint: replace(checkpoint, event_ids=(5, 6, 7, 99)),
    lambda checkpoint: replace(checkpoint, event_ids=checkpoint.event_ids[:-1]),
    lambda checkpoint: replace(checkpoint, leaf_hashes=(bytes(32), *checkpoint.leaf_hashes[1:])),
    lambda checkpoint: replace(checkpoint, leaf_hashes=checkpoint.leaf_hashes[::-1]),
    lambda checkpoint: signed_again(checkpoint, SigningKeys.generate()),
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_checkpoint_is_named(forge: Callable[[Checkpoint], Checkpoint]) -> None:
    log = a_log()
    log.checkpoints[1] = forge(log.checkpoints[1])
    log.heads[1] = log.checkpoints[1].head
    found = finding(log)
    assert found is not None
    assert (found[0], found[2]) == (Kind.FORGED_CHECKPOINT, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 5},
        {"number": 1},
        {"previous_root": bytes(32)},
        {"from_txid": 106},
        {"to_txid": 90},
        {"cluster": "elsewhere"},
        {"era": 2},
        {"floor_id": 3},
        {"floor_id": 3, "reason": "an era out of turn", "era": 4},
        {"reason": "an era whose floor the rows deny", "era": 2, "floor_id": 0},
        {"organization": uuid4()},
    ],
)
def test_even_the_signing_key_cannot_bend_the_chain(changes: dict[str, Any]) -> None:
    log = a_log()
    log.checkpoints[1] = signed_again(log.checkpoints[1], KEYS, **changes)
    log.heads[1] = log.checkpoints[1].head
    assert not log.verify().ok


def test_a_checkpoint_signed_twice_with_different_rows_is_found_by_its_kept_head() -> None:
    log = a_log()
    rewritten = Log(rows=[row for row in log.rows if row.id != 7])
    for to_txid in (105, 109, 113):
        rewritten.seal(to_txid)
    rewritten.heads = log.heads
    assert finding(rewritten) == (Kind.FORGED_CHECKPOINT, 2, None)


@pytest.mark.parametrize("spoil", [{}, {"head": {}}, {"head": 3}, {"head": None, "event_ids": []}])
def test_a_checkpoint_that_cannot_be_read_is_named(spoil: dict[str, Any]) -> None:
    log = a_log()
    bodies = [checkpoint.to_json() for checkpoint in log.checkpoints]
    bodies[1] = spoil
    report = verify(
        organization=ORGANIZATION, checkpoints=bodies, events=log.ordered(), heads=log.heads,
        public_keys=KEYS.public,
    )  # fmt: skip
    assert report.finding is not None
    assert (report.finding.kind, report.finding.checkpoint) == (Kind.FORGED_CHECKPOINT, 2)


@given(st.sampled_from(["event_ids", "leaf_hashes", "peaks", "head"]), st.data())
def test_any_shape_in_the_database_is_an_answer_never_a_crash(part: str, data: st.DataObject) -> None:
    log = a_log()
    bodies = [checkpoint.to_json() for checkpoint in log.checkpoints]
    junk = (
        st.none()
        | st.integers()
        | st.text(max_size=4)
        | st.lists(st.integers() | st.text(max_size=2), max_size=3)
    )
    if part == "head":
        name = data.draw(st.sampled_from(sorted(bodies[1]["head"])))
        before = bodies[1]["head"][name]
        bodies[1]["head"][name] = after = data.draw(junk)
    else:
        before = bodies[1][part]
        bodies[1][part] = after = data.draw(junk)
    report = verify(
        organization=ORGANIZATION, checkpoints=bodies, events=log.ordered(), heads=log.heads,
        public_keys=KEYS.public,
    )  # fmt: skip
    assert report.ok == (before == after and type(before) is type(after))


def test_checkpoints_and_heads_survive_json() -> None:
    for checkpoint in a_log().checkpoints:
        assert Checkpoint.from_json(json.loads(json.dumps(checkpoint.to_json()))) == checkpoint
        head = Head.from_json(json.loads(json.dumps(checkpoint.head.to_json())))
        assert head.signed_by(KEYS.public)


def test_sealing_refuses_rows_it_must_not_take() -> None:
    log = a_log()
    due = {"organization": ORGANIZATION, "cluster": "server-1", "sealed_at": START, "last_number": 3}
    for rows in ([event(13, 113), event(14, 120)], [event(13, 50)], [event(14, 114), event(13, 114)]):
        with pytest.raises(ValueError, match="row 1[34]"):
            list(seal(log.last, rows, KEYS, to_txid=120, **due))


def test_sealing_refuses_to_build_on_a_forged_checkpoint() -> None:
    log = a_log()
    log.checkpoints[-1] = changed_head(size=13)(log.checkpoints[-1])
    log.rows.append(event(13, 113))
    with pytest.raises(ValueError, match="run the verification"):
        log.seal(to_txid=200)


def test_one_row_can_be_proven_to_an_outsider_from_a_head_alone() -> None:
    log = a_log()
    leaves = [leaf for checkpoint in log.checkpoints for leaf in checkpoint.leaf_hashes]
    head = log.heads[-1]
    row = log.rows[6]
    assert verify_inclusion(
        leaf=row.leaf(), index=6, size=head.size, proof=inclusion_proof(leaves, 6), root=head.root
    )
    assert verify_consistency(
        first=log.heads[0].size, first_root=log.heads[0].root, second=head.size, second_root=head.root,
        proof=prove_consistency(leaves, log.heads[0].size),
    )  # fmt: skip


def test_memory_does_not_grow_with_the_log() -> None:
    def peak(batches: int) -> int:
        log, bodies = Log(), []
        for batch in range(batches):
            log.rows = [event(batch * 50 + n, batch * 50 + n) for n in range(1, 51)]
            log.seal(to_txid=batch * 50 + 51)
        heads, bodies = log.heads, [json.dumps(checkpoint.to_json()) for checkpoint in log.checkpoints]
        log.checkpoints.clear()
        tracemalloc.start()
        report = verify(
            organization=ORGANIZATION, checkpoints=map(json.loads, bodies), events=_rows(batches * 50),
            heads=heads, public_keys=KEYS.public,
        )  # fmt: skip
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert report.sealed == batches * 50
        return most

    peak(2)
    assert peak(20) < 2 * peak(4)


def _rows(count: int) -> Iterator[Event]:
    return (event(n, n) for n in range(1, count + 1))
