"""All sources of a district read together: each round takes what has come since the last, in one order of time."""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import structlog

from model.batch import Batch
from model.clock import now_ms
from producers import watchdog
from producers.batching import REFUSED, batches
from producers.entry import Entry
from producers.merge import Merged, merged
from producers.source import Source
from producers.transports.file_stream import NOWHERE, FileStream, Place
from producers.transports.source_folder import SourceFolder

log = structlog.get_logger()


def nowhere(_stream: str) -> Place:
    """Nothing has been read before."""
    return NOWHERE


def told_nobody(_stream: str, _place: Place) -> None:
    """Nothing is kept."""


class Intake:
    """The reading side of a district. `place` says where each stream (as Batch.stream names it) was left.

    `watch` is told of every record that is read, `known_by` of a stream's place that was kept without its tail.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        place: Callable[[str], Place] = nowhere,
        watch: Callable[[Source, Entry], None] | None = None,
        known_by: Callable[[str, Place], None] = told_nobody,
    ) -> None:
        self.well: list[Source] = []  # those that were ever heard of and could be read in the last round
        self._folders = {source.id: SourceFolder(source, place, known_by) for source in sources}
        self._troubled: dict[str, str] = {}
        self._watch = watch

    def round(self, ended: bool, growing: bool = False) -> Iterator[Batch]:
        """Everything unread, as batches.

        `ended`: files are taken as finished, and a last line needs no end. With `growing` it needs one in a plain file,
        unless that has rested: somebody may be writing it.
        """
        watchdog.start()
        at, self.well = now_ms(), []
        streams = [stream for folder in self._folders.values() for stream in self._scan(folder, at, ended, growing)]
        yield from batches(self._watched(merged(streams)), self.well, now_ms)

    def _watched(self, records: Iterator[Merged]) -> Iterator[Merged]:
        if self._watch is None:
            yield from records
            return
        for record in records:
            self._watch(record[1].source, record[2])
            yield record

    def forget(self, forgotten: Callable[[str, Collection[str]], list[str]]) -> None:
        """Let go of streams that no file holds any more: those that `forgotten` names of a source, told which are held.

        Only of sources that could be read in the last round.
        """
        for folder in (self._folders[source.id] for source in self.well):
            folder.forget(forgotten(folder.source.id, folder.held()))

    def unfinished(self) -> list[Path]:
        """The files whose last line waits for its end."""
        return [path for folder in self._folders.values() for path in folder.unfinished()]

    def latest_at(self, stream: str) -> str:
        """How far the clock of a stream (as Batch.stream names it) has come; kept with its position."""
        source, _, name = stream.removesuffix(REFUSED).partition("/")
        return self._folders[source].latest_at(name) if name else ""

    def _scan(self, folder: SourceFolder, at: int, ended: bool, growing: bool) -> list[FileStream]:
        name = folder.source.id
        try:
            streams = folder.scan(at, ended, growing)
        except OSError as error:
            if self._troubled.get(name) != str(error):
                log.warning("source not readable", source=name, error=str(error))
            self._troubled[name] = str(error)
            return []
        self._troubled.pop(name, None)
        if folder.heard:
            self.well.append(folder.source)
        return streams
