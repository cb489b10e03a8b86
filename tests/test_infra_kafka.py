"""The embedded broker, spoken to by kafka-python."""

import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import KafkaError

from infra.local.broker import Node, properties
from infra.local.plan import brokers_seen
from infra.local.stack import Stack

FOUR_MB = 4 * 1024 * 1024


@pytest.fixture
def topic(stack: Stack) -> Iterator[str]:
    name = f"t-{uuid.uuid4().hex[:12]}"
    create(stack.kafka_bootstrap, name)
    yield name
    admin = KafkaAdminClient(bootstrap_servers=stack.kafka_bootstrap)
    admin.delete_topics([name])
    admin.close()


def create(bootstrap: str, name: str, partitions: int = 1) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(name, partitions, -1)], wait_for_metadata=True)
    admin.close()


def producer(bootstrap: str) -> KafkaProducer:
    return KafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        max_request_size=FOUR_MB,
        delivery_timeout_ms=60_000,
    )


def send(bootstrap: str, topic: str, values: list[bytes]) -> None:
    """Returns once every value is acknowledged."""
    sender = producer(bootstrap)
    for sent in [sender.send(topic, value) for value in values]:
        sent.get(timeout=60)
    sender.close()


def read(bootstrap: str, topic: str, count: int, within: float = 30.0) -> list[bytes]:
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, max_partition_fetch_bytes=FOUR_MB)
    consumer.assign([TopicPartition(topic, 0)])
    consumer.seek_to_beginning()
    values: list[bytes] = []
    deadline = time.monotonic() + within
    while len(values) < count and time.monotonic() < deadline:
        for records in consumer.poll(200).values():
            values.extend(record.value for record in records)
    consumer.close()
    return values


def test_what_is_sent_is_read_back_in_order(stack: Stack, topic: str) -> None:
    values = [f"value {n}".encode() for n in range(2_000)]
    send(stack.kafka_bootstrap, topic, values)
    assert read(stack.kafka_bootstrap, topic, len(values)) == values


def test_a_record_of_nearly_four_megabytes_passes(stack: Stack, topic: str) -> None:
    big = bytes(range(256)) * (FOUR_MB // 256 - 4)
    send(stack.kafka_bootstrap, topic, [big])
    assert read(stack.kafka_bootstrap, topic, 1) == [big]


def test_a_topic_that_nobody_made_does_not_come_into_being(stack: Stack) -> None:
    name = f"never-{uuid.uuid4().hex[:8]}"
    sender = KafkaProducer(bootstrap_servers=stack.kafka_bootstrap, max_block_ms=1500)
    with pytest.raises(KafkaError):
        sender.send(name, b"x").get(timeout=10)
    sender.close()
    admin = KafkaAdminClient(bootstrap_servers=stack.kafka_bootstrap)
    assert name not in admin.list_topics()
    admin.close()


def test_a_group_of_one_has_its_partitions_at_once(stack: Stack, topic: str) -> None:
    """group.initial.rebalance.delay.ms is 0: with Kafka's default of 3 s this would fail."""
    send(stack.kafka_bootstrap, topic, [b"x"])
    options = {"bootstrap_servers": stack.kafka_bootstrap, "group_id": topic, "auto_offset_reset": "earliest"}
    warm = KafkaConsumer(topic, **{**options, "group_id": f"{topic}-warm"})
    assert _first(warm) is not None  # the first group of a broker also waits for its offsets topic
    consumer = KafkaConsumer(topic, **options)
    started = time.monotonic()
    assert _first(consumer) is not None
    assert time.monotonic() - started < 2.9
    for each in (warm, consumer):
        each.close()


def _first(consumer: KafkaConsumer) -> object:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if found := consumer.poll(100):
            return found
    return None


def test_nothing_acknowledged_is_lost_when_the_broker_is_killed(stack: Stack, topic: str) -> None:
    values = [f"value {n}".encode() for n in range(500)]
    send(stack.kafka_bootstrap, topic, values)
    before = stack.pid("kafka-1")
    stack.kill("kafka-1")
    send(stack.kafka_bootstrap, topic, [b"after"])  # the client waits for the broker that comes back
    assert stack.pid("kafka-1") != before
    assert read(stack.kafka_bootstrap, topic, 501) == [*values, b"after"]


def test_three_nodes_are_told_to_keep_three_copies_and_to_wait_for_two() -> None:
    nodes = [Node(n, 9091 + n, 9190 + n) for n in (1, 2, 3)]
    lines = properties(nodes[1], nodes, Path("/data/kafka-2")).splitlines()
    assert "default.replication.factor=3" in lines
    assert "min.insync.replicas=2" in lines
    assert "controller.quorum.voters=1@127.0.0.1:9191,2@127.0.0.1:9192,3@127.0.0.1:9193" in lines


def test_every_listener_is_on_loopback() -> None:
    node = Node(1, 9092, 9093)
    text = properties(node, [node], Path("/data"))
    hosts = re.findall(r"[A-Z]+://([^:,]*):", text) + re.findall(r"\d@([^:]*):", text)
    assert set(hosts) == {"127.0.0.1"}


@pytest.mark.slow
def test_a_quorum_of_three_goes_on_without_one_and_takes_it_back(tmp_path: Path) -> None:
    with Stack(tmp_path / "home", brokers=3) as cluster:
        create(cluster.kafka_bootstrap, "kept", 1)
        admin = KafkaAdminClient(bootstrap_servers=cluster.kafka_bootstrap)
        assert len(admin.describe_topics(["kept"])[0]["partitions"][0]["replica_nodes"]) == 3
        values = [f"value {n}".encode() for n in range(100)]
        for turn, name in enumerate(("kafka-1", "kafka-2", "kafka-3")):
            cluster.kill(name)
            send(cluster.kafka_bootstrap, "kept", values)
            assert read(cluster.kafka_bootstrap, "kept", 100 * (turn + 1)) == values * (turn + 1)
            _wait_for_all(cluster)
        admin.close()


def _wait_for_all(cluster: Stack) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if all(brokers_seen(address) == 3 for address in cluster.kafka_bootstrap.split(",")):
            return
        time.sleep(0.5)
    pytest.fail("the killed broker did not come back within a minute")
