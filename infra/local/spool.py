"""Where the body of a request rests until the engine reads it: memory with a file's face, or a file when it is large.

A memory file (memfd) leaves nothing behind when the process is killed, and needs no /dev/shm, which is small in
containers.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

IN_MEMORY = 64 * 1024 * 1024
LARGEST = 1024 * 1024 * 1024
_STEP = 1024 * 1024


class TooLarge(ValueError):
    """The body is larger than the gateway takes."""


class Spool:
    """A file without a name of its own; `path` lets the engine open it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.size = 0
        self._in_memory = hasattr(os, "memfd_create")
        self._file: IO[bytes] = _memory() if self._in_memory else _on_disk(folder)

    @property
    def path(self) -> str:
        """Valid while the spool is open, in this process only."""
        self._file.flush()
        linux = os.path.isdir("/proc/self/fd")
        return f"/proc/self/fd/{self._file.fileno()}" if linux else self._file.name

    def write(self, piece: bytes) -> None:
        """Appends. Raises TooLarge, and OSError when the disk is full."""
        self.size += len(piece)
        if self.size > LARGEST:
            raise TooLarge(f"The body is larger than {LARGEST // _STEP} MB; send it in several inserts")
        if self._in_memory and self.size > IN_MEMORY:
            self._move_to_disk()
        self._file.write(piece)

    def _move_to_disk(self) -> None:
        self._in_memory = False
        with self._file as small:
            self._file = _on_disk(self._folder)
            small.seek(0)
            shutil.copyfileobj(small, self._file, _STEP)

    def pieces(self) -> Iterator[bytes]:
        """What was written, from the beginning."""
        self._file.seek(0)
        while piece := self._file.read(_STEP):
            yield piece

    def close(self) -> None:
        self._file.close()


def _memory() -> IO[bytes]:
    return os.fdopen(os.memfd_create("hallmonitor-insert"), "w+b")


def _on_disk(folder: Path) -> IO[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(dir=folder, prefix="insert-")
