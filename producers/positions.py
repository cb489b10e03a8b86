"""How far each stream of a district has been read and acknowledged; kept in the home folder, written whole or not."""

import fcntl
import os
from collections.abc import Collection
from pathlib import Path

import msgspec

from producers.transports.file_stream import NOWHERE, Place

GONE_MS = 30 * 24 * 3_600_000  # after which a stream that no file holds is forgotten; the judge knows it for longer


class Busy(RuntimeError):
    """Another process reads this district already."""


class KeptDamaged(RuntimeError):
    """A file of ours in the home folder that cannot be read; the message says which, and what to do."""


class Kept(msgspec.Struct, omit_defaults=True):
    """What the file says. `offset` is the last record of the log that is reckoned in.

    `silent`: since when (ms) a source is; `gone`: since when no file holds a stream.
    """

    topic_id: str = ""
    partition: int = -1
    offset: int = -1
    streams: dict[str, Place] = msgspec.field(default_factory=dict)
    silent: dict[str, int] = msgspec.field(default_factory=dict)
    gone: dict[str, int] = msgspec.field(default_factory=dict)


class Positions:
    """The file `producers/<district>.json` of a home folder, and the lock that makes this process its only writer."""

    def __init__(self, home: Path, district: str) -> None:
        """Raises `Busy`, and `KeptDamaged` for a file that is not ours."""
        self.path = home / "producers" / f"{district}.json"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise Busy(f"Another hallmonitor run reads district {district} with {home}; end that one first") from error
        self.kept = self._load()

    def _load(self) -> Kept:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Kept)
        except FileNotFoundError:
            return Kept()
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            what = f"{self.path} is damaged ({error}). Remove it: the positions will be read from the log"
            raise KeptDamaged(what) from error

    def place(self, stream: str) -> Place:
        """Where the stream (as Batch.stream names it) was left."""
        return self.kept.streams.get(stream, NOWHERE)

    def moved(self, stream: str, place: Place, offset: int) -> None:
        """The log's record `offset` holds the stream up to `place`. Never goes back."""
        self.kept.offset = max(self.kept.offset, offset)
        if stream and place.stop > self.place(stream).stop:
            self.kept.streams[stream] = place

    def known_by(self, stream: str, place: Place) -> None:
        """Where an earlier release left the stream, with the tail found in the file that it was read from."""
        if self.place(stream).stop == place.stop:
            self.kept.streams[stream] = place

    def forget(self, source_id: str, held: Collection[str], at: int) -> list[str]:
        """The streams of a source that no file has held for `GONE_MS`: nothing is known of them any more.

        `held`: those that a file holds at `at` (ms). One whose file comes back later is read again from its beginning.
        The last of a source is kept: it says that there was such a source, whose end can be told.
        """
        own = [stream for stream in self.kept.streams if stream.partition("/")[0] == source_id]
        for stream in own:
            if stream in held:
                self.kept.gone.pop(stream, None)
            else:
                self.kept.gone.setdefault(stream, at)
        forgotten = [stream for stream in own if at - self.kept.gone.get(stream, at) > GONE_MS][: len(own) - 1]
        for stream in forgotten:
            del self.kept.streams[stream], self.kept.gone[stream]
        return forgotten

    def save(self) -> None:
        """Durable when it returns: written beside, synced, renamed."""
        write_whole(self.path, msgspec.json.encode(self.kept))

    def close(self) -> None:
        os.close(self._lock)


def write_whole(path: Path, content: bytes) -> None:
    """Durable when it returns, and never in part: written beside, synced, renamed. Raises OSError."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
