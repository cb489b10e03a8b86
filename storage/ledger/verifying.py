"""The verification of a district: the chain, then every class against the rows of the store."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.client import Store
from storage.ledger.book import Book, Gone
from storage.ledger.chain import Entry, Fault, SealBody
from storage.ledger.leaves import Place
from storage.ledger.stored import DECISIONS, OF_NO_CLASS, TABLES, StoredRow, classless, of_nobody, rows_of
from storage.ledger.strangers import strangers
from storage.ledger.verify import (
    Compared,
    HourReport,
    Seal,
    WrongRow,
    chain_faults,
    compare,
    merged,
    report,
    seals,
    stretches,
)
from storage.rows import RUN_BITS, STORE_LETTER, run_of

Names = Callable[[str, int, list[Place]], dict[Place, str]]  # class, partition, places: ids, where the broker knows
Stamped = Callable[[list[Entry]], list[Fault]]  # what time stamps contradict in a chain
MAX_VERSION = (1 << 64) - 1  # what the store's column can hold, not only what we would write
ROUNDS, PAUSE_S = 5, 1.0  # how long rows may be stored and not yet noted: the sink does one after the other


class Asked(NamedTuple):
    """What to verify: a district, and hours of storing [since, until); empty is open."""

    district: str
    since: str = ""
    until: str = ""

    def holds(self, hour: str) -> bool:
        """Whether an hour (`2026-03-04T14`) is among them."""
        return hour >= self.since and (not self.until or hour < self.until)


class Outcome(NamedTuple):
    """What a verification found."""

    faults: list[Fault]
    hours: list[HourReport]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults and all(one.status in ("intact", "lawfully_destroyed") for one in self.hours)


class Verifier:
    """Reads the store and the book; changes nothing. `anchor`: hashes by number, as it has them now. `seal_open`: seals
    what is noted so far. `waiting`: what strangers sent and nobody read yet."""

    def __init__(
        self,
        store: Store,
        book: Book,
        public: Ed25519PublicKey,
        anchor: Callable[[], dict[int, str]],
        names: Names,
        stamped: Stamped = lambda _: [],
        waiting: Callable[[], list[HourReport]] = list,
    ) -> None:
        self._store = store
        self._book = book
        self._public = public
        self._anchor = anchor
        self._names = names
        self._stamped = stamped
        self._waiting = waiting

    def quick(self, asked: Asked) -> Outcome:
        """Roots only: whether the chain is whole, signed and as the anchor has it. Rows are not read."""
        faulty = self._chain(asked.district)
        purged = max((one.number for one in self._book.entries(asked.district) if one.kind == "certificate"), default=0)
        own = (seal for seal in seals(self._book, asked.district) if asked.holds(seal.body.hour))
        return Outcome(faulty, merged(self._quickly(asked.district, seal, purged) for seal in own))

    def _quickly(self, district: str, seal: Seal, purged: int) -> HourReport:
        """What the book alone says of a seal; after entry `purged` nothing was destroyed."""
        certificate = seal.certificate
        if seal.packed and seal.genuine and seal.number < purged:
            certificate = self._book.destroyed.certificate(district, seal.body)
        return HourReport(
            district=district,
            record_class=seal.body.record_class,
            hour=seal.body.hour,
            status="altered" if not seal.genuine else "lawfully_destroyed" if certificate else "intact",
            sealed=seal.body.rows,
            certificate=certificate,
        )

    def full(self, asked: Asked, seal_open: Callable[[], object]) -> Outcome:
        """Every row. Raises `Unavailable`."""
        seal_open()
        faulty = self._chain(asked.district)
        found: list[HourReport] = []
        for record_class in TABLES:
            found += self._class(asked, record_class)
        if not asked.until:
            found += self._beyond(asked, seal_open, TABLES)
            found += self._classless(asked.district)
        waiting = self._waiting()  # before the store is asked: what is read meanwhile stands in one of the two
        known = strangers(self._store, asked.district)
        named = {row.id for one in known for row in one.rows}
        for one in waiting:
            one.rows = [row for row in one.rows if row.id not in named]
        found += [one for one in (*known, *waiting) if one.rows and asked.holds(one.hour)]
        return Outcome(faulty, merged(found))

    def decisions(self, asked: Asked, seal_open: Callable[[], object], known: Iterable[str]) -> Outcome:
        """Every decision of a district alone; those of the installation (users, say) stand under no district's name.

        Decisions under a name that is none of `known` are nobody's, and extra. Raises `Unavailable`.
        """
        seal_open()
        found = list(self._class(asked, DECISIONS))
        if not asked.until:
            found += self._beyond(asked, seal_open, [DECISIONS])
            if rows := list(of_nobody(self._store, known)):
                found.append(_extra(asked.district, DECISIONS, self._last_hour(asked.district), rows))
        return Outcome(self._chain(asked.district), merged(found))

    def sealed(self, district: str, classes: Iterable[str]) -> Outcome:
        """The chain, and every row of some classes up to the last seal of each. Raises `Unavailable`."""
        found = [one for name in classes for one in self._class(Asked(district), name)]
        return Outcome(self._chain(district), merged(found))

    def of_class(self, district: str, record_class: str, seal_open: Callable[[], object]) -> Outcome:
        """The chain, and every row of a class, with those that no seal reaches. Raises `Unavailable`."""
        found = [*self._class(Asked(district), record_class), *self._beyond(Asked(district), seal_open, [record_class])]
        return Outcome(self._chain(district), merged(found))

    def _chain(self, district: str) -> list[Fault]:
        anchored = self._anchor()  # right before the chain: whoever seals adds to both
        found = chain_faults(self._book, district, self._public, anchored)
        return found + self._stamped(self._book.entries(district))

    def _class(self, asked: Asked, record_class: str) -> Iterator[HourReport]:
        own = [seal for seal in seals(self._book, asked.district) if seal.body.record_class == record_class]
        for run in _runs(seal.body for seal in own):
            before = (run << RUN_BITS) - 1
            for together in stretches(seal for seal in own if run_of(seal.body.first) == run):
                if any(asked.holds(seal.body.hour) for seal in together):
                    yield from self._stretch(asked.district, record_class, before + 1, together)
                before = max(seal.body.last for seal in together)

    def _stretch(self, district: str, record_class: str, first: int, together: list[Seal]) -> Iterator[HourReport]:
        compared, gone = self._compared(district, record_class, first, together)
        if any(compared.wrong.values()):  # a row may have been replaced while we read
            compared, gone = self._compared(district, record_class, first, together)
        for seal in together:
            missing = [place for place, _, status in compared.wrong[seal.number] if status == "missing"]
            names = self._names(record_class, seal.body.partition, missing) if missing else {}
            yield report(district, seal, compared, gone, names)
        if compared.extra:
            yield _extra(district, record_class, together[-1].body.hour, compared.extra)

    def _compared(
        self, district: str, record_class: str, first: int, together: list[Seal]
    ) -> tuple[Compared, dict[Place, Gone]]:
        last = max(seal.body.last for seal in together)
        rows = rows_of(self._store, district, record_class, first, last)
        gone = self._book.gone(district, record_class, first, last)
        hours = {seal.body.hour for seal in together}
        salts = {hour: self._book.salts(district, record_class, hour) for hour in hours}
        return compare(together, rows, salts, gone), gone

    def _beyond(self, asked: Asked, seal_open: Callable[[], object], classes: Iterable[str]) -> Iterator[HourReport]:
        """Rows behind the last seal that stay there however often we seal: nobody of ours stored them."""
        found = {name: self._tail(asked.district, name) for name in classes}
        for _ in range(ROUNDS):
            if not any(found.values()):
                break
            time.sleep(PAUSE_S)
            seal_open()
            for name, rows in found.items():
                still = {row.place for row in self._tail(asked.district, name)} if rows else set()
                found[name] = [row for row in rows if row.place in still]
        hour = self._last_hour(asked.district)
        for name, rows in found.items():
            if rows:
                yield _extra(asked.district, name, hour, rows)

    def _classless(self, district: str) -> Iterator[HourReport]:
        if rows := list(classless(self._store, district)):
            yield _extra(district, OF_NO_CLASS, self._last_hour(district), rows)

    def _last_hour(self, district: str) -> str:
        return max((seal.body.hour for seal in seals(self._book, district)), default="")

    def _tail(self, district: str, record_class: str) -> list[StoredRow]:
        own = [seal.body for seal in seals(self._book, district) if seal.body.record_class == record_class]
        found: list[StoredRow] = []
        runs = _runs(own)
        ends = [(run << RUN_BITS) - 1 for run in runs[1:]] + [MAX_VERSION]
        for run, end in zip(runs, ends, strict=True):  # a run without a seal stands behind the one before it
            last = max((body.last for body in own if run_of(body.first) == run), default=(run << RUN_BITS) - 1)
            found += rows_of(self._store, district, record_class, last + 1, end)
        return found


def _runs(bodies: Iterable[SealBody]) -> list[int]:
    """The runs of versions that seals are of; those of rows and of letters always."""
    return sorted({0, run_of(STORE_LETTER), *(run_of(body.first) for body in bodies)})


def _extra(district: str, record_class: str, hour: str, rows: Iterable[StoredRow]) -> HourReport:
    named = [WrongRow(row.id, "extra") for row in rows]
    return HourReport(district=district, record_class=record_class, hour=hour, status="extra", rows=named)
