"""How much each source told in each hour, its longest time without a record, and when it was quiet; by event time."""

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from streams.memory.shelf import Shelf

HOUR = 3_600_000
QUIET = 10 * 60_000  # shorter time without a record is never a silence
NEVER = -(1 << 62)
_DAY = 24  # hours kept together under one key


class Hours(msgspec.Struct, array_like=True, gc=False):
    """Of one source and 24 hours, by hour of UTC: records, and the longest time (ms) without one that ended then, and
    that began then and ended in a later hour."""

    counts: dict[int, int] = {}
    longest: dict[int, int] = {}
    began: dict[int, int] = {}


class Quiet(msgspec.Struct, array_like=True, gc=False, order=True):
    """A time without a record (ms), and the events before and after it."""

    started_at: int
    ended_at: int
    before: str
    after: str


class Flow(msgspec.Struct, array_like=True, gc=False):
    """When a source's first and last records are of (ms), and its quiet times."""

    began_at: int = NEVER
    last_at: int = NEVER
    last_id: str = ""
    quiet: list[Quiet] = []
    began_id: str = ""


@dataclass(slots=True)
class _Now:
    """Where the last record of a source was counted: only a memo."""

    hour: int
    hours: Hours
    flow: Flow
    longest: int
    least: int  # a longer time without a record is remembered


class Flows:
    """The memory of all sources. Records may come in any order; only the longest times keep what a late one fills."""

    def __init__(self) -> None:
        self.hours = Shelf("flow-hours", Hours, Hours)
        self.flows = Shelf("flow", Flow, Flow)
        self._now: dict[str, _Now] = {}
        self._worked_out: dict[str, dict[tuple[object, ...], object]] = {}  # by source

    def add(self, source_id: str, at: int, event_id: str) -> None:
        """Count a record: the hot path."""
        now = self._now.get(source_id)
        hour = at // HOUR
        if now is None or now.hour != hour:
            now = self._turn(source_id, hour, at)
        counts, flow = now.hours.counts, now.flow
        counts[hour] = counts.get(hour, 0) + 1
        gap = at - flow.last_at
        if gap > 0:
            if gap > now.least:
                self._jump(source_id, now, at, event_id)
            flow.last_at, flow.last_id = at, event_id
        elif at < flow.began_at:
            self._began_earlier(source_id, flow, at, event_id)
        elif flow.quiet and at < flow.quiet[-1].ended_at:
            _split(flow, at, event_id)

    def _turn(self, source_id: str, hour: int, at: int) -> _Now:
        hours, flow = self.hours.at(f"{source_id}|{hour // _DAY}"), self.flows.at(source_id)
        if hour * HOUR < flow.last_at - _DAY * HOUR:
            self._worked_out.pop(source_id, None)  # a record that late changes what was usual
        now = self._now[source_id] = _Now(hour, hours, flow, longest := hours.longest.get(hour, 0), min(longest, QUIET))
        return now

    def _jump(self, source_id: str, now: _Now, at: int, event_id: str) -> None:
        """The first record of all, or one after a time without."""
        since = now.flow.last_at
        if since == NEVER:
            now.flow.began_at, now.flow.began_id = at, event_id
            return
        now.longest = now.hours.longest[now.hour] = max(at - since, now.longest)
        now.least = min(now.longest, QUIET)
        if at - since > QUIET:
            now.flow.quiet.append(Quiet(since, at, now.flow.last_id, event_id))
        if (hour := since // HOUR) != now.hour:  # who falls quiet at noon every day is usual at noon
            began = self.hours.at(f"{source_id}|{hour // _DAY}").began
            began[hour] = max(at - since, began.get(hour, 0))

    def _began_earlier(self, source_id: str, flow: Flow, at: int, event_id: str) -> None:
        if flow.began_at - at > QUIET:
            insort(flow.quiet, Quiet(at, flow.began_at, event_id, flow.began_id))
        flow.began_at, flow.began_id = at, event_id
        self._worked_out.pop(source_id, None)  # what was usual rests on since when it is known

    def written(self) -> None:
        """Whoever changes something from here on says so anew."""
        self._now.clear()

    def forget(self, before: int) -> None:
        """Drop what happened before `before` (ms)."""
        self._now.clear()
        oldest = before // HOUR // _DAY
        for key in [key for key in self.hours.items if int(key.rsplit("|", 1)[1]) < oldest]:
            self.hours.drop(key)
        for source_id, flow in list(self.flows.items.items()):
            if flow.quiet and flow.quiet[0].ended_at < before:
                self.flows.at(source_id).quiet = [one for one in flow.quiet if one.ended_at >= before]

    def of(self, source_id: str) -> "SourceFlow":
        """What is remembered of one source."""
        worked_out = self._worked_out.setdefault(source_id, {})
        return SourceFlow(source_id, self.flows.items.get(source_id) or Flow(), self.hours, worked_out)


def _split(flow: Flow, at: int, event_id: str) -> None:
    """A record came late and lies within a quiet time: two shorter ones are left, as long as they are quiet."""
    found = next((one for one in flow.quiet if one.started_at < at < one.ended_at), None)
    if found is None:
        return
    flow.quiet.remove(found)
    for part in (Quiet(found.started_at, at, found.before, event_id), Quiet(at, found.ended_at, event_id, found.after)):
        if part.ended_at - part.started_at > QUIET:
            insort(flow.quiet, part)


@dataclass(frozen=True, slots=True)
class SourceFlow:
    """One source's memory, to read."""

    source_id: str
    flow: Flow
    _hours: Shelf[Hours]
    worked_out: dict[tuple[object, ...], object]  # only a memo, for who works out what is usual

    def hours_after(self, first: int, last: int, days: int) -> Iterator[int]:
        """The hours of [first, last) that lie at most `days` after a day with records; years of none cost little."""
        known = NEVER
        for day in range(first // _DAY - days, -(-last // _DAY)):
            known = day if f"{self.source_id}|{day}" in self._hours.items else known
            if day <= known + days:
                yield from range(max(first, day * _DAY), min(last, day * _DAY + _DAY))

    def count(self, hour: int) -> int:
        """Records of an hour (of UTC, since the epoch)."""
        hours = self._hours.items.get(f"{self.source_id}|{hour // _DAY}")
        return hours.counts.get(hour, 0) if hours else 0

    def longest(self, hour: int) -> int:
        """The longest time (ms) without a record that ended in the hour."""
        hours = self._hours.items.get(f"{self.source_id}|{hour // _DAY}")
        return hours.longest.get(hour, 0) if hours else 0

    def longest_at(self, hour: int) -> int:
        """The longest time (ms) without a record that ended or began in the hour."""
        hours = self._hours.items.get(f"{self.source_id}|{hour // _DAY}")
        return max(hours.longest.get(hour, 0), hours.began.get(hour, 0)) if hours else 0
