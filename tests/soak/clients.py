"""Clients of the durability drill: each writes a note, signs it, and goes on to the next.

Whatever goes wrong, a client sends the same id with the same words again until it is acknowledged, as the
pages do with what they keep on the phone.
"""

import http.client
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.load import Request
from bench.pages import note_fields, post

from beenthere.kernel.ids import uuid7
from soak.history import ACKNOWLEDGED, SAVE, SIGN, UNKNOWN, Attempt, History

PATIENCE, PAUSE = 3.0, 0.15
_TO_DRAFT, _TO_COUNTS = "/notes/{}/write/", "/notes/{}/counts/"


@dataclass
class Progress:
    """When the latest thing that was acknowledged was asked for; what keeps the client waiting now."""

    latest_asked: float = 0.0
    stuck: str = ""


class Client(threading.Thread):
    """One specialist at work until told to stop; then it finishes the note it is at."""

    def __init__(self, number: int, port: int, who: Mapping[str, Any], history: History, seed: int) -> None:
        super().__init__(name=f"client {number}", daemon=True)
        self.number, self.port, self.who, self.history = number, port, who, history
        self.chance = random.Random(seed)
        self.progress = Progress()
        self.stop_asked = threading.Event()
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        try:
            while not self.stop_asked.is_set():
                self._write_a_note()
        finally:
            self._hang_up()

    def _write_a_note(self) -> None:
        note, fields = str(uuid7()), note_fields(self.chance.choice(self.who["people"]), self.chance)
        fields["what_we_did"] += f" (note {note})"
        self._until_acknowledged(SAVE, note, fields)
        self._until_acknowledged(SIGN, note, {**fields, "edit_number": "1"})

    def _until_acknowledged(self, operation: str, note: str, fields: Mapping[str, str]) -> None:
        request = post(
            operation,
            f"/notes/{note}/write/",
            {**fields, "intent": operation},
            self.who["session"],
            expected=302,
        )
        while True:
            attempt = self._try(operation, note, fields["what_we_did"], request)
            self.history.add(attempt)
            if attempt.outcome == ACKNOWLEDGED:
                self.progress.latest_asked, self.progress.stuck = attempt.began, ""
                return
            self.progress.stuck = attempt.said
            time.sleep(PAUSE)

    def _try(self, operation: str, note: str, words: str, request: Request) -> Attempt:
        began = time.monotonic()
        try:
            status, location = self._send(request)
        except (OSError, http.client.HTTPException) as problem:
            self._hang_up()
            outcome, said = UNKNOWN, f"{type(problem).__name__}: {problem}"
        else:
            wanted = (_TO_COUNTS if operation == SIGN else _TO_DRAFT).format(note)
            right = status == 302 and location == wanted
            outcome, said = (ACKNOWLEDGED if right else UNKNOWN), f"{status} {location}".strip()
        return Attempt(
            client=self.number, operation=operation, note=note, words=words,
            began=began, ended=time.monotonic(), outcome=outcome, said=said,
        )  # fmt: skip

    def _send(self, request: Request) -> tuple[int, str]:
        """The status and where it leads. The bytes go out as they were built."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            self._connection.connect()
        connection = self._connection
        connection.sock.sendall(request.payload)
        answer = http.client.HTTPResponse(connection.sock, method="POST")
        answer.begin()
        answer.read()
        if answer.will_close:
            self._hang_up()
        return answer.status, answer.getheader("Location", "")

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
