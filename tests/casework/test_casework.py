"""What people decide: folded by version, refused when it came too late, shown at once, made anew from Kafka."""

import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from threading import Event as Flag
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition

from casework.fold import folded, history, version
from casework.register import NotRecorded, Register, decision
from casework.shown import shown
from cli.main import main
from infra.local.stack import Stack
from model import topics
from model.casework import CaseworkEvent, NotCasework, decode_casework, encode_casework
from model.settings import Settings
from storage.block import Block
from storage.client import Store, Unavailable
from storage.ledger.book import Book
from storage.ledger.boxes import opened
from storage.queries.casework import is_stored, of_entities
from storage.writer import Writer
from tests.support.storage_cases import Record, fresh_store

AT = datetime(2026, 3, 4, 14, tzinfo=UTC)


def decided(kind: str = "case.noted", seen: int | None = None, **fields: Any) -> CaseworkEvent:
    whole = {"entity": "case:1", "district": "maple-falls", "actor": "gwen", "role": "analyst", **fields}
    return decision(kind=kind, at=AT, expected_version=seen, **whole)


# The fold


def test_the_second_of_two_that_saw_the_same_is_kept_and_told_who_was_first() -> None:
    opened, first, late = decided("case.opened", 0), decided(seen=1, actor="ana"), decided(seen=1, actor="bo")
    entries = history([opened, first, late])
    assert [entry.holds for entry in entries] == [True, True, False]
    assert entries[2].first == first
    assert shown(entries[2])["rejected_by"]["actor"] == "ana"
    assert version(entries) == 2


def test_what_depends_on_nothing_always_holds() -> None:
    entries = history([decided("case.opened", 0), decided(), decided()])
    assert [(entry.holds, entry.version) for entry in entries] == [(True, 1), (True, 2), (True, 3)]


def test_what_claims_to_have_seen_more_than_there_is_does_not_hold() -> None:
    assert [entry.holds for entry in history([decided(seen=3)])] == [False]


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=12), st.data())
def test_a_decision_sent_again_changes_nothing(seen: list[int | None], data: st.DataObject) -> None:
    events = [decided(seen=one) for one in seen]
    again = list(events)
    for event in data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []:
        again.insert(data.draw(st.integers(again.index(event) + 1, len(again))), event)
    assert history(again) == history(events)


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=12))
def test_versions_count_what_holds_and_only_that_is_folded(seen: list[int | None]) -> None:
    entries = history(decided(seen=one) for one in seen)
    holding = [entry.event for entry in entries if entry.holds]
    assert version(entries) == len(holding)
    assert folded([], entries, lambda state, event: [*state, event]) == holding
    assert all(entry.event.expected_version is not None for entry in entries if not entry.holds)


# Bytes from outside


@pytest.mark.parametrize(
    "fields",
    [
        {"entity": "case"},
        {"entity": "robot:1"},
        {"entity": "case:\n"},
        {"kind": "opened"},
        {"at": "yesterday"},
        {"event_id": "' OR 1"},
        {"expected_version": -1},
    ],
)
def test_what_is_no_decision_is_refused_by_name(fields: dict[str, Any]) -> None:
    line = json.dumps({**json.loads(encode_casework(decided())), **fields}).encode()
    with pytest.raises(NotCasework):
        decode_casework(line)


def test_a_password_is_never_shown() -> None:
    entry = history([decided("user.added", 0, entity="user:gwen", body={"secret": "$argon2id$x", "role": "viewer"})])[0]
    assert shown(entry)["body"] == {"role": "viewer"}


# Servers


@pytest.fixture
def store(stack: Stack, request: pytest.FixtureRequest) -> Iterator[Store]:
    store = fresh_store(stack, f"casework_{uuid.uuid4().hex[:8]}")
    yield store
    store.close()


@pytest.fixture
def settings(stack: Stack, store: Store) -> Settings:
    return stack.settings(clickhouse_url=store.url, kafka_partitions=64)


@pytest.fixture
def district() -> str:
    """A district of the test's own, for its partition of the one topic that is shared."""
    return f"d-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def register(settings: Settings, store: Store) -> Iterator[Register]:
    with Register(settings, store) as register:
        yield register


def test_who_decides_sees_it_at_once_without_a_sink_and_the_late_one_sees_who_was_first(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    assert register.write(decided("case.opened", 0, district=district)).holds
    with Register(settings, store) as other:
        assert other.write(decided(seen=1, district=district, actor="ana")).holds
    late = register.write(decided(seen=1, district=district, actor="bo"))
    assert not late.holds
    assert late.first is not None
    assert late.first.actor == "ana"
    assert [entry.holds for entry in register.of(district, "case:1")] == [True, True, False]


def test_an_empty_clickhouse_is_filled_from_kafka_and_the_home(
    register: Register, settings: Settings, store: Store, district: str, stack: Stack
) -> None:
    for number in range(3):
        register.write(decided(district=district, body={"text": f"note {number} “é”"}))
    empty = fresh_store(stack, f"casework_{uuid.uuid4().hex[:8]}")
    writer = Writer(empty, Flag())
    block = Block()
    with closing(Book(settings.hallmonitor_home)) as book:
        block.add(opened(book, record) for record in _in_the_topic(settings, district))
    writer.write(block)
    writer.write(block)  # read twice, as after a crash
    assert of_entities(empty, [(district, "case:1")]) == of_entities(store, [(district, "case:1")])
    assert len(of_entities(empty, [(district, "case:1")])) == 3
    empty.close()


def test_a_decision_of_another_district_is_a_dead_letter(store: Store, district: str) -> None:
    event = decided(district="elsewhere")
    block = Block()
    block.add([Record(topics.CASEWORK.name, 0, 0, 0, district.encode(), encode_casework(event), [])])
    writer = Writer(store, Flag())
    writer.write(block)
    assert writer.refused == 1
    assert not is_stored(store, event)


def test_a_topic_made_anew_takes_no_decision(register: Register, store: Store, district: str) -> None:
    register.write(decided("case.opened", 0, district=district))
    row = of_entities(store, [(district, "case:1")])[0]
    far = Record(
        topics.CASEWORK.name, _partition(register, district), 10_000, 0, district.encode(), encode_casework(row), []
    )
    block = Block()
    block.add([far])
    Writer(register.store, Flag()).write(block)
    with pytest.raises(NotRecorded, match="made anew"):
        register.write(decided(district=district))


def test_a_decision_that_the_store_does_not_show_says_so(
    settings: Settings, store: Store, district: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Register(settings, store, patience_s=2.0) as register:
        register.write(decided(district=district))

        def away(table: str, columns: list[str], body: bytes) -> None:
            raise Unavailable("gone")

        monkeypatch.setattr(register.store, "insert_lines", away)
        with pytest.raises(NotRecorded, match="is kept"):
            register.write(decided(district=district))


def test_a_decision_whose_key_cannot_be_kept_is_not_recorded_and_says_so(
    register: Register, store: Store, district: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Book, "keep_key", full)
    with pytest.raises(NotRecorded, match="disk is full"):
        register.write(decided("case.opened", 0, district=district))
    assert of_entities(store, [(district, "case:1")]) == []


def test_the_command_lists_decisions_with_what_came_of_them(
    register: Register, settings: Settings, district: str
) -> None:
    register.write(decided("case.opened", 0, district=district))
    register.write(decided("case.closed", 0, district=district, actor="bo"))
    environment = {**settings.environment(), "HALLMONITOR_HOME": str(settings.hallmonitor_home)}
    runner = CliRunner()
    told = runner.invoke(main, ["casework", "--kind", "case.closed", "--json"], env=environment)
    assert told.exit_code == 0, told.output
    (line,) = [json.loads(one) for one in told.stdout.splitlines()]
    assert (line["holds"], line["rejected_by"]["actor"], line["actor"]) == (False, "gwen", "bo")
    assert runner.invoke(main, ["casework", "--actor", "nobody"], env=environment).exit_code == 1
    assert "gwen was first" in runner.invoke(main, ["casework", "--entity", "case:1"], env=environment).stdout


def _partition(register: Register, district: str) -> int:
    return register._partition(district)


def _in_the_topic(settings: Settings, district: str) -> list[Any]:
    from kafka import KafkaConsumer

    from model.kafka_client import client

    consumer = KafkaConsumer(**client(settings), enable_auto_commit=False)
    places = [TopicPartition(topics.CASEWORK.name, one) for one in consumer.partitions_for_topic(topics.CASEWORK.name)]
    consumer.assign(places)
    consumer.seek_to_beginning()
    ends = consumer.end_offsets(places)
    found: list[Any] = []
    while any(consumer.position(place) < ends[place] for place in places):
        found += [record for records in consumer.poll(timeout_ms=300).values() for record in records]
    consumer.close()
    return [record for record in found if record.key == district.encode()]
