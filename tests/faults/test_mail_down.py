"""F15: the mail provider is down. Nobody waits for it, and the mail arrives when it is back."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as the_settings
from django.core.mail import EmailMessage
from django.core.mail.message import BadHeaderError
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from mail_server import a_free_port, mail_server

from beenthere.foundation import clock
from beenthere.host.places import Places
from beenthere.host.status import describe
from beenthere.trust import jobs
from beenthere.trust.acting import system
from beenthere.trust.models import OutgoingMail, User

sys.path.append(str(Path(__file__).parents[1] / "contexts" / "portal"))

from signing_in import browser  # noqa: E402

LINK = "/account/password/new/"


@pytest.fixture
def worker(make_user: Callable[..., User]) -> User:
    return make_user("specialist")


@pytest.fixture(autouse=True)
def port(settings: Any, tmp_path: Path, database: str) -> Iterator[int]:
    """The queue and the carrier of an installation; at this port nobody listens yet."""
    free = a_free_port()
    settings.EMAIL_BACKEND = "beenthere.trust.mail.backend.QueuedMail"
    settings.MAIL_CARRIER = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free, 0.5
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.STATE = tmp_path
    _forget_all()
    yield free
    _forget_all()


def _forget_all() -> None:
    with system("test"):
        OutgoingMail.objects.all().delete()


def waiting() -> list[OutgoingMail]:
    with system("test"):
        return list(OutgoingMail.objects.order_by("written_at"))


def ask(worker: User, language: str = "en") -> HttpResponse:
    ways = {"Accept-Language": language}
    return browser().post(reverse("account_reset_password"), {"email": worker.email}, headers=ways)


def write(subject: str, **more: Any) -> None:
    with system("test"):
        EmailMessage(subject, "Words.", to=["reader@example.org"], **more).send()


def after(**time: float) -> AbstractContextManager[None]:
    return clock.standing_at(clock.now() + timedelta(**time))


def status() -> str:
    return "\n".join(describe(Places(state=the_settings.STATE)))


def test_nobody_waits_for_a_mail_server_that_is_down_and_the_mail_arrives_once(
    worker: User, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(worker)
    assert (answer.status_code, answer.url) == (302, reverse("account_reset_password_done"))
    jobs.send_mail.now()
    assert [mail.tries for mail in waiting()] == [1]
    assert "MAIL DOES NOT GO OUT since" in status()
    assert "Connection refused" in caplog.text
    with mail_server(port) as server:
        with after(minutes=1.1):
            jobs.send_waiting_mail.now()
            jobs.send_waiting_mail.now()
            jobs.send_mail.now()
        (arrived,) = server.taken
    assert arrived["To"] == worker.email
    assert LINK in arrived.get_content()
    assert waiting() == []
    assert "MAIL" not in status()


def test_a_server_that_hangs_is_asked_once_and_not_by_the_page(worker: User, port: int) -> None:
    with mail_server(port) as server:
        server.mood = "hangs"
        assert ask(worker).status_code == 302
        assert server.tried == 0
        jobs.send_mail.now()
        assert server.tried == 1
        for _ in range(3):
            assert ask(worker).status_code == 302
            jobs.send_mail.now()
        assert server.tried == 1
        jobs.send_waiting_mail.now()
        assert server.tried == 2
        server.mood = "takes"
        with after(minutes=1.1):
            jobs.send_waiting_mail.now()
        assert len(server.taken) == 4
        assert len({mail["Message-ID"] for mail in server.taken}) == 4
    assert waiting() == []


def test_the_mail_is_queued_with_its_job_and_undone_with_its_write(loader: psycopg.Connection) -> None:
    queued = "SELECT count(*) AS n FROM procrastinate_jobs WHERE task_name = 'trust.send_mail'"
    before = loader.execute(queued).fetchone()["n"]  # type: ignore[index, call-overload]
    write("One")
    with system("test"), transaction.atomic():
        write("Two")
        transaction.set_rollback(True)
    assert len(waiting()) == 1
    assert loader.execute(queued).fetchone()["n"] == before + 1  # type: ignore[index, call-overload]


def test_neither_reader_nor_link_can_be_read_in_the_table(worker: User, loader: psycopg.Connection) -> None:
    ask(worker)
    (row,) = loader.execute("SELECT * FROM trust_outgoingmail").fetchall()
    (kept,) = waiting()
    text = str(row)
    assert kept.sealed in text
    assert worker.email not in text
    assert "account/password" not in text
    assert "BeenThere" not in text


def test_a_sealed_mail_opens_in_its_own_row_only(
    worker: User, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    ask(worker)
    (kept,) = waiting()
    with system("test"):
        OutgoingMail.objects.create(sealed=kept.sealed)
    with mail_server(port) as server:
        jobs.send_waiting_mail.now()
        assert len(server.taken) == 1
    assert "was dropped" in caplog.text
    assert waiting() == []


def test_it_is_in_the_readers_language(worker: User, port: int) -> None:
    with mail_server(port) as server:
        assert ask(worker, "es").status_code == 302
        jobs.send_mail.now()
        (arrived,) = server.taken
    assert "Abra este enlace" in arrived.get_content()


def test_the_waits_grow_to_half_an_hour_and_end_after_a_day(
    worker: User, caplog: pytest.LogCaptureFixture
) -> None:
    ask(worker)
    begun, waits = clock.now(), []
    while mails := waiting():
        moment = max(mails[0].due_at, begun)
        with clock.standing_at(moment):
            jobs.send_waiting_mail.now()
        waits += [(mail.due_at - moment) / timedelta(minutes=1) for mail in waiting()]
    assert waits[:6] == [1, 2, 4, 8, 16, 30]
    assert set(waits[5:]) == {30}
    assert 24 * 60 <= sum(waits) <= 25 * 60
    assert [r.levelname for r in caplog.records if "given up after a day" in r.getMessage()] == ["ERROR"]
    assert worker.email not in caplog.text
    assert "MAIL GIVEN UP" in status()


def test_a_link_that_has_expired_is_not_sent(
    worker: User, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    ask(worker)
    with mail_server(port) as server, after(days=3.1):
        jobs.send_waiting_mail.now()
        assert server.taken == []
    assert waiting() == []
    assert "older than the link" in caplog.text


@pytest.mark.parametrize(("answer", "left"), [("550", 0), ("450", 1)])
def test_a_mistyped_address_is_dropped_and_one_to_try_later_waits(port: int, answer: str, left: int) -> None:
    write("One")
    with mail_server(port) as server:
        server.mood = answer
        jobs.send_mail.now()
    assert len(waiting()) == left
    assert ("MAIL DOES NOT GO OUT" in status()) == bool(left)


def test_a_mail_that_somebody_is_sending_is_passed_by(port: int, loader: psycopg.Connection) -> None:
    write("One")
    with mail_server(port) as server:
        with loader.transaction():
            loader.execute("SELECT * FROM trust_outgoingmail FOR UPDATE")
            jobs.send_waiting_mail.now()
            assert server.taken == []
        jobs.send_waiting_mail.now()
        assert len(server.taken) == 1


def test_a_mail_that_cannot_be_written_is_refused_to_its_writer() -> None:
    with pytest.raises(BadHeaderError):
        write("One\nBcc: everybody@example.org")
    with pytest.raises(ValueError, match="carries no files"):
        write("One", attachments=[("names.csv", "a", "text/csv")])
    assert waiting() == []


@pytest.mark.parametrize("left", [b"", b'{"failing_since": "2026', b'{"found": "elsewhere"}'])
def test_what_a_power_cut_left_of_its_memory_loses_no_mail_and_sends_none_twice(
    port: int, caplog: pytest.LogCaptureFixture, left: bytes
) -> None:
    (the_settings.STATE / "mail.json").write_bytes(left)
    with mail_server(port) as server:
        for number in range(2):
            write(f"Mail {number}")
            jobs.send_mail.now()
        with after(hours=1):
            jobs.send_waiting_mail.now()
    assert [mail["Subject"] for mail in server.taken] == ["Mail 0", "Mail 1"]
    assert waiting() == []
    assert caplog.text.count("mail.json was not whole and counts as nothing") == 1
    assert "dropped" not in caplog.text
    assert "MAIL" not in status()
