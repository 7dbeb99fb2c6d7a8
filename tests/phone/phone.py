"""Measures every page of every persona as a cheap phone on a slow connection sees it: make phone

It serves a made-up organization of its own, opens one page of each kind that each persona can reach, and
writes docs/look-up/phone.md and, page by page, var/phone/pages.json. Whatever misses a budget is measured
three times more, and the median stands. Needs Chromium and Node 18.20 or newer.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "browser")]

from databases import stop_server  # noqa: E402
from house import CHROMIUM, OTHERS, PERSONAS, House, open_house, somebody_at  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from report import Page, Reading, Versions, reading_of, with_a_miss, write  # noqa: E402
from test_every_page import ANYBODY, reachable  # noqa: E402

NOBODY = "nobody"
RUNS_OF_A_MISS = 3
# Where somebody types and taps all day: here each touch is timed too.
TOUCHED = ("/", "/people/", "/notes/*/write/")
BESIDE = 3
KEPT = REPOSITORY / "var" / "phone"
PAGE = REPOSITORY / "docs" / "look-up" / "phone.md"


def main() -> None:
    asked = options()
    if reason := cannot():
        sys.exit(reason)
    KEPT.mkdir(parents=True, exist_ok=True)
    try:
        size = {"people": asked.people, "encounters": asked.encounters}
        with tempfile.TemporaryDirectory() as state, open_house(Path(state), **size) as house:
            readings: list[Reading] = []
            for pages in by_persona(house, set(asked.persona)):
                readings += measured([page for page in pages if asked.only in page.kind])
                keep(readings)
    finally:
        stop_server()
    if not (asked.persona or asked.only):
        write(PAGE, readings, versions(asked.people))
    sys.stdout.write(
        f"{len(readings)} pages, {len(with_a_miss(readings))} with a miss; see {KEPT}/pages.json\n"
    )


def options() -> Any:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=240, help="how many invented participants")
    parser.add_argument("--encounters", type=int, default=9_000, help="how many encounters between them")
    parser.add_argument("--persona", action="append", default=[], help="only this one; writes no page")
    parser.add_argument("--only", default="", help="only kinds of pages that contain this; writes no page")
    return parser.parse_args()


def cannot() -> str:
    """Why nothing can be measured here, or nothing."""
    if not CHROMIUM:
        return (
            "No page was measured: there is no Chromium here. On Debian and Ubuntu: apt-get install chromium"
        )
    if not shutil.which("node"):
        return "No page was measured: there is no Node here. Install Node 18.20 or newer, then: make phone"
    if not (HERE / "node_modules").is_dir():
        return "No page was measured: Lighthouse is not installed here. It comes with: make phone"
    return ""


def by_persona(house: House, only: set[str]) -> Iterator[list[Page]]:
    """One persona after the other: a session that waits a quarter of an hour for its turn is locked."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for persona in (NOBODY, *PERSONAS, *OTHERS):
            if not only or persona in only:
                yield list(pages_of(house, browser, persona))
        browser.close()


def pages_of(house: House, browser: Any, persona: str) -> Iterator[Page]:
    somebody = somebody_at(house, browser, "" if persona == NOBODY else persona)
    if persona == NOBODY:
        found = [(path, house.address + path) for path in ANYBODY]
    else:
        found = [(kind, somebody.page.url) for kind in reachable(somebody)]
    cookies = tuple(
        {name: one[name] for name in ("name", "value", "domain", "path")}
        for one in somebody.context.cookies()
    )
    somebody.context.close()
    for kind, url in found:
        yield Page(persona=persona, kind=kind, url=url, cookies=cookies, touch=kind in TOUCHED)


def measured(pages: list[Page]) -> list[Reading]:
    """One run each, three pages at a time; those that miss a budget once more, alone, the median of three."""
    with ThreadPoolExecutor(BESIDE) as hands:
        shares = hands.map(run, (pages[first::BESIDE] for first in range(BESIDE)))
        found = dict(pair for share in shares for pair in share)
    found.update(run([page for page in pages if found[page].misses()], runs=RUNS_OF_A_MISS))
    return [found[page] for page in pages]


def keep(readings: list[Reading]) -> None:
    (KEPT / "pages.json").write_text(json.dumps([asdict(one) for one in readings], indent=1))


def run(pages: list[Page], *, runs: int = 1) -> list[tuple[Page, Reading]]:
    with tempfile.TemporaryDirectory() as scratch:
        asked, answered = Path(scratch, "pages.json"), Path(scratch, "results.json")
        asked.write_text(json.dumps([page.asked(runs) for page in pages]))
        answered.write_text("[]")
        subprocess.run(["node", HERE / "measure.mjs", CHROMIUM, asked, answered], check=True)
        results = json.loads(answered.read_text())
    return [(page, reading_of(page, result)) for page, result in zip(pages, results, strict=True)]


def versions(people: int) -> Versions:
    lighthouse = json.loads((HERE / "node_modules" / "lighthouse" / "package.json").read_text())
    return Versions(
        lighthouse=lighthouse["version"],
        chromium=said(str(CHROMIUM), "--version"),
        commit=said("git", "-C", str(REPOSITORY), "rev-parse", "--short", "HEAD"),
        people=people,
    )


def said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
