"""One way of pulling that passed the limit: what was counted, how much at most, and against which limit."""

from typing import NamedTuple

from streams.patterns.baselines import Baseline
from streams.patterns.intervals import Interval
from streams.sighting import Sighting


class Pull(NamedTuple):
    """`total` is the most within the stretch `peak`; `sightings` are all of the stretches that passed the limit."""

    reason: str
    sightings: list[Sighting]
    total: int
    baseline: Baseline
    peak: Interval | None

    @property
    def started_at(self) -> int:
        """When the first of it was seen (ms)."""
        return min(s.at for s in self.sightings)

    @property
    def ended_at(self) -> int:
        """Just after the last (ms)."""
        return max(s.until for s in self.sightings) + 1
