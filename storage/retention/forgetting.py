"""Lets the broker forget what a purge destroys: a topic is a pipe, not an archive."""

from datetime import datetime
from typing import Any

from kafka import KafkaAdminClient, TopicPartition

from model import topics
from model.settings import Settings
from storage.ledger.book import Book
from storage.sink import GROUP, consumer

JUDGES = "hallmonitor-judge"


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
