"""Sources that fall silent and speak again, as events: a gap in what can be known is itself on record. Pure."""

from collections.abc import Mapping, Sequence

from model.event import Event, event_id, format_ms
from producers.source import Source

SILENT_AFTER_MS = 60_000


class Vigil:
    """Who was well when. `silent` (source id → since when, ms) is what an earlier run left open; kept up to date."""

    def __init__(self, sources: Sequence[Source], silent: dict[str, int]) -> None:
        self.silent = silent
        self._sources = sources
        self._well_at: dict[str, int] = {}

    def look(self, well_at: Mapping[str, int], at: int) -> list[Event]:
        """`well_at`: when each source that can be read was last seen well (ms). A source never well says nothing."""
        self._well_at |= well_at
        found = (self._judge(source, at) for source in self._sources)
        return [event for event in found if event]

    def _judge(self, source: Source, at: int) -> Event | None:
        last = self._well_at.get(source.id)
        if last is None:
            return None
        if at - last > SILENT_AFTER_MS:
            if source.id in self.silent:
                return None
            self.silent[source.id] = last
            return _event(source, "source.silent", last, "cannot be read or does not listen")
        if self.silent.pop(source.id, None) is None:
            return None
        return _event(source, "source.resumed", last, None)


def _event(source: Source, action: str, at: int, reason: str | None) -> Event:
    origin = f"id:{action}@{at}"
    return Event(
        event_id=event_id(source.id, origin, 0, b""),
        source_id=source.id,
        product=source.product.name,
        category=source.product.categories[0],
        action=action,
        occurred_at=format_ms(at),
        received_at=format_ms(at),
        outcome="unknown",
        reason=reason,
        origin=origin,
        reporter="hallmonitor",
    )
