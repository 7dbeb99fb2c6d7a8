"""Several who change staff at the same moment: nobody waits in a ring, and no line of supervisors is one."""

import threading
from collections.abc import Callable
from datetime import date

from django.db import connections
from django.test import Client
from django.urls import reverse
from factories.funding import Office, count_all_again, open_office
from factories.users import acting_for
from factories.workers import new_worker
from factories.writing import writing

from beenthere.kernel.ids import uuid7
from beenthere.trust.acting import acting
from beenthere.trust.models import Organization
from beenthere.workforce.actions import CertificationFields, record_certification
from beenthere.workforce.models import Worker

ROUNDS = 20
Work = Callable[[int], object]
SAVED, REFUSED = 302, 200


def at_once(*works: Work) -> list[list[object]]:
    """What each gave, round by round, each in a thread and on a connection of its own."""
    start, given = threading.Barrier(len(works)), [list[object]() for _ in works]

    def run(work: Work, mine: list[object]) -> None:
        start.wait()
        mine.extend(in_rounds(work))

    threads = [threading.Thread(target=run, args=pair) for pair in zip(works, given, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def in_rounds(work: Work, rounds: int = ROUNDS) -> list[object]:
    """What it gave each time, or what went wrong; for a thread, whose connection is closed."""
    try:
        return [work(number) for number in range(rounds)]
    except Exception as problem:  # noqa: BLE001
        return [problem]
    finally:
        connections.close_all()


def changing(browser: Client, worker: Worker, supervisor: Worker | None = None) -> Work:
    """Volunteer and staff by turns, so that each round asks for the worker's notes to be judged again."""

    def change(number: int) -> object:
        typed = {"name": "Ana Ruiz", "shown_as": "Ana", "employment": ("volunteer", "staff")[number % 2]}
        above = str(supervisor.id) if supervisor and number % 2 else ""
        return browser.post(
            reverse("worker_change", args=[worker.id]), {**typed, "supervisor": above}
        ).status_code

    return change


def judging(office: Office) -> Work:
    return lambda _number: count_all_again(office.organization)


def test_a_colleague_is_changed_while_a_credential_is_not_yet_committed(
    organization: Organization, client_as: Callable[..., Client]
) -> None:
    """The credential has asked for judging their notes again and refers to the colleague at its commit; the
    change holds the colleague and asks for the same."""
    ana, administrator = new_worker(organization), acting_for(organization, "administrator")
    change, answers = changing(client_as("administrator"), ana), []
    meanwhile = threading.Thread(target=lambda: answers.extend(in_rounds(change, 1)))
    paper = CertificationFields(credential="CPS", letters="CPS", valid_from=date(2026, 1, 1))
    with acting(administrator):
        record_certification(acting=administrator, id=uuid7(), worker_id=ana.id, fields=paper)
        meanwhile.start()
        meanwhile.join(timeout=1)
    meanwhile.join()
    assert answers == [SAVED]


def test_a_colleague_is_changed_while_their_notes_are_judged(
    organization: Organization, client_as: Callable[..., Client]
) -> None:
    """The job takes away the row that the change asks with."""
    office = open_office(organization)
    office.signed(0, 47)
    changed, *judged = at_once(
        changing(client_as("administrator"), office.worker), judging(office), judging(office)
    )
    assert changed == [SAVED] * ROUNDS
    assert judged == [[None] * ROUNDS] * 2


def test_two_who_become_each_other_s_supervisor_at_once_do_not(
    organization: Organization, client_as: Callable[..., Client]
) -> None:
    ana, joel = new_worker(organization), new_worker(organization)
    answers = at_once(
        changing(client_as("administrator"), ana, joel), changing(client_as("administrator"), joel, ana)
    )
    assert {answer for some in answers for answer in some} <= {SAVED, REFUSED}
    with writing(organization.id):
        above = dict(Worker.objects.values_list("id", "supervisor_id"))
    assert None in (above[ana.id], above[joel.id])
