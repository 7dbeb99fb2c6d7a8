from hypothesis import given
from hypothesis import strategies as st

from beenthere.consent.rules.segments import OPENS, Segment, opened_by
from beenthere.consent.rules.visibility import FieldGroup

SEGMENTS = st.frozensets(st.sampled_from([segment.value for segment in Segment]))


def test_every_segment_opens_something_and_always_the_name() -> None:
    assert set(OPENS) == set(Segment)
    assert all(FieldGroup.NAME in groups and len(groups) > 1 for groups in OPENS.values())


def test_the_words_of_notes_are_opened_by_notes_alone() -> None:
    assert [segment for segment, groups in OPENS.items() if FieldGroup.NOTES in groups] == [Segment.NOTES]


def test_nothing_shared_or_nothing_known_opens_nothing() -> None:
    assert opened_by([]) == frozenset()
    assert opened_by(["everything", "NOTES", ""]) == frozenset()


@given(fewer=SEGMENTS, more=SEGMENTS)
def test_when_what_is_shared_shrinks_what_is_opened_only_shrinks(
    fewer: frozenset[str], more: frozenset[str]
) -> None:
    assert opened_by(fewer) <= opened_by(fewer | more)
    assert opened_by(fewer | more) == opened_by(fewer) | opened_by(more)
