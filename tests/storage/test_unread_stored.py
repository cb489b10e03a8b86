"""What is unread of the tables, as ClickHouse holds it: for the Sources page, and for judging again as known then."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cli.stored_log import Asked, stored_log
from dashboard.parts.source_list import unread_list
from infra.local.stack import Stack
from storage.client import Store
from storage.queries.unread import unread
from streams.engine.engine import Engine
from tests.support.loads import T1, first, later
from tests.support.storage_cases import DISTRICT, facts, fresh_store, store_records

HEAD = "approval_id,kind,vendor,state,valid_from\n"
BAD = first(approvals=HEAD + "A1,vendor_access,acme,approved,<b>soon</b>\n", accounts="account,kind\nbob,wizard\n")
WELL = later(BAD, approvals=HEAD)


@pytest.fixture
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_unread_stored")
    store.command("TRUNCATE TABLE reference")
    store_records(store, [facts(BAD.facts, 1)])
    yield store
    store.close()


def test_the_page_lists_what_is_unread_until_a_load_reads_it(store: Store) -> None:
    assert [row.table for row in unread(store, DISTRICT)] == ["accounts", "approvals"]
    shown = unread_list(unread(store, DISTRICT))
    assert "approvals: 1 row could not be read: line 2, valid_from" in shown
    assert "<b>" not in shown
    store_records(store, [facts(WELL.facts, 2)])
    assert [row.table for row in unread(store, DISTRICT)] == ["accounts"]
    assert unread(store, "another") == []


def test_a_replay_as_known_then_still_knows_what_was_unread_then(store: Store) -> None:
    store_records(store, [facts(WELL.facts, 2)])
    tables = {}
    for known_at in (datetime.fromtimestamp(T1 / 1000 - 1, UTC), None):
        engine = Engine(DISTRICT)
        for batch in stored_log(store, Asked(DISTRICT, known_at=known_at)):
            engine.observe(batch)
        tables[known_at is None] = [row.table for row in engine.reference.unread(["accounts", "approvals"])]
    assert tables == {False: ["accounts", "approvals"], True: ["accounts"]}
