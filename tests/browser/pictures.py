"""Takes the pictures of the main pages, for people to look at: python tests/browser/pictures.py

Needs Chromium. It serves a made-up organization of its own and writes to tests/browser/pictures/.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from databases import stop_server  # noqa: E402
from house import CHROMIUM, House, Somebody, open_house, somebody_at  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 860}}
SCHEMES = ("light", "dark")
WORDS = "We practiced what to say to her landlord. She called him herself and has a day for the repair."


def main() -> None:
    to = HERE / "pictures"
    to.mkdir(exist_ok=True)
    try:
        with (
            tempfile.TemporaryDirectory() as state,
            open_house(Path(state)) as house,
            sync_playwright() as play,
        ):
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for size, scheme in ((size, scheme) for size in SIZES for scheme in SCHEMES):
                take_all(house, browser, size, scheme, to)
            browser.close()
    finally:
        stop_server()
    sys.stdout.write(f"{len(list(to.glob('*.png')))} pictures in {to}\n")


def take_all(house: House, browser: Any, size: str, scheme: str, to: Path) -> None:
    options = {"viewport": SIZES[size], "color_scheme": scheme, "device_scale_factor": 1}
    for persona, pages in (("specialist", of_specialist), ("biller", of_biller), ("", of_nobody)):
        somebody = somebody_at(house, browser, persona, **options)
        for name in pages(somebody):
            whole = somebody.page.evaluate("document.documentElement.scrollHeight")
            # As tall as the page: what stays at the foot of a screen would else stand in the middle.
            somebody.page.set_viewport_size({**SIZES[size], "height": max(whole, SIZES[size]["height"])})
            somebody.page.screenshot(path=to / f"{name}-{size}-{scheme}.png")
            somebody.page.set_viewport_size(SIZES[size])
        somebody.context.close()


def of_specialist(ana: Somebody) -> Iterator[str]:
    """Yields the name of each page while it is open."""
    ana.go("/")
    yield "today"
    ana.go("/people/")
    yield "caseload"
    hrefs = ana.page.eval_on_selector_all("main a[href]", "all => all.map(one => one.getAttribute('href'))")
    person = next(href for href in hrefs if re.fullmatch(r"/people/[0-9a-f-]{36}/", href))
    ana.go(person)
    yield "person"
    ana.go(f"/notes/new/?person={person.split('/')[2]}")
    ana.page.locator('input[name="kind"]').first.click()
    ana.page.locator('textarea[name="what_we_did"]').fill(WORDS)
    ana.page.locator("[data-draft-status]").filter(has_text="saved").wait_for()
    yield "note-being-written"
    ana.page.get_by_role("button", name="Sign", exact=True).click()
    ana.page.wait_for_url("**/counts/")
    yield "counts"
    ana.page.get_by_role("link", name="Read the note").click()
    yield "note"


def of_biller(grace: Somebody) -> Iterator[str]:
    grace.go("/units/")
    yield "units"


def of_nobody(visitor: Somebody) -> Iterator[str]:
    visitor.go("/")
    yield "personas"
    visitor.go("/account/sign-in/")
    yield "sign-in"


if __name__ == "__main__":
    main()
