"""The page on the vocabulary says what the code takes, and the folders use no other words."""

import re
from collections.abc import Iterable, Mapping

import pytest
from certification_page import COMMAND, VOCABULARY, used_by, vocabulary

from beenthere.certification.jurisdictions import reading
from beenthere.certification.jurisdictions.reading import CHOICES, KINDS, domains
from beenthere.portal.explorer.words import NAMES

PAGE = VOCABULARY.read_text(encoding="utf-8")
WRITTEN = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", PAGE))))


def keys_of_a_file() -> set[str]:
    tables = [value for name, value in vars(reading).items() if name.isupper() and isinstance(value, Mapping)]
    plain = {key for table in tables for key in table}
    return plain | {key for must_and_may in KINDS.values() for keys in must_and_may for key in keys}


@pytest.mark.parametrize("word", sorted(keys_of_a_file()))
def test_every_key_stands_on_the_page(word: str) -> None:
    assert word in WRITTEN, f"docs/look-up/{VOCABULARY.name} does not say what {word!r} means"


@pytest.mark.parametrize("key", sorted(CHOICES))
def test_every_choice_stands_on_the_page(key: str) -> None:
    allowed = CHOICES[key] if key != "confidence" else ("primary", "secondary", "unverified")
    assert missing(allowed) == [], f"docs/look-up/{VOCABULARY.name} leaves out choices of {key!r}"


def missing(words: Iterable[str]) -> list[str]:
    return [str(word) for word in words if str(word) not in WRITTEN]


def test_a_word_that_is_not_there_is_missed() -> None:
    assert missing(["hours", "weeks"]) == ["weeks"]


def test_the_table_of_domains_is_current() -> None:
    assert vocabulary() == PAGE, f"docs/look-up/{VOCABULARY.name} is stale: run `{COMMAND}`"


def test_every_domain_is_used_and_has_a_name_in_both_languages() -> None:
    assert [tag for tag, keys in used_by().items() if not keys] == []
    assert [tag for tag in domains() if tag not in NAMES] == []
