"""What is kept of a judgement says, read back, the same as the judgement itself."""

import json
from itertools import product
from uuid import UUID

import pytest

from beenthere.funding.rules.billable import (
    LATE,
    NO_CLOCK,
    NOT_CERTIFIED,
    Finding,
    Findings,
    Standing,
    Weight,
    overlap,
)
from beenthere.funding.rules.judging import Overlap, State, kept, recalled, state_of, state_with
from beenthere.kernel.words import Words

CLOCK = Finding(code="missing_clock_time", weight=Weight.MEND, words=Words(NO_CLOCK), mend="starts_at")
UNCERTIFIED = Finding(code="not_certified", weight=Weight.NOT_BILLABLE, words=Words(NOT_CERTIFIED))
LATE_BY_A_DAY = Finding(
    code="signed_late", weight=Weight.NOT_BILLABLE, words=Words(LATE, {"after": "25 h", "hours": 24})
)
FIRST, SECOND = UUID(int=1), UUID(int=2)


def test_findings_come_back_as_they_were_kept_even_through_json() -> None:
    found = Findings(findings=(CLOCK, UNCERTIFIED, LATE_BY_A_DAY))
    assert recalled(json.loads(json.dumps(kept(found)))) == found


def test_overlaps_join_between_the_note_s_own_and_what_others_decide() -> None:
    rows = kept(Findings(findings=(CLOCK, UNCERTIFIED)))
    near = [Overlap(other_id=SECOND, same_person=False), Overlap(other_id=FIRST, same_person=True)]
    codes = [(one.code, one.about) for one in recalled(rows, near).findings]
    assert codes == [
        ("missing_clock_time", None), ("overlap_same_person", FIRST), ("overlap_same_worker", SECOND),
        ("not_certified", None),
    ]  # fmt: skip


def test_an_overlap_is_never_kept_with_the_note() -> None:
    with pytest.raises(ValueError, match="who reads"):
        kept(Findings(findings=(overlap(FIRST, same_person=True),)))


@pytest.mark.parametrize(
    ("findings", "counted", "state"),
    [
        ((), True, State.COUNTED), ((), False, State.NEEDS), ((CLOCK,), False, State.NEEDS),
        ((CLOCK, UNCERTIFIED), True, State.NOT_BILLABLE),
    ],
)  # fmt: skip
def test_nothing_is_counted_without_a_unit_row(findings: tuple, counted: bool, state: State) -> None:
    assert state_of(Findings(findings=findings), counted=counted) is state


def test_an_overlap_weighs_like_a_missing_field() -> None:
    for state, overlaps in product(State, (True, False)):
        alone = {State.COUNTED: Standing.READY, State.NEEDS: Standing.MEND}.get(state, Standing.NOT_BILLABLE)
        own = {Standing.READY: (), Standing.MEND: (CLOCK,), Standing.NOT_BILLABLE: (UNCERTIFIED,)}[alone]
        near = [Overlap(other_id=FIRST, same_person=True)] if overlaps else []
        together = state_of(recalled(kept(Findings(findings=own)), near), counted=True)
        assert state_with(state, overlaps=overlaps) is together
