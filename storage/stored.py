"""What is stored of what was sent: counts by source, and, where they differ, which events are missing."""

from collections.abc import Iterable, Sequence

import msgspec

from storage.client import Store

AT_ONCE = 5_000  # ids in one question


class Stored(msgspec.Struct, frozen=True):
    """One source's rows: events once each, and dead letters."""

    source_id: str
    events: int
    dead_letters: int = 0


class Found(msgspec.Struct, frozen=True):
    """One violation as the summary counts it."""

    detection: str
    status: str
    violations: int


class _Id(msgspec.Struct):
    event_id: str


_EVENTS = """
SELECT source_id, uniqExact(event_id) AS events FROM events WHERE district = {district:String} GROUP BY source_id
"""
_LETTERS = """
SELECT source_id, 0 AS events, uniqExact(dead_letter_id, part) AS dead_letters
FROM dead_letters WHERE district = {district:String} GROUP BY source_id
"""
_FOUND = """
SELECT detection, status, count() AS violations FROM newest_violations WHERE district = {district:String}
GROUP BY detection, status ORDER BY detection, status
"""
_PRESENT = """
SELECT DISTINCT event_id FROM events WHERE district = {district:String} AND event_id IN {ids:Array(String)}
"""


def stored(store: Store, district: str) -> dict[str, Stored]:
    """Rows by source id, counted once however often they were sent. Raises `Unavailable`."""
    letters = {row.source_id: row.dead_letters for row in store.rows(_LETTERS, Stored, {"district": district})}
    events = {row.source_id: row.events for row in store.rows(_EVENTS, Stored, {"district": district})}
    return {
        name: Stored(source_id=name, events=events.get(name, 0), dead_letters=letters.get(name, 0))
        for name in events.keys() | letters.keys()
    }


def found(store: Store, district: str) -> list[Found]:
    """How many violations of each detection stand in which status, as last revised."""
    return store.rows(_FOUND, Found, {"district": district})


def missing(store: Store, district: str, event_ids: Iterable[str]) -> list[str]:
    """Those of `event_ids` that are not stored, asked for some thousand at a time."""
    lost: list[str] = []
    held: list[str] = []
    for event_id in event_ids:
        held.append(event_id)
        if len(held) == AT_ONCE:
            lost += _absent(store, district, held)
            held = []
    return lost + _absent(store, district, held)


def _absent(store: Store, district: str, event_ids: Sequence[str]) -> list[str]:
    if not event_ids:
        return []
    there = store.rows(_PRESENT, _Id, {"district": district, "ids": list(event_ids)})
    return sorted(set(event_ids) - {row.event_id for row in there})
