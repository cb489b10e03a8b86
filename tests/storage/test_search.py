"""A search over any time: exact counts and times, from what ClickHouse keeps by hour."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from infra.local.stack import Stack
from storage.client import Store
from storage.queries.search import search
from storage.queries.subject import subject
from tests.support.storage_cases import DISTRICT, event, events, fresh_store, store_records

TWO_MONTHS = (datetime(2026, 1, 5, 14, 0, 11, tzinfo=UTC), datetime(2026, 3, 4, 15, 30, 20, tzinfo=UTC))


class _Text(msgspec.Struct):
    explain: str


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    with closing(fresh_store(stack, "test_search")) as store:
        store.command("ALTER TABLE events MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1")
        who: dict[str, Any] = {"account": "tbell", "person": "p17"}
        first = event("e1", occurred_at="2026-01-05T14:00:10.000Z", **who)
        second = event("e2", occurred_at="2026-01-20T09:05:00.000Z", reporter="edge", destination="edge", **who)
        third = event("e3", occurred_at="2026-03-04T15:30:20.000Z", **who)
        store_records(store, [events([first, second, third], 1)])
        store_records(store, [events([first], 1)])  # sent twice
        found = msgspec.structs.replace(third, person="p18")
        store_records(store, [events([found], 3)])  # it turned out to be somebody else's
        yield store


def found(store: Store, text: str, *span: datetime) -> list[tuple[str, str, int, str, str]]:
    return [msgspec.structs.astuple(one) for one in search(store, DISTRICT, subject(text), *span)]


def test_a_name_is_counted_once_with_its_first_and_last_time(store: Store) -> None:
    assert found(store, "tbell") == [("account", "tbell", 3, "2026-01-05T14:00:10.000Z", "2026-03-04T15:30:20.000Z")]


def test_a_row_that_was_attributed_anew_is_its_last_owners(store: Store) -> None:
    assert found(store, "p1*") == [
        ("person", "p17", 2, "2026-01-05T14:00:10.000Z", "2026-01-20T09:05:00.000Z"),
        ("person", "p18", 1, "2026-03-04T15:30:20.000Z", "2026-03-04T15:30:20.000Z"),
    ]


def test_a_row_in_which_both_counts_know_a_name_is_counted_once(store: Store) -> None:
    assert [(one.kind, one.events) for one in search(store, DISTRICT, subject("host:edge"))] == [("host", 1)]


def test_times_within_an_hour_are_kept_to(store: Store) -> None:
    assert found(store, "account:tbell", *TWO_MONTHS) == [
        ("account", "tbell", 1, "2026-01-20T09:05:00.000Z", "2026-01-20T09:05:00.000Z")
    ]


def test_clickhouse_answers_from_what_it_keeps_by_hour(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []
    rows = store.rows

    def heard(sql: str, kind: Any, parameters: Any = None) -> Any:
        asked.append((sql, parameters))
        return rows(sql, kind, parameters)

    monkeypatch.setattr(store, "rows", heard)
    search(store, DISTRICT, subject("tbell"))
    sql, told = next(one for one in asked if "min(hour)" in one[0])
    explained = "\n".join(one.explain for one in rows(f"EXPLAIN {sql}", _Text, told))
    assert "names_by_hour" in explained
