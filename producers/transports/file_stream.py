"""One stream of records, whatever files hold its bytes: renamed, compressed and copied it stays the same stream."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

import structlog

from producers.entry import Entry, entry
from producers.frame import Frame
from producers.framing import FRAMERS
from producers.product import Context, Refusal
from producers.reader import LONGEST_HEADING, Stream, read_record
from producers.source import Source
from producers.transports.file_bytes import CHUNK, Damaged, chunks, stretch
from producers.transports.spool import Receipts
from producers.transports.stream_name import GLANCE, frames_of, names

TAIL = 1024  # bytes before a position that are kept in mind
UNKNOWN = b"?"  # stands for a byte that nobody can unpack: the last before a position, which is no part of its tail
PEEK = 16  # records looked at to say when a stream begins

log = structlog.get_logger()

Found = Literal["more", "nothing new", "another"]
"""What a file holds of a stream: bytes behind those that were read, none, or other bytes than those that were read."""


class Place(NamedTuple):
    """How far a stream was read, as remembered from an earlier run. `tail`: a digest of the last bytes before `stop`.

    Without one, as earlier releases left it, any file that reaches so far is taken for the one that was read.
    """

    stop: int = 0
    latest_at: str = ""
    tail: str = ""


def digest(tail: bytes) -> str:
    """What is kept of the last bytes before a position."""
    return blake2b(tail, digest_size=8).hexdigest()


class Fresh(NamedTuple):
    """A file that may hold unread bytes of a stream. `ended`: it will not grow, so its last line needs no end."""

    path: Path
    ended: bool


NOWHERE = Place()


class FileStream:
    """The records of one stream from `position` on, in order, as far as its files reach today."""

    def __init__(self, source: Source, name: str, place: Place = NOWHERE) -> None:
        self.source = source
        self.key = f"{source.id}/{name}"  # what Batch.stream says
        self.batched_to = place.stop
        self.fresh: list[Fresh] = []
        self.left: list[Path] = []  # fresh files that could not be read, or held something else by then
        self.reading = Stream(source.id, name, source.received_at, place.latest_at)
        self.read_to = place.stop
        self._tail = place.tail  # of `read_to`, where `_seen` is empty
        self._seen = b""  # the last bytes before `read_to`: the record begun there, and what precedes it
        self._size = CHUNK
        self._headed = not place.stop  # whether the last heading before `read_to` is known, if there is one
        self._receipts: Receipts | None = None
        self._framer = FRAMERS[source.product.framing](place.stop)

    @property
    def tail(self) -> str:
        """The digest of the last bytes before `read_to`; empty where an earlier release left the stream."""
        return digest(self._before(self.read_to)) if self._seen else self._tail

    @property
    def unfinished(self) -> bool:
        """Whether a record has begun whose end was not there yet."""
        return self.read_to > self._framer.offset

    def look(self, path: Path) -> Found:
        """What the file holds of this stream, by the bytes on both sides of `read_to`. Raises OSError."""
        if not self.read_to:
            return "more" if self._has_its_name(path) else "another"
        start, stop = _tail_of(self.read_to)
        around = stretch(path, start, self.read_to - start + 1)
        if len(around) < stop - start:
            return "another"
        if self.tail and digest(around[: stop - start]) != self.tail:
            return "another"
        return "more" if len(around) > self.read_to - start or self.unfinished else "nothing new"

    def recall(self, path: Path) -> None:
        """After a restart: the last bytes before `read_to`, again from a file that goes on there. Raises OSError."""
        if self.read_to and not self._seen:
            start, _ = _tail_of(self.read_to)
            self._seen = stretch(path, start, self.read_to - start).ljust(self.read_to - start, UNKNOWN)

    def _has_its_name(self, path: Path) -> bool:
        name = self.reading.fingerprint
        return any(name in found for found in names(path, self.source.product, ended=True))

    def entries(self) -> Iterator[Entry]:
        """What the fresh files hold behind what was read before."""
        fresh, self.fresh = self.fresh, []
        for file in fresh:
            try:
                yield from self._unread(file)
            except Damaged as damage:
                yield from self._damaged(file, damage)
            except OSError as error:  # it was renamed or removed just now: the next scan finds where it went
                self.left.append(file.path)
                log.warning("file not readable", file=str(file.path), error=str(error))

    def begins_at(self) -> int | None:
        """When its first unread records happened (ms), without reading on; None if they cannot say."""
        ahead = FileStream(self.source, self.reading.fingerprint, Place(self._framer.offset))
        ahead._size = GLANCE
        ahead._headed, ahead.reading.heading = self._headed, self.reading.heading
        ahead._receipts = self._receipts
        ahead.fresh = [Fresh(file.path, True) for file in self.fresh[:1]]
        return min((found.at for found in islice(ahead.entries(), PEEK) if found.at is not None), default=None)

    def _unread(self, file: Fresh) -> Iterator[Entry]:
        # Between the scan and now the file may have been truncated and begun anew: then it is another stream's.
        if not self.source.spooled and self.look(file.path) == "another":
            self.left.append(file.path)
            return
        self.recall(file.path)
        context = self._context(file.path)
        if self.source.spooled:  # a segment keeps its name
            self._receipts = self._receipts or Receipts(file.path)
            self._receipts.read_on(self._framer.offset)
        self._recall_heading(file.path)
        for chunk in chunks(file.path, self.read_to, self._size):
            if self._receipts:  # a message may have come since, and its note before it
                self._receipts.read_on()
            yield from self._read(self._feed(chunk), context)
        if file.ended:
            yield from self._read(self._framer.finish(), context)
        self._seen = self._seen[-self._kept() :]

    def _feed(self, chunk: bytes) -> list[Frame]:
        self._seen = self._seen[-self._kept() :] + chunk
        self.read_to += len(chunk)
        return self._framer.feed(chunk)

    def _kept(self) -> int:
        """How many bytes before `read_to` must stay: those before the record that was begun."""
        return self.read_to - self._framer.offset + TAIL + 1

    def _before(self, position: int) -> bytes:
        """The tail of a position at or before `read_to`."""
        begin = self.read_to - len(self._seen)
        start, stop = _tail_of(position)
        return self._seen[max(0, start - begin) : max(0, stop - begin)]

    def _recall_heading(self, path: Path) -> None:
        """After a restart: the last heading of what was read before, read again from the file's beginning."""
        is_heading = self.source.product.heading
        if is_heading is None or self._headed:
            return
        for frame in frames_of(path, self.source.product.framing, ended=True):
            if frame.offset >= self.read_to:
                break
            if len(frame.data) <= LONGEST_HEADING and is_heading(frame.data):
                self.reading.heading = frame.data.decode(errors="replace")
        self._headed = True

    def _read(self, frames: Iterable[Frame], context: Context) -> Iterator[Entry]:
        for frame in frames:
            if self._receipts and (received_at := self._receipts.at(frame.offset)):
                self.reading.received_at = received_at
                self.reading.received_from = self._receipts.peer(frame.offset)
                context = Context(context.timezone, received_at)
            reading = read_record(self.source.product, frame, context, self.reading)
            found = entry(reading, self.source.district, self.reading)
            found.tail = self._before(found.stop)
            yield found

    def _damaged(self, file: Fresh, damage: Damaged) -> Iterator[Entry]:
        """What had come of the last record, and the part that nobody can unpack: where it begins and why. Told once."""
        if damage.offset < self.read_to:
            return
        log.error("file damaged", source=self.source.id, reason=str(damage))
        yield from self._read(self._framer.finish(), self._context(file.path))
        at = damage.offset
        self.read_to = at + 1
        self._framer = FRAMERS[self.source.product.framing](at + 1)
        self._seen += UNKNOWN
        found = entry((at, at + 1, Refusal(str(damage)), b""), self.source.district, self.reading)
        found.tail = self._before(found.stop)
        yield found

    def _context(self, path: Path) -> Context:
        try:
            modified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError:
            modified_at = datetime.fromtimestamp(0, UTC)
        return Context(self.source.timezone, self.source.received_at or modified_at)


def _tail_of(position: int) -> tuple[int, int]:
    """Where the tail of a position begins and ends. The last byte, mostly a line end, is no part of it."""
    return max(0, position - 1 - TAIL), max(0, position - 1)
