"""The worker on a real broker: everything judged once, whatever dies."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from infra.local.stack import Stack
from model import topics
from model.attributed import KIND, Origin, written_out
from model.batch import Batch
from model.codec import encode_batch, split_lines
from model.kafka_client import client
from model.mark import name_of
from model.violation import Violation, decode_violation
from producers.broker import create_topics, producer
from streams.engine.whole import judge_whole
from tests.streams.test_detections import ZoneInfo
from tests.support.detection_cases import cases_of
from tests.support.small_district import DISTRICT, ended, event, event_batches, fact_batch, facts

ZONE = ZoneInfo("America/Chicago")
PATIENCE = 60


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("worker-stack")) as stack:
        yield stack


def log_of(count: int) -> list[Batch]:
    """Facts, the events of an ordinary day around one violation, in small batches, and the end."""
    whole = cases_of("shared_account")
    case = whole["cases"][0]
    planted = [event(n, ZONE, **said) for n, said in enumerate(case["events"])]
    noise = [
        event(
            100 + n,
            ZONE,
            at=f"2026-03-04 {8 + n // 3600 % 8:02d}:{n // 60 % 60:02d}:{n % 60:02d}",
            category="proxy",
            action="web.requested",
            domain="example.org",
            address=f"10.1.{n % 200}.9",
        )
        for n in range(count)
    ]
    batches = [fact_batch(facts(whole["reference"], ZONE))]
    for start in range(0, count, 20):
        batches += event_batches(noise[start : start + 20])
        if start == count // 40 * 20:
            batches += event_batches(planted)
    return [*batches, ended()]


class Worker:
    """The worker as a child process; `kill` is kill -9."""

    def __init__(self, stack: Stack, home: Path, run: list[str] | None = None) -> None:
        self.run = run or ["-m", "streams.app"]
        self.environment = {
            **os.environ,
            **stack.environment,
            "KAFKA_PARTITIONS": "4",
            "WORKER_WEB_PORT": "0",
            "HALLMONITOR_HOME": str(home),
        }
        self.log = (home / "worker.log").open("ab")
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *self.run], env=self.environment, stdout=self.log, stderr=self.log
        )

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()


def publish(stack: Stack, home: Path, batches: list[Batch], partition: int = 1) -> None:
    settings = stack.settings(kafka_partitions=4, hallmonitor_home=home)
    create_topics(settings, topics.ALL)
    client = producer(settings)
    for batch in batches:
        key, value, headers = encode_batch(batch)
        client.send(topics.LOG.name, value=value, key=key, headers=headers, partition=partition)
    client.flush()
    client.close()


def read(
    stack: Stack, topic: str, enough: int, patience: float = PATIENCE, partitions: Iterable[int] = range(4)
) -> list[bytes]:
    """The committed lines of a topic, once there are enough of them and none has come for two seconds.

    What is judged of a partition of the log is written to the partition of the same number: a test that shares its
    broker with others reads only its own.
    """
    consumer = KafkaConsumer(**client(stack.settings()), isolation_level="read_committed", auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, number) for number in partitions])
    lines: list[bytes] = []
    log = Log(stack)
    deadline = time.monotonic() + patience
    quiet = time.monotonic()
    while time.monotonic() < deadline and (len(lines) < enough or time.monotonic() - quiet < 2):
        for records in consumer.poll(timeout_ms=200).values():
            for record in records:
                if dict(record.headers).get("kind") == b"events":
                    lines += split_lines(record.value)
                if dict(record.headers).get("kind") == KIND.encode():
                    lines += split_lines(written_out(record.value, partial(log.fetch, record.partition)))
                quiet = time.monotonic()
    consumer.close()
    return lines


class Log:
    """The log as it stood when it was first asked, for reading events that are named by their place."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._held: dict[tuple[int, int], Any] = {}

    def fetch(self, partition: int, origin: Origin) -> bytes:
        if (partition, origin.offset) not in self._held:
            self._read(TopicPartition(topics.LOG.name, partition))
        record = self._held[partition, origin.offset]
        assert name_of(record) == origin.name
        return bytes(record.value)

    def _read(self, place: TopicPartition) -> None:
        consumer = KafkaConsumer(**client(self._stack.settings()), enable_auto_commit=False)
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        end = consumer.end_offsets([place])[place]
        while consumer.position(place) < end:
            for record in consumer.poll(timeout_ms=500).get(place, []):
                self._held[place.partition, record.offset] = record
        consumer.close()


class _Id(msgspec.Struct):
    event_id: str


def standing(lines: list[bytes]) -> dict[str, Violation]:
    last = {violation.violation_id: violation for violation in map(decode_violation, lines)}
    return {key: violation for key, violation in last.items() if violation.status != "withdrawn"}


@pytest.mark.slow
def test_a_worker_killed_again_and_again_loses_nothing_and_says_nothing_twice(broker: Stack, tmp_path: Path) -> None:
    log = log_of(4_000)
    worker = Worker(broker, tmp_path)
    chance = random.Random(7)
    try:
        for start in range(0, len(log), 50):
            publish(broker, tmp_path, log[start : start + 50])
            if chance.random() < 0.7:
                time.sleep(chance.random() * 3)
                worker.kill()
                worker.start()
        events = read(broker, topics.EVENTS.name, 4_004, partitions=[1])
        ids = Counter(msgspec.json.decode(line, type=_Id).event_id for line in events)
        found = standing(read(broker, topics.VIOLATIONS.name, 1, partitions=[1]))
    finally:
        worker.stop()
    assert sum(ids.values()) == len(ids) == 4_004, worker_log(tmp_path)
    expected = {violation.violation_id: violation for violation in judge_whole(lambda: log).violations}
    assert found.keys() == expected.keys()
    for violation_id, violation in found.items():
        assert violation.evidence == expected[violation_id].evidence
        assert violation.status == "open"


@pytest.mark.slow
def test_what_kafka_deleted_before_it_was_judged_is_said_and_the_rest_is_judged(broker: Stack, tmp_path: Path) -> None:
    log = log_of(400)
    publish(broker, tmp_path, log[:3], partition=0)
    worker = Worker(broker, tmp_path)
    try:
        read(broker, topics.EVENTS.name, 1, partitions=[0])
        worker.kill()
        publish(broker, tmp_path, log[3:], partition=0)
        admin = KafkaAdminClient(**client(broker.settings()))
        admin.delete_records({TopicPartition(topics.LOG.name, 0): 5})
        admin.close()
        worker.start()
        found = standing(read(broker, topics.VIOLATIONS.name, 1, partitions=[0]))
        letters = read(broker, topics.DEAD_LETTERS.name, 1, partitions=[0])
    finally:
        worker.stop()
    assert "LOST: Kafka deleted what was not judged yet" in worker_log(tmp_path)
    assert [b"Kafka deleted audit.log/0@3 to 4 before it was judged" in one for one in letters] == [True]
    assert len(found) == 1


def worker_log(home: Path) -> str:
    return (home / "worker.log").read_text()[-3000:]


@pytest.mark.slow
def test_what_stands_in_the_log_but_is_no_batch_becomes_a_dead_letter(broker: Stack, tmp_path: Path) -> None:
    settings = broker.settings(kafka_partitions=4, hallmonitor_home=tmp_path)
    create_topics(settings, topics.ALL)
    client = producer(settings)
    client.send(topics.LOG.name, value=b"\x00garbage", key=DISTRICT.encode(), partition=2)
    client.flush()
    client.close()
    worker = Worker(broker, tmp_path)
    try:
        letters: list[bytes] = []
        deadline = time.monotonic() + PATIENCE
        while not letters and time.monotonic() < deadline:
            letters = [line for line in read(broker, topics.DEAD_LETTERS.name, 1, 5, [2]) if b"header schema" in line]
    finally:
        worker.stop()
    assert len(letters) == 1, worker_log(tmp_path)


DEADLY = """
import os, signal
from streams import app
from streams.engine import witness
see = witness.Witness.see
def deadly(self, seen, line, source):
    if seen.event_id == "e0102":
        os.kill(os.getpid(), signal.SIGKILL)  # as a crash in a C library would, or the memory used up
    see(self, seen, line, source)
witness.Witness.see = deadly
app.main()
"""


@pytest.mark.slow  # each death waits for the group to notice it
def test_a_line_that_ends_the_process_is_found_left_out_and_kept(broker: Stack, tmp_path: Path) -> None:
    log = [*log_of(40)[:3], ended()]
    publish(broker, tmp_path, log, partition=3)
    worker = Worker(broker, tmp_path, ["-c", DEADLY])
    try:
        deaths = 0
        while not (letters := [one for one in read(broker, topics.DEAD_LETTERS.name, 1, 2, [3]) if b"e0102" in one]):
            if worker.process.poll() is not None:
                deaths += 1
                worker.start()
            assert deaths < 8, worker_log(tmp_path)
        events = [line for line in read(broker, topics.EVENTS.name, 1, partitions=[3]) if b'"e0102"' in line]
    finally:
        worker.stop()
    assert deaths == 4  # three may be chance; the fourth is tried line by line and names it
    assert len(letters) == 1
    assert events
