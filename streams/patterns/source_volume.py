"""What is usual of a source, by its own last weeks: silences longer than usual, and hours with far less than usual."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import mean
from typing import TypeVar

from model.calendar import Calendar
from model.policy.detections.silent_source import SilentSourceParameters
from streams.memory.flows import HOUR, NEVER, QUIET
from streams.memory.watermarks import EVER, Heard

T = TypeVar("T")
DAY = 86_400_000
MINUTE = 60_000
_LOOK = 14 * 24  # hours of one stretch that are looked through
_MANY = 10  # so many days of the same kind show what is usual of one hour; fewer only what is of any
WEEKS = 4  # so many hours of the same weekday make a mean; with fewer, less than half of the lowest is far less
_MOST_KEPT = 5_000
_SURE = 3  # standard deviations of a count below its mean


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of the pack: `factor` times the usual gap and at least `shortest` ms; see its descriptions."""

    factor: float
    shortest: int
    baseline_days: int
    young_days: int
    drop_percent: float
    least_records: int
    missed_records: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A time (ms) without a record, longer than usual: noticed at `noticed_at`; `ended_at` None while it goes on."""

    started_at: int
    noticed_at: int
    ended_at: int | None
    usual_gap: int
    limit: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Drop:
    """An hour (ms at its start) with far fewer records than usual."""

    at: int
    count: int
    usual: float
    samples: int


@dataclass(frozen=True, slots=True)
class Usual:
    """One source against itself."""

    heard: Heard
    calendar: Calendar
    limits: Limits

    def is_known(self, at: int) -> bool:
        """Whether it has been heard for long enough by then."""
        began = self.heard.flow.flow.began_at if self.heard.flow else NEVER
        return NEVER < began <= at - self.limits.young_days * DAY

    def _samples(self, at: int, *, weekday: bool) -> list[int]:
        """The same hour (of UTC, since the epoch) of earlier days of the same kind; of the same weekday, or of any."""
        local, step = self.calendar.local(at), 7 if weekday else 1
        kind, began = self._kind(local.date()), self._began()
        found = []
        for n in range(step, self.limits.baseline_days + 1, step):
            day = local.date() - timedelta(days=n)
            start = self.calendar.instant(day, local.time())
            if start < began:
                break  # all that follow are earlier still
            if self._kind(day) == kind and self._was_read(start):
                found.append(start // HOUR)
        return found

    def _began(self) -> int:
        return self.heard.flow.flow.began_at if self.heard.flow else EVER

    def _kind(self, day: date) -> tuple[bool, bool]:
        return self.calendar.is_school_day(day), self.calendar.office_open(day)

    def _was_read(self, start: int) -> bool:
        return not any(gap < start + HOUR and start < end for gap, end in self.heard.source.gaps)

    def _kept(self, name: str, at: int, work_out: Callable[[int], T]) -> T:
        """What rests on earlier days of a source alone: worked out once, until a table or a limit changes."""
        memo = self.heard.flow.worked_out if self.heard.flow else {}
        key = (name, at, self.calendar.reference.version, self.limits, len(self.heard.source.gaps))
        if key not in memo:
            if len(memo) > _MOST_KEPT:
                memo.clear()
            memo[key] = work_out(at)
        return memo[key]  # type: ignore[return-value]

    def count(self, at: int) -> tuple[float, int, int] | None:
        """The mean count of the hour that begins at `at`, its lowest, and how many hours of the same weekday it is
        of; None where nothing is known.

        Of fewer than two, those of other days stand in. Of fewer than `WEEKS` the lowest is that of every day of the
        same kind: people come in handfuls, so two evenings say little of how few a third may have.
        """
        return self._kept("count", at, self._count)

    def _count(self, at: int) -> tuple[float, int, int] | None:
        volume = self.heard.flow
        if volume is None or not self.is_known(at):
            return None
        same = self._samples(at, weekday=True)
        alike = same if len(same) >= WEEKS else self._samples(at, weekday=False)
        found = same if len(same) > 1 else alike
        if not found:
            return None
        counts = [volume.count(hour) for hour in found]
        return mean(counts), min(volume.count(hour) for hour in alike), len(same)

    def gap(self, at: int) -> int | None:
        """The longest time (ms) without a record that is usual in the hour that begins at `at`; None where most such
        hours had no record at all, or nothing is known."""
        return self._kept("gap", at, self._gap)

    def _gap(self, at: int) -> int | None:
        volume = self.heard.flow
        found = self._samples(at, weekday=False) if self.is_known(at) else []
        if volume is None or not found or sum(volume.count(hour) > 0 for hour in found) * 4 < len(found) * 3:
            return None
        if len(found) < _MANY:
            return max(self._longest_of(at, found))
        return sorted(volume.longest_at(hour) for hour in found if volume.count(hour))[-2]

    def _longest_of(self, at: int, found: list[int]) -> Iterator[int]:
        """The longest gaps of the same hour, and of all hours of those days that, like the one before, have records."""
        volume, now = self.heard.flow, self.calendar.local(at).hour
        for hour in found if volume else ():
            yield volume.longest_at(hour) if volume else 0
            for other in range(hour - now, hour - now + 24):
                if volume and volume.count(other) and volume.count(other - 1):
                    yield volume.longest(other)

    def silences(self, since: int, now: int) -> Iterator[Silence]:
        """Every silence that can be told by now and had not ended by `since`; the end of a file is none."""
        volume = self.heard.flow
        if volume is None:
            return
        flow, settled = volume.flow, now - self.heard.lateness
        for one in (quiet for quiet in flow.quiet if quiet.ended_at > since):
            if found := self._silence(one.started_at, one.ended_at, one.before, one.after, settled):
                yield found
        open_end = not self.heard.source.ended and NEVER < flow.last_at < settled - QUIET
        if open_end and (found := self._silence(flow.last_at, None, flow.last_id, "", settled)):
            yield found

    def _silence(self, start: int, end: int | None, before: str, after: str, settled: int) -> Silence | None:
        """Each hour uses up its own limit: a late start of a day uses little of a night's. Told is the hour that used
        up most."""
        used, missed, at, stop = 0.0, 0.0, start, min(settled, settled if end is None else end)
        most, told = 0.0, (0, 0)
        for _ in range(_LOOK):
            if at >= stop:
                return None
            hour = at // HOUR * HOUR
            until, gap = min(hour + HOUR, stop), self.gap(hour)
            if gap is not None:
                limit, usual = max(round(self.limits.factor * gap), self.limits.shortest), self.count(hour)
                share = (until - at) / limit
                most, told = (share, (gap, limit)) if share > most else (most, told)
                used += share
                missed += (until - at) / HOUR * (usual[0] if usual else 0)
                if used > 1 and missed >= self.limits.missed_records:
                    return Silence(start, until, end, *told, before, after)
            at = until
        return None

    def drops(self, since: int, now: int) -> Iterator[Drop]:
        """Every hour of [since, now) that is over and had far fewer records than usual."""
        volume = self.heard.flow
        if volume is None or volume.flow.began_at == NEVER:
            return
        first = max(since, volume.flow.began_at + self.limits.young_days * DAY) // HOUR
        last = min(now - self.heard.lateness, volume.flow.last_at) // HOUR
        for hour in volume.hours_after(first, last, self.limits.baseline_days + 1):
            if found := self.drop(hour * HOUR, now):
                yield found

    def drop(self, at: int, now: int) -> Drop | None:
        """Whether the hour that begins at `at` is over and had far fewer records than usual."""
        volume = self.heard.flow
        if volume is None or now < at + HOUR + self.heard.lateness or volume.flow.last_at < at + HOUR:
            return None
        usual, count = self.count(at), volume.count(at // HOUR)
        if usual is None or usual[0] < self.limits.least_records:
            return None
        against = usual[0] if usual[2] >= WEEKS else usual[1]
        few = count * 100 < self.limits.drop_percent * against and count < usual[1]
        return Drop(at, count, usual[0], usual[2]) if few and count < usual[0] - _SURE * sqrt(usual[0]) else None


def usual_of(sources: Mapping[str, Heard], calendar: Calendar, rules: SilentSourceParameters) -> dict[str, Usual]:
    """Each source against itself, by the pack's numbers for silent sources."""
    limits = Limits(
        rules.gap_factor,
        rules.shortest_minutes * MINUTE,
        rules.baseline_days,
        rules.young_days,
        rules.drop_percent,
        rules.least_records,
        rules.missed_records,
    )
    return {name: Usual(heard, calendar, limits) for name, heard in sources.items()}


def others_dropped(sources: Mapping[str, Usual], name: str, at: int, now: int) -> tuple[int, int]:
    """Of the other sources of which something is usual in that hour: how many had far less too, of how many."""
    others = [one for other, one in sources.items() if other != name]
    usual = [one for one in others if (known := one.count(at)) and known[0] >= one.limits.least_records]
    return sum(one.drop(at, now) is not None for one in usual), len(usual)
