# ruff: noqa: E501 - a table of odd values reads best in rows
"""What nobody types on purpose: values that have broken other people's software.

Text comes from all of Unicode, lone surrogates too; in a request those are bytes that are no UTF-8. The same
examples come each time; `HYPOTHESIS_PROFILE=search` looks for new ones at random, and for many more.
"""

import os
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote_plus

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

SEARCH = os.environ.get("HYPOTHESIS_PROFILE") == "search"

DAYS = (
    "0001-01-01", "0001-01-02", "1899-12-31", "1900-01-01", "9999-12-30", "9999-12-31", "10000-01-01", "0000-00-00",
    "2026-02-30", "2026-11-01", "2026-11-22", "22.11.2026", "2026-11-22T00:00", "-2026-01-01", "２０２６-11-22",
)  # fmt: skip
TIMES = ("00:00", "23:59", "23:59:59.999999", "24:00", "25:61", "01:30", "1:30 pm", "12", "-1:00")
NUMBERS = (
    "0", "-1", "-0", "1", "2147483647", "2147483648", "9223372036854775808", "1e400", "0x10", "1_000", "NaN",
    "Infinity", "٣", "²", "9" * 5000, " 7 ", "+7", "1.5",
)  # fmt: skip
IDS = (
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "0" * 32,
    "{00000000-0000-0000-0000-000000000000}", "urn:uuid:00000000-0000-0000-0000-000000000000", "0" * 31, "1",
)  # fmt: skip
TEXTS = (
    "", " ", "\t\r\n", "\x00", "a\x00b", "\x1b[2J", "\x7f\x85\xa0", "\ud800", "\udfff\ud800", "\ufeff", "\uffff", "\U0010ffff",
    "\u202egnp.exe", "\u2066\u2067\u2069", "\u200b\u200d", "e" + "\u0301" * 3000, "ﷺ" * 200, "İıſK", "ß" * 200,
    "a" * 121, "a" * 100_000, "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "]]>", "<!--",
    "{{ 7|add:7 }}", "{% debug %}", "${7*7}", "%(name)s", "%s%n", "{0.__class__}", "' OR '1'='1", "'; SELECT pg_sleep(9);--",
    "\\", "\\x", "../../../../etc/passwd", "file:///etc/passwd", "//evil.example.org", "javascript:alert(1)",
    "a\r\nSet-Cookie: a=b", "=1+1", "null", "true", "[]", "{}", "[" * 2000, '{"a":' * 500, "a@" + "b" * 300, "a@b",
    "name@example.org", "on", "H0038", "one_to_one",
)  # fmt: skip

EVERY = (*TEXTS, *DAYS, *TIMES, *NUMBERS, *IDS)

tried = settings(
    derandomize=not SEARCH,
    database=None,
    max_examples=400 if SEARCH else 16,
    suppress_health_check=list(HealthCheck),
)
values: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(EVERY),
    st.text(st.characters(), max_size=40),
    st.dates().map(str),
    st.uuids().map(str),
)


def pairs(offered: dict[str, Sequence[str]]) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Fields as a request has them, by name. `offered` has the likeliest value of each field first.

    All are likely but a few: those are rare, garbage, left out or there twice. A form that refused its first
    field each time would never let us see what it does with the others.
    """
    names = st.lists(st.sampled_from(sorted(offered)), max_size=3, unique=True) if offered else st.just([])
    return st.tuples(names.flatmap(lambda odd: _filled(offered, odd)), st.lists(_STRANGE, max_size=1)).map(
        lambda both: [*both[0], *both[1]]
    )


_STRANGE = st.tuples(st.sampled_from(("", "\x00", "id[]", "a.b", "__proto__", "csrfmiddlewaretoken")), values)


def _filled(offered: dict[str, Sequence[str]], odd: list[str]) -> st.SearchStrategy[list[tuple[str, str]]]:
    likely = [(name, ready[0]) for name, ready in offered.items() if name not in odd and ready]
    strange = (st.lists(_field(name, tuple(offered[name])), max_size=2) for name in odd)
    return st.tuples(*strange).map(lambda some: likely + [pair for many in some for pair in many])


def _field(name: str, ready: tuple[str, ...]) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(st.just(name), st.one_of(st.sampled_from(ready), values) if ready else values)


def encoded(some: Iterable[tuple[str, str]]) -> str:
    """As a body or a query; a lone surrogate becomes bytes that no UTF-8 has."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in some)


def _quoted(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")


def storable(value: Any) -> bool:
    """Text that a column of PostgreSQL takes."""
    if not isinstance(value, str):
        return True
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
