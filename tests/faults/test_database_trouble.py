"""The database is away, dies, is full, crowded or slow: people read a sentence, nothing is lost or saved by
half, and everything goes on by itself afterwards."""

import json
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from rig import Answer, Rig, filled, may_mount, new_note, wait_for

pytestmark = pytest.mark.host

SAFE = {"en": "Your work is safe on this phone.", "es": "Su trabajo está a salvo en este teléfono."}
AWAY = {
    "en": "BeenThere cannot reach its records right now.",
    "es": "BeenThere no puede llegar a sus registros en este momento.",
}
CROWDED = {
    "en": "Very many people are using BeenThere right now.",
    "es": "Hay muchísima gente usando BeenThere en este momento.",
}
NO_WRITES = {
    "en": "BeenThere can show what it has, but it cannot save anything right now.",
    "es": "BeenThere puede mostrar lo que tiene, pero no puede guardar nada en este momento.",
}
SLOW = {
    "en": "This took too long, so we stopped it. Nothing was saved half-way.",
    "es": "Esto tardó demasiado y lo detuvimos. Nada quedó guardado a medias.",
}
HELD = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">')


def assert_told(ask: Callable[..., Answer], sentence: dict[str, str]) -> None:
    """In both languages: what happened, and that work is safe."""
    for language in ("en", "es"):
        answer = ask(language=language)
        assert answer.status == 503, answer.text
        assert sentence[language] in unescape(answer.text)
        assert SAFE[language] in answer.text
        assert f'lang="{language}"' in answer.text
        assert answer.headers["Retry-After"] == "20"


def sent_again(rig: Rig, path: str, page: Answer) -> Answer:
    """A tap on "Send it again": what the page holds, nothing else."""
    held = {unescape(name): unescape(value) for name, value in HELD.findall(page.text)}
    assert held.pop("csrfmiddlewaretoken")
    return rig.post(path, held)


@contextmanager
def away(rig: Rig) -> Iterator[None]:
    rig.stop_database()
    try:
        yield
    finally:
        rig.start_database()


def test_away_when_a_request_begins(rig: Rig) -> None:
    """F1."""
    note, path = new_note()
    with away(rig):
        assert_told(lambda **how: rig.get("/", **how), AWAY)
        assert_told(lambda **how: rig.post(path, rig.note("Kept by the page."), **how), AWAY)
        page = rig.post(path, rig.note("Kept & held by the page."))
        autosave = rig.post(f"/notes/{note}/draft/", rig.note(), Accept="application/json")
        assert (autosave.status, json.loads(autosave.text)) == (503, {"later": AWAY["en"]})
        assert rig.get("/help/", of=None).status == 200
    assert "Start it, or look at its log" in rig.said()
    for _ in range(2):
        assert sent_again(rig, path, page).status == 302
    assert rig.kept(note) == (1, 1)
    assert "Kept &amp; held by the page." in rig.get(path).text


def end_connection(rig: Rig, backend: int) -> None:
    rig.ask("SELECT pg_terminate_backend(%s)", backend)


def kill_backend(rig: Rig, backend: int) -> None:
    """As the system does when memory runs out. PostgreSQL then ends all its backends and starts again."""
    os.kill(backend, signal.SIGKILL)


def stop_everything(rig: Rig, backend: int) -> None:
    rig.stop_database()


@pytest.mark.parametrize("strike", [end_connection, kill_backend, stop_everything])
def test_dies_in_the_middle_of_a_save(rig: Rig, strike: Callable[[Rig, int], None]) -> None:
    """F2: the note is written and its audit is not yet, when the database goes."""
    note, path = new_note()
    answers: list[Answer] = []
    sending = threading.Thread(target=lambda: answers.append(rig.post(path, rig.note())))
    with rig.holding("trust_auditevent"):
        sending.start()
        strike(rig, rig.backend_of("trust_auditevent"))
        sending.join()
    if strike is stop_everything:
        rig.start_database()
    (page,) = answers
    assert page.status == 503
    assert AWAY["en"] in page.text
    wait_for(lambda: rig.kept(note) == (0, 0), "the database does not come back")
    wait_for(lambda: sent_again(rig, path, page).status == 302, "the same note is not taken again")
    assert sent_again(rig, path, page).status == 302
    assert rig.kept(note) == (1, 1)


# -- F3: it shows what it has and keeps nothing new


@contextmanager
def read_only(rig: Rig) -> Iterator[None]:
    """As after a fail-over to a copy."""
    try:
        _only_reads(rig, "on")
        yield
    finally:
        _only_reads(rig, "off")


def _only_reads(rig: Rig, value: str) -> None:
    rig.ask(f"ALTER ROLE beenthere_app SET default_transaction_read_only = {value}")
    rig.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'beenthere_app'")


def looks(rig: Rig, person: str) -> int:
    (row,) = rig.ask(
        "SELECT count(*) AS n FROM trust_auditevent WHERE subject_id = %s AND verb = 'person.viewed'", person
    )
    return int(row["n"])


def bring_in_looks(rig: Rig) -> None:
    rig.run(
        "-c", "import django; django.setup(); from beenthere.trust import jobs; jobs.bring_in_reads.now()"
    )


def test_read_only(rig: Rig) -> None:
    person = rig.people["person"]
    note, path = new_note()
    before = looks(rig, person)
    rig.a_minute_passes()  # so that each request has a sign of life to write down, and cannot
    with read_only(rig):
        assert_told(lambda **how: rig.post(path, rig.note(), **how), NO_WRITES)
        shown = rig.get(f"/people/{person}/")
        assert shown.status == 200
        assert "Maya" in shown.text or "Sam" in shown.text
        assert rig.get("/").status == 200
    assert looks(rig, person) == before
    assert "Free the disk" in rig.said()
    assert "what was looked at waits in" in rig.said()
    assert rig.post(path, rig.note()).status == 302
    assert rig.kept(note) == (1, 1)
    bring_in_looks(rig)
    assert looks(rig, person) == before + 1
    bring_in_looks(rig)
    assert looks(rig, person) == before + 1


def test_disk_full(rig: Rig) -> None:
    if not may_mount() or not os.path.ismount(rig.disk):
        pytest.skip("NOT RUN: a full disk needs root and a file system of its own; .ci/run as root has both")
    person = rig.people["person"]
    before = looks(rig, person)
    rig.a_minute_passes()
    with filled(rig.disk):
        refused = [one for one in (_fill_a_page(rig) for _ in range(40)) if one[1].status == 503]
        assert refused, "a full disk refused nothing"
        assert all(NO_WRITES["en"] in page.text for _path, page in refused), refused[0][1].text
        shown = [rig.get(f"/people/{person}/").status for _ in range(3)]
        assert shown == [200, 200, 200]
    for path, page in refused[:2]:
        assert sent_again(rig, path, page).status == 302
        assert rig.kept(path.split("/")[2]) == (1, 1)
    bring_in_looks(rig)
    assert looks(rig, person) == before + 3


def _fill_a_page(rig: Rig) -> tuple[str, Answer]:
    _note, path = new_note()
    return path, rig.post(path, rig.note(os.urandom(1800).hex()))


# -- F4, F5


def test_no_connection_free(rig: Rig) -> None:
    """F4: refused at once."""
    rig.ask("ALTER ROLE beenthere_app CONNECTION LIMIT 0")
    rig.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'beenthere_app'")
    try:
        rig.get("/")
        assert_told(lambda **how: rig.get("/", **how), CROWDED)
    finally:
        rig.ask("ALTER ROLE beenthere_app CONNECTION LIMIT -1")
    assert "Look who holds its connections" in rig.said()
    assert rig.get("/").status == 200


def test_a_database_that_does_not_answer(rig: Rig) -> None:
    """F4: nobody says no either. The wait ends long before a browser would give up."""
    rig.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'beenthere_app'")
    rig.postmaster.suspend()
    try:
        rig.get("/")
        answer = rig.get("/")
        assert answer.status == 503
        assert AWAY["en"] in answer.text
    finally:
        rig.postmaster.resume()
    wait_for(lambda: rig.get("/").status == 200, "it does not come back")


def test_a_slow_database(rig: Rig) -> None:
    """F5: a lock that somebody holds, and a statement that goes on and on."""
    note, path = new_note()
    with rig.holding("support_encounter"):
        assert_told(lambda **how: rig.post(path, rig.note(), **how), SLOW)
    assert rig.kept(note) == (0, 0)
    assert rig.post(path, rig.note()).status == 302
    assert "what waits for a lock" in rig.said()


def test_the_limits_hold_where_pages_are_served(rig: Rig) -> None:
    """Neither commands nor the worker are cut short."""
    asked = (
        "import {module}, django; django.setup();"
        " from django.db import connection; from beenthere.trust.acting import system\n"
        "with system('a test'), connection.cursor() as c:\n"
        " c.execute('SHOW statement_timeout'); print(*c.fetchone())"
    )
    modules = ("beenthere.config.wsgi", "beenthere.foundation.clock")
    said = [rig.run("-c", asked.format(module=module)).stdout.strip() for module in modules]
    assert said == ["8s", "0"]
