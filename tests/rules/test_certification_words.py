"""What a person is shown is written out: no shorthand of whoever noted it down, in any folder."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from beenthere.certification.jurisdictions.loader import FOLDER

FILES = sorted(FOLDER.glob("*/*.toml"))
SHOWN = frozenset(
    {"title", "track", "issuer", "medicaid_note", "notes", "conflicts", "note", "words", "dated", "late_note"}
)
SHORTHAND = re.compile(
    r"""[<>≥≤]                              # more than, less than
    | \d\s*(?:h|hrs?|y|yrs?|mo|d|min)\b      # 40 h
    | \b\d+(?:/\d+){2,}                      # 10/10/10/16
    | \s\+\s | ^\+                           # 40 + 20
    | ^[yn]\b | (?::\s|\s)[yn](?:$|[\s(.,])  # y (BCI)
    | \b(?:incl|max|approx|govt|dept|yrs?|hrs?)\.
    | \b(?:HS|CE|CEUs?|CEH|MH|SUD|OUD|MAT|IDD)\b
    | /yr\b | \bw/ | \#
    | The\ source\ says:""",
    re.VERBOSE,
)


def shown(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            # The title of a source is a name, and is kept as it is.
            yield from shown(one, name) if name != "sources" else ()
    elif isinstance(value, list):
        for one in value:
            yield from shown(one, key)
    elif isinstance(value, str) and key in SHOWN:
        yield key, value


def shorthand(text: str) -> list[str]:
    return [
        f"{key}: {told!r} has shorthand: {found[0]!r}. Write it out in words"
        for key, told in shown(tomllib.loads(text))
        if (found := SHORTHAND.search(told))
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_is_shown_is_written_out(file: Any) -> None:
    assert shorthand(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "y (BCI + FBI)", ">=51% of job", "500 h within 7 years", "incl. 16 ethics",
        "10/10/10/16", "SUD credential is CRS", "CE audited by sample", "n (certification)", "CEU petition",
        "The source says: HS/equivalent.", "Background check: y", "fee + retake", "within 3 y",
    ],
)  # fmt: skip
def test_shorthand_is_noticed(planted: str) -> None:
    assert shorthand(f'notes = ["{planted}"]')
    assert not shorthand('notes = ["High school or an equivalent, at 40 hours in 2 years (50% live)."]')
