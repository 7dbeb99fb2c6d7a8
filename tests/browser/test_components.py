"""The components and elements in Chromium: what a person sees and can reach."""

import pytest
from components_person import Person, needs_browser

PAGES = ("/components/", "/note", "/parts", "/error/404", "/error/500", "/error/503")


@needs_browser
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_keep_the_policy_and_fit_a_small_phone(chromium, site: str, scheme: str) -> None:
    someone = Person(chromium, site, viewport={"width": 320, "height": 640}, color_scheme=scheme)
    for address in PAGES:
        someone.page.goto(address)
        assert someone.page.evaluate("document.scrollingElement.scrollWidth") <= 320, address
    assert [one for one in someone.complaints if "404" not in one] == []
    someone.context.close()


TWICE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("html { font-size: 200% }");
  document.adoptedStyleSheets = [sheet];
}"""


@needs_browser
@pytest.mark.browser
def test_nothing_spills_when_text_is_twice_as_large(person: Person) -> None:
    for address in PAGES:
        person.page.goto(address)
        person.page.evaluate(TWICE)
        assert person.page.evaluate("document.scrollingElement.scrollWidth") <= 360, address


SMALL_TARGETS = """() => [...document.querySelectorAll("button, a[class], nav a, input, select, summary")]
  .filter((one) => one.checkVisibility({ opacityProperty: false }) && !one.closest(".usa-skipnav, p, h2, h3"))
  .map((one) => (one.matches("[type=radio], [type=checkbox]") ? one.parentElement : one))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.height && (box.height < 43.5 || box.width < 43.5))
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width} x ${box.height}`)"""


@needs_browser
@pytest.mark.browser
def test_targets_are_big_enough_for_a_thumb(person: Person) -> None:
    for address in PAGES:
        person.page.goto(address)
        assert person.page.evaluate(SMALL_TARGETS) == [], address


@needs_browser
@pytest.mark.browser
def test_the_save_bar_never_covers_what_has_the_focus(person: Person) -> None:
    person.page.goto("/note")
    for _ in range(40):
        person.page.keyboard.press("Tab")
        covered = person.page.evaluate("""() => {
          const now = document.activeElement, bar = document.querySelector(".bt-save-bar");
          if (now === document.body || bar.contains(now) || !now.closest("main")) return false;
          const box = now.getBoundingClientRect();
          return box.bottom > bar.getBoundingClientRect().top + 1 && box.height < 300;
        }""")
        assert not covered, person.page.evaluate("document.activeElement.outerHTML")


@needs_browser
@pytest.mark.browser
def test_a_part_that_arrives_later_may_load_the_next_part(person: Person) -> None:
    person.page.goto("/parts")
    person.page.get_by_role("button", name="Load").click()
    person.page.get_by_text("Part one").wait_for()
    person.page.get_by_role("button", name="More").click()
    person.page.get_by_text("Part two").wait_for()
    assert person.complaints == []


@needs_browser
@pytest.mark.browser
def test_the_chosen_colours_are_there_before_the_first_picture(person: Person) -> None:
    person.page.goto("/note")
    person.page.get_by_role("button", name="Dark").click()
    answer = person.context.request.get("/note").text()
    assert 'data-theme="dark"' in answer
    person.page.get_by_role("button", name="Auto").click()
    assert "data-theme=" not in person.context.request.get("/note").text()


@needs_browser
@pytest.mark.browser
def test_without_javascript_the_form_is_plain_and_works(chromium, site: str) -> None:
    someone = Person(chromium, site, java_script_enabled=False)
    someone.page.goto("/note")
    assert not someone.page.get_by_role("button", name="Start timer").is_visible()
    someone.page.get_by_label("End", exact=True).fill("15:10")
    someone.page.get_by_label("Words").fill("by hand")
    someone.page.get_by_role("button", name="Save").click()
    (sent,) = someone.posts("/saved")
    assert (sent["end"], sent["words"], sent["kind"]) == ("15:10", "by hand", "one")
    someone.context.close()
