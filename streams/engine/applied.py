"""How far each stream has been applied, so that what a producer sends twice counts once.

A stream is forgotten when all in it is older than any memory: sent again, it would change nothing.
"""

import msgspec

from streams.memory.shelf import Shelf
from streams.memory.watermarks import NEVER

KEPT_MS = 401 * 24 * 3_600_000  # nothing that is remembered of an event is remembered for longer


class Applied(msgspec.Struct, array_like=True, gc=False):
    """How far a stream has been applied (bytes), and the latest time (ms) of its source's records by then; `NEVER` if
    that was by an earlier release, which kept no times. `before`: that latest time as it was when the stream began."""

    stop: int = 0
    at: int = NEVER
    before: int = NEVER


class Streams:
    """The streams that were applied. Each file that is written anew or removed leaves a name."""

    def __init__(self) -> None:
        self.shelf = Shelf("stream", Applied, Applied)

    def stop(self, stream: str) -> int:
        """How far a stream has been applied; 0 where nothing is known of it."""
        known = self.shelf.items.get(stream)
        return known.stop if known else 0

    def begin(self, stream: str, spoke_at: int) -> int:
        """What its source had told of when the stream began (ms): `spoke_at` if that is now; `NEVER` of no stream."""
        if stream and stream not in self.shelf.items:
            self.shelf.at(stream).before = spoke_at
        return self.shelf.items[stream].before if stream else NEVER

    def apply(self, stream: str, stop: int, at: int) -> None:
        """A stream has been applied up to `stop`, and nothing in it is later than `at` (ms)."""
        self.shelf.at(stream).stop = stop
        self._told(stream, at)

    def forget(self, before: int, now: int) -> None:
        """Let go of streams that told of nothing since `before` (ms): read again, they would count for nothing.

        `now`: the latest time that those of an earlier release can have told of.
        """
        for stream, known in list(self.shelf.items.items()):
            if known.at == NEVER:
                self._told(stream, now)
            elif known.at < before:
                self.shelf.drop(stream)

    def _told(self, stream: str, at: int) -> None:
        known = self.shelf.at(stream)
        known.at = max(known.at, at)
