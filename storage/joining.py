"""Events written out: what `audit.events` says by place is joined with the log, which holds the events themselves."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError

from model import topics
from model.attributed import KIND, Origin, Unlike, written_out
from model.keyring import Checker, Stranger
from model.mark import name_of
from storage.rows import Incoming, header

log = structlog.get_logger("sink")
POLL_MS = 100
PATIENCE_S = 2.0  # in which a record of the log should come; then whoever asks may do something else and ask again
READ_AHEAD = 20  # records of the log in one poll
PARTITIONS = 4  # of which something is held; of the others the log is read again
SKIP = 500  # records of the log that are sooner read than passed over


class Away(Exception):
    """The log does not answer now; ask again."""


@dataclass
class Whole:
    """A record of events as if it had been sent written out: where it stands, and whose, is as it came."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Iterable[tuple[str, bytes]]


class LogReader:
    """The log, read forward beside the outputs. What it holds counts only if it is ours and of the name asked for."""

    def __init__(self, consumer: Any, ours: Checker) -> None:
        """`consumer`: without a group, and of this reader alone."""
        self._consumer = consumer
        self._ours = ours
        self._held: dict[int, dict[int, Any]] = {}  # by partition and offset, from the one last asked for on
        self._next: dict[int, int] = {}

    def fetch(self, partition: int, origin: Origin) -> bytes:
        """The content of a record; raises `Away`, and `Unlike` where it is not there or another one."""
        held = self._held[partition] = self._held.pop(partition, {})
        if len(self._held) > PARTITIONS:
            longest_ago = next(iter(self._held))
            del self._held[longest_ago]
            self._next.pop(longest_ago, None)
        deadline = time.monotonic() + PATIENCE_S
        while origin.offset not in held:
            self._read_on(TopicPartition(topics.LOG.name, partition), origin.offset, held)
            if origin.offset not in held and time.monotonic() > deadline:
                raise Away
        record = held[origin.offset]
        try:
            self._ours.serial(record)
        except Stranger as stranger:
            raise Unlike(f"record {origin.offset} of the log: {stranger}") from stranger
        if name_of(record) != origin.name:
            raise Unlike(f"record {origin.offset} of the log is another one; the log was made anew")
        return record.value or b""

    def _read_on(self, place: TopicPartition, offset: int, held: dict[int, Any]) -> None:
        try:
            self._go_to(place, offset, held)
            found = self._consumer.poll(timeout_ms=POLL_MS, max_records=READ_AHEAD).get(place, [])
            if not found:
                self._check_bounds(place, offset)
        except KafkaError as error:
            log.warning("the log cannot be read now", why=repr(error))
            raise Away from error
        for record in found:
            self._next[place.partition] = record.offset + 1
            held[record.offset] = record
        for gone in [one for one in held if one < offset]:
            del held[gone]
        if found and offset not in held and self._next[place.partition] > offset:
            raise Unlike(f"the log holds record {offset} no more")

    def _go_to(self, place: TopicPartition, offset: int, held: dict[int, Any]) -> None:
        assigned = self._consumer.assignment()
        if place not in assigned:
            self._consumer.assign([*assigned, place])
        following = self._next.get(place.partition, -1)
        if not following <= offset < following + SKIP or following < 0:
            held.clear()
            self._consumer.seek(place, offset)
            self._next[place.partition] = offset
        self._consumer.pause(*(assigned - {place}))
        self._consumer.resume(place)

    def _check_bounds(self, place: TopicPartition, offset: int) -> None:
        begin = self._consumer.beginning_offsets([place])[place]
        end = self._consumer.end_offsets([place])[place]
        if not begin <= offset < end:
            raise Unlike(f"the log reaches from {begin} to {end}; record {offset} is not in it")

    def close(self) -> None:
        """Let the consumer go."""
        self._consumer.close(autocommit=False)


def whole_of(record: Incoming, reader: LogReader) -> Incoming:
    """The record with its events written out; one that cannot be stays as it is, and has no table.

    Raises `Away`: ask again.
    """
    if record.topic != topics.EVENTS.name or header(record, "kind", b"") != KIND.encode():
        return record
    try:
        value = written_out(record.value or b"", lambda origin: reader.fetch(record.partition, origin))
    except Unlike as unlike:
        log.error("events cannot be written out; they are dead letters now", offset=record.offset, why=str(unlike))
        return record
    said = [(name, b"events" if name == "kind" else content) for name, content in record.headers]
    return Whole(record.topic, record.partition, record.offset, record.timestamp, record.key, value, said)
