"""One turn of a partition in one Kafka transaction: what was found, what is remembered, and how far it got."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer

from model import topics
from model.batch import Batch
from model.codec import encode_batch, join_lines
from model.mark import HEADER, mark
from streams.engine.output import Output

RECORD_BYTES = 700_000  # what goes out is cut into records of this size
MEMORY_BATCH_BYTES = 1_000_000
POSITION = "position"


class Position(msgspec.Struct):
    """The last record of `audit.log` that the memories contain, and of which topic (it may have been made anew)."""

    offset: int
    topic_id: str
    epoch: int = 0


def records(district: str, kind: str, lines: list[bytes]) -> Iterator[Batch]:
    """Lines in records of at most `RECORD_BYTES`, each line whole."""
    start = size = 0
    for index, line in enumerate(lines):
        if size and size + len(line) > RECORD_BYTES:
            yield _record(district, kind, lines[start:index])
            start, size = index, 0
        size += len(line) + 1
    if start < len(lines):
        yield _record(district, kind, lines[start:])


def _record(district: str, kind: str, lines: list[bytes]) -> Batch:
    return Batch(kind=kind, district=district, source_id="", body=join_lines(lines), count=len(lines))  # type: ignore[arg-type]


async def send_output(
    producer: AIOKafkaProducer, partition: int, district: str, output: Output, epoch: int, marks_key: bytes
) -> list[Any]:
    """Hand a turn's output to the open transaction; returns the futures that tell when the broker has it."""
    outgoing = (
        (topics.EVENTS.name, "reference", output.facts),  # first: the sink dates rows by the policy in force
        (topics.EVENTS.name, "events", output.events),
        (topics.EVENTS.name, "tick", output.reached),
        (topics.VIOLATIONS.name, "events", output.violations),
        (topics.DEAD_LETTERS.name, "events", output.dead_letters),
    )
    sent = []
    for topic, kind, lines in outgoing:
        for batch in records(district, kind, lines):
            key, value, headers = encode_batch(batch)
            headers.append(("epoch", b"%d" % epoch))
            headers.append((HEADER, mark(marks_key, topic, key, headers, value)))
            sent.append(await producer.send(topic, value=value, key=key, partition=partition, headers=headers))
    return sent


async def send_memories(
    producer: AIOKafkaProducer, partition: int, memories: Iterable[tuple[str, bytes | None]]
) -> list[Any]:
    """Hand changed memories over as packed batches: record by record the client costs twenty times as much."""
    sent = []
    builder = producer.create_batch()
    for key, value in memories:
        name = key.encode()
        if builder.append(timestamp=None, key=name, value=value) is None:
            sent.append(await _send(producer, builder, partition))
            builder = producer.create_batch()
            builder.append(timestamp=None, key=name, value=value)
    if builder.record_count():
        sent.append(await _send(producer, builder, partition))
    return sent


async def _send(producer: AIOKafkaProducer, builder: Any, partition: int) -> Any:
    builder.close()
    return await producer.send_batch(builder, topics.MEMORY.name, partition=partition)


async def delivered(sent: list[Any]) -> None:
    """Wait until the broker has everything; raises what the first failure was."""
    await asyncio.gather(*sent)
