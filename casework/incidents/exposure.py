"""From when to when something was exposed: proven by the subject's own events, possible up to the proofs of innocence.

Pure. What is proven lies between the subject's first and last own event. What is possible reaches back to the last
proof of innocence before it, and forward to the first moment after which the subject could not go on.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from storage.queries.incidents import Use

Standing = Literal["legitimate", "subject", "other", "neutral"]
Bound = Literal["earliest_possible", "earliest_proven", "latest_proven", "latest_possible"]


class Mark(NamedTuple):
    """What one moment says of the subject. `other`: the subject's, once it has been seen for certain; `neutral`: says
    nothing. `closes`: no exposure crosses this moment (a new password, a wipe, the end of the only session)."""

    at: int  # ms since the epoch
    standing: Standing
    says: str
    use: Use | None = None  # None where a table says it, and no event
    closes: bool = False


class Gap(msgspec.Struct, frozen=True, order=True):
    """A time in which a source that could have shown the subject said nothing, [since, until) in ms."""

    since: int
    until: int
    source_id: str


class Reason(msgspec.Struct, frozen=True):
    """Why a bound lies where it lies."""

    bound: Bound
    event_id: str | None
    says: str


class Exposure(msgspec.Struct, frozen=True):
    """The four bounds in ms; the proven ones are None where no event of the subject is stored."""

    earliest_possible: int
    earliest_proven: int | None
    latest_proven: int | None
    latest_possible: int
    because: tuple[Reason, ...]
    gaps: tuple[Gap, ...] = ()


class Horizon(NamedTuple):
    """What is known at all (ms): when the incident was discovered, and from when to when anything is stored."""

    discovered: int
    known_from: int
    known_to: int


def owned(marks: Iterable[Mark]) -> Iterator[Mark]:
    """The same marks in order; `other` use becomes the subject's after its first certain one, and neutral before."""
    seen = False
    for mark in marks:
        seen = seen or mark.standing == "subject"
        yield mark._replace(standing="subject" if seen else "neutral") if mark.standing == "other" else mark


class Bounds:
    """The bounds, found in one pass over marks in order of time; memory does not grow with them."""

    def __init__(self, gaps: Sequence[Gap], discovered: int) -> None:
        self._covered = _Silences(gaps)
        self._discovered = discovered
        self.first: Mark | None = None
        self.last: Mark | None = None
        self._proof: Mark | None = None  # of innocence, before the first
        self._end: Mark | None = None  # of all exposure, after the last
        self._before: Mark | None = None  # the same two beside the discovery, where nothing is proven
        self._after: Mark | None = None

    def add(self, mark: Mark) -> None:
        """Take the next mark, `owned`."""
        if mark.standing == "subject":
            self.first = self.first or mark
            self.last = mark
            self._end = mark if mark.closes else None
        elif mark.closes or mark.standing == "legitimate":
            self._add_proof(mark)

    def _add_proof(self, mark: Mark) -> None:
        if mark.closes and self.last and not self._end:
            self._end = mark
        if mark.closes and mark.at > self._discovered and not self._after:
            self._after = mark
        if not mark.closes and self._covered.at(mark.at):
            return  # in a silence of another source nobody can tell what else was done
        if not self.first:
            self._proof = mark
        if mark.at <= self._discovered:
            self._before = mark

    def exposure(self, gaps: Sequence[Gap], horizon: Horizon) -> Exposure:
        """The bounds of all that was added, with the gaps that lie within them."""
        start, end = (self._proof, self._end) if self.first else (self._before, self._after)
        since = min(start.at if start else horizon.known_from, self.first.at if self.first else horizon.discovered)
        until = max(end.at if end else horizon.known_to, self.last.at if self.last else horizon.discovered)
        within = [gap for gap in sorted(gaps) if gap.since < until and gap.until > since]
        if not end and within:
            until = max(until, *(gap.until for gap in within))
        proven = [_reason("earliest_proven", self.first), _reason("latest_proven", self.last)]
        return Exposure(
            earliest_possible=since,
            earliest_proven=self.first.at if self.first else None,
            latest_proven=self.last.at if self.last else None,
            latest_possible=until,
            because=(
                _reason("earliest_possible", start, NO_START),
                *proven,
                _reason("latest_possible", end, NO_END),
            ),
            gaps=tuple(within),
        )


NO_START = "No earlier proof of innocence is stored: the records begin here, and the exposure may have begun before."
NO_END = "Nothing shows that it ended: the records end here, and the exposure may go on."
NOTHING = "No event of the subject itself is stored: nothing is proven."


def _reason(bound: Bound, mark: Mark | None, otherwise: str = NOTHING) -> Reason:
    if mark is None:
        return Reason(bound, None, otherwise)
    return Reason(bound, mark.use.event_id if mark.use else None, mark.says)


class _Silences:
    """Whether a moment lies in a gap."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self._spans: list[tuple[int, int]] = []
        for gap in sorted(gaps):
            if self._spans and gap.since <= self._spans[-1][1]:
                self._spans[-1] = (self._spans[-1][0], max(self._spans[-1][1], gap.until))
            else:
                self._spans.append((gap.since, gap.until))
        self._starts = [since for since, _ in self._spans]

    def at(self, moment: int) -> bool:
        place = bisect_right(self._starts, moment)
        return place > 0 and moment < self._spans[place - 1][1]


def exposure(marks: Iterable[Mark], gaps: Sequence[Gap], horizon: Horizon) -> Exposure:
    """The exposure that marks in order of time amount to."""
    bounds = Bounds(gaps, horizon.discovered)
    for mark in owned(marks):
        bounds.add(mark)
    return bounds.exposure(gaps, horizon)
