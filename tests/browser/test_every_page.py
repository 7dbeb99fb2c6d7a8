"""Every page that every persona can reach, opened once and looked at for everything at once."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from house import OTHERS, PERSONAS, House, Somebody, in_a_browser, pattern_of
from playwright.sync_api import Error

pytestmark = in_a_browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# No law asks for these, but whoever listens to a page steps from heading to heading.
ALSO = {"heading-order"}
AXE = Axe().axe_script  # put into a page once, then run by two sets of rules
# In the dark only the colors are others.
RULES = {
    "light": {"resultTypes": ["violations"], "preload": False},
    "dark": {
        "resultTypes": ["violations"],
        "preload": False,
        "runOnly": {"type": "rule", "values": ["color-contrast"]},
    },
}
ANYBODY = (
    "/",
    "/help/",
    "/account/sign-in/",
    "/account/password/forgot/",
    "/account/none-yet/",
    "/certification/",
    "/certification/in/oh/",
    "/certification/need/",
    "/certification/need/ky/radpss/",
    "/certification/moving/",
    "/certification/compare/?with=OH/PRS&with=TX/MHPS&with=KY/RADPSS&with=ICRC/PR",
    "/certification/wrong/oh/prs/",
    "/certification/wrong/thanks/",
    "/not/here/",
)
NARROW, WIDE_TEXT = {"width": 320, "height": 740}, "200%"
LEAD_AWAY = re.compile(r"^/(account/sign-out|components|static)")
OVERFLOW = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return "";
  const wide = [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && box.right > page.clientWidth + 1 && getComputedStyle(one).position !== "fixed";
  });
  return `${page.scrollWidth} px: ${wide.slice(-3).map((one) => one.outerHTML.slice(0, 160)).join(" | ")}`;
}"""


@pytest.fixture(scope="module")
def family_names(house: House) -> set[str]:
    """Whole names of everyone who takes part, as they could stand in a title or an address."""
    rows = house.ask("SELECT chosen_name, family_name FROM people_person")
    pairs = {(row["chosen_name"], row["family_name"]) for row in rows}
    return {f"{first} {last}".lower() for first, last in pairs} | {
        last.lower() for _first, last in pairs if last
    }


class Faults(list[str]):
    def note(self, page: str, what: str) -> None:
        self.append(f"{page}: {what}")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A page: where one landed, and the addresses that its links name."""

    path: str
    links: list[str]
    html: str = ""


Opener = Callable[[Somebody, str], Opened | None]


def reachable(somebody: Somebody, start: str = "/") -> Iterator[str]:
    """Opens one page of each kind, breadth first, and yields the kind while it is open."""
    for kind, _opened in walked(somebody, start, in_the_browser):
        yield kind


def walked(somebody: Somebody, start: str, opener: Opener) -> Iterator[tuple[str, Opened]]:
    waiting, known, met, tried = [start], {pattern_of(start)}, set[str](), {start}
    while waiting:
        address = waiting.pop(0)
        opened = opener(somebody, address)
        if opened is None:
            continue
        landed = pattern_of(opened.path)
        if landed != pattern_of(address):
            # A draft leads on to its form: the next link of this kind may lead to a signed note.
            known.discard(pattern_of(address))
        if landed not in met:
            met.add(landed)
            yield landed, opened
        for link in opened.links:
            if pattern_of(link) not in known and link not in tried:
                known.add(pattern_of(link))
                tried.add(link)
                waiting.append(link)


def in_the_browser(somebody: Somebody, address: str) -> Opened | None:
    """None for a file to keep; anything but a page or a file is a dead link."""
    try:
        response = somebody.go(address)
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise
    assert response.status < 400, (address, response.status)
    page = somebody.page
    found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    return Opened(path=path_of(page.url), links=followed(page.url, found))


def by_request(somebody: Somebody, address: str) -> Opened | None:
    """As `in_the_browser`, without drawing the page: for those who want to know what stands on it."""
    response = somebody.context.request.get(address)
    assert response.status < 400, (address, response.status)
    if not response.headers["content-type"].startswith("text/html"):
        return None
    html = response.text()
    found = [unescape(href) for href in re.findall(r'<a\b[^>]*\shref="([^"]+)"', html)]
    return Opened(path=path_of(response.url), links=followed(response.url, found), html=html)


def followed(here: str, found: list[str]) -> list[str]:
    same = [urljoin(here, href) for href in found if not re.match(r"(tel|sms|mailto|https?):", href)]
    return [path for url in same if not LEAD_AWAY.search(path := path_of(url))]


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def look(somebody: Somebody, kind: str, faults: Faults, names: set[str], *, banner: bool = True) -> None:
    page = somebody.page
    says_names(somebody, kind, faults, names)
    if banner and "Synthetic data" not in page.locator("body").inner_text():
        faults.note(kind, "does not say that the data are synthetic")
    page.evaluate(AXE)
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for fault in axe_faults(page, rules):
            faults.note(f"{kind} ({scheme})", fault)
    page.emulate_media(color_scheme="light")
    fits(page, kind, faults)


def says_names(somebody: Somebody, kind: str, faults: Faults, names: set[str]) -> None:
    public = f"{somebody.page.title()} {somebody.page.url}".lower()
    for name in names:
        if re.search(rf"\b{re.escape(name)}\b", public):
            faults.note(kind, f"the name {name!r} stands in the title or the address: {public}")


def axe_faults(page: Any, rules: dict[str, Any]) -> list[str]:
    found = Axe(axe_script="0").run(page, options=rules).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found
        if set(one["tags"]) & set(WCAG) or one["impact"] in {"serious", "critical"} or one["id"] in ALSO
    ]


def fits(page: Any, kind: str, faults: Faults) -> None:
    """At 320 px, and with text twice as large, nobody scrolls sideways."""
    at_360 = page.viewport_size
    page.set_viewport_size(NARROW)
    if wide := page.evaluate(OVERFLOW):
        faults.note(f"{kind} (320 px)", wide)
    page.set_viewport_size({"width": 640, "height": 740})
    page.evaluate(f"document.documentElement.style.setProperty('font-size', '{WIDE_TEXT}')")
    if wide := page.evaluate(OVERFLOW):
        faults.note(f"{kind} (text at 200 %)", wide)
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    page.set_viewport_size(at_360)


@pytest.mark.parametrize("persona", PERSONAS + OTHERS)
def test_every_page_of_a_persona(visit: Any, family_names: set[str], persona: str) -> None:
    somebody, faults, seen = visit(persona), Faults(), []
    for kind in reachable(somebody):
        seen.append(kind)
        look(somebody, kind, faults, family_names)
    assert not faults, "\n".join(faults)
    assert len(seen) > 5, seen
    if persona == "specialist":
        assert {"/people/*/", "/notes/new/?person", "/notes/*/", "/people/*/consents/"} <= set(seen), seen


def test_the_pages_before_sign_in(visit: Any, family_names: set[str]) -> None:
    somebody, faults = visit(), Faults()
    for path in ANYBODY:
        somebody.go(path)
        look(somebody, path, faults, family_names, banner=path != "/not/here/")
    somebody.complaints[:] = [one for one in somebody.complaints if "/not/here/" not in one]
    assert not faults, "\n".join(faults)


def test_a_fault_on_a_page_is_found(visit: Any, family_names: set[str]) -> None:
    """Planted: a picture without words, pale text, something too wide, a name in the title."""
    somebody, faults = visit("specialist"), Faults()
    name = max(family_names)
    somebody.page.evaluate(PLANT, name)
    look(somebody, "/", faults, family_names)
    found = "\n".join(faults)
    for fault in ("image-alt", "(light): color-contrast", "(320 px)", "(text at 200 %)", repr(name)):
        assert fault in found, found


PLANT = """(name) => {
  const planted = document.createElement("div");
  planted.style.width = "700px";
  const picture = document.createElement("img");
  picture.width = picture.height = 20;
  picture.src = document.querySelector(".bt-brand img").src;
  const pale = document.createElement("p");
  pale.textContent = "hard to read";
  pale.style.color = "#bbb";
  planted.append(picture, pale);
  document.querySelector("main").append(planted);
  document.title = `${name} - BeenThere`;
}"""
