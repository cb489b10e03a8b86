"""Sums over a sliding stretch of time, by the time of the events: as the last one comes in, the oldest fall out."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from streams.sighting import Sighting


class Window(NamedTuple):
    """The sightings from `first` up to and without `stop` lie wholly within the stretch that ends at `at` (ms)."""

    first: int
    stop: int
    total: int
    at: int


def in_order(sightings: Sequence[Sighting]) -> list[Sighting]:
    """By the time at which they are complete, as `windows` needs them."""
    return sorted(sightings, key=lambda s: (s.until, s.at, s.event_id))


def windows(ordered: Sequence[Sighting], length: int, amount: Callable[[Sighting], int]) -> Iterator[Window]:
    """One for each sighting, ending with it; what began before the stretch of `length` (ms) is not counted."""
    first, total = 0, 0
    for stop, sighting in enumerate(ordered, 1):
        total += amount(sighting)
        while ordered[first].at <= sighting.until - length and first < stop - 1:
            total -= amount(ordered[first])
            first += 1
        yield Window(first, stop, total, sighting.until)
