"""Of one device and school day: when it was online elsewhere and the filter had nothing of it; what voids that."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from model.policy import Policy
from model.policy.detections.unfiltered_device import UnfilteredDeviceParameters
from streams.detection import Case
from streams.detections.unfiltered_device.sight import AGENT_OFF, AGENT_ON, FILTERED, ONLINE, TUNNEL, UNTUNNEL
from streams.patterns.app_names import entry_of
from streams.patterns.intervals import Interval
from streams.sighting import Sighting

REASONS = ("agent_unhealthy", "unfiltered")
HOUR = 3_600_000
MINUTE = 60_000
_EVER = 1 << 62
_UPGRADE = 10 * MINUTE  # an upgrade may put the new version in before it takes the old one out
_BY_THEMSELVES = frozenset({"device.checked_in", "device.changed", "app.installed", "app.removed"})


def rules_of(policy: Policy) -> UnfilteredDeviceParameters:
    """The numbers and lists of the pack."""
    return policy.detections.unfiltered_device.parameters


@dataclass(frozen=True, slots=True)
class Stretch:
    """Proofs that it was online, none far from the next, and no record of the filter near any or between."""

    proofs: tuple[Sighting, ...]

    @property
    def interval(self) -> Interval:
        """From the first proof to the last."""
        return Interval(self.proofs[0].at, self.proofs[-1].at)


@dataclass(frozen=True, slots=True)
class Fleet:
    """The devices online elsewhere in the same hours, those of them of which the filter had nothing then, and the
    devices that the filter named at all that day."""

    online: int
    silent: int
    named: int

    def voids(self, rules: UnfilteredDeviceParameters) -> bool:
        """Whether so many were silent that it was the filter, and not this device."""
        return self.silent >= rules.fleet_devices and self.silent * 100 >= rules.fleet_percent * self.online


@dataclass(frozen=True, slots=True)
class SilentDay:
    """A school day of a device with enough silent time. `fleet`: what the others showed, where that tells that the
    filter had nothing of this one; `agent`: that the filter's agent had gone from the device."""

    day: date
    stretches: tuple[Stretch, ...]
    fleet: Fleet | None = None
    agent: Sighting | None = None

    @property
    def reasons(self) -> list[str]:
        """Every reason that holds of the day."""
        told = zip(REASONS, (self.agent, self.fleet), strict=True)
        return [reason for reason, shown in told if shown is not None]

    @property
    def interval(self) -> Interval:
        """From the first silent proof to the last."""
        return Interval(self.stretches[0].proofs[0].at, self.stretches[-1].proofs[-1].at)

    @property
    def minutes(self) -> int:
        """How long it was online without the filter, in whole minutes."""
        return active_ms(self.stretches) // MINUTE

    @property
    def proofs(self) -> list[Sighting]:
        """All of them, in order of time."""
        return [proof for stretch in self.stretches for proof in stretch.proofs]


def active_ms(stretches: Iterable[Stretch]) -> int:
    """The length of all stretches together."""
    return sum(stretch.interval.length for stretch in stretches)


def silent(sightings: Sequence[Sighting], rules: UnfilteredDeviceParameters) -> tuple[Stretch, ...]:
    """The stretches of one device's day in which the filter had nothing of it; empty where they are too short."""
    runs = _filtered(sightings, rules)
    proofs = sorted(_online(sightings), key=lambda s: (s.at, s.event_id))
    found = tuple(_joined([s for s in proofs if not _within(s.at, runs)], runs, rules))
    return found if active_ms(found) >= max(1, rules.active_minutes * MINUTE) else ()


def _filtered(sightings: Sequence[Sighting], rules: UnfilteredDeviceParameters) -> list[Interval]:
    """The time around each record of the filter, and that in tunnels that carry everything."""
    margin = rules.margin_minutes * MINUTE
    runs = [Interval(s.at - margin, s.until + margin) for s in sightings if s.kind == FILTERED]
    return runs + _tunnels(sightings) if rules.full_tunnel else runs


def _online(sightings: Iterable[Sighting]) -> Iterator[Sighting]:
    """The proofs that it was online."""
    return (s for s in sightings if s.kind in (ONLINE, TUNNEL))


def _within(at: int, intervals: Iterable[Interval]) -> bool:
    return any(one.start <= at <= one.end for one in intervals)


def _tunnels(sightings: Sequence[Sighting]) -> list[Interval]:
    """The time in which a VPN carried its traffic; one of which no end is known goes on."""
    ends = sorted(s.at for s in sightings if s.kind == UNTUNNEL)
    opened = (s.at for s in sightings if s.kind == TUNNEL)
    return [Interval(at, next((end for end in ends if end >= at), _EVER)) for at in opened]


def _joined(proofs: list[Sighting], runs: list[Interval], rules: UnfilteredDeviceParameters) -> Iterable[Stretch]:
    """Proofs not too far apart with nothing of the filter between, of which there are two or more."""
    stretch: list[Sighting] = []
    for proof in proofs:
        apart = stretch and (_are_apart(stretch[-1], proof, rules) or _between(stretch[-1].at, proof.at, runs))
        if apart and len(stretch) > 1:
            yield Stretch(tuple(stretch))
        stretch = [proof] if apart else [*stretch, proof]
    if len(stretch) > 1:
        yield Stretch(tuple(stretch))


def _are_apart(one: Sighting, other: Sighting, rules: UnfilteredDeviceParameters) -> bool:
    """Whether two proofs show no time between them: people sign in seldom, check-ins keep time."""
    by_itself = one.app in _BY_THEMSELVES and other.app in _BY_THEMSELVES
    return other.at - one.at > (rules.join_minutes if by_itself else rules.used_minutes) * MINUTE


def _between(start: int, end: int, runs: list[Interval]) -> bool:
    return any(run.start < end and start < run.end for run in runs)


def by_day(case: Case) -> dict[date, list[Sighting]]:
    """The case's sightings by school day."""
    found: dict[date, list[Sighting]] = {}
    for sighting in case.sightings:
        found.setdefault(case.calendar.school_day(sighting.at), []).append(sighting)
    return found


def judged(case: Case, day: date, sightings: list[Sighting]) -> SilentDay | None:
    """A day that counts: long enough without the filter, and old enough that nothing comes any more."""
    rules = rules_of(case.policy)
    found = SilentDay(day, silent(sightings, rules))
    if not found.stretches or case.now < due_at(found, rules):
        return None
    missed, without = _unfiltered(case, found), _without_agent(case, found)
    return replace(missed, agent=without.agent) if missed and without else missed or without


def _unfiltered(case: Case, found: SilentDay) -> SilentDay | None:
    """The day if it was not the filter's own outage; None, too, where the filter was not read through, or names no
    device at all."""
    rules = rules_of(case.policy)
    margin = rules.margin_minutes * MINUTE
    heard = all(case.heard("proxy", s.interval.start - margin, s.interval.end + margin) for s in found.stretches)
    fleet = case.fleet(found.day).over(s.interval for s in found.stretches) if heard else None
    own = any(s.kind == FILTERED for s in case.sightings)
    if fleet is None or fleet.voids(rules) or not (own or fleet.named):
        return None
    return replace(found, fleet=fleet)


def _without_agent(case: Case, found: SilentDay) -> SilentDay | None:
    """The stretches before which the filter's agent went from the device, if they are long enough: an outage of the
    filter does not excuse them."""
    gone = [(stretch, _gone(case, stretch.interval.start)) for stretch in found.stretches]
    left = [(stretch, agent) for stretch, agent in gone if agent is not None]
    stretches = tuple(stretch for stretch, _ in left)
    if active_ms(stretches) < max(1, rules_of(case.policy).active_minutes * MINUTE):
        return None
    return SilentDay(found.day, stretches, agent=left[0][1])


def _gone(case: Case, at: int) -> Sighting | None:
    """What last took a filter's agent from the device before `at`, and nothing told that it was undone."""
    told = [s for s in case.sightings if s.at < at]
    gone = [s for s in told if s.kind == AGENT_OFF and not _undone(case, s, told)]
    return max(gone, key=lambda s: (s.at, s.event_id), default=None)


def _undone(case: Case, gone: Sighting, told: list[Sighting]) -> bool:
    """Whether the filter has had the device since, or the same agent came: later, or just before, as by an upgrade."""
    agents = case.policy.detections.filter_circumvention.parameters.agents
    name = entry_of(gone.app, agents)
    back = (s for s in told if s.kind == AGENT_ON and s.at >= gone.at - _UPGRADE and entry_of(s.app, agents) == name)
    return any(back) or any(s.kind == FILTERED and s.until >= gone.at for s in told)


def due_at(day: SilentDay, rules: UnfilteredDeviceParameters) -> int:
    """When nothing of that day comes any more (ms)."""
    return day.interval.end + rules.verdict_hours * HOUR


class AllDevices(NamedTuple):
    """What all devices showed on one school day: each proof that one was online elsewhere, in order of time (ms), with
    the device's number and whether the filter had something of it then; and how many devices the filter named."""

    proofs: list[tuple[int, int, bool]]
    named: int

    def over(self, hours: Iterable[Interval]) -> Fleet:
        """What they showed in these hours: who was online at another time proves nothing of them.

        A device counts by any proof, however short: most are online for one sign-in that the filter should have seen.
        """
        places = [(bisect_left(self.proofs, (one.start,)), bisect_left(self.proofs, (one.end + 1,))) for one in hours]
        shown = [proof for start, stop in places for proof in self.proofs[start:stop]]
        online, filtered = {device for _, device, _ in shown}, {device for _, device, was in shown if was}
        return Fleet(len(online), len(online) - len(filtered), self.named)


def all_devices(every: Sequence[Sequence[Sighting]], policy: Policy) -> AllDevices:
    """The same of the sightings of each device on one school day."""
    proofs: list[tuple[int, int, bool]] = []
    for number, seen in enumerate(every):
        runs = _filtered(seen, rules_of(policy))
        proofs += [(proof.at, number, _within(proof.at, runs)) for proof in _online(seen)]
    return AllDevices(sorted(proofs), sum(any(s.kind == FILTERED for s in seen) for seen in every))
