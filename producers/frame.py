"""A record as it was cut from its stream, and what cuts it: incremental, bounded, the same for any chunking."""

import re
from abc import ABC, abstractmethod

import msgspec

from producers.watchdog import DOG, TooSlow

LARGEST = 4_000_000  # bytes; what is longer is cut into parts of this size, and no part is parsed
NOTHING = b"\r\n\t \0"
_LINE_ENDS = b"\r\n"
_BLANK = re.compile(rb"(?:\r?\n){1,65536}+")  # few steps through nothing, and no step so long that it is given up
Cut = tuple[int, int, int]  # where in the buffer a record begins and ends, and where to go on


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One record without its line end. `end` is the offset behind it; `part` numbers the pieces of one too large.

    `slow`: where it ends took too long to find, so it was cut at the next line end, and is not parsed.
    """

    offset: int
    end: int
    data: bytes
    part: int = 0
    slow: bool = False


class Framer(ABC):
    """Cuts one stream from `offset` on; `offset` then says where to resume: behind the last record handed out."""

    def __init__(self, offset: int = 0, largest: int = LARGEST) -> None:
        self.offset = offset
        self.largest = largest
        self._buffer = b""
        self._part = 0
        self._slow = False  # of the record in parts

    def feed(self, chunk: bytes) -> list[Frame]:
        """The records that `chunk` completes."""
        self._buffer = self._buffer + chunk if self._buffer else chunk
        return self._take(ended=False)

    def finish(self) -> list[Frame]:
        """What is left at the end of a stream: the last record, whole or not."""
        return self._take(ended=True)

    @abstractmethod
    def find(self, buffer: bytes, position: int, ended: bool) -> Cut | None:
        """The next record at or behind `position`, looking no further than `largest` bytes; None if incomplete.

        A cut whose end is not behind its begin is no record: only a step forward.
        """

    def _take(self, ended: bool) -> list[Frame]:
        frames: list[Frame] = []
        find, bounded = self.find, DOG.bounded
        buffer, position, size = self._buffer, 0, len(self._buffer)
        while position < size:
            try:
                found = None if self._part else bounded(find, buffer, position, ended)
            except TooSlow:
                found = self._give_up(buffer, position)
            found = found or self._piece(buffer, position, ended)
            if found is None:
                break
            if frame := self._frame(buffer, found):
                frames.append(frame)
            position = found[2]
            if found[2] > found[1]:
                self._part, self._slow = 0, False
        self._buffer = buffer[position:]
        self.offset += position
        return frames

    def _give_up(self, buffer: bytes, position: int) -> Cut:
        """A record whose end takes too long to find is over at the next line end."""
        stop = buffer.find(b"\n", position, position + self.largest)
        end = min(len(buffer), position + self.largest) if stop < 0 else stop
        self._part, self._slow = 1, True
        return position, end, end + (stop >= 0)

    def _piece(self, buffer: bytes, position: int, ended: bool) -> Cut | None:
        """The next part of a record too large: up to a line end (which ends the parts), else `largest` bytes."""
        limit = position + self.largest
        if not self._part and len(buffer) <= limit:
            return (position, len(buffer), len(buffer)) if ended else None
        stop = buffer.find(b"\n", position, limit)
        if stop < 0 and len(buffer) <= limit and not ended:
            return None
        self._part += 1
        end = min(limit, len(buffer)) if stop < 0 else stop
        return position, end, end + (stop >= 0)

    def _frame(self, buffer: bytes, cut: Cut) -> Frame | None:
        begin, end, after = cut
        data = buffer[begin:end]
        if data[-1:] in b"\r\n\t \0" or data[:1] in b"\0":
            data = data.rstrip(NOTHING).lstrip(b"\0")
        if not data or data.isspace():
            return None
        return Frame(self.offset + begin, self.offset + after, data, self._part, self._slow)


class Lines(Framer):
    """One non-blank line, one record."""

    def find(self, buffer: bytes, position: int, ended: bool) -> Cut | None:
        """See `Framer.find`."""
        if buffer[position] in _LINE_ENDS and (blank := _BLANK.match(buffer, position)):
            return position, position, blank.end()
        stop = buffer.find(b"\n", position, position + self.largest + 1)
        if stop >= 0:
            return position, stop, stop + 1
        return None
