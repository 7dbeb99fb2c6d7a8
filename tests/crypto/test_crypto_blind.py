from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.foundation.crypto.blind import blind_index, normal_email, normal_phone
from beenthere.foundation.crypto.keyring import MemoryKeyRing


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("(415) 555-0134", "+14155550134"),
        ("415.555.0134", "+14155550134"),
        ("1-415-555-0134", "+14155550134"),
        ("+1 415 555 0134", "+14155550134"),
        ("415-555-0134 ext. 12", "+14155550134"),
        ("415-555-0134 x12", "+14155550134"),
        ("+44 20 7946 0958", "+442079460958"),
        ("555-0134", ""),
        ("call me", ""),
        ("", ""),
        ("+", ""),
        ("+12345678901234567", ""),
    ],
)
def test_phone_numbers_are_written_one_way(written: str, normal: str) -> None:
    assert normal_phone(written) == normal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" Rosa.M@Example.ORG ", "rosa.m@example.org"),
        ("rosa", ""),
        ("@example.org", ""),
        ("rosa@", ""),
        ("rosa m@example.org", ""),
        ("", ""),
    ],
)
def test_email_addresses_are_written_one_way(written: str, normal: str) -> None:
    assert normal_email(written) == normal


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normal_phone(normal_phone(text)) == normal_phone(text)
    assert normal_email(normal_email(text)) == normal_email(text)


def test_the_index_finds_equal_values_and_survives_rotation(ring: MemoryKeyRing, organization: UUID) -> None:
    index = blind_index(ring, organization, "phone", "(415) 555-0134")
    ring.rotate(organization)
    assert blind_index(ring, organization, "phone", "415 555 0134") == index
    assert index is not None
    assert -(2**63) <= index < 2**63


def test_the_index_tells_nothing_across_organizations(ring: MemoryKeyRing, organization: UUID) -> None:
    index = blind_index(ring, organization, "email", "rosa@example.org")
    assert blind_index(ring, uuid4(), "email", "rosa@example.org") != index
    assert blind_index(ring, organization, "email", "rosa@example.com") != index


def test_what_is_no_number_has_no_index(ring: MemoryKeyRing, organization: UUID) -> None:
    assert blind_index(ring, organization, "phone", "none") is None
    assert blind_index(ring, organization, "email", "") is None
