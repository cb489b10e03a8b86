"""How far a district's log has been judged and stored, as the groups that do it have said to Kafka."""

from types import TracebackType
from typing import Self

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from model import topics
from model.settings import Settings
from producers import broker

JUDGES, SINKS = "hallmonitor-judge", "hallmonitor-sink"
OUTPUTS = (topics.EVENTS, topics.VIOLATIONS, topics.DEAD_LETTERS)


class Pipeline:
    """One partition, looked at from outside. A context manager."""

    def __init__(self, settings: Settings, partition: int) -> None:
        self._settings = settings
        self._log = TopicPartition(topics.LOG.name, partition)
        self._outputs = [TopicPartition(topic.name, partition) for topic in OUTPUTS]

    def __enter__(self) -> Self:
        self._admin = KafkaAdminClient(**broker.client(self._settings))
        self._consumer = KafkaConsumer(**broker.client(self._settings), enable_auto_commit=False, metrics_enabled=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._admin.close()
        self._consumer.close(autocommit=False)

    def judged(self) -> int:
        """The offset in the log behind the last record judged and written; a few seconds old."""
        return self._committed(JUDGES, [self._log])[self._log]

    def not_stored(self) -> int:
        """Records of the output topics that the sink has not yet said it stored."""
        ends = self._consumer.end_offsets(self._outputs)
        stored = self._committed(SINKS, self._outputs)
        return sum(max(0, ends[place] - stored[place]) for place in self._outputs)

    def _committed(self, group: str, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        found = self._admin.list_group_offsets({group: places}).get(group, {})
        return {place: max(0, found[place].offset) if place in found else 0 for place in places}
