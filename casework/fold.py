"""The state of an entity is a fold over its decisions; pure. Of two that saw the same version the first one holds."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from model.casework import CaseworkEvent

State = TypeVar("State")


class Entry(NamedTuple):
    """A decision in its place: whether it holds, and the entity's version after it.

    One that does not hold was written against an older version; `first` is the decision that its author had not seen.
    """

    event: CaseworkEvent
    version: int
    holds: bool = True
    first: CaseworkEvent | None = None


def history(events: Iterable[CaseworkEvent]) -> list[Entry]:
    """Every decision about one entity, in the order of the log; one that was sent twice counts once."""
    entries: list[Entry] = []
    holding: list[CaseworkEvent] = []
    known: set[str] = set()
    for event in events:
        if event.event_id in known:
            continue
        known.add(event.event_id)
        seen = event.expected_version
        if seen is None or seen == len(holding):
            holding.append(event)
            entries.append(Entry(event, len(holding)))
        else:
            entries.append(Entry(event, len(holding), False, _first(holding, seen)))
    return entries


def _first(holding: list[CaseworkEvent], seen: int) -> CaseworkEvent | None:
    """The first decision not seen; the last one where more was claimed to be seen than there is."""
    return next(iter(holding[seen:] or holding[-1:]), None)


def histories(events: Iterable[CaseworkEvent]) -> dict[tuple[str, str], list[Entry]]:
    """The same for many entities, by district and entity."""
    apart: dict[tuple[str, str], list[CaseworkEvent]] = {}
    for event in events:
        apart.setdefault((event.district, event.entity), []).append(event)
    return {entity: history(found) for entity, found in apart.items()}


def folded(start: State, entries: Iterable[Entry], step: Callable[[State, CaseworkEvent], State]) -> State:
    """`step` over the decisions that hold."""
    state = start
    for entry in entries:
        if entry.holds:
            state = step(state, entry.event)
    return state


def version(entries: list[Entry]) -> int:
    """How many decisions hold: what the next one must have seen."""
    return entries[-1].version if entries else 0
