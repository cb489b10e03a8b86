"""Merkle trees as RFC 6962 (section 2.1) builds them, over leaf hashes; pure."""

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 ‖ content)."""
    return sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\1" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in order.

    Level by level with an odd last node carried up, which gives the tree that the RFC splits at powers of two.
    """
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index`, lowest sibling first; raises IndexError where there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    level, found = list(leaves), []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            found.append(level[sibling])
        level, index = _above(level), index // 2
    return found


def root_from(leaf: bytes, index: int, size: int, way: Sequence[bytes]) -> bytes:
    """The root that a leaf and its audit path lead to; raises ValueError where the path does not fit (RFC 9162)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} of {size}")
    last, steps, found = size - 1, list(way), leaf
    while last:
        if index % 2 or index < last:
            if not steps:
                raise ValueError("the path is too short")
            sibling = steps.pop(0)
            found = node_hash(sibling, found) if index % 2 else node_hash(found, sibling)
        index, last = index // 2, last // 2
    if steps:
        raise ValueError("the path is too long")
    return found


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [node_hash(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs
