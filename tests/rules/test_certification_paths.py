"""Renewal, reciprocity and plans."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from test_certification_assess import EVERY, TODAY, entries, keys, records

from beenthere.certification.rules.assess import Finding, Outcome
from beenthere.certification.rules.measure import HoursLack, Standing
from beenthere.certification.rules.plan import hours_to_do, plan
from beenthere.certification.rules.reciprocity import ReciprocityStatus, reciprocity
from beenthere.certification.rules.record import Held, HourEntry, Record
from beenthere.certification.rules.renewal import RenewalStatus, renewal
from beenthere.certification.rules.vocabulary import Path, Topic, Work
from beenthere.kernel.words import Words, english

ORDER = [RenewalStatus.NOT_YET, RenewalStatus.CANNOT_KNOW, RenewalStatus.READY]


def ce(hours: int, domain: str = "", on: date = date(2026, 6, 1)) -> HourEntry:
    return HourEntry(
        id=domain or "ce", spent_on=Work.CE, hours=Fraction(hours), first=on, last=on, domain=domain
    )


def held(key: str, issued: date = date(2025, 3, 1), expires: date | None = None) -> Held:
    return Held(credential=key, issued=issued, expires=expires)


@given(keys, keys, keys, records())
def test_a_plan_never_costs_more_than_the_goals_one_by_one(a: str, b: str, c: str, record: Record) -> None:
    goals = [EVERY[key] for key in (a, b, c)]
    together = plan(record, goals, TODAY)
    alone = [plan(record, [one], TODAY) for one in {one.key: one for one in goals}.values()]
    assert together.total_hours <= sum(one.total_hours for one in alone)
    assert all(together.total_hours >= one.total_hours for one in alone)
    assert len(together.steps) <= sum(len(one.steps) for one in alone)


@given(keys, keys, records())
def test_the_order_of_goals_is_irrelevant(a: str, b: str, record: Record) -> None:
    assert plan(record, [EVERY[a], EVERY[b]], TODAY) == plan(record, [EVERY[b], EVERY[a]], TODAY)


def test_hours_that_count_twice_are_planned_once() -> None:
    told = plan(Record(), [EVERY["ICRC/PR"], EVERY["RI/CPRS"]], TODAY)
    hours = {one.spent_on: one for one in told.hours}
    assert (hours[Work.TRAINING].hours, hours[Work.WORK].hours) == (46, 500)
    assert hours[Work.TRAINING].domains["ethics"] == 16


def test_hours_beyond_a_cap_are_planned_on_top() -> None:
    """Illinois takes at most 54 of its 100 hours in core functions; 60 there leave 46 elsewhere."""
    sixty = HourEntry(
        id="a", spent_on=Work.TRAINING, hours=Fraction(60), first=TODAY, last=TODAY, domain="core-functions"
    )
    told = plan(Record(hours=(sixty,)), [EVERY["IL/CRSS"]], TODAY)
    training = next(one for one in told.hours if one.spent_on is Work.TRAINING)
    assert training.hours == 46


@pytest.mark.parametrize(
    ("key", "birth", "issued", "ends"),
    [
        ("WA/CPS", date(1990, 7, 15), date(2024, 9, 1), date(2027, 7, 15)),
        ("WA/CPS", date(1990, 10, 15), date(2024, 9, 1), date(2026, 10, 15)),
        ("MT/CBHPSS", None, date(2026, 3, 1), date(2026, 12, 31)),
        ("NE/CPSS", None, date(2026, 3, 1), date(2027, 9, 1)),
        ("NE/CPSS", None, date(2025, 9, 1), date(2027, 9, 1)),
        ("SC/CPSS", None, date(2026, 3, 1), date(2027, 2, 28)),
        ("OH/PRS", None, date(2026, 3, 1), None),
        ("MS/CPSSP", None, date(2026, 3, 1), None),
    ],
)
def test_the_anchor_decides_the_last_day(
    key: str, birth: date | None, issued: date, ends: date | None
) -> None:
    record = Record(credentials=(held(key, issued),), birth_date=birth)
    told = renewal(record, EVERY[key], TODAY)
    assert told.ends == ends
    assert told.computed is (ends is not None)


def test_the_day_on_the_certificate_goes_before_a_computed_one() -> None:
    record = Record(credentials=(held("SC/CPSS", expires=date(2027, 1, 31)),))
    told = renewal(record, EVERY["SC/CPSS"], TODAY)
    assert (told.ends, told.computed) == (date(2027, 1, 31), False)


def test_minimums_by_topic_are_asked_for_beside_the_total() -> None:
    one = held("UT/CPSS", expires=date(2027, 3, 1))
    told = renewal(Record(credentials=(one,), hours=(ce(20, "general"),)), EVERY["UT/CPSS"], TODAY)
    assert told.status is RenewalStatus.NOT_YET
    split = (ce(2, "ethics"), ce(6, "peer"), ce(1, "suicide-prevention"), ce(11, "general"))
    told = renewal(Record(credentials=(one,), hours=split), EVERY["UT/CPSS"], TODAY)
    assert told.status is RenewalStatus.READY
    assert told.keep_proof_years == 3


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2026, 3, 1), RenewalStatus.READY),
        (date(2026, 3, 2), RenewalStatus.LATE),
        (date(2026, 5, 30), RenewalStatus.LATE),
        (date(2026, 5, 31), RenewalStatus.LAPSED),
    ],
)
def test_a_late_window_has_a_last_day(on: date, status: RenewalStatus) -> None:
    record = Record(
        credentials=(held("WV/PRSS", expires=date(2026, 3, 1)),), hours=(ce(20, "ethics", date(2025, 6, 1)),)
    )
    assert renewal(record, EVERY["WV/PRSS"], on).status is status


@given(keys, records(), entries())
def test_an_hour_never_sets_a_renewal_back(key: str, record: Record, more: HourEntry) -> None:
    having = replace(record, credentials=(held(key, expires=date(2027, 3, 1)),))
    before = renewal(having, EVERY[key], TODAY)
    after = renewal(replace(having, hours=(*having.hours, more)), EVERY[key], TODAY)
    assert ORDER.index(after.status) >= ORDER.index(before.status)


def moved(from_: str, to: str, expires: date | None = date(2027, 1, 1)) -> object:
    record = Record(credentials=(held(from_, expires=expires),))
    return reciprocity(record, EVERY[from_], EVERY[to], TODAY)


@pytest.mark.parametrize(
    ("from_", "to", "status", "path"),
    [
        ("RI/CPRS", "CO/CPFS", ReciprocityStatus.PATH, Path.BOARD_TO_BOARD),
        ("OH/PRS", "CO/CPFS", ReciprocityStatus.FULL_APPLICATION, Path.BOARD_TO_BOARD),
        ("OH/PRS", "CA/CMPSS", ReciprocityStatus.PATH, Path.CONDITIONAL_EXAM),
        ("OH/PRS", "KY/APSS", ReciprocityStatus.PATH, Path.TRAINING_WAIVER),
        ("OH/PRS", "ND/CPSS-I", ReciprocityStatus.PATH, Path.HOURS_COUNT),
        ("OH/PRS", "NC/NCCPSS", ReciprocityStatus.FULL_APPLICATION, Path.NONE),
        ("TX/MHPS", "OH/PRS", ReciprocityStatus.CANNOT_KNOW, None),
    ],
)
def test_paths(from_: str, to: str, status: ReciprocityStatus, path: Path | None) -> None:
    told = moved(from_, to)
    assert (told.status, told.path) == (status, path)  # type: ignore[attr-defined]


def test_a_credential_that_is_over_or_has_no_end_opens_no_path() -> None:
    for expires in (None, date(2026, 11, 21)):
        told = moved("OH/PRS", "CA/CMPSS", expires)
        assert told.status is ReciprocityStatus.CANNOT_KNOW  # type: ignore[attr-defined]


def test_the_california_path_waives_the_course_and_keeps_the_exam() -> None:
    told = moved("OH/PRS", "CA/CMPSS")
    keys_left = {one.key for one in told.remains}  # type: ignore[attr-defined]
    assert {"experience", "letters", "exam", "law-ethics"} <= keys_left
    assert "training" not in keys_left


def lack(hours: int, domains: tuple[str, ...] = (), modes: tuple[str, ...] = ()) -> Finding:
    lacks = (HoursLack(spent_on=Work.TRAINING, hours=Fraction(hours), domains=domains, modes=modes),)
    return Finding(
        key="x", topic=Topic.TRAINING, outcome=Outcome.MISSING, standing=Standing.MISSING, words=Words(""),
        next_step=None, sources=(), confidence=None, lacks=lacks,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("goals", "hours"),
    [
        ([[lack(40, modes=("live",))], [lack(30, modes=("online",))]], 70),
        ([[lack(40, modes=("live",))], [lack(30)]], 40),
        ([[lack(20, ("ethics", "hiv"))], [lack(30, ("advocacy",))]], 50),
        ([[lack(20, ("ethics", "hiv"))], [lack(30, ("hiv",))]], 30),
        ([[lack(60), lack(10, ("ethics",)), lack(40, modes=("live",))], [lack(16, ("ethics",))]], 60),
    ],
)
def test_hours_of_no_use_to_a_goal_come_on_top(goals: list[list[Finding]], hours: int) -> None:
    assert [one.hours for one in hours_to_do(goals)] == [hours]


@pytest.mark.parametrize(("expires", "words"), [(None, "does not say"), (date(2026, 1, 1), "no OH/PRS")])
def test_a_credential_whose_end_is_not_said_is_not_called_over(expires: date | None, words: str) -> None:
    told = moved("OH/PRS", "CA/CMPSS", expires)
    assert words in english(told.words)  # type: ignore[attr-defined]


def test_a_renewal_asks_how_the_hours_that_nobody_described_were_given() -> None:
    one = replace(EVERY["UT/CPSS"].versions[0].renewal, minimums={"ethics": 2})  # type: ignore[type-var]
    asks = replace(EVERY["UT/CPSS"], versions=(replace(EVERY["UT/CPSS"].versions[0], renewal=one),))
    silent = replace(ce(20), maybe=frozenset({"ethics"}))
    record = Record(hours=(silent,), credentials=(held("UT/CPSS", expires=date(2027, 3, 1)),))
    assert renewal(record, asks, TODAY).status is RenewalStatus.CANNOT_KNOW


def test_a_board_of_the_family_vouches_and_the_new_one_may_ask_for_more() -> None:
    told = moved("RI/CPRS", "CO/CPFS")
    stands = {one.key: one.standing for one in told.remains}  # type: ignore[attr-defined]
    assert stands["training"] is stands["exam"] is stands["work"] is Standing.SOURCE_UNSURE
    assert stands["recovery"] is Standing.RECORD_SILENT
    assert [one.earliest for one in told.remains if one.key == "work"] == [None]  # type: ignore[attr-defined]
    full = moved("OH/PRS", "CO/CPFS")
    assert next(one for one in full.remains if one.key == "exam").standing is Standing.MISSING  # type: ignore[attr-defined]
