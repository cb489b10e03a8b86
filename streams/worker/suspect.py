"""A turn that ends the process: after the third death at one position its batches are tried line by line.

An exception needs none of this. It is for what no `except` hears: the memory used up, a crash in a C library. The note
lies in a small file beside the worker; where the next worker runs on another machine it counts its own deaths.
"""

from pathlib import Path

import msgspec

DEATHS = 3
Line = tuple[int, int]  # offset of the batch, index of the line


class Note(msgspec.Struct):
    """What was about to be judged: from which offset on, how often that was tried, and which line of which batch."""

    offset: int = -1
    tries: int = 0
    trying: Line | None = None
    left_out: list[Line] = []


class Suspect:
    """The note of one partition."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._note = _read(path)

    def begin(self, offset: int) -> list[Line]:
        """The partition was opened and `offset` is next; returns the lines from there on that killed a process."""
        note = self._note if self._note.offset == offset else Note(offset=offset)
        if note.trying is not None:
            note.left_out.append(note.trying)
        self._note = Note(offset, note.tries + 1, None, note.left_out)
        self._write()
        return self._note.left_out

    @property
    def doubting(self) -> bool:
        """Whether what is next must be judged line by line: too many have died of it."""
        return self._note.tries > DEATHS

    def trying(self, offset: int, line: int) -> None:
        """The next thing done is the judgment of this line."""
        self._note.trying = (offset, line)
        self._write()

    def tried(self) -> None:
        """All lines of the batch were judged: none of them is the one."""
        if self._note.trying is not None:
            self._note.trying = None
            self._write()

    def survived(self) -> None:
        """A turn was written: nothing at this position kills."""
        if self._note.offset >= 0:
            self._note = Note()
            self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        # No fsync: the process may die, and what the kernel has been given stays.
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(self._note))
        draft.replace(self._path)


def _read(path: Path) -> Note:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Note)
    except (OSError, msgspec.DecodeError):
        return Note()  # no note, or one cut short by the death it was to tell of: count anew
