"""Trial of a year of a district: a timeline's page and bars, a request counted and paged, verifying, a purge plan.

The rows are made by ClickHouse itself from numbers; the chain by the ledger's own sealer, a leaf for each event and
each raw record. What is measured is what the commands call. Nothing is extrapolated.
"""

import os
import secrets
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from statistics import median
from zoneinfo import ZoneInfo

import msgspec

from bench.figure import Figure
from bench.worker import Place
from model.event import format_at
from storage.client import Store
from storage.ledger.book import OpenRecord
from storage.ledger.ledger import Ledger
from storage.ledger.verifying import Asked, Verifier
from storage.migrate import migrate
from storage.queries.responsive import Criteria, count
from storage.queries.responsive import page as review
from storage.queries.sources import sources
from storage.queries.subject import Subject, subject
from storage.queries.timeline import Span, histogram, page
from storage.retention.due import PURGED, Question
from storage.retention.schedule import Rule, cutoffs

ROWS = int(os.environ.get("HALLMONITOR_BENCH_ROWS", "5000000"))
DISTRICT, ZONE = "bench", ZoneInfo("America/Chicago")
BEGAN = datetime(2025, 7, 1, tzinfo=UTC)
HOURS = 365 * 24
PIECES = 10
_FILL = """INSERT INTO events (district, version, log_line, event_id, source_id, product, category, action, occurred_at,
 outcome, account, person, device_id, address, domain, raw)
SELECT '{district}', intDiv(number, 500), number % 500, lower(hex(sipHash128(number))), concat('s', toString(number % 7)),
 'squid', ['auth', 'vpn', 'proxy', 'device'][number % 4 + 1], 'web.requested',
 toDateTime64('2025-07-01 00:00:00', 3, 'UTC') + toIntervalMillisecond(toInt64(number * {step})), 'success',
 concat('user', toString(cityHash64(number) % 20000)), concat('p', toString(cityHash64(number) % 20000)),
 concat('d', toString(cityHash64(number) % 25000)), '10.1.2.3', concat('site', toString(cityHash64(number, 1) % 90000), '.example'),
 concat('raw record ', toString(cityHash64(number, 2)), ' of ', toString(number))
FROM numbers({first}, {count})"""  # noqa: E501


class _Count(msgspec.Struct):
    rows: int


def measure(place: Place) -> list[Figure]:
    """Seconds, the median of three, beside a plain count by ClickHouse of the same rows."""
    settings = place.stack.settings(clickhouse_url=place.stack.clickhouse_url + "/desk")
    store = Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password)
    migrate(store)
    step = 365 * 86_400_000 // ROWS
    for n in range(PIECES):
        size = ROWS // PIECES
        store.command(_FILL.format(district=DISTRICT, step=step, first=n * size, count=size))
    note = f"{ROWS:,} events over a year in chDB, as inserted, {os.cpu_count()} cores"
    found = [*_looked(store, note), *_collected(store, note), *_planned(store, note), *_verified(place, store, note)]
    store.close()
    return found


def _looked(store: Store, note: str) -> list[Figure]:
    """The 95th percentile of what a timeline's page asks, over 20 people."""
    people = [subject(f"person:p{n}") for n in range(0, 20_000, 1_000)]
    year = Span(since=BEGAN, until=BEGAN + timedelta(days=365))
    plain = f"SELECT count() AS rows FROM events WHERE district = '{DISTRICT}' AND person = "
    asked: dict[str, Callable[[Subject], object]] = {
        "bars of a person's year": lambda one: histogram(store, DISTRICT, one, year),
        "newest page of a person's year": lambda one: page(store, DISTRICT, one, year),
        "plain count of a person's year": lambda one: store.rows(f"{plain}'{one.text}'", _Count),
    }
    found = []
    for what, ask in asked.items():
        spent = sorted(_once(partial(ask, one)) for one in people)
        most = None if what.startswith("plain") else 0.1
        found.append(Figure("desk", f"{what}, p95", spent[18], "s", most=most, note=f"{len(people)} people; {note}"))
    return [*found, Figure("desk", "sources page", _seconds(lambda: sources(store, DISTRICT, BEGAN)), "s", note=note)]


def _collected(store: Store, note: str) -> list[Figure]:
    until = BEGAN + timedelta(days=365)
    asked = Criteria(persons=("p17",), since=format_at(BEGAN), until=format_at(until))
    rows = sum(one.rows for one in count(store, DISTRICT, asked))
    plain = f"SELECT count() AS rows FROM events WHERE district = '{DISTRICT}' AND person = 'p17'"
    return [
        Figure("desk", "request collection, a person over a year", _seconds(lambda: count(store, DISTRICT, asked)), "s",
               most=5.0, note=f"{rows:,} of {note}"),
        Figure("desk", "a page of a request's review table", _seconds(lambda: review(store, DISTRICT, asked)), "s",
               most=0.3),
        Figure("desk", "plain count of the same rows", _seconds(lambda: store.rows(plain, _Count)), "s"),
    ]  # fmt: skip


def _planned(store: Store, note: str) -> list[Figure]:
    rules = {name: Rule(keep="P1Y", since="occurred", basis="local") for name in (*PURGED, "exhibits")}
    ends = cutoffs(rules, date(2026, 9, 1), ZONE)

    def plan() -> int:
        put = Question(store, DISTRICT, rules, ends, (), datetime(2100, 1, 1, tzinfo=UTC))
        return sum(put.counts(name, rule).due for name, rule in rules.items())

    due = plan()
    plain = f"SELECT count() AS rows FROM events WHERE district = '{DISTRICT}' AND occurred_at < '2025-09-01'"
    return [
        Figure("desk", "purge plan, every class", _seconds(plan), "s", most=10.0, note=f"{due:,} due of {note}"),
        Figure("desk", "plain count of what is past a day", _seconds(lambda: store.rows(plain, _Count)), "s"),
    ]


def _verified(place: Place, store: Store, note: str) -> list[Figure]:
    ledger = Ledger(place.home)
    each = ROWS // HOURS
    lines, records = tuple(range(each)), list[OpenRecord]()
    for hour in range(HOURS):
        at = BEGAN + timedelta(hours=hour)
        records += [
            OpenRecord(DISTRICT, name, hour + 1, f"{at:%Y-%m-%dT%H}", 0, lines, secrets.token_bytes(32 * each))
            for name in ("proxy_events", "raw")
        ]
        if hour % 200 == 199 or hour == HOURS - 1:
            ledger.book.add(records, {})
            ledger.seal([DISTRICT], at)
            records = []
    verifier = Verifier(store, ledger.book, ledger.sealer.signer.public, dict, lambda *_: {})
    seals = len(verifier.quick(Asked(DISTRICT)).hours)
    took = _seconds(lambda: verifier.quick(Asked(DISTRICT)))
    ledger.close()
    said = f"{seals:,} hours and classes, {2 * each * HOURS:,} leaves; {note}"
    return [Figure("desk", "ledger verify --quick of a year", took, "s", most=10.0, note=said)]


def _seconds(deed: Callable[[], object]) -> float:
    return median(_once(deed) for _ in range(3))


def _once(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began
