"""What is known and since when: facts go in, views as of a moment of knowing come out."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection
from typing import Any, Self

from model.batch import Fact
from model.reference.fold import ALWAYS, EVER, Fold
from model.reference.shelves import Shelves
from model.tables import FACTS


class Knowledge:
    """The fold of a district's facts, seen as known at one moment; `Reference` adds the questions."""

    def __init__(self) -> None:
        self._fold = Fold()
        self._known_at = EVER
        self._shelves = Shelves(self._fold, EVER)
        self._views: dict[int, Self] = {}
        self._moments: list[int] | None = None
        self._settings: dict[str, Fact] = {}
        self.version = 0  # how often something changed; for who keeps answers
        self._changes: Counter[str] = Counter()  # the same of each table

    def apply(self, fact: Fact) -> None:
        """Learn one fact. Tables the folder does not have (`district`, `policy`) are kept as settings."""
        self.version += 1
        self._changes[fact.table] += 1
        if fact.table not in FACTS:
            self._settings[fact.table] = fact
            return
        self._fold.apply(fact)
        self._shelves.drop(fact.table)
        self._views.clear()
        self._moments = None

    def facts(self) -> list[Fact]:
        """Everything learned; applied to an empty one it gives the same again."""
        return [*self._settings.values(), *self._fold.facts()]

    def setting(self, table: str) -> dict[str, str] | None:
        """The row of `district` or `policy` that came last."""
        return self._settings[table].row if table in self._settings else None

    def known(self, table: str) -> bool:
        """Whether the district keeps this table: an absent table is not an empty one."""
        return self._fold.present(table, self._known_at)

    def version_of(self, tables: Collection[str]) -> int:
        """How often one of these tables changed; for who keeps answers that rest on no other."""
        return sum(self._changes[table] for table in tables)

    def rows(self, table: str) -> list[Any]:
        """Every row of a table, of whatever time, in its latest version."""
        return list(self._shelves.rows(table))

    def column(self, table: str, field: str) -> frozenset[Any]:
        """Every value that a column of a table has in any row, of whatever time."""
        rows = self._shelves.rows
        return self._shelves.make(
            f"{field} of {table}", (table,), lambda: frozenset(getattr(row, field) for row in rows(table))
        )

    def as_known_at(self, at: int | None) -> Self:
        """What was known at `at` (ms): rows recorded later are left out. None = all that is known now."""
        if self._moments is None:
            self._moments = self._fold.learned_at()
        place = bisect_right(self._moments, EVER if at is None else at)
        moment = self._moments[place - 1] if place else ALWAYS
        if self._moments[-1:] in ([], [moment]) or moment >= self._known_at:
            return self
        if moment not in self._views:
            self._views[moment] = self._view(moment)
        return self._views[moment]

    def _view(self, moment: int) -> Self:
        view = type(self)()
        view._fold, view._known_at, view._settings, view.version = self._fold, moment, self._settings, self.version
        view._changes = self._changes
        view._see(Shelves(self._fold, moment))
        return view

    def _see(self, shelves: Shelves) -> None:
        self._shelves = shelves
