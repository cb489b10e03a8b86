"""The broker is a pipe, not an archive: what is judged, stored and sealed is forgotten there after some days."""

from contextlib import closing
from datetime import timedelta

import structlog
from kafka.errors import KafkaError

from casework.retention import PlanRefused, schedule_of
from model.clock import now
from model.settings import Settings
from storage.client import QueryFailed, Store, Unavailable
from storage.ledger.ledger import open_ledger
from storage.queries.districts import stored_pack
from storage.retention.forgetting import forget
from storage.retention.schedule import shortest_days

log = structlog.get_logger()


def keep_short(settings: Settings, store: Store, district: str) -> None:
    """Let the broker forget what is older than `kafka_keep_days`, and than the shortest record class of the district.

    What cannot be forgotten now is at the next call: a warning, and the run goes on.
    """
    at = now()
    try:
        if not stored_pack(store, district):
            return  # a first run: nothing of the district is stored that the broker could forget
        shortest = shortest_days(schedule_of(store, district).rules, at.date())
        days = min(settings.kafka_keep_days, settings.kafka_keep_days if shortest is None else shortest)
        with closing(open_ledger(settings)) as ledger:
            begins = forget(settings, ledger.book, district, at - timedelta(days=days))
        log.debug("the broker keeps", days=days, begins=begins)
    except (PlanRefused, KafkaError, Unavailable, QueryFailed) as error:
        log.warning("the broker has not forgotten", district=district, why=str(error))
