"""Every Kafka topic, once, with what stands in it and how the broker keeps it."""

from typing import NamedTuple


class Topic(NamedTuple):
    """A topic's name and the broker settings that belong to it. All have one partition per district.

    `spare`: partitions beside those of the districts.
    """

    name: str
    config: dict[str, str]
    spare: int = 0


# The broker forgets nothing by itself: what is stored and sealed, `hallmonitor run` lets it forget (KAFKA_KEEP_DAYS).
_KEEP = {"retention.ms": "-1", "max.message.bytes": "4194304"}

LOG = Topic("audit.log", _KEEP)
EVENTS = Topic("audit.events", _KEEP)
VIOLATIONS = Topic("audit.violations", _KEEP)
DEAD_LETTERS = Topic("audit.dead-letters", _KEEP)
# What people decide: kept as the record class `casework` says, so the broker itself forgets nothing.
CASEWORK = Topic("audit.casework", _KEEP, spare=1)  # one for what is about the installation
MEMORY = Topic(
    "audit.memory",
    {
        "cleanup.policy": "compact",
        "max.message.bytes": "4194304",
        # Small segments and a low dirty ratio, or nothing is compacted and opening a partition reads months.
        "segment.bytes": "16777216",
        "min.cleanable.dirty.ratio": "0.1",
        "max.compaction.lag.ms": "600000",
        "delete.retention.ms": "3600000",  # whoever reads from the beginning needs less, or sees what was forgotten,
    },
)
ALL = (LOG, EVENTS, VIOLATIONS, DEAD_LETTERS, CASEWORK, MEMORY)
