"""One partition of `audit.log` and its one owner: open, judge batch after batch, write each turn whole or not."""

from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from typing import Any

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from model import topics
from model.attributed import Origin
from model.batch import Batch
from model.codec import Undecodable, decode_batch
from model.keyring import Checker, Ring, Stranger
from model.mark import Sent, name_of, new_writer
from model.serials import PREFIX, Serials
from streams.engine.engine import Engine
from streams.engine.output import Output, Unjudged
from streams.worker.foreign import deleted_records, foreign_record
from streams.worker.remembered import POSITION, SINCE, Remembered
from streams.worker.suspect import Suspect
from streams.worker.turn import MEMORY_BATCH_BYTES, Outgoing, Position, delivered, send_memories, send_output

TRANSACTION_MS = 15_000  # short: a hung transaction holds back everybody who reads committed records
LARGEST_BYTES = 4_194_304
_log = structlog.get_logger()
_positions = msgspec.msgpack.Decoder(Position).decode
_encode = msgspec.msgpack.Encoder().encode
Kafka = dict[str, Any]  # bootstrap_servers and security settings of aiokafka's clients


class Gap(RuntimeError):
    """A batch beyond the next one came first: seek to `wanted` and drop what is buffered."""

    def __init__(self, wanted: int, came: int) -> None:
        super().__init__(f"offset {came} came, {wanted} is next")
        self.wanted = wanted


class Partition:
    """The memories of a partition's districts and the transactional producer that only its owner holds."""

    def __init__(self, number: int, kafka: Kafka, topic_id: str, suspect: Suspect, ours: Checker, ring: Ring) -> None:
        """`ours` tells which records of the log are; with the keys of `ring` what goes out is marked."""
        self.number = number
        self.position = Position(-1, topic_id)
        self.engines: dict[str, Engine] = {}
        self.judged = 0  # events since it was opened
        self.unwritten = 0  # batches of the open turn
        self._kafka = kafka
        self._topic_id = topic_id
        self._suspect = suspect
        self._ours = ours
        self._ring = ring
        self._serials = Serials()
        self._dead_letters: list[bytes] = []  # dead letters of the open turn
        self._to_write: dict[str, bytes | None] = {}  # memories that the next turn writes without a change
        self._producer: AIOKafkaProducer | None = None
        self._poison: dict[int, dict[int, str]] = {}  # offset -> lines whose judgment raised, and what was said

    async def open(self) -> None:
        """Fence whoever held the partition before, then read the memories to their end."""
        self._producer = AIOKafkaProducer(
            transactional_id=f"hallmonitor-{topics.LOG.name}-{self.number}",
            transaction_timeout_ms=TRANSACTION_MS,
            max_request_size=LARGEST_BYTES,
            max_batch_size=MEMORY_BATCH_BYTES,
            compression_type="zstd",
            **self._kafka,
        )
        await self._producer.start()
        await self._restore()
        for offset, line in self._suspect.begin(self.position.offset + 1):
            self._poison.setdefault(offset, {})[line] = "its judgment ended the process, again and again"

    async def _restore(self) -> None:
        self.engines.clear()
        found = Remembered(self._ours)
        async for record in self._records():
            found.read(record)
        memories, mended = found.memories, found.mended()
        self._to_write = dict(mended if memories.pop(SINCE, None) is not None else [(SINCE, b"1"), *mended])
        written = memories.pop(POSITION, None)
        self._serials = Serials()
        for key in [key for key in memories if key.startswith(PREFIX)]:
            self._serials.restore(key, memories.pop(key))
        position = _positions(written) if written else Position(-1, self._topic_id)
        position.writer = position.writer or new_writer()
        if position.topic_id != self._topic_id:
            await self._begin_again(memories, position)
        else:
            self.position = position
            self._rebuild(memories.items())
        self._keep(found.strange)

    def _keep(self, strange: Iterable[tuple[Sent, str]]) -> None:
        """What strangers wrote among the memories becomes dead letters, which `ledger verify` names."""
        district = next(iter(self.engines), "")
        self._dead_letters = []
        for record, why in strange:
            _log.error("a memory that is none of ours", partition=self.number, offset=record.offset, why=why)
            self._dead_letters += foreign_record(record, district, why)

    def _rebuild(self, memories: Iterable[tuple[str, bytes]]) -> None:
        by_district: dict[str, list[tuple[str, bytes]]] = {}
        for key, value in memories:
            district, name = key.split("|", 1)
            by_district.setdefault(district, []).append((name, value))
        for district, own in by_district.items():
            self.engines[district] = engine = Engine(district, epoch=self.position.epoch)
            engine.restore(own)
            if engine.set_aside:
                _log.warning("memories of another release set aside", district=district, kinds=dict(engine.set_aside))

    async def _begin_again(self, memories: dict[str, bytes], position: Position) -> None:
        """The input topic was made anew: judge from its beginning in a new epoch, remembering nothing."""
        self.position = Position(-1, self._topic_id, position.epoch + 1, position.writer)
        _log.warning("audit.log was made anew; judging from its beginning", epoch=self.position.epoch)
        await self._write([], ((key, None) for key in memories))

    async def _records(self) -> AsyncIterator[Sent]:
        """Every committed record of a memory, oldest first."""
        consumer = AIOKafkaConsumer(
            isolation_level="read_committed", enable_auto_commit=False, max_partition_fetch_bytes=8 << 20, **self._kafka
        )
        await consumer.start()
        try:
            place = TopicPartition(topics.MEMORY.name, self.number)
            consumer.assign([place])
            await consumer.seek_to_beginning(place)
            end = (await consumer.end_offsets([place]))[place]
            while await consumer.position(place) < end:
                for record in (await consumer.getmany(place, timeout_ms=200)).get(place, ()):
                    yield record
        finally:
            await consumer.stop()

    def take(self, record: Sent) -> bool:
        """Judge a record of the log, or keep it as dead letters if it is none of ours; False if it was taken already.

        Raises `Gap` if it is not the next one, and `Unjudged` if a line cannot be borne: drop this partition, `poison`
        the new one, and go on from its position.
        """
        if record.offset <= self.position.offset:
            return False
        if record.offset != self.position.offset + 1:
            raise Gap(self.position.offset + 1, record.offset)
        try:
            self._judge(Origin(record.offset, name_of(record)), self._own(record))
        except (Stranger, Undecodable) as error:
            _log.error("a record that is none of ours", partition=self.number, offset=record.offset, why=str(error))
            self._dead_letters += foreign_record(record, next(iter(self.engines), ""), str(error))
        self.position.offset = record.offset
        self.unwritten += 1
        return True

    def pass_over(self, begins: int) -> None:
        """Go on at `begins`: what stood before it the broker has deleted, as a dead letter says from now on."""
        first, self.position.offset = self.position.offset + 1, begins - 1
        self._dead_letters.append(deleted_records(self.number, first, begins - 1, next(iter(self.engines), "")))

    def _own(self, record: Sent) -> Batch:
        """The batch of a record that we sent and did not take before; raises `Stranger`, `Undecodable`."""
        serial = self._ours.serial(record)
        if serial and not self._serials.is_new(serial):
            raise Stranger("it is a copy of a record of ours that stands earlier")
        return decode_batch(record.key, record.value, record.headers or ())

    def _judge(self, origin: Origin, batch: Batch) -> None:
        offset = origin.offset
        engine = self.engines.get(batch.district)
        if engine is None:
            engine = self.engines[batch.district] = Engine(batch.district, epoch=self.position.epoch)
        try:
            skip = self._poison.get(offset, {})
            trying = partial(self._suspect.trying, offset) if self._suspect.doubting else None
            engine.observe(batch, skip, trying, origin)
            self._suspect.tried()
        except Unjudged as error:
            self._poison.setdefault(offset, {})[error.index] = error.why
            raise
        self.judged += batch.count

    def inherit_poison(self, other: "Partition") -> None:
        """Know which lines the one before could not bear."""
        for offset, lines in other._poison.items():
            self._poison.setdefault(offset, {}).update(lines)

    async def turn(self, after_sent: Callable[[], None] = lambda: None) -> None:
        """Judge what changed and write it all in one transaction. After an exception this partition is void."""
        outputs = []
        changes: list[tuple[str, bytes | None]] = []
        for district, engine in self.engines.items():
            engine.judge()
            outputs.append((district, engine.take()))
            changes += [(f"{district}|{key}", value) for key, value in engine.changes()]
        outputs.append((next(iter(self.engines), ""), Output(dead_letters=self._dead_letters)))
        changes += self._serials.changes()
        await self._write(outputs, changes, after_sent)
        self._poison = {offset: lines for offset, lines in self._poison.items() if offset > self.position.offset}
        self.unwritten = 0
        self._dead_letters = []
        self._suspect.survived()

    async def _write(
        self,
        outputs: list[Any],
        changes: Iterable[tuple[str, bytes | None]],
        after_sent: Callable[[], None] = lambda: None,
    ) -> None:
        assert self._producer is not None
        async with self._producer.transaction():
            sent = []
            outgoing = Outgoing(self._producer, self.number, self._ring, self.position)
            for district, output in outputs:
                sent += await send_output(outgoing, district, output)
            position = (POSITION, _encode(self.position))
            memories = (self._to_write | dict(changes) | dict([position])).items()
            sent += await send_memories(self._producer, self.number, self._ring, self.position, memories)
            await delivered(sent)
            after_sent()
        self._to_write = {}

    async def close(self) -> None:
        """Let the producer go; an open transaction is ended by the broker."""
        if self._producer:
            await self._producer.stop()
            self._producer = None
