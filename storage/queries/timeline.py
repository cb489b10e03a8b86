"""What a subject did, over all sources, as attributed: a page of events, and how many when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from model.event import parse_at
from storage.client import Store
from storage.queries.event_rows import VIEWED, StoredEvent
from storage.queries.subject import Subject, names
from storage.queries.where import MOST, Where

Order = Literal["newest", "oldest"]
# Within one instant: as each source wrote them. Whatever has no place in a stream comes before what has one.
_PLACE = ("source_id", "ifNull(offset, -1)", "ifNull(part, 0)", "event_id")
_OLDEST = f"occurred_at, {', '.join(_PLACE)}"
_NEWEST = ", ".join(f"{one} DESC" for one in ("occurred_at", *_PLACE))
_AGES_AGO = "1970-01-01T00:00:00.000Z"  # where what has no time stands
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
    where = about(district, sought, span)
    if after:
        where.that(beyond(where, after, order))
    wanted = max(1, min(limit, MOST - 1))
    order_by = f"ORDER BY {_NEWEST if order == 'newest' else _OLDEST} {where.limit(wanted + 1)}"
    sql = f"SELECT {VIEWED} FROM events FINAL {where} {order_by}"
    found = store.rows(sql, StoredEvent, where.parameters)
    return Page(found[:wanted], cursor(found[wanted - 1]) if len(found) > wanted else None)


def whole(store: Store, district: str | None, sought: Subject, span: Span) -> Iterator[StoredEvent]:
    """All of a subject's timeline, oldest first, however long; memory stays bounded. Raises `Unavailable`."""
    where = about(district, sought, span)
    sql = f"SELECT {VIEWED} FROM events FINAL {where} ORDER BY {_OLDEST}"
    for chunk in store.stream(sql + " SETTINGS max_bytes_before_external_sort = 500000000", where.parameters):
        yield from _stored.decode_lines(chunk)


def cursor(last: StoredEvent) -> str:
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
    where = about(district, sought, span)
    extent = (
        f"SELECT count() AS events, min(occurred_at) AS first_at, max(occurred_at) AS last_at FROM events FINAL {where}"
    )
    whole = store.rows(extent, _Count, where.parameters)[0]
    step = _step(parse_at(whole.last_at) - parse_at(whole.first_at), bars)
    sql = (
        f"SELECT toDateTime64(toStartOfInterval(occurred_at, INTERVAL {step} SECOND), 3, 'UTC') AS at,"
        f" source_id, category, count() AS events FROM events FINAL {where}"
        f" GROUP BY at, source_id, category ORDER BY at, source_id, category {where.limit(MOST)}"
    )
    return store.rows(sql, Bar, where.parameters), timedelta(seconds=step)


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
    where.among("source_id", span.source_ids).among("category", span.categories).among("action", span.actions)
    return where.that(names(where, sought))


def _step(extent: timedelta, bars: int) -> int:
    wanted = extent.total_seconds() / max(1, bars)
    return next((step for step in _STEPS_S if step >= wanted), _STEPS_S[-1])
