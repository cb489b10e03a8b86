"""What nothing needs is not kept: no byte of it in Kafka, in ClickHouse, or in the shelf beside the producers."""

from pathlib import Path

import msgspec
from kafka import KafkaConsumer, TopicPartition

from infra.local.stack import Stack
from model.batch import Fact
from model.codec import split_lines
from model.kafka_client import client
from model.settings import Settings
from model.tables import TABLES
from storage.queries.names import known_as
from streams.engine.engine import Engine
from tests.support.published import in_the_log, read
from tests.support.storage_cases import facts, fresh_store, store_records

SECRETS = ("hunter2", "2011-09-13", "078-05-1120", "555-0143", "they/them")
USERS = (
    "sourcedId,username,givenName,familyName,email,password,phone,pronouns,birthDate,ssn\n"
    "p1,tbell,Terry,Bell,terry.bell@maple.example,hunter2,555-0143,they/them,2011-09-13,078-05-1120\n"
)
DEMOGRAPHICS = "sourcedId,birthDate\np1,2011-09-13\n"


class _Row(msgspec.Struct):
    text: str


def bytes_in(settings: Settings, topic: str) -> bytes:
    """Everything the broker holds of a topic, as it is."""
    consumer = KafkaConsumer(**client(settings), auto_offset_reset="earliest")
    places = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
    consumer.assign(places)
    ends = consumer.end_offsets(places)
    held = b""
    while any(consumer.position(place) < ends[place] for place in places):
        for records in consumer.poll(timeout_ms=200).values():
            held += b"".join((record.key or b"") + record.value + repr(record.headers).encode() for record in records)
    consumer.close()
    return held


def test_only_the_columns_we_list_are_sent_stored_or_searched(
    district: Path, settings: Settings, topic: str, stack: Stack
) -> None:
    (district / "reference").mkdir()
    (district / "reference" / "users.csv").write_text(USERS)
    (district / "reference" / "demographics.csv").write_text(DEMOGRAPHICS)
    read(district, settings, topic)
    sent = bytes_in(settings, topic)
    assert b"tbell" in sent
    assert [secret for secret in SECRETS if secret.encode() in sent] == []
    shelf = next((settings.hallmonitor_home / "producers").glob("*.shelf")).read_bytes()
    assert [secret for secret in SECRETS if secret.encode() in shelf] == []

    engine = Engine("maple-falls")
    for batch in in_the_log(settings, topic):
        engine.observe(batch)
    told = [msgspec.json.decode(line, type=Fact) for line in engine.take().facts]
    store = fresh_store(stack, "test_unkept")
    try:
        store_records(store, [facts(told)])
        stored = "".join(row.text for row in store.rows("SELECT toString(tuple(*)) AS text FROM reference", _Row))
        assert "tbell" in stored
        assert [secret for secret in SECRETS if secret in stored] == []
        assert [one.id for one in known_as(store, None, "Bell")] == ["p1"]
        assert known_as(store, None, "givenName") == []  # names and ids are searched, not rows
    finally:
        store.close()


def test_no_table_keeps_what_it_lists_as_not_needed() -> None:
    assert "password" in TABLES["users"].unkept
    for table in TABLES.values():
        assert not set(table.unkept) & set(table.columns)


def test_the_lines_of_the_log_hold_listed_columns_only(district: Path, settings: Settings, topic: str) -> None:
    (district / "reference").mkdir()
    (district / "reference" / "users.csv").write_text(USERS)
    read(district, settings, topic)
    lines = [
        line for batch in in_the_log(settings, topic) if batch.kind == "reference" for line in split_lines(batch.body)
    ]
    rows = [fact.row for line in lines if (fact := msgspec.json.decode(line, type=Fact)).table == "users" and fact.row]
    assert [set(row) for row in rows] == [{"sourcedId", "username", "givenName", "familyName", "email"}]
