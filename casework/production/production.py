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


class Production:
    """The rows of one request. `reconciliation` and `used` are true once every event was given."""

    def __init__(self, people: People, cells: Cells, codes: Codes, rulings: Rulings) -> None:
        self._people = people
        self._cells = cells
        self._codes = codes
        self._rulings = rulings
        self._seen: set[bytes] = set()
        self.reconciliation = Reconciliation()
        self.used: dict[str, int] = {}  # code → lines of the index

    def rows(self, events: Iterable[Event]) -> Iterator[Produced]:
        """What becomes of each event, in their order: by time, then by id."""
        for event in events:
            self.reconciliation.responsive += 1
            made = self._row(event)
            for one in made.left_out:
                self.used[one.code] = self.used.get(one.code, 0) + 1
            yield made

    def _row(self, event: Event) -> Produced:
        if self._is_duplicate(event):
            self.reconciliation.duplicate += 1
            return Produced(None, [])
        named = self._named(event)
        ruling = self._rulings.of_row(event, named)
        if ruling and ruling.action == "withhold":
            self.reconciliation.withheld += 1
            return Produced(None, [self._whole(event, ruling)])
        return self._numbered(event, ruling)

    def _is_duplicate(self, event: Event) -> bool:
        """The same record stored twice: equal raw and time. Several events of one record are no duplicates."""
        if not event.raw:
            return False
        place = f"{event.occurred_at}\0{event.part or 0}\0{event.action}\0"
        digest = blake2b(place.encode() + event.raw.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in self._seen:
            return True
        self._seen.add(digest)
        return False

    def _named(self, event: Event) -> list[str]:
        """Accounts and persons of a row, each also by the person behind it."""
        names = [name for field in PERSONS if (name := person_in(field, event, self._people))]
        return [*names, *(owner for name in names if (owner := self._people.owner.get(name)))]

    def _numbered(self, event: Event, ruling: Ruling | None) -> Produced:
        made = self._cells.of(row_of(event, self._people))
        reasons: dict[str, list[str]] = {}
        texts = [cell.text for cell in made]
        ruled = bool(self._rulings.all)
        for n, cell in enumerate(made):
            if cell.covers or ruled:
                texts[n], codes = self._decided(FIELDS[n], cell, event, ruling)
                for code in codes:
                    reasons.setdefault(code, []).append(FIELDS[n])
        counts = self.reconciliation
        counts.redacted += bool(reasons)
        counts.released += not reasons
        number = f"HM-{counts.released + counts.redacted:06d}"
        lines = [self._of_cells(number, event, code, fields) for code, fields in reasons.items()]
        return Produced([number, *texts], lines)

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

    def _of_cells(self, number: str, event: Event, code: str, fields: list[str]) -> LeftOut:
        return LeftOut(number, _day(event), _kind(event), code, self._explained(f"In {', '.join(fields)}.", code))

    def _whole(self, event: Event, ruling: Ruling) -> LeftOut:
        code = ruling.code or self._codes.of("other").code
        said = self._explained("The whole row.", code, ruling.note)
        return LeftOut("", _day(event), _kind(event), code, said)

    def _explained(self, what: str, code: str, note: str = "") -> str:
        found = self._codes.every.get(code) or Code(code, "")
        return " ".join(filter(None, (what, found.explains, note)))


def _day(event: Event) -> str:
    return event.occurred_at[:10] if event.occurred_at and is_time(event.occurred_at) else ""


def _kind(event: Event) -> str:
    return event.action if event.action in WORDS else ""
