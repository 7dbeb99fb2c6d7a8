"""The main job on a phone: a visit has just ended, and a signed note stands after a few taps."""

import re
from typing import Any

from house import House, Somebody, in_a_browser

pytestmark = in_a_browser

# A keystroke-level model (Card, Moran and Newell 1980) with the figures of a phone: a tap with the way to
# it, a moment to decide before it, and words typed with two thumbs at 36 words of five letters a minute.
TAP, DECIDE, LETTER = 1.1, 1.35, 60 / (36 * 5)
BUDGET_SECONDS = 60
MOST = 12
WORDS = (
    "We practiced what to say to her landlord. She called him herself and has a day for the repair."
    " She was proud of herself."
)


class Hands:
    """Counts each tap, each field that is typed into and each choice; the page counts along."""

    def __init__(self, page: Any) -> None:
        self.page, self.taps, self.fields, self.letters = page, 0, 0, 0
        page.evaluate("sessionStorage.setItem('counted', 0)")
        page.evaluate(COUNT_ALONG)

    def tap(self, what: Any) -> None:
        self.taps += 1
        what.click()

    def write(self, field: Any, words: str) -> None:
        """One tap into the field, then the keys."""
        self.tap(field)
        self.fields += 1
        self.letters += len(words)
        field.press_sequentially(words)

    @property
    def interactions(self) -> int:
        return self.taps + self.fields

    @property
    def seconds(self) -> float:
        return self.taps * (TAP + DECIDE) + self.letters * LETTER

    def counted_by_the_page(self) -> int:
        return int(self.page.evaluate("sessionStorage.getItem('counted')"))


COUNT_ALONG = """() => {
  const more = (event) => event.isTrusted
    && sessionStorage.setItem("counted", Number(sessionStorage.getItem("counted")) + 1);
  addEventListener("pointerdown", more, { capture: true });
}"""


def a_participant(somebody: Somebody) -> str:
    """The id of somebody on the caseload of whoever signed in."""
    somebody.go("/people/")
    link = somebody.page.locator('main a[href^="/people/"]').filter(visible=True)
    hrefs = [one.get_attribute("href") for one in link.all()]
    return next(found[1] for href in hrefs if (found := re.fullmatch(r"/people/([0-9a-f-]{36})/", href)))


def option(page: Any, name: str, number: int = 0) -> Any:
    """A tile or chip as the finger meets it: the whole of it is the button."""
    return page.locator(f'input[name="{name}"]').filter(visible=True).nth(number)


def test_from_the_open_form_to_a_signed_note(visit: Any, house: House, capsys: Any) -> None:
    ana = visit("specialist", has_touch=True)
    person = a_participant(ana)
    ana.go(f"/notes/new/?person={person}")
    note = ana.page.locator("#note-form, form[action*='/write/']").first.get_attribute("action")
    hands = Hands(ana.page)
    hands.tap(option(ana.page, "kind"))
    hands.tap(option(ana.page, "goal"))
    hands.write(ana.page.locator('textarea[name="what_we_did"]'), WORDS)
    hands.tap(option(ana.page, "next_kind", 1))
    counted = hands.counted_by_the_page() + 1
    hands.tap(ana.page.get_by_role("button", name="Sign", exact=True))
    ana.page.wait_for_url("**/counts/")
    with capsys.disabled():
        print(  # noqa: T201
            f"\nOpen form to signed note: {hands.interactions} interactions ({hands.taps} taps,"
            f" {hands.fields} field typed into), {hands.seconds:.0f} s by the keystroke-level model"
            f" ({hands.letters} letters)"
        )
    assert ana.page.get_by_role("heading", name="This note also counts for").is_visible()
    assert "Signed and saved at" in ana.page.locator("main").inner_text()
    assert hands.taps == counted
    assert hands.interactions <= MOST
    assert hands.seconds <= BUDGET_SECONDS
    id_ = re.search(r"/notes/([0-9a-f-]{36})/", note)[1]
    (row,) = house.ask("SELECT signed_at, what_we_did FROM support_encounter WHERE id = %s", id_)
    assert row["signed_at"]
    assert "landlord" not in str(row["what_we_did"])


def test_a_second_tap_on_sign_makes_one_note(visit: Any, house: House) -> None:
    ana = visit("specialist")
    person = a_participant(ana)
    before = signed_about(house, person)
    ana.go(f"/notes/new/?person={person}")
    option(ana.page, "kind").click()
    ana.page.get_by_role("button", name="Sign", exact=True).dblclick(no_wait_after=True)
    ana.page.wait_for_url("**/counts/")
    ana.page.go_back()
    ana.page.go_forward()
    ana.page.wait_for_url("**/counts/")
    assert signed_about(house, person) == before + 1


def signed_about(house: House, person: str) -> int:
    (row,) = house.ask(
        "SELECT count(*) AS n FROM support_encounter WHERE person_id = %s AND signed_at IS NOT NULL", person
    )
    return int(row["n"])


def test_the_whole_note_without_javascript(visit: Any, house: House) -> None:
    ana = visit("specialist", java_script_enabled=False)
    person = a_participant(ana)
    before = signed_about(house, person)
    ana.go(f"/people/{person}/")
    ana.page.locator(f'main a[href*="/notes/new/?person={person}"]').first.click()
    option(ana.page, "kind").click()
    ana.page.locator('textarea[name="what_we_did"]').fill("Written without a script.")
    ana.page.get_by_role("button", name="Save draft").click()
    assert "Saved at" in ana.page.locator("main").inner_text()
    assert ana.page.locator('textarea[name="what_we_did"]').input_value() == "Written without a script."
    ana.page.get_by_role("button", name="Sign", exact=True).click()
    assert ana.page.url.endswith("/counts/")
    ana.page.get_by_role("link", name="Read the note").click()
    assert "Written without a script." in ana.page.locator("main").inner_text()
    assert signed_about(house, person) == before + 1
