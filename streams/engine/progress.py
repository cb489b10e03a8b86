"""How far the log has come: what is settled, what time it is by the log, and what each source can answer for."""

from collections.abc import Mapping

from streams.engine.settings import Settings
from streams.memory import watermarks
from streams.memory.flows import Flows
from streams.memory.shelf import Shelf
from streams.memory.watermarks import Heard, Source


class Progress:
    """The sources as they stand in one round of judging. Instants are ms since the epoch."""

    def __init__(self, settings: Settings, sources: Shelf[Source], flows: Flows) -> None:
        self._said = sources.items
        self._settled: dict[frozenset[str], int] = {}
        self.heard: Mapping[str, Heard] = {
            name: Heard(known.categories, sources.items.get(name) or Source(), known.lateness, flows.of(name))
            for name, known in settings.sources.items()
        }
        self.log_time = watermarks.log_time(sources.items.values())
        self.ended = frozenset(name for name, source in sources.items.items() if source.ended)
        self.began_at = watermarks.log_began(sources.items.values())

    def settled(self, needs: frozenset[str]) -> int:
        """Up to where the sources of these categories have been read."""
        if needs not in self._settled:
            self._settled[needs] = watermarks.settled(source for _, source in self.needed(needs).values() if source)
        return self._settled[needs]

    def now(self, needs: frozenset[str]) -> int:
        """Up to where something can be said to be missing: settled, and past by the log's own time."""
        return min(self.settled(needs), self.log_time)

    def reached(self, needs: frozenset[str]) -> int:
        """Up to where they have spoken: what has come to its end may go on tomorrow."""
        return self.now(needs) if self.ended else self.settled(needs)

    def needed(self, needs: frozenset[str]) -> dict[str, tuple[str, Source | None]]:
        """The sources of these categories, each with one of them; None for one that was never heard of."""
        return {
            name: (min(one.categories & needs), self._said.get(name))
            for name, one in self.heard.items()
            if one.categories & needs
        }
