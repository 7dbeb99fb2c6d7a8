"""After a restore sealing goes on only when somebody admits it; what was lost stays written."""

from dataclasses import replace

import pytest
from audit_log import a_log, event, finding

from beenthere.trust.sealing.checkpoint import NewEraNeeded
from beenthere.trust.sealing.verify import Kind


def test_a_restored_copy_does_not_go_on_as_if_nothing_had_happened() -> None:
    elsewhere = a_log()
    elsewhere.cluster = "server-2"
    set_back = a_log()
    del set_back.checkpoints[2:], set_back.rows[8:]
    for log in (elsewhere, set_back):
        log.rows.append(event(20, 113))
        with pytest.raises(NewEraNeeded, match="restored"):
            log.seal(to_txid=200)


def test_a_dump_restored_into_a_new_server_goes_on_though_txids_restart() -> None:
    log = a_log(count=14)  # rows 13 and 14 were not sealed when the dump was made
    log.open_era("server-2")
    log.rows += [event(15, 5), event(16, 103), event(17, 106)]  # txids of the old era, used again
    log.seal(to_txid=106)
    report = log.verify()
    assert report.ok
    assert (report.sealed, report.unsealed) == (16, 1)
    assert [(o.checkpoint, o.cluster, o.lost) for o in report.openings] == [(4, "server-2", None)]
    assert "Sunday" in report.openings[0].reason
    log.rows.append(event(18, 103))
    assert finding(log) == (Kind.INSERTED, 5, 18)
    log.rows.pop()
    log.rows = [row for row in log.rows if row.id != 13]
    assert finding(log) == (Kind.DELETED, 4, 13)


def test_what_a_restore_took_away_stays_written_in_every_report() -> None:
    log = a_log()
    del log.checkpoints[1:], log.rows[6:]
    assert not log.verify().ok
    log.open_era("server-2")
    log.rows.append(event(7, 3))
    log.seal(to_txid=10)
    report = log.verify()
    assert report.ok
    assert report.openings[0].lost == (2, 3)
    log.heads[1] = replace(log.heads[1], count=0)
    assert not log.verify().ok


def test_a_restore_from_before_the_first_checkpoint_can_be_opened_too() -> None:
    log = a_log()
    log.checkpoints.clear()
    del log.rows[3:]
    log.open_era("server-2")
    log.rows.append(event(4, 2))
    log.seal(to_txid=10)
    report = log.verify()
    assert report.ok
    assert (report.sealed, report.openings[0].lost) == (4, (1, 3))


def test_two_restores_with_nothing_written_between() -> None:
    log = a_log()
    log.open_era("server-2")
    log.open_era("server-3")
    log.rows.append(event(13, 1))
    log.seal(to_txid=2)
    assert log.verify().ok
    assert len(log.verify().openings) == 2


def test_an_era_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        a_log().open_era("server-2", reason=" ")
