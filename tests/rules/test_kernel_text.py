import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.kernel.text import fold, name_tokens, query_tokens, sort_key


def found(typed: str, name: str) -> bool:
    """As the search does it: each typed token is a prefix of some token of the name."""
    return all(any(token.startswith(part) for token in name_tokens(name)) for part in query_tokens(typed))


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("O'Neil", ("o", "neil", "oneil")),
        ("O’Neil", ("o", "neil", "oneil")),
        ("María José García-López", ("maria", "jose", "garcia", "lopez", "garcialopez")),
        ("García López", ("garcia", "lopez")),
        ("De la Cruz", ("de", "la", "cruz", "lacruz", "delacruz")),
        ("Muñoz", ("munoz",)),
        ("Smith, Jr.", ("smith", "jr")),
        ("Strauß Łukasz Sørensen", ("strauss", "lukasz", "sorensen")),
        ("İbrahim", ("ibrahim",)),
        ("王 小明", ("王", "小明")),
        ("  ' - ", ()),
    ],
)
def test_tokens_of_a_name(name: str, tokens: tuple[str, ...]) -> None:
    assert name_tokens(name) == tokens


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("oneil", "O'Neil"),
        ("O'Neil", "ONEIL"),
        ("o neil", "O'Neil"),
        ("oneil", "O Neil"),
        ("garcia-lopez", "García López"),
        ("garcialopez", "García-López"),
        ("lopez gar", "Ana García López"),
        ("delacruz", "De la Cruz"),
        ("munoz", "Muñoz"),
        ("MUÑOZ", "Munoz"),
    ],
)
def test_what_people_type_finds_the_name(typed: str, name: str) -> None:
    assert found(typed, name)


def test_a_different_name_is_not_found() -> None:
    assert not found("garcia perez", "García López")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_tokens_are_plain_and_each_once(text: str) -> None:
    tokens = name_tokens(text)
    assert len(set(tokens)) == len(tokens)
    assert all(name_tokens(token) == (token,) for token in tokens)


@given(st.text(), st.sampled_from(["NFC", "NFD"]))
def test_the_way_an_accent_is_stored_does_not_matter(text: str, form: str) -> None:
    assert fold(unicodedata.normalize(form, text)) == fold(text)


@given(st.text(alphabet="aáÁbñÑ'- ’zéüß", max_size=20))
def test_a_name_finds_itself_and_its_capitals(name: str) -> None:
    assert found(name, name)
    assert found(name.upper(), name)


def test_a_list_of_names_in_order() -> None:
    names = [
        ("García", "Zoe"),
        ("García López", "Ana"),
        ("Garcia-Lopez", "Ben"),
        ("Garciano", "Al"),
        ("Muñoz", "A"),
        ("Munoz", "B"),
        ("Nuñez", "C"),
    ]
    reversed_names = names[::-1]
    assert sorted(reversed_names, key=lambda name: sort_key(*name)) == names
