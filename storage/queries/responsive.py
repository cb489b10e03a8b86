"""The rows that a request for records is about: counted, paged and streamed in the store, in one stable order.

How ClickHouse finds them: the district and the times cut by primary key and partition (class and month), the names by
the bloom filters of `person`, `account`, `device` and `domain`. `FINAL`, which makes of several versions of a row the
last, reads only the hours in which a row may stand twice (storage/queries/hours.py); a page finds the keys of what was
ever about the subjects first, and reads whole only these rows.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from model.event import format_at, parse_at
from model.vocabulary import SENSITIVE
from storage.client import Store, quoted
from storage.queries import paging
from storage.queries.districts import homes
from storage.queries.event_rows import STORED, StoredEvent
from storage.queries.hours import (
    Unsettled,
    among,
    counted_by_hour,
    pieces,
    settled,
    settled_stream,
    standing,
    whole_hours,
)
from storage.queries.paging import Page, Rows, cursor, keys_of, read
from storage.queries.people import at_homes
from storage.queries.subject import Homes, names, spellings, subject
from storage.queries.where import APART, SORTED, Where

_PLACE = ("source_id", "ifNull(offset, -1)", "ifNull(part, 0)", "event_id")
ORDER = f"occurred_at, {', '.join(_PLACE)}"  # as the sources wrote them; the same whenever it is asked
_KEY = "occurred_at, event_id"
_CLASS = "concat(category, '_events')"
ALL = "1"  # the condition that every row meets
_UNDATED = "toDateTime64(0, 3, 'UTC')"
_stored = msgspec.json.Decoder(StoredEvent)


class Criteria(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    """Rows about any of these accounts, people, devices and domains, of this time (instants, half open), of these
    record classes. What is empty restricts nothing; a domain includes the hosts below it.
    """

    accounts: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    since: str
    until: str
    classes: tuple[str, ...] = ()

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of events that the classes stand for."""
        return tuple(one.removesuffix("_events") for one in self.classes)


class Counted(msgspec.Struct, frozen=True):
    """How many responsive rows a source has in a class, and when the first and last occurred."""

    record_class: str
    source_id: str
    rows: int
    first_at: str
    last_at: str


class _Sum(msgspec.Struct, frozen=True):
    record_class: str
    source_id: str
    rows: int
    first: int  # hours since the epoch
    last: int


class _Rows(msgspec.Struct):
    rows: int


def count(store: Store, district: str, criteria: Criteria) -> list[Counted]:
    """How many rows are responsive, by class and source; counted in the store. Raises `Unavailable`.

    Of domains the counts by hour cannot tell all: then the rows are read.
    """
    known = _homes(store, district, criteria)
    counted = _by_rows if criteria.domains else _by_hours
    return settled(store, partial(counted, store, district, criteria, known))


def _by_hours(store: Store, district: str, criteria: Criteria, known: Homes, hours: Unsettled) -> list[Counted]:
    sums = {(one.record_class, one.source_id): one for one in _sums(store, district, criteria, known, hours)}
    ends = {hour for one in sums.values() for hour in (one.first, one.last)}
    if not ends:
        return []
    found = _by_rows(store, district, criteria, known, hours, ends)
    if sums.keys() != {(one.record_class, one.source_id) for one in found}:  # rows came or went in between
        return _by_rows(store, district, criteria, known, hours)
    return [msgspec.structs.replace(one, rows=sums[one.record_class, one.source_id].rows) for one in found]


def _by_rows(
    store: Store, district: str, criteria: Criteria, known: Homes, hours: Unsettled, only: Collection[int] = ()
) -> list[Counted]:
    """Read and counted; `only`: in these hours."""
    where = Where(district)
    if only:
        where.that(among(where, only))
    rows = standing(_whenever(where, criteria, known), hours, parse_at(criteria.since), parse_at(criteria.until))
    sql = (
        f"SELECT {_CLASS} AS record_class, source_id, count() AS rows, min(occurred_at) AS first_at,"
        f" max(occurred_at) AS last_at FROM {rows}"
        f" GROUP BY record_class, source_id ORDER BY record_class, source_id SETTINGS {APART}"
    )
    return store.rows(sql, Counted, where.parameters)


def _sums(store: Store, district: str, criteria: Criteria, known: Homes, hours: Unsettled) -> list[_Sum]:
    """How many rows by class and source, and in which hours the first and the last of them are."""
    where = _whenever(Where(district), criteria, known)
    rows = pieces(where, hours, parse_at(criteria.since), parse_at(criteria.until), where)
    sql = (
        f"SELECT {_CLASS} AS record_class, source_id, sum(rows) AS rows, min(hour) AS first, max(hour) AS last"
        f" FROM ({counted_by_hour(store, rows, 'category, source_id')})"
        f" GROUP BY record_class, source_id ORDER BY record_class, source_id SETTINGS {APART}"
    )
    return store.rows(sql, _Sum, where.parameters)


def undated(store: Store, district: str, criteria: Criteria) -> int:
    """How many rows are about the same subjects and have no time that could be read: somebody must look at them."""
    where = Where(district).that(f"occurred_at = {_UNDATED}").among("category", criteria.categories)
    where.that(_about(where, criteria, _homes(store, district, criteria)))
    return store.rows(f"SELECT count() AS rows FROM events FINAL {where}", _Rows, where.parameters)[0].rows


def stream(store: Store, district: str, criteria: Criteria) -> Iterator[StoredEvent]:
    """Every responsive row in the stable order; memory stays bounded. Raises `Unavailable`."""
    known = _homes(store, district, criteria)

    def ask(since: datetime | None, until: datetime | None, hours: Unsettled) -> tuple[str, dict[str, Any]]:
        where = _whenever(Where(district), criteria, known)
        rows = standing(where, hours, since, until)
        return f"SELECT {STORED} FROM {rows} ORDER BY {ORDER} SETTINGS {SORTED}, {APART}", where.parameters

    for chunk in settled_stream(store, parse_at(criteria.since), parse_at(criteria.until), ask):
        yield from _stored.decode_lines(chunk)


def page(store: Store, district: str, criteria: Criteria, limit: int = 50, after: str | None = None) -> Page:
    """One page in the stable order; `after` is the last page's. Raises ValueError on a foreign `after`.

    The counts by hour tell where there are rows of accounts, people and devices. Of domains they cannot tell all, and
    where nobody is named every hour has rows: then it asks day by day, and longer spans where nothing is found.
    """
    known = _homes(store, district, criteria)
    if criteria.domains or _about(Where(), criteria, known) == ALL:
        return _day_by_day(store, district, criteria, limit, after)
    rows = Rows(
        parse_at(criteria.since),
        parse_at(criteria.until),
        partial(_ever, district, criteria, known),
        lambda where: [_whenever(where.beside(district), criteria, known)],
    )
    return paging.page(store, rows, limit, after, "oldest", STORED)


def _day_by_day(store: Store, district: str, criteria: Criteria, limit: int, after: str | None) -> Page:
    start = parse_at(after.split("~", 1)[0]) if after else parse_at(criteria.since)
    until, step = parse_at(criteria.until), timedelta(days=1)
    found: list[StoredEvent] = []
    while start < until and len(found) <= limit:
        stop = min(until, start + step)
        part = msgspec.structs.replace(criteria, since=format_at(start), until=format_at(stop))
        found += _piece(store, district, part, limit + 1 - len(found), after)
        start, step = stop, step * 2
    return Page(found[:limit], cursor(found[limit - 1]) if len(found) > limit else None)


def _piece(store: Store, district: str, part: Criteria, wanted: int, after: str | None) -> list[StoredEvent]:
    known = _homes(store, district, part)
    found: list[StoredEvent] = []
    while keys := keys_of(store, _ever(district, part, known), "oldest", wanted, after):
        found += read(store, keys, _ever(district, part, known), "oldest", STORED)
        if len(keys) < wanted or len(found) >= wanted:
            break
        after = cursor(keys[-1])
    return found[:wanted]


def _ever(district: str, criteria: Criteria, known: Homes) -> Where:
    """The condition that a version of a row is about the subjects, or was."""
    where = Where(district).between("occurred_at", parse_at(criteria.since), parse_at(criteria.until))
    return _whenever(where, criteria, known)


def _whenever(where: Where, criteria: Criteria, known: Homes) -> Where:
    """Add the same condition without its times."""
    return where.among("category", criteria.categories).that(_about(where, criteria, known))


def is_responsive(store: Store, district: str, criteria: Criteria, event_id: str) -> bool:
    """Whether the row of this event is among them."""
    where = Where()
    sql = f"SELECT count() AS rows {_responsive(where, store, district, criteria, event_id)}"
    return store.rows(sql, _Rows, where.parameters)[0].rows > 0


def readable(district: str, criteria: Criteria, known: Homes) -> str:
    """The same rows as one condition on `events` that holds its values, for the scope of who answers the request."""
    since, until = parse_at(criteria.since), parse_at(criteria.until)
    where = _Spelled(district)
    if (told := whole_hours(since, until)) is None:
        where.between("occurred_at", since, until)
    else:
        where.that(told)
    return str(_whenever(where, criteria, known)).removeprefix("WHERE ")


class _Spelled(Where):
    """Conditions that spell their values out."""

    def bind(self, value: Any, kind: str) -> str:
        """The value as a literal."""
        if isinstance(value, list):
            return f"[{', '.join(map(quoted, value))}]"
        return str(value) if isinstance(value, int) else quoted(value)


def _responsive(where: Where, store: Store, district: str, criteria: Criteria, event_id: str | None = None) -> str:
    """FROM and WHERE of the responsive rows: of what was ever about the subjects, the last version."""
    since, until = parse_at(criteria.since), parse_at(criteria.until)
    where.equal("district", district).between("occurred_at", since, until).among("category", criteria.categories)
    where.equal("event_id", event_id)
    about = _about(where, criteria, _homes(store, district, criteria))
    whole = f"FROM events FINAL {where.that(about)}"
    return whole if about == ALL else f"{whole} AND ({_KEY}) IN (SELECT {_KEY} FROM events {where})"


def _homes(store: Store, district: str, criteria: Criteria) -> Homes:
    """The district's realms, where an account was named with one."""
    typed = any("@" in one or "\\" in one for one in criteria.accounts)
    return homes(store, district) if typed else ()


def _about(where: Where, criteria: Criteria, known: Homes) -> str:
    """The condition that a row is about one of the subjects; true where none is named."""
    sought = [at_homes(known, subject(f"account:{one}")) for one in criteria.accounts]
    tests = [names(where, one) for one in sought]
    tests += [_is(where, "person", criteria.persons)] if criteria.persons else []
    devices = [spelling for one in criteria.devices for spelling in spellings(one)]
    tests += [_is(where, column, devices) for column in ("device_id", "device") if devices]
    tests += [below(where, one) for one in criteria.domains]
    return f"({' OR '.join(tests)})" if tests else ALL


def below(where: Where, domain: str) -> str:
    """The condition that a row of `events` reached a domain, or a host below it.

    Of a request about protected speech only the raw record names the host. A law that asks for it gets it all the same.
    """
    host = domain.lower().strip(".")
    name, under = where.bind(host, "String"), where.bind("." + host, "String")
    told = f"url_category = '{SENSITIVE}' AND match(lower(raw), {where.bind(_in_raw(host), 'String')})"
    return f"domain = {name} OR endsWith(domain, {under}) OR ({told})"


def _in_raw(host: str) -> str:
    """A regular expression for a host, or one below it, that stands by itself in a raw record."""
    return rf"(^|[^a-z0-9-]){re.escape(host)}($|[^a-z0-9.-]|\.($|[^a-z0-9]))"


def _is(where: Where, column: str, values: Sequence[str]) -> str:
    return f"{column} IN {where.bind(list(values), 'Array(String)')}"
