"""A process is killed in the middle of something: what it did not finish is done once, or by the next try."""

import socket
import subprocess
import sys
import threading

import pytest
from rig import Answer, Rig, new_note, wait_for

pytestmark = pytest.mark.host

WORKER = (
    "import django; django.setup(); import a_job; from django.core.management import call_command as run;"
)
DO_JOBS = WORKER + "run('procrastinate', 'worker', *{options}, skip_checks=True)"
RETRY = "import django; django.setup(); from beenthere.trust import jobs; jobs.retry_stalled_jobs.now()"
MIGRATE = (
    "import sys, django; from beenthere.foundation.management.commands import migrate;"
    " migrate.TRIES, migrate.PAUSE_SECONDS, migrate.WAIT = {tries}, 0.2, '500ms';"
    " from django.core.management import execute_from_command_line as run;"
    " run(['manage', 'migrate', '--skip-checks', '--no-input'])"
)


def test_the_web_server_is_killed_in_the_middle_of_an_upload(rig: Rig) -> None:
    """F9: half of the body is there."""
    note, path = new_note()
    body = "what_we_did=" + "x" * 200_000
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", rig.port), timeout=10) as phone:
        phone.sendall((head + body[: len(body) // 2]).encode())
        rig.web_worker().kill()
    assert rig.kept(note) == (0, 0)
    wait_for(lambda: rig.post(path, rig.note()).status == 302, "the web server does not come back")
    assert rig.kept(note) == (1, 1)


def test_the_web_server_is_killed_between_saving_and_answering(rig: Rig) -> None:
    """F9: the phone never hears of it and sends the same again."""
    note, path = new_note()
    body = rig.note()
    failed: list[BaseException] = []

    def send() -> None:
        try:
            rig.post(path, body)
        except OSError as problem:
            failed.append(problem)

    sending = threading.Thread(target=send)
    with rig.holding("trust_auditevent"):
        sending.start()
        rig.backend_of("trust_auditevent")
        rig.web_worker().kill()
        sending.join()
    assert failed
    answers: list[Answer] = []

    def taken() -> bool:
        answers.append(rig.post(path, body))
        return answers[-1].status == 302

    wait_for(taken, "the same note is not taken again")
    assert rig.post(path, body).status == 302
    assert rig.kept(note) == (1, 1)


def events_of_the_job(rig: Rig) -> int:
    (row,) = rig.ask(
        "SELECT count(*) AS n FROM trust_auditevent WHERE detail->>'page' = 'a job in the middle'"
    )
    return int(row["n"])


def test_the_worker_is_killed_in_the_middle_of_a_job(rig: Rig) -> None:
    """F9: out of memory, say. The job is done again, from its beginning, and leaves what it leaves once."""
    organization = rig.people["organization"]
    later = f"a_job.leave_an_event.later(organization_id=__import__('uuid').UUID('{organization}'))"
    rig.run("-c", WORKER + "from beenthere.trust.acting import system\nwith system('a test'): " + later)
    with rig.holding("support_encounter"):
        worker = subprocess.Popen(
            [sys.executable, "-c", DO_JOBS.format(options=[])], env=rig.environment, cwd="/"
        )
        rig.backend_of("support_encounter")
        worker.kill()
        worker.wait()
    assert events_of_the_job(rig) == 0
    # The worker's last sign of life was long ago.
    rig.ask("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'")
    rig.run("-c", RETRY)
    rig.run("-c", DO_JOBS.format(options=["--one-shot"]))
    assert events_of_the_job(rig) == 1
    assert rig.ask("SELECT 1 AS n FROM procrastinate_jobs WHERE task_name = 'tests.leave_an_event'") == []


def test_a_job_that_takes_its_worker_along_each_time_is_given_up(rig: Rig) -> None:
    """F9: else it would take the worker away from everybody for good."""
    rig.ask(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
        " VALUES ('default', 'tests.leave_an_event', '{}', 'doing', 3)"
    )
    done = rig.run("-c", RETRY)
    assert "ended its worker 3 times; given up" in done.stderr
    (job,) = rig.ask("SELECT status FROM procrastinate_jobs WHERE task_name = 'tests.leave_an_event'")
    assert job["status"] == "failed"


def test_a_migration_steps_aside_for_readers(rig: Rig) -> None:
    """F10: while somebody reads a table for long, the migration neither waits in their way nor breaks off."""
    with rig.holding("support_encounter", "ACCESS SHARE"):
        tried = rig.run("-c", MIGRATE.format(tries=2), role="owner", check=False)
        assert tried.returncode == 1
        assert "stepping aside for a moment" in tried.stderr
        assert "BeenThere goes on serving" in tried.stderr
        assert "Traceback" not in tried.stderr
        assert rig.get("/").status == 200
        migrating = subprocess.Popen(
            [sys.executable, "-c", MIGRATE.format(tries=50)],
            env=rig.environment | {"BEENTHERE_DATABASE_ROLE": "owner"}, stderr=subprocess.PIPE, text=True,
            stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        assert migrating.stderr is not None
        assert "stepping aside" in migrating.stderr.readline()
        assert rig.get("/more/").status == 200
    assert "given" not in migrating.communicate(timeout=60)[1]
    assert migrating.returncode == 0
