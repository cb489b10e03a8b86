"""What a seal keeps of each leaf, in about a byte: where its row stands, and bits that tell a changed one; pure."""

import zlib
from collections.abc import Iterable, Iterator, Sequence

from storage.ledger.leaves import Place

NIBBLE = frozenset({"raw"})  # classes that keep four bits of a leaf, not eight: each event has two leaves


def pack_places(places: Sequence[Place]) -> bytes:
    """Places in order, as differences: for each record its version, how many lines, and the gaps between them."""
    out = bytearray()
    version = 0
    for record, lines in _by_record(places):
        _put(out, record - version)
        _put(out, len(lines))
        before = -1
        for line in lines:
            _put(out, line - before - 1)
            before = line
        version = record
    return zlib.compress(bytes(out), 9)


def unpack_places(packed: bytes) -> list[Place]:
    """The inverse of `pack_places`."""
    numbers = _numbers(zlib.decompress(packed))
    found: list[Place] = []
    version = 0
    for step in numbers:
        version += step
        line = -1
        for _ in range(next(numbers)):
            line += next(numbers) + 1
            found.append(Place(version, line))
    return found


def pack_checks(record_class: str, leaves: Sequence[bytes]) -> bytes:
    """The first byte of each leaf, or its first four bits."""
    if record_class not in NIBBLE:
        return bytes(leaf[0] for leaf in leaves)
    halves = [leaf[0] >> 4 for leaf in leaves] + [0] * (len(leaves) % 2)
    return bytes(halves[n] << 4 | halves[n + 1] for n in range(0, len(halves), 2))


def check_fits(record_class: str, checks: bytes, index: int, leaf: bytes) -> bool:
    """Whether a leaf can be the one that was sealed at `index`."""
    if record_class not in NIBBLE:
        return checks[index] == leaf[0]
    both = checks[index // 2]
    return (both & 15 if index % 2 else both >> 4) == leaf[0] >> 4


def _by_record(places: Sequence[Place]) -> Iterator[tuple[int, list[int]]]:
    lines: list[int] = []
    for n, place in enumerate(places):
        lines.append(place.line)
        if n + 1 == len(places) or places[n + 1].version != place.version:
            yield place.version, lines
            lines = []


def _put(out: bytearray, number: int) -> None:
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0


def pack_lines(lines: Iterable[int]) -> bytes:
    """Lines of one record, as its open leaves keep them."""
    return b"".join(line.to_bytes(4, "big") for line in lines)


def unpack_lines(packed: bytes) -> tuple[int, ...]:
    """The inverse of `pack_lines`."""
    return tuple(int.from_bytes(packed[n : n + 4], "big") for n in range(0, len(packed), 4))
