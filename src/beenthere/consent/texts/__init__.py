"""The wording a consent carries, as data with its source. No word of law is made up here."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from beenthere.kernel.decision import Confidence, Source

FILE = "part2.toml"


@dataclass(frozen=True, kw_only=True)
class Text:
    """`quoted`: the words are those of the regulation; else ours, made after the source."""

    title: str
    words: str
    quoted: bool
    source: Source


@cache
def texts() -> dict[str, Text]:
    stored = tomllib.loads(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))
    return {key: _text(key, entry) for key, entry in stored.items()}


def _text(key: str, entry: dict[str, Any]) -> Text:
    try:
        source = Source(
            title=entry["source"],
            locator=entry["seen_at"],
            retrieved=entry["retrieved"],
            confidence=Confidence(entry["confidence"]),
        )
        return Text(title=entry["title"], words=entry["words"], quoted=entry["quoted"], source=source)
    except (KeyError, ValueError) as error:
        raise ValueError(f"{FILE}, [{key}]: {error}") from None
