"""Use of devices by one account: from input to input over gaps no longer than idle, ended by lock and logoff.

An inferred tail never counts: a use ends with its last input, or with the recorded lock or logoff that follows within
idle, for that is where the person's presence ended.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from msgspec.structs import replace

from streams.attribution.desk import Act, act_of, ends, session_of
from streams.patterns.intervals import Interval
from streams.sighting import Sighting

CUTS = frozenset(
    {"session.locked", "account.logged_off", "session.disconnected", "device.stopped", "screen_saver.started"}
)
REACHED = frozenset({"session.locked", "account.logged_off"})  # the others show late, or that nobody was there before
BY_ITSELF = (
    5_000  # ms between a screen saver and a lock that the machine made by itself; it writes them in either order
)
Idle = Callable[[str | None], int]  # ms, by device class
Told = tuple[Act | None, str, Sighting]  # what it says about a desk, of which session


@dataclass(slots=True)
class Use:
    """One stretch of use of one device, from its first input; `closed_by`: the lock or logoff that it reaches to."""

    device: str
    device_class: str | None
    site: str | None
    at: int
    until: int
    inputs: list[Sighting] = field(default_factory=list)
    closed_by: Sighting | None = None

    @property
    def shown_by(self) -> list[Sighting]:
        """All that shows it: its inputs, and what it ended with."""
        return [*self.inputs, self.closed_by] if self.closed_by else self.inputs

    @property
    def doubt(self) -> int:
        """By how much (ms) its clocks may be off, where sign-ins show that they are and too few to correct them."""
        return max((one.doubt for one in self.shown_by), default=0)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two uses at once, over [start, end)."""

    one: Use
    other: Use
    interval: Interval

    @property
    def is_left_alone(self) -> bool:
        """Whether one of the devices shows no input between both ends: somebody may have gone, and come back."""
        return not all(self._inside(use) for use in (self.one, self.other))

    @property
    def is_web_alone(self) -> bool:
        """Whether one of the devices shows nothing but web traffic between both ends, which a page left open makes."""
        kinds = [{run.kind for run in self._inside(use)} for use in (self.one, self.other)]
        return {"web.requested"} in kinds

    def _inside(self, use: Use) -> list[Sighting]:
        start, end = self.interval
        return [run for run in use.inputs if _is_inside(run, start, end)]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Inputs at two sites, on two devices, `during` less than the `travel` between them (ms)."""

    one: Sighting
    other: Sighting
    during: Interval
    travel: int

    @property
    def gap(self) -> int:
        """How far apart they were (ms)."""
        return self.during.length

    @property
    def is_web_alone(self) -> bool:
        """Whether one of them is web traffic, which a page left open makes by itself."""
        return "web.requested" in (self.one.kind, self.other.kind)


def _is_inside(run: Sighting, start: int, end: int) -> bool:
    return start < run.until and run.at < end and (run.at > start or run.until > run.at)


def device_key(sighting: Sighting) -> str | None:
    """The device, by its id; one the district does not know by the name it gives; None for placeholders."""
    if sighting.device_id:
        return sighting.device_id
    return f"?{sighting.device.lower()}" if sighting.device else None


def is_input(sighting: Sighting) -> bool:
    """Whether somebody did something at the device: in a remote session the person sits elsewhere."""
    if sighting.kind == "web.requested":
        return True
    return act_of(sighting.kind, sighting.logon_type) == Act.HERE and sighting.logon_type != "remote"


def uses(
    sightings: Iterable[Sighting], device_class: Callable[[str], str | None], idle: Idle, reach: int = 0
) -> list[Use]:
    """Every stretch of use, by device and then in order of time. `sightings` are one account's, in any order.

    A lock or logoff is reached within idle, or within `reach` (ms) of the last input where that is longer.
    """
    by_device: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        if key := device_key(sighting):
            by_device.setdefault(key, []).append(sighting)
    found: list[Use] = []
    for device, seen in by_device.items():
        kind = device_class(device)
        found += _uses_of(device, kind, _of_the_desk(seen), idle(kind), max(reach, idle(kind)))
    return found


def _order(sighting: Sighting) -> tuple[int, int, str]:
    """By time; of one instant what ended first, then what began, then the sessions that were over with it."""
    act = act_of(sighting.kind, sighting.logon_type)
    if act is None:
        act = Act.OUT if sighting.kind in CUTS else Act.HERE
    return sighting.at, act, sighting.event_id


def _of_the_desk(seen: list[Sighting]) -> list[Sighting]:
    """What concerns the session that the person sits at: not sessions inside it, not the end of others, in order."""
    told = [(act_of(s.kind, s.logon_type), session_of(s.kind, s.logon_type, s.session_id), s) for s in seen]
    aside = {session for act, session, _ in told if act == Act.ASIDE}
    kept: list[Sighting] = []
    current, known = "", set[str]()
    for act, session, sighting in _placed(sorted(told, key=lambda one: _order(one[2]))):
        if act == Act.HERE and session and session not in aside:
            current = session
            known.add(session)
        elif act in (Act.OUT, Act.LEFT):
            if (act == Act.LEFT and session in aside) or not ends(act, session, current, aside, known):
                continue
            current = ""
        if act != Act.ASIDE:
            kept.append(sighting)
    return kept


def _placed(told: Iterable[Told]) -> Iterator[Told]:
    """Each as where it happened: an unlock that tells no type of logon is over the network if its session is.

    Windows writes no address with 4801: the logon of the session tells it, or that of the unlock (4624 of type 7).
    """
    afar: set[str] = set()
    last = ""
    for act, session, sighting in told:
        if act == Act.HERE:
            last = session or last
            if sighting.logon_type is None and last in afar:
                sighting = replace(sighting, logon_type="remote")
            (afar.add if sighting.logon_type == "remote" else afar.discard)(last)
        yield act, session, sighting


def _uses_of(device: str, device_class: str | None, seen: list[Sighting], idle: int, reach: int) -> Iterator[Use]:
    current: Use | None = None
    savers = [s.at for s in seen if s.kind == "screen_saver.started"]
    gone = False  # locked, logged off or elsewhere: what the device then asks of the web nobody at it asked for
    for at, until, sighting in sorted(_pieces(seen), key=lambda piece: (piece[0], *_order(piece[2])[1:])):
        if current and sighting.taken_at is not None:  # somebody else had come: the use had ended, at its last input
            yield current
            current = None
        if not is_input(sighting):
            if current:
                yield _closed(current, sighting, reach, savers)
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


def _closed(use: Use, cut: Sighting, reach: int, savers: list[int]) -> Use:
    """To lock or to log off is where the person's presence ended, so use reaches to it.

    A lock with which a screen saver comes is the machine's own: nobody was there for some time before.
    """
    by_itself = cut.kind == "session.locked" and any(abs(cut.at - at) <= BY_ITSELF for at in savers)
    if cut.kind in REACHED and cut.at <= use.until + reach and not by_itself:
        use.until = max(use.until, cut.at)
    use.closed_by = cut if use.until == cut.at else None
    return use


def _pieces(seen: list[Sighting]) -> Iterator[tuple[int, int, Sighting]]:
    """Runs of web traffic are parted where a lock lies inside them: what follows begins with the next logon or end."""
    cuts = [s.at for s in seen if not is_input(s)]
    logons = [s.at for s in seen if is_input(s) and s.kind != "web.requested"]
    for sighting in seen:
        start = sighting.at
        for cut in cuts:
            if start < cut < sighting.until:
                yield start, cut, sighting
                start = min((at for at in logons if cut < at < sighting.until), default=sighting.until)
        yield start, sighting.until, sighting


def overlaps(found: list[Use], least: int) -> list[Overlap]:
    """Every pair of uses of two devices at once for at least `least` ms, in order of time.

    By so much they must have met however far their clocks are off, as far as that is in doubt.
    """
    pairs = ((one, other) for one, other in combinations(found, 2) if one.device != other.device)
    shared = (Overlap(a, b, Interval(max(a.at, b.at), min(a.until, b.until))) for a, b in pairs)
    met = (o for o in shared if o.interval.length >= least + max(o.one.doubt, o.other.doubt))
    return sorted(met, key=lambda o: (o.interval, o.one.device))


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
        if next_at - at + max(use.doubt, next_use.doubt) < needed:
            crossed.append(Crossing(sighting, following, Interval(at, next_at), needed))
    return crossed


def _points(found: list[Use]) -> Iterator[tuple[int, Use, Sighting]]:
    """Each input as an instant; of a run its two ends, and one on either side of another site's input inside it."""
    sited = [(use, run) for use in found if use.site for run in use.inputs]
    runs = [(max(run.at, use.at), min(run.until, use.until), use, run) for use, run in sited]
    edges = [(edge, use.site) for at, until, use, _ in runs for edge in (at, until)]
    for at, until, use, run in runs:
        inside = {e + d for e, site in edges if site != use.site and at < e < until for d in (-1, 1)}
        for instant in sorted({at, until, *inside}):
            yield instant, use, run
