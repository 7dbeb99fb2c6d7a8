from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit_tables import (
    COLUMNS,
    DAY,
    MINUTES,
    ONE_CONTACT,
    SESSION,
    SETTINGS,
    SEVERAL_CONTACTS,
    contacts,
    rule,
)

from beenthere.funding.rules.explanation import explain
from beenthere.funding.rules.units import Aggregate, Contact, Rounding, Segment, UnitRule, units_for_day
from beenthere.kernel.words import english

ROWS_OF_ONE = [
    (rounding, minutes, units)
    for rounding, row in ONE_CONTACT.items()
    for minutes, units in zip(MINUTES, row, strict=True)
]
CELLS = [
    (words, visits, *column, units)
    for words, visits, row in SEVERAL_CONTACTS
    for column, units in zip(COLUMNS, row, strict=True)
]


@pytest.mark.parametrize(("rounding", "minutes", "units"), ROWS_OF_ONE)
def test_units_of_one_contact(rounding: Rounding, minutes: int, units: int) -> None:
    assert units_for_day(rule(rounding), contacts([minutes])).units == units
    by_hand = Contact(id=UUID(int=1), minutes=minutes)
    assert units_for_day(rule(rounding), [by_hand]).units == units


@pytest.mark.parametrize(("words", "visits", "rounding", "aggregate", "units"), CELLS)
def test_units_of_several_contacts(
    words: str, visits: tuple[list[int], ...], rounding: Rounding, aggregate: Aggregate, units: int
) -> None:
    assert units_for_day(rule(rounding, aggregate), contacts(*visits)).units == units


@pytest.mark.parametrize(("title", "asks", "visits", "units", "remainder", "capped"), SETTINGS)
def test_settings(title: str, asks: dict, visits: tuple, units: int, remainder: int, capped: int) -> None:
    day = units_for_day(rule(**asks), contacts(*visits))
    assert (day.units, day.remainder_minutes, day.capped_units) == (units, remainder, capped)


# --- Twins: the same questions answered the slow way, minute by minute -----------------------------------


def units_by_counting(rounding: Rounding, length: int, minutes: int) -> int:
    """Fill units one minute after the other; look at the last one when the minutes are used up."""
    full, begun = 0, 0
    for _ in range(minutes):
        begun += 1
        if begun == length:
            full, begun = full + 1, 0
    counts = {Rounding.CEILING: begun > 0, Rounding.MIDPOINT: begun * 2 > length}
    return full + counts.get(rounding, False)


@given(st.sampled_from(Rounding), st.integers(1, 90), st.integers(0, 600))
def test_rounding_agrees_with_counting_minutes(rounding: Rounding, length: int, minutes: int) -> None:
    day = units_for_day(rule(rounding, unit_minutes=length), contacts([minutes]))
    assert day.units == units_by_counting(rounding, length, minutes)


# --- Properties -------------------------------------------------------------------------------------------


@st.composite
def rules(draw: st.DrawFn) -> UnitRule:
    rounding = draw(st.sampled_from(Rounding))
    unbroken = rounding is Rounding.UNBROKEN_FLOOR
    return rule(
        rounding,
        SESSION if unbroken else draw(st.sampled_from(Aggregate)),
        unit_minutes=draw(st.sampled_from([1, 6, 15, 30, 60])),
        minimum_minutes=draw(st.integers(0, 20)),
        daily_cap_units=draw(st.none() | st.integers(1, 12)),
        cut_breaks=unbroken or draw(st.booleans()),
    )


@st.composite
def days(draw: st.DrawFn) -> list[Contact]:
    visits = st.lists(st.integers(0, 70), min_size=1, max_size=3)
    made = contacts(*draw(st.lists(visits, max_size=5)))
    groups = [draw(st.booleans()) for _ in made]
    return [replace(contact, group=group) for contact, group in zip(made, groups, strict=True)]


def longer(contact: Contact, minutes: int) -> Contact:
    *before, last = contact.segments
    return replace(contact, segments=(*before, Segment(last.start, last.end + timedelta(minutes=minutes))))


@given(rules(), days().filter(bool), st.integers(0, 60), st.data())
def test_units_never_fall_as_minutes_rise(
    by: UnitRule, day: list[Contact], minutes: int, data: st.DataObject
) -> None:
    i = data.draw(st.integers(0, len(day) - 1))
    grown = [*day[:i], longer(day[i], minutes), *day[i + 1 :]]
    assert units_for_day(by, grown).units >= units_for_day(by, day).units


@given(rules(), days())
def test_units_never_pass_the_cap_and_what_is_lost_is_told(by: UnitRule, day: list[Contact]) -> None:
    billed = units_for_day(by, day)
    free = units_for_day(replace(by, daily_cap_units=None), day)
    assert billed.units == min(free.units, by.daily_cap_units or free.units)
    assert billed.units + billed.capped_units == free.units


@given(rules(), days(), st.randoms(use_true_random=False))
def test_the_order_of_lines_is_irrelevant(by: UnitRule, day: list[Contact], random: object) -> None:
    shuffled = list(day)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert units_for_day(by, shuffled) == units_for_day(by, day)


@given(rules(), days().filter(bool))
def test_a_later_contact_changes_nothing_given_before_it(by: UnitRule, day: list[Contact]) -> None:
    before, after = units_for_day(by, day[:-1]), units_for_day(by, day)
    assert after.units >= before.units
    assert [one.units for one in after.allotments[:-1]] == [one.units for one in before.allotments]


@given(rules(), days().filter(bool), st.data())
def test_adding_a_contact_never_lowers_the_day(by: UnitRule, day: list[Contact], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(day) - 1))
    assert units_for_day(by, day).units >= units_for_day(by, [*day[:i], *day[i + 1 :]]).units


@given(rules(), days())
def test_the_parts_sum_to_the_day_and_none_is_negative(by: UnitRule, day: list[Contact]) -> None:
    parts = units_for_day(by, day).allotments
    assert {one.contact_id for one in parts} == {contact.id for contact in day}
    for one in parts:
        assert min(one.units, one.capped_units, one.remainder_minutes, one.minutes) >= 0


@given(rules(), days())
def test_a_day_rule_bills_the_days_minutes_rounded_once(by: UnitRule, day: list[Contact]) -> None:
    """A claim split over contacts sums to the whole: the same as one contact with all the minutes."""
    free = replace(by, daily_cap_units=None)
    if free.aggregate is Aggregate.DAY:
        for group in (False, True):
            line = [contact for contact in day if contact.group is group]
            minutes = sum(sum(one.stretches(cut_breaks=free.cut_breaks)) for one in line)
            whole = Contact(id=UUID(int=99), minutes=minutes)
            assert units_for_day(free, line).units == units_for_day(free, [whole]).units


@given(rules(), days())
def test_every_contact_can_be_explained(by: UnitRule, day: list[Contact]) -> None:
    counted = units_for_day(by, day)
    for contact in day:
        assert "%" not in english(explain(by, counted, contact.id))


# --- Details ----------------------------------------------------------------------------------------------


def test_the_days_units_go_to_contacts_in_clock_order() -> None:
    day = units_for_day(rule(Rounding.MIDPOINT, DAY), contacts([10], [10], [10])[::-1])
    assert [(one.contact_id.int, one.units) for one in day.allotments] == [(0, 1), (1, 0), (2, 1)]


def test_contacts_without_clock_times_come_last_and_ties_go_by_id() -> None:
    first, second = contacts([10], [10])
    same_time = replace(second, segments=first.segments, id=UUID(int=7))
    by_hand = Contact(id=UUID(int=3), minutes=10)
    day = units_for_day(rule(Rounding.FLOOR, DAY), [by_hand, same_time, first])
    assert [one.contact_id.int for one in day.allotments] == [0, 7, 3]


def test_stretches_that_touch_are_one() -> None:
    start = datetime(2026, 5, 4, 9, tzinfo=UTC)
    middle, end = start + timedelta(minutes=8), start + timedelta(minutes=16)
    contact = Contact(id=UUID(int=1), segments=(Segment(middle, end), Segment(start, middle)))
    assert units_for_day(rule(Rounding.UNBROKEN_FLOOR), [contact]).units == 1


def test_group_and_individual_minutes_are_not_added_together() -> None:
    alone, in_group = contacts([10], [10])
    day = units_for_day(rule(Rounding.FLOOR, DAY), [alone, replace(in_group, group=True)])
    assert day.units == 0


def test_a_contact_given_twice_is_refused() -> None:
    contact = contacts([20])[0]
    with pytest.raises(ValueError, match="given twice"):
        units_for_day(rule(Rounding.FLOOR), [contact, contact])


@pytest.mark.parametrize(
    ("asks", "why"),
    [
        ({"rounding": Rounding.UNBROKEN_FLOOR, "aggregate": DAY}, "unbroken"),
        ({"rounding": Rounding.UNBROKEN_FLOOR, "cut_breaks": False}, "unbroken"),
        ({"rounding": Rounding.FLOOR, "unit_minutes": 0}, "at least 1 minute"),
        ({"rounding": Rounding.FLOOR, "daily_cap_units": 0}, "leave it out"),
    ],
)
def test_a_rule_that_contradicts_itself_cannot_be_made(asks: dict, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        rule(**asks)


@pytest.mark.parametrize(
    ("asks", "visits", "sentence"),
    [
        ({"rounding": Rounding.FLOOR}, [[47]],
         "47 min: 3 units of 15 min, remainder 2 min dropped under this payer's rule"),
        ({"rounding": Rounding.FLOOR}, [[20]],
         "20 min: 1 unit of 15 min, remainder 5 min dropped under this payer's rule"),
        ({"rounding": Rounding.FLOOR}, [[30]], "30 min: 2 units of 15 min"),
        ({"rounding": Rounding.FLOOR}, [[9]],
         "9 min: not enough for a unit of 15 min under this payer's rule."),
        ({"rounding": Rounding.MIDPOINT}, [[80]],
         "1 h 20 min: 5 units of 15 min, remainder 5 min dropped under this payer's rule"),
        ({"rounding": Rounding.CEILING}, [[16]],
         "16 min: 2 units of 15 min, rounded up under this payer's rule"),
        ({"rounding": Rounding.CEILING, "minimum_minutes": 8}, [[7]],
         "7 min: no unit. This payer's rule begins at 8 min."),
        ({"rounding": Rounding.FLOOR, "daily_cap_units": 2}, [[50]],
         "50 min: the payer's limit of 2 units a day is reached. Units billed: 2; not billed: 1"),
        ({"rounding": Rounding.FLOOR, "aggregate": DAY}, [[20], [25]],
         "20 min of the day's 45 min. This payer's rule adds up the day: "
         "3 × 15 min, of which this visit carries 1"),
    ],
)  # fmt: skip
def test_explanations_in_english(asks: dict, visits: list[list[int]], sentence: str) -> None:
    by = rule(**asks)
    day = units_for_day(by, contacts(*visits))
    assert english(explain(by, day, UUID(int=0))) == sentence
