"""The past as it was read, for judging it again: events and facts in order, streamed, without what we added."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import msgspec

from model.batch import Fact
from model.event import Event
from storage.client import Store
from storage.queries.event_rows import EVENT, or_null
from storage.queries.facts import FactRow, Tell, fact_of, warned
from storage.queries.where import Where

Order = Literal["time", "log"]
# Within one instant: as the source wrote them.
_ORDERS: dict[Order, str] = {
    "time": "occurred_at, source_id, offset, part, version, log_line",
    "log": "version, log_line",
}
_ADDED = ("person", "device_id", "site")
_events = msgspec.json.Decoder(Event)


class _Newest(msgspec.Struct):
    at: int


_facts = msgspec.json.Decoder(FactRow)


def history(
    store: Store,
    district: str,
    since: datetime | None = None,
    until: datetime | None = None,
    order: Order = "time",
) -> Iterator[Event]:
    """Every event that occurred in [since, until) once, as its parser gave it: attribution is taken off again.

    `time` merges the sources by event time, as `judge` reads a folder; `log` is the order they were last written in.
    Events without a time come first, unless `since` is given. Memory stays bounded here; ClickHouse sorts on disk.
    """
    where = Where(district).between("occurred_at", since, until)
    sql = f"SELECT {_unattributed()} FROM events FINAL {where} ORDER BY {_ORDERS[order]}, event_id"
    for chunk in store.stream(sql + " SETTINGS max_bytes_before_external_sort = 500000000", where.parameters):
        yield from _events.decode_lines(chunk)


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
