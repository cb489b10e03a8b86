"""The schema: it migrates once, is frozen, holds every field of an event, and forgets by the schedule, not before."""

from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from storage_cases import event, events, facts, fresh_store, store_records

from infra.local.stack import Stack
from model.batch import Fact
from model.event import Event
from storage.client import BadRows, Store, Unavailable
from storage.migrate import MigrationChanged, migrate, migrations
from storage.retention import UNKNOWN_DAYS, Schedules, days, expires_on, schedule


class _Name(msgspec.Struct):
    name: str


class _Kept(msgspec.Struct):
    event_id: str
    expires_on: str


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


def test_what_has_expired_is_deleted_unless_it_is_held(store: Store) -> None:
    store_records(store, [events([event("gone"), event("held"), event("kept")], 7_000)])
    store.command("ALTER TABLE events UPDATE legal_hold = true WHERE event_id = 'held' SETTINGS mutations_sync = 2")
    past = "ALTER TABLE events UPDATE expires_on = '2026-04-01' WHERE event_id IN ('gone', 'held')"
    store.command(past + " SETTINGS mutations_sync = 2")
    store.command("OPTIMIZE TABLE events FINAL")
    sql = "SELECT event_id, expires_on FROM events FINAL WHERE event_id IN ('gone', 'held', 'kept') ORDER BY event_id"
    assert [row.event_id for row in store.rows(sql, _Kept)] == ["held", "kept"]


def test_the_policy_in_the_log_says_how_long_an_event_is_kept(store: Store) -> None:
    policy = Fact(table="policy", key="p", row={"pack": '{"retention": {"events": "P7Y", "raw": "P1Y"}}'})
    store_records(store, [events([event("seven")], 8_001), facts([policy], 8_000)])
    kept = store.rows("SELECT event_id, expires_on FROM events FINAL WHERE event_id = 'seven'", _Kept)[0]
    assert kept.expires_on == str(expires_on(date(2026, 3, 4), date(2026, 3, 4), 7 * 366))


def test_a_duration_is_never_read_as_shorter_than_it_is() -> None:
    assert [days("P1Y"), days("P2M"), days("P1Y6M2W1D")] == [366, 62, 366 + 186 + 14 + 1]
    with pytest.raises(ValueError, match="PT5M"):
        days("PT5M")


def test_an_old_record_is_kept_thirty_days_from_when_it_was_stored() -> None:
    assert expires_on(date(2019, 1, 1), date(2026, 3, 4), 365) == date(2026, 4, 3)


def test_a_record_from_the_future_begins_its_term_when_it_is_stored() -> None:
    assert expires_on(date(2099, 1, 1), date(2026, 3, 4), 365) == date(2027, 3, 4)


def test_until_a_policy_is_known_everything_is_kept_for_ten_years() -> None:
    known = Schedules()
    known.learn("maple", {"pack": '{"retention": {"violations": "P7Y"}}'})
    assert known.of("maple").violations == 7 * 366
    assert known.of("maple").events == known.of("birch").violations == UNKNOWN_DAYS
    assert schedule("{}").raw == UNKNOWN_DAYS
