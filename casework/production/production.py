"""The production itself: events one by one become numbered rows, each counted once, with what was left out and why."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from casework.production.asked import Cell, Code, Codes, Ruling
from casework.production.cells import WORDS, Cells, is_time, person_in, row_of
from casework.production.people import People
from casework.production.rulings import Rulings
from casework.production.treatments import FIELDS
from model.event import Event

PERSONS = ("account", "target_account", "person")
# What a row keeps that was redacted whole: that something happened, when and of which kind.
_KEPT = frozenset({"event_id", "category", "action", "occurred_at", "time_quality", "product"})


class Reconciliation(msgspec.Struct):
    """Every responsive row in one of four."""

    responsive: int = 0
    released: int = 0
    redacted: int = 0
    withheld: int = 0
    duplicate: int = 0


class LeftOut(NamedTuple):
    """A line of the withholding index; `number` is empty for a row that is withheld whole."""

    number: str
    date: str
    kind: str
    code: str
    explanation: str


class Produced(NamedTuple):
    """What became of one event: its row, unless it is withheld or a duplicate, and what was left out."""

    cells: list[str] | None
    left_out: list[LeftOut]


class Row(NamedTuple):
    """What one event gives by itself, before it is known whether it was given before, and which number it has."""

    same: bytes  # the digest by which the same record is known again; empty where there is none
    cells: list[str] | None  # None: it is withheld whole
    left_out: list[LeftOut]  # without the row's number
    words: frozenset[str]  # pseudonyms in it


class Rows:
    """Makes the row of each event; what it makes depends on the event alone."""

    def __init__(self, people: People, cells: Cells, codes: Codes, rulings: Rulings) -> None:
        self._people = people
        self._cells = cells
        self._codes = codes
        self._rulings = rulings

    def of_each(self, events: list[Event]) -> list[Row]:
        """The row of each event."""
        return list(map(self.of, events))

    def of(self, event: Event) -> Row:
        """The row of an event."""
        named = self._named(event)
        ruling = self._rulings.of_row(event, named)
        if ruling and ruling.action == "withhold":
            return Row(_same(event), None, [self._whole(event, ruling)], frozenset())
        self._cells.shown.clear()
        texts, left_out = self._texts(event, ruling)
        return Row(_same(event), texts, left_out, frozenset(self._cells.shown))

    def _named(self, event: Event) -> list[str]:
        """Accounts and persons of a row, each also by the person behind it."""
        names = [name for field in PERSONS if (name := person_in(field, event, self._people))]
        return [*names, *(owner for name in names if (owner := self._people.owner.get(name)))]

    def _texts(self, event: Event, ruling: Ruling | None) -> tuple[list[str], list[LeftOut]]:
        made = self._cells.of(row_of(event, self._people))
        reasons: dict[str, list[str]] = {}
        texts = [cell.text for cell in made]
        ruled = bool(self._rulings.all)
        for n, cell in enumerate(made):
            if cell.covers or ruled:
                texts[n], codes = self._decided(FIELDS[n], cell, event, ruling)
                for code in codes:
                    reasons.setdefault(code, []).append(FIELDS[n])
        return texts, [self._of_cells(event, code, fields) for code, fields in reasons.items()]

    def _decided(self, field: str, cell: Cell, event: Event, ruling: Ruling | None) -> tuple[str, list[str]]:
        """What stands in the cell, and the codes of what was left out."""
        by = self._counts(field, event, ruling) if self._rulings.all else None
        if by and cell.text:
            code = by.code or self._codes.of(next(iter(cell.covers), "other")).code
            return f"[{code}]", [code]
        return cell.text, list(dict.fromkeys(self._codes.of(one).code for one in cell.covers))

    def _counts(self, field: str, event: Event, ruling: Ruling | None) -> Ruling | None:
        """The decision that takes this cell out, if one does."""
        if ruling and ruling.action == "redact" and field not in _KEPT:
            return ruling
        if field in PERSONS:
            name = person_in(field, event, self._people)
            about = self._rulings.of_person(name) or self._rulings.of_person(self._people.owner.get(name, ""))
            if about and about.action == "redact":
                return about
        column = self._rulings.columns.get(field)
        return column if column and column.action != "release" else None

    def _of_cells(self, event: Event, code: str, fields: list[str]) -> LeftOut:
        return LeftOut("", _day(event), _kind(event), code, self._explained(f"In {', '.join(fields)}.", code))

    def _whole(self, event: Event, ruling: Ruling) -> LeftOut:
        code = ruling.code or self._codes.of("other").code
        said = self._explained("The whole row.", code, ruling.note)
        return LeftOut("", _day(event), _kind(event), code, said)

    def _explained(self, what: str, code: str, note: str = "") -> str:
        found = self._codes.every.get(code) or Code(code, "")
        return " ".join(filter(None, (what, found.explains, note)))


class Production:
    """Numbers the rows of one request. `reconciliation`, `used` and `words` are true once every row was given."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self.reconciliation = Reconciliation()
        self.used: dict[str, int] = {}  # code → lines of the index
        self.words: set[str] = set()  # pseudonyms that stand in a row

    def numbered(self, rows: Iterable[Row]) -> Iterator[Produced]:
        """What becomes of each event's row, in their order: by time, then by id."""
        for row in rows:
            self.reconciliation.responsive += 1
            made = self._made(row)
            for one in made.left_out:
                self.used[one.code] = self.used.get(one.code, 0) + 1
            yield made

    def _made(self, row: Row) -> Produced:
        counts = self.reconciliation
        if row.same in self._seen:
            counts.duplicate += 1
            return Produced(None, [])
        self._seen |= {row.same} - {b""}
        if row.cells is None:
            counts.withheld += 1
            return Produced(None, row.left_out)
        counts.redacted += bool(row.left_out)
        counts.released += not row.left_out
        self.words |= row.words
        number = f"HM-{counts.released + counts.redacted:06d}"
        return Produced([number, *row.cells], [one._replace(number=number) for one in row.left_out])


def _same(event: Event) -> bytes:
    """Equal where the same record was stored twice: raw and time. Several events of one record are not the same."""
    if not event.raw:
        return b""
    place = f"{event.occurred_at}\0{event.part or 0}\0{event.action}\0"
    return blake2b(place.encode() + event.raw.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _day(event: Event) -> str:
    return event.occurred_at[:10] if event.occurred_at and is_time(event.occurred_at) else ""


def _kind(event: Event) -> str:
    return event.action if event.action in WORDS else ""
