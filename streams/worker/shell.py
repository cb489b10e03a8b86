"""The partitions a worker owns, and the turn each has open: what goes wrong throws a turn away, and nothing else."""

import asyncio
import time
from typing import Any

import structlog
from faust.types import TP

from model import topics
from model.kafka_client import checker
from model.keyring import Ring
from model.settings import Settings
from streams.engine.output import Unjudged
from streams.worker import metrics
from streams.worker.kafka_settings import client_settings
from streams.worker.partition import Gap, Partition
from streams.worker.suspect import Suspect
from streams.worker.topic_id import topic_id

TURN_BATCHES = 100
TURN_SECONDS = 0.5
_log = structlog.get_logger()


class Shell:
    """The partitions this worker owns, and the turn each has open."""

    def __init__(self, app: Any, settings: Settings) -> None:
        self.app = app
        self._settings = settings
        self._partitions: dict[int, Partition] = {}
        self._open_since: dict[int, float] = {}
        self._events: dict[int, list[Any]] = {}
        self._lock = asyncio.Lock()
        self._poisoned: dict[int, Partition] = {}
        self._wanted: dict[int, int] = {}

    async def take(self, event: Any) -> None:
        """Judge one record; anything that goes wrong throws the turn away, and what it held is judged again."""
        number = event.message.partition
        async with self._lock:
            try:
                await self._judge(number, event)
            except Gap as gap:
                await self._seek(number, gap.wanted)
            except Exception as error:
                await self._throw_away(number, error)

    async def _judge(self, number: int, event: Any) -> None:
        partition = self._partitions.get(number) or await self._open(number)
        if not partition.take(event.message):
            event.ack()
            return
        self._wanted.pop(number, None)
        self._events.setdefault(number, []).append(event)
        self._open_since.setdefault(number, time.monotonic())
        if partition.unwritten >= TURN_BATCHES:
            await self._turn(number)

    async def _open(self, number: int) -> Partition:
        settings = client_settings(self._settings)
        identity = await asyncio.to_thread(topic_id, self._settings, topics.LOG.name)
        note = self._settings.hallmonitor_home / f"judging-{number}.json"
        ours = await asyncio.to_thread(checker, self._settings)
        partition = Partition(number, settings, identity, Suspect(note), ours, Ring(self._settings.hallmonitor_home))
        began = time.monotonic()
        await partition.open()
        if number in self._poisoned:
            partition.inherit_poison(self._poisoned.pop(number))
        self._partitions[number] = partition
        _log.info("partition opened", partition=number, at=partition.position.offset, seconds=time.monotonic() - began)
        return partition

    async def due(self) -> None:
        """End the turns that have been open for long enough; ask again for what a seek should have brought."""
        if self._lock.locked():
            return
        async with self._lock:
            for number, since in list(self._open_since.items()):
                metrics.TURN_AGE.labels(number).set(time.monotonic() - since)
                if time.monotonic() - since >= TURN_SECONDS:
                    await self._end(number)
            for number, wanted in list(self._wanted.items()):
                await self._seek(number, await self._still_there(number, wanted))

    async def _end(self, number: int) -> None:
        try:
            await self._turn(number)
        except Exception as error:
            await self._throw_away(number, error)

    async def _turn(self, number: int) -> None:
        partition = self._partitions[number]
        events = self._events.pop(number, [])
        judged, partition.judged = partition.judged, 0
        await partition.turn()
        self._open_since.pop(number, None)
        for event in events:
            event.ack()
        metrics.TURNS.inc()
        metrics.BATCHES.inc(len(events))
        metrics.EVENTS.inc(judged)
        self._measure(partition)

    def _measure(self, partition: Partition) -> None:
        highwater = self.app.consumer.highwater(TP(topics.LOG.name, partition.number))
        if highwater is not None:
            metrics.LAG.labels(partition.number).set(max(0, highwater - partition.position.offset - 1))
        for district, engine in partition.engines.items():
            for name, source in engine.sources.items.items():
                metrics.LATE.labels(district, name).set(source.late)
                metrics.REFUSED.labels(district, name).set(source.dead_letters)

    async def _throw_away(self, number: int, error: Exception) -> None:
        """Forget the memories and go on from what was last written; nothing of the turn was ever visible."""
        metrics.ABORTED.inc()
        _log.warning("turn thrown away", partition=number, error=repr(error))
        partition = await self._drop(number)
        if isinstance(error, Unjudged) and partition:
            metrics.UNJUDGED.inc()
            self._poisoned[number] = partition
        await asyncio.sleep(0.2)
        reopened = await self._open(number)
        await self._seek(number, reopened.position.offset + 1)

    async def _drop(self, number: int) -> Partition | None:
        self._events.pop(number, None)
        self._open_since.pop(number, None)
        partition = self._partitions.pop(number, None)
        if partition:
            await partition.close()
        return partition

    async def _still_there(self, number: int, wanted: int) -> int:
        """The first offset from `wanted` on that the broker has: what it deleted, nobody can judge."""
        place = TP(topics.LOG.name, number)
        begins = int((await self.app.consumer.earliest_offsets(place))[place])
        partition = self._partitions.get(number)
        if begins <= wanted or partition is None:
            return wanted
        _log.error("LOST: Kafka deleted what was not judged yet", partition=number, first=wanted, last=begins - 1)
        partition.pass_over(begins)
        return begins

    async def _seek(self, number: int, offset: int) -> None:
        self._wanted[number] = offset
        await self.app.consumer.seek(TP(topics.LOG.name, number), offset)

    async def release(self, numbers: set[int]) -> None:
        """Partitions go to another worker: write what is open, then let go."""
        async with self._lock:
            for number in numbers & set(self._partitions):
                if number in self._open_since:
                    await self._end(number)
                await self._drop(number)
                self._wanted.pop(number, None)
