"""The processes of the school: servers that stay, and errands of clients that end; each ended by its own id."""

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ORDERLY_S = 100  # of the school's seconds: five of ours


class DidNotStart(RuntimeError):
    """A server that does not serve; its last words are in the message."""


@dataclass(frozen=True)
class Errand:
    """One client's act, and what must stand in what it prints for the act to have happened as planned."""

    name: str
    expected: str
    process: subprocess.Popen[bytes]
    output: Path

    def printed(self) -> str:
        """What it has printed."""
        return self.output.read_text(errors="replace")


@dataclass
class Children:
    """All processes that we started. Inside the school's own namespaces, none outlives us."""

    folder: Path
    _servers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _errands: list[Errand] = field(default_factory=list)

    def serve(self, name: str, command: Sequence[str], serves: Callable[[], bool], within: float = 400) -> None:
        """Starts a server and waits until `serves`, `within` school seconds at most."""
        output = self._output(name)
        with output.open("wb") as sink:
            process = self._servers[name] = _popen(command, sink)
        deadline = time.monotonic() + within
        while not serves():
            if process.poll() is not None or time.monotonic() > deadline:
                last = "\n".join(output.read_text(errors="replace").splitlines()[-15:])
                raise DidNotStart(f"{name} does not serve ({' '.join(command)}):\n{last}")
            time.sleep(2)

    def send(self, name: str, command: Sequence[str], expected: str) -> Errand:
        """Starts a client's act and does not wait for it."""
        output = self._output(f"{len(self._errands):04d}-{name}")
        with output.open("wb") as sink:
            errand = Errand(name, expected, _popen(command, sink), output)
        self._errands.append(errand)
        return errand

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Asks a process to end, and insists after a while."""
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(ORDERLY_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self) -> None:
        """Ends errands that go on, then the servers, the last started first."""
        for errand in self._errands:
            self.end(errand.process)
        for process in reversed(self._servers.values()):
            self.end(process)

    def gone_wrong(self) -> list[str]:
        """Every act that did not happen as planned, and every server that has ended; call before `close`."""
        dead = [f"the server {name} has ended" for name, p in self._servers.items() if p.poll() is not None]
        acts = [f"{e.name}: not {e.expected!r} but {e.printed()[-300:]!r} ({e.output.name})" for e in self._errands
                if e.expected not in e.printed()]  # fmt: skip
        return dead + acts

    @property
    def errands(self) -> int:
        """How many acts there were."""
        return len(self._errands)

    def _output(self, name: str) -> Path:
        return self.folder / f"{name}.out"


def _popen(command: Sequence[str], sink: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT)


def done(command: Sequence[str], stdin: str | None = None) -> str:
    """Runs a command that must succeed; returns what it prints.

    Raises:
        RuntimeError: it failed; with the command and its words.
    """
    ran = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(command)} failed ({ran.returncode}): {ran.stderr.strip() or ran.stdout.strip()}")
    return ran.stdout
