"""What the people, devices and sites of a finding rest on: other events, table rows, and what could be a copy.

A network card's address and a lease are observed, not authenticated. Anybody can give a machine another's address,
so a person reached through them alone is at most medium, and where something contradicts them nobody is named.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from msgspec.structs import replace

from model.event import Attribution, format_ms
from model.violation import Confidence, Consulted, Exhibit, Innocent
from streams.attribution.cards import TRAVEL, Contradiction, Shown
from streams.attribution.user_agent import strangers
from streams.detection import Case
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import counted, listed
from streams.sighting import CLAIMED, Sighting

EXPLANATION = "client_chose_this_name_or_address"
STRENGTH: tuple[Confidence, ...] = ("high", "medium", "low")
MINUTE = 60_000
_MADE_UP = 0x02  # this bit of a card's first byte means: set by software, not by the maker


@dataclass(frozen=True)
class Identity:
    """The proofs of some sightings of a case, taken together."""

    case: Case
    sightings: Sequence[Sighting]

    def shown(self, exhibits: Iterable[Exhibit]) -> list[Exhibit]:
        """The exhibits with their basis, and each other event that a step rests on."""
        own = {s.event_id: self._told_of(s) for s in self.sightings}
        nobodys = {s.event_id for s in self.sightings if self.unnamed(s)}
        given = [_with_basis(exhibit, own.get(exhibit.event_id, [])) for exhibit in exhibits]
        given = [replace(e, person=None, account=None) if e.event_id in nobodys else e for e in given]
        there = {exhibit.event_id for exhibit in given}
        more: dict[str, Exhibit] = {}  # of two steps on one event the first says what it shows
        for step in (step for steps in own.values() for step in steps):
            if step.event_id and step.occurred_at and step.event_id not in there:
                more.setdefault(step.event_id, _exhibit_of(step))
        for shown in (shown for one in self._copies for shown in one.shown):
            if shown.event_id not in there:
                more.setdefault(shown.event_id, _exhibit_shown(shown))
        return [*given, *more.values()]

    @property
    def _copies(self) -> Iterator[Contradiction]:
        """What says that a network card which names a device here was two machines'."""
        for device in sorted(self.carded):
            for card in sorted(self._cards(device)):
                yield from self.case.copies.get(card, [])

    def rows(self, known: Iterable[Consulted]) -> list[Consulted]:
        """The reference rows that steps rest on, except those that the finding names already."""
        there = {row.reference for row in known}
        found: dict[str, Consulted] = {}
        for step in self._steps():
            row = self.case.reference.row(step.reference) if step.reference else None
            if row is not None and row.reference not in there:
                found.setdefault(row.reference, consulted(row, self._says(step)))
        return list(found.values())

    def _says(self, step: Attribution) -> str:
        """A step in words, people and schools by name."""
        known, at = self.case.reference, self.case.started_at
        named = {"person": known.person_name, "site": known.site_name}
        called = named[step.field](step.value, at) if step.field in named else step.value
        thing = {"site": "school", "mac": "network card"}.get(step.field, step.field.removesuffix("_id"))
        return f"{thing} {called}: {step.because}"

    def confidence(self, exhibits: Iterable[Exhibit], *, with_site: bool) -> Confidence:
        """The confidence of the weakest step that a name in the exhibits rests on."""
        own = {s.event_id: self.case.steps(s) for s in self.sightings}
        weakest = 0
        for exhibit in exhibits:
            fields = _fields(exhibit, with_site)
            held = [s.confidence for s in own.get(exhibit.event_id, []) if s.field in fields]
            weakest = max([weakest, *(STRENGTH.index(_level(one)) for one in held)])
        return "low" if self.doubts else STRENGTH[weakest]

    def _steps(self) -> Iterable[Attribution]:
        return (step for sighting in self.sightings for step in self._told_of(sighting))

    def _told_of(self, sighting: Sighting) -> list[Attribution]:
        """The steps of a sighting, without a person who must not be named."""
        steps = self.case.steps(sighting)
        return [step for step in steps if step.field != "person"] if self.unnamed(sighting) else steps

    # Whether it could be a copy

    def by_card(self, sighting: Sighting) -> bool:
        """Whether its device is known by its network card alone."""
        return any(step.field in ("mac", "contradiction") for step in self.case.steps(sighting))

    def placed_by_card(self, sighting: Sighting) -> bool:
        """Whether its site is where its network card was last seen, and no more."""
        return any(step.field == "site" and step.event_id for step in self.case.steps(sighting))

    @cached_property
    def misplaced(self) -> frozenset[str]:
        """Devices whose cards were seen at two sites sooner than anybody can travel, so that their place is unknown."""
        placed: dict[str, list[Sighting]] = {}
        for sighting in self.sightings:
            if sighting.device_id and self.placed_by_card(sighting):
                placed.setdefault(sighting.device_id, []).append(sighting)
        return frozenset(device for device, seen in placed.items() if self._two_places(seen))

    @cached_property
    def carded(self) -> dict[str, list[Sighting]]:
        """By device, what is known of it by its network card alone."""
        found: dict[str, list[Sighting]] = {}
        for sighting in self.sightings:
            if sighting.device_id and self.by_card(sighting):
                found.setdefault(sighting.device_id, []).append(sighting)
        return found

    @cached_property
    def copied(self) -> dict[str, list[str]]:
        """By device, what contradicts that it was this one; devices that nothing contradicts are left out."""
        tested = {device: list(self._contradicted(device)) for device in self.carded}
        return {device: found for device, found in tested.items() if found}

    @cached_property
    def doubts(self) -> dict[str, list[str]]:
        """As `copied`, and also the addresses that were made up by software."""
        tested = {device: [*self.copied.get(device, []), *self._made_up(device)] for device in self.carded}
        return {device: found for device, found in tested.items() if found}

    def unnamed(self, sighting: Sighting) -> bool:
        """Whether its person is known only through a device that may be a copy; then nobody is named."""
        if sighting.device_id not in self.copied or not self.by_card(sighting):
            return False
        return any(step.field == "person" and step.event_id for step in self.case.steps(sighting))

    @cached_property
    def contradictions(self) -> list[str]:
        """Proofs that said different things, so that nobody was named."""
        return sorted({step.because for step in self._steps() if step.field == "contradiction"})

    def _contradicted(self, device_id: str) -> Iterable[str]:
        for card in sorted(self._cards(device_id)):
            yield from (one.because for one in self.case.copies.get(card, []))
        row = self.case.reference.device(device_id, self.carded[device_id][0].at)
        here = [s for s in self.case.sightings if s.device_id == device_id]
        systems = {s.system for s in here if s.system}
        if found := strangers(systems, row.device_class if row else None):
            kind = f" ({row.device_class})" if row else ""
            yield f"its browser named {listed(found)}, which does not fit {device_id}{kind}"
        if two := self._two_places(here):
            yield f"it was seen at {two[0].site} and at {two[1].site} sooner than one can travel"

    def _made_up(self, device_id: str) -> Iterable[str]:
        if made_up := sorted({mac for mac in self._cards(device_id) if int(mac[:2], 16) & _MADE_UP}):
            yield f"{listed(made_up)} was made up by software and not given by the card's maker"

    def _two_places(self, here: list[Sighting]) -> tuple[Sighting, Sighting] | None:
        sited = sorted((s for s in here if s.site), key=lambda s: (s.at, s.event_id))
        for one, other in pairwise(sited):
            if one.site != other.site and one.site and other.site:
                travel = self.case.reference.travel_minutes(one.site, other.site, one.at)
                if other.at - one.until < (TRAVEL if travel is None else travel) * MINUTE:
                    return one, other
        return None

    def _cards(self, device_id: str) -> set[str]:
        steps = (step for sighting in self.carded[device_id] for step in self.case.steps(sighting))
        return {step.value for step in steps if step.field == "mac"}

    def innocent(self) -> Innocent:
        """The explanation that the client chose a name or an address, and the result of testing it."""
        if self.contradictions:
            return _told(f"The records contradict each other: {listed(self.contradictions)}.", holds=True)
        named = sorted({s.device for s in self.sightings if s.device and s.logon_type == CLAIMED})
        if named:
            said = f"Records were found by the name {listed(named)}, which the machine gave itself"
            return _told(f"{said}; another machine can give itself the same name.", holds=True)
        if not self.carded:
            return _told("No person or device was identified by a name or an address that a user can choose.")
        devices = ", ".join(f"{device} ({listed(sorted(self._cards(device)))})" for device in sorted(self.carded))
        begins = f"Identified only by a network card's address, which can be copied: {devices}."
        if self.doubts:
            why = "; ".join(f"{device}: {listed(found)}" for device, found in sorted(self.doubts.items()))
            return _told(f"{begins} It may be a copy. {why}.", holds=True)
        return _told(f"{begins} {self._nothing_found()}")

    def _nothing_found(self) -> str:
        seen = [s for found in self.carded.values() for s in found]
        systems = sorted({s.system for s in seen if s.system})
        told = f"browsers named only {listed(systems)}" if systems else "no browser named an operating system"
        sites = counted(len({s.site for s in seen if s.site}), "site")
        return (
            f"No sign of a copy was found: {told}; seen at {sites}, never at two at once; no address was made up by"
            " software. The address is the one in the inventory, but a copy would be, too."
        )


def _told(answer: str, *, holds: bool = False) -> Innocent:
    return Innocent(explanation=EXPLANATION, answer=answer, holds=holds)


def _fields(exhibit: Exhibit, with_site: bool) -> set[str]:
    """The steps that an exhibit's names rest on."""
    found = {"contradiction"} | ({"person"} if exhibit.person else set())
    found |= {"device_id", "mac"} if exhibit.device_id else set()
    return found | ({"site"} if with_site and exhibit.site else set())


def _level(text: str) -> Confidence:
    return next((level for level in STRENGTH if level == text), "low")


def _with_basis(exhibit: Exhibit, steps: list[Attribution]) -> Exhibit:
    """How the record came by the account that it names, else by the device."""
    order = {"person": 0, "account": 1, "device_id": 2, "mac": 3}
    named = sorted((s for s in steps if s.basis and s.field in order), key=lambda step: order[step.field])
    return replace(exhibit, basis=named[0].basis) if named else exhibit


def _exhibit_shown(shown: Shown) -> Exhibit:
    return Exhibit(
        event_id=shown.event_id,
        occurred_at=format_ms(shown.at),
        source_id=shown.source_id,
        shows=shown.shows,
        basis="observed",
    )


def _exhibit_of(step: Attribution) -> Exhibit:
    return Exhibit(
        event_id=step.event_id or "",
        occurred_at=step.occurred_at or "",
        source_id=step.source_id or "",
        shows=step.because,
        person=step.value if step.field == "person" else None,
        device_id=step.value if step.field == "device_id" else None,
        site=step.value if step.field == "site" else None,
        basis=step.basis,
    )
