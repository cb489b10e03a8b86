"""A run under fire: its processes found, ended with kill -9 while events flow, started again as people would."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from infra.local.stack import Stack
from storage.client import Store, Unavailable

PROJECT = Path(__file__).resolve().parents[2]
MODULES = {"worker": "streams.app", "sink": "storage.sink"}
SERVERS = {"broker": "kafka-1", "gateway": "clickhouse"}
KINDS = ("worker", "sink", "producer", *SERVERS)
PATIENCE = 150.0  # seconds in which something must have been stored again


class _Count(msgspec.Struct):
    rows: int


@dataclass
class Kill:
    """One kill -9: whom, when (seconds since the drill began), and how long until rows were stored again."""

    kind: str
    at: float
    recovered: float = 0.0


@dataclass
class Drill:
    """`hallmonitor run FOLDER --until-idle` again and again on a stack of its own; `more` lays further logs ready."""

    stack: Stack
    folder: Path
    home: Path
    store: Store
    more: Callable[[], bool]
    kills: list[Kill] = field(default_factory=list)
    rounds: int = 0
    began: float = field(default_factory=time.monotonic)

    def endure(self, plan: list[str], chance: random.Random) -> None:
        """Kill in the order of `plan`, each while something is being stored; then run until all is."""
        self.start()
        for kind in plan:
            self._flowing()
            time.sleep(chance.uniform(0.0, 3.0))
            self._look()
            self.kill(kind)
        self._flowing()
        self.finish()
        while self.more():
            pass
        self.start()
        self.finish()

    def start(self) -> None:
        """A run as a person starts it."""
        self.rounds += 1
        environment = {
            **os.environ,
            "HALLMONITOR_HOME": str(self.home),
            **self.stack.environment,
            "KAFKA_PARTITIONS": "2",
        }
        command = [sys.executable, "-c", "from cli.main import main; main()", "run", str(self.folder), "--until-idle"]
        log = (self.home / "run.log").open("ab")
        self.run = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)
        log.close()

    def kill(self, kind: str) -> None:
        """kill -9. The producer is the run itself: with it die worker and sink, and it is started again."""
        self.kills.append(Kill(kind, time.monotonic() - self.began))
        if kind in SERVERS:
            self.stack.kill(SERVERS[kind])
        elif kind == "producer":
            self.end()
            self.start()
        else:
            os.kill(self._child(MODULES[kind]), signal.SIGKILL)

    def end(self) -> None:
        """kill -9 of the run."""
        self.run.send_signal(signal.SIGKILL)
        self.run.wait()

    def finish(self) -> None:
        """The run ends by itself and says that nothing was lost."""
        assert self.run.wait(timeout=900) == 0, self.words()

    def story(self) -> str:
        """Who was killed when, and how long it took until rows were stored again."""
        took = time.monotonic() - self.began
        head = f"{len(self.kills)} kills in {took:.0f} s, {self.rounds} runs"
        return "\n".join([head, *(f"{k.at:6.1f} s  {k.kind:9} {k.recovered:5.1f} s" for k in self.kills)])

    def words(self) -> str:
        """The end of what the run and its processes said."""
        logs = [self.home / "run.log", *sorted((self.home / "logs").glob("*.log"))]
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs if log.exists())

    def _look(self) -> None:
        """A run that has ended, has ended well; the next begins with more to read."""
        if self.run.poll() is not None:
            self.finish()
            assert self.more(), f"nothing left to read after {len(self.kills)} kills; the district is too small"
            self.start()

    def _flowing(self) -> None:
        """Wait until rows are stored that were not when it began."""
        began, before = time.monotonic(), self._stored()
        while self._stored() <= before:
            assert time.monotonic() - began < PATIENCE, f"nothing is stored any more\n{self.words()}"
            self._look()
            time.sleep(0.1)
        if self.kills:
            self.kills[-1].recovered = time.monotonic() - began

    def _stored(self) -> int:
        while True:
            try:
                return self.store.rows("SELECT count() AS rows FROM events", _Count)[0].rows
            except Unavailable:
                time.sleep(0.1)

    def _child(self, module: str) -> int:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            self._look()
            for pid in children(self.run.pid):
                if module in words_of_process(pid):
                    return pid
            time.sleep(0.1)
        raise AssertionError(f"the run has no {module}\n{self.words()}")


def children(parent: int) -> list[int]:
    asked = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = (line.split() for line in asked.stdout.splitlines())
    return [int(pid) for pid, ppid in pairs if int(ppid) == parent]


def words_of_process(pid: int) -> str:
    asked = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return asked.stdout
