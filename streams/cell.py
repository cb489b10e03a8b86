"""A cell: what one detection remembers of one subject on one school day, and what it found there."""

from collections.abc import Callable, Hashable

import msgspec

from streams.sighting import Sighting, joined


class Found(msgspec.Struct, array_like=True, gc=False):
    """A violation as last given out: enough to revise or withdraw it."""

    digest: str
    revision: int
    withdrawn: bool
    violation: bytes


class Cell(msgspec.Struct, array_like=True, gc=False):
    """Sightings in runs; what came of them; when to look again (ms)."""

    sightings: list[Sighting] = []
    found: dict[str, Found] = {}
    look_again_at: int | None = None

    def remove(self, event_id: str) -> None:
        """Take back a sighting that was added by itself (`join` 0)."""
        self.sightings = [sighting for sighting in self.sightings if sighting.event_id != event_id]

    def add(self, sighting: Sighting, alike: Callable[[Sighting], Hashable], join: int) -> bool:
        """Remember a sighting; alike ones within `join` ms become one run, in whatever order they come.

        Returns whether it opened a run of its own.
        """
        if not join:
            self.sightings.append(sighting)
            return True
        key = alike(sighting)
        near = [run for run in self.sightings if _touch(run, sighting, join) and alike(run) == key]
        if len(near) == 1 and (near[0].at, near[0].event_id) <= (sighting.at, sighting.event_id):
            _extend(near[0], sighting)
            return False
        for run in near:
            self.sightings.remove(run)
            sighting = joined(run, sighting)
        self.sightings.append(sighting)
        return not near


def _touch(run: Sighting, other: Sighting, join: int) -> bool:
    return run.at - join <= other.until and other.at <= run.until + join


def _extend(run: Sighting, sighting: Sighting) -> None:
    run.count += sighting.count
    run.bytes_in += sighting.bytes_in
    run.bytes_out += sighting.bytes_out
    if (sighting.until, sighting.last_event_id) > (run.until, run.last_event_id):
        run.until, run.last_event_id = sighting.until, sighting.last_event_id
