"""The files of one source's folder, matched to its streams: what is new, what has grown, what only changed its name."""

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import structlog

from producers.source import Source
from producers.transports.file_bytes import begins, compressed, same_bytes
from producers.transports.file_stream import FileStream, Fresh, Place
from producers.transports.stream_name import names

RESTED_MS = 3_600_000  # a plain file untouched for so long will not have its last line completed
PACKING_MS = 10_000  # gzip and zstd are still writing a file as young as this

log = structlog.get_logger()


class _Look(NamedTuple):
    """What a file was when last looked at: the same again means nothing new in it."""

    device: int
    inode: int
    size: int
    modified_ns: int
    written: bool = False  # the segment of a spool that still grows


def _age_ms(look: _Look, now_ms: int) -> int:
    return now_ms - look.modified_ns // 1_000_000


def _rests(look: _Look, now_ms: int) -> bool:
    return _age_ms(look, now_ms) > RESTED_MS


class SourceFolder:
    """Watches `source.folder`. `place` says how far a stream (by its Batch.stream) was read before.

    `known_by` is told the tail of a place that was kept without one, once its file is found.
    """

    def __init__(self, source: Source, place: Callable[[str], Place], known_by: Callable[[str, Place], None]) -> None:
        self.source = source
        self._place, self._known_by = place, known_by
        self._streams: dict[str, FileStream] = {}
        self._looks: dict[Path, _Look] = {}
        self._names: dict[Path, str] = {}
        self._refused: set[Path] = set()
        self._heard = source.spooled

    def scan(self, now_ms: int, ended: bool, growing: bool = False) -> list[FileStream]:
        """The streams that have something new. Raises OSError: no such folder.

        `ended`: take every file as finished; with `growing` the plain ones only once they have rested.
        """
        found: dict[str, FileStream] = {}
        looks = self._look()
        for path in self._left():
            self._looks.pop(path, None)
        self._names = {path: name for path, name in self._names.items() if path in looks}
        for path, look in looks.items():
            if self._looks.get(path) == look and not self._rests_unfinished(path, look, now_ms):
                continue
            try:
                name = self._match(path, look, now_ms, ended, growing)
            except OSError as error:
                log.warning("file not readable", file=str(path), error=str(error))
                continue
            if name:
                self._looks[path], self._names[path] = look, name
                found[name] = self._streams[name]
            else:
                self._names.pop(path, None)  # what it holds now cannot be told yet: it is looked at again
        self._looks = {path: look for path, look in self._looks.items() if path in looks}
        return [stream for stream in found.values() if stream.fresh]

    def _left(self) -> list[Path]:
        """Files that were not read in the last round after all: they are looked at anew."""
        left = [path for stream in self._streams.values() for path in stream.left]
        for stream in self._streams.values():
            stream.left.clear()
        return left

    @property
    def heard(self) -> bool:
        """Whether the source has ever said anything, or somebody fills its spool."""
        return self._heard

    def held(self) -> set[str]:
        """The streams (as Batch.stream names them) that the files which were looked at last hold."""
        return {self._streams[name].key for name in self._names.values()}

    def forget(self, streams: Iterable[str]) -> None:
        """Let go of streams (as Batch.stream names them) that no file holds."""
        for stream in streams:
            self._streams.pop(stream.removeprefix(f"{self.source.id}/"), None)

    def unfinished(self) -> list[Path]:
        """The files whose last line waits for its end."""
        return [path for path, name in self._names.items() if self._streams[name].unfinished]

    def latest_at(self, name: str) -> str:
        """How far the clock of the stream of this name has come."""
        return self._streams[name].reading.latest_at

    def _look(self) -> dict[Path, _Look]:
        if self.source.folder.is_symlink():
            raise OSError(f"{self.source.folder} is a symbolic link, and those are not followed: put the folder there")
        os.scandir(self.source.folder).close()  # rglob finds nothing, without a word, where there is no folder
        paths = sorted(path for path in self.source.folder.rglob("*") if not path.name.startswith("."))
        looks = {path: look for path in paths if (look := self._look_at(path))}
        if self.source.spooled and looks:
            newest = max(looks)
            looks[newest] = looks[newest]._replace(written=True)
        return looks

    def _look_at(self, path: Path) -> _Look | None:
        """What the file is; None for a folder, and for what is no file: that is said once."""
        try:
            state = path.lstat()
        except FileNotFoundError:  # renamed between the listing and now
            return None
        if not stat.S_ISREG(state.st_mode):
            if not stat.S_ISDIR(state.st_mode) and path not in self._refused:
                self._refused.add(path)
                kind = "a symbolic link" if stat.S_ISLNK(state.st_mode) else "a pipe, socket or device"
                log.error("not read: only plain files in log folders are", file=str(path), it_is=kind)
            return None
        return _Look(state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns)

    def _rests_unfinished(self, path: Path, look: _Look, now_ms: int) -> bool:
        """Whether a last line without its end was read from a file that has rested since."""
        name = self._names.get(path)
        if name is None or self.source.spooled:
            return False
        return self._streams[name].unfinished and _rests(look, now_ms)

    def _match(self, path: Path, look: _Look, now_ms: int, ended: bool, growing: bool) -> str | None:
        """The stream whose bytes this file holds; made if new. None: too young to tell, look again."""
        packed = compressed(path)
        if packed and _age_ms(look, now_ms) < PACKING_MS and not ended:
            return None
        rests = not look.written if self.source.spooled else _rests(look, now_ms)
        done = packed or rests or (ended and not growing)
        file = Fresh(path, done)
        if self.source.spooled:  # its segments are ours, and each is a stream of that name
            return self._add(path.stem, file)
        was = self._names.get(path)
        if was and self._goes_on(was, file):
            return was
        for own, older in names(path, self.source.product, done):
            for name in dict.fromkeys((own, older)):
                if name and self._is_known(name) and self._goes_on(name, file):
                    return name
            if own and not self._is_known(own):
                return self._add(own, file)
        return None  # every stream that begins as it does is another one, but may have all that it holds so far

    def _is_known(self, name: str) -> bool:
        return name in self._streams or self._place(f"{self.source.id}/{name}").stop > 0

    def _goes_on(self, name: str, file: Fresh) -> bool:
        """Whether the file is of this known stream; what it holds of it and was not read before is then to be read."""
        stream = self._stream(name)
        found = stream.look(file.path)
        if found == "another":
            return self._is_copy(name, file.path)
        if any(not same_bytes(file.path, other.path, stream.read_to) for other in stream.fresh):
            return False
        place = self._place(stream.key)
        if not place.tail and 0 < place.stop == stream.read_to:  # of an earlier release
            stream.recall(file.path)
            self._known_by(stream.key, place._replace(tail=stream.tail))
        if found == "more":
            self._add(name, file)
        return True

    def _is_copy(self, name: str, path: Path) -> bool:
        """Whether another file of the stream has all of this one, and more."""
        others = [other for other, of in self._names.items() if of == name and other != path and other.exists()]
        return any(begins(path, other) for other in others)

    def _stream(self, name: str) -> FileStream:
        if name not in self._streams:
            place = self._place(f"{self.source.id}/{name}")
            self._streams[name] = FileStream(self.source, name, place)
            self._heard = True
        return self._streams[name]

    def _add(self, name: str, file: Fresh) -> str:
        self._stream(name).fresh.append(file)
        return name
