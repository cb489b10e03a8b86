"""What the tests of storage share: records as a consumer gives them, events and violations of invented people."""

import os
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event as Flag
from typing import Any, NamedTuple

import msgspec
from kafka import KafkaConsumer, TopicPartition

from infra.local.stack import Stack
from model import topics
from model.batch import Batch, Fact, Kind
from model.codec import encode_batch, join_lines
from model.dead_letter import DeadLetter, encode_dead_letter
from model.event import Attribution, Event, encode_event
from model.kafka_client import client
from model.keyring import MASTER, Ring
from model.mark import made_once
from model.settings import Settings
from model.violation import Evidence, Violation, encode_violation
from storage.block import Block
from storage.client import Store
from storage.migrate import migrate
from storage.row_marks import RowMarks
from storage.writer import Writer

SENT_MS = 1_731_928_000_000  # 2024-11-18: a row is stored after it was sent, whatever clock the computer has
DISTRICT = "maple-falls"


class Record(NamedTuple):
    """A Kafka record as the sink sees it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


def record(topic: str, lines: list[bytes], offset: int = 0, kind: Kind = "events", epoch: int | None = None) -> Record:
    """Lines as the stream sends them."""
    batch = Batch(kind=kind, district=DISTRICT, source_id="", body=join_lines(lines), count=len(lines))
    key, value, headers = encode_batch(batch)
    if epoch is not None:
        headers.append(("epoch", b"%d" % epoch))
    return Record(topic, 0, offset, SENT_MS, key, value, headers)


def events(found: Iterable[Event], offset: int = 0, epoch: int | None = None) -> Record:
    """Events as a record of `audit.events`."""
    return record(topics.EVENTS.name, [encode_event(one) for one in found], offset, epoch=epoch)


def violations(found: Iterable[Violation], offset: int = 0) -> Record:
    """Violations as a record of `audit.violations`."""
    return record(topics.VIOLATIONS.name, [encode_violation(one) for one in found], offset)


def dead_letters(found: Iterable[DeadLetter], offset: int = 0) -> Record:
    """Dead letters as a record of `audit.dead-letters`."""
    return record(topics.DEAD_LETTERS.name, [encode_dead_letter(one) for one in found], offset)


def facts(found: Iterable[Fact], offset: int = 0) -> Record:
    """Reference facts as a record of `audit.events`."""
    return record(topics.EVENTS.name, [msgspec.json.encode(one) for one in found], offset, kind="reference")


def event(event_id: str, at: str = "14:00:00", **fields: Any) -> Event:
    """An event of 4 March 2026; `at` is UTC."""
    whole = {
        "event_id": event_id,
        "source_id": "dc1",
        "product": "windows_security",
        "category": "auth",
        "action": "account.logged_on",
        "occurred_at": f"2026-03-04T{at}.000Z",
        "outcome": "success",
        "raw": f"raw of {event_id}",
    }
    return Event(**(whole | fields))


def violation(violation_id: str, **fields: Any) -> Violation:
    """A violation of 4 March 2026, open, at revision 1."""
    evidence = Evidence(
        rule="shared_account", rule_major=1, code_hash="c0de", parameters={}, subject="tbell",
        window_utc=("2026-03-04T14:00:00.000Z", "2026-03-04T15:00:00.000Z"),
        window_local=("2026-03-04T09:00:00-05:00", "2026-03-04T10:00:00-05:00"), school_day="2026-03-04",
        exhibits=[], measures=[], spans=[], consulted=[], innocent_explanations=[], coverage=[], time_quality={},
        not_known=[],
    )  # fmt: skip
    whole = {
        "violation_id": violation_id, "district": DISTRICT, "detection": "shared_account", "reason": "two_sites",
        "reasons": ["two_sites"], "severity": "high", "confidence": "high", "status": "open", "basis": "clause",
        "headline": "tbell was used at two schools at once", "explanation": "Words.", "account": "tbell",
        "person": "p17", "device_id": None, "vendor": None, "started_at": "2026-03-04T14:00:00.000Z",
        "ended_at": "2026-03-04T15:00:00.000Z", "policy": "union-ok@1", "clauses": [], "event_ids": ["e1"],
        "evidence": evidence,
    }  # fmt: skip
    return Violation(**(whole | fields))


def proof(field: str, value: str) -> Attribution:
    """A step of attribution."""
    return Attribution(field=field, value=value, confidence="high", because="the record names the account")


def store_records(store: Store, records: list[Record]) -> Writer:
    """Write the records as one block; a store without marks writes those of the home that commands use."""
    writer = Writer(store if store.marks else store.marking(RowMarks(_home())), Flag())
    block = Block()
    block.add(records)
    writer.write(block)
    return writer


def with_keys(home: Path) -> Path:
    """A home with the keys of those marks, so that it takes these rows for its own."""
    key = _home() / "ledger" / "marks" / MASTER
    Ring(_home()).key(topics.CASEWORK.name)  # makes them where there are none
    made_once(home / "ledger" / "marks" / MASTER, key.read_bytes())
    return home


def _home() -> Path:
    return Path(os.environ.get("HALLMONITOR_HOME", Settings().hallmonitor_home))


def fresh_store(stack: Stack, database: str) -> Store:
    """A migrated database of its own."""
    settings = stack.settings(clickhouse_url=f"{stack.clickhouse_url}/{database}")
    store = Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password)
    migrate(store)
    return store


def in_kafka(settings: Settings, partition: int) -> bytes:
    """All that the topic of decisions holds of a partition."""
    place = TopicPartition(topics.CASEWORK.name, partition)
    with closing(KafkaConsumer(**client(settings), enable_auto_commit=False, max_poll_records=10_000)) as source:
        source.assign([place])
        source.seek_to_beginning(place)
        end, held = source.end_offsets([place])[place], b""
        while source.position(place) < end:
            for record in source.poll(timeout_ms=500).get(place, []):
                held += (record.value or b"") + b"".join(content for _, content in record.headers)
        return held
