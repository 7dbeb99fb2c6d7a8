import pickle
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.foundation.crypto.envelope import (
    Context,
    Key,
    Tampered,
    kid_of,
    open_,
    seal,
)

KEY, KID = Key.generate(), uuid4()
PLACE = Context(table="support_encounter", column="note", row=uuid4(), organization=uuid4())
names = st.text(min_size=0, max_size=12)
contexts = st.builds(Context, table=names, column=names, row=st.uuids(), organization=st.uuids())


@given(st.binary(max_size=2000), contexts)
def test_what_was_sealed_opens_again_in_its_place(plaintext: bytes, place: Context) -> None:
    assert open_(KEY, seal(KEY, KID, plaintext, aad=place), aad=place) == plaintext


@given(contexts, contexts)
def test_it_opens_in_no_other_place(place: Context, other: Context) -> None:
    envelope = seal(KEY, KID, b"hers", aad=place)
    if place == other:
        assert open_(KEY, envelope, aad=other) == b"hers"
    else:
        with pytest.raises(Tampered):
            open_(KEY, envelope, aad=other)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, table="support_encounte", column="rnote"),
        replace(PLACE, column="plan"),
        replace(PLACE, row=uuid4()),
        replace(PLACE, organization=uuid4()),
        replace(PLACE, row=PLACE.organization, organization=PLACE.row),
    ],
)
def test_moving_a_ciphertext_is_found(elsewhere: Context) -> None:
    with pytest.raises(Tampered):
        open_(KEY, seal(KEY, KID, b"hers", aad=PLACE), aad=elsewhere)


def test_changing_any_single_byte_is_found() -> None:
    envelope = seal(KEY, KID, b"hers", aad=PLACE)
    for position in range(len(envelope)):
        changed = bytearray(envelope)
        changed[position] ^= 1
        with pytest.raises(Tampered):
            open_(KEY, bytes(changed), aad=PLACE)


@pytest.mark.parametrize("keep", [0, 1, 16, 28, 44])
def test_a_cut_envelope_is_found(keep: int) -> None:
    with pytest.raises(Tampered):
        open_(KEY, seal(KEY, KID, b"hers", aad=PLACE)[:keep], aad=PLACE)


def test_another_key_does_not_open() -> None:
    with pytest.raises(Tampered):
        open_(Key.generate(), seal(KEY, KID, b"hers", aad=PLACE), aad=PLACE)


def test_the_envelope_has_the_documented_shape() -> None:
    envelope = seal(KEY, KID, b"hers", aad=PLACE)
    assert envelope[0] == 1
    assert UUID(bytes=envelope[1:17]) == kid_of(envelope) == KID
    assert len(envelope) == 1 + 16 + 12 + len(b"hers") + 16


def test_no_nonce_comes_twice() -> None:
    envelopes = [seal(KEY, KID, b"same", aad=PLACE) for _ in range(2000)]
    assert len({envelope[17:29] for envelope in envelopes}) == 2000
    assert {open_(KEY, envelope, aad=PLACE) for envelope in envelopes} == {b"same"}


def test_a_key_never_shows_itself() -> None:
    secret = b"0123456789abcdef0123456789abcdef"
    key = Key(secret)
    shown = f"{key} {key!r} {[key]} {KID}"
    assert "0123" not in shown
    assert secret.hex() not in shown
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_a_key_of_the_wrong_length_is_refused_without_quoting_it() -> None:
    with pytest.raises(ValueError, match="32 bytes") as refused:
        Key(b"tooshort")
    assert "tooshort" not in str(refused.value)
