"""Destroys what a plan found due, step by step; killed anywhere it goes on where it was, and certifies once.

The steps: list (rows and their leaves, in the book), forget (the broker), delete (the store, inactive parts too), and
at last one transaction of the book that lets go of the salts and appends the signed certificate.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from storage.client import Store
from storage.ledger.book import Book, Doomed
from storage.ledger.chain import Entry
from storage.ledger.destroyed import Again
from storage.ledger.leaves import Place
from storage.ledger.reading import RAW
from storage.ledger.sealing import Sealer, write_anchor
from storage.ledger.stored import COLUMN_OF_ID, DECISIONS, EVENT_CLASSES, FACTS, TABLES, rows_of
from storage.ledger.verify import compare, seals, stretches
from storage.retention.again import Stands
from storage.retention.due import SEARCHES, DueRow, sealed_as

BATCH = 50_000  # ids in one insert
NOTHING: Mapping[str, Iterable[Stands]] = MappingProxyType({})
PATIENCE_S, LOOK_S = 120.0, 0.1
_PARTITIONS = """SELECT DISTINCT partition AS name FROM system.parts
WHERE database = currentDatabase() AND `table` = {table:String} AND active AND partition LIKE {like:String}"""
_INACTIVE = """SELECT DISTINCT `table` AS name FROM system.parts
WHERE database = currentDatabase() AND NOT active AND rows > 0
AND `table` IN ('events', 'violations', 'dead_letters', 'casework', 'reference')"""
_BORNE_TWICE = """SELECT event_id AS name FROM casework WHERE district = {district:String}
GROUP BY event_id HAVING uniqExact(version) > 1"""


class NotPurged(RuntimeError):
    """A step did not end; run the plan again, it goes on from there."""


class Listing(NamedTuple):
    """What the store's list of one run says of a class: ids, or places and ids (of what was destroyed before)."""

    record_class: str
    by_place: bool = False

    @property
    def table(self) -> str:
        """Where it is stored."""
        return TABLES[self.record_class]

    @property
    def label(self) -> str:
        """Under what name it stands in the list."""
        return f"{self.record_class} again" if self.by_place else self.record_class

    @property
    def test(self) -> str:
        """What each row of the table fulfills that is listed."""
        line = "'0'" if self.record_class == DECISIONS else "toString(log_line)"  # a record carries one decision
        name = COLUMN_OF_ID[self.table]
        told = f"concat(toString(version), ':', {line}, ':', {name})" if self.by_place else name
        return f"{told} IN (SELECT id FROM purging WHERE record_class = '{self.label}')"


class _Name(msgspec.Struct):
    name: str


class _Number(msgspec.Struct):
    number: int


class Purge:
    """One run of one plan in one district. `step` is told the name of each step before it begins."""

    def __init__(
        self, store: Store, sealer: Sealer, district: str, plan: str, step: Callable[[str], None] = lambda _: None
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._book: Book = sealer.book
        self._district = district
        self._plan = plan
        self._step = step

    def begun(self) -> bool:
        """Whether an earlier run began to delete: until then the rows are listed anew."""
        return self._book.is_begun(self._plan)

    def list_rows(
        self, due: dict[str, list[DueRow]], before: dict[str, Any], again: Mapping[str, Iterable[Stands]] = NOTHING
    ) -> None:
        """Note every due row with its leaf. `before` is what the certificate will say of the time before.

        `again`: rows that are due and were destroyed before, by the ledger's classes.
        """
        self._step("list")
        doomed: list[Doomed] = []
        told: dict[str, Any] = {"deleted": {}, "entities": set()}
        for record_class, rows in due.items():
            chosen = self._chosen(sealed_as(record_class), rows)
            doomed += chosen
            told["deleted"][record_class] = len(chosen)
            ids = {one.id for one in chosen}
            told["entities"] |= {row.called for row in rows if row.called and row.id in ids}
            if record_class == SEARCHES:  # of a search the judge was told a fact, which goes with it
                doomed += self._as_sealed(FACTS, frozenset(f"{SEARCHES}:{one.id}" for one in chosen))[0]
        told["entities"] = sorted(told["entities"])
        back = (Again(name, row.id, row.place) for name, rows in again.items() for row in rows)
        self._book.doom(self._district, self._plan, doomed, msgspec.json.encode(before | told).decode(), back)

    def _chosen(self, record_class: str, due: Sequence[DueRow]) -> list[Doomed]:
        """What goes with the rows found due: all that bears an id of which a due row is one that was sealed.

        Whoever can add a row to the store can give it the id of another: that alone makes the other not due. An entity
        of which one row must stay stays whole: the rest of its decisions would say something else without it.
        """
        found, doubtful = self._as_sealed(record_class, frozenset(row.id for row in due))
        if record_class == DECISIONS:
            doubtful |= self._borne_twice()
        places = {(row.id, Place(row.version, row.log_line)) for row in due}
        chosen = {one.id for one in found if (one.id, one.place) in places} - doubtful
        broken = {row.entity for row in due if row.entity and row.id not in chosen}
        chosen -= {row.id for row in due if row.entity in broken}
        return [one for one in found if one.id in chosen]

    def _borne_twice(self) -> set[str]:
        """Ids that decisions at two places bear: one of them is nobody's, and evidence."""
        return {row.name for row in self._store.marking(None).rows(_BORNE_TWICE, _Name, {"district": self._district})}

    def _as_sealed(self, record_class: str, ids: frozenset[str]) -> tuple[list[Doomed], set[str]]:
        """Rows that stand under a seal as they were sealed; and ids of rows that do not: these are evidence, and stay.

        Where two rows stand at one place neither is as it was sealed.
        """
        found: list[Doomed] = []
        doubtful: set[str] = set()
        own = [seal for seal in seals(self._book, self._district) if seal.body.record_class == record_class]
        for together in stretches(own) if ids else ():
            first, last = min(one.body.first for one in together), max(one.body.last for one in together)
            rows = [row for row in rows_of(self._store, self._district, record_class, first, last) if row.id in ids]
            salts = {one.body.hour: self._book.salts(self._district, record_class, one.body.hour) for one in together}
            compared = compare(together, rows, salts, {})
            changed = {place for wrong in compared.wrong.values() for place, _, _ in wrong}
            changed |= {row.place for row in compared.extra}
            index = {place: (one, n) for one in together for n, place in enumerate(one.places or ())}
            doubtful |= {row.id for row in rows if row.place in index and row.place in changed}
            for row in rows:
                if row.place in index and row.place not in changed:
                    seal, n = index[row.place]
                    leaf = compared.leaves[seal.number][n] or b""
                    found.append(Doomed(record_class, row.id, row.place, seal.number, leaf))
        return found, doubtful

    def delete(self) -> None:
        """Delete the listed rows, wait until no part of the store holds them, and count again.

        Raises `NotPurged`, `Unavailable`.
        """
        self._step("delete")
        self._book.begin(self._plan)
        listed: dict[Listing, set[str]] = {}
        for record_class, name in self._book.doomed_ids(self._plan):
            listed.setdefault(Listing(record_class), set()).add(name)
        for record_class, name, place in self._book.doomed_again(self._plan):
            where = f"{place.version}:{place.line}:{name}"
            listed.setdefault(Listing(record_class, by_place=True), set()).add(where)
        self._tell(listed)
        for one in listed:
            if one.record_class != RAW:
                self._delete(one)
        for one in listed:
            if one.record_class == RAW:
                self._clear_raw(one)
        self._step("parts")
        self._await_parts()
        self._count_again(listed)
        self._store.command("TRUNCATE TABLE purging")

    def _count_again(self, listed: Mapping[Listing, set[str]]) -> None:
        for one, names in listed.items():
            known = self._number("purging", f"record_class = '{one.label}'", "uniqExact(id)")
            still = " AND raw != ''" if one.record_class == RAW else ""
            if one.record_class in EVENT_CLASSES:  # what bears such an id in another class was not listed
                still = f" AND category = '{one.record_class.removesuffix('_events')}'"
            left = self._number(one.table, f"district = {{district:String}} AND {one.test}{still}")
            if known != len(names) or left:
                raise NotPurged(f"{left} of {len(names)} rows listed of {one.label} are still stored; run it again")

    def _number(self, table: str, where: str, of: str = "count()") -> int:
        sql = f"SELECT {of} AS number FROM {table} WHERE {where}"
        return self._store.rows(sql, _Number, {"district": self._district})[0].number

    def _tell(self, listed: Mapping[Listing, set[str]]) -> None:
        self._store.command("TRUNCATE TABLE purging")
        for one, names in listed.items():
            ordered = sorted(names)
            for n in range(0, len(ordered), BATCH):
                rows = [{"record_class": one.label, "id": name} for name in ordered[n : n + BATCH]]
                body = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
                self._store.insert_lines("purging", ["record_class", "id"], body)

    def _delete(self, one: Listing) -> None:
        for part in self._partitions(one):
            within = f" IN PARTITION {part}" if part != "tuple()" else ""
            where = f"district = {{district:String}} AND {one.test}"
            self._store.command(
                f"ALTER TABLE {one.table} DELETE{within} WHERE {where} SETTINGS mutations_sync = 2",
                {"district": self._district},
            )

    def _clear_raw(self, one: Listing) -> None:
        for part in self._partitions(one):
            set_to = "raw = '', raw_encoding = ''"
            where = f"district = {{district:String}} AND {one.test} AND raw != ''"
            sql = f"ALTER TABLE events UPDATE {set_to} IN PARTITION {part} WHERE {where} SETTINGS mutations_sync = 2"
            if self._store.rows(f"SELECT DISTINCT _partition_id AS name FROM events WHERE {where}", _Name,
                                {"district": self._district}):  # fmt: skip
                self._store.command(sql, {"district": self._district})

    def _partitions(self, one: Listing) -> list[str]:
        """Where to look: of decisions and facts the partitions that hold a listed row, so that no other is touched."""
        if one.record_class in (DECISIONS, FACTS):
            where = f"district = {{district:String}} AND {one.test}"
            sql = f"SELECT DISTINCT _partition_id AS name FROM {one.table} WHERE {where}"
            found = self._store.rows(sql, _Name, {"district": self._district})
            return [f"ID '{row.name}'" for row in found]
        like = f"('{one.record_class.removesuffix('_events')}',%" if one.record_class in EVENT_CLASSES else "%"
        return [row.name for row in self._store.rows(_PARTITIONS, _Name, {"table": one.table, "like": like})]

    def _await_parts(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while left := self._store.rows(_INACTIVE, _Name):
            for one in left:  # dropping a partition that is not there has ClickHouse remove what is replaced, now
                self._store.command(f"ALTER TABLE {one.name} DROP PARTITION ID 'nonesuch'")
            if time.monotonic() > deadline:
                raise NotPurged("ClickHouse still holds parts with rows that were deleted; run the plan again")
            time.sleep(LOOK_S)

    def certify(self, body: dict[str, Any], at: str) -> Entry:
        """Let go of the salts, keep the leaves, and append the certificate: all of it or nothing, and once."""
        self._step("certify")
        with self._book.writing():
            self._book.destroy(self._district, self._plan, str(body["certificate_id"]))
            entry = self._sealer.append(self._district, "certificate", body, at)
        write_anchor(self._sealer.anchor, entry)
        return entry
