"""Totals and the months they are divided by end on the same day, and only the index stay is left out."""

import csv
import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from beenthere.evidence.claims.opened import opened
from beenthere.evidence.claims.people import DAYS_A_MONTH
from beenthere.evidence.study.cohort import cohort
from beenthere.evidence.study.reading import parse_protocol

ZERO = date(2024, 8, 1)
PROTOCOL = """
title = "Totals"
[eligibility]
index = "{index}"
from = 2024-07-01
to = 2024-12-31
washout = 0
[strategies]
exposure = "event:peer_referral"
fixed = "before"
days = 1
[[outcomes]]
key = "cost"
kind = "cost"
words = "cost"
from_day = {from_day}
[[outcomes]]
key = "visits"
kind = "emergency visits"
words = "emergency visits"
from_day = {from_day}
[[outcomes]]
key = "days"
kind = "hospital days"
words = "days in hospital"
from_day = {from_day}
[follow_up]
days = [180]
month_0 = "both"
{more}
[covariates]
facts = ["age"]
[analysis]
estimators = ["ipw"]
"""
MEDICAL = (
    "person_id,claim_id,claim_line_number,claim_type,claim_start_date,claim_end_date,admission_date,"
    "discharge_date,revenue_center_code,bill_type_code,hcpcs_code,place_of_service_code,"
    "diagnosis_code_type,diagnosis_code_1,paid_amount,paid_date"
)
ELIGIBILITY = "person_id,birth_date,enrollment_start_date,enrollment_end_date,death_date,gender,race"
PHARMACY = "person_id,claim_id,claim_line_number,dispensing_date,ndc_code,paid_amount,paid_date"
Row = tuple[object, ...]


def on(day: int) -> date:
    return ZERO + timedelta(days=day)


def visit(person: str, day: int, *, emergency: bool = True) -> Row:
    code, place = ("99284", "23") if emergency else ("99213", "11")
    paid = (code, place, "icd-10-cm", "F329", "100", on(day))
    return (person, f"{person}v{day}", 1, "professional", on(day), on(day), "", "", "", "", *paid)


def stay(person: str, first: int, last: int) -> Row:
    days = (on(first), on(last), on(first), on(last))
    paid = ("", "21", "icd-10-cm", "F329", "1000", on(last))
    return (person, f"{person}s{first}", 1, "institutional", *days, "0120", "111", *paid)


def fill(person: str, day: int) -> Row:
    return (person, f"{person}f{day}", 1, on(day), "00000000001", "7", on(day))


def span(person: str, first: date, last: date | str, died: date | str = "") -> Row:
    return (person, "1980-01-01", first, last, died, "female", "white")


def write(file: Path, columns: str, rows: Iterable[Row]) -> None:
    with file.open("w", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows([columns.split(","), *rows])


def rows_of(folder: Path, *, index: str, from_day: int = 1, more: str = "") -> pd.DataFrame:
    protocol = parse_protocol(tomllib.loads(PROTOCOL.format(index=index, from_day=from_day, more=more)))
    with opened(folder) as found:
        return cohort(found.claims, protocol).rows.set_index("person_id")


@pytest.fixture
def lives(tmp_path: Path) -> Path:
    """Three people with the same claims before and after day 30: one stays, one leaves the plan for a month
    on that day, one dies on it."""
    people, since = ("stays", "leaves", "dies"), date(2022, 1, 1)
    write(
        tmp_path / "eligibility.csv",
        ELIGIBILITY,
        [
            span("stays", since, ""),
            span("leaves", since, on(30)),
            span("leaves", on(60), ""),
            span("dies", since, "", on(30)),
        ],
    )
    lines = [row for who in people for row in (visit(who, 10), visit(who, 50), stay(who, 20, 40))]
    write(tmp_path / "medical_claim.csv", MEDICAL, [*lines, visit("stays", 300, emergency=False)])
    write(tmp_path / "pharmacy_claim.csv", PHARMACY, [fill(who, day) for who in people for day in (25, 45)])
    write(tmp_path / "events.csv", "person_id,event_date,event", [(who, ZERO, "start") for who in people])
    return tmp_path


UP_TO_THE_END = {"cost": 2 * 100 + 1000 + 2 * 7, "visits": 2, "days": 20}
UP_TO_DAY_30 = {"cost": 100 + 1000 + 7, "visits": 1, "days": 11}


@pytest.mark.parametrize(
    ("who", "totals", "days"),
    [("stays", UP_TO_THE_END, 180), ("leaves", UP_TO_DAY_30, 30), ("dies", UP_TO_DAY_30, 30)],
)
def test_a_total_ends_with_the_months_it_is_divided_by(
    lives: Path, who: str, totals: dict[str, int], days: int
) -> None:
    found = rows_of(lives, index="event:start").loc[who]
    assert {key: found[key] for key in totals} == totals
    for key, total in totals.items():
        assert found[f"{key}_months"] == pytest.approx(days / DAYS_A_MONTH)
        assert found[f"{key}_per_month"] == pytest.approx(total * DAYS_A_MONTH / days)


def test_the_end_of_the_data_ends_totals_and_months_alike(lives: Path) -> None:
    found = rows_of(lives, index="event:start", more=f"data_to = {on(30)}")
    for key, total in UP_TO_DAY_30.items():
        assert set(found[key]) == {total}
        assert found[f"{key}_months"].tolist() == pytest.approx([30 / DAYS_A_MONTH] * 3)


def test_without_month_0_who_was_not_followed_into_it_has_neither_total_nor_months(lives: Path) -> None:
    found = rows_of(lives, index="event:start")
    later = found.loc["stays"]
    assert (later["cost_without_month_0"], later["days_without_month_0"]) == (107, 9)
    assert later["cost_without_month_0_months"] == pytest.approx(150 / DAYS_A_MONTH)
    gone = found.loc[["leaves", "dies"]]
    assert not gone[["cost_without_month_0", "visits_without_month_0", "days_without_month_0"]].any(axis=None)
    assert gone["cost_without_month_0_months"].isna().all()


@pytest.fixture
def admitted(tmp_path: Path) -> Path:
    """An emergency visit of three people, of whom one is admitted that day, one the day after, one never."""
    people = ("that_day", "day_after", "never")
    write(tmp_path / "eligibility.csv", ELIGIBILITY, [span(who, date(2022, 1, 1), "") for who in people])
    lines = [visit(who, 0) for who in people]
    lines += [stay("that_day", 0, 20), stay("day_after", 1, 20), visit("never", 300, emergency=False)]
    write(tmp_path / "medical_claim.csv", MEDICAL, lines)
    write(tmp_path / "events.csv", "person_id,event_date,event", [(who, ZERO, "start") for who in people])
    return tmp_path


@pytest.mark.parametrize("index", ["emergency visit", "event:start"])
def test_the_stay_that_an_index_visit_leads_to_counts(admitted: Path, index: str) -> None:
    found = rows_of(admitted, index=index)
    assert found["days"].to_dict() == {"that_day": 19, "day_after": 19, "never": 0}
    assert found["admitted_day"].dropna().to_dict() == {"that_day": 0, "day_after": 1}


@pytest.mark.parametrize("from_day", [0, 1])
def test_of_a_discharge_only_its_own_stay_does_not_count(tmp_path: Path, from_day: int) -> None:
    """Also when that stay began and ended on one day, and days count from time zero on."""
    people = ("long", "short")
    write(tmp_path / "eligibility.csv", ELIGIBILITY, [span(who, date(2022, 1, 1), "") for who in people])
    stays = [stay("long", -12, 0), stay("short", 0, 0), *(stay(who, 10, 20) for who in people)]
    write(tmp_path / "medical_claim.csv", MEDICAL, [*stays, visit("long", 300, emergency=False)])
    found = rows_of(tmp_path, index="acute discharge", from_day=from_day)
    assert found["days"].to_dict() == {"long": 10, "short": 10}
    assert found["admitted_day"].to_dict() == {"long": 10, "short": 10}
