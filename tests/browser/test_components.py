"""The components and elements in Chromium: what a person sees, and that no word is lost."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

if not CHROMIUM and os.environ.get("BEENTHERE_REQUIRE_BROWSER"):
    pytest.fail("Chromium is needed for these tests and was not found", pytrace=False)
needs_browser = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "components_site", "PYTHONPATH": str(HERE)}
    command = [sys.executable, "-m", "django", "runserver", "--noreload", "--insecure", f"127.0.0.1:{port}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, cwd=HERE, **quiet) as server:
        try:
            yield when_ready(f"http://localhost:{port}", server)
        finally:
            server.terminate()


def when_ready(address: str, server: "subprocess.Popen[bytes]") -> str:
    for _ in range(200):
        assert server.poll() is None, "the test site did not start"
        try:
            with urllib.request.urlopen(f"{address}/seen"):
                return address
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the test site did not answer")


@pytest.fixture(scope="module")
def chromium():  # noqa: ANN201
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Person:
    """Someone at a screen: one context of the browser, and every complaint its console made."""

    def __init__(self, browser, site: str, **options: object) -> None:
        options.setdefault("viewport", {"width": 360, "height": 640})
        self.site, self.complaints = site, []
        self.context = browser.new_context(base_url=site, locale="en-US", **options)
        self.page = self.open()

    def open(self):  # noqa: ANN201
        page = self.context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def posts(self, to: str) -> list[dict[str, str]]:
        return [one for one in self.context.request.get("/seen").json() if one["to"] == to]

    def status(self) -> str:
        return self.page.locator("[data-draft-status]").inner_text()

    def said(self, words: str) -> None:
        self.page.locator("[data-draft-status]", has_text=words).wait_for()

    def kept(self) -> list[object]:
        return self.page.evaluate(KEPT)


KEPT = """() => new Promise((done, failed) => {
  const request = indexedDB.open("beenthere-drafts", 1);
  request.onupgradeneeded = () => { request.transaction.abort(); done([]); };
  request.onerror = () => done([]);
  request.onsuccess = () => {
    const rows = request.result.transaction("drafts").objectStore("drafts").getAll();
    rows.onsuccess = () => {
      request.result.close();
      done(rows.result.map((row) => [row.id, new TextDecoder().decode(row.sealed)]));
    };
  };
})"""


@pytest.fixture
def person(chromium, site: str) -> Iterator[Person]:
    someone = Person(chromium, site)
    someone.context.request.get("/seen")
    yield someone
    someone.context.close()


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
def test_words_are_saved_as_a_draft_two_seconds_after_the_last_change(person: Person) -> None:
    person.page.goto("/note")
    person.page.get_by_label("Words").fill("We walked to the library")
    person.said("Draft saved at 2:14 pm")
    (draft,) = person.posts("/draft")
    assert draft["words"] == "We walked to the library"
    assert uuid.UUID(draft["client_id"]).version == 7
    assert person.kept() == []


@needs_browser
@pytest.mark.browser
def test_without_network_words_stay_on_the_phone_sealed_and_come_back_when_asked(person: Person) -> None:
    person.page.goto("/note")
    person.page.route("**/draft", lambda route: route.abort())
    person.page.get_by_label("Words").fill("canary words")
    person.page.get_by_label("A door I can lock").check()
    person.said("Not sent yet. Your words are kept on this phone.")
    (row,) = person.kept()
    assert "canary" not in str(row)

    person.page.reload()
    person.page.get_by_text("You have unsaved words from").wait_for()
    assert person.page.get_by_label("Words").input_value() == ""
    person.page.get_by_role("button", name="Put them back").click()
    assert person.page.get_by_label("Words").input_value() == "canary words"
    assert person.page.get_by_label("A door I can lock").is_checked()
    assert person.posts("/saved") == []


@needs_browser
@pytest.mark.browser
def test_thrown_away_words_do_not_come_again(person: Person) -> None:
    person.page.goto("/note")
    person.page.route("**/draft", lambda route: route.abort())
    person.page.get_by_label("Words").fill("no longer wanted")
    person.said("Not sent yet")
    person.page.unroute("**/draft")
    person.page.evaluate("document.querySelector('textarea').value = ''")
    person.page.reload()
    person.page.get_by_role("button", name="Throw away").click()
    person.page.wait_for_function("() => !document.querySelector('[data-part=offer]').checkVisibility()")
    person.page.reload()
    person.page.wait_for_timeout(400)
    assert not person.page.get_by_text("You have unsaved words").is_visible()
    assert person.kept() == []


@needs_browser
@pytest.mark.browser
def test_leaving_the_page_at_once_still_saves_the_draft(person: Person) -> None:
    person.page.goto("/note")
    person.page.get_by_label("Words").fill("closed too soon")
    person.page.goto("/parts")
    for _ in range(50):
        drafts = person.posts("/draft")
        if drafts:
            break
        person.page.wait_for_timeout(100)
    assert drafts[-1]["words"] == "closed too soon"


@needs_browser
@pytest.mark.browser
def test_after_the_save_nothing_is_kept_and_nothing_is_asked(person: Person) -> None:
    person.page.goto("/note")
    person.page.get_by_label("Words").fill("all done")
    person.page.get_by_role("button", name="Save").click()
    person.page.get_by_role("heading", name="Saved").wait_for()
    person.page.wait_for_timeout(300)
    assert person.kept() == []
    person.page.goto("/note")
    person.page.wait_for_timeout(300)
    assert not person.page.get_by_text("You have unsaved words").is_visible()


@needs_browser
@pytest.mark.browser
def test_a_save_that_never_arrived_loses_no_word(person: Person) -> None:
    person.page.goto("/note")
    person.context.set_offline(True)
    person.page.get_by_label("Words").fill("sent from the cellar")
    person.page.get_by_role("button", name="Save").click()
    person.said("Your words are kept on this phone.")
    assert person.page.get_by_label("Words").input_value() == "sent from the cellar"
    person.context.set_offline(False)
    person.said("Draft saved")
    assert person.posts("/saved") == []


@needs_browser
@pytest.mark.browser
def test_when_the_server_gives_a_reason_it_is_shown_and_the_words_stay(person: Person) -> None:
    person.page.goto("/note")
    refusal = {"status": 422, "json": {"error": "Choose a kind first."}}
    person.page.route("**/draft", lambda route: route.fulfill(**refusal))
    person.page.get_by_label("Words").fill("not complete")
    person.said("Choose a kind first.")
    assert len(person.kept()) == 1


@needs_browser
@pytest.mark.browser
def test_each_sending_has_a_higher_number(person: Person) -> None:
    person.page.goto("/note")
    for words in ("one", "one and two"):
        with person.page.expect_response("**/draft"):
            person.page.get_by_label("Words").fill(words)
    person.page.get_by_role("button", name="Save").click()
    person.page.get_by_role("heading", name="Saved").wait_for()
    sent = person.context.request.get("/seen").json()
    assert [one["edit_number"] for one in sent] == ["1", "2", "3"]


@needs_browser
@pytest.mark.browser
def test_another_session_is_not_offered_the_words(person: Person) -> None:
    person.page.goto("/note")
    person.page.route("**/draft", lambda route: route.abort())
    person.page.get_by_label("Words").fill("mine alone")
    person.said("Not sent yet")
    person.page.route("**/note", other_session)
    person.page.goto("/note")
    person.page.wait_for_timeout(300)
    assert not person.page.get_by_text("You have unsaved words").is_visible()


def other_session(route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("session-1", "session-2"))


@needs_browser
@pytest.mark.browser
def test_a_second_tap_sends_nothing_and_back_wakes_the_button(person: Person) -> None:
    person.page.goto("/note")
    person.page.get_by_role("button", name="Save").dblclick(no_wait_after=True)
    person.page.get_by_role("heading", name="Saved").wait_for()
    assert len(person.posts("/saved")) == 1
    person.page.go_back()
    save = person.page.get_by_role("button", name="Save")
    save.wait_for()
    assert save.get_attribute("aria-disabled") is None


@needs_browser
@pytest.mark.browser
def test_signing_out_forgets_the_drafts(person: Person) -> None:
    person.page.goto("/note")
    person.page.route("**/draft", lambda route: route.abort())
    person.page.get_by_label("Words").fill("for nobody else")
    person.said("Not sent yet")
    person.page.get_by_role("button", name="Sign out").click()
    person.page.get_by_role("heading", name="Locked").wait_for()
    person.page.wait_for_timeout(300)
    assert person.kept() == []


@needs_browser
@pytest.mark.browser
def test_the_timer_outlives_a_reload_and_names_nobody(person: Person) -> None:
    person.page.goto("/note")
    person.page.get_by_role("button", name="Start timer").click()
    started = person.page.get_by_label("Start", exact=True).input_value()
    person.page.reload()
    person.page.get_by_text("Running since").wait_for()
    assert person.page.evaluate("Object.keys(localStorage)") == ["beenthere:timer:note-1"]
    person.page.get_by_role("button", name="Stop timer").click()
    assert person.page.get_by_label("Start", exact=True).input_value() == started
    assert person.page.get_by_label("End", exact=True).input_value() >= started
    assert person.page.evaluate("Object.keys(localStorage)") == []


@needs_browser
@pytest.mark.browser
def test_five_minutes_more_goes_past_the_hour_and_past_midnight(person: Person) -> None:
    person.page.goto("/note")
    end = person.page.get_by_label("End", exact=True)
    end.fill("14:57")
    person.page.get_by_role("button", name="End 5 minutes later").click()
    assert end.input_value() == "15:02"
    end.fill("00:03")
    person.page.get_by_role("button", name="End 5 minutes earlier").click()
    assert end.input_value() == "23:58"


@needs_browser
@pytest.mark.browser
def test_a_quiet_page_locks_after_keeping_the_draft(person: Person) -> None:
    person.page.goto("/note?idle=3")
    words = person.page.get_by_label("Words")
    for letter in "still":
        words.press_sequentially(letter)
        person.page.wait_for_timeout(900)
    assert person.page.url.endswith("/note?idle=3")
    words.press_sequentially(" here")
    person.page.get_by_role("heading", name="Locked").wait_for()
    assert person.posts("/draft")[-1]["words"] == "still here"


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
