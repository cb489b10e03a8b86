"""Counts by hour: exact whatever stands twice, kept by ClickHouse itself, gone with the rows, in older homes too."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from infra.local.stack import Stack
from model.event import Event, format_at
from storage.client import Store
from storage.migrate import migrate, migrations
from storage.queries import pivots, sources, timeline
from storage.queries.hours import Part, settled, spans, unsettled
from storage.queries.paging import Order
from storage.queries.subject import subject
from storage.queries.timeline import Span
from storage.queries.violations import Filter, queue
from tests.support.storage_cases import DISTRICT, event, events, fresh_store, store_records, violation, violations

BEGAN = datetime(2026, 1, 5, 14, tzinfo=UTC)
HOUR = 490_000
_SAT = {"device": "HS-LAB-01", "address": "10.1.0.7"}
TESS = subject("person:p17")


class _Text(msgspec.Struct):
    explain: str = ""
    rows: int = 0


def at(hours: float, event_id: str, **fields: Any) -> Event:
    """An event of p17 so many hours after the beginning."""
    when = format_at(BEGAN + timedelta(hours=hours))
    return event(event_id, **{"occurred_at": when, "person": "p17", "account": "tbell", **_SAT, **fields})


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    """A row for every ninth hour of half a year; some stored twice, some found to be of somebody else later."""
    store = fresh_store(stack, "test_hours")
    store.command("ALTER TABLE events MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1")
    found = [at(9 * n, f"e{n:03}") for n in range(480)]
    store_records(store, [events(found[:240], 1)])
    store_records(store, [events(found[240:], 2)])
    store_records(store, [events(found[100:110], 1)])  # redelivered
    others = [at(9 * n, f"e{n:03}", person="p18") for n in (200, 478, 479)]
    store_records(store, [events(others, 3)])
    yield store
    store.close()


def counted(store: Store, sought: str, **span: Any) -> int:
    bars, step = timeline.histogram(store, DISTRICT, subject(sought), Span(**span))
    assert step >= timedelta(hours=1)
    return sum(bar.events for bar in bars)


@pytest.mark.parametrize(("sought", "events"), [("person:p17", 477), ("account:tbell", 480), ("tbell", 480)])
def test_bars_count_a_row_once_and_under_its_last_name(store: Store, sought: str, events: int) -> None:
    assert counted(store, sought) == events


def test_bars_begin_and_end_within_an_hour(store: Store) -> None:
    since, until = BEGAN + timedelta(seconds=1), BEGAN + timedelta(hours=9 * 470, seconds=1)
    assert counted(store, "account:tbell", since=since, until=until) == 470


def test_bars_of_more_than_a_life_are_as_long_as_bars_get(stack: Stack) -> None:
    store = fresh_store(stack, "test_hours_long")
    store_records(store, [events([at(0, "now"), at(-24 * 365 * 40, "then")], 1)])
    bars, step = timeline.histogram(store, DISTRICT, TESS, Span())
    assert ([bar.events for bar in bars], step) == ([1, 1], timedelta(days=30))
    store.close()


def test_a_page_is_full_though_later_rows_turned_out_to_be_of_somebody_else(store: Store) -> None:
    page = timeline.page(store, DISTRICT, TESS, Span(), limit=2)
    assert [one.event_id for one in page.events] == ["e477", "e476"]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_over_many_single_hours_hold_every_row_once(store: Store, order: Order) -> None:
    seen: list[str] = []
    after = None
    while after or not seen:
        page = timeline.page(store, DISTRICT, TESS, Span(), limit=350, after=after, order=order)
        seen += [one.event_id for one in page.events]
        after = page.after
    expected = [f"e{n:03}" for n in range(478) if n != 200]
    assert seen == (expected if order == "oldest" else expected[::-1])


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_lease_that_its_file_tells_again_stands_once_in_its_pages(stack: Stack, order: timeline.Order) -> None:
    store = fresh_store(stack, f"test_hours_again_{order}")
    store.command("ALTER TABLE events MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1")
    store_records(store, [events([at(0, "lease", offset=5), at(0, "other", offset=7)], 1)])
    store_records(store, [events([at(0, "lease", offset=900)], 2)])
    seen: list[str] = []
    after = None
    while (after or not seen) and len(seen) < 9:
        page = timeline.page(store, DISTRICT, TESS, Span(), limit=1, after=after, order=order)
        seen += [one.event_id for one in page.events]
        after = page.after
    assert sorted(seen) == ["lease", "other"]
    store.close()


class _Heard:
    """A store that notes what it is asked."""

    def __init__(self, store: Store) -> None:
        self.store, self.asked = store, list[tuple[str, Any]]()
        self.is_limited = store.is_limited

    def rows(self, sql: str, kind: Any, parameters: Any = None) -> Any:
        self.asked.append((sql, parameters))
        return self.store.rows(sql, kind, parameters)

    def stream(self, sql: str, parameters: Any = None) -> Iterator[bytes]:
        self.asked.append((sql, parameters))
        return self.store.stream(sql, parameters)


@pytest.mark.parametrize("sought", ["person:p17", "account:tbell", "address:10.1.0.7", "device:HS-LAB-01"])
def test_clickhouse_answers_from_what_it_keeps_by_hour(store: Store, sought: str) -> None:
    heard = _Heard(store)
    timeline.histogram(heard, DISTRICT, subject(sought), Span())  # type: ignore[arg-type]
    by_hour = next((sql, told) for sql, told in heard.asked if "min(hour)" in sql)
    explained = "\n".join(one.explain for one in store.rows(f"EXPLAIN {by_hour[0]}", _Text, by_hour[1]))
    assert "names_by_hour" in explained


def test_a_page_of_many_single_hours_takes_no_more_questions_than_one_of_a_busy_hour(store: Store) -> None:
    heard = _Heard(store)
    page = timeline.page(heard, DISTRICT, subject("account:tbell"), Span(), limit=200)  # type: ignore[arg-type]
    assert len(page.events) == 200
    assert len(heard.asked) == 3  # the hours, the keys, the rows


def test_the_sources_page_is_answered_from_what_clickhouse_keeps_by_hour(store: Store) -> None:
    heard = _Heard(store)
    (found,) = sources.sources(heard, DISTRICT, BEGAN)  # type: ignore[arg-type]
    sql, told = heard.asked[1]
    explained = "\n".join(one.explain for one in store.rows(f"EXPLAIN {sql}", _Text, told))
    assert (found.events, "sources_by_hour" in explained) == (480, True)


def test_whatever_reads_rows_by_hour_reads_each_once(store: Store) -> None:
    since, until = BEGAN + timedelta(seconds=1), BEGAN + timedelta(hours=9 * 300, seconds=1)
    rows = [one.event_id for one in timeline.whole(store, DISTRICT, subject("tbell"), Span(since=since, until=until))]
    assert rows == [f"e{n:03}" for n in range(1, 301)]
    named = {(one.kind, one.name): one.events for one in pivots.pivots(store, DISTRICT, subject("tbell"), Span())}
    assert (named["person", "p17"], named["person", "p18"]) == (477, 3)


def test_a_whole_timeline_is_read_month_by_month_in_order(store: Store) -> None:
    heard = _Heard(store)
    found = [one.event_id for one in timeline.whole(heard, DISTRICT, TESS, Span())]  # type: ignore[arg-type]
    assert found == [f"e{n:03}" for n in range(478) if n != 200]
    assert sum("ORDER BY occurred_at" in sql for sql, _ in heard.asked) == 7  # January to July


@pytest.mark.parametrize(
    ("rows", "since", "days"),
    [(0, None, []), (7_000_000, None, [15]), (7_000_000, BEGAN, [15]), (15_000_000, None, [8, 15, 22])],
)
def test_a_time_is_cut_where_a_month_begins_and_where_it_has_many_rows(
    rows: int, since: datetime | None, days: list[int]
) -> None:
    begins = [first for first, _ in spans([Part("", 1_767_600_000, 1_767_900_000, rows)], since, None)]
    assert begins[0] == since
    assert [one.day for one in begins[1:] if one] == days


def test_a_violation_is_of_whom_its_proof_is_attributed_to_now(store: Store) -> None:
    store_records(store, [violations([violation("v1", event_ids=["e478"], account="other", person=None)])])
    proved = {who: queue(store, DISTRICT, Filter(evidence_of=subject(f"person:{who}"))) for who in ("p17", "p18")}
    assert {who: [one.violation_id for one in found] for who, found in proved.items()} == {"p17": [], "p18": ["v1"]}


def test_what_is_deleted_is_counted_no_more(stack: Stack) -> None:
    store = fresh_store(stack, "test_hours_deleted")
    store_records(store, [events([at(200 * n, f"e{n}") for n in range(3)], 1)])
    store.command("ALTER TABLE events DELETE WHERE event_id = 'e1' SETTINGS mutations_sync = 2")
    assert counted(store, "person:p17") == 2
    store.close()


def test_rows_of_an_older_home_are_counted_by_hour_too(stack: Stack) -> None:
    settings = stack.settings(clickhouse_url=f"{stack.clickhouse_url}/test_hours_older")
    store = Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password)
    migrate(store, [one for one in migrations() if one.number < 20])
    store_records(store, [events([at(200 * n, f"e{n}") for n in range(3)], 1)])
    assert migrate(store) == ["0020_by_hour.sql"]
    assert counted(store, "person:p17") == 3
    store.command("ALTER TABLE events MATERIALIZE PROJECTION names_by_hour SETTINGS mutations_sync = 2")
    kept = "SELECT sum(rows) AS rows FROM system.projection_parts WHERE active AND database = currentDatabase()"
    assert store.rows(f"{kept} AND name = 'names_by_hour'", _Text)[0].rows == 3
    store.close()


def test_rows_can_stand_twice_where_parts_of_one_partition_overlap() -> None:
    hour = 3600
    parts = [
        Part("('auth',202601)", HOUR * hour, (HOUR + 5) * hour),
        Part("('auth',202601)", (HOUR + 4) * hour, (HOUR + 9) * hour),
        Part("('auth',202601)", (HOUR + 9) * hour + 1, (HOUR + 20) * hour),
        Part("('proxy',202601)", HOUR * hour, (HOUR + 5) * hour),
    ]
    assert unsettled(parts) == {"auth": ((HOUR + 4, HOUR + 6),), "proxy": ()}


def test_a_part_within_another_one_leaves_the_rest_settled() -> None:
    parts = [Part("('vpn',202601)", 0, 100 * 3600), Part("('vpn',202601)", 10 * 3600, 11 * 3600)]
    assert unsettled(parts) == {"vpn": ((10, 12),)}


def test_an_answer_is_asked_anew_while_rows_come_to_stand_twice() -> None:
    one, two = Part("('auth',202601)", 0, 7200), Part("('auth',202601)", 3600, 7200)

    answers = iter([[one], [one, two], [one, two]])

    class Changing:
        def rows(self, sql: str, kind: Any) -> list[Part]:
            return next(answers)

    assert settled(Changing(), lambda hours: dict(hours)) == {"auth": ((1, 3),)}  # type: ignore[arg-type]
