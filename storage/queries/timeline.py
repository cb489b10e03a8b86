"""What a subject did, over all sources, as attributed: a page of events, and how many when."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from model.event import parse_at
from storage.client import Store
from storage.queries.event_rows import STORED, StoredEvent
from storage.queries.subject import Subject, names
from storage.queries.where import MOST, Where

Order = Literal["newest", "oldest"]
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
    way, beyond = ("DESC", "<") if order == "newest" else ("ASC", ">")
    if after:
        at, _, event_id = after.partition("~")
        where.that(
            f"(occurred_at, event_id) {beyond} ({where.instant(parse_at(at))}, {where.bind(event_id, 'String')})"
        )
    wanted = max(1, min(limit, MOST - 1))
    order_by = f"ORDER BY occurred_at {way}, event_id {way} {where.limit(wanted + 1)}"
    sql = f"SELECT {STORED} FROM events FINAL {where} {order_by}"
    found = store.rows(sql, StoredEvent, where.parameters)
    last = found[wanted - 1] if len(found) > wanted else None
    return Page(found[:wanted], f"{last.occurred_at or '1970-01-01T00:00:00.000Z'}~{last.event_id}" if last else None)


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
    sql = f"SELECT {STORED} FROM events FINAL {where} ORDER BY occurred_at, event_id {where.limit(MOST)}"
    return store.rows(sql, StoredEvent, where.parameters)


def about(district: str | None, sought: Subject, span: Span) -> Where:
    """The condition that an event is about the subject and lies in the span."""
    where = Where(district).between("occurred_at", span.since, span.until)
    where.among("source_id", span.source_ids).among("category", span.categories).among("action", span.actions)
    return where.that(names(where, sought))


def _step(extent: timedelta, bars: int) -> int:
    wanted = extent.total_seconds() / max(1, bars)
    return next((step for step in _STEPS_S if step >= wanted), _STEPS_S[-1])
