"""A district published to a real Kafka: the settings, a log of the test's own, a folder, and what stands in the log."""

import uuid
from pathlib import Path
from threading import Event as Flag

import pytest

from infra.local.stack import Stack
from model.batch import Batch
from model.settings import Settings
from model.topics import Topic
from producers import broker
from producers.live import Live

DISTRICT = """
id: {id}
name: Maple Falls
timezone: America/New_York
policy: union-ok
sources:
  - {{id: proxy, product: squid}}
  - {{id: edge, product: squid}}
"""


@pytest.fixture
def settings(stack: Stack, tmp_path: Path) -> Settings:
    return stack.settings(hallmonitor_home=tmp_path / "home", kafka_partitions=3)


@pytest.fixture
def topic(settings: Settings) -> str:
    """A log of this test's own."""
    made = Topic(f"log-{uuid.uuid4().hex[:8]}", {"max.message.bytes": "4194304", "retention.ms": "-1"})
    broker.create_topics(settings, [made])
    return made.name


@pytest.fixture
def district(tmp_path: Path) -> Path:
    folder = tmp_path / "maple-falls"
    (folder / "logs" / "proxy").mkdir(parents=True)
    (folder / "district.yaml").write_text(DISTRICT.format(id="maple-falls"))
    return folder


def in_the_log(settings: Settings, topic: str, partition: int = 0) -> list[Batch]:
    return [batch for _, batch in broker.records(settings, topic, partition, 0)]


def read(folder: Path, settings: Settings, topic: str) -> int:
    """Everything the folder holds, published; how many records were read."""
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    with Live(folder, settings, count, topic) as live:
        live.to_the_end(Flag())
    return counted
