"""Staff: adding a colleague with a link of their own, credentials, supervisors, leaving."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.users import new_user
from factories.workers import new_worker
from psycopg import Connection

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.trust.api import Acting, Refused, Role, grant_role
from beenthere.trust.models import Organization, RoleGrant, User
from beenthere.workforce import actions, api
from beenthere.workforce.access import May
from beenthere.workforce.models import Worker
from beenthere.workforce.queries import is_reached_by

TODAY = clock.now().date()
PASSWORD = "a long walk by the river"


def add(acting: Acting, **more: Any) -> actions.Added:
    fields = actions.WorkerFields(
        name=more.pop("name", "Ana Ruiz"), position="Peer support specialist", **more.pop("fields", {})
    )
    asked = {
        "id": uuid7(), "email": f"{uuid7()}@example.org", "role": Role.SPECIALIST, "program_id": None
    }  # fmt: skip
    return actions.add_worker(acting=acting, fields=fields, **{**asked, **more})


def certify(acting: Acting, worker_id: UUID, letters: str, first: date, last: date | None) -> None:
    actions.record_certification(
        acting=acting,
        id=uuid7(),
        worker_id=worker_id,
        fields=actions.CertificationFields(
            credential=f"Certified {letters}", letters=letters, valid_from=first, valid_until=last
        ),
    )


def test_a_colleague_is_account_role_and_worker_in_one(
    organization: Organization, acting_as: Callable, loader: Connection
) -> None:
    with acting_as("administrator") as acting:
        added = add(acting, email="Ana.Ruiz@Example.org", program_id=organization.harbor.id)
        worker = Worker.objects.select_related("user").get(id=added.worker_id)
        assert (worker.name, worker.shown_as, worker.user.name) == ("Ana Ruiz", "Ana", "Ana Ruiz")
        assert not worker.user.has_usable_password()
        grants = RoleGrant.objects.filter(user_id=worker.user_id).values_list("role", "program_id")
        assert list(grants) == [("specialist", organization.harbor.id)]
        in_harbor = api.workers_in(acting=acting, program_id=organization.harbor.id)
        in_day_room = api.workers_in(acting=acting, program_id=organization.day_room.id)
        assert ([one.id for one in in_harbor], in_day_room) == ([worker.id], ())
    events = loader.execute(
        "select * from trust_auditevent where object_id = %s", [added.worker_id]
    ).fetchall()
    assert [event["verb"] for event in events] == ["worker.added"]
    assert "Ana" not in str(events)


def test_the_link_lets_them_choose_a_password_once(organization: Organization, client_as: Callable) -> None:
    administrator = client_as("administrator")
    address = f"ana.{uuid7()}@example.org"
    typed = {
        "id": str(uuid7()), "name": "Ana Ruiz", "email": address, "role": "specialist", "employment": "staff"
    }  # fmt: skip
    page = administrator.post(reverse("worker_add"), typed).content.decode()
    link = re.search(r'value="http://localhost(/account/password/new/[^"]+)"', page).group(1)
    assert link not in administrator.get(reverse("worker", args=[typed["id"]])).content.decode()
    visitor = Client(SERVER_NAME="localhost")
    form = visitor.get(link)
    assert form.status_code == 302
    visitor.post(form.url, {"password1": PASSWORD, "password2": PASSWORD})
    again = Client(SERVER_NAME="localhost").get(link)
    assert b"password1" not in again.content
    page = administrator.get(reverse("worker", args=[typed["id"]])).content.decode()
    assert "Invited" not in page
    refused = administrator.post(reverse("worker_invite", args=[typed["id"]]), follow=True).content.decode()
    assert "They have a password." in refused


def test_sent_twice_it_is_one_colleague(organization: Organization, client_as: Callable) -> None:
    administrator = client_as("administrator")
    typed = {
        "id": str(uuid7()), "name": "Ana Ruiz", "email": f"{uuid7()}@example.org", "role": "specialist",
        "employment": "staff",
    }  # fmt: skip
    administrator.post(reverse("worker_add"), typed)
    again = administrator.post(reverse("worker_add"), typed).content.decode()
    assert "already on the list" in again
    other_form = administrator.post(reverse("worker_add"), {**typed, "id": str(uuid7())}).content.decode()
    assert "already on the list" in other_form


def test_an_account_that_another_organization_invited_gets_no_link_here(
    organization: Organization, other_organization: Organization, acting_as: Callable
) -> None:
    """The link would open what they do there."""
    invited = new_user(other_organization, "specialist")
    with acting_as("administrator") as acting:
        assert add(acting, email=invited.email).invitation == ""


def test_an_account_with_a_password_keeps_it_and_gets_no_link(
    organization: Organization, other_organization: Organization, acting_as: Callable
) -> None:
    user = new_user(other_organization, "specialist", password=PASSWORD)
    with acting_as("administrator") as acting:
        added = add(acting, email=user.email)
        assert added.invitation == ""
        with pytest.raises(Refused):
            actions.invite_again(acting=acting, id=added.worker_id)
        fresh = User.objects.get(id=user.id)
        assert fresh.check_password(PASSWORD)
        assert fresh.name == user.name


def test_an_invitation_of_two_organizations_is_renewed_by_neither(
    organization: Organization, other_organization: Organization, acting_as: Callable
) -> None:
    with acting_as("administrator") as acting:
        mine = add(acting, email="both@example.org")
        assert mine.invitation
        assert actions.invite_again(acting=acting, id=mine.worker_id) == mine.invitation
    with acting_as("administrator", organization=other_organization) as acting:
        theirs = add(acting, email="both@example.org")
        with pytest.raises(Refused):
            actions.invite_again(acting=acting, id=theirs.worker_id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_sets_up_staff(
    organization: Organization, acting_as: Callable, client_as: Callable, role: Role
) -> None:
    with acting_as(role) as acting, pytest.raises(Refused):
        add(acting)
    assert client_as(role).get(reverse("worker_add")).status_code == 403


@pytest.mark.parametrize(
    ("role", "answer"),
    [("specialist", 403), ("volunteer", 403), ("biller", 403), ("privacy_officer", 403), ("supervisor", 200),
     ("director", 200), ("administrator", 200)],
)  # fmt: skip
def test_who_sees_the_list(organization: Organization, client_as: Callable, role: str, answer: int) -> None:
    worker = new_worker(organization)
    client = client_as(role)
    assert client.get(reverse("staff")).status_code == answer
    assert client.get(reverse("worker", args=[worker.id])).status_code == answer


def test_staff_of_another_organization_are_not_there(
    organization: Organization, other_organization: Organization, client_as: Callable
) -> None:
    stranger = new_worker(other_organization)
    client = client_as("administrator")
    assert client.get(reverse("worker", args=[stranger.id])).status_code == 404
    assert client.post(reverse("worker_end", args=[stranger.id])).status_code == 404


def test_the_list_takes_as_many_queries_for_twelve_as_for_two(
    organization: Organization, client_as: Callable
) -> None:
    client, counts = client_as("supervisor"), []
    client.get(reverse("staff"))  # the first request of a session keeps its time
    for many in (2, 10):
        for _each in range(many):
            new_worker(organization, program=organization.harbor)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("staff"))
        counts.append(len(queries))
    assert page.content.decode().count("Peer support specialist, Harbor") == 12
    assert counts[0] == counts[1]


def test_a_signature_carries_what_was_valid_that_day(organization: Organization, acting_as: Callable) -> None:
    worker = new_worker(organization, position="Peer support specialist")
    with acting_as("supervisor") as acting:
        certify(acting, worker.id, "OPRS", date(2024, 1, 1), date(2025, 12, 31))
        certify(acting, worker.id, "CPRS", date(2025, 6, 1), None)
    name = worker.name
    with acting_as("specialist", user=worker.user) as acting:
        author = api.author_of(acting=acting)
        for on, letters in (
            (date(2023, 1, 1), ""),
            (date(2023, 12, 31), ""),
            (date(2024, 1, 1), ", OPRS"),
            (date(2025, 12, 31), ", CPRS"),
            (date(2026, 1, 1), ", CPRS"),
        ):
            assert author.signature(on) == f"{name}{letters}, Peer support specialist", on
        assert author.standing == api.standing_of(acting=acting, ids=[worker.id])[worker.id]


def test_work_without_a_credential_is_signed_all_the_same(
    organization: Organization, acting_as: Callable
) -> None:
    worker = new_worker(organization, employment="volunteer")
    with acting_as("volunteer", user=worker.user) as acting:
        assert api.author_of(acting=acting).signature(TODAY) == worker.name


def test_dates_of_a_credential_make_sense(
    organization: Organization, acting_as: Callable, client_as: Callable, loader: Connection
) -> None:
    worker = new_worker(organization)
    with acting_as("supervisor") as acting:
        with pytest.raises(Refused):
            certify(acting, worker.id, "OPRS", TODAY, TODAY - timedelta(days=1))
        certify(acting, worker.id, "OPRS", TODAY, None)
    wrong = "update workforce_certification set valid_until = '2000-01-01' where worker_id = %s"
    with pytest.raises(psycopg.errors.CheckViolation):
        loader.execute(wrong, [worker.id])
    dates = {"valid_from": "2026-02-01", "valid_until": "2026-01-01"}
    typed = {"id": str(uuid7()), "credential": "CPRS", **dates}
    page = client_as("supervisor").post(reverse("certification_add", args=[worker.id]), typed)
    assert "The last day is before the first." in page.content.decode()


def test_supervision_runs_one_way(
    organization: Organization, acting_as: Callable, loader: Connection
) -> None:
    ana, bo, cy = (new_worker(organization) for _each in range(3))
    with acting_as("administrator") as acting:
        actions.set_supervisor(acting=acting, id=bo.id, supervisor_id=ana.id)
        actions.set_supervisor(acting=acting, id=cy.id, supervisor_id=bo.id)
        for supervisor in (ana, bo, cy):
            with pytest.raises(Refused):
                actions.set_supervisor(acting=acting, id=ana.id, supervisor_id=supervisor.id)
        with pytest.raises(Refused):
            actions.set_supervisor(acting=acting, id=ana.id, supervisor_id=uuid7())
        actions.set_supervisor(acting=acting, id=cy.id, supervisor_id=None)
        actions.set_supervisor(acting=acting, id=ana.id, supervisor_id=cy.id)
    with pytest.raises(psycopg.errors.CheckViolation):
        loader.execute("update workforce_worker set supervisor_id = id where id = %s", [ana.id])


def test_whoever_leaves_opens_nothing_from_the_next_request(
    organization: Organization, client_as: Callable
) -> None:
    worker = new_worker(organization)
    theirs = client_as("specialist", user=worker.user)
    assert theirs.get(reverse("hours")).status_code == 200
    administrator = client_as("administrator")
    administrator.post(reverse("worker_end", args=[worker.id]))
    assert theirs.get(reverse("hours")).status_code != 200
    assert "Worked here before" in administrator.get(reverse("staff")).content.decode()


def test_nobody_shows_themselves_the_door(organization: Organization, acting_as: Callable) -> None:
    worker = new_worker(organization, role="administrator")
    with acting_as("administrator", user=worker.user) as acting, pytest.raises(Refused):
        actions.end_worker(acting=acting, id=worker.id, on=TODAY)


def test_a_worker_is_found_behind_the_user(
    organization: Organization, other_organization: Organization, acting_as: Callable
) -> None:
    worker = new_worker(organization)
    with acting_as("specialist", user=worker.user) as acting:
        facts = api.worker_of(acting=acting)
        assert (facts.id, facts.name, facts.supervisor_id) == (worker.id, worker.name, None)
        assert api.worker_names(acting=acting, ids=[worker.id, uuid7()]) == {worker.id: worker.name}
    with acting_as("specialist") as acting:
        assert api.worker_of(acting=acting) is None
    with acting_as("specialist", organization=other_organization) as acting:
        assert api.worker_names(acting=acting, ids=[worker.id]) == {}
    with acting_as("supervisor", organization=other_organization) as acting, pytest.raises(Http404):
        certify(acting, worker.id, "OPRS", TODAY, None)


def test_a_supervisor_records_credentials_for_the_staff_of_their_own_programs(
    organization: Organization, acting_as: Callable, client_as: Callable
) -> None:
    here = new_worker(organization, program=organization.harbor)
    elsewhere = new_worker(organization, program=organization.day_room)
    with acting_as("supervisor", organization.harbor) as acting:
        certify(acting, here.id, "CPS", TODAY, None)
        with pytest.raises(Refused):
            certify(acting, elsewhere.id, "CPS", TODAY, None)
    client = client_as("supervisor", organization.harbor)
    for worker, offered in ((here, True), (elsewhere, False)):
        page = client.get(reverse("worker", args=[worker.id]))
        assert page.context["page"].may_record_credentials is offered


def test_who_holds_a_permission_nowhere_reaches_nobody(
    organization: Organization, acting_as: Callable
) -> None:
    """An empty set of programs is none; only None is every one."""
    anywhere = new_worker(organization)
    for role, program, reached in (
        ("specialist", organization.harbor, False),
        ("director", None, False),
        ("supervisor", organization.harbor, True),
        ("administrator", None, True),
    ):
        with acting_as(role, program) as acting:
            said = is_reached_by(acting=acting, worker=anywhere, may=May.RECORD_CREDENTIALS)
        assert said is reached, role


def test_an_administrator_of_one_program_gives_no_roles(
    organization: Organization, acting_as: Callable
) -> None:
    """They would give themselves one in every program."""
    with acting_as("administrator", organization.harbor) as acting:
        with pytest.raises(Refused):
            add(acting, role=Role.SUPERVISOR)
        with pytest.raises(Refused):
            grant_role(acting=acting, user_id=acting.user_id, role=Role.SUPERVISOR)


def test_staff_are_shown_page_by_page_and_found_by_name_or_position(
    organization: Organization, client_as: Callable
) -> None:
    for number in range(30):
        new_worker(organization, position="Night shift" if number % 10 == 0 else "")
    left = new_worker(organization, position="Night shift", ended_on=TODAY)
    administrator, at = client_as("administrator"), reverse("staff")
    pages = [administrator.get(at, {"page": str(number)}).context["page"] for number in (1, 2)]
    shown = [line.worker.name for page in pages for line in page.lines]
    assert ([len(page.lines) for page in pages], shown) == ([24, 6], sorted(shown))
    assert (pages[0].here, pages[0].gone) == (30, 1)
    gone = administrator.get(at, {"show": "gone"}).context["page"]
    assert [line.worker.id for line in gone.lines] == [left.id]
    found = administrator.post(at, {"words": "night shift"}).context["page"].lines
    assert ([line.ended_on is None for line in found], found[-1].worker.id) == ([True] * 3 + [False], left.id)
    assert "Nobody here has this name" in administrator.post(at, {"words": "zzz"}).content.decode()


def test_the_staff_page_asks_the_same_few_queries_however_many_colleagues(
    organization: Organization, client_as: Callable
) -> None:
    supervisor = client_as("supervisor")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            supervisor.get(reverse("staff"))
        return len(queries)

    new_worker(organization)
    asked()
    one = asked()
    for _ in range(12):
        new_worker(organization)
    assert asked() == one
