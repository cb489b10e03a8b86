"""Streams in one order of time: a k-way merge that reads ahead a little and holds no more than that of any stream."""

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heapreplace
from itertools import islice

from producers.entry import Entry
from producers.transports.file_stream import FileStream

BLOCK = 128  # records read ahead per stream, twice: how much disorder within a stream the order forgives
_NEVER = 1 << 62

Merged = tuple[int, FileStream, Entry]
"""How far the merge has come (ms, never falls), the stream, and its next record."""


def merged(streams: Iterable[FileStream]) -> Iterator[Merged]:
    """The unread records of all streams. Within a stream the order of its bytes stays; between streams time decides.

    A record's place is the earliest time at or behind it within the block read ahead, so that one wrong clock neither
    holds its stream back nor drives the others forward. Streams are opened when their first record is due.

    With the last record of all, the merge has come to the latest time that the records of a block agree on, wherever it
    stands: some products write the newest first, and what comes late stands last.
    """
    lanes = [_Lane(stream) for stream in streams]
    heap = [(lane.due_at, index) for index, lane in enumerate(lanes)]
    heapify(heap)
    reached = 0
    while heap:
        lane = lanes[heap[0][1]]
        if lane.opened:
            reached = max(reached, lane.due_at)
            entry = lane.take()
            if lane.due_at == _NEVER and len(heap) == 1:
                reached = max(reached, *(one.latest for one in lanes))
            yield reached, lane.stream, entry
        else:
            lane.open()
        if lane.due_at == _NEVER:
            heappop(heap)
        else:
            heapreplace(heap, (lane.due_at, heap[0][1]))


class _Lane:
    """One stream in the merge: a block of records with the moment each is due, and the block behind it."""

    def __init__(self, stream: FileStream) -> None:
        self.stream = stream
        self.opened = False
        self.due_at = stream.begins_at() or 0
        self._block: list[Entry] = []  # both last first, to be popped
        self._due: list[int] = []
        self._ahead: list[Entry] = []
        self.latest = 0  # the latest time (ms) that the records of a block agree on

    def open(self) -> None:
        self.opened = True
        self._entries = self.stream.entries()
        self._ahead = self._read()
        self._turn()

    def take(self) -> Entry:
        """The next record; `due_at` is then when the one behind it is due, `_NEVER` behind the last."""
        taken = self._block.pop()
        if not self._block:
            self._turn()
        else:
            self.due_at = self._due.pop()
        return taken

    def _read(self) -> list[Entry]:
        return list(islice(self._entries, BLOCK))[::-1]

    def _turn(self) -> None:
        self._block, self._ahead = self._ahead, self._read() if self._ahead else []
        self.latest = max(self.latest, _agreed([entry.at for entry in self._block if entry.at is not None]))
        due = min((entry.at for entry in self._ahead if entry.at is not None), default=_NEVER)
        last = self.due_at
        self._due = []
        for entry in self._block:
            due = due if entry.at is None else min(due, entry.at)
            self._due.append(last if due == _NEVER else due)
        self.due_at = self._due.pop() if self._due else _NEVER


def _agreed(times: list[int]) -> int:
    """The latest but one in sixteen, and never the very latest alone: those may be of a clock that runs ahead."""
    return sorted(times)[-2 - len(times) // 16] if len(times) > 1 else 0
