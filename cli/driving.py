"""Reading, judging and storing at once; beside the reading a thread looks after the other processes and shows progress.

The reading has the main thread: only there can the watchdog end a record that takes too long.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event as Flag
from threading import Thread

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.pipeline import Pipeline
from cli.processes import Processes
from cli.run_tally import Tally
from producers.live import Live

LOOK_EVERY = 0.5  # seconds
ENDING = 30.0  # seconds that a run told to stop waits for what it has read to be stored
HOUR = 3600.0
PATIENCE = 120.0  # seconds without any advance after which a run that should end says so


class Stuck(RuntimeError):
    """Nothing advances any more; the message says what, and which logs to read."""


@dataclass
class Drive:
    """One run of one district. `until_idle`: it ends by itself, when all that was read is judged and stored."""

    live: Live
    pipeline: Pipeline
    processes: Processes
    tally: Tally
    stop: Flag
    until_idle: bool
    hourly: Callable[[], None] = lambda: None
    _failures: list[BaseException] = field(default_factory=list)
    _last: tuple[int, ...] = ()
    _advanced_at: float = 0.0
    _ends_at: float = 0.0
    _hourly_at: float = 0.0
    _stored: bool = False
    _reading: bool = True
    _over: bool = False

    def run(self, words: Console) -> bool:
        """Whether all that was read has been judged and stored when it ends; what has not waits in the log.

        Raises `Stuck`, ProcessFailed, and what the producers raise.
        """
        beside = Thread(target=self._look_after, args=(words,), name="looking after")
        beside.start()
        try:
            (self.live.to_the_end if self.until_idle else self.live.follow)(self.stop)
            self._reading = False
            beside.join()
        finally:
            self._over = True
            beside.join()
        if self._failures:
            raise self._failures[0]
        return self._stored

    def _look_after(self, words: Console) -> None:
        try:
            with _progress(words) as progress:
                task = progress.add_task("judged", total=None, read=0, events=0, behind=0)
                while not self._over and self._look(progress, task, self._reading):
                    self.stop.wait(LOOK_EVERY) if self._reading else time.sleep(LOOK_EVERY)
        except BaseException as error:  # the main thread raises it, once it has stopped reading
            self._failures.append(error)
        finally:
            self.stop.set()

    def _look(self, progress: Progress, task: object, reading: bool) -> bool:
        """Whether there is anything left to wait for."""
        self.processes.look()
        if time.monotonic() >= self._hourly_at:
            self._hourly_at = time.monotonic() + HOUR
            self.hourly()
        told, judged = self.live.told, self.pipeline.judged()
        behind = self.pipeline.not_stored()
        counts = {"read": self.tally.read, "events": self.tally.events, "behind": behind}
        progress.update(task, completed=judged, total=told, **counts)  # type: ignore[arg-type]
        if reading:
            return True
        self._stored = judged >= told and not self.pipeline.not_stored()
        if self._stored or (self.stop.is_set() and self._out_of_time()):
            return False
        self._lose_patience((judged, behind), f"{told - judged} records not judged, {behind} not stored")
        return True

    def _out_of_time(self) -> bool:
        self._ends_at = self._ends_at or time.monotonic() + ENDING
        return time.monotonic() > self._ends_at

    def _lose_patience(self, now: tuple[int, ...], what: str) -> None:
        if now != self._last:
            self._last, self._advanced_at = now, time.monotonic()
        if time.monotonic() - self._advanced_at > PATIENCE:
            raise Stuck(f"{what}, and nothing has moved for {PATIENCE:.0f} s; see the logs in {self.processes.logs}")


def _progress(words: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.fields[read]:,} records read · {task.fields[events]:,} events · log records judged"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("· {task.fields[behind]} to store"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=words, transient=True, disable=not sys.stderr.isatty())
