"""Notes in the book what the sink stores: leaves of our records, how far their senders came, and rows replaced."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from model.event import parse_at
from model.mark import serial_of
from storage.client import Store
from storage.ledger.book import Book, Heard, Hour, OpenRecord
from storage.ledger.leaves import Place, leaf
from storage.ledger.reading import Read, Row, letter_rows, open_records, read_record
from storage.ledger.stored import DECISIONS, Older, older_events, older_letters
from storage.letters import refused
from storage.rows import Incoming, Line, district, version

LETTERS = "dead_letters"
_AT_ONCE = 2_000  # rows in one question
_Where = tuple[str, int, int]


class Noter:
    """The sink's hand in the ledger. `read` may run in another thread than the rest."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._read: dict[_Where, tuple[Read, dict[Hour, bytes]]] = {}
        self._secrets: dict[Hour, bytes] = {}  # a copy, so that not every record asks the book

    def _secret(self, used: dict[Hour, bytes], *hour: str) -> bytes:
        district, record_class, at = hour
        key = (district, record_class, at)
        if key not in self._secrets:
            self._secrets[key] = self.book.secret(*key)
        used[key] = self._secrets[key]
        return used[key]

    def read(self, record: Incoming) -> Read:
        """The leaves of a record, worked out once."""
        where = (record.topic, record.partition, record.offset)
        if where not in self._read:
            used: dict[Hour, bytes] = {}
            self._read[where] = read_record(record, partial(self._secret, used)), used
        return self._read[where][0]

    def before(self, store: Store, records: Iterable[Incoming]) -> None:
        """Keep the leaves of rows that these records will replace: the store forgets them. Raises `Unavailable`."""
        newer = [row for record in records for row in self.read(record).newer]
        for part in _parts(newer):
            newest = {row.id: row.place for row in sorted(part, key=lambda row: row.place)}
            times = sorted({parse_at(row.occurred_at) for row in part if row.occurred_at})
            if part[0].record_class == LETTERS:
                older = older_letters(store, part[0].district, list(newest))
            else:
                older = older_events(store, part[0].district, list(newest), times)
            self._replace([one for one in older if one.place < newest[one.id]])

    def _replace(self, older: Sequence[Older]) -> None:
        if not older:
            return
        with self.book.writing():
            for one in older:
                if not self.book.drop_open(one.district, one.record_class, one.place):
                    self._keep_leaf(one)

    def _keep_leaf(self, one: Older) -> None:
        hour = self.book.sealed_hour(one.district, one.record_class, one.place)
        salt = self.book.salt(one.district, one.record_class, hour, one.place) if hour else None
        if salt is not None:
            self.book.replace(one.district, one.record_class, one.place, leaf(salt, one.text))

    def kept(self, pairs: list[tuple[Line, bytes]]) -> list[tuple[Line, bytes]]:
        """Decisions without those that were destroyed: their topic is read again, and nobody brings them back."""
        return [pair for pair in pairs if not self._was_destroyed(pair[0])]

    def _was_destroyed(self, line: Line) -> bool:
        return self.book.destroyed.stood_at(district(line.record), DECISIONS, Place(version(line.record), 0))

    def stored(self, records: Iterable[Incoming], refused_lines: Sequence[tuple[Line, str]]) -> None:
        """Note the leaves of what has been stored; of the lines refused it is their dead letters that are."""
        while not self._note(records, refused_lines):
            self._secrets.clear()
            self._read.clear()

    def _note(self, records: Iterable[Incoming], refused_lines: Sequence[tuple[Line, str]]) -> bool:
        gone = {(_where(line.record), line.number) for line, _ in refused_lines}
        used: dict[Hour, bytes] = {}
        reads = [(_where(record), self._taken(record, used)) for record in records]
        older = _older_here([read for _, read in reads])
        found: list[OpenRecord] = []
        for where, read in reads:
            without = {number for place, number in gone if place == where}
            found += [_without(leaves, without, older) for leaves in read.records]
        for line, reason in refused_lines:
            found += open_records(line.record, letter_rows(line, refused(line, reason)), partial(self._secret, used))[0]
        return self.book.add(_merged(one for one in found if one.lines), used, _heard(records))

    def _taken(self, record: Incoming, used: dict[Hour, bytes]) -> Read:
        self.read(record)
        read, secrets = self._read.pop(_where(record))
        used |= secrets
        return read


def _heard(records: Iterable[Incoming]) -> dict[Heard, tuple[int, int]]:
    """By topic, partition and writer: the last serial number among these records, and its offset."""
    found: dict[Heard, tuple[int, int]] = {}
    for record in records:
        if serial := serial_of(record.headers):
            found[record.topic, record.partition, serial.writer] = (serial.number, record.offset)
    return found


def _older_here(reads: Sequence[Read]) -> set[tuple[str, str, Place]]:
    """Rows of a block that a newer one of the same block replaces: district, class, place."""
    again = {row.id for read in reads for row in read.newer}
    if not again:
        return set()
    newest: dict[tuple[str, str, str], Place] = {}
    older = set()
    for read in reads:
        for leaves, ids in zip(read.records, read.ids, strict=True):
            for line, name in zip(leaves.lines, ids, strict=True):
                key, place = (*leaves[:2], name), Place(leaves.version, line)
                if name in again:
                    older.add((*leaves[:2], min(place, newest.get(key, place))))
                    newest[key] = max(place, newest.get(key, place))
    return older - {(key[0], key[1], place) for key, place in newest.items()}


def _parts(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows of one district, letters and events apart, some thousand at a time."""
    for key in sorted({(row.district, row.record_class == LETTERS) for row in rows}):
        own = [row for row in rows if (row.district, row.record_class == LETTERS) == key]
        yield from (own[n : n + _AT_ONCE] for n in range(0, len(own), _AT_ONCE))


def _where(record: Incoming) -> _Where:
    return record.topic, record.partition, record.offset


def _without(leaves: OpenRecord, numbers: set[int], older: set[tuple[str, str, Place]]) -> OpenRecord:
    """Without lines that were refused, and rows that are replaced already."""
    if not numbers and not older:
        return leaves
    kept = [
        (place.line, leaf)
        for place, leaf in leaves.each
        if place.line not in numbers and (leaves.district, leaves.record_class, place) not in older
    ]
    return leaves._replace(lines=tuple(line for line, _ in kept), leaves=b"".join(leaf for _, leaf in kept))


def _merged(found: Iterable[OpenRecord]) -> list[OpenRecord]:
    """Letters of one record that were refused one by one stand under one key."""
    merged: dict[tuple[str, str, int], OpenRecord] = {}
    for one in found:
        key = (one.district, one.record_class, one.version)
        before = merged.get(key)
        if before is None:
            merged[key] = one
            continue
        rows = sorted([*before.each, *one.each])
        merged[key] = one._replace(
            lines=tuple(place.line for place, _ in rows), leaves=b"".join(leaf for _, leaf in rows)
        )
    return list(merged.values())
