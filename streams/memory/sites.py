"""The sites of one detection, day by day: who was active, what first showed, and which spikes came of it."""

from collections.abc import Iterable

from streams.memory.fleet import SiteDay, Spike, SpikeLimits
from streams.memory.shelf import Shelf


class Sites:
    """Memory of every site's school days, and the spikes as last worked out."""

    def __init__(self, name: str) -> None:
        self.days = Shelf(f"site-{name}", SiteDay, SiteDay)
        self._spikes: dict[str, tuple[Spike, ...]] = {}
        self._showed: set[str] = set()  # site days whose spikes may be others now

    def saw(self, day: str, site: str, who: str, at: int) -> None:
        """Somebody was active at a site."""
        key = f"{day}|{site}"
        known = self.days.items.get(key)
        if known is None or known.saw(who, at):
            known = self.days.at(key)
            known.saw(who, at)
            if known.first:  # the more are active, the less is what some of them showed
                self._showed.add(key)

    def showed(self, day: str, site: str, who: str, marks: Iterable[str], at: int) -> None:
        """Somebody showed a signal that bears these marks."""
        key = f"{day}|{site}"
        news = [self.days.at(key).showed(who, mark, at) for mark in marks]
        if any(news):
            self._showed.add(key)

    def restored(self) -> None:
        """After memory came back, or the limits changed: work every spike out again when next asked."""
        self._showed.update(self.days.items)

    def news(self, limits: SpikeLimits) -> set[str]:
        """The school days on which a spike came, grew or went since the last call; each call with the same limits."""
        changed: set[str] = set()
        for key in self._showed:
            day, site = key.split("|", 1)
            known = self.days.items.get(key)
            found = tuple(known.spikes(site, limits)) if known else ()
            if self._spikes.get(key, ()) != found:
                self._spikes[key] = found
                changed.add(day)
        self._showed.clear()
        return changed

    def spikes(self, day: str, sites: Iterable[str]) -> tuple[Spike, ...]:
        """The spikes of these sites on that day."""
        return tuple(spike for site in sorted(sites) for spike in self._spikes.get(f"{day}|{site}", ()))

    def forget(self, oldest: str) -> None:
        """Drop what is older than the day `oldest`."""
        for key in [key for key in self.days.items if key < oldest]:
            self.days.drop(key)
            self._spikes.pop(key, None)
