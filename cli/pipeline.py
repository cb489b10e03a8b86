"""How far a district's log has been judged and stored, as the groups that do it have said to Kafka."""

from types import TracebackType
from typing import Self

import structlog
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from model import topics
from model.kafka_client import client
from model.settings import Settings

log = structlog.get_logger()
JUDGES, SINKS = "hallmonitor-judge", "hallmonitor-sink"
OUTPUTS = (topics.EVENTS, topics.VIOLATIONS, topics.DEAD_LETTERS)


class Pipeline:
    """One partition, looked at from outside. A context manager."""

    def __init__(self, settings: Settings, partition: int) -> None:
        self._settings = settings
        self._log = TopicPartition(topics.LOG.name, partition)
        self._said: dict[TopicPartition, int] = {}
        self._outputs = [TopicPartition(topic.name, partition) for topic in OUTPUTS]

    def __enter__(self) -> Self:
        self._admin = KafkaAdminClient(**client(self._settings))
        self._consumer = KafkaConsumer(**client(self._settings), enable_auto_commit=False, metrics_enabled=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._admin.close()
        self._consumer.close(autocommit=False)

    def written(self) -> int:
        """The offset in the log behind the last record sent."""
        return int(self._consumer.end_offsets([self._log])[self._log])

    def judged(self) -> int:
        """The offset in the log behind the last record judged and written; a few seconds old."""
        return self._committed(JUDGES, [self._log])[self._log]

    def not_stored(self) -> int:
        """Records of the output topics that the sink has not yet said it stored; 1 while Kafka does not say."""
        try:
            ends = self._consumer.end_offsets(self._outputs)
        except KafkaError as error:
            log.debug("no answer from Kafka", error=repr(error))
            return 1
        stored = self._committed(SINKS, self._outputs)
        return sum(max(0, ends[place] - stored[place]) for place in self._outputs)

    def _committed(self, group: str, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        """What the group last said, 0 where it has said nothing; while Kafka does not answer, what it said before."""
        try:
            found = self._admin.list_group_offsets({group: places}).get(group, {})
            self._said |= {place: offset.offset for place, offset in found.items()}
        except KafkaError as error:  # the broker starts, or its coordinator does: we ask again in a moment
            log.debug("no answer from Kafka", error=repr(error))
        return {place: max(0, self._said.get(place, 0)) for place in places}
