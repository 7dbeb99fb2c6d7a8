"""A stall is not hidden, a wrong answer is an error, an aim is an aim."""

import socket
import threading
import time
from collections import namedtuple
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from soak.mixed import slope, spent_between

from bench.aims import judge
from bench.load import Load, Request
from bench.measure import BARE, percentile
from bench.page import BEGIN, END, minute_rows, publish
from bench.pages import DRAFTS, Asking

ASK = Request("page", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
STALL, SECONDS, RATE = 0.6, 1.5, 100.0


class StallingServer(threading.Thread):
    """Answers at once, on one connection at a time, but for one pause."""

    def __init__(self, status: int = 200) -> None:
        super().__init__(daemon=True)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.answer = f"HTTP/1.1 {status} Said\r\nContent-Length: 2\r\n\r\nOK".encode()
        self.answered = 0
        self.pause_after = 20

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection:
                self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        while connection.recv(4096):
            self.answered += 1
            if self.answered == self.pause_after:
                time.sleep(STALL)
            connection.sendall(self.answer)


@pytest.fixture
def server() -> Iterator[StallingServer]:
    server = StallingServer()
    server.start()
    yield server
    server.listening.close()


def slow_ones(rate: float | None, server: StallingServer) -> int:
    load = Load(server.port, repeat(ASK), clients=1, seconds=SECONDS, rate=rate)
    return sum(wait > STALL / 3 for wait in load.result().latencies["page"])


def test_a_stall_hits_one_request_in_a_closed_loop_and_all_that_were_due_in_an_open_one(
    server: StallingServer,
) -> None:
    assert slow_ones(None, server) == 1
    server.answered = 0
    assert slow_ones(RATE, server) > STALL * RATE / 3


def test_a_wrong_answer_is_an_error_and_shows_its_words() -> None:
    server = StallingServer(status=403)
    server.start()
    tally = Load(server.port, [ASK, ASK], clients=1, seconds=5).result()
    server.listening.close()
    assert tally.errors == {"page": 2}
    assert tally.failures[0] == "page: status 403 instead of 200: OK"


def test_nobody_there_is_an_error_too() -> None:
    tally = Load(9, [ASK], clients=1, seconds=5).result()
    assert tally.error_count == 1
    assert "ConnectionRefusedError" in tally.failures[0]


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, percent) for percent in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([3.0], 99) == 3.0
    assert percentile([], 50) == 0.0


def test_each_wait_counts_in_its_minute() -> None:
    tally = Load(9, [ASK], clients=1, seconds=5).result()
    assert {minute: len(waits) for minute, waits in tally.minutes.items()} == {0: 1}
    assert sum(map(len, tally.latencies.values())) == 1


def test_where_the_processors_time_went() -> None:
    names = ("user", "idle", "iowait", "steal", "guest")
    times = namedtuple("times", names)
    spent = spent_between(times(10.0, 10.0, 0.0, 0.0, 0.0), times(70.0, 30.0, 15.0, 5.0, 60.0))
    assert spent == pytest.approx({"busy": 0.6, "disk": 0.15, "stolen": 0.05})
    rows = minute_rows([{"p50": 58.0, "p95": 250.0, "longest": 801.0, **spent}])
    assert rows[-2] == "| 1 | 58 | 250 | 801 | 60% | 15% | 5% |"
    assert minute_rows([]) == []


def test_the_mixed_load_leaves_few_drafts() -> None:
    sample = {
        "specialists": [{"session": "one", "people": [{"id": "a", "program": "b"}]}],
        "searches": ["Sam"],
    }
    asking = Asking(sample, seed=1)
    written: dict[bytes, list[str]] = {}
    for _ in range(20 * DRAFTS):
        asked = asking.mixed()
        if asked.kind in {"note save", "note sign"}:
            written.setdefault(asked.payload.split(b" ", 2)[1], []).append(asked.kind)
    assert {tuple(kinds) for kinds in written.values()} == {
        ("note save",), ("note sign",), ("note save", "note sign"),
    }  # fmt: skip
    assert sum(kinds == ["note save"] for kinds in written.values()) < 2 * DRAFTS


def test_the_slope_of_a_line_is_its_slope() -> None:
    assert slope([(0.0, 10), (1.0, 13), (2.0, 16)]) == pytest.approx(3.0)
    assert slope([(5.0, 10)]) == 0.0


def row(**figures: float) -> dict[str, Any]:
    return {
        "rate": 400.0,
        "p50": 5.0,
        "p95": 20.0,
        "p99": 30.0,
        "cpu": 4.0,
        "cpu_web": 3.0,
        "cpu_database": 1.0,
        "errors": 0,
        **figures,
    }


def result(**figures: float) -> dict[str, Any]:
    rows = {kind: {"1": row(), "8": row()} for kind in ("people list", "person page", "Today")}
    slower = rows | {"people list": {"1": row(**figures), "8": row(**figures)}}
    return {"sizes": [{"rows": rows}, {"rows": slower}]}


def verdicts(**figures: float) -> dict[str, bool | None]:
    return {one.aim: one.met for one in judge(result(**figures)) if one.aim.startswith("people list")}


def test_aims_are_met_missed_or_not_measured() -> None:
    assert list(verdicts().values()) == [True, True, True, True]
    assert list(verdicts(rate=299.0).values()) == [False, True, True, True]
    assert list(verdicts(p50=8.0).values()) == [True, True, True, False]
    assert {one.met for one in judge(result()) if one.aim.startswith("note save")} == {None}


def test_a_fast_wrong_answer_meets_no_aim() -> None:
    assert list(verdicts(errors=1).values())[:3] == [False, False, False]


@pytest.mark.parametrize(
    ("minutes", "p95", "verdict"), [(30, 200.0, True), (30, 260.0, False), (2, 200.0, None)]
)
def test_a_short_soak_proves_nothing(minutes: float, p95: float, verdict: bool | None) -> None:
    mixed = {"minutes": minutes, "offered": 150, "rate": 150.0, "p95": p95, "p99": 300.0, "errors": 0}
    judged = judge(result() | {"mixed": mixed})
    assert [one.met for one in judged if "p95 at most 250" in one.aim] == [verdict]


def test_the_page_keeps_what_people_wrote_and_says_what_was_missed(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Before\n\n{BEGIN}\n\nold figures\n\n{END}\n\nAfter.\n")
    size = {
        "name": "240 people", "counts": {"people_person": 240}, "specialists": 12, "unsealed_audit_rows": 0,
        "rows": {BARE: {"8": row()}, "people list": {"8": row(rate=100.0, errors=3)}}, "pages": {},
        "memory": {"web": {"rss": 2**20, "pss": None}}, "start": {"database": None, "web": 1.0},
    }  # fmt: skip
    shown = {"machine": {"processor": "two cores"}, "seconds": 1, "background_worker": True, "sizes": [size]}
    finding = {"kind": "lost", "sentence": "it is not there", "note": "1"}
    drilled = {
        "kills": 2, "attempts": 9, "acknowledged": 4, "notes": 4, "findings": [finding], "audit_right": False,
        "recoveries": [1.0], "memory": {},
    }  # fmt: skip
    for _ in range(2):
        publish(shown, drilled, page)
    text = page.read_text()
    assert text.startswith("# Before\n")
    assert text.endswith("\n\nAfter.\n")
    assert "old figures" not in text
    assert text.count("## Aims") == 1
    assert "| people list: at least 300/s with 8 clients | 100.0/s, 3 errors | MISSED |" in text
    assert "DID NOT VERIFY" in text
    assert "- lost: it is not there" in text
