"""Lets the broker forget what a purge destroys: a topic is a pipe, not an archive."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kafka import KafkaAdminClient, TopicPartition

from model import topics
from model.attributed import SINCE
from model.settings import Settings
from storage.ledger.book import Book
from storage.sink import GROUP, consumer

JUDGES = "hallmonitor-judge"
PATIENCE_S = 60.0


def forget(settings: Settings, book: Book, district: str, before: datetime | None = None) -> dict[str, int]:
    """Delete records of the district up to what is judged, stored and sealed; the offset each topic now begins at.

    `before`: only records that Kafka took earlier. The last record of a topic stays: it says whose the partition is.
    Raises KafkaError.
    """
    partition = book.partition(district)
    if partition is None:
        return {}
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap.split(","), **_security(settings))
    source = consumer(settings, group=None)
    try:
        reached = {
            TopicPartition(topics.LOG.name, partition): _committed(admin, JUDGES, topics.LOG.name, partition),
            **{
                TopicPartition(name, partition): _committed(admin, GROUP, name, partition)
                for name in (topics.EVENTS.name, topics.VIOLATIONS.name, topics.DEAD_LETTERS.name)
            },
        }
        place = TopicPartition(topics.LOG.name, partition)
        stored = reached[TopicPartition(topics.EVENTS.name, partition)]
        reached[place] = _still_named(settings, partition, stored, reached[place])
        ends = source.end_offsets(list(reached))
        wanted = {place: min(offset, ends[place] - 1) for place, offset in reached.items()}
        if before is not None:
            wanted = _no_younger(source, wanted, ends, before)
        begins = source.beginning_offsets(list(reached))
        more = {place: offset for place, offset in wanted.items() if offset > begins[place]}
        if more:
            admin.delete_records(more)
        return {place.topic: max(begins[place], more.get(place, 0)) for place in reached}
    finally:
        source.close(autocommit=False)
        admin.close()


def _still_named(settings: Settings, partition: int, stored: int, judged: int) -> int:
    """Up to where in the log nothing is named by what is not stored yet: the sink must still read it there."""
    source = consumer(settings, group=None)
    try:
        return min((judged, *_named(source, TopicPartition(topics.EVENTS.name, partition), stored)))
    finally:
        source.close(autocommit=False)


def _named(source: Any, place: TopicPartition, start: int) -> Iterator[int]:
    """The first offset of the log that records from `start` on name, if any; 0 where Kafka does not say in time."""
    source.assign([place])
    end = source.end_offsets([place])[place]
    source.seek(place, max(start, source.beginning_offsets([place])[place]))
    deadline = time.monotonic() + PATIENCE_S
    while source.position(place) < end:
        if time.monotonic() > deadline:
            yield 0
            return
        for record in source.poll(timeout_ms=500, max_records=10).get(place, []):
            if named := dict(record.headers or ()).get(SINCE):
                yield int(named)
                return


def _no_younger(
    source: Any, wanted: dict[TopicPartition, int], ends: dict[TopicPartition, int], before: datetime
) -> dict[TopicPartition, int]:
    """The same offsets, or where the records that Kafka took at `before` begin, whichever comes first."""
    at_ms = round(before.timestamp() * 1000)
    found = source.offsets_for_times(dict.fromkeys(wanted, at_ms))
    young = {place: found[place].offset if found.get(place) else ends[place] - 1 for place in wanted}
    return {place: min(offset, young[place]) for place, offset in wanted.items()}


def _committed(admin: Any, group: str, topic: str, partition: int) -> int:
    place = TopicPartition(topic, partition)
    found = admin.list_group_offsets({group: [place]}).get(group, {})
    return max(0, found[place].offset) if place in found else 0


def _security(settings: Settings) -> dict[str, Any]:
    named = {
        "security_protocol": settings.kafka_security_protocol,
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_sasl_username,
        "sasl_plain_password": settings.kafka_sasl_password,
        "ssl_cafile": settings.kafka_ssl_cafile,
    }
    return {name: value for name, value in named.items() if value}
