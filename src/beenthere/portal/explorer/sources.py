"""Sources as a page shows them: numbered, with an anchor, and a link where an address is known."""

import re
from collections.abc import Iterable, Mapping

from beenthere.certification.api import Cited
from beenthere.portal.explorer.pages import Checked, SourceLine
from beenthere.portal.explorer.words import CONFIDENCE

# The first web address in a locator: many are a host and words beside it ("compass360.io mirror").
_ADDRESS = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:org|gov|com|net|edu|io|us|dev|info)\b(?:/[\w./-]*\w)?")


Lines = Mapping[Cited, SourceLine]


def source_lines(sources: Iterable[Cited], prefix: str) -> Lines:
    return {source: _line(source, number, prefix) for number, source in enumerate(sources, start=1)}


def cited(sources: Iterable[Cited], lines: Lines) -> tuple[SourceLine, ...]:
    return tuple(lines[source] for source in sources)


def _line(source: Cited, number: int, prefix: str) -> SourceLine:
    url = web_address(source.locator)
    return SourceLine(
        number=number,
        at=f"{prefix}-source-{number}",
        title=source.title,
        locator=source.locator,
        url=url,
        site=url.count("/") == len("//"),
        collected=source.collected,
        retrieved=source.retrieved,
        confidence=str(CONFIDENCE[source.confidence]),
    )


def web_address(locator: str) -> str:
    """Empty when there is none, as in "26 V.S.A. ch. 60"."""
    found = _ADDRESS.search(locator)
    return f"https://{found[0]}" if found else ""


def last_checked(sources: Iterable[Cited]) -> Checked:
    """ValueError without a source; every credential has one."""
    told = tuple(sources)
    read = [source.retrieved for source in told if source.retrieved]
    return Checked(collected=max(source.collected for source in told), retrieved=max(read, default=None))
