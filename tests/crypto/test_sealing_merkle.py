"""Known vectors of Certificate Transparency (RFC 6962 reference tests) and a second, naive implementation."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.trust.sealing.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", bytes(range(96, 112)).hex())
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FIRST_OF_EIGHT = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
trees = st.lists(st.binary(max_size=3), min_size=1, max_size=40).map(lambda raw: [leaf_hash(x) for x in raw])


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + slow_root(leaves[:split]) + slow_root(leaves[split:])).digest()


def test_the_empty_tree() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root([]) == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size: int) -> None:
    assert root(HASHES[:size]).hex() == slow_root(HASHES[:size]).hex() == ROOTS[size - 1]


def test_known_proof() -> None:
    assert [step.hex() for step in inclusion_proof(HASHES, 0)] == FIRST_OF_EIGHT
    assert [step.hex() for step in consistency_proof(HASHES, 1)] == FIRST_OF_EIGHT


@given(trees, st.data())
def test_growing_in_any_steps_gives_the_root_of_the_whole(leaves: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(leaves)))
    assert Frontier().extended(leaves[:cut]).extended(leaves[cut:]).root() == slow_root(leaves)


@given(trees, st.data())
def test_inclusion_is_proven_for_its_place_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(leaves, index)
    claim = {"leaf": leaves[index], "index": index, "size": len(leaves), "proof": proof, "root": root(leaves)}
    assert verify_inclusion(**claim)
    assert not verify_inclusion(**{**claim, "leaf": leaf_hash(b"something else")})
    assert not verify_inclusion(**{**claim, "root": leaf_hash(b"something else")})
    assert not verify_inclusion(**{**claim, "proof": [*proof, EMPTY_ROOT]})
    assert not verify_inclusion(**{**claim, "index": len(leaves)})
    if proof:
        assert not verify_inclusion(**{**claim, "proof": proof[:-1]})


@given(trees, st.data())
def test_consistency_is_proven_and_a_rewritten_beginning_is_not(
    leaves: list[bytes], data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(leaves, first)
    claim = {
        "first": first,
        "first_root": root(leaves[:first]),
        "second": len(leaves),
        "second_root": root(leaves),
        "proof": proof,
    }
    assert verify_consistency(**claim)
    rewritten = [leaf_hash(b"rewritten"), *leaves[1:first]]
    assert not verify_consistency(**{**claim, "first_root": root(rewritten)})
    assert not verify_consistency(**{**claim, "second_root": leaf_hash(b"something else")})
    assert not verify_consistency(**{**claim, "proof": [*proof, EMPTY_ROOT]})
    assert not verify_consistency(**{**claim, "second": first - 1})


def test_questions_about_leaves_that_are_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf 8"):
        inclusion_proof(HASHES, 8)
    with pytest.raises(ValueError, match="no beginning of 9"):
        consistency_proof(HASHES, 9)
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier(size=3, peaks=(EMPTY_ROOT,))
