"""A bound on the time of one record: what takes longer is given up, kept as a dead letter, and the rest goes on.

A timer of the kernel ticks each half second of CPU time that this process has used; a record that is still being read
at a second tick is given up. So it costs nothing per record, and a busy machine gives up no more than an idle one.
Python's `re` looks for signals while it searches, so this ends a search too; but only the main thread of a process
gets them. Whoever reads a district, or looks what product wrote a log, does so there.
"""

import atexit
import signal
import threading
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

TICK = 0.5  # seconds of CPU time of this process

_Args = TypeVarTuple("_Args")
_T = TypeVar("_T")


class TooSlow(BaseException):
    """The record has been given up. Not an Exception, so that no parser takes it for one of its own."""


class Watchdog:
    """Counts records, and at each tick asks whether the same one is still being read."""

    def __init__(self) -> None:
        self._record = self._last_seen = 0
        self._reading = False

    def bounded(self, read: Callable[[Unpack[_Args]], _T], *args: *_Args) -> _T:
        """What `read` returns; raises TooSlow after one to two ticks, if `start` was called."""
        self._record += 1
        self._reading = True
        try:
            return read(*args)
        finally:
            self._reading = False

    def tick(self, *_: object) -> None:
        """The signal handler."""
        if self._reading and self._record == self._last_seen:
            self._reading = False  # it is given up once, wherever this is raised
            raise TooSlow
        self._last_seen = self._record


DOG = Watchdog()
# An interpreter that ends gives the signal its default action back, which is to end the process with an error.
atexit.register(signal.setitimer, signal.ITIMER_VIRTUAL, 0)


def start(tick: float = TICK) -> bool:
    """Begin to watch, for as long as the process lives. False in any thread but the main one, where nothing can."""
    if threading.current_thread() is not threading.main_thread():
        return False
    signal.signal(signal.SIGVTALRM, DOG.tick)
    signal.siginterrupt(signal.SIGVTALRM, False)  # code of others that waits goes on waiting
    signal.setitimer(signal.ITIMER_VIRTUAL, tick, tick)
    return True
