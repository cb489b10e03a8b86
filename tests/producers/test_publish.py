"""Batches into a real Kafka: acknowledged before a position moves, a partition a district, nothing lost by a crash."""

import os
import uuid
from pathlib import Path

import msgspec
import pytest
from kafka.admin import ConfigResource, KafkaAdminClient

from model.batch import Batch, Tick
from model.codec import split_lines
from model.kafka_client import client
from model.settings import Settings
from model.topics import Topic
from producers import broker
from producers.batching import tick
from producers.intake import Intake
from producers.positions import Busy, Positions
from producers.publish import NotSent, Publisher
from tests.support.published import in_the_log, read
from tests.support.small_logs import numbers_of, squid_log, squid_source


def test_a_folder_is_published_once_and_then_nothing_is_left(settings: Settings, topic: str, district: Path) -> None:
    (district / "logs" / "proxy" / "a.log").write_bytes(squid_log(2_500))
    assert [read(district, settings, topic), read(district, settings, topic)] == [2_500, 0]
    batches = in_the_log(settings, topic)
    assert sorted(numbers_of(batches)) == list(range(2_500))
    assert {batch.kind for batch in batches} == {"tick", "reference", "events"}


def test_the_last_tick_says_that_all_have_ended(settings: Settings, topic: str, district: Path) -> None:
    (district / "logs" / "proxy" / "a.log").write_bytes(squid_log(3))
    read(district, settings, topic)
    last = in_the_log(settings, topic)[-1]
    assert [msgspec.json.decode(line, type=Tick) for line in split_lines(last.body)] == [
        Tick(source_id="proxy", ended=True)
    ]


def test_a_source_that_is_taken_out_of_the_district_has_ended(settings: Settings, topic: str, district: Path) -> None:
    (district / "logs" / "proxy" / "a.log").write_bytes(squid_log(3))
    read(district, settings, topic)
    before, named = len(in_the_log(settings, topic)), district / "district.yaml"
    named.write_text(named.read_text().replace("  - {id: proxy, product: squid}\n", ""))
    read(district, settings, topic)
    ticks = [batch for batch in in_the_log(settings, topic)[before:] if batch.kind == "tick"]
    said = [msgspec.json.decode(line, type=Tick) for batch in ticks for line in split_lines(batch.body)]
    assert said == [Tick(source_id="proxy", ended=True)]


def test_only_what_came_since_is_read_after_a_restart(settings: Settings, topic: str, district: Path) -> None:
    log = district / "logs" / "proxy" / "a.log"
    log.write_bytes(squid_log(100))
    read(district, settings, topic)
    with log.open("ab") as file:
        file.write(squid_log(50, 1_772_700_000, first=100))
    assert read(district, settings, topic) == 50
    assert sorted(numbers_of(in_the_log(settings, topic))) == list(range(150))


def test_what_was_acknowledged_and_not_noted_is_found_in_the_log(
    settings: Settings, topic: str, district: Path
) -> None:
    (district / "logs" / "proxy" / "a.log").write_bytes(squid_log(300))
    read(district, settings, topic)
    (settings.hallmonitor_home / "producers" / "maple-falls.json").unlink()
    assert read(district, settings, topic) == 0


def test_a_log_made_anew_is_filled_again(settings: Settings, topic: str, district: Path) -> None:
    (district / "logs" / "proxy" / "a.log").write_bytes(squid_log(30))
    read(district, settings, topic)
    kept = settings.hallmonitor_home / "producers" / "maple-falls.json"
    said = msgspec.json.decode(kept.read_bytes())
    kept.write_bytes(msgspec.json.encode({**said, "topic_id": str(uuid.uuid4()), "offset": -1, "partition": 0}))
    another = Topic(f"{topic}-2", {})
    broker.create_topics(settings, [another])
    assert read(district, settings, another.name) == 30


def test_a_topic_from_which_the_broker_deletes_by_time_is_told_to_keep_all(settings: Settings, topic: str) -> None:
    named = f"{topic}-7-days"
    broker.create_topics(settings, [Topic(named, {"retention.ms": "604800000"})])
    broker.create_topics(settings, [Topic(named, {"retention.ms": "-1"})])
    admin = KafkaAdminClient(**client(settings))
    told = admin.describe_configs([ConfigResource("TOPIC", named)], config_filter="all")["topic"][named]
    admin.close()
    assert told["retention.ms"]["value"] == "-1"


def test_each_district_has_a_partition_of_its_own_and_keeps_it(settings: Settings, topic: str, tmp_path: Path) -> None:
    found = []
    for name in ("alder", "birch", "alder", "cedar", "birch"):
        positions = Positions(tmp_path / uuid.uuid4().hex, name)  # no memory but the log itself
        with Publisher(settings, name, positions, topic):
            found.append(positions.kept.partition)
        positions.close()
    assert found == [0, 1, 0, 2, 1]


def test_a_district_too_many_is_told_what_to_do(settings: Settings, topic: str, tmp_path: Path) -> None:
    for name in ("alder", "birch", "cedar"):
        with Publisher(settings, name, Positions(tmp_path, name), topic):
            pass
    with (
        pytest.raises(NotSent, match="KAFKA_PARTITIONS"),
        Publisher(settings, "dogwood", Positions(tmp_path, "d"), topic),
    ):
        pass


def test_two_readers_of_one_district_are_one_too_many(tmp_path: Path) -> None:
    held = Positions(tmp_path, "alder")
    with pytest.raises(Busy, match="alder"):
        Positions(tmp_path, "alder")
    held.close()
    Positions(tmp_path, "alder").close()


def send_all(publisher: Publisher, batches: list[Batch]) -> None:
    for batch in batches:
        publisher.send(batch)
    publisher.flush()


def test_a_record_no_broker_takes_stops_everything_behind_it(settings: Settings, topic: str, tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    (source.folder / "a.log").write_bytes(squid_log(10))
    positions = Positions(tmp_path, "maple-falls")
    small = Topic(f"{topic}-small", {"max.message.bytes": "600"})
    broker.create_topics(settings, [small])
    noise = os.urandom(3_000).hex().encode()
    too_large = Batch(kind="tick", district="maple-falls", source_id="", body=noise, count=1, stream="s", stop=9)
    behind = [too_large, *Intake([source]).round(True)]
    with Publisher(settings, "maple-falls", positions, small.name) as publisher, pytest.raises(NotSent):
        send_all(publisher, [tick([source], 1), *behind])
    assert not [batch for batch in in_the_log(settings, small.name) if batch.kind == "events"]
    assert positions.kept.streams == {}


def test_changed_reference_is_told_and_unchanged_is_not(settings: Settings, topic: str, district: Path) -> None:
    table = district / "reference" / "accounts.csv"
    table.parent.mkdir()
    table.write_text("account,person,kind,vendor\npat,p1,personal,\n")
    read(district, settings, topic)
    read(district, settings, topic)
    table.write_text("account,person,kind,vendor\npat,p1,personal,\nlab3,,generic,\n")
    read(district, settings, topic)
    facts = [
        line for batch in in_the_log(settings, topic) if batch.kind == "reference" for line in split_lines(batch.body)
    ]
    said = [fact for fact in map(msgspec.json.decode, facts) if fact["table"] == "accounts" and fact["key"]]
    assert [(fact["key"], "recorded_at" in fact) for fact in said] == [("pat", False), ("lab3", True)]
