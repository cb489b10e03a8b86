"""Pauses of a source that is too young to be compared with itself: it wrote steadily before and after, and not then.

The hours around a pause stand in for the weeks that are not known. Where another steady source paused at the same
time, the school was quiet, and nothing is said.
"""

from collections.abc import Mapping

from streams.memory.flows import HOUR, SourceFlow
from streams.memory.watermarks import Heard
from streams.patterns.intervals import Interval

FEWEST = 10  # records of a steady hour
FACTOR = 3  # a pause is this many times longer than any other in the hours around it
_AROUND = 3  # hours before and after


def steady_pauses(sources: Mapping[str, Heard], name: str, least: int) -> list[Interval]:
    """The pauses longer than `least` (ms) of the source, between steady hours, in which no other such source paused."""
    others = [pause for other in sources if other != name for pause in _pauses(sources[other], least)]
    return [
        pause
        for pause in _pauses(sources[name], least)
        if not any(pause.start < other.end and other.start < pause.end for other in others)
    ]


def _pauses(heard: Heard, least: int) -> list[Interval]:
    flow = heard.flow
    if flow is None:
        return []
    long = (Interval(start, end) for start, end in heard.source.lulls if end - start > least)
    return [pause for pause in long if _is_steady_around(flow, pause)]


def _is_steady_around(flow: SourceFlow, pause: Interval) -> bool:
    first, last = pause.start // HOUR, pause.end // HOUR
    before, after = range(first - _AROUND, first), range(last + 1, last + 1 + _AROUND)
    written = [hour for hour in (*before, *after) if flow.count(hour)]
    if any(flow.longest_at(hour) * FACTOR >= pause.length for hour in written):
        return False
    return all(any(flow.count(hour) >= FEWEST for hour in side) for side in (before, after))
