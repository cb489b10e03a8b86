"""Use of devices by one account: from input to input over gaps no longer than idle, cut by lock and logoff.

An inferred tail never counts: a use ends with its last input or a recorded logoff that follows within idle.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from streams.patterns.intervals import Interval
from streams.sighting import Sighting

CUTS = frozenset({"session.locked", "account.logged_off", "session.disconnected", "device.stopped"})
Idle = Callable[[str | None], int]  # ms, by device class


@dataclass(slots=True)
class Use:
    """One stretch of use of one device; the sightings are its inputs."""

    device: str
    device_class: str | None
    site: str | None
    at: int
    until: int
    inputs: list[Sighting] = field(default_factory=list)
    closed_by: Sighting | None = None

    @property
    def interval(self) -> Interval:
        """From first to last input."""
        return Interval(self.at, self.until)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two uses at once, over [start, end)."""

    one: Use
    other: Use
    interval: Interval


@dataclass(frozen=True, slots=True)
class Crossing:
    """Inputs at two sites, on two devices, closer in time than the travel between them (ms)."""

    one: Sighting
    other: Sighting
    gap: int
    travel: int


def device_key(sighting: Sighting) -> str | None:
    """The device, by its id; one the district does not know by the name it gives; None for placeholders."""
    if sighting.device_id:
        return sighting.device_id
    return f"?{sighting.device.lower()}" if sighting.device else None


def uses(sightings: Iterable[Sighting], device_class: Callable[[str], str | None], idle: Idle) -> list[Use]:
    """Every stretch of use, by device and then in order of time. `sightings` are in order of time."""
    by_device: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        if key := device_key(sighting):
            by_device.setdefault(key, []).append(sighting)
    found: list[Use] = []
    for device, seen in by_device.items():
        kind = device_class(device)
        found += _uses_of(device, kind, seen, idle(kind))
    return found


def _uses_of(device: str, device_class: str | None, seen: list[Sighting], idle: int) -> Iterator[Use]:
    current: Use | None = None
    gone = False  # locked or logged off: what the device then asks of the web nobody at it asked for
    for at, until, sighting in sorted(_pieces(seen), key=lambda piece: (piece[0], piece[2].event_id)):
        if sighting.kind in CUTS:
            if current:
                yield _closed(current, sighting, idle)
            current, gone = None, True
            continue
        gone = gone and sighting.kind == "web.requested"
        if gone:
            continue
        moved = current is not None and None not in (current.site, sighting.site) and current.site != sighting.site
        if current is None or moved or at > current.until + idle:
            if current:
                yield current
            current = Use(device, device_class, sighting.site, at, until)
        current.site = current.site or sighting.site
        current.until = max(current.until, until)
        current.inputs.append(sighting)
    if current:
        yield current


def _closed(use: Use, cut: Sighting, idle: int) -> Use:
    """Logging off is something a person does, so use reaches to it; a screen locks, and a lid's closing shows, late."""
    use.closed_by = cut
    if cut.kind == "account.logged_off" and cut.at <= use.until + idle:
        use.until = max(use.until, cut.at)
    return use


def _pieces(seen: list[Sighting]) -> Iterator[tuple[int, int, Sighting]]:
    """Runs of web traffic are parted where a lock lies inside them: what follows begins with the next logon or end."""
    cuts = [s.at for s in seen if s.kind in CUTS]
    logons = [s.at for s in seen if s.kind not in CUTS and s.at == s.until]
    for sighting in seen:
        start = sighting.at
        for cut in cuts:
            if start < cut < sighting.until:
                yield start, cut, sighting
                start = min((at for at in logons if cut < at < sighting.until), default=sighting.until)
        yield start, sighting.until, sighting


def overlaps(found: list[Use], least: int) -> list[Overlap]:
    """Every pair of uses of two devices at once for at least `least` ms, in order of time."""
    pairs = ((one, other) for one, other in combinations(found, 2) if one.device != other.device)
    shared = (Overlap(a, b, Interval(max(a.at, b.at), min(a.until, b.until))) for a, b in pairs)
    return sorted((o for o in shared if o.interval.length >= least), key=lambda o: (o.interval, o.one.device))


def crossings(found: list[Use], travel: Callable[[str, str], int]) -> list[Crossing]:
    """Every time the next input was at another site, on another device, sooner than one can travel (ms)."""
    if len({use.site for use in found if use.site}) < 2:
        return []
    points = sorted(_points(found), key=lambda point: (point[0], point[1].device, point[2].event_id))
    crossed: list[Crossing] = []
    for (at, use, sighting), (next_at, next_use, following) in pairwise(points):
        if use.site is None or next_use.site is None or use.site == next_use.site or use.device == next_use.device:
            continue
        needed = travel(use.site, next_use.site)
        if next_at - at < needed:
            crossed.append(Crossing(sighting, following, next_at - at, needed))
    return crossed


def _points(found: list[Use]) -> Iterator[tuple[int, Use, Sighting]]:
    """Each input as an instant; of a run its two ends, and one on either side of another site's input inside it."""
    sited = [use for use in found if use.site]
    edges = [(edge, use.site) for use in sited for s in use.inputs for edge in (s.at, s.until)]
    for use in sited:
        for run in use.inputs:
            inside = {e + d for e, site in edges if site != use.site and run.at < e < run.until for d in (-1, 1)}
            for at in sorted({run.at, run.until, *inside}):
                yield at, use, run
