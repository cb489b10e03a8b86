"""What a stream is called: a hash of its first records, which no other stream of its source begins with."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from producers.frame import Frame
from producers.framing import FRAMERS
from producers.product import Framing, Product
from producers.transports.file_bytes import Damaged, beginning, chunks

HEAD = 1024  # bytes of a record that go into a name
GLANCE = 8_192  # bytes read at a time where only the first records matter
_LONGEST_PREAMBLE = 200  # records; what comes later is no preamble
_ALIKE = 100_000  # records that two streams may have in common at their beginnings
_BOM = b"\xef\xbb\xbf"


class Names(NamedTuple):
    """What the records up to one of them call a stream. `own` is None within the preamble.

    `older`: as releases did that took a preamble for records; a stream that they began keeps that name.
    """

    own: str | None
    older: str


def names(path: Path, product: Product, ended: bool) -> Iterator[Names]:
    """The names a file can have: after its first record, its first two, and so on. Raises OSError.

    `ended`: nothing more will come, so a last record without its end counts.
    """
    # By its first line, as before segments were joined: a stream keeps its name.
    framing: Framing = "lines" if product.framing == "segments" else product.framing
    found = False
    try:
        for name in _names(frames_of(path, framing, ended), product):
            found = True
            yield name
    except Damaged:  # said, and kept as a dead letter, by whoever reads the stream to there
        if not found:  # not one record to go by
            bytes_alone = blake2b(beginning(path, HEAD), digest_size=8).hexdigest()
            yield Names(bytes_alone, bytes_alone)


def _names(frames: Iterable[Frame], product: Product) -> Iterator[Names]:
    own, older, begun = blake2b(digest_size=8), blake2b(digest_size=8), False
    for number, frame in enumerate(islice(frames, _ALIKE)):
        older.update(frame.data[:HEAD])
        if not is_preamble(product, frame, number):
            own.update(frame.data[:HEAD])
            begun = True
        yield Names(own.hexdigest() if begun else None, older.hexdigest())


def is_preamble(product: Product, frame: Frame, number: int) -> bool:
    """Whether a stream's record (`number`, from 0) only stands above those that say what happened."""
    if product.preamble is None or number >= _LONGEST_PREAMBLE:
        return False
    return product.preamble(frame.data.removeprefix(_BOM))


def first_name(frames: Iterable[Frame], product: Product) -> str:
    """What a stream is called that begins like no other."""
    found = Names(None, "")
    for found in _names(frames, product):
        if found.own:
            break
    return found.own or found.older


def frames_of(path: Path, framing: Framing, ended: bool) -> Iterator[Frame]:
    """The records of a file from its beginning. Raises OSError and `Damaged`."""
    framer = FRAMERS[framing]()
    for chunk in chunks(path, 0, GLANCE):
        yield from framer.feed(chunk)
    if ended:
        yield from framer.finish()
