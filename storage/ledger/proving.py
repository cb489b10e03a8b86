"""Makes proofs of stored rows: finds the row, its seal and the leaves beside it."""

from collections.abc import Iterator

import msgspec

from storage.client import Store
from storage.ledger.book import Book
from storage.ledger.leaves import Place
from storage.ledger.proof import Proof, proof
from storage.ledger.reading import RAW
from storage.ledger.stored import rows_of
from storage.ledger.verify import REPLACED, Seal, compare, seals, stretches


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


def prove(store: Store, book: Book, found: Found) -> Proof:
    """The proof of the row; of an event with that of its raw record while that is kept. Raises `NotProvable`."""
    made = _prove(store, book, found)
    raw = msgspec.structs.replace(found, record_class=RAW)
    if not found.record_class.endswith("_events") or next(_stretch(book, raw), None) is None:
        return made
    return msgspec.structs.replace(made, raw=_prove(store, book, raw))


def _prove(store: Store, book: Book, found: Found) -> Proof:
    together = next(_stretch(book, found), None)
    if together is None:
        raise NotProvable("the row is not sealed; `hallmonitor ledger verify` says whether it should be")
    first, last = min(one.body.first for one in together), max(one.body.last for one in together)
    salts = {one.body.hour: book.salts(found.district, found.record_class, one.body.hour) for one in together}
    gone = book.gone(found.district, found.record_class, first, last)
    rows = list(rows_of(store, found.district, found.record_class, first, last))
    compared = compare(together, rows, salts, gone)
    seal = next(one for one in together if found.place in (one.places or ()))
    wrong = [name or REPLACED for _, name, _ in compared.wrong[seal.number]]
    if wrong:
        raise NotProvable(f"rows of its hour are not as they were sealed ({len(wrong)}); `hallmonitor ledger verify`")
    text = next(row.text for row in rows if row.place == found.place)
    salt = salts[seal.body.hour].of(found.place)
    entry = next(one for one in book.entries(found.district) if one.number == seal.number)
    leaves = [one or b"" for one in compared.leaves[seal.number]]
    return proof(entry, found.place, seal.places or [], leaves, salt or b"", text or b"")


def _stretch(book: Book, found: Found) -> Iterator[list[Seal]]:
    own = [seal for seal in seals(book, found.district) if seal.body.record_class == found.record_class]
    for together in stretches(own):
        if any(found.place in (seal.places or ()) for seal in together):
            yield together
