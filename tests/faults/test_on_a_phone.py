"""F1, seen by somebody at a phone: the database goes while they write."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from house import CHROMIUM, PHONE, in_a_browser
from rig import Rig

pytestmark = [*in_a_browser, pytest.mark.host]
WORDS = "Half a sentence, and then the server went"


@pytest.fixture
def phone(rig: Rig) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    address = f"http://localhost:{rig.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport=PHONE, base_url=address, timezone_id="America/New_York")
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": "sessionid", "value": rig.people["session"], "url": address}])
        yield context
        browser.close()


@pytest.mark.parametrize(
    ("language", "kept", "again", "safe"),
    [
        ("en", "kept on this phone", "Send it again", "Your work is safe on this phone."),
        ("es", "en este teléfono", "Enviarlo otra vez", "Su trabajo está a salvo en este teléfono."),
    ],
)
def test_words_written_while_the_database_is_away(
    rig: Rig, phone: Any, tmp_path: Path, language: str, kept: str, again: str, safe: str
) -> None:
    phone.set_extra_http_headers({"Accept-Language": language})
    page = phone.new_page()
    page.goto(f"/notes/new/?person={rig.people['person']}")
    page.locator('[name="kind"]').first.check(force=True)
    before = rig.ask("SELECT count(*) AS n FROM support_encounter")[0]["n"]
    rig.stop_database()
    try:
        page.locator('textarea[name="what_we_did"]').fill(WORDS)
        page.locator("[data-draft-status]").filter(has_text=kept).wait_for()
        page.locator('button[name="intent"][value="save"]').click()
        page.get_by_role("button", name=again).wait_for()
        assert safe in page.locator("main").inner_text()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        page.screenshot(path=str(tmp_path / f"503-{language}.png"))
    finally:
        rig.start_database()
    page.get_by_role("button", name=again).click()
    page.locator('textarea[name="what_we_did"]').wait_for()
    assert page.locator('textarea[name="what_we_did"]').input_value() == WORDS
    assert rig.ask("SELECT count(*) AS n FROM support_encounter")[0]["n"] == before + 1
