"""What clients saw, and whether the database kept it: a history of attempts, and its checker.

An operation (save or sign, on one note) is *acknowledged* when an attempt was answered with the redirect that
a person sees as "Saved" or "Signed". An attempt that was cut off is of unknown outcome: it may or may not
have happened, and its client tries the same id again.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

SAVE, SIGN = "save", "sign"
ACKNOWLEDGED, UNKNOWN = "acknowledged", "unknown"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One request of one client. Moments are seconds of one monotonic clock; `said` is what came back."""

    client: int
    operation: str
    note: str
    words: str
    began: float
    ended: float
    outcome: str
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A note as it lies in the database afterwards, with what followed from it."""

    note: str
    words: str
    signed: bool
    begun_events: int
    signed_events: int
    hours: int


@dataclass(frozen=True, kw_only=True)
class Finding:
    kind: str
    note: str
    sentence: str


class History:
    """Attempts of all clients, on disk as soon as they are known: one JSON object a line."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._open = file.open("a")
        self._lock = Lock()
        self.acknowledged = 0

    def add(self, attempt: Attempt) -> None:
        with self._lock:
            self._open.write(json.dumps(asdict(attempt)) + "\n")
            self._open.flush()
            self.acknowledged += attempt.outcome == ACKNOWLEDGED

    def close(self) -> None:
        self._open.close()


def read(file: Path) -> Iterator[Attempt]:
    with file.open() as lines:
        for line in lines:
            yield Attempt(**json.loads(line))


def check(attempts: Iterable[Attempt], kept: Iterable[Kept]) -> list[Finding]:
    """Everything in which the database differs from what its clients were told."""
    attempts, kept = list(attempts), list(kept)
    sent = {attempt.note: attempt.words for attempt in attempts}
    saved = {a.note for a in attempts if a.operation == SAVE and a.outcome == ACKNOWLEDGED}
    signed = {a.note for a in attempts if a.operation == SIGN and a.outcome == ACKNOWLEDGED}
    asked_to_sign = {attempt.note for attempt in attempts if attempt.operation == SIGN}
    there = {one.note: one for one in kept}
    return [
        *_lost(saved | signed, there),
        *_not_signed(signed, there),
        *_signed_unasked(asked_to_sign, there),
        *_changed(sent, there),
        *_twice(sent, kept),
        *_events(there),
    ]


def _lost(acknowledged: set[str], there: Mapping[str, Kept]) -> Iterator[Finding]:
    for note in sorted(acknowledged - there.keys()):
        yield Finding(
            kind="lost", note=note, sentence="its client was told that it is saved; it is not there"
        )


def _not_signed(signed: set[str], there: Mapping[str, Kept]) -> Iterator[Finding]:
    for note in sorted(signed & there.keys()):
        if not there[note].signed:
            yield Finding(
                kind="unsigned", note=note, sentence="its client was told that it is signed; it is not"
            )


def _signed_unasked(asked: set[str], there: Mapping[str, Kept]) -> Iterator[Finding]:
    for one in there.values():
        if one.signed and one.note not in asked:
            yield Finding(
                kind="signed unasked", note=one.note, sentence="nobody asked to sign it, and it is signed"
            )


def _changed(sent: Mapping[str, str], there: Mapping[str, Kept]) -> Iterator[Finding]:
    for note, words in sent.items():
        if note in there and there[note].words != words:
            yield Finding(kind="changed", note=note, sentence="its words are not those that were sent")


def _twice(sent: Mapping[str, str], kept: list[Kept]) -> Iterator[Finding]:
    rows, words = Counter(one.note for one in kept), Counter(one.words for one in kept)
    for one in kept:
        if rows[one.note] > 1 or words[one.words] > 1 or one.note not in sent:
            yield Finding(
                kind="duplicate", note=one.note, sentence="it is there once more than it was written"
            )


def _events(there: Mapping[str, Kept]) -> Iterator[Finding]:
    for one in there.values():
        expected = {"began": 1, "signed": int(one.signed), "hours posted": int(one.signed)}
        found = {"began": one.begun_events, "signed": one.signed_events, "hours posted": one.hours}
        for name, count in found.items():
            if count != expected[name]:
                sentence = f"{name} {count} times instead of {expected[name]}"
                yield Finding(kind="effects", note=one.note, sentence=sentence)
