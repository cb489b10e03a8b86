"""One turn of a partition in one Kafka transaction: what was found, what is remembered, and how far it got."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer

from model import topics
from model.attributed import encode_attributed
from model.batch import Batch
from model.codec import Headers, encode_batch, join_lines
from model.keyring import Ring
from model.mark import Serial, with_mark
from streams.engine.output import Output
from streams.worker.remembered import ANY_BYTES, turn_header

RECORD_BYTES = 700_000  # what goes out is cut into records of this size
MEMORY_BATCH_BYTES = 1_000_000
MOST_OF_A_TURN = 1_000_000  # records


class Position(msgspec.Struct):
    """The last record of `audit.log` that the memories contain, and of which topic (it may have been made anew)."""

    offset: int
    topic_id: str
    epoch: int = 0
    writer: str = ""  # under which name the partition's judge sends; another where the memories began anew

    def serial(self, number: int) -> Serial:
        """Of the record `number` of this turn: greater than all of the turns before, of which each went further."""
        return Serial(self.writer, (self.offset + 1) * MOST_OF_A_TURN + number)


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


class Outgoing:
    """What a partition's turn sends, one record after the other, each marked."""

    def __init__(self, producer: AIOKafkaProducer, partition: int, ring: Ring, position: Position) -> None:
        self._producer, self._partition, self._ring, self._position = producer, partition, ring, position
        self._number = 0

    async def send(self, topic: str, key: bytes, value: bytes, headers: Headers) -> Any:
        """Hand a record to the open transaction; returns the future that tells when the broker has it."""
        headers += [("epoch", b"%d" % self._position.epoch), self._position.serial(self._number).header]
        self._number += 1
        told = {"value": value, "key": key, "partition": self._partition}
        marked = with_mark(self._ring.key(topic), topic, self._partition, key, headers, value)
        return await self._producer.send(topic, headers=marked, **told)


async def send_output(outgoing: Outgoing, district: str, output: Output) -> list[Any]:
    """Hand a turn's output to the open transaction; returns the futures that tell when the broker has it."""
    # Facts first: the sink dates rows by the policy in force. What is given out again stands behind what it replaces.
    facts = [(topics.EVENTS.name, "reference", output.facts)]
    rest = [
        (topics.EVENTS.name, "events", output.again),
        (topics.EVENTS.name, "tick", output.reached),
        (topics.VIOLATIONS.name, "events", output.violations),
        (topics.DEAD_LETTERS.name, "events", output.dead_letters),
    ]
    sent = await _send_lines(outgoing, district, facts)
    for value, headers in encode_attributed(output.given):
        sent.append(await outgoing.send(topics.EVENTS.name, district.encode(), value, headers))
    return sent + await _send_lines(outgoing, district, rest)


async def _send_lines(outgoing: Outgoing, district: str, lines_of: list[tuple[str, str, list[bytes]]]) -> list[Any]:
    sent = []
    for topic, kind, lines in lines_of:
        for batch in records(district, kind, lines):
            sent.append(await outgoing.send(topic, *encode_batch(batch)))
    return sent


async def send_memories(
    producer: AIOKafkaProducer,
    partition: int,
    ring: Ring,
    position: Position,
    memories: Iterable[tuple[str, bytes | None]],
) -> list[Any]:
    """Hand changed memories over, marked, as packed batches: record by record the client costs twenty times as much."""
    sent = []
    builder = producer.create_batch()
    secret, turn = ring.key(topics.MEMORY.name), [turn_header(position.epoch, position.offset)]
    for key, value in memories:
        name = key.encode(errors=ANY_BYTES)
        headers = with_mark(secret, topics.MEMORY.name, partition, name, turn, value)
        record = {"timestamp": None, "key": name, "value": value, "headers": headers}
        if builder.append(**record) is None:
            sent.append(await _send(producer, builder, partition))
            builder = producer.create_batch()
            builder.append(**record)
    if builder.record_count():
        sent.append(await _send(producer, builder, partition))
    return sent


async def _send(producer: AIOKafkaProducer, builder: Any, partition: int) -> Any:
    builder.close()
    return await producer.send_batch(builder, topics.MEMORY.name, partition=partition)


async def delivered(sent: list[Any]) -> None:
    """Wait until the broker has everything; raises what the first failure was."""
    await asyncio.gather(*sent)
