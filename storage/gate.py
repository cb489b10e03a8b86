"""Lets in what our own processes sent, once, out of its box. Pure but for the book: how far each came, and keys."""

from collections.abc import Iterable
from typing import NamedTuple

from model import topics
from model.keyring import Checker, Stranger
from storage.ledger.book import Book
from storage.ledger.boxes import opened
from storage.rows import Foreign, Incoming, district

COPY = "it is a copy of a record of ours that stands earlier"
_Place = tuple[str, int]  # topic and partition


class Kept(NamedTuple):
    """What was read at once, apart: records of ours, and a stranger's, each with why it is none of ours."""

    ours: list[Incoming]
    strangers: list[tuple[Foreign, str]]


class Gate:
    """Reads partitions from wherever Kafka has it go on; `forget` those that go to another."""

    def __init__(self, book: Book, ours: Checker) -> None:
        self._book = book
        self._ours = ours
        self._last: dict[tuple[str, int, str], int] = {}
        self._owners: dict[tuple[bool, int], str] = {}

    def part(self, records: Iterable[Incoming], now_ms: int) -> Kept:
        """Our records, and the others."""
        kept = Kept([], [])
        for record in records:
            why = self.why_not(record)
            if why is None:
                kept.ours.append(opened(self._book, record))
                self._owners[_map_of(record.topic, record.partition)] = district(record)
            else:
                kept.strangers.append((self._foreign(record, now_ms), why))
        return kept

    def why_not(self, record: Incoming) -> str | None:
        """Why a record is none of ours; None where it is, and it counts as taken."""
        try:
            serial = self._ours.serial(record)
        except Stranger as stranger:
            return str(stranger)
        if serial is None:
            return None
        key = (record.topic, record.partition, serial.writer)
        last = self._last[key] if key in self._last else self._book.heard(*key, before=record.offset)
        if serial.number <= last:
            return COPY
        self._last[key] = serial.number
        return None

    def forget(self, places: Iterable[_Place]) -> None:
        """Another reads these now; should they come back, the book tells how far it was."""
        gone = set(places)
        self._last = {key: last for key, last in self._last.items() if key[:2] not in gone}

    def _foreign(self, record: Incoming, now_ms: int) -> Foreign:
        """What of it is certain: where it stands and its bytes. Its key, headers and time are the stranger's words."""
        owner = self.owner(record.topic, record.partition)
        at = min(max(record.timestamp, 0), now_ms)
        return Foreign(record.topic, record.partition, record.offset, at, owner.encode(), record.value or b"")

    def owner(self, topic: str, partition: int) -> str:
        """The district whose partition it is, as far as records of ours or the seals tell; else empty."""
        return self._owners.get(_map_of(topic, partition)) or self._owner_by_seals(topic, partition)

    def _owner_by_seals(self, topic: str, partition: int) -> str:
        if topic == topics.CASEWORK.name:
            return ""
        owned = (name for name in self._book.districts() if self._book.partition(name) == partition)
        return next(owned, "")


def _map_of(topic: str, partition: int) -> tuple[bool, int]:
    """Decisions have partitions of their own; of the other topics all share the log's."""
    return topic == topics.CASEWORK.name, partition
