"""The files of one source's folder, matched to its streams: what is new, what has grown, what only changed its name."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import structlog

from producers.source import Source
from producers.transports.file_bytes import compressed, same_beginning
from producers.transports.file_stream import FileStream, Fresh, name_of

RESTED_MS = 3_600_000  # a plain file untouched for so long will not have its last line completed
PACKING_MS = 10_000  # gzip and zstd are still writing a file as young as this
_ALIKE = 1000  # streams of one source that may begin with the same record

log = structlog.get_logger()


class Place(NamedTuple):
    """How far a stream was read, as remembered from an earlier run."""

    stop: int = 0
    latest_at: str = ""


class _Look(NamedTuple):
    """What a file was when last looked at: the same again means nothing new in it."""

    device: int
    inode: int
    size: int
    modified_ns: int
    written: bool = False  # the segment of a spool that still grows


class SourceFolder:
    """Watches `source.folder`. `place` says how far a stream (by its Batch.stream) was read before."""

    def __init__(self, source: Source, place: Callable[[str], Place]) -> None:
        self.source = source
        self._place = place
        self._streams: dict[str, FileStream] = {}
        self._looks: dict[Path, _Look] = {}
        self._names: dict[Path, str] = {}
        self._compared: dict[tuple[int, int], bool] = {}
        self._refused: set[Path] = set()

    def scan(self, now_ms: int, ended: bool) -> list[FileStream]:
        """The streams that have something new. `ended`: take every file as finished. Raises OSError: no such folder."""
        found: dict[str, FileStream] = {}
        looks = self._look()
        self._names = {path: name for path, name in self._names.items() if path in looks}
        for path, look in looks.items():
            if self._looks.get(path) == look:
                continue
            try:
                name = self._match(path, look, now_ms, ended)
            except OSError as error:
                log.warning("file not readable", file=str(path), error=str(error))
                continue
            if name:
                self._looks[path] = look
                found[name] = self._streams[name]
        self._looks = {path: look for path, look in self._looks.items() if path in looks}
        return list(found.values())

    @property
    def heard(self) -> bool:
        """Whether the source has ever said anything, or somebody fills its spool."""
        return bool(self._streams) or self.source.spooled

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

    def _match(self, path: Path, look: _Look, now_ms: int, ended: bool) -> str | None:
        """The stream whose bytes this file holds; made if new. None: too young to tell, look again."""
        age_ms = now_ms - look.modified_ns // 1_000_000
        packed = compressed(path)
        if packed and age_ms < PACKING_MS and not ended:
            return None
        done = ended or packed or (age_ms > RESTED_MS if not self.source.spooled else not look.written)
        for records in range(1, _ALIKE):
            name = name_of(self.source, path, done, records)
            if name is None or self._fits(path, look, name):
                return name and self._attach(name, path, done, records)
        return None

    def _fits(self, path: Path, look: _Look, name: str) -> bool:
        """Whether this file and the others of that stream hold the same bytes, one perhaps fewer of them."""
        for other, other_name in self._names.items():
            if other == path or other_name != name or not other.exists():
                continue
            pair = (look.inode, other.stat().st_ino)
            if pair not in self._compared:
                self._compared[pair] = same_beginning(path, other)
            if not self._compared[pair]:
                return False
        return True

    def _attach(self, name: str, path: Path, done: bool, records: int) -> str:
        if name not in self._streams:
            stop, latest_at = self._place(f"{self.source.id}/{name}")
            self._streams[name] = FileStream(self.source, name, stop, latest_at, records)
        self._names[path] = name
        self._streams[name].fresh.append(Fresh(path, done))
        return name
