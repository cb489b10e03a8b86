"""Correlations: the stretches of time, no longer than the rule's, in which enough came together.

Every function takes the events of one group in order of time and gives the windows that fit; a window begins with an
event and ends with one no later than the time span after it. The order in which events arrived has no part in it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from model.policy.sigma import Kind, SigmaRule
from streams.patterns.sequences import order
from streams.sighting import Sighting

MICRO = 1_000_000  # sums are added up in millionths, so that they do not depend on how they are added


class Window(NamedTuple):
    """What came together: its events, how much it amounts to, and whether their order is certain."""

    sightings: Sequence[Sighting]
    value: float
    certain: bool = True


def windows(rule: SigmaRule, told: Sequence[Sighting]) -> list[Window]:
    """The windows of the rule in these events, in order of their beginning."""
    return list(_KINDS[rule.kind](rule, told))


def _each(rule: SigmaRule, told: Sequence[Sighting]) -> Iterator[Window]:
    return (Window([one], 1) for one in told)


def _stretches(rule: SigmaRule, told: Sequence[Sighting]) -> Iterator[tuple[int, int]]:
    """For each event the places of the first and, exclusive, the last within the time span after it."""
    times = [one.at for one in told]
    return ((n, bisect_right(times, at + rule.timespan_s * 1000)) for n, at in enumerate(times))


def _event_count(rule: SigmaRule, told: Sequence[Sighting]) -> Iterator[Window]:
    for start, end in _stretches(rule, told):
        if end - start >= rule.least:
            yield Window(told[start:end], end - start)


def _value_count(rule: SigmaRule, told: Sequence[Sighting]) -> Iterator[Window]:
    seen: Counter[str] = Counter()
    done = 0
    for start, end in _stretches(rule, told):
        seen.update(_value(one) for one in told[done:end])
        done = end
        if len(seen) >= rule.least:
            yield Window(told[start:end], len(seen))
        seen[_value(told[start])] -= 1
        seen += Counter()  # those that are gone


def _value_sum(rule: SigmaRule, told: Sequence[Sighting]) -> Iterator[Window]:
    sums = [0]
    for one in told:
        sums.append(sums[-1] + round(float(_value(one)) * MICRO))
    for start, end in _stretches(rule, told):
        total = (sums[end] - sums[start]) / MICRO
        if total >= rule.least:
            yield Window(told[start:end], total)


def _value(one: Sighting) -> str:
    return (one.told or [""])[-1]


def _temporal(rule: SigmaRule, told: Sequence[Sighting]) -> Iterator[Window]:
    seen: Counter[str] = Counter()
    done = 0
    for start, end in _stretches(rule, told):
        for one in told[done:end]:
            seen.update(one.kind.split())
        done = end
        if len(+seen) == len(rule.selections):
            yield Window(told[start:end], len(rule.selections))
        seen.subtract(told[start].kind.split())


def _temporal_ordered(rule: SigmaRule, told: Sequence[Sighting]) -> Iterator[Window]:
    """The latest chain up to each event of the last rule; surely in order, or else such as may have been."""
    sure = _chains(rule, told, lambda one, other: order(one, other) == "before")
    maybe = _chains(rule, told, lambda one, other: order(one, other) != "after")
    for last, chain in sorted(maybe.items()):
        certain = last in sure
        yield Window(sure[last] if certain else chain, len(rule.selections), certain)


def _chains(
    rule: SigmaRule, told: Sequence[Sighting], before: Callable[[Sighting, Sighting], bool]
) -> dict[int, list[Sighting]]:
    """By the place of its last event, the chain of one event of each rule that begins last, within the time span."""
    names = [one.name for one in rule.selections]
    reached = {n: [one] for n, one in enumerate(told) if names[0] in one.kind.split()}
    for name in names[1:]:
        reached = _extended(reached, [(n, one) for n, one in enumerate(told) if name in one.kind.split()], before)
    span = rule.timespan_s * 1000
    return {n: chain for n, chain in reached.items() if max(s.at for s in chain) - min(s.at for s in chain) <= span}


def _extended(
    reached: dict[int, list[Sighting]],
    next_ones: list[tuple[int, Sighting]],
    before: Callable[[Sighting, Sighting], bool],
) -> dict[int, list[Sighting]]:
    found: dict[int, list[Sighting]] = {}
    for n, one in next_ones:
        possible = [chain for chain in reached.values() if chain[-1] is not one and before(chain[-1], one)]
        if possible:
            found[n] = [*max(possible, key=lambda chain: (min(s.at for s in chain), chain[0].event_id)), one]
    return found


_KINDS: dict[Kind, Callable[[SigmaRule, Sequence[Sighting]], Iterator[Window]]] = {
    "event": _each,
    "event_count": _event_count,
    "value_count": _value_count,
    "value_sum": _value_sum,
    "temporal": _temporal,
    "temporal_ordered": _temporal_ordered,
}
