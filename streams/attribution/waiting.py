"""What still may be given to somebody else: each stands apart until nothing that could move it can come any more."""

from collections.abc import Callable
from heapq import heappop, heappush

import msgspec

from streams.memory.shelf import Shelf

MOST = 50_000  # events that wait at once; beyond that they go on as they are
HOLDS, SITS = 1, 2  # what an answer may rest on: who held an address or where a card was; who sat at a device


class Waiting(msgspec.Struct, array_like=True, gc=False):
    """One event that waits: its line as it came, the (detection, cell) it stands in, the timelines it rests on.

    `kept`: the detections that remember it for good, whatever comes, and so must not hear of it again.
    """

    at: int = 0
    line: bytes = b""
    apart: list[tuple[str, str]] = []
    keys: list[str] = []
    rests: int = 0
    suffix: bytes = b""  # the attribution it was given out with
    kept: list[str] = []


class WaitingRoom:
    """Events that wait, by id, and by the timelines that could move them."""

    def __init__(self) -> None:
        self.shelf = Shelf("waiting", Waiting, Waiting)
        self._by_key: dict[str, set[str]] = {}
        self._by_time: dict[int, list[tuple[int, str]]] = {}  # rests -> (ms, event), earliest first

    def full(self) -> bool:
        """Whether no more can wait."""
        return len(self.shelf.items) >= MOST

    def put(self, event_id: str, waiting: Waiting) -> None:
        """Let an event wait."""
        self.shelf.put(event_id, waiting)
        self._index(event_id, waiting)

    def restored(self) -> None:
        """After memory came back."""
        for event_id, waiting in self.shelf.items.items():
            self._index(event_id, waiting)

    def take_by(self, changed: list[tuple[str, int]]) -> list[tuple[str, Waiting]]:
        """Take out, in order of time, what rests on timelines that changed, from the instant (ms) of the change on."""
        moved = {
            event_id
            for key, since in changed
            for event_id in self._by_key.get(key, ())
            if self.shelf.items[event_id].at >= since
        }
        return self._take(moved)

    def take_settled(self, settled_at: Callable[[int], int]) -> list[tuple[str, Waiting]]:
        """Take out, in order of time, what nothing can move any more; `settled_at` (ms) by what it rests on."""
        settled = set()
        for rests, waiting in self._by_time.items():
            limit = settled_at(rests)
            while waiting and waiting[0][0] < limit:
                event_id = heappop(waiting)[1]
                known = self.shelf.items.get(event_id)
                if known and known.rests == rests:  # else it was taken out before
                    settled.add(event_id)
        return self._take(settled)

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
        heappush(self._by_time.setdefault(waiting.rests, []), (waiting.at, event_id))
