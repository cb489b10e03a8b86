"""An Azure Event Hub read by Kafka's own protocol: each message into the spool, then how far its partition was read.

https://learn.microsoft.com/azure/event-hubs/azure-event-hubs-apache-kafka-overview
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from producers.pull.failure import Kind, PullFailed, plain
from producers.pull.kept import load, save
from producers.transports.spool import Spool

FEED = "eventHub"
USER = "$ConnectionString"  # what Event Hubs calls whoever shows a connection string
PORT = 9093
PATIENCE_MS = 30_000
LONGEST_TURN = 240.0  # seconds; the rest comes with the next turn
_LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")


class HubPuller:
    """One hub, `HOST[:PORT]/HUB`; `connection` is its connection string. Raises ValueError for a bad state."""

    def __init__(self, where: str, connection: str, spool: Spool) -> None:
        self._where, self._connection, self._spool = where, connection, spool
        self.kept = load(spool.folder)

    def turn(self, now_ms: Callable[[], int]) -> bool:
        """Everything up to now; whether it came to the end. What stood in the way is in `kept`."""
        state = self.kept.feed(FEED)
        try:
            with consumer(self._where, self._connection) as reading:
                self._read(reading, now_ms)
        except PullFailed as failed:
            state.failed = f"{FEED}: {failed}"
        except OSError as error:
            state.failed = f"{FEED}: the spool cannot be written: {error}"
        else:
            state.failed, state.well_at, state.pulled_to = "", now_ms(), now_ms()
        save(self._spool.folder, self.kept)
        return not state.failed

    def _read(self, reading: Any, now_ms: Callable[[], int]) -> None:
        places = places_of(reading, self._where)
        ends, begins = reading.end_offsets(places), reading.beginning_offsets(places)
        reading.assign(places)
        for place in places:
            reading.seek(place, self._from(place.partition, begins[place], ends[place]))
        deadline = time.monotonic() + LONGEST_TURN
        while any(reading.position(place) < ends[place] for place in places):
            if time.monotonic() > deadline:
                raise PullFailed("server", "there is more than one turn can read; the next goes on")
            for place, messages in reading.poll(timeout_ms=500).items():
                self._keep(place.partition, messages, now_ms())

    def _from(self, partition: int, begin: int, end: int) -> int:
        kept = self.kept.offsets.get(str(partition), begin)
        if begin <= kept <= end:
            return kept
        if kept > end:  # such a message was never there
            lost = f"the hub was made anew: what its partition {partition} held before was not read"
        else:
            which = f"{begin - kept:,} messages of partition {partition}, from {kept} on"
            lost = f"the hub has forgotten {which}, before they were pulled"
        self.kept.feed(FEED).miss(lost)
        self.kept.offsets[str(partition)] = begin  # said once, also where nothing is there to read
        return begin

    def _keep(self, partition: int, messages: list[Any], at_ms: int) -> None:
        found = [message.value.strip().translate(_LINE_ENDS) for message in messages if message.value]
        if found and self._spool.append(found, at_ms):
            raise PullFailed("full", "the spool is full; is anybody reading it?")
        self._spool.sync()
        self.kept.offsets[str(partition)] = messages[-1].offset + 1
        self.kept.feed(FEED).records += len(found)
        save(self._spool.folder, self.kept)


def security(connection: str) -> dict[str, Any]:
    """How a hub is spoken to: TLS, whose certificate is checked, and the connection string as a password."""
    return {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": USER,
        "sasl_plain_password": connection,
    }


@contextmanager
def consumer(where: str, connection: str) -> Iterator[Any]:
    """Who reads the hub. Raises `PullFailed`, also for what goes wrong while it is read."""
    host, _, port = where.partition("/")[0].partition(":")
    try:
        reading = KafkaConsumer(
            bootstrap_servers=f"{host}:{port or PORT}",
            **security(connection),
            enable_auto_commit=False,
            metrics_enabled=False,
            request_timeout_ms=PATIENCE_MS,
            bootstrap_timeout_ms=PATIENCE_MS,
        )
        try:
            yield reading
        finally:
            reading.close(autocommit=False)
    except KafkaError as error:
        said = plain(f"{host}: {type(error).__name__}: {error}", (connection,))
        raise PullFailed(_kind(error), said) from None  # the error may hold the settings


def places_of(reading: Any, where: str) -> list[TopicPartition]:
    """The partitions of the hub. Raises `PullFailed` where there is no such hub."""
    hub = where.partition("/")[2]
    partitions = reading.partitions_for_topic(hub)
    if not partitions:
        raise PullFailed("address", f"there is no hub {hub!r}")
    return [TopicPartition(hub, number) for number in sorted(partitions)]


def _kind(error: KafkaError) -> Kind:
    name = type(error).__name__
    if "Authorization" in name:
        return "scope"
    if "Auth" in name or "Sasl" in name:
        return "credentials"
    return "server"
