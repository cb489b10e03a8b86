"""Puts one source's lines of one day in time order in little memory, by sorting runs on disk and merging them."""

import gzip
import heapq
import io
import marshal
import tempfile
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import IO

RUN = 100_000  # lines held before a sorted run goes to disk
_PIECE = 1_000
Stamped = tuple[int, str]
_when = itemgetter(0)


class Spool:
    """Lines of one source in any order in; one file in time order out. Equal times keep the order of arrival."""

    def __init__(self, run: int = RUN) -> None:
        self._run = run
        self._lines: list[Stamped] = []
        self._runs: list[IO[bytes]] = []

    def add(self, at: int, line: str) -> None:
        """Takes a line written at `at` (UTC milliseconds)."""
        self._lines.append((at, line))
        if len(self._lines) >= self._run:
            self._spill()

    def write(self, path: Path) -> int:
        """Writes what was taken to a file, forgets it, and returns the number of records. No records, no file."""
        if not self._lines and not self._runs:
            return 0
        self._lines.sort(key=_when)
        path.parent.mkdir(parents=True, exist_ok=True)
        count = self._merge(path)
        self._lines.clear()
        return count

    def _merge(self, path: Path) -> int:
        count = 0
        runs = [_read(run) for run in self._runs]
        with _opened(path) as file:
            for _, line in heapq.merge(*runs, self._lines, key=_when):
                file.write(line + "\n")
                count += 1
        for run in self._runs:
            run.close()
        self._runs.clear()
        return count

    def _spill(self) -> None:
        self._lines.sort(key=_when)
        run = tempfile.TemporaryFile()  # noqa: SIM115 - closed when merged
        for start in range(0, len(self._lines), _PIECE):
            marshal.dump(self._lines[start : start + _PIECE], run)
        run.seek(0)
        self._runs.append(run)
        self._lines.clear()


def _opened(path: Path) -> IO[str]:
    """The file to write; a `.gz` tells no time in its head, so that equal lines are equal bytes."""
    if path.suffix != ".gz":
        return path.open("w", encoding="utf-8", newline="\n")
    return io.TextIOWrapper(gzip.GzipFile(path, "wb", mtime=0), encoding="utf-8", newline="\n")


def _read(run: IO[bytes]) -> Iterator[Stamped]:
    while True:
        try:
            piece: list[Stamped] = marshal.load(run)
        except EOFError:
            return
        yield from piece
