import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.kernel.decision import Decision, Reason, allow, and_, refuse, refuse_for

reasons = st.builds(Reason, st.sampled_from("abcd"), st.just("A sentence."))
decisions = st.one_of(
    st.lists(reasons).map(lambda some: allow(*some)),
    st.lists(reasons, min_size=1).map(lambda some: refuse_for(*some)),
)


def test_a_refusal_without_a_reason_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="must give a reason"):
        Decision(False)


def test_a_decision_is_true_exactly_when_allowed() -> None:
    assert allow()
    assert not refuse("late", "The note was written after the deadline.")


@given(st.lists(decisions))
def test_and_is_allowed_exactly_when_all_are(parts: list[Decision]) -> None:
    assert bool(and_(*parts)) is all(part.allowed for part in parts)


@given(st.lists(decisions))
def test_and_gives_every_reason_of_every_refusal_once(parts: list[Decision]) -> None:
    told = and_(*parts)
    refused = {reason for part in parts if not part.allowed for reason in part.reasons}
    assert len(set(told.reasons)) == len(told.reasons)
    assert refused <= set(told.reasons)
    if refused:
        assert set(told.reasons) == refused


@given(decisions, decisions)
def test_order_changes_no_answer(one: Decision, other: Decision) -> None:
    assert and_(one, other).allowed == and_(other, one).allowed
    assert set(and_(one, other).reasons) == set(and_(other, one).reasons)
