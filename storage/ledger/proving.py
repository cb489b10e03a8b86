"""Makes proofs of stored rows: finds the row, its seal and the leaves beside it."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec

from model.violation import Violation
from storage.client import Store
from storage.ledger.book import NAME, Book
from storage.ledger.keys import FOLDER
from storage.ledger.leaves import Place
from storage.ledger.proof import Proof, proof
from storage.ledger.reading import RAW
from storage.ledger.salts import Salts
from storage.ledger.stored import StoredRow, rows_of
from storage.ledger.verify import REPLACED, Compared, Seal, compare, seals, stretches


class NotProvable(ValueError):
    """There is no proof; the message says why."""


class Found(msgspec.Struct, frozen=True):
    """Where a row of that id stands, and its class."""

    district: str
    record_class: str
    version: int
    log_line: int

    @property
    def place(self) -> Place:
        """Where it stood in the stream."""
        return Place(self.version, self.log_line)


_FIND = """
SELECT district, concat(category, '_events') AS record_class, version, log_line FROM events FINAL
WHERE event_id = {id:String} AND ({district:String} = '' OR district = {district:String})
UNION ALL
SELECT district, 'violations' AS record_class, version, log_line FROM newest_violations
WHERE violation_id = {id:String} AND ({district:String} = '' OR district = {district:String})
"""


def find(store: Store, row_id: str, district: str = "") -> list[Found]:
    """Rows of that id: an event, or the newest revision of a violation. Raises `Unavailable`."""
    return store.rows(_FIND, Found, {"id": row_id, "district": district})


def pointer(book: Book, found: Found) -> str | None:
    """Where in the ledger a row stands: `ledger:DISTRICT/CLASS/HOUR#ENTRY:INDEX`; None while it is not sealed."""
    for seal in seals(book, found.district):
        if seal.body.record_class == found.record_class and found.place in (seal.places or ()):
            index = (seal.places or []).index(found.place)
            return f"ledger:{found.district}/{found.record_class}/{seal.body.hour}#{seal.number}:{index}"
    return None


def pointed(store: Store, home: Path, newest: Violation) -> Violation:
    """The newest revision of a violation with its place in the ledger of `home`; without one where it is not sealed.

    The stored row cannot name its own place: it is sealed after it was written. Raises `Unavailable`.
    """
    rows = find(store, newest.violation_id, newest.district)
    if not rows or not (home / FOLDER / NAME).exists():
        return newest
    with closing(Book(home)) as book:
        evidence = msgspec.structs.replace(newest.evidence, digest_pointer=pointer(book, rows[0]))
    return msgspec.structs.replace(newest, evidence=evidence)


def prove(store: Store, book: Book, found: Found) -> Proof:
    """The proof of the row; of an event with that of its raw record while that is kept. Raises `NotProvable`."""
    return _whole_proof(Prover(store, book), found)


def prove_all(store: Store, book: Book, rows: Mapping[str, Found]) -> dict[str, Proof | NotProvable]:
    """The proof of each row by its id, or why there is none; hours that several rows share are read once."""
    prover = Prover(store, book)
    made = {row_id: _proof_or_why(prover, found) for row_id, found in _in_order(rows)}
    for row_id, found in _in_order(rows):
        one, raw = made[row_id], _raw(prover, found)
        if isinstance(one, Proof) and raw:
            proven = _proof_or_why(prover, raw)
            made[row_id] = msgspec.structs.replace(one, raw=proven) if isinstance(proven, Proof) else proven
    return {row_id: made[row_id] for row_id in rows}


def _in_order(rows: Mapping[str, Found]) -> list[tuple[str, Found]]:
    return sorted(rows.items(), key=lambda one: (one[1].record_class, one[1].place))


def _proof_or_why(prover: "Prover", found: Found) -> Proof | NotProvable:
    try:
        return prover.prove(found)
    except NotProvable as why:
        return why


def _whole_proof(prover: "Prover", found: Found) -> Proof:
    made, raw = prover.prove(found), _raw(prover, found)
    return msgspec.structs.replace(made, raw=prover.prove(raw)) if raw else made


def _raw(prover: "Prover", found: Found) -> Found | None:
    """The raw record of an event, which has a leaf of its own; None where there is none or it is destroyed."""
    raw = msgspec.structs.replace(found, record_class=RAW)
    is_event = found.record_class.endswith("_events")
    return raw if is_event and prover.stretch(raw) is not None else None


class _Read(NamedTuple):
    """One stretch of seals, compared with its rows."""

    compared: Compared
    rows: dict[Place, StoredRow]
    salts: dict[str, Salts]


class Prover:
    """Makes proofs; remembers the seals of a class and the last stretch that it compared."""

    def __init__(self, store: Store, book: Book) -> None:
        self._store = store
        self._book = book
        self._stretches: dict[tuple[str, str], list[list[Seal]]] = {}
        self._last: tuple[tuple[str, str, int], _Read] | None = None

    def prove(self, found: Found) -> Proof:
        """The proof of one row. Raises `NotProvable`."""
        together = self.stretch(found)
        if together is None:
            raise NotProvable("the row is not sealed; `hallmonitor ledger verify` says whether it should be")
        read = self._read(found, together)
        seal = next(one for one in together if found.place in (one.places or ()))
        wrong = [name or REPLACED for _, name, _ in read.compared.wrong[seal.number]]
        if wrong:
            raise NotProvable(
                f"rows of its hour are not as they were sealed ({len(wrong)}); `hallmonitor ledger verify`"
            )
        text = read.rows[found.place].text
        salt = read.salts[seal.body.hour].of(found.place)
        entry = next(one for one in self._book.entries(found.district) if one.number == seal.number)
        leaves = [one or b"" for one in read.compared.leaves[seal.number]]
        return proof(entry, found.place, seal.places or [], leaves, salt or b"", text or b"")

    def stretch(self, found: Found) -> list[Seal] | None:
        """The seals that cover the row's place and overlap each other; None where it is not sealed."""
        key = (found.district, found.record_class)
        if key not in self._stretches:
            own = [one for one in seals(self._book, found.district) if one.body.record_class == found.record_class]
            self._stretches[key] = list(stretches(own))
        return next((some for some in self._stretches[key] if _covers(some, found.place)), None)

    def _read(self, found: Found, together: list[Seal]) -> _Read:
        key = (found.district, found.record_class, together[0].number)
        if self._last and self._last[0] == key:
            return self._last[1]
        first, last = min(one.body.first for one in together), max(one.body.last for one in together)
        where = (found.district, found.record_class)
        salts = {one.body.hour: self._book.salts(*where, one.body.hour) for one in together}
        rows = list(rows_of(self._store, *where, first, last))
        compared = compare(together, rows, salts, self._book.gone(*where, first, last))
        read = _Read(compared, {row.place: row for row in rows}, salts)
        self._last = (key, read)
        return read


def _covers(together: list[Seal], place: Place) -> bool:
    return any(place in (one.places or ()) for one in together)
