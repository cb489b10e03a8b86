"""Trial: our own Faust worker on the embedded Kafka: durable state, attribution, every event republished."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
from kafka import KafkaConsumer, TopicPartition

from bench.district import District
from bench.figure import Figure, NotFound
from bench.processes import Child, metric
from infra.local.ports import choose
from infra.local.stack import Stack
from model import topics
from model.attributed import KIND
from model.batch import Batch
from model.codec import encode_batch, split_lines
from model.kafka_client import checker, client
from model.violation import Violation, decode_violation
from producers.broker import create_topics, producer
from storage.joining import LogReader, whole_of
from storage.sink import consumer as sink_consumer


class _Id(msgspec.Struct):
    event_id: str


@dataclass
class Place:
    """A stack, and how processes find it."""

    stack: Stack
    home: Path

    def __post_init__(self) -> None:
        self.settings = self.stack.settings(kafka_partitions=1, hallmonitor_home=self.home)

    def env(self, port: int) -> dict[str, str]:
        """For a child process."""
        return {
            **self.stack.environment,
            "KAFKA_PARTITIONS": "1",
            "HALLMONITOR_HOME": str(self.home),
            "WORKER_WEB_PORT": str(port),
        }

    def publish(self, batches: Sequence[Batch]) -> None:
        """Batches into the log's only partition, acknowledged."""
        sender = producer(self.settings)
        for batch in batches:
            key, value, headers = encode_batch(batch)
            sender.send(topics.LOG.name, value=value, key=key, headers=headers, partition=0)
        sender.flush()
        sender.close()

    def read(self, topic: str) -> list[bytes]:
        """Every committed line of a topic, but for reference rows and ticks; events written out."""
        place = TopicPartition(topic, 0)
        consumer = KafkaConsumer(**client(self.settings), isolation_level="read_committed", check_crcs=False)
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        end = consumer.end_offsets([place])[place]
        reader = LogReader(partial(sink_consumer, self.settings, None), checker(self.settings))
        lines: list[bytes] = []
        self.size = 0  # bytes of all records of the topic
        while consumer.position(place) < end:
            for record in consumer.poll(timeout_ms=500).get(place, []):
                self.size += len(record.value or b"")
                if dict(record.headers).get("kind") in (b"events", KIND.encode()):
                    lines += split_lines(whole_of(record, reader).value or b"")
        consumer.close(autocommit=False)
        reader.close()
        return lines


def standing(lines: list[bytes]) -> list[Violation]:
    """Violations as last revised, without those withdrawn."""
    last = {violation.violation_id: violation for violation in map(decode_violation, lines)}
    return [violation for violation in last.values() if violation.status != "withdrawn"]


def measure(place: Place, district: District) -> tuple[list[Figure], float]:
    """Figures, and events per CPU second of the worker."""
    create_topics(place.settings, topics.ALL)
    port = choose([])
    facts = [batch for batch in district.batches if batch.kind == "reference"]
    rest = [batch for batch in district.batches if batch.kind != "reference"]
    place.publish(facts)
    with Child(place.home / "worker.log", place.env(port), "-m", "streams.app") as worker:
        worker.wait_for("judging the reference", lambda: metric(port, "hallmonitor_batches_total") >= len(facts))
        cpu, began = worker.cpu, time.perf_counter()
        place.publish(rest)
        everything = len(district.batches)
        worker.wait_for("judging it all", lambda: metric(port, "hallmonitor_batches_total") >= everything, 300)
        spent, wall, resident = worker.cpu - cpu, time.perf_counter() - began, worker.resident
    found, size = _verify(place, district)
    rate = district.count / spent
    note = f"{district.count:,} events, all republished; {found} planted found, none invented; {resident >> 20} MB"
    return [
        Figure("worker", "our Faust worker, durable, attributed", rate, "events/CPU-s", note=note),
        Figure("worker", "the same, by the wall", district.count / wall, "events/s"),
        Figure("worker", "written to audit.events", size / district.count, "bytes/event", most=200),
    ], rate


def _verify(place: Place, district: District) -> tuple[int, int]:
    """How many planted violations were found, and the bytes of `audit.events`."""
    came = {msgspec.json.decode(line, type=_Id).event_id for line in place.read(topics.EVENTS.name)}
    size = place.size
    sent = {msgspec.json.decode(line, type=_Id).event_id for line in district.lines()}
    if came != sent:
        raise NotFound(f"{len(sent - came)} events were not republished, {len(came - sent)} are not ours")
    return district.check(standing(place.read(topics.VIOLATIONS.name)), "our worker"), size
