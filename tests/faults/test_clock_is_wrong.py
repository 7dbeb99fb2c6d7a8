"""F6: the server's clock is a day off, jumps, meets an hour that is missing or a second too many."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from factories.notes import NOW, Desk, open_desk
from factories.support import new_planned_visit

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.trust.models import Organization

DAY = timedelta(days=1)


@pytest.fixture
def desk(organization: Organization) -> Desk:
    return open_desk(organization)


@contextmanager
def at(moment: datetime | str) -> Iterator[None]:
    with clock.standing_at(datetime.fromisoformat(moment) if isinstance(moment, str) else moment):
        yield


def signed_in_at(desk: Desk, moment: datetime) -> Client:
    with at(moment):
        client = desk.client()
        assert client.get("/").status_code == 200
    return client


@pytest.mark.parametrize("jump", [DAY, -DAY, timedelta(minutes=17), timedelta(minutes=-17)])
def test_a_clock_that_jumps_locks_and_never_leaves_open(desk: Desk, jump: timedelta) -> None:
    client = signed_in_at(desk, NOW)
    with at(NOW + jump):
        answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(("/lock/", "/account/sign-in/"))


def test_a_clock_set_back_makes_no_day_longer(desk: Desk) -> None:
    """Signed in while the clock was thirteen hours ahead: that session is over, not thirteen hours longer."""
    client = signed_in_at(desk, NOW + timedelta(hours=13))
    with at(NOW):
        assert client.get("/").headers["Location"].startswith("/account/sign-in/")


@pytest.mark.parametrize("seconds", [1, -1, 2, -2])
def test_a_second_that_is_repeated_or_left_out_changes_nothing(desk: Desk, seconds: int) -> None:
    client = signed_in_at(desk, NOW)
    with at(NOW + timedelta(seconds=seconds)):
        assert client.get("/").status_code == 200


def test_a_time_of_sixty_seconds_is_asked_about(desk: Desk) -> None:
    """23:59:60 was a time on 31 December 2016. No column holds it."""
    id_ = uuid7()
    answer = desk.client().post(f"/notes/{id_}/write/", desk.posted(starts="22:00", ends="23:59:60"))
    assert answer.status_code == 422
    assert "We walked to the bus together." in answer.content.decode()


# New York: on 2026-03-08 two o'clock becomes three, on 2026-11-01 two o'clock becomes one again.
@pytest.mark.parametrize(
    ("visit", "stands_as", "first", "last"),
    [
        ("2026-03-08T06:30:00+00:00", "1:30", "2026-03-08T05:00:00+00:00", "2026-03-09T03:59:59+00:00"),
        ("2026-03-08T07:30:00+00:00", "3:30", "2026-03-08T05:00:00+00:00", "2026-03-09T03:59:59+00:00"),
        ("2026-11-01T05:30:00+00:00", "1:30", "2026-11-01T04:00:00+00:00", "2026-11-02T04:59:59+00:00"),
        ("2026-11-01T06:30:00+00:00", "1:30", "2026-11-01T04:00:00+00:00", "2026-11-02T04:59:59+00:00"),
    ],
)
def test_the_day_a_clock_changes_is_one_day_from_its_first_second_to_its_last(
    desk: Desk, visit: str, stands_as: str, first: str, last: str
) -> None:
    new_planned_visit(desk.person, desk.program, desk.worker, starts_at=datetime.fromisoformat(visit))
    for moment, is_there in (
        (datetime.fromisoformat(first) - timedelta(seconds=1), False),
        (datetime.fromisoformat(first), True),
        (datetime.fromisoformat(last), True),
        (datetime.fromisoformat(last) + timedelta(seconds=1), False),
    ):
        assert (stands_as in today(desk, moment)) is is_there, moment


def today(desk: Desk, moment: datetime) -> str:
    """The planned visits of the page Today."""
    with at(moment):
        page: str = desk.client().get("/").content.decode()
    return page.partition('id="main"')[2].partition("<footer")[0]


def test_a_clock_a_day_behind_takes_no_note_of_tomorrow_and_says_so(desk: Desk) -> None:
    """The phone's clock is right, the server's is a day behind: the words stay, in the page."""
    with at(NOW - 3 * DAY):
        client: Any = desk.client()
        answer = client.post(f"/notes/{uuid7()}/write/", desk.posted())
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "still to come" in page
    assert "We walked to the bus together." in page
