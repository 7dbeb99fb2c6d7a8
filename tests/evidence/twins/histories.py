"""Claim histories for Hypothesis: chains of events whose gaps sit on and beside every boundary that a
measure knows."""

import os
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from twins.rows import Dispensed, Enrolled, Event, Line, World

#: The same examples everywhere; `HYPOTHESIS_PROFILE=search` looks for new ones.
SEARCH = os.environ.get("HYPOTHESIS_PROFILE") == "search"
EXAMPLES = settings(
    derandomize=not SEARCH,
    max_examples=500 if SEARCH else 12,
    # A counterexample as found is short enough; making it shorter takes minutes.
    phases=(Phase.generate,),
    database=None,
    suppress_health_check=list(HealthCheck),
)
YEAR = 2025
GAPS = (
    -1,
    0,
    1,
    2,
    3,
    6,
    7,
    8,
    13,
    14,
    15,
    29,
    30,
    31,
    32,
    34,
    35,
    60,
    61,
    90,
    91,
    150,
    151,
    180,
    181,
    193,
    194,
    195,
)
#: How a person's events follow each other: at any of these, close, or within the windows.
PACES = (
    GAPS,
    (0, 1, 2, 3, 6, 7, 8, 13, 14),
    (1, 6, 7, 8, 29, 30, 31, 32, 34, 35),
    (2, 29, 30, 31, 60, 61, 90),
)
ANCHORS = (
    date(YEAR - 1, 1, 1),
    date(YEAR - 1, 11, 14),
    date(YEAR - 1, 11, 15),
    date(YEAR - 1, 12, 30),
    date(YEAR, 1, 1),
    date(YEAR, 2, 27),
    date(YEAR - 1, 5, 5),
    date(YEAR, 3, 31),
    date(YEAR, 6, 15),
    date(YEAR, 6, 15),
    date(YEAR, 8, 8),
    date(YEAR, 10, 31),
    date(YEAR, 11, 14),
    date(YEAR, 11, 30),
    date(YEAR, 12, 1),
    date(YEAR, 12, 2),
    date(YEAR, 12, 30),
)
MENTAL, SUBSTANCE, OTHER = (
    ("F329", "F99", "F20"),
    ("F1120", "F199", "F172"),
    ("I10", "F700", "O80", "Z511", "G309"),
)
INTENT = ("T400X2A", "T400X1A", "T510X4A", "R45851", "T1491XA", "X780XXA")
CODES = (*MENTAL, *MENTAL, *SUBSTANCE, *SUBSTANCE, *OTHER, *INTENT, None)
#: What a person's claims are mostly about.
ILLNESSES = (CODES, MENTAL, SUBSTANCE, (*MENTAL, *INTENT, "I10"), (*SUBSTANCE, "T400X2A", "I10"), OTHER)
ROOMS = (
    ("0120", "111"),
    ("0124", "111"),
    ("0124", "111"),
    ("0762", "131"),
    ("0118", "111"),
    ("1002", "861"),
    ("0120", "211"),
    ("0126", "111"),
)
SERVICES = ("H0038", "H0038", "H0004", "H0015", "J2315", "H0035", "T1015", "H0019", None)
PLACES = ("11", "53", "10", "57", "56", "21", "81", None)
#: Whom the value sets of the tests call a mental-health provider.
PROVIDER = "9999990001"
MEDICATION, OTHER_DRUG = "99999000101", "99999000201"
#: What the days of a person are about: mixed, or one kind of care again and again.
MIXED = (
    "bed",
    "bed",
    "bed",
    "emergency",
    "emergency",
    "visit",
    "visit",
    "clinic",
    "fill",
    "referral",
    "hospice",
)
ABOUT = (
    MIXED,
    MIXED,
    ("bed", "bed", "bed", "bed", "visit"),
    ("bed", "visit"),
    ("bed", "visit", "clinic", "fill"),
    ("emergency", "emergency", "visit", "bed"),
    ("emergency", "fill", "visit"),
    ("visit", "visit", "fill", "clinic", "emergency"),
    ("referral", "peer", "peer", "peer", "visit"),
    ("peer", "peer", "peer", "referral"),
    ("bed",),
    ("bed",),
)
#: People of a world: enough that each rule of each measure meets somebody whom it takes out.
CROWD = 200


def worlds() -> st.SearchStrategy[World]:
    """Hypothesis chooses the chance that makes a crowd. Drawn choice by choice, people stay few and short,
    and most rules never meet anybody."""
    return st.builds(world, st.randoms(use_true_random=True))


def world(chance: Random) -> World:
    people = [_person(chance, f"P{number}") for number in range(CROWD)]
    return World(
        lines=tuple(line for one in people for line in one.lines),
        eligibility=tuple(row for one in people for row in one.eligibility),
        pharmacy=tuple(row for one in people for row in one.pharmacy),
        events=tuple(row for one in people for row in one.events),
    )


def _person(chance: Random, name: str) -> World:
    lines: list[Line] = []
    fills: list[Dispensed] = []
    referrals: list[Event] = []
    # Half in the year of the newer rules, half in the year before.
    day = chance.choice(ANCHORS) - timedelta(days=chance.choice((0, 365)))
    days = [day]
    kinds, gaps, codes = chance.choice(ABOUT), chance.choice(PACES), chance.choice(ILLNESSES)
    for number in range(chance.randint(1 if kinds is MIXED else 5, 10)):
        kind = chance.choice(kinds)
        day += timedelta(days=chance.choice(gaps) if number else 0)
        claim = f"C{number}"
        if kind == "fill":
            drug = chance.choice((MEDICATION, OTHER_DRUG))
            fills.append(Dispensed(person_id=name, claim_id=claim, dispensing_date=day, ndc_code=drug))
        elif kind == "referral":
            what = chance.choice(("peer_referral", "peer_referral", "housed"))
            referrals.append(Event(person_id=name, event_date=day, event=what))
        else:
            length = chance.choice((0, 0, 1, 2, 5, 12))
            lines += _lines(chance, kind, length, name, claim, day, codes)
            day += timedelta(days=length if kind == "bed" else 0)
        days.append(day)
    lines += _corrections(chance, lines)
    enrolled = tuple(_enrolled(chance, name, days))
    return World(lines=tuple(lines), eligibility=enrolled, pharmacy=tuple(fills), events=tuple(referrals))


def _lines(
    chance: Random, kind: str, length: int, name: str, claim: str, day: date, codes: tuple[str | None, ...]
) -> list[Line]:
    end = day + timedelta(days=length)
    line = Line(
        person_id=name,
        claim_id=claim,
        claim_start_date=day,
        claim_end_date=day,
        diagnosis_code_1=chance.choice(codes),
        diagnosis_code_2=chance.choice((None, *CODES)),
        paid_amount=chance.choice((None, 0.0, 50.0, 80.0)),
        paid_date=chance.choice((None, end + timedelta(days=20))),
    )
    institutional = replace(line, claim_type="institutional", claim_end_date=end)
    if kind == "bed":
        room, bill = chance.choice(ROOMS)
        first = replace(
            institutional,
            admission_date=chance.choice((day, None)),
            discharge_date=chance.choice((end, None)),
            revenue_center_code=room,
            bill_type_code=bill,
            admit_type_code=chance.choice(("1", "1", "1", "3", "4", None)),
            discharge_disposition_code=chance.choice(("01", "01", "01", "07", "20", None)),
        )
        return [first, replace(first, claim_line_number=2, revenue_center_code="0250", diagnosis_code_2=None)]
    if kind == "emergency":
        if chance.random() < 0.5:
            return [replace(line, place_of_service_code="23")]
        return [replace(institutional, claim_end_date=day, revenue_center_code="0450", bill_type_code="131")]
    if kind == "hospice":
        return [replace(institutional, claim_end_date=day, revenue_center_code="0651", bill_type_code="811")]
    if kind == "clinic":
        unit = chance.choice(("0510", "0905", "0300"))
        return [replace(institutional, claim_end_date=day, revenue_center_code=unit)]
    return [
        replace(
            line,
            hcpcs_code="H0038" if kind == "peer" else chance.choice(SERVICES),
            place_of_service_code=chance.choice(PLACES),
            service_unit_quantity=chance.choice((None, 1.0, 4.0)),
            rendering_npi=PROVIDER if day.toordinal() % 2 else None,
        )
    ]


def _corrections(chance: Random, lines: list[Line]) -> list[Line]:
    """A few lines sent again, taken back, or changed."""
    made: list[Line] = []
    for line in chance.choices(lines, k=chance.randint(0, 2)) if lines else []:
        how = chance.choice(("twice", "back", "part", "changed", "back and changed"))
        later = (line.paid_date or line.claim_start_date) + timedelta(days=chance.choice((0, 5)))
        if how == "twice":
            made.append(line)
        if "back" in how:
            made.append(replace(line, paid_date=later, paid_amount=-(line.paid_amount or 50.0)))
        if how == "part":
            made.append(replace(line, paid_date=later, paid_amount=-20.0))
        if "changed" in how:
            code = chance.choice(CODES)
            made.append(replace(line, paid_date=later, paid_amount=40.0, diagnosis_code_1=code))
    return made


def _enrolled(chance: Random, name: str, days: list[date]) -> list[Enrolled]:
    day = chance.choice(days)
    years = chance.choice((6, 13, 18, 35, 40, 40, 40, 65))
    birthday = day.replace(year=day.year - years, day=min(day.day, 28))
    last = max(days)
    row = Enrolled(
        person_id=name,
        # Somebody is born after the enrollment: a mistake that a measure has to leave out.
        birth_date=chance.choice((None, last + timedelta(days=900)))
        if chance.random() < 0.02
        else birthday + timedelta(days=chance.choice((-1, 0, 0, 1))),
        death_date=chance.choice((*[None] * 8, day, last, last + timedelta(days=40))),
        gender=chance.choice(("female", "female", "male", "male", None)),
        race=chance.choice(("white", None)),
        enrollment_start_date=min(days)
        - timedelta(days=chance.choice((800, 800, 800, 800, 366, 365, 364, 60))),
        enrollment_end_date=chance.choice(
            (
                *[None] * 6,
                last + timedelta(days=400),
                *(chance.choice(days) + timedelta(days=n) for n in (29, 30, 31)),
            )
        ),
    )
    if row.enrollment_end_date and row.enrollment_end_date < row.enrollment_start_date:
        return [replace(row, enrollment_end_date=None)]
    split = chance.choice((0, 0, 0, 0, 1, 1, 2, 40))
    if not split or (row.enrollment_end_date and day >= row.enrollment_end_date):
        return [row] if chance.randint(0, 19) else []
    start = day + timedelta(days=split)
    after = replace(row, enrollment_start_date=start, gender=chance.choice(("female", "male")))
    if after.enrollment_end_date and after.enrollment_end_date < after.enrollment_start_date:
        return [row]
    return [replace(row, enrollment_end_date=day), after]
