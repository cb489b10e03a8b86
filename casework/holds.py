"""Holds as decisions: `hold.placed` and `hold.released`; a row is free when every matter has released it."""

import msgspec

from casework.fold import Entry, folded, histories
from model.casework import CaseworkEvent
from model.hold import Hold
from storage.client import Store
from storage.queries.casework import matching, of_noun


def entity_of(hold_id: str) -> str:
    """The entity of a hold."""
    return f"hold:{hold_id}"


def holds(store: Store, district: str | None) -> list[Hold]:
    """Every hold that was ever placed in a district (None: in any), in the order of placing. Raises `Unavailable`."""
    events = of_noun(store, district, "hold")
    found = [state(entries) for entries in histories(events).values()]
    return sorted((one for one in found if one), key=lambda one: (one.placed_at, one.hold_id))


def standing(store: Store, district: str, since: str | None = None) -> list[Hold]:
    """Those that are not released; with `since` (UTC, ISO 8601) also those that were released only after it."""
    found = holds(store, district)
    return [one for one in found if one.stands or (since and (one.released_at or "") > since)]


def hold_of(store: Store, hold_id: str) -> Hold | None:
    """The hold of that id, in whichever district. Raises `Unavailable`."""
    found = matching(store, kinds=("hold.placed",), entity=entity_of(hold_id), limit=1)
    return next((one for one in holds(store, found[0].district) if one.hold_id == hold_id), None) if found else None


def state(entries: list[Entry]) -> Hold | None:
    """The hold as its decisions left it."""
    start: Hold | None = None
    return folded(start, entries, _step)


def _step(hold: Hold | None, event: CaseworkEvent) -> Hold | None:
    if event.kind == "hold.placed":
        told = {"hold_id": event.entity.removeprefix("hold:"), "district": event.district, "placed_by": event.actor}
        return msgspec.convert({**event.body, **told, "placed_at": event.at}, Hold)
    if event.kind == "hold.released" and hold:
        return msgspec.structs.replace(hold, released_by=event.actor, released_at=event.at)
    return hold
