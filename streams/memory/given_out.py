"""Which events with an id of their vendor's a cell may hold already: a memo of two bytes an event, never written."""

from streams.memory.cell import Cell
from streams.sighting import ID_BYTES, Sighting

_FEW = 32  # runs that are looked through sooner than a memo is asked
_BITS = 16  # of the memo for each event: one event in about seventy is looked for in vain


class GivenOut:
    """Says of most events at once that a cell does not hold them; only for the others its runs are looked through."""

    def __init__(self) -> None:
        self._memos: dict[str, _Memo] = {}

    def holds(self, key: str, cell: Cell, sighting: Sighting) -> bool:
        """Whether the cell holds the event already. If not, it is about to."""
        if not sighting.ids:
            return False
        if len(cell.runs) <= _FEW:
            self.forget(key)  # it would not be told of what comes now
            return cell.has(sighting)
        memo = self._memos.get(key)
        if memo is None or memo.cell is not cell or memo.is_full:
            memo = self._memos[key] = _Memo(cell)
        return memo.may_hold(sighting.ids) and cell.has(sighting)

    def forget(self, key: str) -> None:
        """Drop what is known of a cell that is gone."""
        self._memos.pop(key, None)


class _Memo:
    """A Bloom filter of the events that a cell held when it was made and was asked for since."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        held = [run.ids[at : at + ID_BYTES] for run in cell.sightings for at in range(0, len(run.ids), ID_BYTES)]
        self._room = 2 * len(held) + _FEW
        self._bits = bytearray(self._room * _BITS // 8)
        for event in held:
            self.may_hold(event)

    @property
    def is_full(self) -> bool:
        """Whether so many events were added that it would say "perhaps" too often."""
        return self._room <= 0

    def may_hold(self, event: bytes) -> bool:
        """Whether it may have been added before; it is now."""
        size = len(self._bits) * 8
        held = True
        for number in (int.from_bytes(event[:4]), int.from_bytes(event[4:])):
            place, bit = (number % size) >> 3, 1 << (number & 7)
            held = held and bool(self._bits[place] & bit)
            self._bits[place] |= bit
        self._room -= not held
        return held
