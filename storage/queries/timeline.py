"""What a subject did, over all sources, as attributed: a page of events, and how many when."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

import msgspec

from model.event import parse_at
from storage.client import Store
from storage.queries.event_rows import VIEWED, StoredEvent
from storage.queries.hours import (
    HOSTS,
    HOUR,
    HOUR_S,
    NAMES,
    Unsettled,
    among,
    by_time,
    hour_of,
    hours_of,
    pieces,
    settled,
    settled_stream,
    standing,
    within,
)
from storage.queries.subject import Subject, names
from storage.queries.where import APART, MOST, Where

Order = Literal["newest", "oldest"]
# Within one instant: as each source wrote them. Whatever has no place in a stream comes before what has one.
_PLACE = ("source_id", "ifNull(offset, -1)", "ifNull(part, 0)", "event_id")
_OLDEST = f"occurred_at, {', '.join(_PLACE)}"
_NEWEST = ", ".join(f"{one} DESC" for one in ("occurred_at", *_PLACE))
_UNDATED = "toDateTime64(0, 3, 'UTC')"
_AGES_AGO = "1970-01-01T00:00:00.000Z"  # where what has no time stands
_ORDERS: dict[Order, str] = {"newest": _NEWEST, "oldest": _OLDEST}
_AT_ONCE = 2_000  # rows that are read whole in one question
_VERSIONS = 2  # of a row that is attributed late, until ClickHouse merges them
_PER_BAR = "GROUP BY at, source_id, category ORDER BY at, source_id, category"
_stored = msgspec.json.Decoder(StoredEvent)
_STEPS_S = (1, 5, 15, 60, 300, 900, 3600, 10800, 43200, 86400, 604800, 2592000)


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a timeline: times, sources, categories, actions; empty asks nothing."""

    since: datetime | None = None
    until: datetime | None = None
    source_ids: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


class Page(msgspec.Struct, frozen=True):
    """Events in order, and where the next page begins (None: there is none)."""

    events: list[StoredEvent]
    after: str | None


class Bar(msgspec.Struct, frozen=True):
    """How many events of one source and category began in [at, at + step)."""

    at: str
    source_id: str
    category: str
    events: int


class _Count(msgspec.Struct):
    events: int
    first_at: str
    last_at: str


class _Hour(msgspec.Struct):
    hour: int
    rows: int


class _Reach(msgspec.Struct):
    first: int
    last: int


class Key(msgspec.Struct):
    """Where a row stands in its timeline."""

    occurred_at: str | None
    source_id: str
    offset: int | None
    part: int | None
    event_id: str


_KEY = f"nullIf(occurred_at, {_UNDATED}) AS occurred_at, source_id, `offset`, part, event_id"


def page(
    store: Store,
    district: str | None,
    sought: Subject,
    span: Span,
    limit: int = 200,
    after: str | None = None,
    order: Order = "newest",
) -> Page:
    """One page of a subject's timeline; `after` is the last page's. Raises ValueError on a foreign `after`."""
    wanted = max(1, min(limit, MOST - 1))
    found: list[StoredEvent] = []
    look = _Look(store, district, sought, span, order, after)
    while len(found) <= wanted and (keys := look.further(min(wanted + 1 - len(found), _AT_ONCE))):
        found += read(store, keys, about(district, sought, span), order)
    return Page(found[:wanted], cursor(found[wanted - 1]) if len(found) > wanted else None)


def keys_of(store: Store, where: Where, order: Order, wanted: int, after: str | None) -> list[Key]:
    """The keys of the rows beyond a place that any version fulfills `where` in, in order."""
    if after:
        where.that(beyond(where, after, order))
    sql = f"SELECT DISTINCT {_KEY} FROM events {where} ORDER BY {_ORDERS[order]} {where.limit(wanted)}"
    return store.rows(sql, Key, where.parameters)


def read(store: Store, keys: Sequence[Key], where: Where, order: Order, columns: str = VIEWED) -> list[StoredEvent]:
    """The rows of these keys, whole, of which the last version fulfills `where`.

    All versions of a row have its key, so that PREWHERE may choose by it before FINAL takes the last one.
    """
    times = where.bind([_ms(one.occurred_at) for one in keys], "Array(Int64)")
    ids = where.bind([one.event_id for one in keys], "Array(String)")
    pairs = (
        f"SELECT fromUnixTimestamp64Milli(key.1, 'UTC'), key.2 FROM (SELECT arrayJoin(arrayZip({times}, {ids})) AS key)"
    )
    sql = f"SELECT {columns} FROM events FINAL PREWHERE (occurred_at, event_id) IN ({pairs}) {where}"
    return store.rows(f"{sql} ORDER BY {_ORDERS[order]} SETTINGS {APART}", StoredEvent, where.parameters)


class _Look:
    """Looks for the rows of a subject in order, from a place on, and only in the hours that have any.

    It finds the keys of rows that any version names the subject in; the last version may not.
    """

    def __init__(
        self, store: Store, district: str | None, sought: Subject, span: Span, order: Order, after: str | None
    ) -> None:
        self._store, self._district, self._sought, self._span = store, district, sought, span
        self._order, self._after = order, after
        self._reached = hour_of(parse_at(after.split("~", 1)[0])) if after else None  # no hour before it, in our order
        self._more = True

    def further(self, wanted: int) -> list[Key]:
        """The next keys, at most `wanted`; none where there are no more."""
        while self._more and (hours := self._hours(wanted)):
            where = about(self._district, self._sought, self._span)
            found = keys_of(self._store, where.that(among(where, hours)), self._order, wanted, self._after)
            self._reached = hours[-1] + (1 if self._order == "oldest" else -1)
            if len(found) == wanted:
                self._reached, self._more = hour_of(parse_at(found[-1].occurred_at or _AGES_AGO)), True
            if found:
                self._after = cursor(found[-1])
                return found
        return []

    def _hours(self, wanted: int) -> list[int]:
        """The next hours in which so many rows name the subject, though each were stored twice."""
        newest = self._order == "newest"
        first, last = hours_of(self._span.since, self._span.until)
        if self._reached is not None:
            first, last = (first, self._reached + 1) if newest else (self._reached, last)
        where, bounds = Where(), within((first, last))
        each = (
            _about(where.beside(self._district), self._sought, self._span, columns).that(bounds)
            for columns in _counted(self._sought)
        )
        told = " UNION ALL ".join(
            f"SELECT {HOUR} AS hour, count() AS rows FROM events {one} GROUP BY hour" for one in each
        )
        sql = f"SELECT hour, sum(rows) AS rows FROM ({told}) GROUP BY hour ORDER BY hour {'DESC' if newest else 'ASC'}"
        most = min(_VERSIONS * wanted, MOST)
        counted = self._store.rows(f"{sql} {where.limit(most)}", _Hour, where.parameters)
        before = list(itertools.accumulate((one.rows for one in counted), initial=0))
        self._more = len(counted) == most or before[-1] >= most
        return [one.hour for one, rows in zip(counted, before, strict=False) if rows < most]


def whole(store: Store, district: str | None, sought: Subject, span: Span) -> Iterator[StoredEvent]:
    """All of a subject's timeline, oldest first, however long; memory stays bounded. Raises `Unavailable`."""

    def ask(hours: Unsettled) -> tuple[str, dict[str, Any]]:
        where, rows = last_of(district, sought, span, hours)
        sql = f"SELECT {VIEWED} FROM {rows} ORDER BY {_OLDEST} SETTINGS max_bytes_before_external_sort = 500000000"
        return f"{sql}, {APART}", where.parameters

    for chunk in settled_stream(store, ask):
        yield from _stored.decode_lines(chunk)


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


def histogram(
    store: Store, district: str | None, sought: Subject, span: Span, bars: int = 120
) -> tuple[list[Bar], timedelta]:
    """How many events when, by source and category, in at most about `bars` steps; and the length of a step."""
    return settled(store, partial(_histogram, store, district, sought, span, bars))


def _histogram(
    store: Store, district: str | None, sought: Subject, span: Span, bars: int, hours: Unsettled
) -> tuple[list[Bar], timedelta]:
    where = Where()
    kept = _about(where.beside(district), sought, span, _named_by(store, district, sought, span))
    rows = pieces(_about(where.beside(district), sought, span), hours, span.since, span.until, kept)
    each = f"SELECT {HOUR} AS hour, source_id, category, count() AS events FROM"
    by_hour = " UNION ALL ".join(f"{each} {piece} GROUP BY hour, source_id, category" for piece in rows)
    reach = store.rows(
        f"SELECT min(hour) AS first, max(hour) AS last FROM ({by_hour}) SETTINGS {APART}", _Reach, where.parameters
    )[0]
    step = _step(timedelta(hours=reach.last - reach.first), bars)
    if step < HOUR_S:
        return _fine_histogram(store, about(district, sought, span).that(by_time((reach.first, reach.last + 1))), bars)
    at = f"fromUnixTimestamp64Milli(toInt64(floor(hour * {HOUR_S} / {step})) * {step * 1000}, 'UTC')"
    sql = (
        f"SELECT {at} AS at, source_id, category, sum(events) AS events FROM ({by_hour}) {_PER_BAR} {where.limit(MOST)}"
        f" SETTINGS {APART}"
    )
    return store.rows(sql, Bar, where.parameters), timedelta(seconds=step)


def _fine_histogram(store: Store, where: Where, bars: int) -> tuple[list[Bar], timedelta]:
    """The same by seconds or minutes, of rows that lie in a few days."""
    extent = "count() AS events, min(occurred_at) AS first_at, max(occurred_at) AS last_at"
    whole = store.rows(f"SELECT {extent} FROM events FINAL {where} SETTINGS {APART}", _Count, where.parameters)[0]
    step = _step(parse_at(whole.last_at) - parse_at(whole.first_at), bars)
    sql = (
        f"SELECT toDateTime64(toStartOfInterval(occurred_at, INTERVAL {step} SECOND), 3, 'UTC') AS at,"
        f" source_id, category, count() AS events FROM events FINAL {where} {_PER_BAR} {where.limit(MOST)}"
    )
    return store.rows(f"{sql} SETTINGS {APART}", Bar, where.parameters), timedelta(seconds=step)


def _named_by(store: Store, district: str | None, sought: Subject, span: Span) -> Collection[str] | None:
    """Which of the columns that ClickHouse counts together need be asked; None: in both stands what the text names."""
    asked = _counted(sought)
    if len(asked) == 1:
        return asked[0]
    where, touched = Where(), within(hours_of(span.since, span.until))
    each = (_about(where.beside(district), sought, span, columns).that(touched) for columns in asked)
    counted = (f"SELECT {n} AS hour, count() AS rows FROM events {one}" for n, one in enumerate(each))
    found = [asked[one.hour] for one in store.rows(" UNION ALL ".join(counted), _Hour, where.parameters) if one.rows]
    return None if len(found) > 1 else found[0] if found else NAMES


def _counted(sought: Subject) -> list[Collection[str]]:
    """The columns that may name the subject, by the counts that know them."""
    return [columns for columns in (NAMES, HOSTS) if set(columns) & set(sought.columns)]


def by_id(store: Store, district: str | None, event_ids: list[str]) -> list[StoredEvent]:
    """The events of these ids, in order of time; at most `MOST`."""
    if not event_ids:
        return []
    where = Where(district).among("event_id", event_ids[:MOST])
    sql = f"SELECT {VIEWED} FROM events FINAL {where} ORDER BY {_OLDEST} {where.limit(MOST)}"
    return store.rows(sql, StoredEvent, where.parameters)


def about(district: str | None, sought: Subject, span: Span) -> Where:
    """The condition that an event is about the subject and lies in the span."""
    where = Where(district).between("occurred_at", span.since, span.until)
    return _of(where, span).that(names(where, sought))


def last_of(district: str | None, sought: Subject, span: Span, hours: Unsettled) -> tuple[Where, str]:
    """Who binds the values, and the subject's events of the span, each as last stored, for FROM."""
    where = _of(Where(district), span)
    where.that(names(where, sought))
    return where, standing(where, hours, span.since, span.until)


def _about(where: Where, sought: Subject, span: Span, columns: Collection[str] | None = None) -> Where:
    """The same of any time, as the counts by hour can tell it; `columns`: named in one of these."""
    return _of(where, span).that(names(where, sought, columns))


def _of(where: Where, span: Span) -> Where:
    return where.among("source_id", span.source_ids).among("category", span.categories).among("action", span.actions)


def _step(extent: timedelta, bars: int) -> int:
    wanted = extent.total_seconds() / max(1, bars)
    return next((step for step in _STEPS_S if step >= wanted), _STEPS_S[-1])


def _ms(at: str | None) -> int:
    return round(parse_at(at or _AGES_AGO).timestamp() * 1000)
