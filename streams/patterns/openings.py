"""Cases that no event opens: a sweep at a local time of day, a deadline after a fact, a source that fell silent.

A detection names one or more of these as its `opens`. They say only when to look at whom. Whether something is missing
then is for its `judge`, which asks `case.now` and `case.heard` first.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import time, timedelta
from weakref import WeakKeyDictionary

from model.calendar import Calendar
from model.reference import Reference
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


def deadlines(due: Callable[[Known], Iterable[Opening]], tables: frozenset[str]) -> Opens:
    """Every deadline that `due(known)` works out from the rows of `tables`; a row that changes moves its own.

    `due` asks these tables, the calendar, the policy and `watched_since`, and nothing else: it is asked again when one
    of them changes, not at every look. It goes through whole tables, so a row of another table must not cost that.
    """
    worked_out: WeakKeyDictionary[Reference, tuple[tuple[object, ...], list[Opening]]] = WeakKeyDictionary()

    def opens(known: Known, since: int, until: int) -> Iterable[Opening]:
        changes = known.reference.version_of(tables)
        rests_on = (changes, known.policy.hash, str(known.calendar.zone), known.watched_since)
        kept = worked_out.get(known.reference)
        if kept is None or kept[0] != rests_on:
            kept = worked_out[known.reference] = rests_on, sorted(due(known), key=lambda one: (one.at, one.subject))
        first, last = (bisect_right(kept[1], at, key=lambda one: one.at) for at in (since, until))
        return kept[1][first:last]

    return opens


def as_told(rows: Callable[[Known], Iterable[Opening]]) -> Opens:
    """The cases of rows that say themselves when something happened, by a clock that is not the log's.

    They are opened as soon as they are told, whether the log has come that far or not: nothing has to be waited for.
    All of them are told again whenever a table changes.
    """
    told: WeakKeyDictionary[Reference, tuple[object, ...]] = WeakKeyDictionary()

    def opens(known: Known, since: int, until: int) -> Iterable[Opening]:
        rests_on = (known.reference.version, known.policy.hash, known.watched_since)
        if told.get(known.reference) == rests_on:
            return ()
        told[known.reference] = rests_on
        return list(rows(known))

    return opens


def overdue_at(due: int, watched_since: int) -> int:
    """When (ms) something that was due is first seen to be overdue: then, or as soon as anybody looked."""
    return max(due, watched_since + 1)


def next_sweep(calendar: Calendar, at: int, clock: time) -> int:
    """The first instant (ms) at or after `at` when the wall shows `clock`."""
    day = calendar.local(at).date()
    today = calendar.instant(day, clock)
    return today if today >= at else calendar.instant(day + timedelta(days=1), clock)


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
