"""The schema: it migrates once, is frozen, holds every field of an event, and forgets nothing by itself."""

from collections.abc import Iterator

import msgspec
import pytest

from infra.local.stack import Stack
from model.event import Event
from storage.client import BadRows, Store, Unavailable
from storage.migrate import MigrationChanged, NeedsReset, migrate, migrations
from tests.support.storage_cases import event, events, fresh_store, proof, store_records


class _Name(msgspec.Struct):
    name: str


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_storage")
    yield store
    store.close()


def test_migrating_twice_applies_nothing_the_second_time(store: Store) -> None:
    assert migrate(store) == []


def test_a_migration_that_was_edited_after_it_was_applied_is_refused(store: Store) -> None:
    first, *rest = migrations()
    with pytest.raises(MigrationChanged, match=r"0001_events.sql.*new migration"):
        migrate(store, [first._replace(sql=first.sql + "\n-- one more word"), *rest])


def test_events_has_a_column_for_every_field_of_an_event(store: Store) -> None:
    sql = "SELECT name FROM system.columns WHERE database = 'test_storage' AND table = 'events'"
    columns = {row.name for row in store.rows(sql, _Name)}
    assert set(Event.__struct_fields__) <= columns


def test_a_line_that_cannot_be_a_row_is_told_from_a_server_that_is_not_there(store: Store) -> None:
    with pytest.raises(BadRows):
        store.insert_lines("events", ["event_id", "product", "bytes_in"], b'{"event_id":"x","bytes_in":"many"}\n')
    with pytest.raises(Unavailable):
        Store("http://127.0.0.1:1/nowhere")


def test_an_event_without_an_id_is_no_row(store: Store) -> None:
    with pytest.raises(BadRows, match="has_event_id"):
        store.insert_lines("events", ["event_id", "product"], b'{"product":"squid"}\n')


def test_nothing_expires_by_itself_and_each_class_has_partitions_of_its_own(store: Store) -> None:
    store_records(store, [events([event("old", "14:00:01"), event("other", category="proxy")], 7_000)])
    names = "SELECT name FROM system.tables WHERE database = 'test_storage' AND create_table_query LIKE '% TTL %'"
    assert store.rows(names, _Name) == []
    where = "database = 'test_storage' AND table = 'events' AND active"
    parts = f"SELECT DISTINCT partition AS name FROM system.parts WHERE {where}"
    assert {"('auth',202603)", "('proxy',202603)"} <= {row.name for row in store.rows(parts, _Name)}


def test_a_home_of_an_earlier_release_is_told_to_be_reset(stack: Stack) -> None:
    settings = stack.settings(clickhouse_url=f"{stack.clickhouse_url}/test_earlier")
    store = Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password)
    migrate(store, [one for one in migrations() if one.number < 12])
    store.insert_lines("events", ["event_id", "product"], b'{"event_id":"x","product":"squid"}\n')
    with pytest.raises(NeedsReset, match="hallmonitor reset"):
        migrate(store)
    store.close()


def test_rows_that_an_earlier_release_packed_otherwise_stay_the_same(stack: Stack) -> None:
    settings = stack.settings(clickhouse_url=f"{stack.clickhouse_url}/test_packed")
    store = Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password)
    migrate(store, [one for one in migrations() if one.number < 14])
    attributed = event("e1", account="tbell", mac="02:00:00:00:00:01", bytes_in=7, attribution=[proof("person", "p17")])
    store_records(
        store, [events([attributed, event("e2", session_id="s1", raw="x" * 999), event("e3", user_agent="")])]
    )
    before = store.rows("SELECT * EXCEPT stored_at FROM events ORDER BY event_id", dict)  # type: ignore[type-var]
    assert migrate(store) == [one.name for one in migrations() if one.number >= 14]
    assert store.rows("SELECT * EXCEPT stored_at FROM events ORDER BY event_id", dict) == before  # type: ignore[type-var]
    kind = "SELECT type AS name FROM system.columns WHERE database = 'test_packed' AND name = 'attribution'"
    assert [row.name for row in store.rows(kind, _Name)] == ["LowCardinality(String)"]
    store.close()


@pytest.mark.parametrize("moved_by", ["0016_decisions_apart.sql", "0019_decisions_by_class.sql"])
def test_the_decisions_and_facts_of_an_older_schema_are_moved_whole_wherever_the_move_was_ended(
    stack: Stack, moved_by: str
) -> None:
    every = migrations()
    number = next(n for n, one in enumerate(every) if one.name == moved_by)
    settings = stack.settings(clickhouse_url=f"{stack.clickhouse_url}/test_moved_{moved_by[:4]}")
    store = Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password)
    migrate(store, every[:number])
    rows = {
        "casework": [{"event_id": "d1", "kind": "case.opened"}, {"event_id": "d2", "kind": "search.made"}],
        "reference": [{"table": "users", "key": "p1"}, {"table": "searches", "key": "d2"}],
    }
    for table, told in rows.items():
        store.insert_lines(table, list(told[0]), b"\n".join(map(msgspec.json.encode, told)))
    move = every[number]
    for ended_at in range(len(move.statements)):
        for n, statement in enumerate(move.statements[:ended_at]):
            for table, told in rows.items():  # people go on deciding
                told.append({**told[0], "event_id" if table == "casework" else "key": f"meanwhile-{ended_at}-{n}"})
                store.insert_lines(table, list(told[0]), msgspec.json.encode(told[-1]))
            store.command(statement)
    migrate(store)
    decided, known = ({row.get("event_id") or row["key"] for row in told} for told in rows.values())
    assert names(store, "SELECT event_id AS name FROM casework FINAL") == decided
    assert names(store, "SELECT key AS name FROM reference FINAL") == known
    parts = (
        "SELECT concat(`table`, ' ', partition) AS name FROM system.parts WHERE active AND database = currentDatabase()"
    )
    assert {"casework casework", "casework searches", "reference 0", "reference 1"} <= names(store, parts)
    assert not names(store, "SELECT name FROM system.tables WHERE name LIKE '%_apart'")
    store.close()


def names(store: Store, sql: str) -> set[str]:
    return {row.name for row in store.rows(sql, _Name)}
