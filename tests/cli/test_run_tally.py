"""What a run says is missing: what it sent and what is not stored, whatever was stored before."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cli.run_tally import Tally
from infra.local.stack import Stack
from model.dead_letter import DeadLetter
from producers.catalog import PRODUCTS
from producers.entry import Entry, entry
from producers.product import Refusal
from producers.reader import Stream
from producers.source import Source
from storage.client import Store
from storage.stored import stored
from tests.support.storage_cases import DISTRICT, dead_letters, event, events, fresh_store, store_records

SOURCE = Source(DISTRICT, "dc1", PRODUCTS["windows_security"], ZoneInfo("UTC"), 0, Path("logs/dc1"))
OLDER = DeadLetter(
    dead_letter_id="0" * 32, district=DISTRICT, source_id="dc1", stage="parse", reason="of an earlier run", raw="x"
)
EVENT = event("e" * 32)


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    with closing(fresh_store(stack, "test_run_tally")) as store:
        store_records(store, [dead_letters([OLDER]), events([EVENT], 7)])
        yield store


def tally_of(store: Store, *sent: Entry) -> Tally:
    """The tally of a run that sent these, of which nothing new was stored."""
    tally = Tally(before=stored(store, DISTRICT))
    for one in sent:
        tally.watch(SOURCE, one)
    tally.compare(store, DISTRICT)
    return tally


def told(*lines: bytes) -> Entry:
    return Entry(0, 4, None, list(lines), [], 4)


def test_a_dead_letter_that_is_not_stored_is_missing_where_older_ones_are(store: Store) -> None:
    refused = entry((0, 4, Refusal("no record"), b"junk"), DISTRICT, Stream("dc1", "f1"))
    assert tally_of(store, refused).lost == 1


def test_an_event_that_is_not_stored_is_missing_where_older_ones_are(store: Store) -> None:
    assert tally_of(store, told(b'{"event_id":"' + b"a" * 32 + b'"}')).lost == 1


def test_an_event_that_was_stored_before_is_not_missing_when_it_is_sent_again(store: Store) -> None:
    assert tally_of(store, told(b'{"event_id":"' + b"e" * 32 + b'"}')).lost == 0
