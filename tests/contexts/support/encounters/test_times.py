"""Clock times of a visit: past midnight, across a change of clocks, missing, and impossible."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from factories.notes import Desk
from hypothesis import given
from hypothesis import strategies as st

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.kernel.minutes import minutes_between
from beenthere.support.encounters.forms import moments
from beenthere.support.encounters.models import Encounter

# New York: on 2026-03-08 two o'clock becomes three, on 2026-11-01 two o'clock becomes one again.
SPRING, AUTUMN = "2026-03-08", "2026-11-01"


def sent(desk: Desk, **fields: Any) -> tuple[int, Encounter | None, str]:
    """The answer to signing a note with these fields, the note if one was kept, and the page."""
    id_: UUID = uuid7()
    response = desk.client().post(f"/notes/{id_}/write/", desk.posted(**fields, intent="sign"))
    try:
        return response.status_code, desk.note(id_), response.content.decode()
    except Encounter.DoesNotExist:
        return response.status_code, None, response.content.decode()


@pytest.mark.parametrize(
    ("day", "starts", "ends", "minutes"),
    [
        ("2026-11-20", "09:00", "09:47", 47),
        ("2026-11-20", "09:00", "09:00", 0),
        ("2026-11-20", "23:30", "00:20", 50),
        ("2026-11-20", "13:00", "01:00", 720),
        (SPRING, "01:30", "03:30", 60),
        (SPRING, "01:30", "02:30", 60),
        ("2026-03-07", "23:30", "03:30", 180),
        (AUTUMN, "00:30", "02:30", 180),
        (AUTUMN, "00:30", "01:30", 60),
        (AUTUMN, "01:50", "01:10", 20),
        ("2026-10-31", "23:30", "01:30", 120),
    ],
)
def test_minutes_are_the_time_that_passed(desk: Desk, day: str, starts: str, ends: str, minutes: int) -> None:
    code, note, _page = sent(desk, happened_on=day, starts=starts, ends=ends)
    assert code == 302
    assert note is not None
    assert minutes_between(note.starts_at, note.ends_at) == minutes
    assert note.happened_on == date.fromisoformat(day)


def test_a_time_the_clock_never_showed_is_kept_or_asked_about(desk: Desk) -> None:
    """2:45 to 3:15 on the spring day: by the clock half an hour, in truth minus half an hour."""
    code, note, page = sent(desk, happened_on=SPRING, starts="02:45", ends="03:15")
    assert (code, note) == (422, None)
    assert "before the start" in page


@pytest.mark.parametrize(
    ("starts", "ends"), [("", ""), ("09:00", ""), ("", "10:00")], ids=["none", "no end", "no start"]
)
def test_missing_times_are_no_error(desk: Desk, starts: str, ends: str) -> None:
    code, note, _page = sent(desk, starts=starts, ends=ends)
    assert code == 302
    assert note is not None
    assert (note.starts_at is None, note.ends_at is None) == (not starts, not ends)


def test_an_end_before_the_start_is_asked_about(desk: Desk) -> None:
    code, note, page = sent(desk, starts="10:00", ends="09:00")
    assert (code, note) == (422, None)
    assert "The end is before the start" in page


def test_a_day_to_come_is_asked_about(desk: Desk) -> None:
    code, note, page = sent(desk, happened_on="2026-11-25")
    assert (code, note) == (422, None)
    assert "still to come" in page


def test_a_day_long_ago_is_taken(desk: Desk) -> None:
    assert sent(desk, happened_on="2025-01-02")[0] == 302


def test_today_ends_when_the_organization_s_day_ends(desk: Desk) -> None:
    """At 11 pm in New York it is tomorrow in UTC; the form opens with the day it is there."""
    with clock.standing_at(datetime(2026, 11, 21, 4, 0, tzinfo=UTC)):
        page = desk.client().get(f"/notes/new/?person={desk.person.id}").content.decode()
    assert 'value="2026-11-20"' in page
    assert 'value="23:00"' in page


@pytest.mark.parametrize("hour", ["05:05", "05:29"])
def test_a_note_opened_just_after_midnight_begins_no_earlier_than_midnight(desk: Desk, hour: str) -> None:
    with clock.standing_at(datetime.fromisoformat(f"2026-11-20T{hour}:00+00:00")):
        page = desk.client().get(f"/notes/new/?person={desk.person.id}").content.decode()
    assert 'value="2026-11-20"' in page
    assert 'value="00:00"' in page


@given(
    day=st.dates(min_value=date(2025, 1, 1), max_value=date(2026, 11, 20)),
    starts=st.times(),
    ends=st.times(),
)
def test_whatever_is_typed_the_end_is_never_before_the_start(day: date, starts: time, ends: time) -> None:
    start, end = moments(day, starts, ends, ZoneInfo("America/New_York"))
    assert start is not None
    assert end is not None
    assert start <= end
    assert (end - start).total_seconds() <= 25 * 3600
