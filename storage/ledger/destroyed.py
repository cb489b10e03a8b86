"""Where rows stood that a certificate says are destroyed, as the ledger's book has it."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from storage.ledger.chain import SealBody
from storage.ledger.leaves import Place
from storage.ledger.places import unpack_lines
from storage.ledger.ranges import Range, united, within

Ask = Callable[[str, Sequence[Any]], list[Any]]
_OF = "(district, class, version)"
_GONE = "FROM gone WHERE district = ? AND class = ? AND why != 'replaced'"


class Again(NamedTuple):
    """A row that a plan destroys and that stands where one was destroyed before."""

    record_class: str
    id: str
    place: Place


class Destroyed:
    """`ask`: a question to the book. `sealed_hour`: the hour of the seal under which a place stands (book.py)."""

    def __init__(self, ask: Ask, sealed_hour: Callable[[str, str, Place], str | None]) -> None:
        self._ask = ask
        self._sealed_hour = sealed_hour
        self._whole: tuple[int | None, dict[tuple[str, str], list[Range]]] = (None, {})  # see `_destroyed_whole`

    def stood_at(self, district: str, record_class: str, place: Place) -> bool:
        """Whether the row that stood there was destroyed under a certificate."""
        if self._ask(f"SELECT 1 {_GONE} AND (version, line) = (?,?)", (district, record_class, *place)):
            return True
        if not within(self._destroyed_whole().get((district, record_class), []), place.version):
            return False
        return self._sealed_hour(district, record_class, place) is None and not self._is_open(
            district, record_class, place
        )

    def certificate(self, district: str, body: SealBody) -> str | None:
        """A certificate under which some rows of a seal were destroyed."""
        sql = f"SELECT why {_GONE} AND version BETWEEN ? AND ? ORDER BY version DESC LIMIT 1"
        found = self._ask(sql, (district, body.record_class, body.first, body.last))
        return str(found[0][0]) if found else None

    def span(self, district: str, record_class: str) -> Range | None:
        """The lowest and the highest version between which something was destroyed; None where nothing was."""
        ranges = list(self._destroyed_whole().get((district, record_class), []))
        first, last = self._ask(f"SELECT min(version), max(version) {_GONE}", (district, record_class))[0]
        ranges += [] if first is None else [(first, last)]
        return (min(one[0] for one in ranges), max(one[1] for one in ranges)) if ranges else None

    def _is_open(self, district: str, record_class: str, place: Place) -> bool:
        found = self._ask(f"SELECT lines FROM open WHERE {_OF} = (?,?,?)", (district, record_class, place.version))
        return any(place.line in unpack_lines(row[0]) for row in found)

    def _destroyed_whole(self) -> dict[tuple[str, str], list[Range]]:
        """Versions of seals of which nothing is left, by district and class; read again when any process added some."""
        newest = self._ask("SELECT max(rowid) FROM destroyed", ())[0][0]
        if newest != self._whole[0]:
            found: dict[tuple[str, str], list[Range]] = {}
            sql = "SELECT district, body FROM destroyed JOIN chain USING (district, number)"
            for district, text in self._ask(sql, ()):
                body = msgspec.json.decode(text, type=SealBody)
                found.setdefault((district, body.record_class), []).append((body.first, body.last))
            self._whole = newest, {key: united(ranges) for key, ranges in found.items()}
        return self._whole[1]
