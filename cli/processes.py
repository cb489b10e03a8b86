"""The processes of a running district: started together, started again when one dies, ended in order."""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from infra.local.child import Child

PROJECT = Path(__file__).resolve().parents[1]
YOUNG = 10.0  # seconds; who dies younger has not lived
MOST_YOUNG_DEATHS = 5  # in a row; then the process is ill, and the run says so
REST = 60.0  # seconds after which one that is ill and not needed is started again
ORDERLY_WITHIN = 20.0  # seconds

log = structlog.get_logger()


class ProcessFailed(RuntimeError):
    """A process does not stay alive; the message holds its last words."""


@dataclass
class Processes:
    """Children by name. They read their settings from the environment, which the caller has completed."""

    logs: Path
    _children: list[Child] = field(default_factory=list)
    _born: dict[str, float] = field(default_factory=dict)
    _young_deaths: dict[str, int] = field(default_factory=dict)
    _spare: set[str] = field(default_factory=set)  # without which the run goes on
    _rests: dict[str, float] = field(default_factory=dict)  # until when who is ill is left alone

    def start(self, name: str, *arguments: str, environment: dict[str, str] | None = None, needed: bool = True) -> None:
        """`python -m arguments…` with these variables beside our own; what it prints goes to `<logs>/<name>.log`.

        Without one that is not `needed` the run goes on: where it does not stay alive it is started again by and by.
        """
        self._spare |= set() if needed else {name}
        self.logs.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", *arguments]
        child = Child(name, 0, command, self.logs / f"{name}.log", answers=lambda: True, environment=environment or {})
        child.start()
        self._children.append(child)
        self._born[name] = time.monotonic()

    def look(self) -> None:
        """Start again what has died. Raises ProcessFailed for one that will not live and is needed."""
        for child in self._children:
            if child.ended() and time.monotonic() >= self._rests.get(child.name, 0.0):
                self._again(child)

    def _again(self, child: Child) -> None:
        young = time.monotonic() - self._born[child.name] < YOUNG
        deaths = self._young_deaths[child.name] = self._young_deaths.get(child.name, 0) + 1 if young else 0
        if deaths >= MOST_YOUNG_DEATHS and child.name not in self._spare:
            raise ProcessFailed(f"{child.name} does not stay alive; {child.log} ends:\n{child.last_words()}")
        if deaths >= MOST_YOUNG_DEATHS:
            log.error("process does not stay alive", process=child.name, again_in_s=REST, words=child.last_words(3))
            self._rests[child.name], self._young_deaths[child.name] = time.monotonic() + REST, 0
            return
        child.restarts += 1
        log.warning("process died, started again", process=child.name, restarts=child.restarts, log=str(child.log))
        time.sleep(0.2 * deaths)
        child.start()
        self._born[child.name] = time.monotonic()

    def pids(self) -> dict[str, int]:
        """The process of each child."""
        return {child.name: child.pid for child in self._children if child.pid}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Those who write last are asked last: each finds its reader still there."""
        for child in self._children:
            child.ask_to_end()
            child.wait_or_kill(ORDERLY_WITHIN)
