"""Which notes of a day reach the unit rule, and under which of a program's rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit_tables import rule

from beenthere.funding.rules.billable import NoteFacts, OtherNote, ProgramRule
from beenthere.funding.rules.counting import RuleOnDay, count_day, is_counted, rule_for
from beenthere.funding.rules.units import Aggregate, Contact, Rounding, Segment, UnitRule, units_for_day

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)
FLOOR = rule(Rounding.FLOOR)
BY_DAY = replace(rule(Rounding.MIDPOINT), aggregate=Aggregate.DAY)


def on_day(code: str = "H0038", unit_rule: UnitRule | None = FLOOR, **pays: object) -> RuleOnDay:
    plain = ProgramRule(
        unit_rule=unit_rule, paid_kinds=None, paid_modes=None, group_maximum=12, note_within_hours=24
    )
    return RuleOnDay(rule_key="any", code=code, grant_tag="", pays=replace(plain, **pays))  # type: ignore[arg-type]


def note(number: int = 1, start: int = 0, minutes: int = 30, **changes: object) -> NoteFacts:
    starts = NINE + timedelta(minutes=start)
    plain = NoteFacts(
        id=UUID(int=number),
        session_id=None,
        worker_id=UUID(int=100),
        participant_id=UUID(int=200),
        on=date(2026, 5, 4),
        segments=(Segment(starts, starts + timedelta(minutes=minutes)),),
        signed_at=starts + timedelta(hours=2),
        kind="one_to_one",
        mode="in_person",
        group_size=None,
        met=True,
        set_not_billable=False,
        volunteer=False,
        certified=(),
        others=(),
        day=None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def units(notes: Sequence[NoteFacts], *rules: RuleOnDay) -> dict[int, int]:
    return {id_.int: found.own.units for id_, found in count_day(notes, rules).items()}


@pytest.mark.parametrize(
    ("changes", "pays"),
    [
        ({"met": False}, {}),
        ({"segments": ()}, {}),
        ({"set_not_billable": True}, {}),
        ({"volunteer": True}, {}),
        ({"mode": "text"}, {"paid_modes": frozenset({"in_person"})}),
        ({"kind": "check_in"}, {"paid_kinds": frozenset({"one_to_one"})}),
        ({"kind": "group", "group_size": 13}, {}),
        ({"signed_at": NINE + timedelta(days=3)}, {}),
        ({}, {"unit_rule": None}),
    ],
)
def test_what_stands_against_a_note_in_itself_keeps_it_out(
    changes: dict[str, object], pays: dict[str, object]
) -> None:
    assert is_counted(note(), on_day().pays)
    assert not is_counted(note(**changes), on_day(**pays).pays)
    assert units([note(**changes)], on_day(**pays)) == {}


def test_an_overlap_and_a_missing_certification_are_mended_elsewhere() -> None:
    other = OtherNote(
        id=UUID(int=9), session_id=None, worker_id=UUID(int=100), participant_id=UUID(int=300),
        segments=note().segments,
    )  # fmt: skip
    assert is_counted(note(others=(other,), certified=()), on_day().pays)


def test_an_unpaid_visit_does_not_move_the_units_of_a_paid_one() -> None:
    unpaid, paid = note(1, 0, 7, set_not_billable=True), note(2, 60, 7)
    assert units([unpaid, paid], on_day(unit_rule=BY_DAY)) == {2: 0}
    assert units([note(1, 0, 7), paid], on_day(unit_rule=BY_DAY)) == {1: 0, 2: 1}


def test_without_a_rule_nothing_is_counted() -> None:
    assert units([note()]) == {}
    assert rule_for(kind="one_to_one", mode="in_person", rules=[]) is None


@pytest.mark.parametrize(
    ("kind", "mode", "code"),
    [
        ("group", "in_person", "B"),  # only B pays for groups
        ("one_to_one", "phone", "C"),  # A pays the kind, C pays it by phone
        ("one_to_one", "text", "A"),  # nobody pays it so: the first that pays the kind says why
        ("outreach", "in_person", "A"),  # nobody pays the kind: the first at all says why
    ],
)
def test_a_note_falls_under_the_rule_that_pays_it(kind: str, mode: str, code: str) -> None:
    rules = [
        on_day("C", paid_kinds=frozenset({"one_to_one"}), paid_modes=frozenset({"phone"})),
        on_day("B", paid_kinds=frozenset({"group"})),
        on_day("A", paid_kinds=frozenset({"one_to_one"}), paid_modes=frozenset({"in_person"})),
    ]
    found = rule_for(kind=kind, mode=mode, rules=rules)
    assert found is not None
    assert found.code == code


def test_each_code_has_its_own_day() -> None:
    codes = [
        on_day("A", unit_rule=BY_DAY, paid_kinds=frozenset({"one_to_one"})),
        on_day("B", unit_rule=BY_DAY, paid_kinds=frozenset({"skills"})),
    ]
    assert units([note(1, 0, 7), note(2, 60, 7, kind="skills")], *codes) == {1: 0, 2: 0}


@given(
    lengths=st.lists(st.tuples(st.integers(0, 120), st.booleans()), min_size=1, max_size=6),
    shuffle=st.randoms(use_true_random=False),
    day=st.booleans(),
)
def test_the_count_is_the_unit_rule_over_the_paid_notes_in_any_order(
    lengths: list[tuple[int, bool]], shuffle: object, day: bool
) -> None:
    chosen = BY_DAY if day else FLOOR
    notes = [
        note(number, 130 * number, minutes, set_not_billable=aside)
        for number, (minutes, aside) in enumerate(lengths)
    ]
    paid = [Contact(id=one.id, segments=one.segments) for one in notes if not one.set_not_billable]
    expected = {one.contact_id.int: one.units for one in units_for_day(chosen, paid).allotments}
    shuffle.shuffle(notes)  # type: ignore[attr-defined]
    assert units(notes, on_day(unit_rule=chosen)) == expected
