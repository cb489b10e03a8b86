"""How far the clocks of a source are off, all in all: what people are told of it."""

from statistics import median_low
from typing import NamedTuple

from streams.memory.clocks import FEW, Clocks


class Skew(NamedTuple):
    """The fields are those of `model.batch.Reached`."""

    sign_ins: int = 0
    computers: int = 0
    ahead: int | None = None
    off: int = 0
    doubt: int = 0


class Skews:
    """The skew of each source, worked out once while its pairs stay the same."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._known: dict[str, Skew] = {}

    def news(self) -> set[str]:
        """The sources whose pairs are others than at the last call."""
        changed, self._clocks.measured = self._clocks.measured, set()
        for source_id in changed:
            self._known.pop(source_id, None)
        return changed

    def of(self, source_id: str) -> Skew:
        """By the newest sign-ins that are known."""
        if source_id not in self._known:
            self._known[source_id] = self._work_out(source_id)
        return self._known[source_id]

    def _work_out(self, source_id: str) -> Skew:
        day, pairs = self._clocks.newest(source_id)
        computers = self._clocks.computers(source_id)
        off = [one for name in sorted(computers) if (one := self._clocks.reading(source_id, name, day))]
        ahead = median_low([pair.ahead for pair in pairs]) if len(pairs) >= FEW else None
        return Skew(len(pairs), len(computers), ahead, len(off), max((one.doubt for one in off), default=0))
