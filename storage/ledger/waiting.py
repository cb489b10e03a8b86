"""What stands in Kafka and nobody read yet, and is none of ours: a stranger's record, before it is a dead letter."""

from collections.abc import Iterable, Iterator
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from model import topics
from model.kafka_client import checker, client
from model.settings import Settings
from storage.gate import Gate
from storage.ledger.book import Book
from storage.ledger.strangers import unread
from storage.ledger.verify import HourReport
from storage.sink import GROUP

JUDGES = "hallmonitor-judge"  # the group that reads the log
PATIENCE_MS = 5_000
# No group reads the memories: the judge tells of strangers there when it opens a partition.
_READ = tuple(one for one in topics.ALL if one is not topics.MEMORY)
MOST_RECORDS = 100_000  # looked at in one partition; what stands behind them, the judge and the sink will read


def strangers_waiting(settings: Settings, book: Book, district: str, at_ms: int) -> list[HourReport]:
    """The records that a stranger sent into a partition of the district, or of nobody, and that wait to be read.

    `at_ms`: the present instant, in ms since the epoch. Raises KafkaError where no broker answers in `PATIENCE_MS`.
    """
    told = {**client(settings), "bootstrap_timeout_ms": PATIENCE_MS}
    consumer = KafkaConsumer(**told, isolation_level="read_committed", enable_auto_commit=False, metrics_enabled=False)
    admin = KafkaAdminClient(**told)
    try:
        gate = Gate(book, checker(settings))
        tails = list(_tails(consumer, admin))
        kept = gate.part((record for tail in tails for record in _records(consumer, *tail)), at_ms)
    finally:
        admin.close()
        consumer.close(autocommit=False)
    return unread(district, [foreign for foreign, _ in kept.strangers], at_ms)


def _tails(consumer: Any, admin: Any) -> Iterator[tuple[TopicPartition, int, int]]:
    """Each partition with records that were not read: from which offset, and up to which."""
    for topic in _READ:
        places = [TopicPartition(topic.name, n) for n in sorted(consumer.partitions_for_topic(topic.name) or ())]
        group = JUDGES if topic is topics.LOG else GROUP
        read = admin.list_group_offsets({group: places}).get(group, {}) if places else {}
        first, last = consumer.beginning_offsets(places), consumer.end_offsets(places)
        for place in places:
            start = max(first[place], read[place].offset if place in read else 0)
            if start < last[place]:
                yield place, start, last[place]


def _records(consumer: Any, place: TopicPartition, start: int, end: int) -> Iterable[Any]:
    consumer.assign([place])
    consumer.seek(place, start)
    end = min(end, start + MOST_RECORDS)
    while consumer.position(place) < end:
        found = consumer.poll(timeout_ms=PATIENCE_MS).get(place, [])
        if not found and consumer.position(place) < end:
            return
        yield from (record for record in found if record.offset < end)
