"""On a slow connection the scripts come after the page is there to be read. Nothing moves when they do."""

from typing import Any

import pytest
from house import Somebody, in_a_browser
from test_one_note import a_participant

pytestmark = in_a_browser

PLACES = """() => [...document.querySelectorAll("main *, footer *")]
  .filter((one) => one.getClientRects().length && !one.closest("svg"))
  .map((one) => [one.tagName, one.className, one.textContent.trim().slice(0, 30),
    ...["x", "y", "width", "height"].map((at) => Math.round(one.getBoundingClientRect()[at]))].join(" "))"""


def places(somebody: Somebody, path: str) -> list[str]:
    somebody.go(path)
    return list(somebody.page.evaluate(PLACES))


def places_before_scripts(somebody: Somebody, path: str) -> list[str]:
    somebody.page.route("**/*.js", lambda route: route.abort())
    found = places(somebody, path)
    somebody.page.unroute("**/*.js")
    somebody.complaints.clear()  # of the scripts that did not come
    return found


def moved(somebody: Somebody, path: str) -> list[str]:
    before, after = places_before_scripts(somebody, path), places(somebody, path)
    return sorted(set(before) ^ set(after))


@pytest.mark.parametrize("path", ["/", "/people/", "/hours/", "/people/add/", "/account/"])
def test_a_page_of_a_specialist_stays_where_it_is(visit: Any, path: str) -> None:
    assert moved(visit("specialist"), path) == []


def test_a_new_note_stays_where_it_is(visit: Any) -> None:
    ana = visit("specialist")
    path = f"/notes/new/?person={a_participant(ana)}"
    places(ana, path)  # the first visit may begin a draft, which the second would then offer
    assert moved(ana, path) == []


def test_the_units_and_the_sign_in_stay_where_they_are(visit: Any) -> None:
    assert moved(visit("biller"), "/units/") == []
    assert moved(visit(), "/account/sign-in/") == []


def test_what_moves_is_found(visit: Any) -> None:
    """Planted: a button that a script shows and that kept no place."""
    somebody = visit("specialist")
    before = places_before_scripts(somebody, "/hours/")
    somebody.go("/hours/")
    somebody.page.evaluate("document.querySelector('main').prepend(document.createElement('hr'))")
    assert set(before) ^ set(somebody.page.evaluate(PLACES))
