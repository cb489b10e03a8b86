"""Ranges of versions as a set that is quick to ask: pure."""

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter

Range = tuple[int, int]  # the lowest and the highest version in it


def united(ranges: Iterable[Range]) -> list[Range]:
    """The same versions in ranges that do not overlap, in order."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def within(ranges: list[Range], version: int) -> bool:
    """Whether one of the ranges, as `united` gives them, has the version in it."""
    n = bisect_right(ranges, version, key=itemgetter(0))
    return n > 0 and version <= ranges[n - 1][1]
