"""What is too much: over a floor, and over what the same role usually pulls on that weekday and at that hour.

While too few amounts of the role are known (cold start) the floor is raised instead. The memory is
`streams/memory/volumes.py`.
"""

from typing import NamedTuple

from streams.memory.volumes import percentile


class Baseline(NamedTuple):
    """How the limit came about: the floor, how many amounts of the role were known, and their percentile if enough."""

    floor: int
    samples: int
    usual: int | None
    factor: int

    @property
    def limit(self) -> int:
        """More than this is too much."""
        return self.floor * self.factor if self.usual is None else max(self.floor, self.usual)


def baseline(floor: int, samples: list[int], percent: float, fewest: int, factor: int) -> Baseline:
    """The limit by `samples` (in order), where there are at least `fewest` of them; else `factor` times the floor."""
    enough = len(samples) >= fewest
    return Baseline(floor, len(samples), percentile(samples, percent) if enough else None, 1 if enough else factor)
