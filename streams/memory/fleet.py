"""How many people of a site first showed the same host or category at once: a change of the filter's feed, not theirs.

One value per site and school day. It is a plain fold over what was seen, in any order.
"""

from bisect import bisect_left
from typing import NamedTuple

import msgspec

SLOT = 30 * 60_000  # people are counted as active by the half hour
FEWEST = 3  # two friends are no fleet, however small the site


class SpikeLimits(NamedTuple):
    """What makes a spike: `percent` of at least `people` who are active first show a mark within `window` ms."""

    percent: float
    people: int
    window: int


class Spike(msgspec.Struct, frozen=True, array_like=True):
    """Of `active` people at a site, `people` first showed `mark` in the half hours from `started_at` to `ended_at`."""

    site: str
    mark: str  # a host, or category:<its name>
    started_at: int
    ended_at: int
    people: int
    active: int

    def voids(self, site: str | None, mark: str, at: int) -> bool:
        """Whether a signal is the feed's doing: a category while the spike lasts, a host for the rest of the day."""
        if (site, mark) != (self.site, self.mark) or at < self.started_at:
            return False
        return not mark.startswith("category:") or at <= self.ended_at


class SiteDay(msgspec.Struct, array_like=True):
    """What a site showed on one school day: who was active in which half hour, and who first showed what, when (ms)."""

    active: dict[int, set[str]] = {}
    first: dict[str, dict[str, int]] = {}

    def saw(self, who: str, at: int) -> bool:
        """Somebody was active; whether that is news."""
        there = self.active.setdefault(at // SLOT, set())
        news = who not in there
        there.add(who)
        return news

    def showed(self, who: str, mark: str, at: int) -> bool:
        """Somebody's signal bore a mark; whether it is their first of the day."""
        first = self.first.setdefault(mark, {})
        news = at < first.get(who, at + 1)
        if news:
            first[who] = at
        return news

    def spikes(self, site: str, limits: SpikeLimits) -> list[Spike]:
        """The marks that so many people of the site first showed at once."""
        found = (self._spike(site, mark, limits) for mark in sorted(self.first))
        return [spike for spike in found if spike]

    def _spike(self, site: str, mark: str, limits: SpikeLimits) -> Spike | None:
        times = sorted(self.first[mark].values())
        full = [(n, bisect_left(times, at + limits.window)) for n, at in enumerate(times)]
        full = [(n, stop) for n, stop in full if self._many(stop - n, times[n], limits)]
        if not full:
            return None
        started, ended = times[full[0][0]], times[full[-1][1] - 1]
        most = max(stop - n for n, stop in full)
        return Spike(site, mark, started, ended, most, self.active_in(started, started + limits.window))

    def _many(self, count: int, at: int, limits: SpikeLimits) -> bool:
        active = self.active_in(at, at + limits.window)
        return count >= FEWEST and active >= limits.people and count * 100 >= limits.percent * active

    def active_in(self, start: int, end: int) -> int:
        """How many people were active at the site in the half hours that meet [start, end)."""
        slots = range(start // SLOT, (end - 1) // SLOT + 1)
        return len(set().union(*(self.active.get(slot, set()) for slot in slots)))
