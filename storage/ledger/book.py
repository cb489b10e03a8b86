"""The ledger's book, an SQLite file in the home: secrets of salts, leaves not yet sealed, the chain, what was let go.

It lies apart from the store, so that who can change rows cannot change what they are compared with.
"""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from storage.ledger.chain import Entry, SealBody
from storage.ledger.destroyed import Again, Destroyed
from storage.ledger.keys import FOLDER
from storage.ledger.leaves import Place
from storage.ledger.places import pack_lines, unpack_lines, unpack_places
from storage.ledger.salts import WHOLE, Salts
from storage.ledger.tables import SCHEMA
from storage.rows import STORE_LETTER, run_of

_REACHED = """INSERT INTO reached VALUES (?,?,?,?)
ON CONFLICT DO UPDATE SET version = max(version, excluded.version)"""
NAME = "ledger.db"
ANYTHING = b"?"  # what a box of an earlier build may open: it does not say
# Kept of each writer: this block's last number, and the last one before it, for when this block is read again.
_FORGET_HEARD = """DELETE FROM heard WHERE (topic, partition, writer) = (?1,?2,?3) AND offset <
(SELECT max(offset) FROM heard WHERE (topic, partition, writer) = (?1,?2,?3) AND offset < ?4)"""
Hour = tuple[str, str, str]  # district, class, hour
Heard = tuple[str, int, str]  # topic, partition, writer


class OpenRecord(NamedTuple):
    """The leaves of one class in one Kafka record, before they are sealed."""

    district: str
    record_class: str
    version: int
    hour: str
    partition: int
    lines: tuple[int, ...]
    leaves: bytes  # 32 each

    @property
    def each(self) -> Iterator[tuple[Place, bytes]]:
        """Place and leaf of each row."""
        for n, line in enumerate(self.lines):
            yield Place(self.version, line), self.leaves[32 * n : 32 * n + 32]


class Doomed(NamedTuple):
    """A row that a plan destroys: where it stands, under which seal, and its leaf."""

    record_class: str
    id: str
    place: Place
    number: int
    leaf: bytes


class Gone(NamedTuple):
    """A leaf whose row is no longer there: `why` is `replaced`, or the id of a certificate."""

    leaf: bytes
    why: str


class Book:
    """The ledger's book. Threads may share it; so may processes."""

    def __init__(self, home: Path) -> None:
        folder = home / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / NAME
        self._lock = RLock()
        self.destroyed = Destroyed(self._all, self.sealed_hour)
        self._db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        self.path.chmod(0o600)
        # A rollback journal and overwriting: what is deleted is gone from the file when the transaction ends.
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, alone among all processes: all of it or nothing."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # Salts

    def secret(self, district: str, record_class: str, hour: str) -> bytes:
        """The secret of an hour, made where there is none."""
        where = (district, record_class, hour, WHOLE, WHOLE)
        found = self._secret(where)
        if found is None:
            with self._lock:
                self._db.execute(
                    "INSERT OR IGNORE INTO secrets VALUES (?,?,?,?,?,?)", (*where, secrets.token_bytes(32))
                )
            found = self._secret(where)
        assert found is not None
        return found

    def salt(self, district: str, record_class: str, hour: str, place: Place) -> bytes | None:
        """The salt of a row; None once it is destroyed. What is kept of the row itself goes before its record's."""
        return self.salts(district, record_class, hour).of(place)

    def salts(self, district: str, record_class: str, hour: str) -> Salts:
        """What there is of an hour's secrets."""
        sql = "SELECT version, line, secret FROM secrets WHERE (district, class, hour) = (?,?,?)"
        rows = self._all(sql, (district, record_class, hour))
        return Salts({(version, line): bytes(secret) for version, line, secret in rows})

    def _secret(self, key: tuple[str | int, ...]) -> bytes | None:
        sql = "SELECT secret FROM secrets WHERE (district, class, hour, version, line) = (?,?,?,?,?)"
        found = self._all(sql, key)
        return bytes(found[0][0]) if found else None

    # Keys of boxes (storage/ledger/boxes.py)

    def keep_key(self, district: str, event_id: str, key: bytes) -> None:
        """Keep the key of a decision's box."""
        with self._lock:
            self._db.execute("INSERT INTO boxes VALUES (?,?,?)", (district, event_id, key))

    def keep_lost(self, district: str, event_id: str, opens: str) -> None:
        """Note a box whose key this book has not. `opens`: what its decision gave a number to, or `ANYTHING`."""
        with self._lock:
            self._db.execute("INSERT OR IGNORE INTO boxes VALUES (?,?,NULL)", (district, event_id))
            self._db.execute("INSERT OR IGNORE INTO lost VALUES (?,?,?)", (district, event_id, opens))

    def boxes_without_key(self, district: str | None = None, opens: str | None = None) -> int:
        """How many boxes of a district (None: of all) were met whose keys this book never had.

        `opens`: only those that gave, or may have given, a number to such a thing.
        """
        sql = """SELECT count(*) FROM boxes LEFT JOIN lost USING (district, id) WHERE key IS NULL
        AND (?1 IS NULL OR district = ?1) AND (?2 IS NULL OR coalesce(opens, ?3) IN (?2, ?3))"""
        return int(self._all(sql, (district, opens, ANYTHING.decode()))[0][0])

    def key_of(self, district: str, event_id: str) -> bytes | None:
        """The key of a decision's box; empty once it is destroyed, None where this book never had it."""
        found = self._all("SELECT key FROM boxes WHERE (district, id) = (?,?)", (district, event_id))
        return found[0][0] if found else None

    # What is not sealed yet

    def add(
        self,
        records: Sequence[OpenRecord],
        secrets_used: Mapping[Hour, bytes],
        heard: Mapping[Heard, tuple[int, int]] = MappingProxyType({}),
    ) -> bool:
        """Note leaves; of a record that is noted or sealed already nothing changes. `heard`: serial number and offset.

        False, and nothing is noted, where a secret was destroyed meanwhile: make the leaves anew.
        """
        with self.writing():
            if any(self._secret((*hour, WHOLE, WHOLE)) != used for hour, used in secrets_used.items()):
                return False
            reached = self._reached()
            for one in records:
                if one.version > reached.get((one.district, one.record_class, run_of(one.version)), -1):
                    row = (*one[:5], pack_lines(one.lines), one.leaves)
                    self._db.execute("INSERT OR IGNORE INTO open VALUES (?,?,?,?,?,?,?)", row)
            for writer, (number, offset) in heard.items():
                self._db.execute(_FORGET_HEARD, (*writer, offset))
                self._db.execute("INSERT OR REPLACE INTO heard VALUES (?,?,?,?,?)", (*writer, offset, number))
        return True

    def heard(self, topic: str, partition: int, writer: str, before: int) -> int:
        """The last serial number of a writer that was taken before an offset; -1 where none was."""
        sql = "SELECT max(number) FROM heard WHERE (topic, partition, writer) = (?,?,?) AND offset < ?"
        found = self._all(sql, (topic, partition, writer, before))[0][0]
        return -1 if found is None else int(found)

    def open_records(self, district: str, before: str | None = None) -> list[OpenRecord]:
        """What is not sealed of hours before `before`, in the order of class and version."""
        sql = "SELECT district, class, version, hour, partition, lines, leaves FROM open WHERE district = ?"
        rows = self._all(sql + " AND (? IS NULL OR hour < ?) ORDER BY class, version", (district, before, before))
        return [OpenRecord._make((*row[:5], unpack_lines(row[5]), row[6])) for row in rows]

    def seal(self, entry: Entry, body: SealBody, places: bytes, checks: bytes, records: Sequence[OpenRecord]) -> None:
        """Append a seal and let go of the leaves under it; call it within `writing`."""
        self.append(entry)
        row = (entry.district, entry.number, body.record_class, body.hour, body.first, body.last, places, checks)
        self._db.execute("INSERT INTO marks VALUES (?,?,?,?,?,?,?,?)", row)
        for one in records:
            key = (one.district, one.record_class, one.version)
            self._db.execute("DELETE FROM open WHERE (district, class, version) = (?,?,?)", key)
            reached = (one.district, one.record_class, run_of(one.version), one.version)
            self._db.execute(_REACHED, reached)

    def _reached(self) -> dict[tuple[str, str, int], int]:
        """The last sealed version, by district, class and run; 1 is how an earlier release called all letters' run."""
        rows = self._all("SELECT * FROM reached ORDER BY version")
        return {(row[0], row[1], run_of(STORE_LETTER) if row[2] == 1 else row[2]): row[3] for row in rows}

    # Rows that are no longer there

    def drop_open(self, district: str, record_class: str, place: Place) -> bool:
        """Forget the leaf of a row that is replaced before it is sealed; whether there was one. Within `writing`."""
        key = (district, record_class, place.version)
        found = self._all("SELECT lines, leaves FROM open WHERE (district, class, version) = (?,?,?)", key)
        lines = unpack_lines(found[0][0]) if found else ()
        if place.line not in lines:
            return False
        at = lines.index(place.line)
        left = pack_lines(line for line in lines if line != place.line)
        leaves = found[0][1][: 32 * at] + found[0][1][32 * at + 32 :]
        sql = "UPDATE open SET lines = ?, leaves = ? WHERE (district, class, version) = (?,?,?)"
        self._db.execute(sql, (left, leaves, *key))
        return True

    def sealed_hour(self, district: str, record_class: str, place: Place) -> str | None:
        """The hour under whose seal a place stands; None where none covers it."""
        sql = "SELECT hour, places FROM marks WHERE district = ? AND class = ? AND first <= ? AND last >= ?"
        found = self._all(sql, (district, record_class, place.version, place.version))
        return next((hour for hour, places in found if place in unpack_places(places)), None)

    def replace(self, district: str, record_class: str, place: Place, leaf: bytes) -> None:
        """A newer version of the row takes its place; call it within `writing`."""
        key = (district, record_class, *place)
        self._db.execute("INSERT OR IGNORE INTO gone VALUES (?,?,?,?,?,'replaced')", (*key, leaf))

    def gone(self, district: str, record_class: str, first: int, last: int) -> dict[Place, Gone]:
        """The leaves of rows that were let go, with versions from `first` to `last`."""
        sql = "SELECT version, line, leaf, why FROM gone WHERE district = ? AND class = ? AND version BETWEEN ? AND ?"
        rows = self._all(sql, (district, record_class, first, last))
        return {Place(row[0], row[1]): Gone(bytes(row[2]), row[3]) for row in rows}

    # Rows to be destroyed

    def doom(self, district: str, plan: str, rows: Iterable[Doomed], before: str, again: Iterable[Again] = ()) -> None:
        """List the rows of a plan, in place of what was listed before. `before`: JSON for the certificate."""
        with self.writing():
            self._unlist(plan)
            self._db.execute("INSERT OR REPLACE INTO plans VALUES (?,?,?,'')", (district, plan, before))
            found = ((plan, one.record_class, one.id, *one.place, one.number, one.leaf) for one in rows)
            self._db.executemany("INSERT OR IGNORE INTO doomed VALUES (?,?,?,?,?,?,?)", found)
            back = ((plan, one.record_class, one.id, *one.place) for one in again)
            self._db.executemany("INSERT OR IGNORE INTO doomed_again VALUES (?,?,?,?,?)", back)

    def _unlist(self, plan: str) -> None:
        for table in ("doomed", "doomed_again"):
            self._db.execute(f"DELETE FROM {table} WHERE plan = ?", (plan,))

    def begin(self, plan: str) -> None:
        """From now on rows of the plan are missing in the store: what is listed must be destroyed."""
        with self.writing():
            self._db.execute("INSERT OR IGNORE INTO begun VALUES (?)", (plan,))

    def is_begun(self, plan: str) -> bool:
        """Whether rows of a plan may be missing already."""
        return bool(self._all("SELECT 1 FROM begun WHERE plan = ?", (plan,)))

    def begun_beside(self, district: str, plan: str) -> list[str]:
        """The other plans of a district whose rows may be missing already, and that have no certificate yet."""
        sql = "SELECT plan FROM begun JOIN plans USING (plan) WHERE district = ? AND certificate = '' AND plan != ?"
        return [row[0] for row in self._all(sql, (district, plan))]

    def before(self, plan: str) -> tuple[str, str]:
        """What was noted when the rows were listed, and the certificate's id once there is one."""
        return self._all("SELECT before, certificate FROM plans WHERE plan = ?", (plan,))[0]

    def doomed_ids(self, plan: str) -> list[tuple[str, str]]:
        """Class and id of each listed row that stands under a seal."""
        return self._all("SELECT class, id FROM doomed WHERE plan = ?", (plan,))

    def doomed_again(self, plan: str) -> list[Again]:
        """The listed rows that stand where one was destroyed before."""
        rows = self._all("SELECT class, id, version, line FROM doomed_again WHERE plan = ?", (plan,))
        return [Again(row[0], row[1], Place(row[2], row[3])) for row in rows]

    def destroy(self, district: str, plan: str, certificate: str) -> None:
        """Let go of the salts of the listed rows, and of the keys of their boxes in Kafka; keep their leaves as long as
        their seal has other rows.

        Call it within `writing`, beside the certificate.
        """
        seals = self._all("SELECT DISTINCT class, number FROM doomed WHERE plan = ?", (plan,))
        for record_class, number in seals:
            self._destroy_in(district, plan, certificate, record_class, number)
        boxed = "SELECT id FROM doomed WHERE plan = ? AND class = 'casework'"
        self._db.execute(f"UPDATE boxes SET key = x'' WHERE district = ? AND id IN ({boxed})", (district, plan))
        self._unlist(plan)
        self._db.execute("UPDATE plans SET before = '', certificate = ? WHERE plan = ?", (certificate, plan))

    def _destroy_in(self, district: str, plan: str, certificate: str, record_class: str, number: int) -> None:
        hour, first, last, packed = self._all(
            "SELECT hour, first, last, places FROM marks WHERE (district, number) = (?,?)", (district, number)
        )[0]
        places = unpack_places(packed)
        sql = "SELECT version, line, leaf FROM doomed WHERE (plan, class, number) = (?,?,?)"
        for version, line, leaf in self._all(sql, (plan, record_class, number)):
            row = (district, record_class, version, line, leaf, certificate)
            self._db.execute("INSERT OR REPLACE INTO gone VALUES (?,?,?,?,?,?)", row)
        gone = self.gone(district, record_class, first, last)
        alive = [place for place in places if place not in gone]
        self._keep_salts(district, record_class, hour, places, alive)
        if not alive:
            self._db.execute("DELETE FROM marks WHERE (district, number) = (?,?)", (district, number))
            self._db.execute("INSERT INTO destroyed VALUES (?,?,?)", (district, number, certificate))
            for place in places:
                key = (district, record_class, *place)
                self._db.execute("DELETE FROM gone WHERE (district, class, version, line) = (?,?,?,?)", key)

    def _keep_salts(
        self, district: str, record_class: str, hour: str, places: Sequence[Place], alive: Sequence[Place]
    ) -> None:
        """Put in the place of the hour's secret what gives the salts of the rows that stay, and no other's."""
        before = self.salts(district, record_class, hour)
        stay, all_places = set(alive), set(places)
        others = self._others(district, record_class, hour, all_places)
        whole = {place.version for place in all_places} - {place.version for place in all_places - stay}
        key = (district, record_class, hour)
        kept: dict[tuple[int, int], bytes] = {}
        for place in [*alive, *others]:
            if place.version in whole or place in others:
                secret, at = before.of_record(place.version), (place.version, WHOLE)
            else:
                secret, at = before.of(place), (place.version, place.line)
            if secret is None:
                secret, at = before.of(place), (place.version, place.line)
            if secret is not None:
                kept[at] = secret
        self._db.execute("DELETE FROM secrets WHERE (district, class, hour) = (?,?,?)", key)
        for at, secret in kept.items():
            self._db.execute("INSERT INTO secrets VALUES (?,?,?,?,?,?)", (*key, *at, secret))

    def _others(self, district: str, record_class: str, hour: str, places: set[Place]) -> set[Place]:
        """Rows of the same hour under other seals, or not sealed yet, that are not gone."""
        sql = "SELECT places FROM marks WHERE (district, class, hour) = (?,?,?)"
        found = {place for row in self._all(sql, (district, record_class, hour)) for place in unpack_places(row[0])}
        open_ones = [one for one in self.open_records(district) if one.record_class == record_class]
        found |= {place for one in open_ones if one.hour == hour for place, _ in one.each}
        gone = {Place(row[0], row[1]) for row in self._all(
            "SELECT version, line FROM gone WHERE (district, class) = (?,?)", (district, record_class))}  # fmt: skip
        return found - places - gone

    def destroyed_by(self, district: str, number: int) -> str | None:
        """The certificate under which every row of a seal was destroyed."""
        sql = "SELECT certificate FROM destroyed WHERE (district, number) = (?,?)"
        found = self._all(sql, (district, number))
        return found[0][0] if found else None

    # The chain

    def append(self, entry: Entry) -> None:
        """Add an entry; call it within `writing`."""
        row = tuple(getattr(entry, name) for name in Entry.__struct_fields__)
        self._db.execute("INSERT INTO chain VALUES (?,?,?,?,?,?,?,?)", row)

    def last(self, district: str) -> Entry | None:
        """The newest entry."""
        return next(iter(self.entries(district, "ORDER BY number DESC LIMIT 1")), None)

    def entries(self, district: str, order: str = "ORDER BY number") -> list[Entry]:
        """The chain of a district in order."""
        rows = self._all(f"SELECT * FROM chain WHERE district = ? {order}", (district,))
        return [Entry(**dict(zip(Entry.__struct_fields__, row, strict=True))) for row in rows]

    def marks(self, district: str, number: int) -> tuple[bytes, bytes] | None:
        """Packed places and checks of a seal; None once all its rows are destroyed."""
        found = self._all("SELECT places, checks FROM marks WHERE (district, number) = (?,?)", (district, number))
        return (bytes(found[0][0]), bytes(found[0][1])) if found else None

    def partition(self, district: str) -> int | None:
        """The partition of the district's topics, as its newest seal of events names it."""
        sql = "SELECT body FROM chain WHERE district = ? AND kind = 'seal' ORDER BY number DESC"
        bodies = (msgspec.json.decode(row[0], type=SealBody) for row in self._all(sql, (district,)))
        return next((body.partition for body in bodies if body.record_class != "casework"), None)

    def districts(self) -> list[str]:
        """Districts of which something is noted or sealed."""
        rows = self._all("SELECT district FROM chain UNION SELECT district FROM open ORDER BY 1")
        return [row[0] for row in rows]

    def _all(self, sql: str, values: Sequence[str | int | bytes | None] = ()) -> list[tuple]:  # type: ignore[type-arg]
        with self._lock:
            return self._db.execute(sql, values).fetchall()
