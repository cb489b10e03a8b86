"""`hallmonitor run` whole: its own Kafka, Faust and ClickHouse; files and datagrams in, stored and counted rows out."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infra.local.stack import completed, running
from model.settings import Settings
from storage.client import connect
from tests.support.small_logs import squid_line, squid_log

pytestmark = pytest.mark.slow
PROJECT = Path(__file__).resolve().parents[2]
DISTRICT = """
id: maple-falls
name: Maple Falls
timezone: America/New_York
policy: union-ok
sources:
  - {id: proxy, product: squid}
  - id: edge
    product: squid
    listen: {syslog: "udp://127.0.0.1:PORT"}
"""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def district(tmp_path: Path, port: int) -> Path:
    folder = tmp_path / "maple-falls"
    (folder / "logs" / "proxy").mkdir(parents=True)
    (folder / "district.yaml").write_text(DISTRICT.replace("PORT", str(port)))
    (folder / "logs" / "proxy" / "a.log").write_bytes(squid_log(3_000) + b"\xff\x00 no squid line\n")
    return folder


def start(district: Path, *options: str, server: str = "") -> subprocess.Popen[bytes]:
    home = district.parent / "home"
    servers = {"KAFKA_BOOTSTRAP": server, "CLICKHOUSE_URL": server and f"http://{server}"}
    environment = {**os.environ, "HALLMONITOR_HOME": str(home), **servers}
    command = [sys.executable, "-c", "from cli.main import main; main()", "run", str(district), "--json", *options]
    return subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE)


class _Count(msgspec.Struct):
    rows: int


def stored(home: Path) -> int:
    """Events of the two sources that ClickHouse holds."""
    state = running(home)
    assert state is not None
    store = connect(completed(Settings(hallmonitor_home=home), state))
    try:
        return store.rows("SELECT count() AS rows FROM events FINAL WHERE source_id IN ('proxy', 'edge')", _Count)[
            0
        ].rows
    finally:
        store.close()


def summary(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(said)
    return found


def test_all_that_was_read_is_stored_and_read_only_once(district: Path) -> None:
    first = summary(start(district, "--until-idle"))["sources"]["proxy"]
    assert {name: first[name] for name in ("read", "refused", "events", "stored", "missing")} == {
        "read": 3_001, "refused": 1, "events": 3_000, "stored": 3_000, "missing": 0,
    }  # fmt: skip
    again = summary(start(district, "--until-idle"))["sources"]["proxy"]
    assert (again["read"], again["stored"]) == (0, 3_000)


def test_datagrams_and_growing_files_are_stored_until_ctrl_c(district: Path, port: int) -> None:
    process = start(district)
    alive = district.parent / "home" / "syslog" / "maple-falls" / "edge" / ".counted.json"
    deadline = time.monotonic() + 120
    while not (
        alive.exists() and (district.parent / "home" / "logs" / "sink.log").exists()
    ):  # the tables are there, too
        assert time.monotonic() < deadline
        time.sleep(0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(50):
            sender.sendto(squid_line(number, time.time()).strip(), ("127.0.0.1", port))
    with (district / "logs" / "proxy" / "a.log").open("ab") as log:
        log.write(squid_log(20, first=9_000, at=time.time()))
    deadline = time.monotonic() + 120
    while stored(district.parent / "home") < 3_070:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    sources = summary(process)["sources"]
    assert (sources["edge"]["read"], sources["edge"]["stored"]) == (50, 50)
    assert (sources["proxy"]["read"], sources["proxy"]["stored"]) == (3_021, 3_020)


def test_syslog_is_received_while_the_servers_are_away(district: Path, port: int) -> None:
    process = start(district, server="127.0.0.1:9")
    spool = district.parent / "home" / "syslog" / "maple-falls" / "edge"
    deadline = time.monotonic() + 120
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        while not any(b"squid" in path.read_bytes() for path in spool.glob("*") if path.is_file()):
            assert time.monotonic() < deadline
            assert process.poll() is None
            sender.sendto(squid_line(1, time.time()).strip() + b" squid", ("127.0.0.1", port))
            time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(180) == 1
