"""Batches go to the district's partition of `audit.log`; a position moves only when the log has acknowledged them."""

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import structlog
from kafka.errors import KafkaError

from model.batch import Batch
from model.codec import encode_batch
from model.settings import Settings
from model.topics import LOG
from producers import broker
from producers.batching import REFUSED
from producers.positions import Positions
from producers.transports.file_stream import Place

MOST_PENDING = 48_000_000  # bytes sent and not acknowledged; above it sending waits, and reading with it
SAVE_EVERY = 1.0  # seconds

log = structlog.get_logger()


class NotSent(RuntimeError):
    """The log refused a record and got nothing behind it. Open anew: what was not acknowledged is read again."""


@dataclass
class Sent:
    """What has been acknowledged since the start."""

    batches: int = 0
    lines: int = 0
    size: int = 0


class Publisher:
    """The only writer of a district's partition. A context manager; not for several threads at once."""

    def __init__(self, settings: Settings, district: str, positions: Positions, topic: str = LOG.name) -> None:
        self.district = district
        self.sent = Sent()
        self._settings, self._topic, self._positions = settings, topic, positions
        self._pending = 0
        self._turn = threading.Condition()
        self._failure: BaseException | None = None
        self._saved_at = 0.0

    def __enter__(self) -> Self:
        """Finds or claims the partition and reckons in what an earlier run sent and did not note."""
        kept = self._positions.kept
        found = broker.topic_id(self._settings, self._topic)
        if kept.topic_id and kept.topic_id != found:
            log.warning("the log was made again: everything is read again", topic=self._topic, district=self.district)
            kept.offset, kept.streams, kept.gone = -1, {}, {}
        kept.topic_id = found
        self._producer = broker.producer(self._settings)
        kept.partition = self._claim()
        for offset, batch in broker.records(self._settings, self._topic, kept.partition, kept.offset + 1):
            self._positions.moved(*_place(batch, ""), offset)
        self._positions.save()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._producer.close(timeout=10)
        except KafkaError as trouble:  # what was not acknowledged is read again
            log.warning("the producer did not end in order", error=repr(trouble))
        self._positions.save()

    def place(self, stream: str) -> Place:
        """Where a stream goes on: see `Positions.place`."""
        return self._positions.place(stream)

    def known_by(self, stream: str, place: Place) -> None:
        """See `Positions.known_by`."""
        with self._turn:
            self._positions.known_by(stream, place)

    def forget(self, source_id: str, held: Collection[str], at: int) -> list[str]:
        """See `Positions.forget`."""
        with self._turn:
            return self._positions.forget(source_id, held, at)

    def send(self, batch: Batch, latest_at: str = "") -> None:
        """Waits while too much is unacknowledged. Raises NotSent once anything was refused for good."""
        key, value, headers = encode_batch(batch)
        with self._turn:
            self._turn.wait_for(lambda: self._failure or self._pending < MOST_PENDING)
            self._check()
            self._pending += len(value)
        partition = self._positions.kept.partition
        future = self._producer.send(self._topic, value=value, key=key, headers=headers, partition=partition)
        future.add_callback(self._acknowledged, batch, latest_at)
        future.add_errback(self._refused)
        self.keep()

    def keep(self) -> None:
        """Write the positions to disk, about once a second."""
        if time.monotonic() - self._saved_at > SAVE_EVERY:
            self._save()

    def flush(self) -> None:
        """Returns when all is acknowledged and the positions are on disk. Raises NotSent."""
        with self._turn:
            self._turn.wait_for(lambda: self._failure or not self._pending)
            self._check()
        self._save()

    def _check(self) -> None:
        if self._failure:
            raise NotSent(f"{self._topic}/{self._positions.kept.partition}: {self._failure!r}") from self._failure

    def _save(self) -> None:
        with self._turn:
            self._positions.save()
        self._saved_at = time.monotonic()

    def _acknowledged(self, batch: Batch, latest_at: str, metadata: Any) -> None:
        with self._turn:
            self._positions.moved(*_place(batch, latest_at), metadata.offset)
            self._pending -= len(batch.body)
            self.sent.batches += 1
            self.sent.lines += batch.count
            self.sent.size += len(batch.body)
            self._turn.notify_all()

    def _refused(self, error: BaseException) -> None:
        """Runs in the sending thread. Nothing behind the refused record may go out: its stream would have a hole."""
        with self._turn:
            self._failure = self._failure or error
            self._turn.notify_all()
        # close(timeout=0) would first flush, and raise: only the sender itself can be stopped from its own thread.
        self._producer._sender.force_close()

    def _claim(self) -> int:
        try:
            return broker.claimed(self._settings, self._topic, self.district, self._write_claim)
        except broker.NoPartition as full:
            raise NotSent(str(full)) from full

    def _write_claim(self, partition: int) -> None:
        # An empty tick, which nobody reads.
        key, value, headers = encode_batch(Batch(kind="tick", district=self.district, source_id="", body=b"", count=0))
        sent = self._producer.send(self._topic, value=value, key=key, headers=headers, partition=partition)
        sent.get(timeout=60)


def _place(batch: Batch, latest_at: str) -> tuple[str, Place]:
    """The stream and how far it got; a dead letter's stream is none that anybody goes on reading."""
    stream = "" if batch.stream.endswith(REFUSED) else batch.stream
    return stream, Place(batch.stop, latest_at, batch.tail)
