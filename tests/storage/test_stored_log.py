"""The log that a replay judges: what ClickHouse holds, as a folder would have told it."""

import msgspec
import pytest

from cli.stored_log import Asked, stored_log
from infra.local.stack import Stack
from model.batch import Fact, Tick
from model.codec import split_lines
from storage.client import Store
from tests.support.storage_cases import DISTRICT, event, events, facts, fresh_store, store_records

NINE = 1_772_614_800_000  # March 4, 2026, 9:00 UTC


@pytest.fixture(scope="module")
def store(stack: Stack) -> Store:
    """A domain controller and a filter, whose records may come an hour late."""
    made = fresh_store(stack, "test_stored_log")
    sources = [("dc1", "300.0"), ("filter", "3600.0")]
    rows = [Fact(table="source", key=name, row={"lateness_s": late}) for name, late in sources]
    told = [event("e1", "09:00:00"), event("e2", "09:01:00"), event("e3", "09:20:00")]
    store_records(made, [facts(rows), events(told, 1)])
    return made


def test_before_any_event_every_source_has_come_as_far_as_the_first_less_what_may_come_late(store: Store) -> None:
    _, tick, first, *_ = stored_log(store, Asked(DISTRICT))
    ticks = [msgspec.json.decode(line, type=Tick) for line in split_lines(tick.body)]
    assert [(one.source_id, one.reached_at) for one in ticks] == [("dc1", NINE - 300_000), ("filter", NINE - 3_600_000)]
    assert (first.kind, first.source_id) == ("events", "dc1")


def test_a_batch_of_events_says_how_far_its_source_has_come_less_what_may_come_late(store: Store) -> None:
    batches = [batch for batch in stored_log(store, Asked(DISTRICT)) if batch.kind == "events"]
    assert [batch.reached_at for batch in batches] == [NINE + 1_200_000 - 300_000]


def test_at_the_end_every_source_has_ended(store: Store) -> None:
    *_, last = stored_log(store, Asked(DISTRICT))
    ticks = [msgspec.json.decode(line, type=Tick) for line in split_lines(last.body)]
    assert [(one.source_id, one.ended) for one in ticks] == [("dc1", True), ("filter", True)]
