"""What is inserted at once: records gathered for a moment, their rows by table, and the offsets they reach."""

from collections.abc import Iterable

from storage.client import Store
from storage.letters import pieces
from storage.row_marks import BEARERS
from storage.rows import Incoming, Line, Plain, Refusal, event_lines, lines, row, table_of

# Facts first, in the order in which they are asked for.
ORDER = ("reference", "events", "violations", "dead_letters", "casework", "ticks")
Place = tuple[str, int]  # topic and partition


class Block:
    """Records in the order they came; full at `max_rows` rows or `max_bytes`."""

    def __init__(self, max_rows: int = 50_000, max_bytes: int = 40_000_000) -> None:
        self.records: list[Incoming] = []
        self.aside: list[tuple[Plain, str]] = []  # and why
        self.rows = 0
        self.size = 0
        self.max_rows = max_rows
        self.max_bytes = max_bytes

    def add(self, records: Iterable[Incoming]) -> None:
        """Take records in."""
        for record in records:
            value = record.value or b""
            self.records.append(record)
            self.rows += value.count(b"\n")
            self.size += len(value)

    def set_aside(self, records: Iterable[tuple[Plain, str]]) -> None:
        """Take in what becomes dead letters, and nothing else: a stranger's, or what stands for lost records."""
        for record, why in records:
            self.aside.append((record, why))
            self.size += len(record.value or b"")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to store."""
        return not self.records and not self.aside

    @property
    def full(self) -> bool:
        """Whether it should be stored without waiting for more."""
        return self.rows >= self.max_rows or self.size >= self.max_bytes

    def reaches(self) -> dict[Place, int]:
        """The offset to go on from, by topic and partition, once the block is stored."""
        found: dict[Place, int] = {}
        everything: list[Incoming] = [*self.records, *(one for one, _ in self.aside)]
        for record in everything:
            place = (record.topic, record.partition)
            found[place] = max(found.get(place, 0), record.offset + 1)
        return found

    def tables(self) -> tuple[dict[str, list[Incoming]], list[tuple[Line, str]]]:
        """Its records by table in the order to store them, and the lines of records that belong to none, with why."""
        found: dict[str, list[Incoming]] = {table: [] for table in ORDER}
        strays: list[tuple[Line, str]] = []
        for record in self.records:
            try:
                found[table_of(record)].append(record)
            except Refusal as error:
                strays += [(line, str(error)) for line in lines(record)]
        for record, why in self.aside:
            strays += [(line, why) for line in pieces(record)]
        return {table: records for table, records in found.items() if records}, strays


def body_of_events(records: list[Incoming]) -> bytes:
    """All event lines of the records as NDJSON."""
    return b"\n".join(line for record in records for line in event_lines(record)) + b"\n"


def pairs_of(table: str, records: list[Incoming]) -> tuple[list[tuple[Line, bytes]], list[tuple[Line, str]]]:
    """Each line beside its row; and the lines that cannot be rows, with why."""
    good: list[tuple[Line, bytes]] = []
    bad: list[tuple[Line, str]] = []
    for record in records:
        if table == "events":
            good += zip(lines(record), event_lines(record), strict=True)
            continue
        for line in lines(record):
            try:
                good.append((line, row(table, line)))
            except Refusal as refusal:
                bad.append((line, str(refusal)))
    return good, bad


def marked_pairs(store: Store, table: str, pairs: list[tuple[Line, bytes]]) -> list[tuple[Line, bytes]]:
    """The same of a table whose rows bear marks, each row with the mark by which it is known again."""
    marks = store.marks
    return [(line, marks.marked(table, row)) for line, row in pairs] if marks and table in BEARERS else pairs
