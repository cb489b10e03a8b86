"""What is pulled reaches a real Kafka once, wherever a process died; and the process that pulls is one of its own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.settings import Settings
from producers.pull.kept import FILE
from producers.pull.puller import seen_file
from producers.source import Source, sources_of
from tests.support.published import in_the_log, read
from tests.support.pulling import ROOT, Clock, district_of, okta, pull, spooled
from tests.support.small_logs import events_of
from tests.support.vendor_server import OKTA_TOKEN, VendorServer, vendor_server


@pytest.fixture
def vendors() -> Iterator[VendorServer]:
    with vendor_server() as server:
        server.records["logs"] = [okta(n, n) for n in range(10)]
        yield server


def cloud(folder: Path, home: Path, vendors: VendorServer, **more: str) -> Source:
    return sources_of(district_of(folder, "okta", vendors, **more), folder, home)[0]


def test_what_was_acknowledged_and_not_noted_is_not_sent_twice(
    settings: Settings, topic: str, tmp_path: Path, vendors: VendorServer
) -> None:
    folder, home = tmp_path / "maple-falls", settings.hallmonitor_home
    assert pull(cloud(folder, home, vendors), folder, Clock()) == []
    assert read(folder, settings, topic) == 10
    (home / "producers" / "maple-falls.json").unlink()  # the crash between acknowledgment and position
    assert read(folder, settings, topic) == 0
    assert len(events_of(in_the_log(settings, topic))) == 10


def test_a_pull_whose_note_was_lost_is_repeated_under_the_same_ids(
    settings: Settings, topic: str, tmp_path: Path, vendors: VendorServer
) -> None:
    folder, home = tmp_path / "maple-falls", settings.hallmonitor_home
    source = cloud(folder, home, vendors)
    pull(source, folder, Clock())
    read(folder, settings, topic)
    (source.folder / FILE).unlink()
    seen_file(source.folder, "logs").unlink()
    pull(source, folder, Clock())
    read(folder, settings, topic)
    ids = [event.event_id for event in events_of(in_the_log(settings, topic))]
    assert (len(ids), len(set(ids))) == (20, 10)  # the store keeps one row an id


def test_the_process_pulls_until_it_is_told_to_end_and_nobody_sees_its_secret(
    tmp_path: Path, vendors: VendorServer
) -> None:
    folder, home = tmp_path / "maple-falls", tmp_path / "home"
    source = cloud(folder, home, vendors, since="2026-03-01T00:00:00Z")
    vendors.records["logs"] = [okta(n, n) | {"published": _ago(n)} for n in range(10)]
    command = [sys.executable, "-m", "producers.pull.run", str(folder), str(home)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while len(spooled(source)) < 10:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        seen = [(Path("/proc") / str(process.pid) / name).read_bytes() for name in ("cmdline", "environ")]
    finally:
        process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert OKTA_TOKEN.encode() not in b"".join([*seen, said])


def _ago(minutes: int) -> str:
    at = time.gmtime(time.time() - 86_400 + 60 * minutes)
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", at)
