"""One stream of records, whatever files hold its bytes: renamed, compressed and copied it stays the same stream."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import structlog

from producers.entry import Entry, entry
from producers.frame import Frame
from producers.framing import FRAMERS
from producers.product import Context, Framing, Refusal
from producers.reader import LONGEST_HEADING, Stream, read_record
from producers.source import Source
from producers.transports.file_bytes import CHUNK, Damaged, beginning, chunks
from producers.transports.spool import Receipts

HEAD = 1024  # bytes of a record that go into a fingerprint
PEEK = 16  # records looked at to say when a stream begins
GLANCE = 8_192  # bytes read at a time where only the first records matter

log = structlog.get_logger()


def name_of(source: Source, path: Path, ended: bool, records: int = 1) -> str | None:
    """The name of the stream whose bytes a file holds. A spool's segments are ours and never renamed."""
    return path.stem if source.spooled else fingerprint(path, source.product.framing, ended, records)


def fingerprint(path: Path, framing: Framing, ended: bool, records: int = 1) -> str | None:
    """What names a stream: a hash of its first records, up to 1 KiB of each. None while they are not complete.

    `ended`: nothing more will come, so what is there counts. Raises OSError.
    """
    hashed, found = blake2b(digest_size=8), 0
    if framing == "segments":  # by its first line, as before segments were joined: a stream keeps its name
        framing = "lines"
    try:
        for frame in islice(_frames(path, framing, ended), records):
            hashed.update(frame.data[:HEAD])
            found += 1
    except Damaged:  # said, and kept as a dead letter, by whoever reads the stream to there
        if not found:  # not one record to go by
            return blake2b(beginning(path, HEAD), digest_size=8).hexdigest()
    return hashed.hexdigest() if found == records or (ended and found) else None


def _frames(path: Path, framing: Framing, ended: bool) -> Iterator[Frame]:
    framer = FRAMERS[framing]()
    for chunk in chunks(path, 0, GLANCE):
        yield from framer.feed(chunk)
    if ended:
        yield from framer.finish()


class Fresh(NamedTuple):
    """A file that may hold unread bytes of a stream. `ended`: it will not grow, so its last line needs no end."""

    path: Path
    ended: bool


class FileStream:
    """The records of one stream from `position` on, in order, as far as its files reach today."""

    def __init__(self, source: Source, name: str, position: int = 0, latest_at: str = "", records: int = 1) -> None:
        self.source = source
        self.key = f"{source.id}/{name}"  # what Batch.stream says
        self.batched_to = position
        self.fresh: list[Fresh] = []
        self.reading = Stream(source.id, name, source.received_at, latest_at)
        self._records = records
        self._read_to = position
        self._size = CHUNK
        self._receipts: Receipts | None = None
        self._framer = FRAMERS[source.product.framing](position)

    def entries(self) -> Iterator[Entry]:
        """What the fresh files hold behind what was read before."""
        fresh, self.fresh = self.fresh, []
        for file in fresh:
            try:
                yield from self._unread(file)
            except Damaged as damage:
                yield from self._damaged(file, damage)
            except OSError as error:  # it was renamed or removed just now: the next scan finds where it went
                log.warning("file not readable", file=str(file.path), error=str(error))

    def begins_at(self) -> int | None:
        """When its first unread records happened (ms), without reading on; None if they cannot say."""
        ahead = FileStream(self.source, self.reading.fingerprint, self._framer.offset, "", self._records)
        ahead._size = GLANCE
        ahead.reading.heading = self.reading.heading
        ahead.fresh = [Fresh(file.path, True) for file in self.fresh[:1]]
        return min((found.at for found in islice(ahead.entries(), PEEK) if found.at is not None), default=None)

    def _unread(self, file: Fresh) -> Iterator[Entry]:
        # Between the scan and now the file may have been truncated and begun anew: then it is another stream's.
        if name_of(self.source, file.path, file.ended, self._records) != self.reading.fingerprint:
            return
        context = self._context(file.path)
        self._receipts = Receipts(file.path) if self.source.spooled else None
        self._recall_heading(file.path)
        for chunk in chunks(file.path, self._read_to, self._size):
            self._read_to += len(chunk)
            yield from self._read(self._framer.feed(chunk), context)
        if file.ended:
            yield from self._read(self._framer.finish(), context)

    def _recall_heading(self, path: Path) -> None:
        """After a restart: the last heading of what was read before, read again from the file's beginning."""
        is_heading = self.source.product.heading
        if is_heading is None or self.reading.heading or not self._read_to:
            return
        for frame in _frames(path, self.source.product.framing, ended=True):
            if frame.offset >= self._read_to:
                return
            if len(frame.data) <= LONGEST_HEADING and is_heading(frame.data):
                self.reading.heading = frame.data.decode(errors="replace")

    def _read(self, frames: Iterable[Frame], context: Context) -> Iterator[Entry]:
        for frame in frames:
            if self._receipts and (received_at := self._receipts.at(frame.offset)):
                self.reading.received_at = received_at
                self.reading.received_from = self._receipts.peer(frame.offset)
                context = Context(context.timezone, received_at)
            reading = read_record(self.source.product, frame, context, self.reading)
            yield entry(reading, self.source.district, self.reading)

    def _damaged(self, file: Fresh, damage: Damaged) -> Iterator[Entry]:
        """What had come of the last record, and the part that nobody can unpack: where it begins and why. Told once."""
        if damage.offset < self._read_to:
            return
        log.error("file damaged", source=self.source.id, reason=str(damage))
        yield from self._read(self._framer.finish(), self._context(file.path))
        at = damage.offset
        self._read_to = at + 1
        yield entry((at, at + 1, Refusal(str(damage)), b""), self.source.district, self.reading)

    def _context(self, path: Path) -> Context:
        try:
            modified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError:
            modified_at = datetime.fromtimestamp(0, UTC)
        return Context(self.source.timezone, self.source.received_at or modified_at)
