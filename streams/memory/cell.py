"""A cell: what one detection remembers of one subject on one school day, and what it found there."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import NamedTuple

import msgspec

from model.event import Attribution
from streams.memory.shelf import Shelf
from streams.sighting import MOST_IDS, Sighting, holds, joined, weaker


class Found(msgspec.Struct, array_like=True, gc=False):
    """A violation as last given out: enough to revise or withdraw it."""

    digest: str
    revision: int
    withdrawn: bool
    violation: bytes


class Cell(msgspec.Struct, array_like=True, gc=False):
    """Sightings in runs, and those that stand apart; what came of them; when to look again (ms)."""

    runs: list[Sighting] = []
    found: dict[str, Found] = {}
    look_again_at: int | None = None
    apart: list[Sighting] = []  # may be somebody else's yet
    overdue_at: int | None = None  # when something will be missing (ms)
    proofs: dict[str, list[Attribution]] = {}  # why they are whose they are; each proof once

    @property
    def sightings(self) -> list[Sighting]:
        """All of them."""
        return self.runs + self.apart if self.apart else self.runs

    def rests_on(self, sources: Collection[str]) -> bool:
        """Whether its sightings, or who they are of, were told by one of these sources."""
        if not sources:
            return False
        if any(one.source_id in sources for one in self.sightings):
            return True
        return any(step.source_id in sources for steps in self.proofs.values() for step in steps)

    def counted(self, most: int | None) -> list[Sighting]:
        """All of them; where only so many of a kind count, each event once, in order of time."""
        return self.sightings if most is None else earliest(self.sightings, most)

    def append(self, sighting: Sighting, most: int | None) -> None:
        """Remember a sighting by itself; of each kind the `most` earliest at least, whatever the order they come in."""
        self.runs.append(sighting)
        if most is not None and len(self.runs) % (2 * most) == 0:
            self.runs = earliest(self.runs, most)

    def remove(self, event_id: str) -> None:
        """Take back a sighting that stands apart."""
        self.apart = [sighting for sighting in self.apart if sighting.event_id != event_id]

    def has(self, sighting: Sighting) -> bool:
        """Whether it is an event that the vendor has given out before."""
        event = sighting.ids
        return bool(event) and any(holds(one, event) for one in self.sightings)

    def add(self, sighting: Sighting, alike: Callable[[Sighting], Hashable], join: int) -> Sighting:
        """Remember a sighting; alike ones within `join` ms become one run, in whatever order they come.

        Returns the run it now belongs to.
        """
        key = alike(sighting)
        first, last = sighting.at - join, sighting.until + join
        near = [run for run in self.runs if run.until >= first and run.at <= last and alike(run) == key]
        if len(near) == 1 and (near[0].at, near[0].event_id) <= (sighting.at, sighting.event_id):
            extend(near[0], sighting)
            return near[0]
        for run in near:
            self.runs.remove(run)
            sighting = joined(run, sighting)
        self.runs.append(sighting)
        return sighting


class Cells(Shelf[Cell]):
    """One detection's cells by key (`2026-02-03|subject`), and by school day: to ask for a day is to go through no
    other."""

    def __init__(self, detection: str) -> None:
        super().__init__(f"cell-{detection}", Cell, Cell)
        self._days: dict[str, dict[str, Cell]] = {}

    def put(self, key: str, value: Cell) -> None:
        """Set the cell of a new key."""
        super().put(key, value)
        self._days.setdefault(_day(key), {})[key] = value

    def restore(self, key: str, value: bytes) -> None:
        """Put back what was written."""
        super().restore(key, value)
        self._days.setdefault(_day(key), {})[key] = self.items[key]

    def drop(self, key: str) -> None:
        """Forget a cell."""
        super().drop(key)
        cells = self._days.get(_day(key), {})
        cells.pop(key, None)
        if not cells:
            self._days.pop(_day(key), None)

    @property
    def days(self) -> list[str]:
        """The school days (ISO dates) that have cells."""
        return list(self._days)

    def of(self, day: str) -> Mapping[str, Cell]:
        """The cells of a school day."""
        return self._days.get(day, {})


def _day(key: str) -> str:
    return key.split("|", 1)[0]


def earliest(sightings: Iterable[Sighting], most: int) -> list[Sighting]:
    """Each event once, in order of time, and of each kind the `most` earliest."""
    counts: Counter[str] = Counter()
    kept: dict[str, Sighting] = {}
    for one in sorted(sightings, key=lambda s: (s.at, s.event_id)):
        if one.event_id not in kept and counts[one.kind] < most:
            counts[one.kind] += 1
            kept[one.event_id] = one
    return list(kept.values())


class Run(NamedTuple):
    """A run that may go on: its cell and kind, the last sighting in it, the end of its school day (ms)."""

    kind: tuple[str, Hashable]
    sighting: Sighting
    day_end: int


def touch(run: Sighting, other: Sighting, join: int) -> bool:
    """Whether two runs are no more than `join` ms apart."""
    return run.at - join <= other.until and other.at <= run.until + join


def extend(run: Sighting, sighting: Sighting) -> None:
    """Make a run longer by a sighting that does not begin before it."""
    run.count += sighting.count
    run.bytes_in += sighting.bytes_in
    run.bytes_out += sighting.bytes_out
    run.confidence = weaker(run.confidence, sighting.confidence)
    if sighting.ids:
        run.ids = (run.ids + sighting.ids)[-MOST_IDS:]
    if (sighting.until, sighting.last_event_id) > (run.until, run.last_event_id):
        run.until, run.last_event_id = sighting.until, sighting.last_event_id
