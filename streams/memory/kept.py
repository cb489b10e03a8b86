"""Long memory: of each subject the few sightings that tell a state, kept for longer than the cases around them."""

from bisect import insort

import msgspec

from streams.memory.shelf import Shelf
from streams.sighting import Sighting


class Told(msgspec.Struct, array_like=True, gc=False):
    """What is kept of one subject, in order of time."""

    sightings: list[Sighting] = []


class Kept:
    """One detection's long memory."""

    def __init__(self, detection: str) -> None:
        self.subjects = Shelf(f"kept-{detection}", Told, Told)

    def add(self, subject: str, sighting: Sighting, most: int) -> None:
        """Keep a sighting; the same one twice is one, and of more than `most` the oldest goes."""
        held = self.subjects.items.get(subject)
        if held and any(one.event_id == sighting.event_id for one in held.sightings):
            return
        told = self.subjects.at(subject)
        insort(told.sightings, sighting, key=lambda one: (one.at, one.event_id))
        del told.sightings[:-most]

    def take_back(self, subject: str, event_id: str) -> None:
        """Forget a sighting that was another's."""
        if any(one.event_id == event_id for one in self.of(subject)):
            self._keep(subject, [one for one in self.of(subject) if one.event_id != event_id])

    def of(self, subject: str) -> list[Sighting]:
        """What is kept of a subject."""
        held = self.subjects.items.get(subject)
        return held.sightings if held else []

    def forget(self, before: int) -> None:
        """Drop what happened before `before` (ms)."""
        for subject, held in list(self.subjects.items.items()):
            if held.sightings[0].at < before:
                self._keep(subject, [one for one in held.sightings if one.at >= before])

    def _keep(self, subject: str, sightings: list[Sighting]) -> None:
        if sightings:
            self.subjects.at(subject).sightings = sightings
        else:
            self.subjects.drop(subject)
