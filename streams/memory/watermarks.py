"""How far each source has been read, which of them are silent, and what that settles. Watermarks never fall."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from model.batch import Reached, Tick
from streams.memory.flows import SourceFlow
from streams.memory.shelf import Shelf
from streams.memory.skew import Skew

EVER = 1 << 62
NEVER = -EVER
_HOUR = 3_600_000
_LEAD = 4 * 24 * _HOUR  # a long weekend: records further before all others are of a wrong clock, or of another log
_AGE = 180 * 24 * _HOUR  # what lies so long before all others is of a clock that was not set
_GOES_ON = 45 * 24 * _HOUR  # a file of each month, and two weeks until it comes
QUIET_MS = 10 * 60_000
_encode = msgspec.json.Encoder().encode


class Source(msgspec.Struct, array_like=True, gc=False):
    """What the log has said of one source. Times in ms; `gaps` are stretches of silence, the last may be open."""

    reached_at: int = NEVER
    ended: bool = False
    silent_since: int | None = None
    gaps: list[tuple[int, int]] = []
    read: int = 0  # records: recognized + unrecognized + dead letters
    unrecognised: int = 0
    dead_letters: int = 0
    events: int = 0
    late: int = 0
    began_at: int = NEVER  # the first that was heard of it
    heard_at: int = NEVER  # the last
    quiet: list[tuple[int, int]] = []  # stretches between, each longer than `QUIET_MS`, over which nothing was heard
    spoke_at: int = NEVER  # the latest record's time, whatever ticks said since
    lulls: list[tuple[int, int]] = []  # stretches between records, each longer than `QUIET_MS`
    spoke_since: int = EVER  # the time of the earliest record to which the others lead back, whatever their order


@dataclass(frozen=True, slots=True)
class Heard:
    """A source as the district declares it, and what the log has said of it."""

    categories: frozenset[str]
    source: Source
    lateness: int = 0  # how late (ms) its records may come
    flow: SourceFlow | None = None

    def covers(self, start: int, end: int) -> bool:
        """Whether it was read over all of [start, end), without a gap: only then does its silence say anything."""
        began_at, silent_since = self._began_at, self.source.silent_since
        if not NEVER < began_at <= start or self._reached_at < end:
            return False
        gaps = [*self.source.gaps, *([] if silent_since is None else [(silent_since, EVER)])]
        return not any(gap_start < end and start < gap_end for gap_start, gap_end in gaps)

    @property
    def _began_at(self) -> int:
        """Of a file that has ended, its earliest record, wherever in the file it stands."""
        began = self.source.began_at
        return min(began, self.source.spoke_since) if self.source.ended else began

    @property
    def _reached_at(self) -> int:
        """Of a file that has ended, its latest record, wherever in the file it stands; less what may come late."""
        reached = self.source.reached_at
        return max(reached, self.source.spoke_at - self.lateness) if self.source.ended else reached

    def wrote(self, start: int, end: int) -> bool:
        """Whether it wrote any record over [start, end], as far as lulls tell: to ten minutes."""
        first, last = max(start, self.source.spoke_since), min(end, self.source.spoke_at)
        return first <= last and not any(begun < first and last < over for begun, over in self.source.lulls)

    def quiet(self, until: int) -> list[tuple[int, int]]:
        """The stretches over which nothing was heard of it, in order; the last one may reach `until` and go on."""
        last = self.source.heard_at
        return [*self.source.quiet, (last, until)] if NEVER < last < until - QUIET_MS else self.source.quiet


def reach(source: Source, reached_at: int | None, ended: bool = False) -> None:
    """The source has been read up to `reached_at`; `ended`: all there is of it, for now."""
    if reached_at is not None:
        source.reached_at = max(source.reached_at, reached_at)
        hear(source, reached_at)
    source.ended = ended


def hear(source: Source, at: int) -> None:
    """The source told something of `at`, or that it has been read so far."""
    last = source.heard_at
    if at <= last:
        return
    source.heard_at = at
    if at - last <= QUIET_MS:
        return  # as nearly always
    if last == NEVER or _of_unset_clock(source.began_at, last, at):
        source.began_at = at
    else:
        source.quiet.append((last, at))


def speak(source: Source, at: int) -> None:
    """The source wrote a record at `at`. One that comes late parts the lull it falls into."""
    last = source.spoke_at
    if 0 < at - last <= QUIET_MS:
        source.spoke_at = at
        return  # as nearly always
    led_back_to = source.spoke_since - _LEAD <= at < source.spoke_since
    if led_back_to and source.spoke_since - at > QUIET_MS:
        source.lulls.insert(0, (at, source.spoke_since))
    if last == NEVER or led_back_to or _of_unset_clock(source.spoke_since, last, at):
        source.spoke_since = at
    if at > last:
        if last != NEVER and at - last > QUIET_MS:
            source.lulls.append((last, at))
        source.spoke_at = at
    elif source.lulls and at < source.lulls[-1][1]:
        parted = [piece for lull in source.lulls for piece in _parted(lull, at)]
        source.lulls = [(start, end) for start, end in parted if end - start > QUIET_MS]


def _of_unset_clock(first: int, last: int, at: int) -> bool:
    """Whether all that was told so far, from `first` to `last`, is of another age than what is told now, of `at`."""
    return at - last > _AGE and last - first < _LEAD


def _parted(lull: tuple[int, int], at: int) -> list[tuple[int, int]]:
    start, end = lull
    return [(start, at), (at, end)] if start < at < end else [lull]


def forget_quiet(sources: Shelf[Source], before: int) -> None:
    """Drop the quiet stretches and the lulls that ended before `before` (ms)."""
    for name, source in list(sources.items.items()):
        if source.quiet and source.quiet[0][1] < before:
            sources.at(name).quiet = [stretch for stretch in source.quiet if stretch[1] >= before]
        if source.lulls and source.lulls[0][1] < before:
            sources.at(name).lulls = [lull for lull in source.lulls if lull[1] >= before]


def log_began(sources: Iterable[Source]) -> int:
    """The hour (ms) in which anything was first heard of any source, or which its records tell of; NEVER before that.

    An hour, because the first tick is seconds earlier or later by how the log was cut, and nobody is owed those.
    """
    told = min((min(one.began_at, one.spoke_since) for one in sources if one.began_at > NEVER), default=NEVER)
    return told // _HOUR * _HOUR if told > NEVER else NEVER


def log_time(sources: Iterable[Source]) -> int:
    """How far (ms) time has come by the log itself: the second latest of the sources that are not silent.

    The latest alone will not do: one clock that runs ahead would make everything overdue.
    """
    heard = sorted(source.reached_at for source in sources if source.silent_since is None and source.reached_at > NEVER)
    return heard[-2] if len(heard) > 1 else heard[0] if heard else NEVER


def apply_tick(source: Source, tick: Tick) -> None:
    """A tick reaches, ends, or both."""
    reach(source, tick.reached_at, tick.ended)


def fall_silent(source: Source, at: int) -> None:
    """Open a coverage gap."""
    if source.silent_since is None:
        source.silent_since = at


def resume(source: Source, at: int) -> None:
    """Close the coverage gap."""
    if source.silent_since is not None:
        source.gaps.append((source.silent_since, at))
        source.silent_since = None


def note_gap(source: Source, start: int, end: int) -> bool:
    """Note a coverage gap that was found afterward, joined with those it touches; whether that is news."""
    if any(gap <= start and end <= stop for gap, stop in source.gaps):
        return False
    touched = [gap for gap in source.gaps if gap[0] <= end and start <= gap[1]]
    joined = (min([start, *(gap[0] for gap in touched)]), max([end, *(gap[1] for gap in touched)]))
    source.gaps = sorted([*(gap for gap in source.gaps if gap not in touched), joined])
    return True


def told(sources: Shelf[Source], skew: Callable[[str], Skew]) -> list[bytes]:
    """How far those that said something since the last turn have been read, and how far off their clocks are, as
    encoded lines."""
    return [_encode(_reached(name, sources.items[name], skew(name))) for name in sorted(sources.changed)]


def _reached(name: str, source: Source, skew: Skew) -> Reached:
    return Reached(
        source_id=name,
        reached_at=source.reached_at if source.reached_at > NEVER else None,
        ended=source.ended,
        read=source.read,
        unrecognised=source.unrecognised,
        dead_letters=source.dead_letters,
        late=source.late,
        **skew._asdict(),
    )


def settled(sources: Iterable[Source]) -> int:
    """Up to where (ms) these sources have spoken. One that is silent, or that was never heard of, does not hold."""
    held = [source.reached_at for source in sources if not source.ended and source.silent_since is None]
    return min(held, default=EVER)


def watermark(sources: Iterable[Source]) -> int:
    """Up to where (ms) everything has been read: what lies well before may be forgotten. An end is no watermark: what
    has ended may go on, and `_GOES_ON` is waited for it."""
    known = [source for source in sources if source.silent_since is None and source.reached_at > NEVER]
    longest = log_time(known) - _GOES_ON
    return min((max(one.reached_at, longest) if one.ended else one.reached_at for one in known), default=NEVER)
