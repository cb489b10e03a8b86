"""Cases that no event opens: a sweep at a local time of day, a deadline after a fact, a source that fell silent.

A detection names one or more of these as its `opens`. They say only when to look at whom. Whether something is missing
then is for its `judge`, which asks `case.now` and `case.heard` first.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import time, timedelta

from streams.detection import Known, Opening, Opens


def sweep(clock: Callable[[Known], time], subjects: Callable[[Known, int], Iterable[str]]) -> Opens:
    """Every local day at `clock`: whoever `subjects(known, at)` names at that instant (ms)."""

    def opens(known: Known, since: int, until: int) -> Iterator[Opening]:
        day, last = known.calendar.local(since).date(), known.calendar.local(until).date()
        while day <= last:
            at = known.calendar.instant(day, clock(known))
            if since < at <= until:
                yield from (Opening(subject, at) for subject in subjects(known, at))
            day += timedelta(days=1)

    return opens


def deadlines(due: Callable[[Known], Iterable[Opening]]) -> Opens:
    """Every deadline that `due(known)` works out from the rows of a table; a row that changes moves its own."""

    def opens(known: Known, since: int, until: int) -> Iterator[Opening]:
        return (opening for opening in due(known) if since < opening.at <= until)

    return opens


def silence(limit: Callable[[Known, str], int | None]) -> Opens:
    """A source of which nothing was heard for `limit(known, source)` ms; None where its silence says nothing.

    The subject is the source; `case.sources[subject].quiet(case.now)` has its stretches. The detection must need no
    source, or the silent one would hold it up. While a stretch goes on the judge looks again (`overdue_at`): what is
    read late may end it.
    """

    def opens(known: Known, since: int, until: int) -> Iterator[Opening]:
        for name, heard in known.sources.items():
            longest = limit(known, name)
            if longest is not None:
                ends = [start + longest for start, end in heard.quiet(until) if end - start >= longest]
                yield from (Opening(name, at) for at in ends if since < at <= until)

    return opens


def together(*kinds: Opens) -> Opens:
    """All of them."""

    def opens(known: Known, since: int, until: int) -> Iterator[Opening]:
        return (opening for kind in kinds for opening in kind(known, since, until))

    return opens
