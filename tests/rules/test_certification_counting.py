"""Adding up hours: months of unequal length, windows, caps, and entries cut in two."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from beenthere.certification.rules.counting import (
    counted_entries,
    exact,
    least,
    months_later,
    room,
    spans,
    total,
)
from beenthere.certification.rules.record import HourEntry
from beenthere.certification.rules.vocabulary import Hours, Mode, Work

ON = date(2026, 6, 30)
SOME_WORK = next(iter(Work))


def entry(hours: int, first: date, last: date, *, domain: str = "", approved: bool = True) -> HourEntry:
    return HourEntry(
        id=f"{first}{domain}", spent_on=SOME_WORK, hours=Fraction(hours), first=first, last=last,
        domain=domain, approved=approved,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 6, 30), 24, date(2028, 6, 30)),
    ],
)
def test_months_of_unequal_length(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


def test_beyond_the_calendar_is_said() -> None:
    with pytest.raises(OverflowError, match="outside the calendar"):
        months_later(date(9999, 1, 1), 12)


def test_only_approved_hours_up_to_the_day_and_in_the_window_count() -> None:
    asked = Hours(spent_on=SOME_WORK, hours=40, within_months=12)
    entries = [
        entry(10, date(2026, 1, 1), date(2026, 1, 10)),
        entry(10, date(2026, 1, 1), date(2026, 1, 10), approved=False),
        entry(10, date(2024, 1, 1), date(2024, 1, 10)),
        entry(20, date(2026, 6, 21), date(2026, 7, 10)),
    ]
    assert total(asked, counted_entries(asked, entries, ON)) == 10 + 10


def test_an_entry_cut_in_two_counts_the_same() -> None:
    asked = Hours(spent_on=SOME_WORK, hours=40)
    whole = [entry(30, date(2026, 3, 1), date(2026, 3, 30))]
    parts = [entry(10, date(2026, 3, 1), date(2026, 3, 10)), entry(20, date(2026, 3, 11), date(2026, 3, 30))]
    assert total(asked, counted_entries(asked, whole, ON)) == total(asked, counted_entries(asked, parts, ON))


def test_a_cap_holds_and_says_what_room_is_left() -> None:
    asked = Hours(spent_on=SOME_WORK, hours=40, at_most={"ethics": 12, "online": 5})
    counted = counted_entries(asked, [entry(20, date(2026, 2, 1), date(2026, 2, 2), domain="ethics")], ON)
    assert total(asked, counted) == 12
    assert room(asked, counted) == {"ethics": 0, "online": 5}


def test_hours_over_a_time() -> None:
    asked = Hours(spent_on=SOME_WORK, hours=10, over_months=6)
    early, late = entry(5, date(2026, 1, 1), date(2026, 1, 1)), entry(5, date(2026, 6, 30), date(2026, 6, 30))
    assert spans(asked, counted_entries(asked, [early, late], ON), ON)
    assert not spans(asked, counted_entries(asked, [late], ON), ON)


def test_a_written_number_is_exact() -> None:
    assert exact(19.5) == Fraction(39, 2)


def test_a_span_begins_where_the_window_does_so_a_cut_there_changes_nothing() -> None:
    asked = Hours(spent_on=SOME_WORK, hours=10, within_months=12, over_months=12)
    whole = [entry(730, date(2024, 7, 1), date(2026, 6, 30))]
    parts = [entry(364, date(2024, 7, 1), date(2025, 6, 29)), entry(366, date(2025, 6, 30), ON)]
    for told in (whole, parts):
        counted = counted_entries(asked, told, ON)
        assert (total(asked, counted), spans(asked, counted, ON)) == (366, True)


def test_what_may_be_of_a_capped_kind_is_sure_to_count_as_far_as_the_cap_only() -> None:
    asked = Hours(spent_on=SOME_WORK, hours=50, at_most={Mode.IN_SERVICE.value: 12})
    silent = replace(entry(50, ON, ON), maybe=frozenset({Mode.IN_SERVICE.value}))
    counted = counted_entries(asked, [silent], ON)
    assert (least(asked, counted), total(asked, counted)) == (12, 50)
    said = counted_entries(asked, [replace(silent, mode=Mode.LIVE)], ON)
    assert (least(asked, said), total(asked, said)) == (50, 50)


def test_hours_without_days_may_lie_in_a_window_and_are_not_sure_to() -> None:
    asked = Hours(spent_on=SOME_WORK, hours=10, within_months=12)
    undated = replace(entry(10, date(2000, 1, 1), date(2000, 1, 1)), dated=False)
    counted = counted_entries(asked, [undated], ON)
    assert [(one.hours, one.sure) for one in counted] == [(10, False)]
