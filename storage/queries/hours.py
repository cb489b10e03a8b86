"""Events counted by hour, as ClickHouse keeps them in each part (migration 0020), and where these counts are right.

Until the parts of a partition are merged a row may stand in two of them: as it was first attributed, and as it is
now. It keeps its class and its time; so where the times of the parts of a class do not overlap each row stands once,
and what is kept by hour is right. The other hours are counted with FINAL, which is slow and exact.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import msgspec

from storage.client import Store
from storage.queries.where import Where

HOUR = "toInt64(floor(toUnixTimestamp64Milli(occurred_at) / 3600000))"  # as the projections have it
HOUR_S = 3600
# Until 2100, for a part's times are told in 32 bits; what has no time stands in hour 0.
_FIRST, _LAST = 1, 4_102_444_800 // HOUR_S
_SHORT = 14 * 24  # hours
_MONTH = 28 * 24  # hours: the shortest
_AT_ONCE = 5_000_000  # rows of a month to look through in one question
_ROUNDS = 3
_CLASS = re.compile(r"^\('(\w+)',\d+\)$")
_PARTS = """SELECT partition, toInt64(toUnixTimestamp(min_time)) AS first, toInt64(toUnixTimestamp(max_time)) AS last,
 rows FROM system.parts
 WHERE database = currentDatabase() AND `table` = 'events' AND active ORDER BY partition, first"""

Range = tuple[int, int]  # hours since the epoch, half open
Unsettled = Mapping[str, tuple[Range, ...]]  # by category: the hours in which a row may stand twice
NOWHERE_SETTLED: Unsettled = {}
# The columns that name a subject, by the projection that counts them.
NAMES = ("person", "account", "target_account", "device_id", "device", "address", "assigned_address", "mac", "reporter")
HOSTS = ("domain", "destination")
Answer = TypeVar("Answer")


class Part(msgspec.Struct, frozen=True):
    """A part of `events`: its partition, the times of its first and last row in seconds since the epoch, its rows."""

    partition: str
    first: int
    last: int
    rows: int = 0


class Counted(msgspec.Struct, frozen=True):
    """How many rows an hour has."""

    hour: int
    rows: int


def settled(store: Store, ask: Callable[[Unsettled], Answer]) -> Answer:
    """The answer to a question that is told in which hours rows may stand twice.

    It is asked again where that was no longer so when the answer came, and at last counts nothing by hour.
    """
    before = unsettled(_parts(store))
    for _ in range(_ROUNDS):
        answer = ask(before)
        after = unsettled(_parts(store))
        if _holds(before, after):
            return answer
        before = after
    return ask(NOWHERE_SETTLED)


def settled_stream(
    store: Store,
    since: datetime | None,
    until: datetime | None,
    ask: Callable[[datetime | None, datetime | None, Unsettled], tuple[str, Mapping[str, Any]]],
) -> Iterator[bytes]:
    """The same of an answer about [since, until) that is streamed in order of time: it is asked span by span.

    ClickHouse would open every file of all parts that it reads in order, or sort all before the first line comes.
    """
    for first, last in spans(_parts(store), since, until):
        yield from _settled_chunks(store, partial(ask, first, last))


def _settled_chunks(store: Store, ask: Callable[[Unsettled], tuple[str, Mapping[str, Any]]]) -> Iterator[bytes]:
    """What they are made of is certain when their beginning is there."""
    for n in range(_ROUNDS + 1):
        before = unsettled(_parts(store)) if n < _ROUNDS else NOWHERE_SETTLED
        chunks = store.stream(*ask(before))
        first = next(chunks, b"")
        if n == _ROUNDS or _holds(before, unsettled(_parts(store))):
            yield first
            yield from chunks
            return


def spans(
    parts: Iterable[Part], since: datetime | None, until: datetime | None
) -> list[tuple[datetime | None, datetime | None]]:
    """[since, until) cut where a month with rows begins, and within a month of many; no hour is cut in two."""
    rows = Counter[datetime]()
    for part in parts:
        rows[datetime.fromtimestamp(part.first, UTC).replace(day=1, hour=0, minute=0, second=0)] += part.rows
    cuts = [month + timedelta(hours=hour) for month, held in sorted(rows.items()) for hour in _cuts(held)]
    inside = [one for one in cuts[1:] if (since is None or since < one) and (until is None or one < until)]
    return list(zip([since, *inside], [*inside, until], strict=True))


def _cuts(rows: int) -> range:
    """The hours of a month that divide so many rows."""
    return range(0, _MONTH, max(1, -(-_MONTH // (rows // _AT_ONCE + 1))))


def _parts(store: Store) -> list[Part]:
    return store.rows(_PARTS, Part)


def unsettled(parts: Iterable[Part]) -> Unsettled:
    """The hours in which the times of parts of one partition overlap; `parts` in order of partition and first row."""
    found: dict[str, list[Range]] = {}
    partition, reached = "", -1
    for part in parts:
        if part.partition != partition:
            partition, reached = part.partition, -1
        if named := _CLASS.match(partition):
            hours = found.setdefault(named[1], [])
            if part.first <= reached:
                _unite(hours, (part.first // HOUR_S, min(part.last, reached) // HOUR_S + 1))
        reached = max(reached, part.last)
    return {category: tuple(hours) for category, hours in found.items()}


def _unite(hours: list[Range], more: Range) -> None:
    """Add a range; it joins the last one where it touches it."""
    if hours and hours[-1][0] <= more[0] <= hours[-1][1]:
        hours[-1] = (hours[-1][0], max(hours[-1][1], more[1]))
    else:
        hours.append(more)


def _holds(before: Unsettled, after: Unsettled) -> bool:
    """Whether all that is unsettled was unsettled before."""
    return all(
        category in before and all(any(a <= first and last <= b for a, b in before[category]) for first, last in hours)
        for category, hours in after.items()
    )


def pieces(
    where: Where, hours: Unsettled, since: datetime | None, until: datetime | None, by_hour: Where | None = None
) -> list[str]:
    """What stands after FROM in the questions that together read each row of [since, until) that fulfills `where` once,
    as last stored; the setting `APART` goes with it. Of each of them the primary key or the partition cuts most.

    `by_hour`: the first is asked of the counts by hour; what they know of `where` to ask for.
    """
    first = _FIRST if since is None else max(_FIRST, -int(-since.timestamp() // HOUR_S))
    last = max(first, _LAST if until is None else min(_LAST, int(until.timestamp() // HOUR_S)))
    spans = {name: clipped for name, found in hours.items() if (clipped := _clipped(found, first, last))}
    names = {name: where.bind(name, "String") for name in spans}

    def twice(told: Callable[[Range], str]) -> list[str]:
        return [f"category = {names[name]} AND ({' OR '.join(map(told, found))})" for name, found in spans.items()]

    known = where.bind(sorted(hours), "Array(String)")
    bounds = [f"occurred_at >= {where.instant(since)}"] if since else []
    bounds += [f"occurred_at < {where.instant(until)}"] if until else []
    all_of_it, some = (within, _keyless) if by_hour else (by_time, by_time)
    kept = f"category IN {known} AND {all_of_it((first, last))} AND NOT ({' OR '.join(twice(some)) or '0'})"
    rest = " OR ".join([f"NOT {by_time((first, last))}", *twice(by_time)])
    final = (f"category IN {known} AND ({rest})", f"category NOT IN {known}")
    return [
        f"events {_and(by_hour or where, [kept])}",
        *(f"events FINAL {_and(where, [one, *bounds])}" for one in final),
    ]


def standing(where: Where, hours: Unsettled, since: datetime | None = None, until: datetime | None = None) -> str:
    """The rows of [since, until) that fulfill `where`, each as last stored, for FROM; with the setting `APART`."""
    each = " UNION ALL ".join(f"SELECT * FROM {piece}" for piece in pieces(where, hours, since, until))
    return f"({each}) AS events"


def _and(where: Where, conditions: Sequence[str]) -> str:
    told = " AND ".join(conditions)
    return f"{where} AND {told}" if str(where) else f"WHERE {told}"


def _clipped(hours: Iterable[Range], first: int, last: int) -> list[Range]:
    return [(max(a, first), min(b, last)) for a, b in hours if a < last and first < b]


def by_counts(store: Store) -> str:
    """The setting for a question that the counts by hour answer: ClickHouse need not look through the rows' indexes.

    Who may read some rows only has conditions that the counts may not know: then it reads rows, and needs the indexes.
    """
    return f"use_skip_indexes = {int(store.is_limited('events'))}"


def counted_by_hour(store: Store, pieces: Sequence[str], columns: str) -> str:
    """The question how many rows each hour has, by these columns; of `pieces` the counts answer the first."""
    first, *others = (
        f"SELECT {HOUR} AS hour, {columns}, count() AS rows FROM {piece} GROUP BY hour, {columns}" for piece in pieces
    )
    return " UNION ALL ".join((f"({first} SETTINGS {by_counts(store)})", *others))


def whole_hours(since: datetime, until: datetime) -> str | None:
    """The condition that a row lies in [since, until), as the counts can tell it, too; None where hours are cut."""
    first, last = since.timestamp() / HOUR_S, until.timestamp() / HOUR_S
    return _keyless((int(first), int(last))) if first.is_integer() and last.is_integer() else None


def short(since: datetime | None, until: datetime | None) -> bool:
    """Whether reading the rows of [since, until) costs less than reading the counts of all hours."""
    return since is not None and until is not None and (until - since).total_seconds() < _SHORT * HOUR_S


def within(hours: Range) -> str:
    """The condition that a row lies in these hours, as the counts by hour can tell it."""
    return _keyless(hours) if hours[1] - hours[0] > _SHORT else f"({HOUR} >= {hours[0]} AND {HOUR} < {hours[1]})"


def _keyless(hours: Range) -> str:
    """The same, so that ClickHouse leaves the primary key alone: to hold this against 100,000 marks takes seconds."""
    hour = f"bitXor({HOUR}, 0)"
    return f"({hour} >= {hours[0]} AND {hour} < {hours[1]})"


def by_time(hours: Range) -> str:
    """The same for who reads rows, as the primary key tells it at once."""
    first, last = (f"fromUnixTimestamp64Milli(toInt64({hour * HOUR_S * 1000}), 'UTC')" for hour in hours)
    return f"(occurred_at >= {first} AND occurred_at < {last})"


def among(where: Where, hours: Collection[int]) -> str:
    """The condition that a row lies in one of these hours; the primary key tells a set of them at once."""
    return f"{HOUR} IN {where.bind(sorted(hours), 'Array(Int64)')}"


def hours_of(since: datetime | None, until: datetime | None) -> Range:
    """The hours that [since, until) touches; those that could be told where it is open."""
    return (hour_of(since) if since else -_LAST, hour_of(until) + 1 if until else 2 * _LAST)


def hour_of(at: datetime) -> int:
    """The hour since the epoch in which an instant lies."""
    return int(at.timestamp() // HOUR_S)
