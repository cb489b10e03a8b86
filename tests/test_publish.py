"""Batches into a real Kafka: acknowledged before a position moves, a partition a district, nothing lost by a crash."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import msgspec
import pytest

from infra.local.stack import Stack
from model.batch import Batch, Tick
from model.codec import split_lines
from model.settings import Settings
from model.topics import Topic
from producers import broker
from producers.batching import tick
from producers.intake import Intake
from producers.live import Live
from producers.positions import Busy, Positions
from producers.publish import NotSent, Publisher
from tests.small_logs import events_of, numbers_of, squid_line, squid_log, squid_source

PROJECT = Path(__file__).resolve().parents[1]
DISTRICT = """
id: {id}
name: Maple Falls
timezone: America/New_York
policy: union-ok
sources:
  - {{id: proxy, product: squid}}
  - {{id: edge, product: squid}}
"""


@pytest.fixture
def settings(stack: Stack, tmp_path: Path) -> Settings:
    return Settings(
        hallmonitor_home=tmp_path / "home",
        kafka_bootstrap=stack.kafka_bootstrap,
        clickhouse_url=stack.clickhouse_url,
        kafka_partitions=3,
    )


@pytest.fixture
def topic(settings: Settings) -> str:
    """A log of this test's own."""
    made = Topic(f"log-{uuid.uuid4().hex[:8]}", {"max.message.bytes": "4194304", "retention.ms": "-1"})
    broker.create_topics(settings, [made])
    return made.name


@pytest.fixture
def district(tmp_path: Path) -> Path:
    folder = tmp_path / "maple-falls"
    (folder / "logs" / "proxy").mkdir(parents=True)
    (folder / "district.yaml").write_text(DISTRICT.format(id="maple-falls"))
    return folder


def in_the_log(settings: Settings, topic: str, partition: int = 0) -> list[Batch]:
    return [batch for _, batch in broker.records(settings, topic, partition, 0)]


def read(folder: Path, settings: Settings, topic: str) -> int:
    """Everything the folder holds, published; how many records were read."""
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    with Live(folder, settings, count, topic) as live:
        live.to_the_end(Flag())
    return counted


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


@pytest.fixture
def following(settings: Settings, topic: str, district: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """A live reader of the district in a thread, which ticks often."""
    monkeypatch.setattr("producers.live.TICK_MS", 200)
    stop = Flag()
    with Live(district, settings, lambda *_: None, topic) as live:
        thread = Thread(target=live.follow, args=(stop,))
        thread.start()
        yield live
        stop.set()
        thread.join()


def eventually(settings: Settings, topic: str, wanted: int) -> list[Batch]:
    deadline = time.monotonic() + 30
    while len(events_of(batches := in_the_log(settings, topic))) < wanted:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return batches


def test_a_growing_file_is_followed_and_ticks_with_the_present(
    settings: Settings, topic: str, district: Path, following: Live
) -> None:
    log = district / "logs" / "proxy" / "a.log"
    for n in range(20):
        with log.open("ab") as file:
            file.write(squid_line(n, 1_772_636_400 + n))
        time.sleep(0.05)
    eventually(settings, topic, 20)
    time.sleep(1)
    ticks = [b for b in in_the_log(settings, topic) if b.kind == "tick" and b.count]
    told = msgspec.json.decode(split_lines(ticks[-1].body)[0], type=Tick)
    assert 300_000 <= time.time() * 1000 - (told.reached_at or 0) < 330_000


def test_a_source_that_cannot_be_read_falls_silent_and_resumes(
    settings: Settings, topic: str, district: Path, monkeypatch: pytest.MonkeyPatch, following: Live
) -> None:
    monkeypatch.setattr("producers.silence.SILENT_AFTER_MS", 500)
    (district / "logs" / "proxy" / "a.log").write_bytes(squid_line(1))
    eventually(settings, topic, 1)
    (district / "logs" / "proxy").rename(district / "logs" / "away")
    eventually(settings, topic, 2)
    (district / "logs" / "away").rename(district / "logs" / "proxy")
    said = events_of(eventually(settings, topic, 3))
    assert [event.action for event in said] == ["web.requested", "source.silent", "source.resumed"]


@pytest.mark.slow
def test_kill_after_kill_every_line_is_in_the_log_and_every_stream_without_a_hole(
    stack: Stack, settings: Settings, topic: str, district: Path
) -> None:
    log = district / "logs" / "proxy" / "a.log"
    log.write_bytes(squid_log(150_000, every=0.5))
    command = [sys.executable, "-c", _READ, str(district), str(settings.hallmonitor_home), stack.kafka_bootstrap, topic]
    for after in (1.5, 2.0, 2.5, 3.0, 2.2, 1.9):
        process = subprocess.Popen(command, cwd=PROJECT)
        time.sleep(after)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    process = subprocess.Popen(command, cwd=PROJECT)
    time.sleep(2.5)
    stack.kill("kafka-1")
    assert process.wait(240) == 0
    batches = in_the_log(settings, topic)
    assert set(numbers_of(batches)) == set(range(150_000))
    reached = 0
    for batch in batches:
        if batch.stream:
            assert batch.start <= reached
            reached = max(reached, batch.stop)
    assert reached == log.stat().st_size


_READ = """
import sys
from pathlib import Path
from threading import Event
from model.settings import Settings
from producers.live import Live
folder, home, kafka, topic = sys.argv[1:]
settings = Settings(hallmonitor_home=Path(home), kafka_bootstrap=kafka)
with Live(Path(folder), settings, lambda *_: None, topic) as live:
    live.to_the_end(Event())
"""
