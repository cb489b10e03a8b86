"""The records desk under fire: decisions, purges and productions as commands, with kill -9 in the midst of them."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.stack import Stack
from tests.support.drill import MODULES, PROJECT, SERVERS, children, words_of_process

VICTIMS = ("decider", "worker", "sink", *SERVERS)
TRIES = 25  # of one command, until it says that it is done
PASSWORD = "correct horse battery"
HALLMONITOR = (sys.executable, "-c", "from cli.main import main; main()")


@dataclass
class Attempt:
    """One command: whom it was to survive, and how it ended (None: killed itself)."""

    what: str
    victim: str
    token: str
    code: int | None
    out: str
    words: str


@dataclass
class DeskDrill:
    """`hallmonitor run FOLDER` beside the commands of a records officer and an administrator."""

    stack: Stack
    folder: Path
    home: Path
    district: str
    chance: random.Random
    attempts: list[Attempt] = field(default_factory=list)
    kills: list[str] = field(default_factory=list)
    span: dict[str, float] = field(default_factory=dict)  # how long each command takes, as last seen

    def __post_init__(self) -> None:
        self.environment = {
            **os.environ,
            **self.stack.environment,
            "HALLMONITOR_HOME": str(self.home),
            "HALLMONITOR_PASSWORD": PASSWORD,
            "KAFKA_PARTITIONS": "2",
        }

    def start(self) -> None:
        """The run that keeps worker and sink alive."""
        with (self.home / "run.log").open("ab") as log:
            command = [*HALLMONITOR, "run", str(self.folder)]
            self.run = subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=log, stderr=log)

    def end(self) -> None:
        """End the run in order."""
        self.run.send_signal(signal.SIGTERM)
        self.run.wait(timeout=120)

    def call(self, *arguments: str) -> subprocess.Popen[str]:
        """A command as a person at a terminal gives it."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen([*HALLMONITOR, *arguments], cwd=PROJECT, env=self.environment, **pipes)  # type: ignore[call-overload,no-any-return]

    def quietly(self, *arguments: str) -> str:
        """A command that nobody kills; what it printed."""
        began = time.monotonic()
        process = self.call(*arguments)
        out, words = process.communicate(timeout=300)
        assert process.returncode == 0, f"{arguments}\n{words}\n{self.said()}"
        self.span.setdefault(f"{arguments[0]} {arguments[1]}", time.monotonic() - began)
        return str(out)

    def under_fire(self, victim: str, token: str, *arguments: str) -> Attempt:
        """A command, and kill -9 of `victim` at some moment of it."""
        what = f"{arguments[0]} {arguments[1]}"
        began = time.monotonic()
        process = self.call(*arguments)
        time.sleep(self.chance.uniform(0.0, self.span.get(what, 3.0)))
        self._kill(victim, process)
        out, words = process.communicate(timeout=300)
        made = Attempt(what, victim, token, None if process.returncode < 0 else process.returncode, out, words)
        self.attempts.append(made)
        if made.code == 0:
            self.span[what] = time.monotonic() - began
        return made

    def until_done(self, victim: str, token: str, *arguments: str, done: str = "") -> Attempt:
        """The command under fire, and again without until it says that it is done (`done`: was done before)."""
        made = self.under_fire(victim, token, *arguments)
        for _ in range(TRIES):
            if made.code == 0 or (done and done in made.words):
                return made
            process = self.call(*arguments)
            out, words = process.communicate(timeout=300)
            made = Attempt(made.what, "", token, process.returncode, out, words)
            self.attempts.append(made)
        raise AssertionError(f"{arguments} is never done\n{made.words}\n{self.said()}")

    def _kill(self, victim: str, process: subprocess.Popen[str]) -> None:
        self.kills.append(victim)
        if victim == "decider":
            process.send_signal(signal.SIGKILL)
        elif victim in SERVERS:
            self._kill_server(SERVERS[victim])
        else:
            self._kill_child(MODULES[victim])

    def _kill_server(self, name: str) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.stack.kill(name)
            except (ProcessLookupError, StopIteration):  # it is being started again already
                assert time.monotonic() < deadline, f"{name} does not come back\n{self.said()}"
                time.sleep(0.1)

    def _kill_child(self, module: str) -> None:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            assert self.run.poll() is None, f"the run has ended\n{self.said()}"
            for pid in children(self.run.pid):
                if module in words_of_process(pid):
                    os.kill(pid, signal.SIGKILL)
                    return
            time.sleep(0.1)
        raise AssertionError(f"the run has no {module}\n{self.said()}")

    def said(self) -> str:
        """The end of what the run and its processes said."""
        logs = [self.home / "run.log", *sorted((self.home / "logs").glob("*.log"))]
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs if log.exists())

    def decide(self, victim: str) -> None:
        """A hold about an account that nobody has, under a matter of its own."""
        token = f"matter-{uuid.uuid4().hex[:12]}"
        told = ("--matter", token, "--kind", "audit", "--reason", "drill", "--account", "nobody", "--user", "ruth")
        self.under_fire(victim, token, "hold", "place", self.district, *told)

    def purge(self, victim: str, as_of: str) -> str:
        """A plan, its approval, and the run under fire until it is done; the plan's id."""
        planned = self.quietly("retention", "plan", self.district, "--as-of", as_of, "--json", "--user", "ruth")
        plan = str(json.loads(planned)["plan_id"])
        self.quietly("retention", "approve", plan, "--user", "adam")
        self.until_done(victim, plan, "retention", "run", plan, "--user", "ruth", done="it was run already")
        return plan

    def produce(self, victim: str, request: str, out: Path) -> Attempt:
        """A production under fire. What an attempt left unfinished is taken away, as a person would, and made again."""
        made = self.under_fire(victim, str(out), "request", "produce", request, "--out", str(out), "--user", "ruth")
        for n in range(TRIES):
            if made.code == 0:
                return made
            again = out.with_name(f"{out.name}-{n}")
            process = self.call("request", "produce", request, "--out", str(again), "--user", "ruth")
            said, words = process.communicate(timeout=300)
            made = Attempt("request produce", "", str(again), process.returncode, said, words)
            self.attempts.append(made)
        raise AssertionError(f"{request} is never produced\n{made.words}\n{self.said()}")


def growing(whole: Path, folder: Path) -> Path:
    """A copy of a district's folder."""
    return Path(shutil.copytree(whole, folder))


def told(out: str) -> Any:
    """The JSON a command printed."""
    return json.loads(out)
