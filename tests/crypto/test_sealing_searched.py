"""Any log that is whole verifies, and any one change of it is reported: searched for, not chosen."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from audit_log import Log, event
from hypothesis import given, settings
from hypothesis import strategies as st

from beenthere.trust.sealing.leaf import Event


@st.composite
def sealed_logs(draw: st.DrawFn) -> Log:
    """Any log: ids in one order, transactions in another, sealed at any moment, perhaps restored."""
    log, id_, txid = Log(), 0, 100
    for _ in range(draw(st.integers(1, 5))):
        for _ in range(draw(st.integers(0, 6))):
            id_ += draw(st.integers(1, 3))
            txid += draw(st.integers(0, 2))
            log.rows.append(
                event(id_, txid, verb=draw(st.sampled_from(["a", "b"])), detail={"n": draw(st.none())})
            )
        if draw(st.booleans()):
            id_ += 2  # the later id belongs to the earlier transaction
            log.rows += [event(id_, txid + 1), event(id_ - 1, txid + 2)]
            txid += 2
        txid += draw(st.integers(1, 3))
        log.seal(to_txid=txid, at_most=draw(st.integers(1, 4)))
        if log.checkpoints and draw(st.integers(0, 4)) == 0:
            log.open_era(f"server-{txid}")
            txid = draw(st.integers(1, 100))
    return log


@given(sealed_logs())
def test_an_untouched_log_always_verifies(log: Log) -> None:
    report = log.verify()
    assert report.ok, report.finding
    assert report.sealed + report.unsealed == len(log.rows)


OTHER_VALUES: dict[str, Any] = {
    "txid": 9999,
    "id": 9999,
    "at": datetime(2020, 1, 1, tzinfo=UTC),
    "organization_id": UUID(int=1),
    "actor_id": None,
    "verb": "c",
    "consent_id": UUID(int=2),
    "detail": {"n": None, "m": 1},
}


@settings(max_examples=300)
@given(sealed_logs(), st.data())
def test_any_single_mutation_of_what_was_sealed_is_reported(log: Log, data: st.DataObject) -> None:
    covered = {id_ for checkpoint in log.checkpoints for id_ in checkpoint.event_ids}
    if not covered:
        return
    rows = log.ordered()
    sealed = [place for place, row in enumerate(rows) if row.id in covered]
    place = data.draw(st.sampled_from(sealed))
    kind = data.draw(
        st.sampled_from(
            ["alter", "delete", "insert", "swap", "truncate", "drop checkpoint", "drop head", "double"]
        )
    )
    match kind:
        case "alter":
            column = data.draw(st.sampled_from(sorted(OTHER_VALUES)))
            rows[place] = Event.of({**rows[place].columns, column: OTHER_VALUES[column]})
        case "delete":
            del rows[place]
        case "insert":
            rows.insert(place, event(9999, rows[place].txid))
        case "double":
            rows.insert(place, rows[place])
        case "swap":
            other = data.draw(st.sampled_from(sealed))
            if other == place:
                return
            rows[place], rows[other] = rows[other], rows[place]
        case "truncate":
            del rows[place:]
        case "drop checkpoint":
            log.checkpoints.pop()
        case "drop head":
            del log.heads[data.draw(st.integers(0, len(log.heads) - 1))]
    report = log.verify(rows)
    assert not report.ok, kind
    assert report.finding is not None
    assert report.finding.sentence.endswith((".", "."))
