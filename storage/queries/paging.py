"""Pages of events in the order of their timeline: where each row stands, and how the next ones are found.

The counts by hour (storage/queries/hours.py) tell in which hours there are any; of these the keys are read, and only
the rows of these keys whole.
"""

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from model.event import parse_at
from storage.client import Store
from storage.queries.event_rows import VIEWED, StoredEvent
from storage.queries.hours import HOUR, Counted, among, by_counts, hour_of, hours_of, within
from storage.queries.where import APART, MOST, Where

Order = Literal["newest", "oldest"]
# Within one instant: as each source wrote them. Whatever has no place in a stream comes before what has one.
_PLACE = ("source_id", "ifNull(offset, -1)", "ifNull(part, 0)", "event_id")
OLDEST = f"occurred_at, {', '.join(_PLACE)}"
_NEWEST = ", ".join(f"{one} DESC" for one in ("occurred_at", *_PLACE))
UNDATED = "toDateTime64(0, 3, 'UTC')"
_AGES_AGO = "1970-01-01T00:00:00.000Z"  # where what has no time stands
_ORDERS: dict[Order, str] = {"newest": _NEWEST, "oldest": OLDEST}
_AT_ONCE = 2_000  # rows that are read whole in one question
_VERSIONS = 2  # of a row that is attributed late, until ClickHouse merges them


class Page(msgspec.Struct, frozen=True):
    """Events in order, and where the next page begins (None: there is none)."""

    events: list[StoredEvent]
    after: str | None


class Rows(NamedTuple):
    """The rows that pages are made of."""

    since: datetime | None
    until: datetime | None
    ever: Callable[[], Where]  # whether a version of a row is one of them, or was
    counted: Callable[[Where], list[Where]]  # the same for each of the counts by hour that know of them


class Key(msgspec.Struct):
    """Where a row stands in its timeline."""

    occurred_at: str | None
    source_id: str
    offset: int | None
    part: int | None
    event_id: str


_KEY = f"nullIf(occurred_at, {UNDATED}) AS occurred_at, source_id, `offset`, part, event_id"


def page(store: Store, rows: Rows, limit: int, after: str | None, order: Order, columns: str = VIEWED) -> Page:
    """One page; `after` is the last page's. Raises ValueError on a foreign `after`."""
    wanted = max(1, min(limit, MOST - 1))
    found: list[StoredEvent] = []
    look = _Look(store, rows, order, after)
    while len(found) <= wanted and (keys := look.further(min(wanted + 1 - len(found), _AT_ONCE))):
        found += read(store, keys, rows.ever(), order, columns)
    return Page(found[:wanted], cursor(found[wanted - 1]) if len(found) > wanted else None)


def keys_of(store: Store, where: Where, order: Order, wanted: int, after: str | None) -> list[Key]:
    """The keys of the rows beyond a place that any version fulfills `where` in, in order."""
    if after:
        where.that(beyond(where, after, order))
    sql = f"SELECT DISTINCT {_KEY} FROM events {where} ORDER BY {_ORDERS[order]} {where.limit(wanted)}"
    return store.rows(sql, Key, where.parameters)


def read(store: Store, keys: Sequence[Key], where: Where, order: Order, columns: str = VIEWED) -> list[StoredEvent]:
    """The rows of these keys, whole, of which the last version fulfills `where`.

    All versions of a row have its time and id, so that PREWHERE may choose by these before FINAL takes the last one. A
    lease that its file tells again stands at another offset each time: it is given at its last one alone.
    """
    times = where.bind([_ms(one.occurred_at) for one in keys], "Array(Int64)")
    ids = where.bind([one.event_id for one in keys], "Array(String)")
    pairs = (
        f"SELECT fromUnixTimestamp64Milli(key.1, 'UTC'), key.2 FROM (SELECT arrayJoin(arrayZip({times}, {ids})) AS key)"
    )
    sql = f"SELECT {columns} FROM events FINAL PREWHERE (occurred_at, event_id) IN ({pairs}) {where}"
    found = store.rows(f"{sql} ORDER BY {_ORDERS[order]} SETTINGS {APART}", StoredEvent, where.parameters)
    asked = {(one.event_id, one.offset, one.part) for one in keys}
    return [one for one in found if (one.event_id, one.offset, one.part) in asked]


class _Look:
    """Looks for rows in order, from a place on, and only in the hours that have any.

    It finds the keys of rows that are, or were, of those sought.
    """

    def __init__(self, store: Store, rows: Rows, order: Order, after: str | None) -> None:
        self._store, self._rows, self._order, self._after = store, rows, order, after
        self._reached = hour_of(parse_at(after.split("~", 1)[0])) if after else None  # no hour before it, in our order
        self._more = True

    def further(self, wanted: int) -> list[Key]:
        """The next keys, at most `wanted`; none where there are no more."""
        while self._more and (hours := self._hours(wanted)):
            where = self._rows.ever()
            found = keys_of(self._store, where.that(among(where, hours)), self._order, wanted, self._after)
            self._reached = hours[-1] + (1 if self._order == "oldest" else -1)
            if len(found) == wanted:
                self._reached, self._more = hour_of(parse_at(found[-1].occurred_at or _AGES_AGO)), True
            if found:
                self._after = cursor(found[-1])
                return found
        return []

    def _hours(self, wanted: int) -> list[int]:
        """The next hours that have so many rows, though each were stored twice."""
        newest = self._order == "newest"
        first, last = hours_of(self._rows.since, self._rows.until)
        if self._reached is not None:
            first, last = (first, self._reached + 1) if newest else (self._reached, last)
        where, bounds = Where(), within((first, last))
        told = " UNION ALL ".join(
            f"SELECT {HOUR} AS hour, count() AS rows FROM events {one.that(bounds)} GROUP BY hour"
            for one in self._rows.counted(where)
        )
        sql = f"SELECT hour, sum(rows) AS rows FROM ({told}) GROUP BY hour ORDER BY hour {'DESC' if newest else 'ASC'}"
        most = min(_VERSIONS * wanted, MOST)
        sql = f"{sql} {where.limit(most)} SETTINGS {by_counts(self._store)}"
        counted = self._store.rows(sql, Counted, where.parameters)
        before = list(itertools.accumulate((one.rows for one in counted), initial=0))
        self._more = len(counted) == most or before[-1] >= most
        return [one.hour for one, rows in zip(counted, before, strict=False) if rows < most]


def cursor(last: StoredEvent | Key) -> str:
    """Where a page ended; `offset` and `part` cannot hold the mark between the fields, and neither can an id."""
    place = (-1 if last.offset is None else last.offset, last.part or 0, last.event_id, last.source_id)
    return "~".join(map(str, (last.occurred_at or _AGES_AGO, *place)))


def beyond(where: Where, after: str, order: Order) -> str:
    """The condition that an event comes after the page that ended at `after`; raises ValueError if that is no end."""
    at, offset, part, event_id, source_id = after.split("~", 4)
    place = (
        where.bind(source_id, "String"),
        where.bind(int(offset), "Int64"),
        where.bind(int(part), "Int64"),
        where.bind(event_id, "String"),
    )
    sign = "<" if order == "newest" else ">"
    return f"(occurred_at, {', '.join(_PLACE)}) {sign} ({where.instant(parse_at(at))}, {', '.join(place)})"


def _ms(at: str | None) -> int:
    return round(parse_at(at or _AGES_AGO).timestamp() * 1000)
