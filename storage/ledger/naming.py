"""Names rows that are no longer stored by what the broker still holds of them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import structlog
from kafka import TopicPartition

from model import topics
from model.kafka_client import checker
from model.settings import Settings
from storage.joining import Away, LogReader, whole_of
from storage.ledger.leaves import Place
from storage.ledger.reading import ids_in
from storage.rows import STORE_LETTER
from storage.sink import consumer

log = structlog.get_logger("ledger")
_TOPICS = {
    "violations": topics.VIOLATIONS.name,
    "dead_letters": topics.DEAD_LETTERS.name,
    "casework": topics.CASEWORK.name,
}
_OFFSET = (1 << 48) - 1
MOST_RECORDS = 200  # looked up at once; what lies in more records is named by its place
PATIENCE_MS = 5_000


def names_from_kafka(settings: Settings, record_class: str, partition: int, places: list[Place]) -> dict[Place, str]:
    """Ids of rows by the place in their topic; a place that the broker has forgotten is left out."""
    wanted = [place for place in places if place.version < STORE_LETTER]
    offsets = sorted({place.version & _OFFSET for place in wanted})[:MOST_RECORDS]
    known: dict[Place, str] = {}
    source = consumer(settings, group=None)
    reader = LogReader(partial(consumer, settings, None), checker(settings))
    try:
        place = TopicPartition(_TOPICS.get(record_class, topics.EVENTS.name), partition)
        for record in _records(source, place, offsets):
            known |= ids_in(whole_of(record, reader))
    except Away:
        log.warning("the log does not answer: not every row has a name")
    finally:
        source.close(autocommit=False)
        reader.close()
    return {place: known[place] for place in wanted if place in known}


def _records(source: Any, place: TopicPartition, offsets: list[int]) -> Iterator[Any]:
    source.assign([place])
    first = source.beginning_offsets([place])[place]
    for offset in offsets:
        if offset < first:
            continue
        source.seek(place, offset)
        for record in source.poll(timeout_ms=PATIENCE_MS, max_records=1).get(place, []):
            if record.offset == offset:
                yield record
