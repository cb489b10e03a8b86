"""The score of signals in a sliding window, and the bursts in which it was high enough."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from model.policy import FilterParameters
from streams.detections.filter_circumvention.signals import Signal

MINUTE = 60_000


@dataclass(slots=True)
class Burst:
    """Windows that were enough and overlap, from the first signal to the last (ms)."""

    started_at: int
    ended_at: int
    score: int
    kinds: int
    blocked: int  # blocked requests within `blocked_minutes`, at most `per_minute` of a minute
    because: set[str] = field(default_factory=set)  # score, sole, blocked
    signals: list[Signal] = field(default_factory=list)


def heavy(signals: Sequence[Signal], rules: FilterParameters) -> list[Signal]:
    """The signals that count: of an unrated host only where enough was exchanged within the window."""
    counting = [signal for signal in signals if signal.kind != "unrated"]
    by_host: dict[str, list[Signal]] = defaultdict(list)
    for signal in signals:
        if signal.kind == "unrated":
            by_host[signal.host].append(signal)
    for unrated in by_host.values():
        counting += _large(sorted(unrated, key=_order), rules)
    return sorted(counting, key=_order)


def _order(signal: Signal) -> tuple[int, str]:
    return signal.at, signal.sighting.event_id


def _large(unrated: list[Signal], rules: FilterParameters) -> list[Signal]:
    """Those at which the bytes of the window before them pass the limit."""
    large, first, held = [], 0, 0
    for signal in unrated:
        held += _bytes(signal)
        while unrated[first].at <= signal.at - rules.window_minutes * MINUTE:
            held -= _bytes(unrated[first])
            first += 1
        if held > rules.unrated_bytes:
            large.append(signal)
    return large


def _bytes(signal: Signal) -> int:
    return signal.sighting.bytes_in + signal.sighting.bytes_out


def bursts(signals: Sequence[Signal], rules: FilterParameters) -> list[Burst]:
    """Every stretch in which the score, one heavy signal or the number of blocked requests is enough."""
    counting = heavy(signals, rules)
    found: list[Burst] = []
    first = 0
    for last, signal in enumerate(counting):
        while counting[first].at <= signal.at - rules.window_minutes * MINUTE:
            first += 1
        window = counting[first : last + 1]
        burst = _weighed(window, rules)
        if burst.because:
            _add(found, burst, window)
    return found


def _weighed(window: list[Signal], rules: FilterParameters) -> Burst:
    once = {(signal.kind, signal.host): signal for signal in window}
    kinds = {signal.kind for signal in once.values()}
    score = sum(signal.weight for signal in once.values())
    burst = Burst(window[0].at, window[-1].at, score, len(kinds), _blocked(window, rules))
    if score >= rules.score and len(kinds) >= rules.min_kinds:
        burst.because.add("score")
    if any(signal.weight >= rules.sole_weight for signal in once.values()):
        burst.because.add("sole")
    if burst.blocked >= rules.blocked_requests:
        burst.because.add("blocked")
    return burst


def _blocked(window: list[Signal], rules: FilterParameters) -> int:
    """Blocked requests of the last minutes: each host once a minute, and no more than a page load's worth of each."""
    latest = window[-1].at // MINUTE
    acts = {(signal.host, signal.at // MINUTE) for signal in window if signal.kind == "blocked"}
    by_minute = Counter(minute for _, minute in acts if latest - rules.blocked_minutes < minute <= latest)
    return sum(min(rules.per_minute, hosts) for hosts in by_minute.values())


def _add(found: list[Burst], burst: Burst, window: list[Signal]) -> None:
    last = found[-1] if found else None
    if last is None or burst.started_at > last.ended_at:
        burst.signals = list(window)
        found.append(burst)
        return
    known = {id(signal) for signal in last.signals}
    last.signals += [signal for signal in window if id(signal) not in known]
    last.ended_at = burst.ended_at
    last.score, last.kinds = max(last.score, burst.score), max(last.kinds, burst.kinds)
    last.blocked = max(last.blocked, burst.blocked)
    last.because |= burst.because


def succeeded(burst: Burst, rules: FilterParameters) -> bool:
    """Whether something in it got through."""
    if any(signal.succeeded for signal in burst.signals):
        return True
    carried: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for signal in burst.signals:
        if signal.kind == "tunnel":
            carried[signal.host][0] += signal.sighting.bytes_in
            carried[signal.host][1] += signal.sighting.bytes_out
    return any(min(each_way) > rules.tunnel_bytes for each_way in carried.values())
