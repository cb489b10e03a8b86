"""The supervisor: what it starts, keeps alive, refuses and ends; and what survives when anything is killed."""

import itertools
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import clickhouse_connect
import pytest
from click.testing import CliRunner
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from cli import down, reset, status, up
from infra.local.child import Child
from infra.local.home import Home, HomeBusy
from infra.local.plan import Plan, _gateway
from infra.local.ports import LOOPBACK, choose
from infra.local.stack import Stack, running

PROJECT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.servers


def wait_for(what: Callable[[], Any], within: float = 30.0) -> Any:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    pytest.fail("did not happen in time")


def alive(pid: int) -> bool:
    """False for a process that is gone, or ended and not yet reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Child]:
    """ClickHouse alone, for tests that break it."""
    home = Home(tmp_path / "home")
    home.create()
    child = _gateway(home, Plan([], choose([]), "", Path()))
    child.start()
    wait_for(child.answers)
    yield child
    child.ask_to_end()
    child.wait_or_kill(10)


def connect(gateway: Child) -> Client:
    secret = Path(gateway.command[gateway.command.index("--secret") + 1]).read_text().strip()
    return clickhouse_connect.get_client(host=LOOPBACK, port=gateway.port, password=secret)


@pytest.mark.slow
def test_no_acknowledged_row_is_lost_and_no_insert_is_half_there_when_clickhouse_is_killed(gateway: Child) -> None:
    connect(gateway).command("CREATE TABLE t (batch UInt32, n UInt64) ENGINE = MergeTree ORDER BY (batch, n)")
    acknowledged: list[int] = []
    for turn in range(3):
        _insert_until_killed(gateway, turn * 1000, acknowledged)
        gateway.wait_or_kill(10)
        gateway.start()
        wait_for(gateway.answers)
    found = dict(connect(gateway).query("SELECT batch, count() FROM t GROUP BY batch").result_rows)
    assert acknowledged
    assert set(acknowledged) <= set(found)
    assert set(found.values()) == {5_000}


def _insert_until_killed(gateway: Child, first: int, acknowledged: list[int]) -> None:
    client = connect(gateway)
    killer = threading.Timer(0.7, os.kill, (gateway.pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(ClickHouseError):
        _insert_for_ever(client, first, acknowledged)
    killer.join()


def _insert_for_ever(client: Client, first: int, acknowledged: list[int]) -> None:
    for batch in itertools.count(first):
        client.insert("t", [[batch, n] for n in range(5_000)])
        acknowledged.append(batch)


def test_a_full_disk_is_an_error_that_loses_nothing(gateway: Child) -> None:
    """A limit on the size of files stands for the disk: whatever is written beyond it fails, as on a full one."""
    client = connect(gateway)
    client.command("CREATE TABLE t (n UInt64, s String CODEC(NONE)) ENGINE = MergeTree ORDER BY n")
    client.command("INSERT INTO t SELECT number, 'kept' FROM numbers(1000)")
    _limit_files_of(gateway, 300_000)
    with pytest.raises(ClickHouseError):  # the engine cannot write the part
        client.command("INSERT INTO t SELECT number, toString(rand64()) FROM numbers(100000)")
    with pytest.raises(ClickHouseError, match="Nothing was inserted"):  # the gateway cannot even hold the body
        client.insert("t", [[n, os.urandom(50).hex()] for n in range(50_000)])
    assert client.query("SELECT count(), countIf(s = 'kept') FROM t").result_rows == [(1000, 1000)]
    _limit_files_of(gateway, resource.RLIM_INFINITY)
    client.insert("t", [[n, "after"] for n in range(1000)])
    assert client.query("SELECT count() FROM t").result_rows == [(2000,)]


@pytest.mark.slow
def test_a_merge_that_a_full_disk_cut_short_is_undone_and_loses_nothing(gateway: Child) -> None:
    client = connect(gateway)
    client.command("CREATE TABLE t (n UInt64, s String CODEC(NONE)) ENGINE = MergeTree ORDER BY n")
    for first in range(0, 3000, 1000):
        client.command(f"INSERT INTO t SELECT number, toString(rand64()) FROM numbers({first}, 1000)")
    client.command("OPTIMIZE TABLE t FINAL")
    (merged,) = client.query("SELECT path FROM system.parts WHERE active AND table = 't'").result_rows[0]
    os.truncate(Path(merged) / "data.bin", 20_000)
    wait_for(gateway.ended)  # it noticed, and ended to be started again
    gateway.start()
    wait_for(gateway.answers)
    assert connect(gateway).query("SELECT count(), uniqExact(n), min(length(s)) > 0 FROM t").result_rows == [
        (3000, 3000, 1)
    ]


def _limit_files_of(gateway: Child, size: int) -> None:
    assert gateway.pid
    resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_body_larger_than_memory_should_hold_goes_through_a_file_that_is_gone_afterwards(gateway: Child) -> None:
    client = connect(gateway)
    client.command("CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY tuple()")
    row = b'{"s":"' + b"x" * 1000 + b'"}\n'
    client.raw_insert("t", insert_block=row * 70_000, fmt="JSONEachRow")
    assert client.command("SELECT count() FROM t") == 70_000
    spool = Path(gateway.command[gateway.command.index("--spool") + 1])
    assert [path.name for path in spool.iterdir()] == ["empty"]


def test_the_supervisor_starts_a_killed_server_again_at_the_same_address(stack: Stack) -> None:
    before, url = stack.pid("clickhouse"), stack.clickhouse_url
    stack.kill("clickhouse")
    wait_for(lambda: stack.pid("clickhouse") != before)
    assert stack.clickhouse_url == url
    host, port = url.removeprefix("http://").split(":")
    client = wait_for(lambda: _try_to_connect(host, int(port), stack.settings().clickhouse_password))
    assert client.command("SELECT 1") == 1


def _try_to_connect(host: str, port: int, secret: str) -> Client | None:
    try:
        return clickhouse_connect.get_client(host=host, port=port, password=secret)
    except ClickHouseError:
        return None


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        taken = other.getsockname()[1]
        assert choose([taken]) != taken
    assert choose([taken]) == taken
    assert choose([taken], {taken}) != taken


def test_a_home_has_one_owner_and_a_dead_owner_is_none(tmp_path: Path) -> None:
    home = Home(tmp_path)
    code = (
        f"from infra.local.home import Home; from pathlib import Path; import time\n"
        f"with Home(Path({str(tmp_path)!r})).owned(): print('mine', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=PROJECT)
    assert other.stdout
    other.stdout.readline()
    assert home.owner() == other.pid
    with pytest.raises(HomeBusy, match=str(other.pid)), home.owned():
        pass
    other.kill()
    other.wait()
    assert (tmp_path / "lock").exists()
    assert home.owner() is None
    with home.owned():
        assert home.owner() == os.getpid()


@pytest.mark.slow
def test_the_servers_end_when_their_owner_is_killed_without_a_word(tmp_path: Path) -> None:
    """Kills the owner of one stack and the supervisor of another; in both cases nobody may be left."""
    code = (
        "import sys, time; from pathlib import Path; from infra.local.stack import Stack\n"
        "with Stack(Path(sys.argv[1])): print('up', flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, cwd=PROJECT)
    assert owner.stdout
    assert owner.stdout.readline() == b"up\n"
    state = running(tmp_path)
    assert state is not None
    pids = [state["pid"], *(server["pid"] for server in state["servers"])]
    owner.kill()
    owner.wait()
    wait_for(lambda: not any(alive(pid) for pid in pids))
    assert running(tmp_path) is None


@pytest.mark.slow
def test_the_commands_start_show_end_and_empty_a_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("HALLMONITOR_HOME", str(home))
    for name in ("KAFKA_BOOTSTRAP", "CLICKHOUSE_URL"):
        monkeypatch.delenv(name, raising=False)
    runner = CliRunner()
    assert runner.invoke(status.command, ["--json"]).exit_code == 1
    started = runner.invoke(up.command)
    try:
        assert started.exit_code == 0, started.output
        said = dict(line.split("=", 1) for line in started.stdout.splitlines())
        shown = runner.invoke(status.command, ["--json"])
        facts = json.loads(shown.stdout)
        assert (shown.exit_code, facts["ready"]) == (0, True)
        assert facts["kafka_bootstrap"] == said["KAFKA_BOOTSTRAP"]
        assert facts["clickhouse_url"] == said["CLICKHOUSE_URL"]
        assert runner.invoke(up.command).stdout == started.stdout
        pids = [facts["pid"], *(server["pid"] for server in facts["servers"])]
        os.kill(facts["pid"], signal.SIGKILL)
        wait_for(lambda: not any(alive(pid) for pid in pids))
        assert runner.invoke(up.command).exit_code == 0, "a lock whose owner died must not stop a new one"
    finally:
        ended = runner.invoke(down.command)
    assert ended.exit_code == 0
    assert running(home) is None
    assert runner.invoke(reset.command, input="n\n").exit_code == 1
    assert (home / "kafka").exists()
    assert runner.invoke(reset.command, ["--yes"]).exit_code == 0
    assert not (home / "kafka").exists()
