"""A cell: what one detection remembers of one subject on one school day, and what it found there."""

from collections.abc import Callable, Hashable
from typing import NamedTuple

import msgspec

from model.event import Attribution
from streams.sighting import Sighting, joined, weaker


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

    def remove(self, event_id: str) -> None:
        """Take back a sighting that stands apart."""
        self.apart = [sighting for sighting in self.apart if sighting.event_id != event_id]

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
    if (sighting.until, sighting.last_event_id) > (run.until, run.last_event_id):
        run.until, run.last_event_id = sighting.until, sighting.last_event_id
