"""The bi-temporal fold of reference facts: of each row the version known last, as of a moment of knowing."""

from collections import defaultdict
from collections.abc import Hashable, Iterator

import msgspec

from model.batch import Fact
from model.tables import FACTS, discriminator

ALWAYS = -(1 << 62)
EVER = 1 << 62
Identity = tuple[Hashable, ...]


def recorded(fact: Fact) -> int:
    """When the district learned it; a row without a recorded time was known all along."""
    return ALWAYS if fact.recorded_at is None else fact.recorded_at


def identity(fact: Fact) -> Identity:
    """What makes two facts versions of one row."""
    table = FACTS[fact.table]
    return (fact.key, fact.valid_from, *discriminator(table, fact.row or {}))


def _precedence(fact: Fact) -> tuple[int, int, list[tuple[str, str]]]:
    """Later knowledge wins; what is left only makes the answer the same in any order of arrival."""
    return recorded(fact), EVER if fact.valid_to is None else fact.valid_to, sorted((fact.row or {}).items())


class Fold:
    """All versions of all rows, by table. A fact without a row ends every row of its key; without a key it only says
    that the table is there."""

    def __init__(self) -> None:
        self._versions: dict[str, dict[Identity, list[Fact]]] = defaultdict(lambda: defaultdict(list))
        self._ends: dict[str, dict[tuple[str, int | None], list[Fact]]] = defaultdict(lambda: defaultdict(list))
        self._present: dict[str, int] = {}

    def apply(self, fact: Fact) -> None:
        """Add one fact of a known table; the same fact twice is one."""
        known = self._present.get(fact.table, EVER)
        self._present[fact.table] = min(known, recorded(fact))
        if fact.row is not None:
            held = self._versions[fact.table][identity(fact)]
        elif fact.key:
            held = self._ends[fact.table][fact.key, fact.valid_from]
        else:
            return
        if fact not in held:
            held.append(fact)

    def present(self, table: str, known_at: int) -> bool:
        """Whether the district keeps this table, as far as was known then: an absent table is not an empty one."""
        return table in self._present and self._present[table] <= known_at

    def facts(self) -> Iterator[Fact]:
        """Everything applied, enough to build the same fold again."""
        for table, at in self._present.items():
            yield Fact(table=table, key="", recorded_at=None if at == ALWAYS else at)
        for versions in self._versions.values():
            for facts in versions.values():
                yield from facts
        for ends in self._ends.values():
            for facts in ends.values():
                yield from facts

    def current(self, table: str, known_at: int) -> Iterator[tuple[Identity, Fact]]:
        """Each row's version as known at `known_at` (ms; EVER = now)."""
        for who, facts in self._versions[table].items():
            seen = facts if known_at == EVER else [fact for fact in facts if recorded(fact) <= known_at]
            if seen:
                last = seen[0] if len(seen) == 1 else max(seen, key=_precedence)
                yield who, self._ended(last, known_at) if self._ends[table] else last

    def learned_at(self) -> list[int]:
        """The moments at which what was known changed, in order."""
        moments = {recorded(fact) for fact in self.facts()}
        return sorted(moments)

    def _ended(self, fact: Fact, known_at: int) -> Fact:
        ends = self._ends[fact.table].get((fact.key, fact.valid_from), ())
        later = [end for end in ends if recorded(fact) < recorded(end) <= known_at]
        if not later:
            return fact
        at = max(later, key=recorded).valid_to
        bounds = [moment for moment in (fact.valid_to, at) if moment is not None]
        return msgspec.structs.replace(fact, valid_to=min(bounds, default=None))
