"""Many hands for one list of pieces: processes that each hold a copy of what this one has made ready.

They are forked, so that nothing is made twice and what they share is held once; each ends when this process does,
however that ends, for it then reads the end of its pipe.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any, Generic, Self, TypeVar

_FORK = multiprocessing.get_context("fork")
PIECE = 200  # things in one piece: some tenths of a second of work
Thing = TypeVar("Thing")
Result = TypeVar("Result")


class HandsLost(RuntimeError):
    """A process ended before its piece was done; the message says why."""


def cores() -> int:
    """How many processes may work at once on this machine."""
    return len(os.sched_getaffinity(0))


class Hands(Generic[Thing, Result]):
    """A context manager. With one hand no process is made: this one does the work."""

    def __init__(self, work: Callable[[list[Thing]], list[Result]], many: int) -> None:
        """`work`: from the things of a piece to their results; it depends on nothing that changes afterwards."""
        self._work = work
        self._many = many
        self._ends: list[Connection[Any, Any]] = []
        self._processes: list[multiprocessing.process.BaseProcess] = []

    def __enter__(self) -> Self:
        for _ in range(self._many if self._many > 1 else 0):
            ours, theirs = _FORK.Pipe()
            self._ends.append(ours)
            process = _FORK.Process(target=_serve, args=(self._work, theirs, list(self._ends)), daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._ends:
            end.close()
        for process in self._processes:
            process.terminate()
            process.join()

    def each(self, things: Iterable[Thing]) -> Iterator[Result]:
        """The result of each thing, in their order; memory holds a piece for each hand. Raises `HandsLost`."""
        pieces = pieces_of(things)
        results = self._shared(pieces) if self._ends else map(self._work, pieces)
        for result in results:
            yield from result

    def _shared(self, pieces: Iterable[list[Thing]]) -> Iterator[list[Result]]:
        idle: deque[Connection[Any, Any]] = deque(self._ends)
        busy: deque[Connection[Any, Any]] = deque()
        for piece in pieces:
            if not idle:
                idle.append(busy.popleft())
                yield _result(idle[0])
            busy.append(idle.popleft())
            _give(busy[-1], piece)
        for end in busy:
            yield _result(end)


def pieces_of(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    """The things, some together."""
    left = iter(things)
    while piece := list(islice(left, PIECE)):
        yield piece


def _give(end: "Connection[Any, Any]", piece: object) -> None:
    try:
        end.send(piece)
    except ConnectionError as error:
        raise HandsLost(_LOST) from error


def _result(end: "Connection[Any, Any]") -> Any:
    try:
        result, why = end.recv()
    except (EOFError, ConnectionError) as error:  # the latter where it left something unread
        raise HandsLost(_LOST) from error
    if why:
        raise HandsLost(why)
    return result


_LOST = "a process that helped ended, perhaps for want of memory; do it again"


def _serve(work: Callable[[Any], Any], end: "Connection[Any, Any]", others: "list[Connection[Any, Any]]") -> None:
    """The life of a hand. It lets go of the other process's ends of the pipes: they would keep its own open."""
    for other in others:
        other.close()
    while True:
        try:
            piece = end.recv()
        except (EOFError, ConnectionError):  # the latter where a result lies unread
            return
        try:
            told = work(piece), ""
        except Exception as error:  # the one who asked is told
            told = None, f"{type(error).__name__}: {error}"
        try:
            end.send(told)
        except ConnectionError:  # nobody asks any more
            return
