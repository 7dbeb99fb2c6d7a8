"""A list of people by either way: kept beside the enrolments, or counted from the encounters themselves."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from factories.people import new_person
from factories.support import enrol, new_encounter
from factories.users import acting_in, new_user, signed_in
from factories.workers import new_worker
from factories.writing import writing

from beenthere.foundation import clock
from beenthere.support.encounters.models import Encounter
from beenthere.support.intake import caseload_rows
from beenthere.support.intake.caseload import Order, Show, Whose, caseload_page
from beenthere.support.intake.models import Enrolment, TakingPart
from beenthere.trust.models import Organization

NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def standing_still() -> Any:
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def busy(organization: Organization) -> dict[str, Any]:
    """Twenty people in one or two programs, met at some time or never, some of it entered in error since."""
    chance = random.Random(7)
    programs = [organization.harbor, organization.day_room]
    user = new_user(organization, "supervisor", programs[0])
    worker = new_worker(organization, user)
    for number in range(20):
        person = new_person(organization, f"Person{number:02}")
        for program in chance.sample(programs, chance.choice([1, 1, 2])):
            enrol(person, program, started_on=TODAY - timedelta(days=chance.randrange(400)))
            for _ in range(chance.randrange(4)):
                day = TODAY - timedelta(days=chance.randrange(60))
                new_encounter(person, program, worker, happened_on=day)
    return {"programs": programs, "chance": chance, "organization": organization}


def fresh_dates(organization: Organization, loader: psycopg.Connection) -> dict[Any, date | None]:
    rows = loader.execute(
        "SELECT e.id, max(n.happened_on) AS last FROM support_enrolment e LEFT JOIN support_encounter n"
        " ON (n.organization_id, n.person_id, n.program_id) = (e.organization_id, e.person_id, e.program_id)"
        " AND n.result = 'met' AND n.withdrawn_at IS NULL WHERE e.organization_id = %s GROUP BY e.id",
        [organization.id],
    )
    return {row["id"]: row["last"] for row in rows}


def kept_dates(organization: Organization) -> dict[Any, date | None]:
    with writing(organization.id):
        return dict(Enrolment.objects.values_list("id", "last_contact_on"))


def fresh_counts(organization: Organization) -> dict[tuple[Any, ...], int]:
    with writing(organization.id):
        rows = list(Enrolment.objects.filter(ended_on=None).values_list("person_id", "program_id"))
    of_person: dict[Any, set[Any]] = {}
    for person, program in rows:
        of_person.setdefault(person, set()).add(program)
    return dict(Counter(tuple(sorted(programs)) for programs in of_person.values()))


def kept_counts(organization: Organization) -> dict[tuple[Any, ...], int]:
    with writing(organization.id):
        rows = TakingPart.objects.exclude(people=0).values_list("programs", "people")
        return {tuple(programs): people for programs, people in rows}


def test_what_is_kept_is_what_a_fresh_count_finds(
    busy: dict[str, Any], organization: Organization, loader: psycopg.Connection
) -> None:
    chance = busy["chance"]
    with writing(organization.id):
        for note in chance.sample(list(Encounter.objects.all()), 8):
            Encounter.objects.filter(id=note.id).update(
                happened_on=TODAY - timedelta(days=chance.randrange(90)),
                result=chance.choice(Encounter.Result.values),
            )
        Encounter.objects.filter(id=Encounter.objects.first().id).delete()
        for row in chance.sample(list(Enrolment.objects.all()), 6):
            Enrolment.objects.filter(id=row.id).update(ended_on=TODAY, end_reason="moved")
    assert kept_dates(organization) == fresh_dates(organization, loader)
    assert kept_counts(organization) == fresh_counts(organization)
    assert len(set(kept_dates(organization).values())) > 5
    with writing(organization.id):
        Enrolment.objects.filter(ended_on=TODAY).update(ended_on=None, end_reason="")
    assert kept_counts(organization) == fresh_counts(organization)


@pytest.mark.parametrize("show", [Show.ALL, Show.QUIET])
def test_along_the_index_and_by_sorting_are_one_list(
    busy: dict[str, Any], organization: Organization, monkeypatch: pytest.MonkeyPatch, show: Show
) -> None:
    """Every page of every choice of programs, by both ways; nobody twice, nobody missing."""
    for chosen in (busy["programs"][0], None):
        pages = [whole_list(organization, chosen, show)]
        monkeypatch.setattr(caseload_rows, "FAR", 0)
        pages.append(whole_list(organization, chosen, show))
        monkeypatch.undo()
        assert pages[0] == pages[1]
        people = [line.person_id for line in pages[0]]
        assert len(people) == len(set(people))


def whole_list(organization: Organization, program: Any, show: Show) -> list[Any]:
    """As the supervisor of one program, or of the whole organization."""
    lines: list[Any] = []
    with acting_in(organization, "supervisor", program) as acting:
        total = number = 0
        while number == 0 or len(lines) < total:
            number += 1
            page = caseload_page(
                acting, whose=Whose.PROGRAM, show=show, order=Order.CONTACT, program_id=None,
                number=str(number), zone=UTC, own=False,
            )  # fmt: skip
            assert page.lines or not page.total
            lines, total = [*lines, *page.lines], page.total
    assert len(lines) == total
    return lines


def test_two_readers_with_other_roles_never_share_a_query(
    organization: Organization, other_organization: Organization
) -> None:
    """Asked in turn, more than once: each sees their own program's people, at their own organization."""
    enrol(new_person(organization, "Harborname"), organization.harbor)
    enrol(new_person(organization, "Dayroomname"), organization.day_room)
    enrol(new_person(other_organization, "Elsewherename"), other_organization.harbor)
    readers: list[tuple[Client, str]] = [
        (signed_in(organization, "supervisor", organization.harbor), "Harborname"),
        (signed_in(organization, "supervisor", organization.day_room), "Dayroomname"),
        (signed_in(other_organization, "supervisor", other_organization.harbor), "Elsewherename"),
    ]
    names = {name for _client, name in readers}
    for client, own in readers * 2:
        page = client.get(reverse("caseload")).content.decode()
        assert {name for name in names if name in page} == {own}
