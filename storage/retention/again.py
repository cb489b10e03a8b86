"""What stands where a row was destroyed before: a backup of the store brought it back, or somebody wrote it there.

Its salt is gone, so nobody can tell which. What is due of it goes by its id and place: no row that a seal knows stands
there, whatever id another one bears. It is counted apart from what is destroyed for the first time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import msgspec

from storage.client import Store
from storage.ledger.destroyed import Destroyed
from storage.ledger.leaves import Place
from storage.ledger.ranges import Range
from storage.ledger.reading import RAW
from storage.ledger.stored import COLUMN_OF_ID, DECISIONS, EVENT_CLASSES, FACTS, TABLES, rows_of


class Stands(msgspec.Struct, frozen=True):
    """A row of the store: its id, and where in the stream it says that it stood (a decision: line 0)."""

    id: str
    version: int
    log_line: int

    @property
    def place(self) -> Place:
        """The same as the ledger has it."""
        return Place(self.version, self.log_line)


class Returned(NamedTuple):
    """Asks the ledger of a district, and the store, for such rows."""

    store: Store
    destroyed: Destroyed
    district: str

    def span(self, record_class: str) -> Range | None:
        """Versions between which rows of a class (as the ledger has it) were destroyed; None: none was."""
        return self.destroyed.span(self.district, record_class)

    def stands(self, record_class: str, place: Place) -> bool:
        """Whether a row was destroyed that stood there."""
        return self.destroyed.stood_at(self.district, record_class, place)

    def standing(self, record_class: str) -> Iterator[Stands]:
        """Every stored row of a class that does. Of decisions and facts only where each row at the place is ours: what
        another wrote can be told there, and stays as evidence."""
        span = self.span(record_class)
        if span:
            asked = self._marked if record_class in (DECISIONS, FACTS) else self._rows
            yield from (row for row in asked(record_class, span) if self.stands(record_class, row.place))

    def _marked(self, record_class: str, span: Range) -> Iterable[Stands]:
        found = list(rows_of(self.store, self.district, record_class, *span))
        foreign = {row.place for row in found if row.text is None}
        return [Stands(row.id, *row.place) for row in found if row.place not in foreign]

    def _rows(self, record_class: str, span: Range) -> Iterable[Stands]:
        """Without FINAL: whatever the store would answer with once these are gone goes, too."""
        table = TABLES[record_class]
        where = "district = {district:String} AND version BETWEEN {first:UInt64} AND {last:UInt64}"
        if record_class in EVENT_CLASSES:
            where += " AND category = {category:String}"
        if record_class == RAW:
            where += " AND raw != ''"
        told = {"district": self.district, "first": span[0], "last": span[1]}
        category = {"category": record_class.removesuffix("_events")}
        sql = f"SELECT {COLUMN_OF_ID[table]} AS id, version, log_line FROM {table} WHERE {where}"
        decoder = msgspec.json.Decoder(Stands)
        for chunk in self.store.stream(sql, told | category):
            yield from decoder.decode_lines(chunk)

    def alone(self, record_class: str, due: Iterable[Stands]) -> list[Stands]:
        """Those of due rows that stand so, where every stored row with the same id and place is among them."""
        asked = Counter(row for row in due if self.stands(record_class, row.place))
        stored = Counter(row for row in self.standing(record_class) if row in asked) if asked else asked
        return [row for row, times in asked.items() if stored[row] == times for _ in range(times)]

    def facts(self, searches: Collection[str], name: str) -> list[Stands]:
        """Where stands what the judge was told of searches that were destroyed, but for those that stay.

        `searches`: the ids of those that go; `name`: the table of such facts.
        """
        stay = {f"{name}:{row.id}" for row in self.standing(DECISIONS)} - {f"{name}:{one}" for one in searches}
        found = self.standing(FACTS)
        return [row for row in found if row.id.startswith(f"{name}:") and row.id not in stay]
