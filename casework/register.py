"""The register: the one way to decide something. It writes an event and returns once its own row can be read.

The event goes to Kafka first, and is safe there. Its row comes from the sink; where no sink runs, as after
`hallmonitor up`, the register carries the rows over itself, by the sink's own code. What the judge has to know of it is
appended to the district's log.
"""

import sqlite3
import time
import uuid
from datetime import datetime
from threading import Lock
from types import TracebackType
from typing import Any, Self

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from casework.fold import Entry, history
from model.batch import Batch
from model.casework import LASTING, CaseworkEvent, encode_casework, noun_of
from model.clock import now_ms
from model.codec import encode_batch
from model.event import format_at
from model.kafka_client import checker, client
from model.keyring import Checker
from model.settings import Settings
from model.topics import CASEWORK, LOG, Topic
from producers import broker
from storage.block import marked_pairs, pairs_of
from storage.client import Store, Unavailable
from storage.gate import Gate
from storage.ledger.book import Book
from storage.ledger.boxes import closed
from storage.ledger.marking import prepare
from storage.ledger.noting import Noter
from storage.queries import casework as stored
from storage.row_marks import RowMarks
from storage.rows import COLUMNS

PATIENCE_S = 15.0  # how long a decision may take to be acknowledged, and then to be shown
NUMBERED = ("case", "request")  # what gets the next number of the year
log = structlog.get_logger("casework")


class NotRecorded(RuntimeError):
    """The decision is not known to be kept, or is kept and not shown yet; the message says which, and what to do."""


def decision(
    entity: str,
    kind: str,
    at: datetime,
    *,
    actor: str,
    role: str,
    district: str = "",
    purpose: str = "",
    expected_version: int | None = None,
    body: dict[str, Any] | None = None,
) -> CaseworkEvent:
    """A new event with an id of its own."""
    return CaseworkEvent(
        event_id=uuid.uuid4().hex,
        district=district,
        entity=entity,
        kind=kind,
        at=format_at(at),
        actor=actor,
        role=role,
        purpose=purpose,
        expected_version=expected_version,
        body=body or {},
    )


def _opens(event: CaseworkEvent) -> str:
    """What it gives a number to."""
    noun = noun_of(event.entity)
    return noun if noun in NUMBERED and event.kind == f"{noun}.opened" else ""


class Register:
    """A context manager; threads may share it."""

    def __init__(
        self, settings: Settings, store: Store, patience_s: float = PATIENCE_S, topic: Topic = CASEWORK
    ) -> None:
        self.store = store if store.marks else store.marking(RowMarks(settings.hallmonitor_home))
        self._topic = topic
        self._settings = settings
        self._patience_s = patience_s
        self._lock = Lock()
        self._producer: Any = None
        self._consumer: Any = None
        self._ours: Checker | None = None
        self._book: Book | None = None
        self._logs: dict[str, int] = {}  # by district, the partition that is known to be its log

    def __enter__(self) -> Self:
        """Makes the table where it is missing, so that reading works on a fresh home."""
        prepare(self._settings, self.store)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._producer:
            self._producer.close(timeout=5)
            self._consumer.close(autocommit=False)
        if self._book:
            self._book.close()

    def of(self, district: str, entity: str) -> list[Entry]:
        """Every decision about an entity, those that came too late included."""
        return history(stored.of_entities(self.store, [(district, entity)]))

    def write(self, event: CaseworkEvent) -> Entry:
        """Keep a decision and return it in its place; it may have come too late (`Entry.holds`).

        Raises `NotRecorded`, NotCasework, KafkaError and Unavailable.
        """
        line = encode_casework(event)
        with self._lock:
            self._open()
            place = TopicPartition(self._topic.name, self._partition(event.district))
            self._check_order(place)
            offset = self._send(place, event, line)
            self._show(place, event, offset)
        return next(entry for entry in self.of(event.district, event.entity) if entry.event.event_id == event.event_id)

    def catch_up(self, district: str) -> None:
        """Store all that a district decided and that Kafka holds. Raises `NotRecorded`, KafkaError and Unavailable."""
        deadline = time.monotonic() + self._patience_s
        with self._lock:
            self._open()
            place = TopicPartition(self._topic.name, self._partition(district))
            try:
                self._carry(place, int(self._consumer.end_offsets([place])[place]) - 1, deadline)
            except (Unavailable, sqlite3.Error) as error:  # as in `_show`
                log.info("the sink stores it", why=str(error))
        if time.monotonic() > deadline:
            raise NotRecorded("ClickHouse does not show yet all that was decided; nothing was written. Try again")

    def lost(self, district: str | None, noun: str) -> int:
        """How many decisions of a district (None: of all) lie in Kafka in boxes whose keys are gone, and opened a case
        or request (`noun`), or may have: as many numbers are skipped."""
        lost = self.book.boxes_without_key(district, noun)
        if lost:
            log.warning("decisions whose keys are lost cannot be read: as many numbers are skipped", of=noun, lost=lost)
        return lost

    def tell_judge(self, batch: Batch) -> bool:
        """Append facts or commands to the log of a district; False where it was never run and has no judge to tell.

        Raises `NotRecorded`.
        """
        key, value, headers = encode_batch(batch)
        with self._lock:
            self._open()
            partition = self._log_of(batch.district)
            if partition is None:
                log.info("the district has no log; its judge is not told", district=batch.district)
                return False
            try:
                sent = self._producer.send(LOG.name, value=value, key=key, headers=headers, partition=partition)
                sent.get(timeout=self._patience_s)
            except KafkaError as error:
                raise NotRecorded(f"the judge could not be told ({error!r}); try again") from error
        return True

    def _log_of(self, district: str) -> int | None:
        """The partition of the log that is a district's, by what is stored and by the log itself."""
        known = self._consumer.partitions_for_topic(LOG.name) or ()
        for partition in stored.partitions_of_log(self.store, district):
            if self._logs.get(district) == partition:
                return partition
            place = TopicPartition(LOG.name, partition)
            if partition in known and broker.first_key(self._consumer, self._checker(), place) == district:
                self._logs[district] = partition
                return partition
        return None

    def _open(self) -> None:
        if self._producer is None:
            patience = {"bootstrap_timeout_ms": int(self._patience_s * 1000)}
            told = {**client(self._settings), **patience}
            self._consumer = KafkaConsumer(**told, enable_auto_commit=False, metrics_enabled=False)
            if not self._consumer.partitions_for_topic(self._topic.name):
                broker.create_topics(self._settings, [self._topic])
            self._producer = broker.producer(self._settings, patience_ms=int(self._patience_s * 1000))

    def _partition(self, district: str) -> int:
        known = stored.partition_of(self.store, district)
        if known is not None:
            return known
        claim = {"key": district.encode(), "value": b""}
        return broker.claimed(
            self._settings,
            self._topic.name,
            district,
            lambda free: self._producer.send(self._topic.name, partition=free, **claim).get(timeout=self._patience_s),
        )

    def _check_order(self, place: TopicPartition) -> None:
        """A topic that was made anew counts from 0 again: what is decided now would stand before what was."""
        end = int(self._consumer.end_offsets([place])[place])
        reached = stored.reached(self.store, place.partition)
        if end < reached:
            raise NotRecorded(
                f"{place.topic}/{place.partition} ends at {end}, and decisions up to {reached} are stored: the topic"
                " was made anew. Nothing was written. Restore the topic, or begin with an empty ClickHouse, too"
            )

    def _send(self, place: TopicPartition, event: CaseworkEvent, line: bytes) -> int:
        told: dict[str, Any] = {"value": line}
        try:
            if noun_of(event.entity) not in LASTING:
                told["value"], told["headers"] = closed(self.book, event.district, event.event_id, line, _opens(event))
            key = event.district.encode()
            sent = self._producer.send(place.topic, key=key, partition=place.partition, **told)
            return int(sent.get(timeout=self._patience_s).offset)
        except sqlite3.Error as error:
            raise NotRecorded(
                f"{event.kind} was not recorded: its key cannot be kept in the home's ledger.db ({error}). Make room"
                " there, or wait until whoever holds it has ended, and try again"
            ) from error
        except KafkaError as error:
            raise NotRecorded(
                f"Kafka did not acknowledge within {self._patience_s:.0f} s ({error!r}); whether {event.kind} was kept"
                f" is told by `hallmonitor casework --entity {event.entity}` once Kafka answers"
            ) from error

    def _show(self, place: TopicPartition, event: CaseworkEvent, offset: int) -> None:
        """Return once the row can be read."""
        deadline = time.monotonic() + self._patience_s
        try:
            self._carry(place, offset, deadline)
        except (Unavailable, sqlite3.Error) as error:  # who may only read, a server that is away: the sink will do it
            log.info("the sink stores it", why=str(error))
        while not stored.is_stored(self.store, event):
            if time.monotonic() > deadline:
                raise NotRecorded(
                    f"{event.kind} is kept ({place.topic}/{place.partition}, offset {offset}), but ClickHouse does not"
                    f" show it after {self._patience_s:.0f} s: does the sink run? `hallmonitor status` tells"
                )
            time.sleep(0.1)

    def _carry(self, place: TopicPartition, upto: int, deadline: float) -> None:
        """Store what stands in the topic and not yet in the table, up to an offset."""
        consumer: KafkaConsumer = self._consumer
        consumer.assign([place])
        start = max(stored.reached(self.store, place.partition), int(consumer.beginning_offsets([place])[place]))
        consumer.seek(place, start)
        while consumer.position(place) <= upto and time.monotonic() < deadline:
            records = self._own(consumer.poll(timeout_ms=200).get(place, []))
            good, bad = pairs_of("casework", records)
            noter = Noter(self.book)
            good = marked_pairs(self.store, "casework", noter.kept(good))
            if bad:
                log.warning("records that are no decisions; the sink makes dead letters of them", why=bad[0][1])
            if good:
                self.store.insert_lines("casework", COLUMNS["casework"], b"\n".join(row for _, row in good) + b"\n")
                noter.stored(records, [])

    def _own(self, records: list[Any]) -> list[Any]:
        """Without what a stranger sent, of which the sink makes dead letters."""
        gate = Gate(self.book, self._checker())
        return gate.part(records, now_ms()).ours

    @property
    def book(self) -> Book:
        """The ledger's book of the home."""
        self._book = self._book or Book(self._settings.hallmonitor_home)
        return self._book

    def _checker(self) -> Checker:
        self._ours = self._ours or checker(self._settings)
        return self._ours
