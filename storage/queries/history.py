"""The past as it was read, for judging it again: events and facts in order, streamed, without what we added."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec

from model.batch import Fact
from model.event import Event
from storage.client import Store
from storage.queries.event_rows import EVENT, or_null
from storage.queries.facts import FactRow, Tell, fact_of, warned
from storage.queries.hours import HOUR, hours_of, within
from storage.queries.where import APART, Where

# Within one instant: as the source wrote them.
_ORDER = "occurred_at, source_id, offset, part, version, log_line, event_id"
_AT_ONCE = 500_000  # rows that ClickHouse sorts in one question, unless a day has more
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ADDED = ("person", "device_id", "site")
_events = msgspec.json.Decoder(Event)


class _Newest(msgspec.Struct):
    at: int


class _Day(msgspec.Struct):
    day: int  # since 1970, UTC
    rows: int


_facts = msgspec.json.Decoder(FactRow)


def history(
    store: Store, district: str, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Event]:
    """Every event that occurred in [since, until) once, as its parser gave it: attribution is taken off again.

    The sources are merged by event time, as `judge` reads a folder. Events without a time come first, unless `since`
    is given. Some days are asked for at a time: to sort a year at once takes more files than a process may open.
    """
    bounds = [since, *_bounds(store, district, since, until), until]
    for first, last in pairwise(bounds):
        where = Where(district).between("occurred_at", first, last)
        sql = f"SELECT {_unattributed()} FROM events FINAL {where} ORDER BY {_ORDER}"
        settings = f"SETTINGS max_bytes_before_external_sort = 500000000, {APART}"
        for chunk in store.stream(f"{sql} {settings}", where.parameters):
            yield from _events.decode_lines(chunk)


def _bounds(store: Store, district: str, since: datetime | None, until: datetime | None) -> Iterator[datetime]:
    """Midnights (UTC) between which there are some `_AT_ONCE` rows each."""
    where = Where(district).that(within(hours_of(since, until)))
    by_hour = f"SELECT {HOUR} AS hour, count() AS rows FROM events {where} GROUP BY hour"
    by_day = f"SELECT toInt64(floor(hour / 24)) AS day, sum(rows) AS rows FROM ({by_hour}) GROUP BY day ORDER BY day"
    before = 0
    for one in store.rows(by_day, _Day, where.parameters):
        midnight = _EPOCH + timedelta(days=one.day)
        if before and before + one.rows > _AT_ONCE and (since is None or midnight > since):
            yield midnight
            before = 0
        before += one.rows


def newest_event(store: Store, district: str) -> datetime | None:
    """When the last of the district's stored events occurred; None where there is none with a time."""
    where = Where(district)
    sql = f"SELECT toUnixTimestamp64Milli(max(occurred_at)) AS at FROM events {where}"
    (row,) = store.rows(sql, _Newest, where.parameters)
    return datetime.fromtimestamp(row.at / 1000, UTC) if row.at > 0 else None


def reference(store: Store, district: str, tell: Tell = warned, whole: bool = False) -> Iterator[Fact]:
    """Every reference fact of the district in the order of the log; `tell` is told of rows that cannot be read.

    `whole`: also of rows that have not what their table asks for (`model.reference`); without it they are given.
    """
    where = Where(district)
    columns = "`table`, key, row, valid_from, valid_to, recorded_at"
    sql = f"SELECT {columns} FROM reference FINAL {where} ORDER BY version, log_line"
    for chunk in store.stream(sql, where.parameters):
        for row in _facts.decode_lines(chunk):
            if fact := fact_of(row, tell, whole):
                yield fact


def _unattributed() -> str:
    """The event's columns, each of those attribution may add emptied where a step of the proof is about it."""
    columns = EVENT
    for name in _ADDED:
        added = f"""position(attribution, '"field":"{name}"') > 0"""
        columns = columns.replace(f"{or_null(name)} AS {name}", f"if({added}, NULL, {or_null(name)}) AS {name}")
    return columns
