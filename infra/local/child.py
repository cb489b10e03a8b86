"""A server process that we started: it ends when we say so, and on Linux also when we die without a word."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # prctl(2)
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass
class Child:
    """One server: how it is started, which port it serves, and the process, once there is one."""

    name: str
    port: int
    command: list[str]
    log: Path
    answers: Callable[[], bool]
    restarts: int = 0
    environment: dict[str, str] = field(default_factory=dict, repr=False)  # beside our own
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Spawns the process; what it prints goes to the end of its log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in a terminal is for its owner, who then stops it in order
                # ClickHouse's default zone must not depend on where it runs.
                env={**os.environ, "TZ": "UTC", **self.environment},
                preexec_fn=_end_with(os.getpid()),
            )

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def ended(self) -> bool:
        """Whether the process is no more (or never was)."""
        return self.process is None or self.process.poll() is not None

    def ask_to_end(self) -> None:
        if self.process and not self.ended():
            self.process.terminate()

    def wait_or_kill(self, within: float) -> None:
        """Waits for an orderly end, `within` seconds at most; then kills: both servers survive that."""
        if self.process is None:
            return
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self, lines: int = 12) -> str:
        """The end of its log, for the message that says why it did not start."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _end_with(parent: int) -> Callable[[], None]:
    # SIGKILL, not SIGTERM: a successor may open the same folders at once, and must find nobody in them.
    def in_child() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return in_child
