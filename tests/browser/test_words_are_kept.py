"""A phone dies, a tab is closed, somebody is called away: the words are there when asked for, and nothing was
sent by itself."""

from typing import Any

from house import House, in_a_browser
from test_one_note import a_participant, option, signed_about

pytestmark = in_a_browser

WORDS = "Half a sentence, and then the phone rang"


def writing(visit: Any, **options: Any) -> Any:
    """Somebody with an open form about somebody they work with, and the id of whom."""
    ana = visit("specialist", **options)
    ana.person = a_participant(ana)
    ana.go(f"/notes/new/?person={ana.person}")
    return ana


def drafts_about(house: House, person: str) -> int:
    query = "SELECT count(*) AS n FROM support_encounter WHERE person_id = %s AND signed_at IS NULL"
    return int(house.ask(query, person)[0]["n"])


def test_a_tab_killed_without_a_network_gives_its_words_back_when_asked(visit: Any, house: House) -> None:
    ana = writing(visit)
    signed, drafts = signed_about(house, ana.person), drafts_about(house, ana.person)
    option(ana.page, "kind").click()
    ana.context.set_offline(True)
    ana.page.locator('textarea[name="what_we_did"]').fill(WORDS)
    ana.page.locator("[data-draft-status]").filter(has_text="phone").wait_for()
    ana.page.close()
    ana.complaints.clear()  # the browser itself reports that the network was away
    ana.context.set_offline(False)

    ana.new_page()
    ana.go(f"/notes/new/?person={ana.person}")
    field = ana.page.locator('textarea[name="what_we_did"]')
    ana.page.get_by_role("button", name="Put them back").wait_for()
    assert field.input_value() == ""
    assert (signed_about(house, ana.person), drafts_about(house, ana.person)) == (signed, drafts)
    ana.page.get_by_role("button", name="Put them back").click()
    assert field.input_value() == WORDS
    assert option(ana.page, "kind").is_checked()
    assert signed_about(house, ana.person) == signed


def test_a_tab_closed_while_typing_leaves_a_draft_that_is_offered(visit: Any, house: House) -> None:
    ana = writing(visit)
    option(ana.page, "kind").click()
    ana.page.locator('textarea[name="what_we_did"]').fill(WORDS)
    ana.page.locator("[data-draft-status]").filter(has_text="saved").wait_for()
    signed = signed_about(house, ana.person)
    ana.page.close()

    ana.new_page()
    ana.go(f"/notes/new/?person={ana.person}")
    ana.page.get_by_role("link", name="Go on with it").click()
    assert ana.page.locator('textarea[name="what_we_did"]').input_value() == WORDS
    assert signed_about(house, ana.person) == signed


def test_a_save_that_comes_too_late_brings_no_thrown_away_draft_back(visit: Any, house: House) -> None:
    ana, late = writing(visit), []
    before = drafts_about(house, ana.person)
    option(ana.page, "kind").click()
    ana.page.locator('textarea[name="what_we_did"]').fill(WORDS)
    ana.page.locator("[data-draft-status]").filter(has_text="saved").wait_for()
    ana.page.reload()

    def held_back(route: Any) -> None:
        late.append((route.request.url, route.request.all_headers(), route.request.post_data_buffer))
        route.abort()

    ana.context.route("**/draft/", held_back)
    with ana.page.expect_request("**/draft/"):
        ana.page.locator('textarea[name="what_we_did"]').fill(f"{WORDS} again")
    ana.page.get_by_role("button", name="Throw this draft away").click()
    ana.page.get_by_text("The draft is gone.").wait_for()
    ana.complaints.clear()  # the browser itself reports that a request was held back
    ana.context.unroute("**/draft/")

    address, headers, body = late[0]
    headers = {name: value for name, value in headers.items() if not name.startswith((":", "content-length"))}
    assert ana.context.request.post(address, headers=headers, data=body).status == 422
    assert drafts_about(house, ana.person) == before


def test_sixteen_quiet_minutes_lock_the_screen_and_keep_the_draft(visit: Any, house: House) -> None:
    ana = visit("specialist")
    ana.person = a_participant(ana)
    ana.page.clock.install()
    ana.go(f"/notes/new/?person={ana.person}")
    option(ana.page, "kind").click()
    ana.page.locator('textarea[name="what_we_did"]').fill(WORDS)
    ana.page.clock.run_for(14 * 60_000)
    assert "/lock/" not in ana.page.url
    ana.page.clock.run_for(2 * 60_000)
    ana.page.wait_for_url("**/lock/**")
    said = ana.page.locator("body").inner_text()
    assert "locked" in said
    assert WORDS not in said
    ana.page.get_by_role("button", name="I am back").click()
    ana.page.wait_for_url(lambda url: "/lock/" not in url)
    ana.go(f"/notes/new/?person={ana.person}")
    ana.page.get_by_role("link", name="Go on with it").click()
    assert ana.page.locator('textarea[name="what_we_did"]').input_value() == WORDS


def test_a_note_on_paper_is_the_note_and_its_signature(visit: Any) -> None:
    ana = writing(visit)
    option(ana.page, "kind").click()
    ana.page.locator('textarea[name="what_we_did"]').fill("Words for the paper.")
    ana.page.get_by_role("button", name="Sign", exact=True).click()
    ana.page.get_by_role("link", name="Read the note").click()
    ana.page.emulate_media(media="print")
    seen = ana.page.locator("body").inner_text()
    assert "Words for the paper." in seen
    assert "Signed by Ana Ruiz" in seen
    assert "Synthetic data" in seen
    for on_screen_only in ("Add words", "Sign out", "Entered in error"):
        assert not ana.page.get_by_text(on_screen_only, exact=True).first.is_visible(), on_screen_only
    assert len(ana.page.pdf(format="Letter")) > 1000
