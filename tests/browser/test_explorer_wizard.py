"""The wizards on a phone: steps and answers, which no link leads to. Also without JavaScript."""

import re
from typing import Any

from house import House, in_a_browser, somebody_at
from test_every_page import Faults, look

pytestmark = in_a_browser

OHIO = "/certification/need/oh/prs/"


def press(somebody: Any, go: str) -> None:
    with somebody.page.expect_navigation(wait_until="load"):
        somebody.page.locator(f'button[name="go"][value="{go}"]').click()


def test_thirty_hours_in_ohio(visit: Any) -> None:
    somebody, faults = visit(), Faults()
    somebody.go(OHIO)
    look(somebody, "first step", faults, set())
    somebody.page.locator("#id_q-training").fill("30")
    somebody.page.locator("#id_q-training-on-e-academy").fill("31")
    press(somebody, "next")
    look(somebody, "first step, sent back", faults, set())
    somebody.page.locator("#id_q-training-on-e-academy").fill("6")
    press(somebody, "next")
    look(somebody, "second step", faults, set())
    press(somebody, "answer")
    look(somebody, "answer", faults, set())
    assert "Get 26 more hours of training." in somebody.page.locator("main").inner_text()
    assert somebody.page.url.endswith(OHIO)
    assert not faults, "\n".join(faults)
    press(somebody, "back")
    assert somebody.page.locator("#id_q-training").input_value() == "30"


def test_moving_to_california(visit: Any) -> None:
    somebody, faults = visit(), Faults()
    somebody.go("/certification/moving/")
    somebody.page.locator("#id_held").select_option("OH/PRS")
    somebody.page.locator("#id_to").select_option("CA/CMPSS")
    somebody.page.locator("#id_until").fill("2099-05-01")
    with somebody.page.expect_navigation(wait_until="load"):
        somebody.page.locator("main form button").click()
    look(somebody, "moving, first step", faults, set())
    press(somebody, "next")
    look(somebody, "moving, second step", faults, set())
    press(somebody, "answer")
    look(somebody, "moving, answer", faults, set())
    assert "There is a path" in somebody.page.locator("h1").inner_text()
    assert not faults, "\n".join(faults)


def test_it_works_without_javascript(house: House, browser: Any) -> None:
    somebody = somebody_at(house, browser, java_script_enabled=False)
    somebody.go("/certification/?show=medicaid")
    somebody.page.locator('a[href="/certification/in/oh/"]').first.click()
    somebody.page.locator(f'a[href="{OHIO}"]').click()
    somebody.page.locator("#id_q-training").fill("30")
    press(somebody, "next")
    press(somebody, "answer")
    assert re.search(r"30 of 56 hours", somebody.page.locator("main").inner_text())
    somebody.context.close()


def test_every_tile_of_the_map_is_reached_by_keyboard(visit: Any) -> None:
    somebody = visit()
    somebody.go("/certification/")
    tiles = somebody.page.locator("svg.bt-map a")
    count = tiles.count()
    tiles.first.focus()
    for _ in range(count - 1):
        somebody.page.keyboard.press("Tab")
    focused = somebody.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == tiles.last.get_attribute("aria-label")
    assert count == 53
