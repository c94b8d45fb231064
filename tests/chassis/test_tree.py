"""Merkle trees: the vectors of RFC 6962's reference tests, and against the RFC's own recursive definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.store.tree import (
    EMPTY,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    split,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The entries of the reference implementation's tests (google/certificate-transparency, merkle_tree_test)."""

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
"""Their roots, of the first entry, the first two, and so on."""


def defined(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


def test_roots_are_those_of_the_reference_tests() -> None:
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    leaves = [leaf_hash(each) for each in ENTRIES]
    assert [root(leaves[:size]).hex() for size in range(1, 9)] == ROOTS


def test_proofs_are_those_of_the_reference_tests() -> None:
    leaves = [leaf_hash(each) for each in ENTRIES]
    assert [each.hex() for each in inclusion_proof(0, leaves)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [each.hex() for each in consistency_proof(6, leaves)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


trees = st.lists(st.binary(max_size=3), min_size=1, max_size=70).map(lambda found: [leaf_hash(each) for each in found])


@given(trees, st.data())
def test_a_tree_that_grows_has_the_root_that_the_rfc_defines(leaves: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(leaves)))
    frontier = Frontier()
    frontier.add(leaves[:cut])
    before = frontier.copy()
    frontier.add(split(b"".join(leaves[cut:])))
    assert (before.size, before.root) == (cut, defined(leaves[:cut]))
    assert (frontier.size, frontier.root) == (len(leaves), defined(leaves))
    assert len(frontier.peaks) <= len(leaves).bit_length()


@given(trees, st.data())
def test_each_leaf_is_proven_where_it_stands_and_nowhere_else(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, head = inclusion_proof(index, leaves), defined(leaves)
    assert verify_inclusion(index, len(leaves), leaves[index], proof, head)
    other = leaf_hash(b"other")
    assert not verify_inclusion(index, len(leaves), other, proof, head)
    assert not verify_inclusion(index, len(leaves), leaves[index], [*proof, other], head)
    assert not verify_inclusion(len(leaves), len(leaves), leaves[index], proof, head)
    if proof:
        assert not verify_inclusion(index, len(leaves), leaves[index], proof[:-1], head)
        assert not verify_inclusion(index, len(leaves), leaves[index], [other, *proof[1:]], head)


@given(trees, st.data())
def test_a_tree_begins_with_each_earlier_one_and_with_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(leaves)))
    proof, before, after = consistency_proof(first, leaves), defined(leaves[:first]), defined(leaves)
    assert verify_consistency(first, len(leaves), before, after, proof)
    other = leaf_hash(b"other")
    assert not verify_consistency(first, len(leaves), other, after, proof)
    assert not verify_consistency(first, len(leaves), before, other, proof)
    assert not verify_consistency(first, len(leaves), before, after, [*proof, other])
    if proof:
        assert not verify_consistency(first, len(leaves), before, after, proof[:-1])
    assert verify_consistency(0, len(leaves), EMPTY, after, [])
    assert not verify_consistency(len(leaves) + 1, len(leaves), before, after, proof)


def test_a_leaf_cannot_pass_for_a_node() -> None:
    """Without the byte in front, two leaves' hashes were an entry with the root of both."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)
    assert sha256(left + right).digest() not in {node_hash(left, right), leaf_hash(left + right)}


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_of_what_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(index, [leaf_hash(b"")] * 3)
    with pytest.raises(IndexError):
        consistency_proof(index + 1 if index > 0 else index, [leaf_hash(b"")] * 3)
