"""What still may be given to somebody else: each stands apart until nothing that could move it can come any more."""

from collections.abc import Callable

import msgspec

from streams.shelf import Shelf

MOST = 50_000  # events that wait at once; beyond that they go on as they are
HOLDS, SITS = 1, 2  # what an answer may rest on: who held an address or where a card was; who sat at a device


class Waiting(msgspec.Struct, array_like=True, gc=False):
    """One event that waits: its line as it came, the (detection, cell) it stands in, the timelines it rests on."""

    at: int = 0
    line: bytes = b""
    apart: list[tuple[str, str]] = []
    keys: list[str] = []
    rests: int = 0


class WaitingRoom:
    """Events that wait, by id, and by the timelines that could move them."""

    def __init__(self) -> None:
        self.shelf = Shelf("waiting", Waiting, Waiting)
        self._by_key: dict[str, set[str]] = {}

    def full(self) -> bool:
        """Whether no more can wait."""
        return len(self.shelf.items) >= MOST

    def put(self, event_id: str, waiting: Waiting) -> None:
        """Let an event wait."""
        self.shelf.items[event_id] = waiting
        self.shelf.changed.add(event_id)
        self._index(event_id, waiting)

    def restored(self) -> None:
        """After memory came back."""
        for event_id, waiting in self.shelf.items.items():
            self._index(event_id, waiting)

    def take_by(self, keys: list[str]) -> list[tuple[str, Waiting]]:
        """Take out, in order of time, what rests on these timelines: one of them has changed."""
        return self._take({event_id for key in keys for event_id in self._by_key.get(key, ())})

    def take_settled(self, settled_at: Callable[[int], int]) -> list[tuple[str, Waiting]]:
        """Take out, in order of time, what nothing can move any more; `settled_at` (ms) by what it rests on."""
        limits = {rests: settled_at(rests) for rests in range(4)}
        return self._take({name for name, waiting in self.shelf.items.items() if waiting.at < limits[waiting.rests]})

    def _take(self, event_ids: set[str]) -> list[tuple[str, Waiting]]:
        found = [(event_id, self.shelf.items[event_id]) for event_id in event_ids]
        for event_id, waiting in found:
            self.shelf.drop(event_id)
            for key in waiting.keys:
                self._by_key[key].discard(event_id)
                if not self._by_key[key]:
                    del self._by_key[key]
        return sorted(found, key=lambda pair: (pair[1].at, pair[0]))

    def _index(self, event_id: str, waiting: Waiting) -> None:
        for key in waiting.keys:
            self._by_key.setdefault(key, set()).add(event_id)
