"""The sink against real servers: everything once, nothing uncommitted seen, nothing committed that is not stored."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from structlog.testing import capture_logs

from infra.local import sasl
from infra.local.stack import Stack
from model import topics
from model.attributed import Given, Origin, encode_attributed
from model.event import decode_event, encode_event
from model.kafka_client import client
from model.keyring import Ring
from model.mark import Marker, name_of
from model.settings import Settings
from producers.broker import MarkedProducer
from producers.broker import producer as producer_of
from storage.client import Store
from storage.queries.timeline import by_id
from storage.sink import GROUP, serve
from tests.support.storage_cases import (
    DISTRICT,
    Record,
    event,
    events,
    fresh_store,
    proof,
    record,
    violation,
    violations,
)

pytestmark = pytest.mark.servers


class _Id(msgspec.Struct):
    event_id: str
    person: str


class _Letter(msgspec.Struct):
    raw: str
    reason: str
    stage: str


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of this module's own: the sink's topics have one name, and its ClickHouse is killed here."""
    with Stack(tmp_path_factory.mktemp("sink")) as running:
        admin = KafkaAdminClient(**client(running.settings()))
        admin.create_topics([NewTopic(one.name, 1, 1, topic_configs=one.config) for one in topics.ALL])
        admin.close()
        yield running


@pytest.fixture
def store(own_stack: Stack, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A database of this test's own."""
    store = fresh_store(own_stack, request.node.name[:60])
    yield store
    store.close()


@pytest.fixture
def settings(own_stack: Stack, store: Store) -> Settings:
    return own_stack.settings(clickhouse_url=store.url, hallmonitor_home=own_stack.home)


@pytest.fixture
def producer(own_stack: Stack) -> Iterator[MarkedProducer]:
    sender = producer_of(own_stack.settings(hallmonitor_home=own_stack.home))
    yield sender
    sender.close()


def send(producer: MarkedProducer, *records: Record) -> None:
    for one in records:
        producer.send(one.topic, key=one.key, value=one.value, headers=list(one.headers), partition=0)
    producer.flush()


class Sinks:
    """Sinks in threads, for the length of a `with`."""

    def __init__(self, settings: Settings, group: str, number: int = 1) -> None:
        self.stop = Flag()
        self._threads = [Thread(target=serve, args=(settings, self.stop, group)) for _ in range(number)]

    def __enter__(self) -> "Sinks":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.1)


def stored(store: Store, prefix: str) -> dict[str, str]:
    sql = "SELECT event_id, person FROM events FINAL WHERE startsWith(event_id, {prefix:String})"
    rows = store.rows(sql, _Id, {"prefix": prefix})
    assert len(rows) == len({row.event_id for row in rows})
    return {row.event_id: row.person for row in rows}


def committed(settings: Settings, group: str) -> int:
    consumer = KafkaConsumer(**client(settings), group_id=group)
    try:
        return int(consumer.committed(TopicPartition(topics.EVENTS.name, 0)) or 0)
    finally:
        consumer.close()


def end_of_events(settings: Settings) -> int:
    consumer = KafkaConsumer(**client(settings))
    place = TopicPartition(topics.EVENTS.name, 0)
    try:
        return int(consumer.end_offsets([place])[place])
    finally:
        consumer.close()


@pytest.mark.slow
def test_what_is_sent_is_stored_once_also_when_two_groups_of_sinks_store_it(
    settings: Settings, store: Store, producer: MarkedProducer
) -> None:
    send(producer, *[events([event(f"twice{n}-{m}") for m in range(100)]) for n in range(20)])
    with Sinks(settings, "twice-a", number=2), Sinks(settings, "twice-b"):
        until(lambda: len(stored(store, "twice")) == 2_000)
        until(lambda: min(committed(settings, group) for group in ("twice-a", "twice-b")) == end_of_events(settings))
    assert len(stored(store, "twice")) == 2_000


def test_a_later_attribution_replaces_an_earlier_one(
    settings: Settings, store: Store, producer: MarkedProducer
) -> None:
    attributed = event("later1", person="p17", attribution=[proof("person", "p17")])
    send(producer, events([event("later1")]), events([attributed]))
    with Sinks(settings, "later"):
        until(lambda: stored(store, "later") == {"later1": "p17"})


def test_what_kafka_deleted_before_it_was_stored_is_said(
    settings: Settings, store: Store, producer: MarkedProducer
) -> None:
    send(producer, events([event("gone1")]))
    with Sinks(settings, "gone"):
        until(lambda: committed(settings, "gone") == end_of_events(settings))
    first = committed(settings, "gone")
    send(producer, events([event("gone2")]), events([event("gone3")]), events([event("gone4")]))
    admin = KafkaAdminClient(**client(settings))
    admin.delete_records({TopicPartition(topics.EVENTS.name, 0): first + 1})
    admin.close()
    with capture_logs() as said, Sinks(settings, "gone"):
        until(lambda: {"gone3", "gone4"} <= set(stored(store, "gone")))
    assert [(one["topic"], one["first"], one["last"]) for one in said if "LOST" in one["event"]] == [
        (topics.EVENTS.name, first, first)
    ]
    sql = "SELECT raw, reason, stage FROM dead_letters FINAL WHERE startsWith(reason, 'Kafka deleted')"
    reason = f"Kafka deleted offsets {first} to {first} before they were stored"
    assert store.rows(sql, _Letter) == [_Letter(raw="", reason=reason, stage="store")]


def test_a_line_that_cannot_be_a_row_becomes_a_dead_letter_and_its_neighbours_are_stored(
    settings: Settings, store: Store, producer: MarkedProducer
) -> None:
    odd = encode_event(event("bad2")).replace(b'"raw":', b'"bytes_in":"many","raw":')
    lines = [encode_event(event("bad1")), b"not JSON", odd, b'{"event_id":"bad3"', encode_event(event("bad4"))]
    send(producer, record(topics.EVENTS.name, lines), violations([violation("bad5")]))
    with Sinks(settings, "bad"):
        until(lambda: set(stored(store, "bad")) == {"bad1", "bad4"})
        sql = (
            "SELECT raw, reason, stage FROM dead_letters FINAL WHERE startsWith(reason, 'not an event') ORDER BY origin"
        )
        until(lambda: len(store.rows(sql, _Letter)) == 3)
    letters = store.rows(sql, _Letter)
    assert [one.raw for one in letters] == ["not JSON", odd.decode(), '{"event_id":"bad3"']
    assert {one.stage for one in letters} == {"store"}
    assert "`int | null`, got `str`" in letters[1].reason


@pytest.mark.slow
def test_nothing_is_committed_while_clickhouse_is_down_and_everything_is_stored_after(
    settings: Settings, store: Store, producer: MarkedProducer, own_stack: Stack
) -> None:
    with Sinks(settings, "down"):
        until(lambda: committed(settings, "down") == end_of_events(settings))
        before = committed(settings, "down")
        own_stack.kill("clickhouse")
        send(producer, *[events([event(f"down{n}")]) for n in range(50)])
        assert committed(settings, "down") == before
        until(lambda: committed(settings, "down") == end_of_events(settings))
        assert len(stored(store, "down")) == 50


@pytest.mark.slow
def test_told_to_end_while_nothing_can_be_stored_it_ends_and_commits_nothing(
    settings: Settings, store: Store, producer: MarkedProducer
) -> None:
    with Sinks(settings, "stuck"):
        until(lambda: committed(settings, "stuck") == end_of_events(settings))
        before = committed(settings, "stuck")
        store.command("RENAME TABLE events TO away")
        send(producer, events([event("stuck1")]))
        time.sleep(2)
    assert committed(settings, "stuck") == before
    store.command("RENAME TABLE away TO events")
    with Sinks(settings, "stuck"):
        until(lambda: "stuck1" in stored(store, "stuck"))


@pytest.mark.slow
async def test_what_a_transaction_took_back_is_never_stored(settings: Settings, store: Store) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        transactional_id="test-sink",
        **sasl.client(settings.kafka_sasl_password),
    ) as transactional:
        marker = Marker()
        for name, keep in (("taken1", False), ("taken2", True)):
            await transactional.begin_transaction()
            sent = events([event(name)])
            told = (sent.topic, 0, sent.key, list(sent.headers), sent.value)
            headers = marker.marked(Ring(settings.hallmonitor_home).key(sent.topic), *told)
            await transactional.send_and_wait(sent.topic, key=sent.key, value=sent.value, headers=headers, partition=0)
            await (transactional.commit_transaction() if keep else transactional.abort_transaction())
    with Sinks(settings, "taken"):
        until(lambda: "taken2" in stored(store, "taken"))
        # The transaction's own marker is passed too: who waits for the sink to be done sees no lag.
        until(lambda: committed(settings, "taken") == end_of_events(settings))
    assert set(stored(store, "taken")) == {"taken2"}


@pytest.mark.slow
def test_told_to_end_the_process_stores_what_it_holds_and_commits(
    settings: Settings, store: Store, producer: MarkedProducer, tmp_path: Path
) -> None:
    environment = os.environ | settings.environment() | {"HALLMONITOR_HOME": str(settings.hallmonitor_home)}
    with (tmp_path / "words").open("w") as words:
        process = subprocess.Popen([sys.executable, "-m", "storage.sink"], env=environment, stdout=words, stderr=words)
        send(producer, events([event("end1")]))
        until(lambda: "end1" in stored(store, "end"))
        send(producer, events([event("end2")]))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, (tmp_path / "words").read_text()
    left = end_of_events(settings) - committed(settings, GROUP)
    assert left == 0 if "end2" in stored(store, "end") else left == 1


def test_an_event_comes_back_as_it_was_sent(settings: Settings, store: Store, producer: MarkedProducer) -> None:
    sent = event("same1", raw='tab\t, quote", \u00e9\U0001f511, \\ and \r', duration_s=1.5, bytes_in=2**62, part=2)
    send(producer, events([sent]))
    with Sinks(settings, "same"):
        until(lambda: "same1" in stored(store, "same"))
    found = by_id(store, None, ["same1"])[0]
    back = {name: getattr(found, name) for name in sent.__struct_fields__}
    assert decode_event(msgspec.json.encode(back)) == sent


class _Said(msgspec.Struct):
    event_id: str
    person: str
    raw: str


def log_end(settings: Settings) -> int:
    consumer = KafkaConsumer(**client(settings))
    place = TopicPartition(topics.LOG.name, 0)
    try:
        return int(consumer.end_offsets([place])[place])
    finally:
        consumer.close()


def put_in_the_log(settings: Settings, producer: MarkedProducer, names: list[str]) -> Given:
    """Events as a record of the log, and the same as the judge gives them out: every second one somebody's."""
    lines = [encode_event(event(name)) for name in names]
    offset = log_end(settings)
    sent = record(topics.LOG.name, lines)
    send(producer, sent)
    consumer = KafkaConsumer(**client(settings))
    place = TopicPartition(topics.LOG.name, 0)
    consumer.assign([place])
    consumer.seek(place, offset)
    standing = next(iter(consumer.poll(timeout_ms=20_000, max_records=1).get(place, [])))
    consumer.close()
    added = [b"" if n % 2 else b',"person":"p%d"' % n for n in range(len(names))]
    return Given(Origin(offset, name_of(standing)), lines, list(range(len(names))), added)


def give_out(producer: MarkedProducer, given: list[Given]) -> None:
    for value, headers in encode_attributed(given):
        told = {"key": DISTRICT.encode(), "value": value, "headers": headers, "partition": 0}
        producer.send(topics.EVENTS.name, **told)
    producer.flush()


@pytest.mark.slow
def test_events_that_are_named_by_their_place_are_stored_as_the_log_has_them(
    settings: Settings, store: Store, producer: MarkedProducer
) -> None:
    given = [put_in_the_log(settings, producer, [f"place{n}-{m}" for m in range(50)]) for n in range(4)]
    send(producer, record(topics.LOG.name, [b"a tick, between the events"], kind="tick"))
    given.append(put_in_the_log(settings, producer, ["place9-0"]))
    again = event("place0-1", person="p99", attribution=[proof("person", "p99")])
    give_out(producer, given[:1])
    send(producer, events([again]))
    give_out(producer, given[1:])
    give_out(producer, given[:1])  # an older place than the last: as after a sink that begins anew
    send(producer, events([again]))
    with Sinks(settings, "place-a", number=2), Sinks(settings, "place-b"):
        until(lambda: len(stored(store, "place")) == 201, 60)
        until(lambda: min(committed(settings, one) for one in ("place-a", "place-b")) == end_of_events(settings), 60)
    people = stored(store, "place")
    assert people.pop("place0-1") == "p99"
    assert people == {
        f"place{n}-{m}": "" if m % 2 else f"p{m}" for n in range(4) for m in range(50) if (n, m) != (0, 1)
    } | {"place9-0": "p0"}
    rows = store.rows("SELECT event_id, person, raw FROM events FINAL WHERE startsWith(event_id, 'place')", _Said)
    assert all(row.raw == f"raw of {row.event_id}" for row in rows)


@pytest.mark.slow
def test_events_that_the_log_does_not_hold_are_dead_letters_and_the_rest_is_stored(
    settings: Settings, store: Store, producer: MarkedProducer, own_stack: Stack
) -> None:
    true = put_in_the_log(settings, producer, ["gone1"])
    another = msgspec.structs.replace(true, origin=Origin(true.origin.offset, b"x" * 16))
    beyond = msgspec.structs.replace(true, origin=Origin(10**9, true.origin.name))
    sender = KafkaProducer(**client(settings), acks="all")
    forged = record(topics.LOG.name, [encode_event(event("gone2"))])
    placed = sender.send(topics.LOG.name, key=forged.key, value=forged.value, headers=list(forged.headers), partition=0)
    offset = placed.get(timeout=30).offset
    sender.close()
    strange = Given(Origin(offset, name_of(forged)), [encode_event(event("gone2"))], [0], [b""])
    for one in (another, beyond, strange, true):
        give_out(producer, [one])
    with Sinks(settings, "gone"):
        until(lambda: set(stored(store, "gone")) == {"gone1"}, 60)
    sql = "SELECT raw, reason, stage FROM dead_letters FINAL WHERE position(raw, 'answers') > 0"
    letters = store.rows(sql, _Letter)
    assert len(letters) == 3
    assert {(one.reason, one.stage) for one in letters} == {
        ("the log does not hold the events that this record names", "store")
    }
