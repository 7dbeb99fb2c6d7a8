"""Claim histories for Hypothesis: chains of events whose gaps sit on and beside every boundary that a
measure knows."""

import os
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from twins.rows import Dispensed, Enrolled, Event, Line, World

#: The same examples everywhere; `HYPOTHESIS_PROFILE=search` looks for new ones.
SEARCH = os.environ.get("HYPOTHESIS_PROFILE") == "search"
EXAMPLES = settings(
    derandomize=not SEARCH,
    max_examples=1_000 if SEARCH else 50,
    # A counterexample as found is short enough; making it shorter takes minutes.
    phases=(Phase.generate,),
    database=None,
    deadline=None,
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
MEDICATION, OTHER_DRUG = "99999000101", "99999000201"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event of a history: what it is, how long after the one before, how long it lasts."""

    kind: str
    gap: int
    length: int


KINDS = (
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
HOW = st.builds(
    Told, kind=st.sampled_from(KINDS), gap=st.sampled_from(GAPS), length=st.sampled_from((0, 0, 1, 2, 5, 12))
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    people = [draw(_person(f"P{number}")) for number in range(draw(st.integers(3, 9)))]
    return World(
        lines=tuple(line for world in people for line in world.lines),
        eligibility=tuple(row for world in people for row in world.eligibility),
        pharmacy=tuple(row for world in people for row in world.pharmacy),
        events=tuple(row for world in people for row in world.events),
    )


@st.composite
def _person(draw: st.DrawFn, name: str) -> World:
    lines: list[Line] = []
    fills: list[Dispensed] = []
    referrals: list[Event] = []
    day = draw(st.sampled_from(ANCHORS))
    days = [day]
    for number, told in enumerate(draw(st.lists(HOW, min_size=1, max_size=8))):
        day = day + timedelta(days=told.gap if number else 0)
        claim = f"C{number}"
        if told.kind == "fill":
            drug = draw(st.sampled_from((MEDICATION, OTHER_DRUG)))
            fills.append(Dispensed(person_id=name, claim_id=claim, dispensing_date=day, ndc_code=drug))
        elif told.kind == "referral":
            what = draw(st.sampled_from(("peer_referral", "peer_referral", "housed")))
            referrals.append(Event(person_id=name, event_date=day, event=what))
        else:
            lines += draw(_lines(told, name, claim, day))
            day += timedelta(days=told.length if told.kind == "bed" else 0)
        days.append(day)
    lines += draw(_corrections(lines))
    enrolled = tuple(draw(_enrolled(name, days)))
    return World(lines=tuple(lines), eligibility=enrolled, pharmacy=tuple(fills), events=tuple(referrals))


@st.composite
def _lines(draw: st.DrawFn, told: Told, name: str, claim: str, day: date) -> list[Line]:
    end = day + timedelta(days=told.length)
    line = Line(
        person_id=name,
        claim_id=claim,
        claim_start_date=day,
        claim_end_date=day,
        diagnosis_code_1=draw(st.sampled_from(CODES)),
        diagnosis_code_2=draw(st.sampled_from((None, *CODES))),
        paid_amount=draw(st.sampled_from((None, 0.0, 50.0, 80.0))),
        paid_date=draw(st.sampled_from((None, end + timedelta(days=20)))),
    )
    institutional = replace(line, claim_type="institutional", claim_end_date=end)
    if told.kind == "bed":
        room, bill = draw(st.sampled_from(ROOMS))
        first = replace(
            institutional,
            admission_date=draw(st.sampled_from((day, None))),
            discharge_date=draw(st.sampled_from((end, None))),
            revenue_center_code=room,
            bill_type_code=bill,
            admit_type_code=draw(st.sampled_from(("1", "1", "1", "3", "4", None))),
            discharge_disposition_code=draw(st.sampled_from(("01", "01", "01", "07", "20", None))),
        )
        return [first, replace(first, claim_line_number=2, revenue_center_code="0250", diagnosis_code_2=None)]
    if told.kind == "emergency":
        if draw(st.booleans()):
            return [replace(line, place_of_service_code="23")]
        return [replace(institutional, claim_end_date=day, revenue_center_code="0450", bill_type_code="131")]
    if told.kind == "hospice":
        return [replace(institutional, claim_end_date=day, revenue_center_code="0651", bill_type_code="811")]
    if told.kind == "clinic":
        return [
            replace(
                institutional,
                claim_end_date=day,
                revenue_center_code=draw(st.sampled_from(("0510", "0905", "0300"))),
            )
        ]
    return [
        replace(
            line,
            hcpcs_code=draw(st.sampled_from(SERVICES)),
            place_of_service_code=draw(st.sampled_from(PLACES)),
            service_unit_quantity=draw(st.sampled_from((None, 1.0, 4.0))),
        )
    ]


@st.composite
def _corrections(draw: st.DrawFn, lines: list[Line]) -> list[Line]:
    """A few lines sent again, taken back, or changed."""
    if not lines:
        return []
    made: list[Line] = []
    for line in draw(st.lists(st.sampled_from(lines), max_size=3)):
        how = draw(st.sampled_from(("twice", "back", "part", "changed", "back and changed")))
        later = (line.paid_date or line.claim_start_date) + timedelta(days=draw(st.sampled_from((0, 5))))
        if how == "twice":
            made.append(line)
        if "back" in how:
            made.append(replace(line, paid_date=later, paid_amount=-(line.paid_amount or 50.0)))
        if how == "part":
            made.append(replace(line, paid_date=later, paid_amount=-20.0))
        if "changed" in how:
            code = draw(st.sampled_from(CODES))
            made.append(replace(line, paid_date=later, paid_amount=40.0, diagnosis_code_1=code))
    return made


@st.composite
def _enrolled(draw: st.DrawFn, name: str, days: list[date]) -> list[Enrolled]:
    day = draw(st.sampled_from(days))
    birthday = day.replace(
        year=day.year - draw(st.sampled_from((6, 13, 18, 35, 40, 40, 40, 65))), day=min(day.day, 28)
    )
    row = Enrolled(
        person_id=name,
        birth_date=birthday + timedelta(days=draw(st.sampled_from((-1, 0, 0, 1)))),
        death_date=draw(st.sampled_from((*[None] * 8, max(days), max(days) + timedelta(days=40)))),
        gender=draw(st.sampled_from(("female", "male", None))),
        race=draw(st.sampled_from(("white", None))),
        enrollment_start_date=min(days)
        - timedelta(days=draw(st.sampled_from((800, 800, 800, 800, 800, 366, 365, 364, 60)))),
        enrollment_end_date=draw(
            st.sampled_from(
                (
                    *[None] * 4,
                    max(days) + timedelta(days=400),
                    *(max(days) + timedelta(days=n) for n in (29, 30, 31)),
                )
            )
        ),
    )
    split = draw(st.sampled_from((0, 0, 0, 0, 1, 1, 2, 40)))
    if not split or (row.enrollment_end_date and day >= row.enrollment_end_date):
        return [row] if draw(st.integers(0, 19)) else []
    after = replace(
        row,
        enrollment_start_date=day + timedelta(days=split),
        gender=draw(st.sampled_from(("female", "male"))),
    )
    if after.enrollment_end_date and after.enrollment_end_date < after.enrollment_start_date:
        return [row]
    return [replace(row, enrollment_end_date=day), after]
