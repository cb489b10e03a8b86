"""The broker forgets what is older than it may keep, and of that only what was judged and stored: a real broker."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from kafka.structs import OffsetAndMetadata

from infra.local.stack import Stack
from model import topics
from model.attributed import SINCE
from model.kafka_client import client
from storage.ledger.ledger import Ledger
from storage.retention.forgetting import JUDGES, forget
from storage.sink import GROUP, consumer
from tests.support.ledger_cases import home_ledger, seal, store_marked
from tests.support.storage_cases import DISTRICT, event, events, fresh_store

pytestmark = pytest.mark.slow
NAMES = (topics.LOG.name, topics.EVENTS.name, topics.VIOLATIONS.name, topics.DEAD_LETTERS.name)
NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)
SENT = (NOW - timedelta(days=30), NOW - timedelta(days=20), NOW - timedelta(days=1), NOW)


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """Topics that hold four records each: of a month ago, of three weeks ago, of yesterday, of now.

    The two later ones of `audit.events` name events of the log from its second record on.
    """
    with Stack(tmp_path / "stack") as running:
        admin = KafkaAdminClient(**client(running.settings()))
        admin.create_topics([NewTopic(one.name, 1, 1, topic_configs=one.config) for one in topics.ALL])
        admin.close()
        producer = KafkaProducer(**client(running.settings()), acks="all")
        for name in NAMES:
            for at in SENT:
                named = [(SINCE, b"1")] if name == topics.EVENTS.name and at > NOW - timedelta(days=9) else []
                producer.send(name, b"x", headers=named, partition=0, timestamp_ms=round(at.timestamp() * 1000))
                producer.flush()
        producer.close()
        yield running


@pytest.fixture
def ledger(own_stack: Stack, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that has sealed events of the district, and so knows its partition."""
    ledger, store = home_ledger(tmp_path / "home"), fresh_store(own_stack, "forgetting")
    store_marked(ledger, store, [events([event("e1")])])
    seal(ledger)
    yield ledger
    store.close()


def reach(stack: Stack, judged: int, stored: int) -> None:
    """Say how far the judge and the sink have come."""
    for group, names, offset in ((JUDGES, NAMES[:1], judged), (GROUP, NAMES[1:], stored)):
        reader = consumer(stack.settings(), group)
        places = [TopicPartition(name, 0) for name in names]
        reader.assign(places)
        reader.commit({place: OffsetAndMetadata(offset, "", -1) for place in places})
        reader.close(autocommit=False)


def test_what_is_younger_than_the_days_it_keeps_is_kept(own_stack: Stack, ledger: Ledger) -> None:
    reach(own_stack, judged=4, stored=4)
    begins = forget(own_stack.settings(), ledger.book, DISTRICT, NOW - timedelta(days=14))
    assert begins == dict.fromkeys(NAMES, 2)
    reader = consumer(own_stack.settings(), None)
    assert reader.beginning_offsets([TopicPartition(NAMES[0], 0)]) == {TopicPartition(NAMES[0], 0): 2}
    reader.close(autocommit=False)


def test_what_is_not_judged_or_stored_is_kept_however_old(own_stack: Stack, ledger: Ledger) -> None:
    reach(own_stack, judged=1, stored=0)
    begins = forget(own_stack.settings(), ledger.book, DISTRICT, NOW)
    assert begins == {NAMES[0]: 1, **dict.fromkeys(NAMES[1:], 0)}


def test_what_the_log_holds_of_events_that_are_not_stored_is_kept(own_stack: Stack, ledger: Ledger) -> None:
    reach(own_stack, judged=4, stored=2)
    begins = forget(own_stack.settings(), ledger.book, DISTRICT, NOW + timedelta(days=99))
    assert begins == {NAMES[0]: 1, **dict.fromkeys(NAMES[1:], 2)}


def test_the_last_record_stays_and_says_whose_the_partition_is(own_stack: Stack, ledger: Ledger) -> None:
    reach(own_stack, judged=4, stored=4)
    assert forget(own_stack.settings(), ledger.book, DISTRICT, NOW + timedelta(days=99)) == dict.fromkeys(NAMES, 3)
