"""The sink, a process of its own (`python -m storage.sink`): reads the output topics, stores, and only then commits."""

import signal
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from threading import Event as Flag
from threading import Thread
from typing import Any

import structlog
from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from model import topics
from model.clock import now, now_ms
from model.kafka_client import checker
from model.keyring import NoKey, Ring
from model.settings import Settings
from storage.block import Block, Place
from storage.client import QueryFailed, Store, Unavailable, connect
from storage.gate import Gate, Kept
from storage.joining import Away, LogReader, whole_of
from storage.ledger.ledger import Ledger, open_ledger
from storage.ledger.stamps import keep_stamping
from storage.migrate import NeedsReset, migrate
from storage.rows import Plain
from storage.writer import WAITS, Stopped, Writer

log = structlog.get_logger("sink")
GROUP = "hallmonitor-sink"
TOPICS = (topics.EVENTS.name, topics.VIOLATIONS.name, topics.DEAD_LETTERS.name, topics.CASEWORK.name)
MAX_WAIT_S = 0.4  # the longest a row waits for company
POLL_MS = 50


class Sink(ConsumerRebalanceListener):  # type: ignore[misc]
    """Two hands: this thread reads ahead while another stores the block before. One block is stored at a time."""

    def __init__(
        self,
        consumer: Any,
        writer: Writer,
        max_wait_s: float = MAX_WAIT_S,
        ledger: Ledger | None = None,
        gate: Gate | None = None,
        reader: LogReader | None = None,
    ) -> None:
        """Without a `ledger` nothing is sealed; without a `gate` a stranger's records count as ours.

        `reader`: of the log, where the events stand that a record names by their place.
        """
        self._consumer = consumer
        self._ledger = ledger
        self._gate = gate
        self._reader = reader
        self._read: deque[Kept] = deque()  # what was read and is not in a block yet, one record each
        self._writer = writer
        self._max_wait_s = max_wait_s
        self._hand = ThreadPoolExecutor(1, "writer")
        self._writing: Future[None] | None = None
        self._written = Block()
        self._block = Block()
        self._since = 0.0
        self._committed: dict[Place, int] = {}
        self._new: list[Any] = []  # partitions of which nobody has asked yet what Kafka lost

    def on_partitions_assigned(self, assigned: list[Any]) -> None:
        """Districts came to us: nothing to recall. Here Kafka cannot be asked; the next turn asks what it lost."""
        self._new += assigned

    def on_partitions_revoked(self, revoked: list[Any]) -> None:
        """What we still hold of them will be stored twice, which the tables absorb."""
        for place in revoked:
            self._committed.pop((place.topic, place.partition), None)
        if self._gate:
            self._gate.forget((place.topic, place.partition) for place in revoked)

    def run(self, stop: Flag) -> None:
        """Turn until `stop` is set; then store what is in hand and commit it, if ClickHouse still answers."""
        try:
            while not stop.is_set():
                self.turn()
            self._finish()
        except Stopped as stopped:
            log.warning("ended without storing the last block; it will be read again", why=str(stopped))
        finally:
            self._hand.shutdown()
            log.info("sink ended", stored=self._writer.stored, refused=self._writer.refused)

    def turn(self) -> None:
        """Read what there is; hand over a block that is due; commit a block that is stored."""
        self._hold(self._block.full or bool(self._read))
        for records in self._consumer.poll(timeout_ms=POLL_MS, max_records=50).values():
            for record in records:
                self._read.append(self._gate.part([record], now_ms()) if self._gate else Kept([record], []))
        self._say_what_is_lost()
        self._take_in()
        self._go_on_joining()
        if self._writing and self._writing.done():
            self._settle()
        if not self._writing and self._due():
            self._hand_over()
        elif not self._writing and self._block.empty and not self._read:
            self._commit({(p.topic, p.partition): self._consumer.position(p) for p in self._consumer.assignment()})

    def _say_what_is_lost(self) -> None:
        """Kafka reads on at the first record it has: what it deleted before that was never stored."""
        asked, self._new = self._new, []
        for place, begin in self._consumer.beginning_offsets(asked).items() if asked else ():
            stored = self._consumer.committed(place)
            if stored is not None and stored < begin:
                named = {"topic": place.topic, "partition": place.partition}
                log.error("LOST: Kafka deleted what was not stored yet", **named, first=stored, last=begin - 1)
                self._set_aside(place, stored, begin - 1)

    def _set_aside(self, place: Any, first: int, last: int) -> None:
        """A dead letter stands for what Kafka deleted; nothing of it is left."""
        owner = self._gate.owner(place.topic, place.partition) if self._gate else ""
        gone = Plain(place.topic, place.partition, last, now_ms(), owner.encode(), b"")
        self._since = time.monotonic() if self._block.empty else self._since
        self._block.set_aside([(gone, f"Kafka deleted offsets {first} to {last} before they were stored")])

    def _take_in(self) -> None:
        """Fill the block in the order of reading; events are written out, for which the log may have to be waited."""
        while self._read and not self._block.full:
            kept = self._read[0]
            try:
                ours = [whole_of(record, self._reader) for record in kept.ours] if self._reader else kept.ours
            except Away:
                return
            self._read.popleft()
            self._since = time.monotonic() if self._block.empty else self._since
            self._block.add(ours)
            self._block.set_aside(kept.strangers)
            self._read_leaves(ours)

    def _go_on_joining(self) -> None:
        """kafka-python 3.0.12 forgets a rebalance that outlasts one poll, and is then without rows for ever."""
        if self._consumer._coordinator.rejoining:
            self._consumer._coordinator.request_rejoin()

    def _read_leaves(self, records: list[Any]) -> None:
        """Here, beside the other hand: it waits for ClickHouse most of the time."""
        if self._ledger:
            for record in records:
                self._ledger.noter.read(record)

    def _due(self) -> bool:
        waited = time.monotonic() - self._since >= self._max_wait_s
        return not self._block.empty and (self._block.full or waited)

    def _hold(self, full: bool) -> None:
        """Stop reading while the next block is full, so that memory stays bounded; polling goes on, as a heartbeat."""
        assigned = self._consumer.assignment()
        if full:
            self._consumer.pause(*assigned)
        elif paused := self._consumer.paused():
            self._consumer.resume(*(paused & assigned))

    def _hand_over(self) -> None:
        self._written, self._block = self._block, Block()
        self._writing = self._hand.submit(self._write, self._written)

    def _write(self, block: Block) -> None:
        self._writer.write(block)
        if self._ledger:
            self._ledger.seal_past_hours(now())

    def _settle(self) -> None:
        writing, self._writing = self._writing, None
        assert writing is not None
        writing.result()
        self._commit(self._written.reaches())

    def _commit(self, reached: dict[Place, int]) -> None:
        """Tell Kafka how far we are; if it does not listen, the rows come again and are absorbed."""
        assigned = {(place.topic, place.partition) for place in self._consumer.assignment()}
        new = {p: n for p, n in reached.items() if p in assigned and n > self._committed.get(p, -1)}
        if not new:
            return
        try:
            self._consumer.commit({TopicPartition(*p): OffsetAndMetadata(n, "", -1) for p, n in new.items()})
            self._committed |= new
        except KafkaError as error:
            log.warning("stored, but Kafka did not take the offsets; the rows will come again", why=repr(error))

    def _finish(self) -> None:
        if self._writing:
            self._settle()
        if not self._block.empty:
            self._hand_over()
            self._settle()


def consumer(settings: Settings, group: str | None = GROUP) -> Any:
    """A consumer that sees only what transactions committed, and commits only when told."""
    return KafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap.split(","),
        group_id=group,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=100,
        max_partition_fetch_bytes=8_388_608,
        session_timeout_ms=10_000,
        heartbeat_interval_ms=2_000,
        metrics_enabled=False,
        # Without the C package kafka-python sums each byte in Python, ten times the cost of all else we do with it;
        # the broker has checked every batch when it took it.
        check_crcs=find_spec("crc32c") is not None,
        security_protocol=settings.kafka_security_protocol,
        sasl_mechanism=settings.kafka_sasl_mechanism or None,
        sasl_plain_username=settings.kafka_sasl_username or None,
        sasl_plain_password=settings.kafka_sasl_password or None,
        ssl_cafile=settings.kafka_ssl_cafile or None,
    )


def ready_store(settings: Settings, stop: Flag) -> Store:
    """The store with its schema, tried until ClickHouse answers; raises `Stopped`."""
    tries = 0
    while True:
        try:
            store = connect(settings)
            migrate(store)
            return store
        except NeedsReset as error:
            raise Stopped(str(error)) from error
        except (Unavailable, QueryFailed) as trouble:
            wait = WAITS[min(tries, len(WAITS) - 1)]
            log.warning("ClickHouse is not ready", again_in_s=wait, why=str(trouble))
        tries += 1
        if stop.wait(wait):
            raise Stopped("ClickHouse never answered")


def serve(settings: Settings, stop: Flag, group: str = GROUP) -> None:
    """Be a sink until `stop` is set."""
    try:
        Ring(settings.hallmonitor_home).key(topics.LOG.name)
    except NoKey as missing:
        raise Stopped(str(missing)) from missing
    store = ready_store(settings, stop)
    source = consumer(settings, group)
    ledger = open_ledger(settings)
    ours = checker(settings)
    reader = LogReader(partial(consumer, settings, None), ours)
    gate = Gate(ledger.book, ours)
    sink = Sink(source, Writer(store, stop, ledger.noter), ledger=ledger, gate=gate, reader=reader)
    source.subscribe(TOPICS, listener=sink)
    log.info("sink reads", topics=TOPICS, group=group)
    if settings.ledger_tsa:
        Thread(target=keep_stamping, args=(settings, stop, now), name="stamps", daemon=True).start()
    try:
        sink.run(stop)
    finally:
        source.close(autocommit=False)
        reader.close()
        store.close()
        ledger.close()


def main() -> None:
    """The process: SIGTERM and SIGINT end it in order."""
    stop = Flag()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        serve(Settings(), stop)
    except Stopped as stopped:
        log.warning("sink ended", why=str(stopped))


if __name__ == "__main__":
    main()
