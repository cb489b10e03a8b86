"""Traffic that may yet prove to be somebody else's: too much of it to wait, so it is remembered in short pieces."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import msgspec

from streams.memory.shelf import Shelf

PIECE_MS = 10_000  # what comes within one such slot of time stays together
MOST = 50_000  # stretches that are followed at once; what is beyond stays whose it was
_MOST_PIECES = 3_000  # of one stretch: more than eight hours
_TRIMMED_EVERY_MS = 60_000

K = TypeVar("K", bound=Hashable)
Kind = tuple[str, tuple[str | None, ...]]
"""The cell in which traffic stands, and what like traffic has in common there."""


class Piece(msgspec.Struct, array_like=True, gc=False, order=True):
    """The first and the last event within a slot (ms), and how many there were."""

    at: int
    event_id: str
    until: int
    last_event_id: str
    count: int = 1


class Stretch(msgspec.Struct, array_like=True, gc=False):
    """Traffic with one answer to whose it is, on one school day.

    `line`: an event of it. `keys`, `rests`: the timelines on which the answer rests. `kind`: where it stands; None
    while it is nobody's.
    """

    line: bytes = b""
    day: str = ""
    keys: Sequence[str] = ()
    rests: int = 0
    kind: Kind | None = None
    pieces: list[Piece] = []
    name: str = ""

    def add(self, piece: Piece) -> None:
        """Remember events of one slot, in any order."""
        slot, last = piece.at // PIECE_MS, self.pieces[-1].at // PIECE_MS
        if slot == last:
            _widen(self.pieces[-1], piece)
        elif slot > last:
            self.pieces.append(piece)
            del self.pieces[:-_MOST_PIECES]
        else:
            self._insert(slot * PIECE_MS, piece)

    def _insert(self, slot: int, piece: Piece) -> None:
        """Most events come in order of time; this is one that did not."""
        place = bisect_left(self.pieces, slot, key=lambda one: one.at)
        if self.pieces[place].at < slot + PIECE_MS:
            _widen(self.pieces[place], piece)
        else:
            self.pieces.insert(place, piece)

    def since(self, at: int) -> list[Piece]:
        """The pieces that begin at `at` (ms) or later."""
        return self.pieces[bisect_left(self.pieces, at, key=lambda one: one.at) :]


def _widen(piece: Piece, other: Piece) -> None:
    piece.count += other.count
    if (other.at, other.event_id) < (piece.at, piece.event_id):
        piece.at, piece.event_id = other.at, other.event_id
    if (other.until, other.last_event_id) > (piece.until, piece.last_event_id):
        piece.until, piece.last_event_id = other.until, other.last_event_id


class Followed:
    """The stretches of one detection, by the timelines that could move them and by where they stand."""

    def __init__(self, detection: str, join: int) -> None:
        """`join` (ms): what comes no later than that is one run."""
        self.shelf = Shelf(f"followed-{detection}", Stretch, Stretch)
        self._join = join
        self._by_key: dict[str, set[str]] = {}
        self._by_kind: dict[Kind, set[str]] = {}
        self._trimmed_at: dict[int, int] = {}  # by what a stretch rests on

    def restored(self) -> None:
        """After memory came back."""
        for name, stretch in self.shelf.items.items():
            self._index(name, stretch)

    def begin(self, stretch: Stretch, piece: Piece) -> bool:
        """Follow another stretch, which begins with this piece; False where there is no room."""
        if len(self.shelf.items) >= MOST:
            return False
        stretch.name = piece.event_id
        stretch.pieces.append(piece)
        if stretch.name in self.shelf.items:
            self._drop(stretch.name)
        self.shelf.put(stretch.name, stretch)
        self._index(stretch.name, stretch)
        return True

    def resting_on(self, changed: Iterable[tuple[str, int]]) -> dict[str, int]:
        """The stretches that go on after the instant (ms) at which a timeline of theirs changed, and the instant."""
        found: dict[str, int] = {}
        for key, since in changed:
            for name in self._by_key.get(key, ()):
                pieces = self.shelf.items[name].pieces
                if pieces and pieces[-1].at >= since:
                    found[name] = min(since, found.get(name, since))
        return found

    def beside(self, kind: Kind) -> list[str]:
        """The stretches that stand in the same place."""
        return list(self._by_kind.get(kind, ()))

    def last_before(self, kind: Kind, at: int) -> Piece | None:
        """The last piece that begins before `at` (ms), of all that stand in the same place."""
        pieces = (one for name in self.beside(kind) for one in self.shelf.items[name].pieces if one.at < at)
        return max(pieces, key=lambda one: (one.until, one.last_event_id), default=None)

    def cut(self, name: str, at: int) -> None:
        """Forget the pieces of a stretch that begin at `at` (ms) or later."""
        stretch = self.shelf.at(name)
        del stretch.pieces[len(stretch.pieces) - len(stretch.since(at)) :]
        if not stretch.pieces:
            self._drop(name)

    def settle(self, told_until: Callable[[int], int]) -> None:
        """Forget what nothing can move any more. `told_until` (ms) by what a stretch rests on.

        The last settled piece stays: it is where a run ends whose later part proves to be somebody else's.
        """
        limits = {rests: told_until(rests) for rests in {one.rests for one in self.shelf.items.values()}}
        grown = {rests for rests, at in limits.items() if at >= self._trimmed_at.get(rests, 0) + _TRIMMED_EVERY_MS}
        self._trimmed_at.update({rests: limits[rests] for rests in grown})
        for name, stretch in list(self.shelf.items.items()) if grown else ():
            limit = limits[stretch.rests]
            if stretch.pieces[-1].until + self._join < limit:
                self._drop(name)
            elif (settled := bisect_left(stretch.pieces, limit, key=lambda one: one.until) - 1) > 0:
                del stretch.pieces[:settled]
                self.shelf.changed.add(name)

    def forget(self, oldest: str) -> None:
        """Drop what was followed on school days before this one."""
        for name in [name for name, stretch in self.shelf.items.items() if stretch.day < oldest]:
            self._drop(name)

    def _index(self, name: str, stretch: Stretch) -> None:
        for key in stretch.keys:
            self._by_key.setdefault(key, set()).add(name)
        if stretch.kind:
            self._by_kind.setdefault(stretch.kind, set()).add(name)

    def _drop(self, name: str) -> None:
        stretch = self.shelf.items[name]
        self.shelf.drop(name)
        stretch.pieces = []  # whoever still has it sees that it is over
        for key in stretch.keys:
            _discard(self._by_key, key, name)
        if stretch.kind:
            _discard(self._by_kind, stretch.kind, name)


def _discard(index: dict[K, set[str]], key: K, name: str) -> None:
    index[key].discard(name)
    if not index[key]:
        del index[key]
