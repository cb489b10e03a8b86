"""How the producers speak to Kafka: the clients' settings, the topics, and what the log says of a district."""

import time
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import Any

import structlog
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource
from kafka.errors import TopicAlreadyExistsError

from model.batch import Batch
from model.codec import Undecodable, decode_batch
from model.kafka_client import PATIENCE_MS, checker, client
from model.keyring import Checker, Ring, Stranger
from model.mark import Marker
from model.settings import Settings
from model.topics import Topic

LARGEST_RECORD = 4_194_304  # bytes; what the broker allows (model.topics)
log = structlog.get_logger()
_DELETING = ("retention.ms", "delete.retention.ms")  # by which a broker deletes what somebody still has to read
_FOR_EVER_MS = 2**31 - 1  # a broker that is away comes back; what is not sent stays in its file meanwhile


class NoPartition(RuntimeError):
    """Every partition of a topic has a district already."""


class MarkedProducer(KafkaProducer):  # type: ignore[misc]
    """A producer whose records bear our mark and a serial number. The partition must be named: the mark holds it."""

    def __init__(self, ring: Ring, **told: Any) -> None:
        self._ring, self._marker, self._turn = ring, Marker(), Lock()
        super().__init__(**told)

    def send(self, topic: str, *, partition: int, value: bytes = b"", key: bytes = b"", headers: Any = ()) -> Any:
        """A future, as `KafkaProducer.send` gives it. Records leave in the order of their numbers."""
        with self._turn:
            said = self._marker.marked(self._ring.key(topic), topic, partition, key, list(headers), value)
            return super().send(topic, value=value, key=key, headers=said, partition=partition)


def producer(settings: Settings, patience_ms: int = _FOR_EVER_MS) -> MarkedProducer:
    """An idempotent producer that gives up on nothing but a record no broker would take, or after `patience_ms`."""
    return MarkedProducer(
        Ring(settings.hallmonitor_home),
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


def create_topics(settings: Settings, topics: Iterable[Topic], patience_ms: int = PATIENCE_MS) -> None:
    """Creates those that are missing; one partition per district, as many as the settings say.

    Waits `patience_ms` for a broker, then raises KafkaError.

    One that is there and from which the broker would delete what nobody has stored yet is told to keep it.
    """
    admin = KafkaAdminClient(**{**client(settings), "bootstrap_timeout_ms": patience_ms})
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
                _keep(admin, topic)
    finally:
        admin.close()


def _keep(admin: Any, topic: Topic) -> None:
    told = admin.describe_configs([ConfigResource("TOPIC", topic.name)], config_filter="all")["topic"][topic.name]
    for name in _DELETING:
        had = told.get(name, {}).get("value")  # nothing where our user may not ask
        if name in topic.config and had != topic.config[name]:
            _tell(admin, topic.name, name, topic.config[name], had)


def _tell(admin: Any, topic: str, name: str, wanted: str, had: str | None) -> None:
    answer = admin.alter_configs([ConfigResource("TOPIC", topic, {name: wanted})])["topic"][topic]
    if answer == "OK":
        log.warning("the broker deleted too early; now it keeps what is needed", topic=topic, setting=name, had=had)
    else:
        log.error("tell the broker to keep it, or it may be lost", topic=topic, setting=f"{name}={wanted}", why=answer)


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
    ours = checker(settings)
    place = TopicPartition(topic, partition)
    consumer = KafkaConsumer(**client(settings), enable_auto_commit=False, metrics_enabled=False)
    try:
        consumer.assign([place])
        end = consumer.end_offsets([place])[place]
        consumer.seek(place, max(offset, consumer.beginning_offsets([place])[place]))
        while consumer.position(place) < end:
            for record in consumer.poll(timeout_ms=500).get(place, []):
                try:
                    ours.serial(record)
                    yield record.offset, decode_batch(record.key, record.value, record.headers)
                except (Stranger, Undecodable):
                    continue
    finally:
        consumer.close(autocommit=False)


def owners(settings: Settings, topic: str) -> list[str | None]:
    """Whose each partition is, by the key of its first record; None where nobody of ours has written yet."""
    ours = checker(settings)
    consumer = KafkaConsumer(**client(settings), enable_auto_commit=False, metrics_enabled=False)
    try:
        places = [TopicPartition(topic, one) for one in sorted(consumer.partitions_for_topic(topic) or ())]
        ends = consumer.end_offsets(places)  # of all at once: most are empty, and each question costs a round trip
        return [first_key(consumer, ours, place) if ends[place] else None for place in places]
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


def first_key(consumer: KafkaConsumer, ours: Checker, place: TopicPartition) -> str | None:
    """Whose a partition is, by the key of its first record of ours; None where there is none. Raises TimeoutError."""
    end = consumer.end_offsets([place])[place]
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if consumer.position(place) >= end:
            if consumer.beginning_offsets([place])[place] == 0:
                return None
            break  # it was somebody's, and Kafka has forgotten whose
        for record in consumer.poll(timeout_ms=1000, max_records=1).get(place, []):
            if _is_ours(ours, record):
                return (record.key or b"").decode(errors="replace")
    raise TimeoutError(f"The first record of {place.topic}/{place.partition} does not come; is the broker well?")


def _is_ours(ours: Checker, record: Any) -> bool:
    try:
        ours.serial(record)
    except Stranger as stranger:
        log.warning("not ours", topic=record.topic, partition=record.partition, offset=record.offset, why=str(stranger))
        return False
    return True
