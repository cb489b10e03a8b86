"""Brings a database to the newest schema: numbered SQL files, each run once and frozen by its checksum."""

from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

import msgspec

from storage.client import QueryFailed, Store


class MigrationChanged(Exception):
    """A migration that was already applied differs from its file; write a new one instead of editing."""


class NeedsReset(Exception):
    """The database was made by a release whose rows this one cannot take over."""


class Migration(NamedTuple):
    """One file: its number, its name and its text."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text."""
        return sha256(self.sql.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        """The statements of the file, in order; a statement ends with `;` at the end of a line."""
        return [part.strip() for part in self.sql.split(";\n") if part.strip()]


class _Applied(msgspec.Struct):
    number: int
    name: str
    checksum: str


class _Name(msgspec.Struct):
    name: str


class _One(msgspec.Struct):
    n: int


_EMPTY = "-- needs an empty table: "
_TABLE = """CREATE TABLE IF NOT EXISTS migrations
(number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'))
ENGINE = ReplacingMergeTree ORDER BY number"""


def migrations() -> list[Migration]:
    """Every migration that ships, in order; raises ValueError if two have one number or a number is missing."""
    folder = files("storage").joinpath("migrations")
    found = [
        Migration(int(entry.name[:4]), entry.name, entry.read_text("utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".sql")
    ]
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"storage/migrations must count 0001, 0002, …: {[one.name for one in found]}")
    return found


def migrate(store: Store, wanted: list[Migration] | None = None) -> list[str]:
    """Apply what is missing and return its names; raises `MigrationChanged`. Running it twice is harmless.

    Where nothing is missing nothing is made, so that a user who may only insert gets by.
    """
    wanted = wanted or migrations()
    try:
        missing = _missing(store.use_database(), wanted)
    except QueryFailed:  # no database or no table yet
        store.make_database()
        store.command(_TABLE)
        missing = _missing(store, wanted)
    for one in missing:
        _apply(store, one)
    return [one.name for one in missing]


def _missing(store: Store, wanted: list[Migration]) -> list[Migration]:
    applied = {row.number: row for row in store.rows("SELECT number, name, checksum FROM migrations FINAL", _Applied)}
    return [one for one in wanted if not _stands(one, applied.get(one.number))]


def _stands(one: Migration, applied: _Applied | None) -> bool:
    if applied is None:
        return False
    if applied.checksum != one.checksum:
        raise MigrationChanged(
            f"storage/migrations/{one.name}: applied as {applied.name} with checksum {applied.checksum[:12]}, "
            f"the file now has {one.checksum[:12]}; restore it and put the change into a new migration"
        )
    return True


def _refuse_if_full(store: Store, one: Migration) -> None:
    table = one.sql.removeprefix(_EMPTY).partition("\n")[0] if one.sql.startswith(_EMPTY) else ""
    known = store.rows("SELECT name FROM system.tables WHERE database = currentDatabase()", _Name) if table else []
    if table in {row.name for row in known} and store.rows(f"SELECT 1 AS n FROM {table} LIMIT 1", _One):
        raise NeedsReset(
            "this home was made by an earlier release: its rows stand in no ledger and would expire by themselves."
            " Empty it with `hallmonitor reset` and run the district folders again; everything is read anew"
        )


def _apply(store: Store, one: Migration) -> None:
    _refuse_if_full(store, one)
    for statement in one.statements:
        store.command(statement)
    row = msgspec.json.encode({"number": one.number, "name": one.name, "checksum": one.checksum})
    store.insert_lines("migrations", ["number", "name", "checksum"], row + b"\n")
