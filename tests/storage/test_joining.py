"""The sink's reader of the log gives the record that was asked for, or says why not: a real broker, and one away."""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import KafkaConnectionError, NodeNotReadyError

from infra.local.stack import Stack
from model import topics
from model.attributed import Origin, Unlike
from model.event import encode_event
from model.kafka_client import checker, client
from model.mark import name_of
from producers.broker import producer as producer_of
from storage import joining
from storage.joining import Away, LogReader
from storage.sink import consumer
from tests.support.ledger_cases import home_ledger
from tests.support.storage_cases import event, record

DISTRICTS, RECORDS = 5, 30


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path / "stack") as running:
        yield running


def sent(stack: Stack, home: Path) -> dict[tuple[int, int], tuple[Origin, bytes]]:
    """The log's records of many districts, by partition and number."""
    admin = KafkaAdminClient(**client(stack.settings()))
    admin.create_topics([NewTopic(topics.LOG.name, DISTRICTS, 1, topic_configs=topics.LOG.config)])
    admin.close()
    producer = producer_of(stack.settings(hallmonitor_home=home))
    futures = {}
    for number in range(RECORDS):
        for place in range(DISTRICTS):
            one = record(topics.LOG.name, [encode_event(event(f"e{place}-{number}"))])
            told = {"key": one.key, "value": one.value, "headers": list(one.headers), "partition": place}
            futures[place, number] = (producer.send(one.topic, **told), one.value)
    producer.flush()
    found = {where: (future.get(timeout=30).offset, value) for where, (future, value) in futures.items()}
    producer.close()
    reader = consumer(stack.settings(), group=None)
    names = names_in_the_log(reader)
    reader.close(autocommit=False)
    return {where: (Origin(offset, names[where[0], offset]), value or b"") for where, (offset, value) in found.items()}


def names_in_the_log(reader: Any) -> dict[tuple[int, int], bytes]:
    """What names each record, by partition and offset."""
    reader.assign([TopicPartition(topics.LOG.name, place) for place in range(DISTRICTS)])
    names: dict[tuple[int, int], bytes] = {}
    while len(names) < DISTRICTS * RECORDS:
        for records in reader.poll(timeout_ms=1_000).values():
            names |= {(one.partition, one.offset): name_of(one) for one in records}
    return names


@pytest.mark.slow
def test_whatever_is_asked_of_many_districts_the_record_of_that_place_comes(
    own_stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "DISTRICTS", 3)  # fewer than there are: some are let go and read anew
    home = tmp_path / "home"
    home_ledger(home).close()
    log = sent(own_stack, home)
    settings = own_stack.settings(hallmonitor_home=home)
    reader = LogReader(partial(consumer, settings, None), checker(settings))
    asked = sorted(log, key=lambda where: (where[1], where[0]))
    chance = random.Random(1)
    asked += [chance.choice(asked) for _ in range(200)]
    try:
        for place, number in asked:
            origin, value = log[place, number]
            assert reader.fetch(place, origin) == value
    finally:
        reader.close()


class Gone:
    """A consumer whose broker does not answer, `times` times; then it has one record at offset 3."""

    def __init__(self, times: int, found: Any) -> None:
        self.times, self.found = times, found

    def assign(self, places: list[TopicPartition]) -> None: ...
    def seek(self, place: TopicPartition, offset: int) -> None: ...
    def close(self, autocommit: bool) -> None: ...

    def poll(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
        self.times -= 1
        if self.times >= 0:
            raise NodeNotReadyError("away")
        return {TopicPartition(topics.LOG.name, 0): [self.found]}


class Trusting:
    """Takes each record for ours."""

    def serial(self, record: Any) -> None: ...


def test_while_the_log_does_not_answer_the_record_is_asked_for_again_and_comes() -> None:
    found = record(topics.LOG.name, [b"{}"], offset=3)
    gone = Gone(2, found)
    reader = LogReader(lambda: gone, Trusting())  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(Away):
            reader.fetch(0, Origin(3, name_of(found)))
    assert reader.fetch(0, Origin(3, name_of(found))) == found.value


def test_a_record_that_the_log_has_passed_over_is_not_waited_for() -> None:
    later = record(topics.LOG.name, [b"{}"], offset=7)
    with pytest.raises(Unlike, match="holds record 3 no more"):
        LogReader(lambda: Gone(0, later), Trusting()).fetch(0, Origin(3, b""))  # type: ignore[arg-type]


def test_no_district_is_read_while_the_broker_takes_no_connection() -> None:
    def refused() -> Any:
        raise KafkaConnectionError

    with pytest.raises(Away):
        LogReader(refused, Trusting()).fetch(0, Origin(3, b""))  # type: ignore[arg-type]
