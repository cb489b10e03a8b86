"""How the producers speak to Kafka: the clients' settings, the topics, and what the log says of a district."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import TopicAlreadyExistsError

from model.batch import Batch
from model.codec import Undecodable, decode_batch
from model.settings import Settings
from model.topics import Topic

LARGEST_RECORD = 4_194_304  # bytes; what the broker allows (model.topics)
PATIENCE_MS = 120_000  # how long a broker may take to answer for the first time, as after a crash
_FOR_EVER_MS = 2**31 - 1  # a broker that is away comes back; what is not sent stays in its file meanwhile


class NoPartition(RuntimeError):
    """Every partition of a topic has a district already."""


def client(settings: Settings) -> dict[str, Any]:
    """The arguments every kafka-python client takes."""
    named = {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "security_protocol": settings.kafka_security_protocol,
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_sasl_username,
        "sasl_plain_password": settings.kafka_sasl_password,
        "ssl_cafile": settings.kafka_ssl_cafile,
    }
    given = {name: value for name, value in named.items() if value}
    return {**given, "bootstrap_timeout_ms": PATIENCE_MS}


def producer(settings: Settings, patience_ms: int = _FOR_EVER_MS) -> KafkaProducer:
    """An idempotent producer that gives up on nothing but a record no broker would take, or after `patience_ms`."""
    return KafkaProducer(
        **client(settings),
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        linger_ms=5,
        batch_size=1_000_000,
        max_request_size=LARGEST_RECORD,
        delivery_timeout_ms=patience_ms,
        request_timeout_ms=min(30_000, patience_ms - 1_000),
        max_block_ms=patience_ms,
        metrics_enabled=False,
    )


def create_topics(settings: Settings, topics: Iterable[Topic]) -> None:
    """Creates those that are missing; one partition per district, as many as the settings say."""
    admin = KafkaAdminClient(**client(settings))
    try:
        for topic in topics:
            shape = {
                "num_partitions": settings.kafka_partitions + topic.spare,
                "replication_factor": settings.kafka_replication_factor,
                "configs": topic.config,
            }
            try:
                admin.create_topics({topic.name: shape}, wait_for_metadata=True)
            except TopicAlreadyExistsError:
                continue
    finally:
        admin.close()


def topic_id(settings: Settings, topic: str) -> str:
    """The broker's own name for this very topic: made anew, it has another. Raises LookupError if there is none."""
    admin = KafkaAdminClient(**client(settings))
    try:
        found: dict[str, Any] = next(iter(admin.describe_topics([topic])), {})
    finally:
        admin.close()
    if not found.get("topic_id") or found.get("error_code"):
        raise LookupError(f"Kafka at {settings.kafka_bootstrap} has no topic {topic}; hallmonitor run creates it")
    return str(found["topic_id"])


def records(settings: Settings, topic: str, partition: int, offset: int) -> Iterator[tuple[int, Batch]]:
    """What stands in the log from `offset` to its present end, without what is no batch of ours."""
    place = TopicPartition(topic, partition)
    consumer = KafkaConsumer(**client(settings), enable_auto_commit=False, metrics_enabled=False)
    try:
        consumer.assign([place])
        end = consumer.end_offsets([place])[place]
        consumer.seek(place, max(offset, consumer.beginning_offsets([place])[place]))
        while consumer.position(place) < end:
            for record in consumer.poll(timeout_ms=500).get(place, []):
                try:
                    yield record.offset, decode_batch(record.key, record.value, record.headers)
                except Undecodable:
                    continue
    finally:
        consumer.close(autocommit=False)


def owners(settings: Settings, topic: str) -> list[str | None]:
    """Whose each partition is, by the key of its first record; None where nobody has written yet."""
    consumer = KafkaConsumer(**client(settings), enable_auto_commit=False, metrics_enabled=False)
    try:
        partitions = sorted(consumer.partitions_for_topic(topic) or ())
        return [first_key(consumer, TopicPartition(topic, partition)) for partition in partitions]
    finally:
        consumer.close(autocommit=False)


def claimed(settings: Settings, topic: str, district: str, write_claim: Callable[[int], object]) -> int:
    """The partition whose first record is this district's; else the first empty one, by writing a record into it.

    Two may do this at once: the first record decides, and the other's says nothing. Raises `NoPartition`.
    """
    while True:
        found = owners(settings, topic)
        if district in found:
            return found.index(district)
        if None not in found:
            raise NoPartition(f"All {len(found)} partitions of {topic} have districts; raise KAFKA_PARTITIONS")
        write_claim(found.index(None))


def first_key(consumer: KafkaConsumer, place: TopicPartition) -> str | None:
    """Whose a partition is, by the key of its first record; None where nobody has written yet. Raises TimeoutError."""
    if consumer.end_offsets([place])[place] == 0:
        return None
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if found := consumer.poll(timeout_ms=1000, max_records=1).get(place):
            return (found[0].key or b"").decode(errors="replace")
    raise TimeoutError(f"The first record of {place.topic}/{place.partition} does not come; is the broker well?")
