"""A small house with something on every page, and a walk through what each role can reach by links."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from factories.funding import certify, new_rule
from factories.notes import NOW, open_desk
from factories.people import new_crisis_contact, new_person, new_phone
from factories.support import enrol, new_encounter, new_follow_up, new_goal, new_planned_visit
from factories.users import signed_in
from factories.workers import new_worker
from factories.writing import writing

from beenthere.consent.models import Consent
from beenthere.foundation import clock
from beenthere.trust.access import Role
from beenthere.trust.models import Organization, User
from beenthere.workforce.models import Worker

__all__ = ["BEFORE_SIGN_IN", "browser", "furnish", "pages", "said", "visited"]

# What people type or choose is not ours to translate; here it is Spanish, or a name.
WORDS = "Caminamos juntas a la parada."
BEFORE_SIGN_IN = (
    "/account/sign-in/", "/help/", "/account/password/forgot/", "/account/none-yet/", "/not/here/",
    "/certification/", "/certification/in/oh/", "/certification/need/oh/prs/", "/certification/wrong/oh/prs/",
    "/certification/wrong/thanks/", "/certification/compare/?with=OH/PRS&with=TX/MHPS",
)  # fmt: skip
_IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Fifty states and seventy certifications have the same pages.
_ONE_OF_MANY = re.compile(r"^(/certification/(?:in|need|wrong)/).+")
_NO_PAGE = re.compile(r"^/(static|components|account/sign-out)|/csv/|\.(csv|json|pdf|ics)$|\b(format|as)=")
_SILENT = {"script", "style", "head", "textarea", "template"}
_TOLD = ("aria-label", "placeholder", "alt", "data-running")
_BLOCKS = {
    "p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "td", "th", "div", "section", "summary", "label", "legend",
    "button", "a", "option", "caption", "form", "ul", "nav", "main", "footer", "header", "aside", "fieldset",
}  # fmt: skip


def furnish(organization: Organization) -> None:
    """One participant with everything a page can show, and others in other states."""
    with clock.standing_at(NOW):
        desk = open_desk(organization, shown_as="Sam")
        maya, harbor, worker = desk.person, desk.program, desk.worker
        certify(worker)
        new_rule(harbor, note_within_hours=48)
        new_phone(maya)
        new_crisis_contact(maya)
        new_goal(maya, harbor, words="Ver más a mi hija")
        new_goal(maya, harbor, words="Caminar", reached_on=NOW.date())
        new_planned_visit(maya, harbor, worker, starts_at=NOW + timedelta(hours=1))
        new_planned_visit(maya, harbor, worker, starts_at=datetime(2026, 11, 24, 15, 0, tzinfo=UTC))
        new_follow_up(maya, harbor, worker, what="Pase de autobús")
        new_follow_up(maya, harbor, worker, kind="task", what="Pase de autobús")
        new_encounter(maya, harbor, worker, what_we_did=WORDS)
        desk.signed(WORDS)
        desk.signed(WORDS, starts_at=None, ends_at=None)
        waiting = new_person(organization, "Luz", "Prado")
        enrol(waiting, harbor)
        with writing(organization.id):
            Consent.objects.create(
                organization=organization, person=maya, from_program=harbor, kind="specific",
                segments=["notes"], created_by_id=worker.user_id,
            )  # fmt: skip


def pages(organization: Organization, role: Role, language: str) -> Iterator[tuple[str, str]]:
    """(address, page) of one page of each kind that `role` can reach from the home page."""
    client = browser(organization, role)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    yield from walked(client, ["/"])


def browser(organization: Organization, role: Role) -> Client:
    """Of somebody who holds the role in Harbor; as a specialist, of the one who works with Maya."""
    user = _specialist(organization) if role == Role.SPECIALIST else None
    if role in {Role.SUPERVISOR, Role.VOLUNTEER}:
        user = new_worker(organization, role=role, program=organization.harbor).user
    return signed_in(organization, role, organization.harbor, user=user)


def walked(client: Client, start: list[str]) -> Iterator[tuple[str, str]]:
    for address, response in visited(client, start):
        assert response.status_code in {200, 404}, (address, response.status_code)
        if _is_page(response):
            yield address, response.content.decode()


def visited(client: Client, start: list[str]) -> Iterator[tuple[str, HttpResponse]]:
    """One address of each kind that links lead to, with its answer."""
    waiting, known = list(start), {_kind(address) for address in start}
    while waiting:
        address = waiting.pop(0)
        response = client.get(address, follow=True)
        yield address, response
        for path in _links(address, response) if _is_page(response) else ():
            if _kind(path) not in known:
                known.add(_kind(path))
                waiting.append(path.partition("#")[0])


def _is_page(response: HttpResponse) -> bool:
    return response.headers["Content-Type"].startswith("text/html")


def _links(address: str, response: HttpResponse) -> Iterator[str]:
    for link in re.findall(r'<a\b[^>]*\shref="([^"]+)"', response.content.decode()):
        path = urljoin(address, link.replace("&amp;", "&"))
        if path.startswith("/") and not _NO_PAGE.search(path):
            yield path


def _specialist(organization: Organization) -> User:
    with writing(organization.id):
        return Worker.objects.select_related("user").get(shown_as="Sam").user


def _kind(address: str) -> str:
    parts = urlsplit(address)
    asked = sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    path = _ONE_OF_MANY.sub(r"\1*/", _IDS.sub("*", parts.path))
    return f"{path}?{'&'.join(asked)}"


class _Reader(HTMLParser):
    """What a page says, block by block: its text and the labels that are only read aloud."""

    VOID = frozenset({"br", "img", "input", "meta", "link", "hr", "path", "circle", "rect", "wbr"})

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.open: list[tuple[str, bool]] = []
        self.blocks: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        # Words of a source are quoted as they are: neither their language nor their grade is ours.
        other = (told.get("lang") or self.language)[:2] != self.language[:2]
        silent = tag in _SILENT or "data-quoted" in told or other
        silent = silent or any(was for _tag, was in self.open)
        if tag in _BLOCKS:
            self.blocks.append("")
        self.blocks[-1] += " "
        if not silent:
            self.blocks += self._told(attrs)
        if tag not in self.VOID:
            self.open.append((tag, silent))

    def _told(self, attrs: list[tuple[str, str | None]]) -> list[str]:
        told = [value for name, value in attrs if value and (name in _TOLD or name.startswith("data-words"))]
        return [*told, ""] if told else []

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index][0] == tag:
                del self.open[index:]
                break
        if tag in _BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if not any(silent for _tag, silent in self.open):
            self.blocks[-1] += data


def said(page: str, language: str) -> list[str]:
    """Every block of text of a page, in order; what is marked as another language is left out."""
    reader = _Reader(language)
    reader.feed(page)
    return [words for block in reader.blocks if (words := " ".join(block.split()))]
