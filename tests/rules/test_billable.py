from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit_tables import DAY, rule

from beenthere.funding.rules.billable import (
    NoteFacts,
    OtherNote,
    ProgramRule,
    Standing,
    Weight,
    assess_billable,
)
from beenthere.funding.rules.units import Contact, Rounding, Segment, units_for_day
from beenthere.kernel.periods import Period
from beenthere.kernel.words import english

ANA, BEN, WORKER, OTHER_WORKER, NOTE, OTHER, SITTING = (UUID(int=i) for i in range(1, 8))
NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)
FLOOR = rule(Rounding.FLOOR)
PAYS = ProgramRule(
    unit_rule=FLOOR,
    paid_kinds=frozenset({"one_to_one", "group"}),
    paid_modes=frozenset({"in_person"}),
    group_maximum=12,
    note_within_hours=24,
)


def at(start: int, end: int) -> tuple[Segment, ...]:
    return (Segment(NINE + timedelta(minutes=start), NINE + timedelta(minutes=end)),)


def note(**changes: object) -> NoteFacts:
    segments = changes.get("segments", at(0, 30))
    contact = Contact(id=NOTE, segments=segments)  # type: ignore[arg-type]
    plain = NoteFacts(
        id=NOTE,
        session_id=None,
        worker_id=WORKER,
        participant_id=ANA,
        on=date(2026, 5, 4),
        segments=at(0, 30),
        signed_at=NINE + timedelta(hours=2),
        kind="one_to_one",
        mode="in_person",
        group_size=None,
        met=True,
        set_not_billable=False,
        volunteer=False,
        certified=(Period(date(2026, 1, 1), date(2027, 1, 1)),),
        others=(),
        day=units_for_day(FLOOR, [contact]),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def other(**changes: object) -> OtherNote:
    plain = OtherNote(id=OTHER, session_id=None, worker_id=WORKER, participant_id=BEN, segments=at(20, 50))
    return replace(plain, **changes)  # type: ignore[arg-type]


def codes(facts: NoteFacts, rule: ProgramRule | None = PAYS) -> tuple[str, ...]:
    return tuple(finding.code for finding in assess_billable(facts, rule).findings)


def test_a_whole_note_has_no_findings() -> None:
    assert assess_billable(note(), PAYS).findings == ()
    assert assess_billable(note(), PAYS).standing is Standing.READY


@pytest.mark.parametrize(
    ("changes", "code", "mend", "standing"),
    [
        ({"segments": ()}, "missing_clock_time", "starts_at", Standing.MEND),
        ({"others": (other(),)}, "overlap_same_worker", "starts_at", Standing.MEND),
        ({"others": (other(worker_id=OTHER_WORKER, participant_id=ANA),)}, "overlap_same_person", "starts_at",
         Standing.MEND),
        ({"mode": "text"}, "mode_not_paid", "mode", Standing.NOT_BILLABLE),
        ({"kind": "outreach"}, "kind_not_paid", "kind", Standing.NOT_BILLABLE),
        ({"kind": "group", "group_size": 13}, "group_too_large", "group_size", Standing.NOT_BILLABLE),
        ({"signed_at": NINE + timedelta(hours=24, minutes=31)}, "signed_late", None, Standing.NOT_BILLABLE),
        ({"certified": (Period(date(2026, 5, 5)),)}, "not_certified", None, Standing.NOT_BILLABLE),
        ({"certified": ()}, "not_certified", None, Standing.NOT_BILLABLE),
        ({"volunteer": True}, "volunteer", None, Standing.NOT_BILLABLE),
        ({"set_not_billable": True}, "set_not_billable", None, Standing.NOT_BILLABLE),
        ({"met": False, "segments": ()}, "not_met", None, Standing.NOT_BILLABLE),
    ],
)  # fmt: skip
def test_each_finding_alone(changes: dict, code: str, mend: str | None, standing: Standing) -> None:
    told = assess_billable(note(**changes), PAYS)
    assert [(finding.code, finding.mend) for finding in told.findings] == [(code, mend)]
    assert told.standing is standing


@pytest.mark.parametrize(
    "changes",
    [
        {"signed_at": NINE + timedelta(hours=24, minutes=30)},
        {"kind": "group", "group_size": 12},
        {"others": (other(segments=at(30, 60)),)},
        {"others": (other(worker_id=OTHER_WORKER),)},
        {"others": (other(id=NOTE),)},
        {"session_id": SITTING, "others": (other(session_id=SITTING),)},
        {"certified": (Period(date(2026, 5, 4), date(2026, 5, 5)),)},
    ],
)
def test_what_is_just_within(changes: dict) -> None:
    assert codes(note(**changes)) == ()


def test_two_workers_cannot_both_bill_one_person_for_one_sitting() -> None:
    both = other(worker_id=OTHER_WORKER, participant_id=ANA, session_id=SITTING)
    assert codes(note(session_id=SITTING, others=(both,))) == ("overlap_same_person",)


@pytest.mark.parametrize("rule", [None, replace(PAYS, unit_rule=None)])
def test_without_a_payers_rule_nothing_is_established(rule: ProgramRule | None) -> None:
    told = assess_billable(note(day=None), rule)
    assert told.standing is Standing.NOT_ESTABLISHED
    assert [finding.weight for finding in told.findings] == [Weight.NOT_ESTABLISHED]


def test_what_the_payer_does_not_say_is_not_judged() -> None:
    silent = ProgramRule(
        unit_rule=FLOOR, paid_kinds=None, paid_modes=None, group_maximum=None, note_within_hours=None
    )
    odd = note(mode="text", kind="outreach", group_size=80, signed_at=NINE + timedelta(days=90))
    assert codes(odd, silent) == ()


def test_a_payer_that_pays_volunteers() -> None:
    assert codes(note(volunteer=True), replace(PAYS, pays_volunteers=True)) == ()


def test_a_short_visit_brings_no_units_and_says_why() -> None:
    short = note(segments=at(0, 9), day=units_for_day(FLOOR, [Contact(id=NOTE, segments=at(0, 9))]))
    [finding] = assess_billable(short, PAYS).findings
    assert finding.code == "no_units"
    assert english(finding.words).startswith("9 min: not enough for a unit")


def test_a_short_visit_counts_where_the_day_is_added_up() -> None:
    by = rule(Rounding.FLOOR, DAY)
    visits = [Contact(id=NOTE, segments=at(0, 9)), Contact(id=OTHER, segments=at(60, 69))]
    facts = note(segments=at(0, 9), day=units_for_day(by, visits))
    assert facts.day is not None
    assert facts.day.of(NOTE).units == 0  # type: ignore[union-attr]
    assert codes(facts, replace(PAYS, unit_rule=by)) == ()


def test_all_findings_come_at_once() -> None:
    faulty = note(
        segments=(), mode="text", kind="outreach", group_size=40, volunteer=True, certified=(), day=None
    )
    assert len(codes(faulty)) == 6


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
def test_overlap_is_symmetric(start: int, length: int, other_start: int, other_length: int) -> None:
    here, there = at(start, start + length), at(other_start, other_start + other_length)
    one = note(segments=here, others=(other(segments=there),))
    reverse = note(segments=there, others=(other(segments=here),))
    found = "overlap_same_worker" in codes(one)
    assert found is ("overlap_same_worker" in codes(reverse))
    minutes = set(range(start, start + length)) & set(range(other_start, other_start + other_length))
    assert found is bool(minutes)


def test_every_sentence_can_be_said() -> None:
    everything = note(
        segments=at(0, 9),
        others=(other(), other(participant_id=ANA)),
        mode="text",
        kind="group",
        group_size=13,
        signed_at=NINE + timedelta(days=3),
        volunteer=True,
        certified=(),
        set_not_billable=True,
    )
    for finding in assess_billable(everything, PAYS).findings:
        assert "%" not in english(finding.words)
