"""Tells the rows of decisions and facts that are nobody's: each part of their tables is looked through once.

ClickHouse never changes a part; it replaces it by another. So what was found in one holds as long as the part is there,
and an answer is sound if no part came meanwhile that holds a row that is nobody's.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Protocol

import msgspec

from model.mark import made_once
from storage.row_marks import BEARERS, RowMarks, read_marked

LOOKED = Path("ledger", "marks", "looked")  # in the home: what was found in large parts
_NAME = 64  # letters of a name there; one that is being written has more
_LARGE = 5_000  # rows of a part whose finding is kept in the home, so that the next process need not look again
_ROUNDS = 20
_MOST_NAMED = 30_000  # rows that a question names: its conditions stand in an address, which holds a megabyte at most
_DIGITS = 16  # of a row's digest: as short as nobody can forge another row with it, for thousands stand in a question
_PARTS = """SELECT `table`, name, hash_of_all_files AS hash, toBool(active) AS active, rows FROM system.parts
WHERE database = currentDatabase() AND `table` IN {tables:Array(String)} ORDER BY name"""


class Restless(Exception):
    """The tables changed faster than they could be looked through."""


class TooMany(Exception):
    """More rows that are nobody's, and more of ours, than a question can name."""


class Part(msgspec.Struct, frozen=True):
    """A part of a table. `hash`: of all its files; nobody can make other rows with it."""

    table: str
    name: str
    hash: str
    active: bool
    rows: int


class Seen(NamedTuple):
    """What was looked through: the parts, and by table the digests of rows that are nobody's."""

    parts: frozenset[Part]
    forged: Mapping[str, frozenset[str]]
    conditions: Mapping[str, str]  # by table, what each row of ours fulfills; none where all rows are ours


class Plain(Protocol):
    """Lines of JSON that answer a question, without condition or veil."""

    def __call__(self, sql: str, parameters: Mapping[str, object]) -> Iterator[bytes]:
        """Whole lines, some at a time."""
        ...


class Lookout:
    """What is known of the parts of one database. Threads may share it."""

    def __init__(self, marks: RowMarks, ask: Plain) -> None:
        self._marks = marks
        self._ask = ask
        self._forged: dict[Part, frozenset[str]] = {}
        self._last: dict[frozenset[str], Seen] = {}  # by tables, where every row was ours
        self._lock = Lock()

    def look(self, tables: Iterable[str]) -> Seen:
        """Look through the parts that came since. Raises `NoKey`, `Restless`, `TooMany`."""
        names = sorted(tables)
        with self._lock:
            parts = self._looked(names)
            forged = {table: self._union(parts, table) for table in names}
            told = {table: self._condition(parts, table, digests) for table, digests in forged.items() if digests}
            seen = Seen(parts, forged, told)
            self._remember(seen)
        return seen

    def before(self, tables: Iterable[str]) -> Seen:
        """What was seen last, where every row was ours: `still` tells afterward whether that held. Else as `look`."""
        return self._last.get(frozenset(tables)) or self.look(tables)

    def still(self, seen: Seen) -> bool:
        """Whether an answer that was asked for under `seen` holds no row that is nobody's."""
        now = self.look(seen.forged)
        return now.forged == seen.forged and all(self._is_harmless(one, seen) for one in now.parts - seen.parts)

    def _is_harmless(self, new: Part, seen: Seen) -> bool:
        """A part that came since: looked through while it was there, and all that is nobody's in it left out."""
        found = self._forged.get(msgspec.structs.replace(new, active=True))
        return found is not None and found <= seen.forged[new.table]

    def _remember(self, seen: Seen) -> None:
        tables = frozenset(seen.forged)
        if seen.conditions:
            self._last.pop(tables, None)
        else:
            self._last[tables] = seen

    def _looked(self, tables: list[str]) -> frozenset[Part]:
        parts = self._parts(tables)
        for _ in range(_ROUNDS):
            new = [one for one in parts if one.active and one not in self._forged]
            if not new:
                return parts
            found = {one: self._found_in(one) for one in new}
            parts = self._parts(tables)  # one that is gone meanwhile was perhaps not read whole
            self._forged |= {one: digests for one, digests in found.items() if one in parts}
            self._keep(found.keys() & parts)
        raise Restless(f"{' and '.join(tables)} changed faster than they could be looked through; ask again")

    def _parts(self, tables: list[str]) -> frozenset[Part]:
        chunks = self._ask(_PARTS, {"tables": tables})
        found = [one for chunk in chunks for one in _parts.decode_lines(chunk)]
        patches = sorted(one.hash for one in found if one.active and one.name.startswith("patch-"))
        return frozenset(_patched(one, patches) if patches else one for one in found)

    def _found_in(self, part: Part) -> frozenset[str]:
        try:
            return frozenset(msgspec.json.decode(self._path(part).read_bytes(), type=list[str]))
        except FileNotFoundError:  # nobody looked yet, or another process has just cleaned
            return frozenset(digest for digest, ours in self._rows_in(part) if not ours)

    def _keep(self, parts: Iterable[Part]) -> None:
        large = [one for one in parts if one.rows >= _LARGE and not self._path(one).exists()]
        for one in large:
            made_once(self._path(one), msgspec.json.encode(sorted(self._forged[one])))
        if large:
            self._clean()

    def _clean(self) -> None:
        """Of parts that were replaced nothing is asked any more. What another database's parts need is found anew."""
        needed = {self._path(one) for one in self._parts(sorted(BEARERS)) if one.active}
        for kept in (self._marks.home / LOOKED).iterdir():
            if len(kept.name) == _NAME and kept not in needed:
                kept.unlink(missing_ok=True)

    def _path(self, part: Part) -> Path:
        named = sha256(f"{part.table} {part.name} {part.hash} {part.rows}".encode()).hexdigest()
        return self._marks.home / LOOKED / named

    def _rows_in(self, part: Part) -> Iterator[tuple[str, bool]]:
        """The digest of each row of a part, and whether it is ours."""
        columns = ", ".join(f"`{name}`" for name in BEARERS[part.table].kind.__struct_fields__)
        sql = f"SELECT {columns}, {digest_of(part.table)} AS digest FROM {part.table} WHERE _part = {{part:String}}"
        for chunk in self._ask(sql, {"part": part.name}):
            digests = _digests.decode_lines(chunk)
            for row, told in zip(read_marked(part.table, chunk), digests, strict=True):
                yield told.digest, self._marks.ours(row)

    def _union(self, parts: Iterable[Part], table: str) -> frozenset[str]:
        return frozenset().union(*(self._forged[one] for one in parts if one.active and one.table == table))

    def _condition(self, parts: Iterable[Part], table: str, forged: frozenset[str]) -> str:
        """Names the fewer: those that are nobody's, or ours."""
        if len(forged) <= _MOST_NAMED:
            return f"{digest_of(table)} NOT IN ({_listed(forged)})"
        own = [one for one in parts if one.active and one.table == table]
        ours = {digest for one in own for digest, is_ours in self._rows_in(one) if is_ours}
        if len(ours) > _MOST_NAMED:
            raise TooMany(
                f"{len(forged):,} rows that are nobody's stand in the table {table}, too many to leave out."
                " `hallmonitor ledger verify` names them; have them removed from ClickHouse"
            )
        return f"{digest_of(table)} IN ({_listed(ours)})"


class _Digest(msgspec.Struct):
    digest: str


_parts = msgspec.json.Decoder(Part)
_digests = msgspec.json.Decoder(_Digest)


def digest_of(table: str) -> str:
    """ClickHouse's expression of what a whole row says, its mark too."""
    columns = ", ".join(f"`{name}`" for name in BEARERS[table].kind.__struct_fields__)
    return f"substring(hex(SHA256(toString(tuple({columns})))), 1, {_DIGITS})"


def _patched(part: Part, patches: list[str]) -> Part:
    """A part over which ClickHouse lays patches: it reads otherwise with others."""
    return msgspec.structs.replace(part, hash=" ".join((part.hash, *patches)))


def _listed(digests: Iterable[str]) -> str:
    return ", ".join(f"'{digest}'" for digest in sorted(digests)) or "''"
