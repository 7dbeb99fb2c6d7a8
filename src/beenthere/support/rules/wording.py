"""Suggestions on wording that keeps a peer's note a peer's note. They suggest; they never block or rewrite.

Rubrics elsewhere score notes up for clinical words. This goes the other way, as peer trainers teach it: the
language of ordinary experience, the person's own goals, no diagnosing, no advice on medicines. A person's
own words, in quotation marks, are theirs and are skipped. A hint is not stored and not counted by anyone.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from beenthere.kernel.decision import Confidence, Source

QUOTED: Final = re.compile(r'"(?:(?!\n\s*\n)[^"])*"|“[^”]*”|«[^»]*»|„[^“”]*[“”]|(?<!\w)‘[^‘]*?’(?!\w)')
_KEYS: Final = {"key", "terms", "why", "suggestion", "source"}


@dataclass(frozen=True, kw_only=True)
class Hint:
    """`terms` are what to look for; `why` and `suggestion` are message ids to show."""

    key: str
    terms: tuple[str, ...]
    why: str
    suggestion: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """`text[start:end]` is the passage the hint is about."""

    start: int
    end: int
    hint: Hint


class Vocabulary:
    """Hints made ready to look for. ValueError when two hints claim one term."""

    def __init__(self, hints: Iterable[Hint]) -> None:
        self.hints = tuple(hints)
        owners: dict[str, Hint] = {}
        for hint in self.hints:
            for term in hint.terms:
                if owners.setdefault(_plain(term), hint) is not hint:
                    raise ValueError(f"wording: {term!r} belongs to {hint.key} and to another hint")
        longest_first = sorted(owners, key=len, reverse=True)
        self._owners = tuple(owners[term] for term in longest_first)
        self._pattern = _pattern(longest_first)

    def suggestions(self, text: str) -> tuple[Suggestion, ...]:
        """In order, never overlapping, none inside a quotation; the longest term wins."""
        quoted = [match.span() for match in QUOTED.finditer(text)]
        return tuple(
            Suggestion(start=match.start(), end=match.end(), hint=self._owners[(match.lastindex or 0) - 1])
            for match in self._pattern.finditer(text)
            if not any(match.start() < end and start < match.end() for start, end in quoted)
        )


def parse_hints(text: str) -> tuple[Hint, ...]:
    """From TOML: `[sources.<name>]` tables and `[[hints]]` that name one. ValueError says what is wrong."""
    data = tomllib.loads(text)
    sources = {name: _source(told) for name, told in data["sources"].items()}
    return tuple(_hint(entry, sources) for entry in data["hints"])


@cache
def shipped_vocabulary() -> Vocabulary:
    """The hints that come with BeenThere: a constant of the package, read once."""
    text = resources.files(__package__).joinpath("wording.toml").read_text(encoding="utf-8")
    return Vocabulary(parse_hints(text))


def _source(told: Mapping[str, Any]) -> Source:
    return Source(
        title=told["title"],
        locator=told["locator"],
        retrieved=told["retrieved"],
        confidence=Confidence(told["confidence"]),
    )


def _hint(entry: Mapping[str, Any], sources: Mapping[str, Source]) -> Hint:
    if entry.keys() != _KEYS:
        odd = ", ".join(sorted(entry.keys() ^ _KEYS))
        raise ValueError(f"wording.toml: {entry.get('key', 'a hint')}: missing or unknown: {odd}")
    if entry["source"] not in sources:
        raise ValueError(f"wording.toml: {entry['key']}: source {entry['source']!r} is not under [sources]")
    return Hint(
        key=entry["key"],
        terms=tuple(entry["terms"]),
        why=entry["why"],
        suggestion=entry["suggestion"],
        source=sources[entry["source"]],
    )


def _pattern(terms: Iterable[str]) -> re.Pattern[str]:
    """A group for each term: whole words, any case; a hyphen may be a space or missing, a space a hyphen."""
    gaps = {" ": r"[\s-]+", "-": r"[\s-]?"}
    written = ("".join(gaps.get(letter, re.escape(letter)) for letter in term) for term in terms)
    either = "|".join(f"({term})" for term in written)
    return re.compile(rf"(?<!\w)(?:{either or '(?!)'})(?!\w)", re.IGNORECASE)


def _plain(term: str) -> str:
    return term.strip().casefold()
