"""Sources as a page shows them: numbered, with an anchor, and a link where an address is known."""

import re
from collections.abc import Iterable
from datetime import date

from beenthere.kernel.decision import Source
from beenthere.portal.explorer.pages import SourceLine
from beenthere.portal.explorer.words import CONFIDENCE

# The first web address in a locator: many are a host and words beside it ("compass360.io mirror").
_ADDRESS = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:org|gov|com|net|edu|io|us|dev|info)\b(?:/[\w./-]*\w)?")


def source_lines(sources: Iterable[Source], prefix: str) -> dict[Source, SourceLine]:
    return {source: _line(source, number, prefix) for number, source in enumerate(sources, start=1)}


def _line(source: Source, number: int, prefix: str) -> SourceLine:
    return SourceLine(
        number=number,
        at=f"{prefix}-source-{number}",
        title=source.title,
        locator=source.locator,
        url=web_address(source.locator),
        collected=source.retrieved,
        confidence=str(CONFIDENCE[source.confidence]),
    )


def web_address(locator: str) -> str:
    """Empty when there is none, as in "26 V.S.A. ch. 60"."""
    found = _ADDRESS.search(locator)
    return f"https://{found[0]}" if found else ""


def last_checked(sources: Iterable[Source]) -> date | None:
    return max((source.retrieved for source in sources if source.retrieved), default=None)
