"""How a stream of bytes is cut into records, by the product's framing; pure, incremental, bounded."""

from collections.abc import Iterable, Iterator

from producers.frame import LARGEST, Frame, Framer, Lines
from producers.frame_csv import CsvRows
from producers.frame_json import JsonObjects
from producers.frame_leases import LeaseBlocks
from producers.frame_segments import Segments
from producers.frame_xml import WindowsEvents
from producers.product import Framing

__all__ = ["FRAMERS", "LARGEST", "Frame", "Framer", "frames"]

FRAMERS: dict[Framing, type[Framer]] = {
    "lines": Lines,
    "windows": WindowsEvents,
    "json": JsonObjects,
    "leases": LeaseBlocks,
    "csv": CsvRows,
    "segments": Segments,
}


def frames(chunks: Iterable[bytes], framing: Framing, offset: int = 0) -> Iterator[Frame]:
    """All records of a finished stream; `offset` is where `chunks` begin in it. For a growing one use a Framer."""
    framer = FRAMERS[framing](offset)
    for chunk in chunks:
        yield from framer.feed(chunk)
    yield from framer.finish()
