"""Compares what is stored with the ledger: each row is intact, destroyed by law, altered, missing or extra."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any, Literal, NamedTuple, Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.ledger.book import Gone
from storage.ledger.chain import Entry, Fault, SealBody, faults
from storage.ledger.leaves import Place, leaf
from storage.ledger.merkle import root
from storage.ledger.places import check_fits, unpack_places
from storage.ledger.reading import RAW
from storage.ledger.salts import Salts
from storage.ledger.sealing import marks_digest
from storage.ledger.stored import StoredRow

Status = Literal["intact", "lawfully_destroyed", "altered", "missing", "extra"]
WRONG: tuple[Status, ...] = ("altered", "missing", "extra")
REPLACED = "replaced"
_NO_LEAF = bytes(32)
_CLOCKS_DIFFER = timedelta(hours=1)  # of who sends and of the database
_LIMIT = 1_000  # rows of an hour that are named; more are counted


class WrongRow(msgspec.Struct, frozen=True):
    """A row that is not as it was sealed."""

    id: str
    status: Status


class HourReport(msgspec.Struct, kw_only=True):
    """What became of one class in one hour of storing. `says`: what is wrong beyond single rows."""

    district: str
    record_class: str = msgspec.field(name="class")
    hour: str
    status: Status
    certificate: str | None = None
    rows: list[WrongRow] = []
    sealed: int = 0
    says: str | None = None


@dataclass(frozen=True)
class Seal:
    """A seal with what is kept beside it: its number in the chain, packed places and checks (None: all destroyed)."""

    number: int
    body: SealBody
    packed: bytes | None
    checks: bytes
    genuine: bool  # places and checks are those that were sealed
    certificate: str | None = None  # under which all its rows were destroyed

    @cached_property
    def places(self) -> list[Place] | None:
        """The places of its rows: millions in a year, and the quick verification asks for none."""
        if self.packed is None:
            return None
        return unpack_places(self.packed) if self.genuine else []


class Shelf(Protocol):
    """What of the book is asked for (the book itself, or a test's)."""

    def entries(self, district: str) -> list[Entry]:
        """The chain."""
        ...

    def marks(self, district: str, number: int) -> tuple[bytes, bytes] | None:
        """Places and checks of a seal."""
        ...

    def destroyed_by(self, district: str, number: int) -> str | None:
        """The certificate under which every row of a seal was destroyed."""
        ...


def chain_faults(shelf: Shelf, district: str, public: Ed25519PublicKey, anchored: Mapping[int, str]) -> list[Fault]:
    """What is wrong with the chain itself: the quick verification."""
    return faults(shelf.entries(district), public, anchored)


def seals(shelf: Shelf, district: str) -> list[Seal]:
    """Every seal of a district, in the order of the chain."""
    found = []
    for entry in shelf.entries(district):
        if entry.kind == "seal":
            body = msgspec.json.decode(entry.body, type=SealBody)
            certificate = shelf.destroyed_by(district, entry.number)
            found.append(_seal(entry.number, body, shelf.marks(district, entry.number), certificate))
    return found


def _seal(number: int, body: SealBody, marks: tuple[bytes, bytes] | None, certificate: str | None) -> Seal:
    if marks is None:
        return Seal(number, body, None, b"", certificate is not None, certificate)
    return Seal(number, body, *marks, genuine=marks_digest(*marks) == body.marks)


def stretches(found: Iterable[Seal]) -> Iterator[list[Seal]]:
    """Seals of one class in order of version; those whose ranges overlap (a clock was set back) come together."""
    together: list[Seal] = []
    for seal in sorted(found, key=lambda seal: (seal.body.first, seal.body.last)):
        if together and seal.body.first > max(one.body.last for one in together):
            yield together
            together = []
        together.append(seal)
    if together:
        yield together


class Compared(NamedTuple):
    """What came of comparing one stretch: leaves by seal and index, what is wrong, and rows that no seal knows."""

    leaves: dict[int, list[bytes | None]]
    wrong: dict[int, list[tuple[Place, str, Status]]]
    extra: list[StoredRow]


def compare(
    together: Sequence[Seal], rows: Iterable[StoredRow], salts: Mapping[str, Salts], gone: Mapping[Place, Gone]
) -> Compared:
    """Each row against the seal that names its place. `salts` by hour."""
    index = {place: (seal, n) for seal in together for n, place in enumerate(seal.places or ())}
    leaves: dict[int, list[bytes | None]] = {seal.number: [None] * len(seal.places or ()) for seal in together}
    wrong: dict[int, list[tuple[Place, str, Status]]] = {seal.number: [] for seal in together}
    extra: list[StoredRow] = []
    unfit: dict[Place, StoredRow] = {}
    for row in rows:
        found = index.get(row.place)
        if found is None or row.place in gone:
            extra += [] if _cleared(together[0].body.record_class, row) else [row]
            continue
        seal, n = found
        made = None if _is_backdated(row, seal.body.hour) else _leaf(row, salts[seal.body.hour])
        if made and made == leaves[seal.number][n]:  # a decision that is stored twice, under an old mark and a new one
            continue
        if made and leaves[seal.number][n] is None and check_fits(seal.body.record_class, seal.checks, n, made):
            leaves[seal.number][n] = made
        else:
            extra += [unfit[row.place]] if row.place in unfit else []
            unfit[row.place] = row
    for place, row in unfit.items():
        seal, n = index[place]
        if leaves[seal.number][n] is None:
            leaves[seal.number][n] = _NO_LEAF
            wrong[seal.number].append((place, row.id, "altered"))
        else:  # the row that was sealed is there, too
            extra.append(row)
    for place, (seal, n) in index.items():
        if leaves[seal.number][n] is None:
            if place in gone:
                leaves[seal.number][n] = gone[place].leaf
            else:
                wrong[seal.number].append((place, "", "missing"))
    return Compared(leaves, wrong, extra)


def _is_backdated(row: StoredRow, hour: str) -> bool:
    """Whether it says that it was stored before the hour in which it was sent, which is sealed.

    Retention counts from `stored_at`, which no seal knows: a row that was changed to be older is evidence, too.
    """
    return row.stored_at is not None and row.stored_at < _earliest(hour)


@cache
def _earliest(hour: str) -> str:
    return (datetime.fromisoformat(hour) - _CLOCKS_DIFFER).isoformat()


def _cleared(record_class: str, row: StoredRow) -> bool:
    """Whether an event's row holds no raw record any more: there is nothing that could be extra."""
    return record_class == RAW and row.text is not None and row.text.endswith(b"\n")


def _leaf(row: StoredRow, salts: Salts) -> bytes | None:
    salt = salts.of(row.place)
    return leaf(salt, row.text) if row.text is not None and salt is not None else None


def report(
    district: str, seal: Seal, compared: Compared, gone: Mapping[Place, Gone], names: Mapping[Place, str]
) -> HourReport:
    """The verdict on one seal. `names`: ids of rows that are missing, where they could be found out."""
    wrong = compared.wrong[seal.number]
    rows = [WrongRow(name or names.get(place, _unnamed(place)), status) for place, name, status in wrong]
    destroyed = [gone[place].why for place in seal.places or () if place in gone and gone[place].why != REPLACED]
    status: Status = "intact"
    says = None
    if not seal.genuine:
        status, says = "altered", "the ledger's own list of places was changed"
    elif wrong:
        status = next(one for one in WRONG if any(row.status == one for row in rows))
    elif seal.places is not None and not _root_fits(seal, compared):
        status, says = "altered", "a row of this hour was changed; which one cannot be told"
    elif seal.places is None or destroyed:
        status = "lawfully_destroyed"
    return HourReport(
        district=district,
        record_class=seal.body.record_class,
        hour=seal.body.hour,
        status=status,
        certificate=destroyed[-1] if destroyed else seal.certificate,
        rows=rows[:_LIMIT],
        sealed=seal.body.rows,
        says=says,
    )


def _root_fits(seal: Seal, compared: Compared) -> bool:
    leaves = [one for one in compared.leaves[seal.number] if one is not None]
    return len(leaves) == seal.body.rows and root(leaves).hex() == seal.body.root


def _unnamed(place: Place) -> str:
    return f"{place.version}:{place.line}"


def merged(reports: Iterable[HourReport]) -> list[HourReport]:
    """One report for each class and hour, the worst status first."""
    order: tuple[Status, ...] = (*WRONG, "lawfully_destroyed", "intact")
    found: dict[tuple[str, str], HourReport] = {}
    for one in reports:
        key = (one.hour, one.record_class)
        before = found.get(key)
        if before is None:
            found[key] = one
            continue
        before.status = min(before.status, one.status, key=order.index)
        before.rows += one.rows
        before.sealed += one.sealed
        before.certificate = one.certificate or before.certificate
        before.says = before.says or one.says
    return [found[key] for key in sorted(found)]


def as_json(one: HourReport) -> dict[str, Any]:
    """A report with the keys of the contract."""
    said: dict[str, Any] = msgspec.to_builtins(one)
    return said
