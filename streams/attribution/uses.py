"""What was seen of a network card beside its leases and access points: which addresses it used, which systems it named.

Learned in any order. What a card did by the lease of its address alone is kept so that it can be held against
leases that become known later.
"""

from bisect import insort
from collections.abc import Callable

import msgspec

from streams.attribution.devices import SELF_TOLD
from streams.seen import Seen

SLOT = 5 * 60_000  # ms; of what a card used, one event in so long is looked at


class Traces(msgspec.Struct, array_like=True, gc=False):
    """What was seen of a card beside its leases and access points."""

    used: dict[str, dict[int, int]] = {}  # address -> hour (ms) -> when last in that hour
    systems: list[tuple[int, str]] = []  # hour (ms), operating system that a browser named


Mark = tuple[int, str, str]  # at (ms), event id, source id
Leased = tuple[int, str, str, str, str]  # a mark, the address, the operating system that a browser named or ""


class Uses(msgspec.Struct, array_like=True, gc=False):
    """The events that show what was seen of a card within one hour.

    What a record shows the card in is the card's for good. What is the card's by the lease of its address alone is so
    for as long as no release or other lease is known in between: so of each slot one event is kept.
    """

    used: dict[str, Mark] = {}  # address -> the first event of the last slot in which the card used it
    systems: dict[str, Mark] = {}  # operating system -> the first event in which a browser named it
    leased: list[Leased] = []  # by lease alone: the first event of each slot, address and system

    def slots(self, address: str) -> set[int]:
        """The beginnings (ms) of the slots in which the address was used."""
        at = [one[0] for one in self.leased if one[3] == address]
        if address in self.used:
            at.append(self.used[address][0])
        return {one - one % SLOT for one in at}


def used_address(seen: Seen) -> str:
    """The address that an event shows in use; "" where it shows none."""
    if seen.category == "vpn" or seen.action.startswith("lease.") or seen.action in SELF_TOLD:
        return ""
    return seen.address or ""


def note(uses: Uses, seen: Seen, address: str, system: str) -> bool:
    """Note what a record shows of the card that stands in it; whether it is news."""
    mark, news = (seen.at, seen.event_id, seen.source_id), False
    known, named = uses.used.get(address), uses.systems.get(system)
    if address and (known is None or last_slot(mark) < last_slot(known)):
        uses.used[address], news = mark, True
    if system and (named is None or mark < named):
        uses.systems[system], news = mark, True
    return news


def leased_of(seen: Seen, address: str, system: str) -> Leased:
    """What an event shows of whoever holds its address."""
    return (seen.at, seen.event_id, seen.source_id, address, system)


def note_leased(uses: Uses, use: Leased) -> bool:
    """Note what is the card's by the lease of its address alone; whether it is news."""
    for place, known in enumerate(uses.leased):
        if known[0] // SLOT == use[0] // SLOT and known[3:] == use[3:]:
            if known <= use:
                return False
            del uses.leased[place]
            break
    insort(uses.leased, use)
    return True


def last_slot(mark: Mark | Leased) -> tuple[int, Mark | Leased]:
    """Puts the last slot first, and in it the first event."""
    return -(mark[0] // SLOT), mark


def fewest(leased: list[Leased], held: Callable[[Leased], bool]) -> list[Leased]:
    """What is needed of an hour about whose leases nothing more can come: of each address the last slot, of each system
    the first event; of those that the card `held`, where there are any.
    """
    kept = set()
    for which in (3, 4):
        for value in {one[which] for one in leased} - {""}:
            alike = [one for one in leased if one[which] == value]
            counted = [one for one in alike if held(one)] or alike
            kept.add(min(counted, key=last_slot) if which == 3 else min(counted))
    return sorted(kept)
