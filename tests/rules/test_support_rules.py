from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.kernel.words import english
from beenthere.support.rules.deadlines import note_age
from beenthere.support.rules.note_views import NoteText, View, arrange
from beenthere.support.rules.overlap import Held, Same, overlaps
from beenthere.support.rules.who_next import (
    Visit,
    visits_at,
)

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)
TODAY = date(2026, 5, 4)


def after(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def named(i: int) -> UUID:
    return UUID(int=i)


# --- Overlap ------------------------------------------------------------------------------------------------


def held(
    i: int, start: int, end: int, *, person: int = 1, worker: int = 1, session: int | None = None
) -> Held:
    return Held(
        id=named(i),
        person_id=named(person),
        worker_id=named(worker),
        starts_at=after(start),
        ends_at=after(end),
        session_id=None if session is None else named(session),
    )


@st.composite
def many_held(draw: st.DrawFn) -> list[Held]:
    few, sitting = st.integers(1, 3), st.none() | st.integers(1, 2)
    shape = st.tuples(st.integers(0, 30), st.integers(0, 20), few, few, sitting)
    drawn = draw(st.lists(shape, max_size=12))
    return [
        held(i, start, start + length, person=person, worker=worker, session=session)
        for i, (start, length, person, worker, session) in enumerate(drawn)
    ]


def slow_overlaps(encounters: list[Held]) -> set[frozenset[UUID]]:
    """The twin: minute by minute, pair by pair."""

    def minutes(one: Held) -> set[datetime]:
        assert one.starts_at is not None
        assert one.ends_at is not None
        length = (one.ends_at - one.starts_at).seconds // 60
        return {one.starts_at + timedelta(minutes=i) for i in range(length)}

    return {
        frozenset({one.id, other.id})
        for one, other in combinations(encounters, 2)
        if minutes(one) & minutes(other)
        and (
            one.person_id == other.person_id
            or (
                one.worker_id == other.worker_id
                and not (one.session_id is not None and one.session_id == other.session_id)
            )
        )
    }


@given(many_held())
def test_overlaps_agree_with_looking_at_every_minute(encounters: list[Held]) -> None:
    found = overlaps(encounters)
    assert {frozenset({one.first_id, one.second_id}) for one in found} == slow_overlaps(encounters)
    assert overlaps(encounters[::-1]) == found


def test_ends_that_touch_do_not_overlap() -> None:
    assert overlaps([held(1, 0, 30), held(2, 30, 60)]) == ()


def test_one_person_twice_is_told_as_the_persons() -> None:
    [found] = overlaps([held(1, 0, 30), held(2, 10, 20)])
    assert (found.first_id, found.second_id, found.same) == (named(1), named(2), Same.PERSON)


def test_a_group_is_one_sitting() -> None:
    assert overlaps([held(1, 0, 60, person=1, session=9), held(2, 0, 60, person=2, session=9)]) == ()


def test_without_clock_times_nothing_overlaps() -> None:
    untimed = Held(id=named(2), person_id=named(1), worker_id=named(1), starts_at=None, ends_at=None)
    assert overlaps([held(1, 0, 60), untimed]) == ()


# --- Views of a note ----------------------------------------------------------------------------------------

notes = st.builds(
    NoteText, **{field.name: st.sampled_from(["", " ", field.name]) for field in fields(NoteText)}
)


@given(notes, st.sampled_from(View))
def test_a_view_shows_every_word_once_and_adds_none(note: NoteText, view: View) -> None:
    shown = [text for section in arrange(note, view) for text in section.texts]
    written = [getattr(note, field.name) for field in fields(NoteText)]
    assert sorted(shown) == sorted(text for text in written if text.strip())


@pytest.mark.parametrize("view", View)
def test_the_letters_spell_the_view(view: View) -> None:
    assert "".join(section.letter for section in arrange(NoteText(), view)).lower() == view.value


# --- Age of a note ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "within_hours", "late", "words"),
    [
        (0, None, False, "less than an hour old"),
        (59, 24, False, "less than an hour old"),
        (60, 24, False, "1 hour old"),
        (24 * 60, 24, False, "24 hours old"),
        (24 * 60 + 5, 24, True, "less than an hour late"),
        (25 * 60, 24, True, "1 hour late"),
        (30 * 60, 24, True, "6 hours late"),
        (72 * 60, 24, True, "2 days late"),
        (72 * 60, None, False, "3 days old"),
        (-20, 24, False, "less than an hour old"),
    ],
)
def test_age_in_words(minutes: int, within_hours: int | None, late: bool, words: str) -> None:
    told = note_age(ended_at=NINE, within_hours=within_hours, at=after(minutes))
    assert (told.late, english(told.words)) == (late, words)


def test_a_deadline_counts_hours_that_passed_and_not_the_clock() -> None:
    zone = ZoneInfo("America/New_York")
    ended = datetime(2026, 10, 31, 12, tzinfo=zone)
    next_noon = datetime(2026, 11, 1, 12, tzinfo=zone)  # 25 hours later: the clocks went back
    assert note_age(ended_at=ended, within_hours=24, at=next_noon).late


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.none() | st.integers(1, 200))
def test_a_late_note_stays_late(minutes: int, more: int, within: int | None) -> None:
    if note_age(ended_at=NINE, within_hours=within, at=after(minutes)).late:
        assert note_age(ended_at=NINE, within_hours=within, at=after(minutes + more)).late


# --- Today --------------------------------------------------------------------------------------------------

visit_lists = st.lists(st.tuples(st.integers(-120, 120), st.integers(1, 90)), max_size=8).map(
    lambda drawn: [Visit(id=named(i), starts_at=after(at), minutes=m) for i, (at, m) in enumerate(drawn)]
)


@given(visit_lists)
def test_every_visit_stands_in_exactly_one_place(visits: list[Visit]) -> None:
    today = visits_at(visits, NINE)
    shown = [one for one in (today.now, today.next) if one]
    placed = [*today.passed, *shown, *today.later]
    assert sorted(one.id for one in placed) == sorted(one.id for one in visits)
    assert today == visits_at(visits[::-1], NINE)


@given(visit_lists)
def test_now_is_running_and_next_is_the_first_to_begin(visits: list[Visit]) -> None:
    today = visits_at(visits, NINE)
    running = [one for one in visits if one.starts_at <= NINE < one.ends_at]
    ahead = [one.starts_at for one in visits if one.starts_at > NINE]
    assert (today.now in running) if running else (today.now is None)
    assert (today.next.starts_at if today.next else None) == min(ahead, default=None)


@pytest.mark.parametrize(("minute", "now", "upcoming"), [(-1, None, 1), (0, 1, 2), (29, 1, 2), (30, 2, None)])
def test_a_morning(minute: int, now: int | None, upcoming: int | None) -> None:
    visits = [
        Visit(id=named(1), starts_at=NINE, minutes=30),
        Visit(id=named(2), starts_at=after(30), minutes=45),
    ]
    today = visits_at(visits, after(minute))
    assert (today.now.id if today.now else None) == (named(now) if now else None)
    assert (today.next.id if today.next else None) == (named(upcoming) if upcoming else None)


def test_a_visit_left_behind_asks_what_came_of_it() -> None:
    overrun, current = (
        Visit(id=named(1), starts_at=NINE, minutes=60),
        Visit(id=named(2), starts_at=after(30), minutes=60),
    )
    today = visits_at([current, overrun], after(40))
    assert (today.now, today.passed) == (current, (overrun,))
