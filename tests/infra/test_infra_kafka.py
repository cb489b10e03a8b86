"""The embedded broker, spoken to by kafka-python."""

import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import KafkaError

from infra.local import sasl
from infra.local.broker import Node, properties
from infra.local.home import Home
from infra.local.plan import brokers_seen
from infra.local.stack import Stack
from model.kafka_client import client

FOUR_MB = 4 * 1024 * 1024


@pytest.fixture
def topic(stack: Stack) -> Iterator[str]:
    name = f"t-{uuid.uuid4().hex[:12]}"
    create(stack, name)
    yield name
    admin = KafkaAdminClient(**kafka(stack))
    admin.delete_topics([name])
    admin.close()


def kafka(stack: Stack) -> dict[str, Any]:
    return client(stack.settings())


def create(stack: Stack, name: str, partitions: int = 1) -> None:
    admin = KafkaAdminClient(**kafka(stack))
    admin.create_topics([NewTopic(name, partitions, -1)], wait_for_metadata=True)
    admin.close()


def producer(stack: Stack) -> KafkaProducer:
    return KafkaProducer(
        **kafka(stack),
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        max_request_size=FOUR_MB,
        delivery_timeout_ms=60_000,
    )


def send(stack: Stack, topic: str, values: list[bytes]) -> None:
    """Returns once every value is acknowledged."""
    sender = producer(stack)
    for sent in [sender.send(topic, value) for value in values]:
        sent.get(timeout=60)
    sender.close()


def read(stack: Stack, topic: str, count: int, within: float = 30.0) -> list[bytes]:
    consumer = KafkaConsumer(**kafka(stack), max_partition_fetch_bytes=FOUR_MB)
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
    send(stack, topic, values)
    assert read(stack, topic, len(values)) == values


def test_a_record_of_nearly_four_megabytes_passes(stack: Stack, topic: str) -> None:
    big = bytes(range(256)) * (FOUR_MB // 256 - 4)
    send(stack, topic, [big])
    assert read(stack, topic, 1) == [big]


def test_a_topic_that_nobody_made_does_not_come_into_being(stack: Stack) -> None:
    name = f"never-{uuid.uuid4().hex[:8]}"
    sender = KafkaProducer(**kafka(stack), max_block_ms=1500)
    with pytest.raises(KafkaError):
        sender.send(name, b"x").get(timeout=10)
    sender.close()
    admin = KafkaAdminClient(**kafka(stack))
    assert name not in admin.list_topics()
    admin.close()


def test_the_broker_makes_no_first_member_of_a_group_wait(stack: Stack) -> None:
    """Kafka's own default keeps the sink, and each command that joins a group, waiting for 3 s at every start."""
    admin = KafkaAdminClient(**kafka(stack))
    told = admin.describe_configs([ConfigResource(ConfigResourceType.BROKER, "1")], config_filter="all")
    admin.close()
    assert told["broker"]["1"]["group.initial.rebalance.delay.ms"]["value"] == "0"


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_broker_is_killed(stack: Stack, topic: str) -> None:
    values = [f"value {n}".encode() for n in range(500)]
    send(stack, topic, values)
    before = stack.pid("kafka-1")
    stack.kill("kafka-1")
    send(stack, topic, [b"after"])  # the client waits for the broker that comes back
    assert stack.pid("kafka-1") != before
    assert read(stack, topic, 501) == [*values, b"after"]


def test_three_nodes_are_told_to_keep_three_copies_and_to_wait_for_two() -> None:
    nodes = [Node(n, 9091 + n, 9190 + n) for n in (1, 2, 3)]
    lines = properties(nodes[1], nodes, Path("/data/kafka-2"), "secret").splitlines()
    assert "default.replication.factor=3" in lines
    assert "min.insync.replicas=2" in lines
    assert "controller.quorum.voters=1@127.0.0.1:9191,2@127.0.0.1:9192,3@127.0.0.1:9193" in lines


def test_every_listener_is_on_loopback() -> None:
    node = Node(1, 9092, 9093)
    text = properties(node, [node], Path("/data"), "secret")
    hosts = re.findall(r"[A-Z]+://([^:,]*):", text) + re.findall(r"\d@([^:]*):", text)
    assert set(hosts) == {"127.0.0.1"}


@pytest.mark.parametrize("key", [{}, {"sasl_plain_password": "guessed"}, {"sasl_mechanism": "PLAIN"}])
def test_without_the_secret_the_broker_answers_nothing(stack: Stack, key: dict[str, str]) -> None:
    known = {**kafka(stack), "bootstrap_timeout_ms": 3_000}
    asked = {**known, **key} if key else {name: known[name] for name in ("bootstrap_servers", "bootstrap_timeout_ms")}
    with pytest.raises(KafkaError):
        KafkaAdminClient(**asked).list_topics()
    assert KafkaAdminClient(**known).list_topics() is not None


def test_the_secret_is_in_no_command_line_and_its_files_are_their_owners_alone(stack: Stack) -> None:
    secret = stack.settings().kafka_sasl_password
    for name in ("kafka-1", "clickhouse"):
        assert secret not in Path(f"/proc/{stack.pid(name)}/cmdline").read_text()
    logs = [path.name for path in (stack.home / "logs").iterdir() if secret in path.read_text(errors="replace")]
    assert logs == []
    beside = [path for folder in (stack.home, stack.home / "kafka", stack.home / "logs") for path in folder.iterdir()]
    assert [path for path in beside if path.stat().st_mode & 0o077] == []


@pytest.mark.slow
def test_a_home_made_without_passwords_keeps_its_records_and_gets_them(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with Stack(home.folder) as first:
        create(first, "kept")
        send(first, "kept", [b"before"])
    home.enrolled.unlink()
    (home.folder / "secret").write_text("another-secret-that-the-cluster-does-not-know\n")
    for _ in range(2):  # the first start takes PLAIN, too; the second does not
        with Stack(home.folder) as again:
            assert read(again, "kept", 1) == [b"before"]
    assert "PLAIN" not in dict(
        line.split("=", 1) for line in (home.folder / "kafka" / "kafka-1.properties").read_text().splitlines()
    )["sasl.enabled.mechanisms"].split(",")


@pytest.mark.slow
def test_a_quorum_of_three_goes_on_without_one_and_takes_it_back(tmp_path: Path) -> None:
    with Stack(tmp_path / "home", brokers=3) as cluster:
        create(cluster, "kept", 1)
        admin = KafkaAdminClient(**kafka(cluster))
        assert len(admin.describe_topics(["kept"])[0]["partitions"][0]["replica_nodes"]) == 3
        values = [f"value {n}".encode() for n in range(100)]
        for turn, name in enumerate(("kafka-1", "kafka-2", "kafka-3")):
            cluster.kill(name)
            send(cluster, "kept", values)
            assert read(cluster, "kept", 100 * (turn + 1)) == values * (turn + 1)
            _wait_for_all(cluster)
        admin.close()


def _wait_for_all(cluster: Stack) -> None:
    deadline, secret = time.monotonic() + 60, cluster.settings().kafka_sasl_password
    while time.monotonic() < deadline:
        if all(brokers_seen(address, sasl.client(secret)) == 3 for address in cluster.kafka_bootstrap.split(",")):
            return
        time.sleep(0.5)
    pytest.fail("the killed broker did not come back within a minute")
