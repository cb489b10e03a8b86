"""A stranger who can write to Kafka, on a real broker: nothing they send is judged, and all of it is kept and said."""

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from infra.local.stack import Stack
from model import topics
from model.batch import Batch
from model.codec import encode_batch
from model.dead_letter import DeadLetter, decode_dead_letter
from model.kafka_client import client
from producers.broker import create_topics, owners
from storage.ledger.book import Book
from storage.ledger.waiting import strangers_waiting
from tests.streams.test_worker import Worker, broker, log_of, publish, read, standing, worker_log
from tests.support.small_district import DISTRICT, ended

__all__ = ["broker"]  # the fixture: a broker of this module's own
pytestmark = pytest.mark.slow
Bare = tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]  # key, value, headers


def strangely(stack: Stack, records: list[Bare], to: int) -> None:
    """Send records as they are, with no key of the home."""
    sender = KafkaProducer(**client(stack.settings()), acks="all", max_request_size=4_194_304)
    for key, value, headers in records:
        sender.send(topics.LOG.name, key=key, value=value, headers=headers, partition=to).get(timeout=30)
    sender.close()


def standing_in(stack: Stack, partition: int) -> list[Any]:
    """The records of a partition of the log, as anybody who may read it has them."""
    place = TopicPartition(topics.LOG.name, partition)
    consumer = KafkaConsumer(**client(stack.settings()), enable_auto_commit=False)
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    end, found = consumer.end_offsets([place])[place], []
    while consumer.position(place) < end:
        found += consumer.poll(timeout_ms=500).get(place, [])
    consumer.close()
    return found


def letters_of(stack: Stack, partition: int, enough: int) -> list[DeadLetter]:
    said = f"{topics.LOG.name}/{partition}@"
    deadline = time.monotonic() + 90
    found: list[DeadLetter] = []
    while len(found) < enough and time.monotonic() < deadline:
        lines = read(stack, topics.DEAD_LETTERS.name, enough, 5)
        found = [one for one in map(decode_dead_letter, lines) if (one.origin or "").startswith(said)]
    return found


def renamed(batches: list[Batch], prefix: bytes) -> list[Batch]:
    """The batches of events, with other ids."""
    return [
        msgspec.structs.replace(one, body=one.body.replace(b'"event_id":"e', b'"event_id":"' + prefix))
        for one in batches
        if one.kind == "events"
    ]


def test_what_a_stranger_sends_and_what_a_stranger_copies_is_never_judged(broker: Stack, tmp_path: Path) -> None:
    log = log_of(40)
    publish(broker, tmp_path, log[:2], partition=0)
    copies: list[Bare] = [(one.key, one.value, list(one.headers)) for one in standing_in(broker, 0)]
    forged: list[Bare] = [encode_batch(one) for one in renamed(log, b"forged")]
    garbage: list[Bare] = [
        (b"a|b", b"\x00garbage", []),
        (b"k", None, []),
        (DISTRICT.encode(), b"x" * 2_000_000, []),
    ]
    strangely(broker, [*forged, *copies, *garbage], to=0)
    publish(broker, tmp_path, log[2:], partition=0)
    worker = Worker(broker, tmp_path)
    try:
        found = standing(read(broker, topics.VIOLATIONS.name, 1))
        letters = letters_of(broker, 0, len(forged) + len(copies) + 2 + 3)
        events = read(broker, topics.EVENTS.name, 44)
        events = [line for line in events if not line.startswith(b'{"event_id":"older')]  # of another test here
    finally:
        worker.stop()
    assert len(found) == 1, worker_log(tmp_path)
    assert len(events) == 44
    assert not [line for line in events if b"forged" in line]
    assert {one.stage for one in letters} == {"mark"}
    assert {one.district for one in letters} == {DISTRICT}
    reasons = [one.reason for one in letters if one.part == 1]
    assert reasons.count("it is a copy of a record of ours that stands earlier") == len(copies)
    assert reasons.count("it bears no mark of ours") == len(forged) + len(garbage)
    assert len([one for one in letters if one.parts == 3]) == 3  # the large one


def test_what_nobody_read_yet_is_named_where_it_is_a_strangers_and_nothing_of_ours(
    broker: Stack, tmp_path: Path
) -> None:
    log = log_of(40)
    publish(broker, tmp_path, log[:2], partition=1)
    (forged,) = renamed(log[:3], b"waits")[:1]
    strangely(broker, [encode_batch(forged), (b"k", b"\x00garbage", [])], to=1)
    publish(broker, tmp_path, log[2:], partition=1)
    at = [one.offset for one in standing_in(broker, 1) if not dict(one.headers).get("mark")]
    settings = broker.settings(kafka_partitions=4, hallmonitor_home=tmp_path)
    book = Book(tmp_path)
    (found,) = strangers_waiting(settings, book, DISTRICT, 1_772_629_200_000)
    book.close()
    named = {row.id for row in found.rows if row.id.startswith(f"{topics.LOG.name}/1@")}
    assert named == {f"{topics.LOG.name}/1@{offset}" for offset in at}
    assert len(at) == 2
    assert {row.id for row in found.rows if row.id.startswith("waits")}
    assert (found.hour, found.status, found.record_class) == ("2026-03-04T13", "extra", "dead_letters")


def test_a_partition_belongs_to_whom_we_sent_first_not_to_whom_a_stranger_names(broker: Stack, tmp_path: Path) -> None:
    settings = broker.settings(kafka_partitions=4, hallmonitor_home=tmp_path)
    create_topics(settings, topics.ALL)
    strangely(broker, [encode_batch(ended())], to=3)
    assert owners(settings, topics.LOG.name)[3] is None


def test_the_log_of_an_older_home_is_judged_up_to_the_upgrade_and_then_only_what_is_marked(
    broker: Stack, tmp_path: Path
) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "marks.key").write_bytes(b"m" * 32)
    create_topics(broker.settings(kafka_partitions=4), topics.ALL)
    log = log_of(20)
    older: list[Bare] = [encode_batch(log[0]), *(encode_batch(one) for one in renamed(log, b"older"))]
    strangely(broker, older, to=2)
    worker = Worker(broker, tmp_path)
    later: list[Bare] = [encode_batch(one) for one in renamed(log, b"later")]
    try:
        while not [line for line in read(broker, topics.EVENTS.name, 1, 5) if b"older" in line]:
            assert worker.process.poll() is None, worker_log(tmp_path)
        strangely(broker, later, to=2)
        letters = letters_of(broker, 2, len(later))
        events = read(broker, topics.EVENTS.name, 1)
    finally:
        worker.stop()
    assert len(letters) == len(later), worker_log(tmp_path)
    assert not [line for line in events if b"later" in line]
