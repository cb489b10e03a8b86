"""Child processes under measurement: started, watched, ended by their own id."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

LOOK_EVERY = 0.5  # seconds; a worker asked for its metrics more often would spend what is measured on answering


class Child:
    """A Python process for the length of a `with`, given what stands behind `python`; its words go to a log file."""

    def __init__(self, log: Path, env: dict[str, str], *arguments: str) -> None:
        self.log = log
        self._env = {**os.environ, **env}
        self._command = [sys.executable, *arguments]

    def __enter__(self) -> Self:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(self._command, env=self._env, stdout=out, stderr=out)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    @property
    def cpu(self) -> float:
        """CPU seconds used so far."""
        return cpu_of(self.process.pid)

    @property
    def resident(self) -> int:
        """Bytes of memory held."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def wait_for(self, what: str, done: Callable[[], bool], patience: float = 120) -> None:
        """Until `done`; raises with the end of the log if it takes too long or the process has died."""
        deadline = time.monotonic() + patience
        while not done():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"{what} did not happen; {self.log}:\n{self.log.read_text()[-2000:]}")
            time.sleep(LOOK_EVERY)


def cpu_of(pid: int) -> float:
    """CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def metric(port: int, name: str) -> float:
    """A metric of a worker; 0 while it does not answer or does not know it."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as page:
            text = page.read().decode()
    except OSError:
        return 0.0
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return sum(float(value) for label, value in lines if label.split("{")[0] == name)
