"""The embedded stack as other code sees it: start it for a while, or start, find and stop the one of a home folder."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from infra.local import identity, jars, sasl
from infra.local.home import Home, HomeBusy
from infra.local.supervisor import ORDERLY_WITHIN, READY_WITHIN
from model.settings import CLICKHOUSE, KAFKA, Settings, without_secrets

PROJECT = Path(__file__).resolve().parents[2]


class StackFailed(RuntimeError):
    """The stack did not start; the message says which server and the end of its log."""


def _quiet(_words: str) -> None:
    """For callers that want no progress."""


@dataclass
class Stack:
    """A running stack. As a context manager it lives as long as the block, and dies with this process.

    `home` is the folder, `brokers` 1 or 3, the ports 0 for any free one. `report` is told what is fetched.
    """

    home: Path
    brokers: int = 1
    kafka_port: int = 0
    clickhouse_port: int = 0
    report: jars.Report = _quiet
    _process: subprocess.Popen[bytes] = field(init=False, repr=False)

    def __enter__(self) -> Self:
        """Returns once both servers answer. Raises StackFailed or HomeBusy."""
        self._process = self.launch(leash=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        leash: IO[bytes] | None = self._process.stdin
        if leash:
            leash.close()
        self._process.wait(2 * ORDERLY_WITHIN)

    def launch(self, leash: bool) -> subprocess.Popen[bytes]:
        """Starts the supervisor and waits until the stack is ready; the process returned is the supervisor's."""
        home = Home(self.home)
        home.create()
        if (owner := home.owner()) is not None:
            raise HomeBusy(f"{home.folder} belongs to process {owner}; end it first: hallmonitor down")
        command = self._command(jars.ensure(self.report), leash)
        with (home.logs / "supervisor.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if leash else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=PROJECT,
            )
        _await_ready(home, process)
        return process

    def _command(self, folder: Path, leash: bool) -> list[str]:
        where = [str(self.home.absolute()), "--jars", str(folder)]
        shape = ["--brokers", str(self.brokers), "--kafka-port", str(self.kafka_port)]
        rest = ["--clickhouse-port", str(self.clickhouse_port), *(["--leash"] if leash else [])]
        return [sys.executable, "-m", "infra.local.supervisor", *where, *shape, *rest]

    @property
    def state(self) -> dict[str, Any]:
        """What the supervisor says: `state, pid, kafka_bootstrap, clickhouse_url, servers`."""
        return dict(Home(self.home).read("state.json"))

    @property
    def kafka_bootstrap(self) -> str:
        return str(self.state["kafka_bootstrap"])

    @property
    def clickhouse_url(self) -> str:
        return str(self.state["clickhouse_url"])

    def settings(self, **more: Any) -> Settings:
        """Settings of who uses this stack, and `more`; nothing is taken from the environment's servers."""
        return Settings(**{**access(self.home, self.state), **more})

    @property
    def environment(self) -> dict[str, str]:
        """The variables that tell a process this stack."""
        return self.settings().environment()

    def pid(self, name: str) -> int:
        """The process of a server: `clickhouse`, `kafka-1` (`kafka-2`, `kafka-3`)."""
        return next(int(server["pid"]) for server in self.state["servers"] if server["name"] == name)

    def kill(self, name: str) -> None:
        """`kill -9`; the supervisor starts the server again on the same port at once."""
        os.kill(self.pid(name), signal.SIGKILL)


def access(home: Path, state: dict[str, Any]) -> dict[str, str]:
    """The settings of who uses the stack of this home folder; each password is named by the file it stands in."""
    secret = str(Home(home).secret_file.absolute())
    return {
        **dict.fromkeys((*KAFKA, *CLICKHOUSE), ""),
        "kafka_bootstrap": state["kafka_bootstrap"],
        "kafka_security_protocol": "SASL_PLAINTEXT",
        "kafka_sasl_mechanism": sasl.MECHANISM,
        "kafka_sasl_username": sasl.USER,
        "kafka_sasl_password_file": secret,
        "clickhouse_url": state["clickhouse_url"],
        "clickhouse_user": identity.USER,
        "clickhouse_password_file": secret,
    }


def completed(settings: Settings, state: dict[str, Any]) -> Settings:
    """Settings with the stack of the home folder where they name no server, or name this very stack without a key."""
    ours = access(settings.hallmonitor_home, state)
    taken: dict[str, Any] = {}
    if settings.kafka_bootstrap in ("", ours["kafka_bootstrap"]):
        taken |= {name: ours[name] for name in KAFKA}
    given = without_secrets(settings.clickhouse_url)
    if not given or f"{given}/".startswith(f"{ours['clickhouse_url']}/"):
        taken |= {name: ours[name] for name in CLICKHOUSE} | {"clickhouse_url": given or ours["clickhouse_url"]}
    return Settings(**{**settings.model_dump(), **taken})


def running(home: Path) -> dict[str, Any] | None:
    """The state of the stack that owns this home folder, or None when none does (a dead one's words do not count)."""
    owner = Home(home).owner()
    state = Home(home).read("state.json") if owner else None
    return dict(state) if state and state["pid"] == owner else None


def stop(home: Path) -> bool:
    """Ends the stack of this home folder in order; false when none was running. Raises TimeoutError."""
    owner = Home(home).owner()
    if not owner:
        return False
    os.kill(owner, signal.SIGTERM)
    deadline = time.monotonic() + 2 * ORDERLY_WITHIN
    while Home(home).owner() == owner:
        if time.monotonic() > deadline:
            raise TimeoutError(f"Process {owner} does not end; see {home}/logs")
        time.sleep(0.05)
    return True


def _await_ready(home: Home, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN + ORDERLY_WITHIN
    while time.monotonic() < deadline:
        state = home.read("state.json") or {}
        if state.get("pid") == process.pid and state["state"] == "ready":
            return
        if process.poll() is not None:
            raise StackFailed(_why(home, process.pid))
        time.sleep(0.05)
    process.terminate()
    raise StackFailed(f"The stack did not start within {READY_WITHIN:.0f} s; see {home.logs}")


def _why(home: Home, pid: int) -> str:
    state = home.read("state.json") or {}
    if state.get("pid") == pid and state.get("error"):
        return str(state["error"])
    words = (home.logs / "supervisor.log").read_text(errors="replace").splitlines()[-12:]
    return "The stack did not start:\n" + "\n".join(words)
