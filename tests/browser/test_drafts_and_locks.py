"""Drafts, the second tap and the lock, in Chromium: no word is lost, and none is left lying."""

import uuid

import pytest
from components_person import Person, needs_browser


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
