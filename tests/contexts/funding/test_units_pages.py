"""The pages of units: who sees what, the same rows on the page and in the file, and few queries."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories.funding import Office, count_all_again, new_rule, open_office
from factories.people import new_person
from factories.support import DAY, enrol
from factories.workers import new_worker

from beenthere.funding.files import harmless
from beenthere.funding.forms import month_in, months_until
from beenthere.funding.month import Month
from beenthere.trust.models import Organization

MONTH = {"month": "2026-11"}
WORDS = "We walked to the bus together."
NEVER_A_RANKING = ("by specialist", "per specialist", "rank", "top ")


def rows_of(answer: object) -> list[list[str]]:
    text = answer.getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(StringIO(text)))[1:]


@pytest.fixture
def biller(client_as: Callable[..., Client]) -> Client:
    return client_as("biller")


def test_a_biller_sees_name_minutes_units_and_the_arithmetic_and_never_the_words(
    office: Office, biller: Client
) -> None:
    office.signed(0, 47)
    text = biller.get(reverse("units"), MONTH).content.decode()
    arithmetic = "3 units of 15 min, remainder 2 min dropped"
    for part in ("Maya Reyes", arithmetic, "H0038", "Counted", "demonstration"):
        assert part in text
    assert WORDS not in text
    assert not any(part in text.lower() for part in NEVER_A_RANKING)


def test_what_needs_someone_says_what_and_whom_to_ask(office: Office, biller: Client) -> None:
    office.signed(0, None)
    office.signed(60, 30)
    every = biller.get(reverse("units_csv"), MONTH)
    needs = biller.get(reverse("units_csv"), MONTH | {"show": "needs"})
    assert len(rows_of(every)) == 2
    ((name, _day, _program, _minutes, _code, units, words, state),) = rows_of(needs)
    assert (name, units, state) == ("Maya Reyes", "0", "Needs someone")
    assert words == f"Start and end time are missing. A claim needs both. Ask {office.worker.name}."


def test_two_notes_at_one_time_wait_and_are_not_counted_yet(office: Office, biller: Client) -> None:
    someone = new_person(office.organization, "Joel", "Pike")
    enrol(someone, office.program, office.worker)
    office.signed(0, 60)
    office.signed(30, 60, person=someone)
    office.signed(100, 30)
    page = biller.get(reverse("units"), MONTH).context["page"]
    (total,) = page.totals
    assert (total.notes, total.units, total.waiting, total.needs) == (3, 2, 8, 2)


def test_what_is_not_billable_says_why_and_brings_nothing(office: Office, biller: Client) -> None:
    office.signed(0, 60, not_billable=True)
    ((*_rest, units, words, state),) = rows_of(biller.get(reverse("units_csv"), MONTH))
    assert (units, words, state) == (
        "0", "Marked as not billable. It still counts as work.", "Not billable",
    )  # fmt: skip


def test_a_program_without_a_rule_needs_someone(organization: Organization, biller: Client) -> None:
    office = open_office(organization, effective_until="2026-11-02")
    office.signed(0, 60)
    ((*_rest, words, state),) = rows_of(biller.get(reverse("units_csv"), MONTH))
    assert (words.startswith("No payer's rule is set down"), state) == (True, "Needs someone")


def test_the_file_has_the_rows_of_all_pages_in_the_same_order(office: Office, biller: Client) -> None:
    for number in range(16):
        office.signed(30 * number, 20)
    pages = [biller.get(reverse("units"), MONTH | {"page": str(page)}) for page in (1, 2)]
    shown = [str(row[3]["text"]) for page in pages for row in page.context["rows"]]
    assert [len(page.context["rows"]) for page in pages] == [14, 2]
    answer = biller.get(reverse("units_csv"), MONTH)
    assert [row[3] for row in rows_of(answer)] == shown
    assert answer["Content-Disposition"] == 'attachment; filename="units-2026-11.csv"'
    assert answer["Cache-Control"] == "no-store"


def test_a_name_that_looks_like_a_formula_is_no_formula_in_the_file(office: Office, biller: Client) -> None:
    someone = new_person(office.organization, "=HYPERLINK(1)", "Reyes")
    enrol(someone, office.program, office.worker)
    office.signed(0, 30, person=someone)
    ((name, *_rest),) = rows_of(biller.get(reverse("units_csv"), MONTH))
    assert name == "'=HYPERLINK(1) Reyes"
    assert harmless("Ana-Maria") == "Ana-Maria"


def test_a_biller_of_one_program_sees_nothing_of_another(
    office: Office, client_as: Callable[..., Client]
) -> None:
    office.signed(0, 30)
    answer = client_as("biller", office.organization.day_room).get(reverse("units"), MONTH)
    assert "Maya" not in answer.content.decode()
    assert "Harbor" not in answer.content.decode()


def test_a_director_sees_figures_and_no_person(office: Office, client_as: Callable[..., Client]) -> None:
    office.signed(0, 47)
    director = client_as("director")
    text = director.get(reverse("units"), MONTH).content.decode()
    assert "Harbor" in text
    assert "Maya" not in text
    assert rows_of(director.get(reverse("units_csv"), MONTH)) == [["Harbor", "H0038", "1", "47", "3", "0"]]


@pytest.mark.parametrize(
    ("role", "units", "rules"),
    [
        ("biller", 200, 200), ("supervisor", 200, 403), ("director", 200, 403), ("administrator", 403, 200),
        ("specialist", 403, 403), ("volunteer", 403, 403), ("privacy_officer", 403, 403),
    ],
)  # fmt: skip
def test_who_may_open_the_pages(
    office: Office, client_as: Callable[..., Client], role: str, units: int, rules: int
) -> None:
    client = client_as(role)
    answers = {"units": units, "units_csv": units, "unit_rules": rules, "unit_rule_set": rules}
    assert {name: client.get(reverse(name)).status_code for name in answers} == answers


def test_the_page_asks_the_same_few_queries_however_many_notes(office: Office, biller: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            biller.get(reverse("units"), MONTH)
        return len(queries)

    office.signed(0, 30)
    asked()
    one = asked()
    colleague = new_worker(office.organization, program=office.program)
    someone = new_person(office.organization, "Joel", "Pike")
    enrol(someone, office.program, colleague)
    for number in range(10):
        office.signed(40 * number, 30, person=someone, worker=colleague)
    assert asked() == one


@pytest.mark.parametrize("odd", ["2026-13", "", "x", "20261", "0000-01"])
def test_an_odd_month_shows_this_one(odd: str) -> None:
    assert month_in(odd, DAY) == Month(year=2026, month=11)


def test_the_months_offered_go_back_over_the_new_year() -> None:
    offered = [month.key for month in months_until(DAY)]
    assert (offered[0], offered[10], offered[11], len(offered)) == ("2026-11", "2026-01", "2025-12", 24)


def test_the_rules_page_tells_dates_and_that_it_is_a_demonstration(office: Office, biller: Client) -> None:
    new_rule(office.organization.day_room, rule_key="texas-medicaid-2016", effective_until=DAY)
    text = biller.get(reverse("unit_rules")).content.decode()
    assert "Demonstration, no payer" in text
    assert "January 1, 2026" in text or "Jan. 1, 2026" in text
    assert "No rule is in force" in text
    assert "Former rules" in text


def test_setting_a_rule_from_the_form_and_being_told(office: Office, biller: Client) -> None:
    office.signed(0, 38)
    form = {
        "id": "01a20000-0000-7000-8000-000000000001", "program": str(office.program.id),
        "rule_key": "demo-midpoint", "code": "h0038", "effective_from": DAY.isoformat(), "last_day": "",
        "grant_tag": "SOR-2",
    }  # fmt: skip
    answer = biller.post(reverse("unit_rule_set"), form, follow=True)
    assert "The rule is set. Notes signed since that day are being counted again." in answer.content.decode()
    assert "being counted again" in biller.get(reverse("units"), MONTH).content.decode()
    assert list(office.units().values()) == [2]
    count_all_again(office.organization)
    assert list(office.units().values()) == [3]
    assert "being counted again" not in biller.get(reverse("units"), MONTH).content.decode()


def test_the_form_refuses_in_words(office: Office, biller: Client) -> None:
    form = {
        "id": "01a20000-0000-7000-8000-000000000001", "program": str(office.program.id),
        "rule_key": "texas-medicaid-2016", "code": "H0038", "effective_from": DAY.isoformat(),
        "last_day": (DAY - timedelta(days=1)).isoformat(),
    }  # fmt: skip
    text = biller.post(reverse("unit_rule_set"), form).content.decode()
    assert "The last day is before the first." in text
    form |= {"last_day": ""}
    text = biller.post(reverse("unit_rule_set"), form).content.decode()
    assert "The source of this rule says nothing about that day." in text
    form |= {"rule_key": "demo-floor", "code": "H9999"}
    assert "This rule is for H0038." in biller.post(reverse("unit_rule_set"), form).content.decode()
