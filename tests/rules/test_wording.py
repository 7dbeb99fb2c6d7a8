import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.kernel.decision import Confidence, Source
from beenthere.support.rules.wording import QUOTED, Hint, Vocabulary, parse_hints, shipped_vocabulary

SHIPPED = shipped_vocabulary()
TERMS = sorted(term for hint in SHIPPED.hints for term in hint.terms)
OURS = Source(title="Ours", locator="-", retrieved=None, confidence=Confidence.LOCAL)
pieces = st.lists(
    st.sampled_from([*TERMS, '"', "“", "”", "‘", "’", " ", "\n\n", "we met", "ı", "ſ", "K", "."]), max_size=12
)


def passages(text: str) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.hint.key) for one in SHIPPED.suggestions(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("She was non-compliant.", [("non-compliant", "compliance")]),
        ("Noncompliant, NON COMPLIANT", [("Noncompliant", "compliance"), ("NON COMPLIANT", "compliance")]),
        ("He said “I am an addict” and laughed.", []),
        ('He said "I got clean in May".', []),
        ("She's an addict.", [("addict", "person_as_condition")]),
        ("an ex addict", [("ex addict", "person_as_condition")]),
        ("two  addicts\nin denial", [("addicts", "person_as_condition"), ("in denial", "refusal")]),
        ("We cleaned the kitchen; it is cleaner now.", []),
        ("addiction", []),
        ("resistant to treatment", [("resistant to treatment", "refusal")]),
        ("They didn't get clean", [("get clean", "clean_or_dirty")]),
        ('an inch is 1" and\n\nhe was manic, 2"', [("manic", "diagnosing")]),
        ("", []),
    ],
)
def test_what_is_found(text: str, found: list[tuple[str, str]]) -> None:
    assert passages(text) == found


@pytest.mark.parametrize("term", TERMS)
def test_every_term_finds_its_own_hint(term: str) -> None:
    [(passage, key)] = passages(f"we wrote {term.upper()}, then left")
    assert passage == term.upper()
    assert term in next(hint.terms for hint in SHIPPED.hints if hint.key == key)


@pytest.mark.parametrize("hint", SHIPPED.hints, ids=lambda hint: hint.key)
def test_every_hint_says_why_and_what_instead_and_whence(hint: Hint) -> None:
    assert hint.why.endswith(".")
    assert hint.suggestion
    assert hint.source.retrieved is not None


@pytest.mark.parametrize("hint", SHIPPED.hints, ids=lambda hint: hint.key)
def test_no_suggestion_would_itself_draw_a_hint(hint: Hint) -> None:
    assert passages(re.sub(r'"', "", hint.suggestion)) == []


@given(pieces.map(" ".join) | st.text())
def test_spans_are_in_order_apart_and_outside_quotations(text: str) -> None:
    told = SHIPPED.suggestions(text)
    edges = [edge for one in told for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(0 <= one.start < one.end <= len(text) for one in told)
    for quotation in QUOTED.finditer(text):
        assert not any(one.start < quotation.end() and quotation.start() < one.end for one in told)


@given(st.text(alphabet=st.characters(exclude_characters='"“”«»„‘’')))
def test_a_persons_own_words_draw_no_hint(words: str) -> None:
    plain = words.replace("\n", " ")
    assert passages(f'They said: "{plain} addict {plain}"') == []


def test_one_term_has_one_hint() -> None:
    hints = [Hint(key=key, terms=("clean",), why="w", suggestion="s", source=OURS) for key in "ab"]
    with pytest.raises(ValueError, match="belongs to b and to another"):
        Vocabulary(hints)


def test_no_hints_find_nothing() -> None:
    assert Vocabulary(()).suggestions("an addict") == ()


SOURCES = '[sources.s]\ntitle = "T"\nlocator = "L"\nretrieved = 2026-11-22\nconfidence = "local"\n'


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('key = "k"\nterms = ["t"]\nwhy = "w"\nsuggestion = "s"\nsource = "x"', "source 'x' is not under"),
        ('key = "k"\nterms = ["t"]\nwhy = "w"\nsource = "s"', "k: missing or unknown: suggestion"),
    ],
)
def test_a_fault_in_the_file_is_told(entry: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_hints(f"{SOURCES}[[hints]]\n{entry}")
