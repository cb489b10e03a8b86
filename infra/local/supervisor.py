"""The process that owns a home folder: it starts the servers, starts again what died, and ends them in order.

Run as `python -m infra.local.supervisor HOME --brokers N`. With `--leash` it ends when its standard input ends,
which is when the process that started it dies, however it dies.
"""

import argparse
import os
import select
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.broker import bootstrap
from infra.local.child import Child
from infra.local.home import Home, HomeBusy
from infra.local.plan import Plan, children, draw, enroll

READY_WITHIN = 90.0  # seconds; a broker that recovers many segments after a kill takes its time
ORDERLY_WITHIN = 15.0
SOON_DEAD = 10.0  # seconds a server must live before its next death counts as a first one
LOOK_EVERY = 0.2


class NotReady(RuntimeError):
    """A server ended, or did not answer in time, while the stack was starting."""


@dataclass
class Supervisor:
    """What is running for a home folder."""

    home: Home
    plan: Plan
    leash: bool
    servers: list[Child] = field(default_factory=list)
    stopping: bool = False
    _due: dict[str, float] = field(default_factory=dict)
    _started: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """From start to orderly end. Raises NotReady when a server does not come up."""
        try:
            self._say("starting")
            for server in children(self.home, self.plan):
                self.servers.append(server)
                self._start(server)
            self._wait_until_ready()
            if not self.stopping:
                enroll(self.home, self.plan)
            self._say("ready")
            self._watch()
        finally:
            self._end()

    def _start(self, server: Child) -> None:
        server.start()
        self._started[server.name] = time.monotonic()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        waiting = list(self.servers)
        while waiting and not self._told_to_stop(LOOK_EVERY):
            self._refuse_the_dead(waiting, time.monotonic() > deadline)
            waiting = [server for server in waiting if not server.answers()]

    def _refuse_the_dead(self, waiting: list[Child], late: bool) -> None:
        for server in waiting:
            if server.ended() or late:
                fate = "does not answer" if late else "ended while starting"
                raise NotReady(f"{server.name} {fate}; the end of {server.log}:\n{server.last_words()}")

    def _watch(self) -> None:
        while not self._told_to_stop(LOOK_EVERY):
            for server in self.servers:
                self._revive(server)

    def _revive(self, server: Child) -> None:
        """A server that died is started again: at once the first time, later and later if it keeps dying."""
        now = time.monotonic()
        if not server.ended() or now < self._due.get(server.name, 0.0):
            return
        lived = now - self._started[server.name]
        server.restarts += 1
        self._due[server.name] = now + (0.0 if lived > SOON_DEAD else min(10.0, 0.5 * server.restarts))
        self._start(server)
        self._say("ready")

    def _told_to_stop(self, seconds: float) -> bool:
        """Waits a little; true once a signal came, or the leash was let go."""
        watched = [sys.stdin] if self.leash else []
        readable, _, _ = select.select(watched, [], [], seconds)
        if readable and not os.read(sys.stdin.fileno(), 1024):
            self.stopping = True
        return self.stopping

    def _end(self) -> None:
        self._say("stopping")
        for server in self.servers:
            server.ask_to_end()
        for server in self.servers:
            server.wait_or_kill(ORDERLY_WITHIN)
        self._say("stopped")

    def _say(self, state: str, error: str = "") -> None:
        self.home.write("state.json", {**self._facts(), "state": state, "error": error})

    def _facts(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "kafka_bootstrap": bootstrap(self.plan.nodes),
            "clickhouse_url": self.plan.clickhouse_url,
            "servers": [{"name": s.name, "pid": s.pid, "port": s.port, "restarts": s.restarts} for s in self.servers],
        }


def main() -> int:
    """Returns the exit status: 0 after an orderly end, 1 when the stack could not start."""
    os.umask(0o077)  # Kafka and ClickHouse inherit it: what they write is personal data
    given = _arguments()
    home = Home(given.home)
    home.create()
    try:
        with home.owned():
            return _serve(home, given)
    except HomeBusy as busy:
        print(busy, file=sys.stderr)
        return 1


def _serve(home: Home, given: argparse.Namespace) -> int:
    plan = draw(home, given.brokers, given.jars, given.kafka_port, given.clickhouse_port)
    supervisor = Supervisor(home, plan, given.leash)

    def stop(_signal: int, _frame: object) -> None:
        supervisor.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        supervisor.run()
    except Exception as failure:  # whatever it was, the one who waits for us must read it
        supervisor._say("failed", str(failure))
        raise
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local.supervisor")
    parser.add_argument("home", type=Path)
    parser.add_argument("--jars", type=Path, required=True)
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    parser.add_argument("--kafka-port", type=int, default=0)
    parser.add_argument("--clickhouse-port", type=int, default=0)
    parser.add_argument("--leash", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
