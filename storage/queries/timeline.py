"""What a subject did, over all sources, as attributed: a page of events, and how many when."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from model.event import parse_at
from storage.client import Store
from storage.queries import paging
from storage.queries.event_rows import VIEWED, StoredEvent
from storage.queries.hours import (
    HOSTS,
    HOUR_S,
    NAMES,
    Counted,
    Unsettled,
    by_time,
    counted_by_hour,
    hours_of,
    pieces,
    settled,
    settled_stream,
    standing,
    within,
)
from storage.queries.paging import OLDEST, Order, Page, Rows
from storage.queries.subject import Subject, names
from storage.queries.where import APART, MOST, SORTED, Where

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


class _Bar(Bar, frozen=True):
    """With the first and last hour of all bars, and the length of a step in seconds."""

    first: int
    last: int
    step: int


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
    ever, counted = partial(about, district, sought, span), partial(_by_counts, district, sought, span)
    return paging.page(store, Rows(span.since, span.until, ever, counted), limit, after, order)


def whole(store: Store, district: str | None, sought: Subject, span: Span) -> Iterator[StoredEvent]:
    """All of a subject's timeline, oldest first, however long; memory stays bounded. Raises `Unavailable`."""

    def ask(since: datetime | None, until: datetime | None, hours: Unsettled) -> tuple[str, dict[str, Any]]:
        part = msgspec.structs.replace(span, since=since, until=until)
        where, rows = last_of(district, sought, part, hours)
        return f"SELECT {VIEWED} FROM {rows} ORDER BY {OLDEST} SETTINGS {SORTED}, {APART}", where.parameters

    for chunk in settled_stream(store, span.since, span.until, ask):
        yield from _stored.decode_lines(chunk)


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
    by_hour = counted_by_hour(store, rows, "source_id, category")
    found = store.rows(_bars(where, by_hour, bars), _Bar, where.parameters)
    if not found:
        return [], timedelta(seconds=_STEPS_S[0])
    if (one := found[0]).step < HOUR_S:
        return _fine_histogram(store, about(district, sought, span).that(by_time((one.first, one.last + 1))), bars)
    return [Bar(one.at, one.source_id, one.category, one.events) for one in found], timedelta(seconds=one.step)


def _bars(where: Where, by_hour: str, bars: int) -> str:
    """The question for bars, in steps by how far apart the first and the last hour are."""
    reaching = f"SELECT *, min(hour) OVER () AS first, max(hour) OVER () AS last FROM ({by_hour})"
    fits = f"one -> one >= (last - first) * {HOUR_S} / {where.bind(max(1, bars), 'Int64')}"
    step = f"ifNull(arrayFirstOrNull({fits}, {where.bind(list(_STEPS_S), 'Array(Int64)')}), {_STEPS_S[-1]})"
    at = f"fromUnixTimestamp64Milli(toInt64(floor(hour * {HOUR_S} / step)) * step * 1000, 'UTC')"
    return (
        f"SELECT {at} AS at, source_id, category, sum(rows) AS events, first, last, step"
        f" FROM (SELECT *, {step} AS step FROM ({reaching}))"
        f" GROUP BY at, source_id, category, first, last, step ORDER BY at, source_id, category {where.limit(MOST)}"
        f" SETTINGS {APART}"
    )


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
    found = [asked[one.hour] for one in store.rows(" UNION ALL ".join(counted), Counted, where.parameters) if one.rows]
    return None if len(found) > 1 else found[0] if found else NAMES


def _by_counts(district: str | None, sought: Subject, span: Span, where: Where) -> list[Where]:
    return [_about(where.beside(district), sought, span, columns) for columns in _counted(sought)]


def _counted(sought: Subject) -> list[Collection[str]]:
    """The columns that may name the subject, by the counts that know them."""
    return [columns for columns in (NAMES, HOSTS) if set(columns) & set(sought.columns)]


def by_id(store: Store, district: str | None, event_ids: list[str]) -> list[StoredEvent]:
    """The events of these ids, in order of time; at most `MOST`."""
    if not event_ids:
        return []
    where = Where(district).among("event_id", event_ids[:MOST])
    sql = f"SELECT {VIEWED} FROM events FINAL {where} ORDER BY {OLDEST} {where.limit(MOST)}"
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
