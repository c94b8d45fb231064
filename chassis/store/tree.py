"""Merkle trees as in RFC 9162 (Certificate Transparency 2.0), section 2.1: roots, proofs, and how proofs are verified.

SHA-256; a leaf is hashed behind 0x00, a node behind 0x01, so that neither can pass for the other. Nothing here does
I/O: whoever has a head and an event can verify with these functions alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Self

DIGEST: Final = 32
"""Bytes of a hash."""

EMPTY: Final = sha256(b"").digest()
"""Root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of an entry of the log."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees that stand beside each other."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """A tree that grows: all that its root needs, the roots of its complete subtrees, one for each bit of its size.

    Takes O(log n) memory, and O(1) on average for each leaf.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaves: Iterable[bytes]) -> None:
        """Put hashes of leaves at the end."""
        size, peaks = self.size, self.peaks
        for leaf in leaves:
            size += 1
            last, rest = leaf, size
            while not rest & 1:
                last = sha256(b"\x01" + peaks.pop() + last).digest()
                rest >>= 1
            peaks.append(last)
        self.size = size

    @property
    def root(self) -> bytes:
        """Root of the tree as it is now."""
        if not self.peaks:
            return EMPTY
        *others, last = self.peaks
        for peak in reversed(others):
            last = node_hash(peak, last)
        return last

    def copy(self) -> Self:
        """The same, to grow on its own."""
        return type(self)(self.size, list(self.peaks))


def split(hashes: bytes) -> list[bytes]:
    """Hashes that stand one behind the other."""
    return [hashes[start : start + DIGEST] for start in range(0, len(hashes), DIGEST)]


def root(leaves: Sequence[bytes]) -> bytes:
    """Root of the tree over hashes of leaves."""
    frontier = Frontier()
    frontier.add(leaves)
    return frontier.root


def _left(size: int) -> int:
    """Leaves of the left subtree: the largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Audit path of the leaf at `index` (from 0) in the tree over all these; RFC 9162, 2.1.3.1."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    left = _left(len(leaves))
    if index < left:
        return [*inclusion_proof(index, leaves[:left]), root(leaves[left:])]
    return [*inclusion_proof(index - left, leaves[left:]), root(leaves[:left])]


def consistency_proof(first: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Proof that the tree over all these begins with the tree over the `first` of them; RFC 9162, 2.1.4.1."""
    if not 0 < first <= len(leaves):
        raise IndexError(first)
    return _subproof(first, leaves, whole=True)


def _subproof(first: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    left = _left(len(leaves))
    if first <= left:
        return [*_subproof(first, leaves[:left], whole=whole), root(leaves[left:])]
    return [*_subproof(first - left, leaves[left:], whole=False), root(leaves[:left])]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], head: bytes) -> bool:
    """Tell whether the leaf stands at `index` in the tree of this size and root; RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(each, found)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, each)
        number, last = number >> 1, last >> 1
    return last == 0 and found == head


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the tree of the second size begins with that of the first; RFC 9162, 2.1.4.2.

    Every tree begins with the empty one, which needs no proof.
    """
    if not 0 <= first <= second:
        return False
    if first in {0, second}:
        return not proof and (first_root == EMPTY if first == 0 else first_root == second_root)
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        return False
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            after = node_hash(after, each)
        number, last = number >> 1, last >> 1
    return last == 0 and before == first_root and after == second_root
