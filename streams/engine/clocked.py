"""Sightings by clocks that are right: times of a clock that is known to be off are corrected before anything is judged.

A record keeps its own time (`Sighting.told_at`). Who sat at a computer is told by that computer's clock, too: what a
filter saw of somebody who by the corrected clock was not there any more is nobody's.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from model.event import Attribution
from model.reference import Reference
from streams.attribution.desk import Desk
from streams.attribution.presence import Presence
from streams.attribution.timeline import SITTING_CAP
from streams.memory.clocks import DAY_MS, Clocks, Reading
from streams.sighting import Sighting

Clock = tuple[str, str, int]  # source, computer, day of UTC
Readings = dict[Clock, Reading]
Proofs = Mapping[str, list[Attribution]]


class Clocked:
    """Corrects the sightings of one case; `readings` says by what."""

    def __init__(self, clocks: Clocks, presence: Presence, reference: Reference) -> None:
        self._clocks = clocks
        self._presence = presence
        self._reference = reference
        self.readings: Readings = {}

    def corrected(self, sightings: Sequence[Sighting], proofs: Proofs) -> list[Sighting]:
        """The sightings that are left, in the same order."""
        kept = (self._corrected(one, proofs) for one in sightings)
        return [one for one in kept if one is not None]

    def _corrected(self, one: Sighting, proofs: Proofs) -> Sighting | None:
        found = self._reading(one.source_id, one.reporter or "", one.at)
        if found is None:
            return self._seated(one, proofs.get(one.proof, []))
        ahead = found.ahead
        return replace(one, at=one.at - ahead, until=one.until - ahead, ahead=ahead, doubt=found.doubt)

    def _reading(self, source_id: str, reporter: str, at: int) -> Reading | None:
        clock = (source_id, reporter, at // DAY_MS)
        found = self._clocks.reading(*clock)
        if found:
            self.readings[clock] = found
        return found

    def _seated(self, one: Sighting, steps: list[Attribution]) -> Sighting | None:
        """What is somebody's because they sat at the device, as far as they did by a clock that is right."""
        sat = (step for step in steps if step.field == "person" and step.event_id and step.source_id)
        step = next((step for step in sat if self._clocks.is_off(step.source_id or "")), None)
        desk = self._presence.desks.items.get(one.device_id or "")
        if step is None or desk is None or not one.device_id:
            return one
        found = self._reading(step.source_id or "", self._named(step.source_id or "", one.device_id, one.at), one.at)
        if found is None:
            return one
        shifts = (found.ahead,) if found.ahead else (-found.doubt, found.doubt)
        if not all(self._sat(desk, one.at + shift, step.value) for shift in shifts):
            return None
        if all(self._sat(desk, one.until + shift, step.value) for shift in shifts):
            return one
        return replace(one, until=one.at, last_event_id=one.event_id, count=1)

    def _named(self, source_id: str, device_id: str, at: int) -> str:
        """The computer of a source that is this device; "" for one that was not measured itself."""
        for reporter in sorted(self._clocks.computers(source_id)):
            device = self._reference.device_named(reporter, at)
            if device and device.device_id == device_id:
                return reporter
        return ""

    def _sat(self, desk: Desk, at: int, person: str) -> bool:
        """Whether it was this person who sat there at that instant of the computer's own clock."""
        entry = desk.sitting(at, SITTING_CAP)[0]
        account = self._reference.account(entry.account, at) if entry else None
        return account is not None and account.person == person
