"""Half-open intervals of time [start, end) in ms since the epoch: the algebra that "what was not covered" rests on."""

import itertools
from collections.abc import Iterable
from typing import NamedTuple


class Interval(NamedTuple):
    """The instants from `start` up to, and without, `end`. One that does not end after it starts holds nothing."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How long it is, in ms; never negative."""
        return max(0, self.end - self.start)

    def holds(self, at: int) -> bool:
        """Whether the instant `at` lies in it."""
        return self.start <= at < self.end


def union(intervals: Iterable[Interval], gap: int = 0) -> list[Interval]:
    """The same instants as disjoint intervals in order; those no more than `gap` ms apart become one."""
    merged: list[Interval] = []
    for one in sorted(i for i in intervals if i.length):
        if merged and one.start <= merged[-1].end + gap:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return merged


def intersect(one: Iterable[Interval], other: Iterable[Interval]) -> list[Interval]:
    """The instants that lie in both, in order."""
    left, right = union(one), union(other)
    shared: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        both = Interval(max(left[i].start, right[j].start), min(left[i].end, right[j].end))
        if both.length:
            shared.append(both)
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return shared


def subtract(one: Iterable[Interval], other: Iterable[Interval]) -> list[Interval]:
    """The instants of `one` that do not lie in `other`, in order."""
    holes = union(other)
    rest: list[Interval] = []
    for interval in union(one):
        start = interval.start
        for hole in holes:
            if hole.end <= start or hole.start >= interval.end:
                continue
            rest.append(Interval(start, hole.start))
            start = hole.end
        rest.append(Interval(start, interval.end))
    return [interval for interval in rest if interval.length]


def cut(interval: Interval, at: Iterable[int]) -> list[Interval]:
    """The interval cut into pieces at those of the instants that lie inside it."""
    edges = [interval.start, *sorted({edge for edge in at if interval.start < edge < interval.end}), interval.end]
    return [Interval(start, end) for start, end in itertools.pairwise(edges) if end > start]


def total(intervals: Iterable[Interval]) -> int:
    """How many ms the instants make up, each counted once."""
    return sum(interval.length for interval in union(intervals))
