"""The rule type "subtract the approvals from the session": what of a stretch of time no valid approval covers, and why.

A detection says which approvals there are and which tests they fail over a piece of time; this says which pieces are
left, with a reason for each. Used for vendors' sessions; loans, locates and filter bypasses are the same question.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from model.reference import Approval
from streams.patterns.intervals import Interval, cut

NONE, EARLY, OVERRUN = "none", "early", "overrun"  # the reasons of time that no approval touches
_EVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Grant:
    """An approval as a claim on time. `late`: written down after what it covers had begun, so that it only ratifies."""

    row: Approval
    window: Interval
    late: bool = False


@dataclass(frozen=True, slots=True)
class Grace:
    """How long (ms) a stretch beside covered time may be before it counts; `lenient`: failed tests it extends to."""

    before: int
    after: int
    lenient: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the time judged: no reasons = covered. `grants` are the approvals that touch it."""

    interval: Interval
    reasons: frozenset[str]
    grants: tuple[Grant, ...] = ()
    within_grace: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """The time judged, cut into segments in order."""

    segments: tuple[Segment, ...]

    @property
    def uncovered(self) -> list[Segment]:
        """What is left: neither covered nor within the grace."""
        return [segment for segment in self.segments if segment.reasons and not segment.within_grace]

    @property
    def reasons(self) -> frozenset[str]:
        """Every reason that holds."""
        return frozenset(reason for segment in self.uncovered for reason in segment.reasons)

    @property
    def touched(self) -> bool:
        """Whether any approval at all meets the time."""
        return any(segment.grants for segment in self.segments)


Failing = Callable[[tuple[Grant, ...], Interval], frozenset[str]]


def grant_of(row: Approval, started_at: int) -> Grant:
    """An approved row as a claim on time; recorded after both its own start and the session's, it is late."""
    start = row.recorded_at if row.valid_from is None else row.valid_from
    begins = -_EVER if start is None else start
    late = row.recorded_at is not None and row.recorded_at > max(started_at, begins)
    return Grant(row, Interval(begins, _EVER if row.valid_to is None else row.valid_to), late)


def cover(judged: Interval, grants: Sequence[Grant], edges: Iterable[int], failing: Failing, grace: Grace) -> Cover:
    """Subtract `grants` from the time `judged`.

    `failing(touching, piece)` names the tests that even the best of the approvals touching a piece fail; it is asked
    once for every piece between two of the instants `edges` and the grants' own. Time nobody touches is `none`, or
    `early` before the first touched moment and `overrun` after it.
    """
    at = [*edges, *(edge for grant in grants for edge in grant.window)]
    pieces = [_judged(piece, grants, failing) for piece in cut(judged, at)]
    segments = _labeled([_joined(list(run)) for _, run in groupby(pieces, key=lambda s: (s.reasons, s.grants))])
    return Cover(tuple(_graced(segments, grace)))


def _judged(piece: Interval, grants: Sequence[Grant], failing: Failing) -> Segment:
    touching = tuple(grant for grant in grants if grant.window.holds(piece.start))
    reasons = failing(touching, piece) if touching else frozenset({NONE})
    return Segment(piece, reasons, touching)


def _joined(run: list[Segment]) -> Segment:
    return Segment(Interval(run[0].interval.start, run[-1].interval.end), run[0].reasons, run[0].grants)


def _labeled(segments: list[Segment]) -> list[Segment]:
    """Untouched time by where it lies: before the first touched moment, or after or between."""
    first = next((n for n, segment in enumerate(segments) if segment.grants), None)
    if first is None:
        return segments
    return [
        segment if segment.grants else Segment(segment.interval, frozenset({EARLY if n < first else OVERRUN}))
        for n, segment in enumerate(segments)
    ]


def _graced(segments: list[Segment], grace: Grace) -> list[Segment]:
    """Mark the stretches beside covered time that are no longer than the grace."""
    if not any(_stands(segment, grace) for segment in segments):
        return segments
    result: list[Segment] = []
    for mild, run in groupby(segments, key=lambda segment: _mild(segment, grace)):
        stretch = list(run)
        allowed = grace.after if any(_stands(segment, grace) for segment in result) else grace.before
        short = sum(segment.interval.length for segment in stretch) <= allowed
        after = segments[len(result) + len(stretch) : len(result) + len(stretch) + 1]
        beside = any(_stands(segment, grace) for segment in [*result[-1:], *after])
        result += [_excused(segment) for segment in stretch] if mild and short and beside else stretch
    return result


def _mild(segment: Segment, grace: Grace) -> bool:
    """Whether the grace may excuse it: untouched time, or tests it extends to and no other."""
    return bool(segment.reasons) and segment.reasons <= grace.lenient | {EARLY, OVERRUN}


def _stands(segment: Segment, grace: Grace) -> bool:
    """Whether other time may lean on it: it is touched, and the grace does not concern itself with it."""
    return bool(segment.grants) and not _mild(segment, grace)


def _excused(segment: Segment) -> Segment:
    return Segment(segment.interval, segment.reasons, segment.grants, within_grace=True)


def failures(grants: Sequence[Grant], tests: Callable[[Grant], frozenset[str]]) -> frozenset[str]:
    """The tests failed by the approvals that fail the fewest: nothing, where one passes them all."""
    failed = [tests(grant) for grant in grants]
    fewest = min(map(len, failed), default=0)
    return frozenset(test for one in failed if len(one) == fewest for test in one)


def why_not(row: Approval, judged: Interval, say: Callable[[int], str]) -> str | None:
    """Why an approval does not touch the time judged, in words; None where it does. `say` writes an instant."""
    if row.state != "approved":
        return f"it is {row.state}"
    window = grant_of(row, judged.start).window
    if window.end <= window.start:
        return f"it {_ENDED.get(row.ended_by or '', 'ended')} before it began"
    if window.end <= judged.start:
        return f"it {_ENDED.get(row.ended_by or '', 'ended')} on {say(window.end)}, before the session began"
    if window.start >= judged.end:
        return f"it began on {say(window.start)}, after the session"
    return None


_ENDED = {"revoked": "was revoked", "term": "ended with the term"}
