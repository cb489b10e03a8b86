"""What is stored of what was sent: counts by source, and, where they differ, which events are missing."""

from collections.abc import Iterable
from itertools import islice

import msgspec

from storage.client import Store
from storage.queries import sources

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
    id: str


_LETTERS = """
SELECT source_id, 0 AS events, uniqExact(dead_letter_id, part) AS dead_letters
FROM dead_letters WHERE district = {district:String} GROUP BY source_id
"""
_FOUND = """
SELECT detection, status, count() AS violations FROM newest_violations WHERE district = {district:String}
GROUP BY detection, status ORDER BY detection, status
"""
_EVENTS_THERE = """
SELECT DISTINCT event_id AS id FROM events WHERE district = {district:String} AND event_id IN {ids:Array(String)}
"""
_LETTERS_THERE = """
SELECT DISTINCT dead_letter_id AS id FROM dead_letters
WHERE district = {district:String} AND dead_letter_id IN {ids:Array(String)}
"""


def stored(store: Store, district: str) -> dict[str, Stored]:
    """Rows by source id, counted once however often they were sent. Raises `Unavailable`."""
    letters = {row.source_id: row.dead_letters for row in store.rows(_LETTERS, Stored, {"district": district})}
    events = sources.counts(store, district)
    return {
        name: Stored(source_id=name, events=events.get(name, 0), dead_letters=letters.get(name, 0))
        for name in events.keys() | letters.keys()
    }


def found(store: Store, district: str) -> list[Found]:
    """How many violations of each detection stand in which status, as last revised."""
    return store.rows(_FOUND, Found, {"district": district})


def missing(store: Store, district: str, event_ids: Iterable[str]) -> list[str]:
    """Those of `event_ids` that are not stored, asked for some thousand at a time. Raises `Unavailable`."""
    return _missing(store, district, event_ids, _EVENTS_THERE)


def missing_letters(store: Store, district: str, dead_letter_ids: Iterable[str]) -> list[str]:
    """Those of `dead_letter_ids` that are not stored. Raises `Unavailable`."""
    return _missing(store, district, dead_letter_ids, _LETTERS_THERE)


def _missing(store: Store, district: str, ids: Iterable[str], there: str) -> list[str]:
    lost: list[str] = []
    asked = iter(ids)
    while held := list(islice(asked, AT_ONCE)):
        found = store.rows(there, _Id, {"district": district, "ids": held})
        lost += sorted(set(held) - {row.id for row in found})
    return lost
