"""What is asked of the server: each kind of request, built as a browser would send it."""

import random
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from beenthere.kernel.ids import uuid7
from bench.load import Request

Sample = Mapping[str, Any]
# Django takes a token that equals the secret in the cookie.
TOKEN = "m" * 32
HEAD = "Host: localhost\r\nUser-Agent: beenthere-bench\r\nAccept: text/html\r\nAccept-Language: en\r\n"
# So many drafts lie between a save and its signature, and so much time.
DRAFTS = 100
FIRST_PAGES = (1, 1, 1, 2, 3)
KINDS = ("one_to_one", "check_in", "goal_work", "going_along", "resources")
PLACES = ("center", "home", "community", "phone")
WORDS = (
    "We walked to the library and looked at the bus times together.",
    "They said the week was long, and that calling first made it easier to come.",
    "Together we wrote down three people to call when evenings get hard.",
    "We filled in the housing form and put the papers in one folder.",
)


def get(kind: str, path: str, session: str | None = None) -> Request:
    return Request(kind, f"GET {path} HTTP/1.1\r\n{HEAD}{_cookies(session)}\r\n".encode())


def post(
    kind: str,
    path: str,
    fields: Mapping[str, str],
    session: str | None,
    *,
    expected: int,
    alone: bool = False,
) -> Request:
    body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\n{HEAD}{_cookies(session)}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Request(kind, head.encode() + body, expected, alone)


def _cookies(session: str | None) -> str:
    signed_in = f"; sessionid={session}" if session else ""
    return f"Cookie: csrftoken={TOKEN}{signed_in}\r\n"


class Asking:
    """Endless requests of each kind, drawn from a sample with a chance of its own."""

    def __init__(self, sample: Sample, seed: int) -> None:
        self.sample, self.chance = sample, random.Random(seed)
        self._begun: deque[tuple[str, dict[str, str], str]] = deque()

    def today(self) -> Request:
        return get("Today", "/", self._who()["session"])

    def caseload(self) -> Request:
        return get("caseload", "/people/", self._who()["session"])

    def people_list(self) -> Request:
        page = self.chance.choice(FIRST_PAGES)
        return get("people list", f"/people/?whose=program&page={page}", self._who()["session"])

    def search(self) -> Request:
        fields = {"words": self.chance.choice(self.sample["searches"])}
        return post("people search", "/people/search/", fields, self._who()["session"], expected=200)

    def person(self) -> Request:
        who = self._who()
        return get("person page", f"/people/{self.chance.choice(who['people'])['id']}/", who["session"])

    def save(self) -> Request:
        return self._note("note save", "save")

    def sign(self) -> Request:
        return self._note("note sign", "sign")

    def sign_in(self) -> Request:
        fields = {"login": self._who()["email"], "password": self.sample["password"]}
        return post("sign-in", "/account/sign-in/", fields, None, expected=302, alone=True)

    def bare(self) -> Request:
        start = quote(self.chance.choice(self.sample["names"]))
        return get("bare Django list", f"/people/?organization={self.sample['organization']}&from={start}")

    def mixed(self) -> Request:
        """70 read, 20 write (half of them signed), 10 search, in a hundred."""
        drawn = self.chance.random()
        if drawn < 0.7:
            return self.chance.choice((self.today, self.caseload, self.people_list, self.person))()
        if drawn < 0.9:
            return self.chance.choice((self.begin, self.finish))()
        return self.search()

    def begin(self) -> Request:
        """A draft that `finish` signs later."""
        who, path, fields = self._visit()
        self._begun.append((path, fields, who["session"]))
        return post("note save", path, {**fields, "intent": "save"}, who["session"], expected=302)

    def finish(self) -> Request:
        """The oldest draft is signed as it is; while there are few, a note is written and signed at once."""
        if len(self._begun) <= DRAFTS:
            return self.sign()
        path, fields, session = self._begun.popleft()
        sent = {**fields, "edit_number": "1", "intent": "sign"}
        return post("note sign", path, sent, session, expected=302)

    def _who(self) -> Mapping[str, Any]:
        return self.chance.choice(self.sample["specialists"])

    def _note(self, kind: str, intent: str) -> Request:
        who, path, fields = self._visit()
        return post(kind, path, {**fields, "intent": intent}, who["session"], expected=302)

    def _visit(self) -> tuple[Mapping[str, Any], str, dict[str, str]]:
        """Who writes, the address of a note that nobody has begun, and what it says."""
        who = self._who()
        fields = note_fields(self.chance.choice(who["people"]), self.chance)
        return who, f"/notes/{uuid7()}/write/", fields


def note_fields(person: Mapping[str, str], chance: random.Random) -> dict[str, str]:
    """A visit on some day of the past year, at some time: notes of one day are counted together."""
    day = datetime.now(UTC).date() - timedelta(days=chance.randrange(2, 360))
    hour, minute = chance.randrange(8, 18), chance.randrange(60)
    return {
        "kind": chance.choice(KINDS),
        "place": chance.choice(PLACES),
        "happened_on": day.isoformat(),
        "starts": f"{hour:02}:{minute:02}",
        "ends": f"{hour + 1:02}:{minute:02}",
        "what_we_did": " ".join(chance.sample(WORDS, 3)),
        "program": person["program"],
        "result": "met",
        "person": person["id"],
        "form_id": str(uuid7()),
        "edit_number": "0",
    }
