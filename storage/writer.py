"""Stores a block: table by table, tried again until ClickHouse takes it; what can never be a row is a dead letter."""

from collections.abc import Callable
from functools import partial
from itertools import chain, repeat
from threading import Event as Flag

import structlog

from storage.block import Block, body_of_events, marked_pairs, pairs_of
from storage.client import BadRows, QueryFailed, Store, Unavailable
from storage.ledger.noting import Noter
from storage.letters import letter_row
from storage.rows import COLUMNS, Incoming, Line, Refusal, check_event

log = structlog.get_logger("sink")
WAITS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds between tries; the last for ever


class Stopped(Exception):
    """We were told to end while ClickHouse was not answering; what was being stored is not committed."""


class Writer:
    """Puts blocks into a store. One thread at a time."""

    def __init__(self, store: Store, stop: Flag, noter: Noter | None = None) -> None:
        """`noter` keeps the ledger; without one nothing is sealed."""
        self._store = store
        self._noter = noter
        self._refused: list[tuple[Line, str]] = []
        self._stop = stop
        self.stored = 0
        self.refused = 0

    def write(self, block: Block) -> None:
        """Return when all of the block is stored; raises `Stopped`."""
        self._refused = []
        if self._noter:
            self._insist("ledger", partial(self._noter.before, self._store, block.records))
        tables, strays = block.tables()
        self._bury(strays)
        for table, records in tables.items():
            if table == "events":
                self._write_events(records)
            else:
                good, bad = pairs_of(table, records)
                good = self._noter.kept(good) if self._noter and table == "casework" else good
                self._salvage(table, marked_pairs(self._store, table, good))
                self._bury(bad)
        if self._noter:
            self._noter.stored(block.records, self._refused)
        self.stored += block.rows

    def _write_events(self, records: list[Incoming]) -> None:
        whole = [record for record in records if not self._doubted(record)]
        try:
            self._insert("events", body_of_events(whole))
        except BadRows as error:
            log.warning("a block holds a row that cannot be stored; looking for it", reason=str(error))
            whole = []
        for record in records if not whole else [one for one in records if self._doubted(one)]:
            self._write_one_by_one(record)

    def _doubted(self, record: Incoming) -> bool:
        """Whether the record holds a line that we cannot read, though ClickHouse might."""
        return self._noter is not None and bool(self._noter.read(record).refused)

    def _write_one_by_one(self, record: Incoming) -> None:
        good, bad = [], []
        for line, ours in pairs_of("events", [record])[0]:
            try:
                check_event(line)
                good.append((line, ours))
            except Refusal as refusal:
                bad.append((line, str(refusal)))
        self._bury(bad)
        self._salvage("events", good)

    def _salvage(self, table: str, pairs: list[tuple[Line, bytes]]) -> None:
        """Store what can be stored, halving until each bad line stands alone; that one becomes a dead letter."""
        try:
            self._insert(table, b"".join(ours + b"\n" for _, ours in pairs))
        except BadRows as error:
            if len(pairs) == 1:
                self._bury([(pairs[0][0], _reason(table, pairs[0][0], error))])
                return
            middle = len(pairs) // 2
            self._salvage(table, pairs[:middle])
            self._salvage(table, pairs[middle:])

    def _bury(self, bad: list[tuple[Line, str]]) -> None:
        if bad:
            self.refused += len(bad)
            self._refused += bad
            log.error("lines that cannot be stored are dead letters now", count=len(bad), reason=bad[0][1])
            self._insert("dead_letters", b"".join(letter_row(*one) + b"\n" for one in bad))

    def _insert(self, table: str, body: bytes) -> None:
        if body.strip():
            self._insist(table, lambda: self._store.insert_lines(table, COLUMNS[table], body))

    def _insist(self, table: str, deed: Callable[[], None]) -> None:
        """Do it until ClickHouse answers; raises `Stopped` when we are told to end meanwhile."""
        for wait in chain(WAITS, repeat(WAITS[-1])):
            try:
                return deed()
            except (Unavailable, QueryFailed) as trouble:
                log.warning("ClickHouse does not; nothing is committed", table=table, again_in_s=wait, why=str(trouble))
            if self._stop.wait(wait):
                break
        raise Stopped(f"{table} was not stored; it will be read again")


def _reason(table: str, line: Line, error: BadRows) -> str:
    try:
        if table == "events":
            check_event(line)
    except Refusal as refusal:
        return str(refusal)
    return f"ClickHouse refused it: {error}"
