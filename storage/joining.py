"""Events written out: what `audit.events` says by place is joined with the log, which holds the events themselves."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError

from model import topics
from model.attributed import KIND, Origin, Unlike, written_out
from model.keyring import Checker, Stranger
from model.mark import name_of
from storage.rows import Incoming, Plain, header

log = structlog.get_logger("sink")
POLL_MS = 100
PATIENCE_S = 2.0  # in which a record of the log should come; then whoever asks may do something else and ask again
READ_AHEAD = 20  # records of the log in one poll
DISTRICTS = 16  # that are read at once, by a connection each; of the others the log is read again
SKIP = 500  # records of the log that are sooner read than passed over


class Away(Exception):
    """The log does not answer now; ask again."""


class _District:
    """One district's partition of the log, read forward. Its consumer is of this partition alone."""

    def __init__(self, consumer: Any, partition: int) -> None:
        self._consumer = consumer
        self._place = TopicPartition(topics.LOG.name, partition)
        self._held: dict[int, Any] = {}  # by offset, from the one last asked for on
        self._next = -1
        consumer.assign([self._place])

    def record(self, offset: int) -> Any:
        """The record that stands there; raises `Away`, and `Unlike` where there is none."""
        deadline = time.monotonic() + PATIENCE_S
        while offset not in self._held:
            try:
                self._read_on(offset)
            except KafkaError as error:
                log.warning("the log cannot be read now", why=repr(error))
                raise Away from error
            if offset not in self._held and time.monotonic() > deadline:
                raise Away
        return self._held[offset]

    def _read_on(self, offset: int) -> None:
        if not 0 <= self._next <= offset < self._next + SKIP:
            self._held.clear()
            self._consumer.seek(self._place, offset)
            self._next = offset
        found = self._consumer.poll(timeout_ms=POLL_MS, max_records=READ_AHEAD).get(self._place, [])
        if not found:
            self._check_bounds(offset)
            return
        self._next = found[-1].offset + 1
        self._held = {one: record for one, record in self._held.items() if one >= offset}
        self._held |= {record.offset: record for record in found if record.offset >= offset}
        if offset not in self._held and self._next > offset:
            raise Unlike(f"the log holds record {offset} no more")

    def _check_bounds(self, offset: int) -> None:
        begin = self._consumer.beginning_offsets([self._place])[self._place]
        end = self._consumer.end_offsets([self._place])[self._place]
        if not begin <= offset < end:
            raise Unlike(f"the log reaches from {begin} to {end}; record {offset} is not in it")

    def close(self) -> None:
        """Let the consumer go."""
        self._consumer.close(autocommit=False)


class LogReader:
    """The log, read forward beside the outputs. What it holds counts only if it is ours and of the name asked for.

    One consumer for each district: with one for all, kafka-python 3.0.12 brings no more records of a partition that was
    paused and is sought anew.
    """

    def __init__(self, connect: Callable[[], Any], ours: Checker) -> None:
        """`connect`: opens a consumer without a group."""
        self._connect = connect
        self._ours = ours
        self._districts: dict[int, _District] = {}  # the one last asked for comes last

    def fetch(self, partition: int, origin: Origin) -> bytes:
        """The content of a record; raises `Away`, and `Unlike` where it is not there or another one."""
        record = self._district(partition).record(origin.offset)
        try:
            self._ours.serial(record)
        except Stranger as stranger:
            raise Unlike(f"record {origin.offset} of the log: {stranger}") from stranger
        if name_of(record) != origin.name:
            raise Unlike(f"record {origin.offset} of the log is another one; the log was made anew")
        return record.value or b""

    def _district(self, partition: int) -> _District:
        found = self._districts.pop(partition, None)
        if found is None:
            if len(self._districts) >= DISTRICTS:
                self._districts.pop(next(iter(self._districts))).close()
            try:
                found = _District(self._connect(), partition)
            except KafkaError as error:
                log.warning("the log cannot be read now", why=repr(error))
                raise Away from error
        self._districts[partition] = found
        return found

    def close(self) -> None:
        """Let the consumers go."""
        for one in self._districts.values():
            one.close()


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
    return Plain(record.topic, record.partition, record.offset, record.timestamp, record.key, value, said)
