"""How every process of ours reaches Kafka, and what it asks the broker once at its start: ids and ends of topics."""

from collections.abc import Iterable
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from model.keyring import Checker, Ends, Ring, names
from model.settings import Settings

PATIENCE_MS = 120_000  # how long a broker may take to answer for the first time, as after a crash


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


def checker(settings: Settings) -> Checker:
    """Tells records of ours from a stranger's; notes at the first call how far an earlier release's records reach."""
    ring = Ring(settings.hallmonitor_home)
    ring.note_past(lambda: ends(settings))
    return Checker(ring, lambda: topic_ids(settings, names()))


def topic_ids(settings: Settings, asked: Iterable[str]) -> dict[str, str]:
    """The broker's own ids of those topics that exist, by name: a topic that is made anew has another."""
    admin = KafkaAdminClient(**client(settings))
    try:
        known = set(admin.list_topics())
        found: list[dict[str, Any]] = admin.describe_topics([one for one in asked if one in known])
        return {one["name"]: str(one["topic_id"]) for one in found}
    finally:
        admin.close()


def ends(settings: Settings) -> dict[str, Ends]:
    """Ids and ends of the marked topics that exist."""
    ids = topic_ids(settings, names())
    consumer = KafkaConsumer(**client(settings), enable_auto_commit=False, metrics_enabled=False)
    try:
        places = [TopicPartition(name, n) for name in ids for n in sorted(consumer.partitions_for_topic(name) or ())]
        reached = consumer.end_offsets(places)
        return {
            name: Ends(topic_id, {place.partition: int(end) for place, end in reached.items() if place.topic == name})
            for name, topic_id in ids.items()
        }
    finally:
        consumer.close(autocommit=False)
