"""What came over the network, on disk before anything else happens to it; from here on nothing is lost."""

import os
import time
from bisect import bisect_right
from datetime import UTC, datetime
from pathlib import Path

SEGMENT = 64_000_000  # bytes of one file of the spool
MOST = 8_000_000_000  # bytes of a source's spool; then it is full, says so and counts what it turns away
SYNC_EVERY = 1.0  # seconds
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
_PUT = "0-"  # begins the names of whole files: they stand before the segment that is being written
ALIVE = ".alive"  # touched while somebody listens: its time says until when


class Spool:
    """The folder of one source: segments that only grow, read like any source's files, the oldest removed when read.

    A line is one message; a line end within it is written `#012`, as rsyslog does.
    """

    def __init__(self, folder: Path, most: int = MOST, segment: int = SEGMENT) -> None:
        self.folder, self._most, self._segment = folder, most, segment
        folder.mkdir(parents=True, exist_ok=True)
        self._file = self._begin()
        self._rest = b""
        self._others = 0
        self._synced_at = 0.0
        self.measure()

    def _begin(self) -> int:
        # Always a new file: the last one may end in half a message. Its name is its identity, so it is never reused.
        name = self.folder / f"{time.time_ns():020d}.log"
        self._size = self._told_at = 0
        self._told_peer = ""
        self._times = os.open(_times(name), _NEW, 0o600)
        return os.open(name, _NEW, 0o600)

    def append(self, messages: list[bytes], at_ms: int, peer: str = "") -> int:
        """Writes what came at `at_ms` from the address `peer`; returns how many a full spool turned away.

        Raises OSError: the disk is full.
        """
        lines = [message.replace(b"\n", b"#012") + b"\n" for message in messages]
        if self._others + self._size + sum(map(len, lines)) > self._most:
            self.measure()
        taken = 0
        room = self._most - self._others - self._size
        for line in lines:
            if room < len(line):
                break
            room -= len(line)
            taken += 1
        self._note(at_ms, peer)
        self._write(b"".join(lines[:taken]))
        return len(lines) - taken

    def put(self, name: str, content: bytes, at_ms: int) -> bool:
        """Keeps a whole file as a finished segment; durable when it returns. False where there is no room for it.

        `name` is its identity, too: the same file put again, whatever died in between, is read once.
        """
        self.measure()
        if self._others + self._size + len(content) > self._most:
            return False
        path = self.folder / f"{_PUT}{name}.log"
        _times(path).write_text(f"0 {at_ms} \n")
        beside = path.with_name(f".{path.name}.new")
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        return True

    def _note(self, at_ms: int, peer: str) -> None:
        if at_ms - self._told_at >= 1000 or peer != self._told_peer:
            os.write(self._times, f"{self._size} {at_ms} {peer}\n".encode())
            self._told_at, self._told_peer = at_ms, peer

    def _write(self, data: bytes) -> None:
        rest, self._rest = self._rest + data, b""
        try:
            while rest:
                written = os.write(self._file, rest)
                self._size += written
                rest = rest[written:]
        except OSError:  # what has been begun is finished before the next, or two messages would become one
            self._rest = rest[: rest.find(b"\n") + 1] if len(rest) < len(data) else b""
            raise
        if self._size >= self._segment:
            self._shut()
            self._file = self._begin()
            self.measure()

    def keep_alive(self) -> None:
        """Says that somebody listens, and makes durable what came, about once a second."""
        if time.monotonic() - self._synced_at > SYNC_EVERY:
            self.sync()
            (self.folder / ALIVE).touch()
            self._synced_at = time.monotonic()

    def sync(self) -> None:
        os.fdatasync(self._file)

    def measure(self) -> None:
        """Counts the bytes of the other segments anew: the reader removes what it has read."""
        sizes = [path.stat().st_size for path in self.folder.glob("*.log")]
        self._others = sum(sizes) - self._size

    def _shut(self) -> None:
        self.sync()
        os.close(self._file)
        os.close(self._times)

    def close(self) -> None:
        """Ends the segment."""
        self._shut()


class Receipts:
    """When the messages of one segment came, to the second, and from which address."""

    def __init__(self, segment: Path) -> None:
        self._notes = _times(segment)
        self._read_to = 0
        self._offsets: list[int] = []
        self._ats: list[datetime] = []
        self._peers: list[str | None] = []
        self.read_on()

    def read_on(self, position: int = 0) -> None:
        """Takes in what was noted since the last time; forgets what concerns only bytes before `position`."""
        if passed := max(0, bisect_right(self._offsets, position) - 1):
            del self._offsets[:passed], self._ats[:passed], self._peers[:passed]
        for line in self._new():
            note = line.split()  # the third word is missing where an older listener wrote
            self._offsets.append(int(note[0]))
            self._ats.append(datetime.fromtimestamp(int(note[1]) / 1000, UTC))
            self._peers.append(note[2].decode() if len(note) > 2 else None)

    def _new(self) -> list[bytes]:
        try:
            with self._notes.open("rb") as file:
                file.seek(self._read_to)
                whole, end, _ = file.read().rpartition(b"\n")
        except FileNotFoundError:
            return []
        self._read_to += len(whole) + len(end)
        return whole.split(b"\n") if whole else []

    def at(self, offset: int) -> datetime | None:
        """When the message at this byte of the segment came; None if nobody noted it."""
        place = bisect_right(self._offsets, offset)
        return self._ats[place - 1] if place else None

    def peer(self, offset: int) -> str | None:
        """The address that sent the message at this byte; None if nobody noted it."""
        place = bisect_right(self._offsets, offset)
        return self._peers[place - 1] if place else None


def segments(folder: Path) -> list[Path]:
    """The segments of a spool, oldest first; the last is being written."""
    return sorted(folder.glob("*.log"))


def forget(segment: Path) -> None:
    """Removes a segment that has been read and acknowledged."""
    segment.unlink(missing_ok=True)
    _times(segment).unlink(missing_ok=True)


def _times(segment: Path) -> Path:
    return segment.with_name(f".{segment.stem}.times")


def heard_at(folder: Path) -> int | None:
    """Until when somebody listened for this spool (ms), None if never."""
    try:
        return (folder / ALIVE).stat().st_mtime_ns // 1_000_000
    except FileNotFoundError:
        return None
