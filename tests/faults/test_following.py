"""A district followed: growing files, ticks, silence, and kill after kill with nothing lost."""

import os
import signal
import subprocess
import sys
import time
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
from producers.live import Live
from tests.support.published import in_the_log
from tests.support.small_logs import events_of, numbers_of, squid_line, squid_log

PROJECT = Path(__file__).resolve().parents[2]


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
    deadline = time.monotonic() + 120
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
    command = [sys.executable, "-c", _READ, str(district), str(settings.hallmonitor_home), topic]
    for after in (1.5, 2.0, 2.5, 3.0, 2.2, 1.9):
        process = subprocess.Popen(command, cwd=PROJECT, env=os.environ | stack.environment)
        time.sleep(after)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    process = subprocess.Popen(command, cwd=PROJECT, env=os.environ | stack.environment)
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
folder, home, topic = sys.argv[1:]
settings = Settings(hallmonitor_home=Path(home))
with Live(Path(folder), settings, lambda *_: None, topic) as live:
    live.to_the_end(Event())
"""
