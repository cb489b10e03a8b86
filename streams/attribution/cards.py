"""Whether two machines go under one network card's address: what the whole district saw of that card.

The contradiction is the card's and nobody's in particular: it may lie in the traffic or the lease of another account
than the one that a copy would be laid to. It is worked out from what is remembered, so the order of arrival has no
part in it.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import pairwise
from typing import NamedTuple, TypeVar

from model.reference import Reference, host_name, short_name
from streams.attribution.timeline import LEASE_CAP, Entry, Timeline
from streams.attribution.user_agent import strangers, system_of
from streams.attribution.uses import (
    SLOT,
    Leased,
    Mark,
    Traces,
    Uses,
    fewest,
    last_slot,
    leased_of,
    note,
    note_leased,
    used_address,
)
from streams.memory.shelf import Shelf
from streams.seen import Seen

MINUTE = 60_000
HOUR = 60 * MINUTE
EVER = 1 << 62
TRAVEL = 10  # minutes between two sites where travel.csv does not say
# A proxy writes what a client left open when it gives it up: 15 minutes later in Squid (read_timeout).
LEFT_OPEN = 15 * MINUTE
LOOK_BACK = 12 * HOUR  # what a card did so long before is held against what it did then
T = TypeVar("T", bound=tuple[object, ...])
_ROUTES = frozenset({"network", "server", "vdi"})  # these have several addresses, and hand on what others ask for


class Shown(NamedTuple):
    """An event that shows one side of a contradiction: when (ms), which, of which source, and in plain words."""

    at: int
    event_id: str
    source_id: str
    shows: str


class Contradiction(NamedTuple):
    """Something that one machine cannot have done: when (ms), in plain words, and the events that show it.

    An event may be missing where it was remembered before events were.
    """

    at: int
    because: str
    shown: tuple[Shown, ...] = ()


class Cards:
    """The traces of every card of the inventory. `changed` hears whose answers may be others, from when (ms) on."""

    def __init__(
        self,
        reference: Reference,
        place: Shelf[Timeline],
        held: Shelf[Timeline],
        changed: Callable[[str, int], None],
    ) -> None:
        self.reference = reference
        self.traces = Shelf("card", Traces, Traces)
        self.uses = Shelf("carduse", Uses, Uses)  # card|hour (ms)
        self.unclaimed = Shelf("unclaimed", Uses, Uses)  # address -> uses by lease that no card is known for yet
        self._place, self._held = place, held
        self._changed = changed
        self._moved: set[str] = set()  # cards of which something was learned since `take_doubted`
        self._full: set[str] = set()  # card|hour of what `thin` has not looked at; only a memo
        self._thinned = -EVER  # the hour (ms) up to which it has looked
        self._doubts: dict[str, list[Contradiction]] = {}  # as last given out; only a memo

    def saw(self, card: str, seen: Seen) -> bool:
        """Remember that the card used an address, and which system it named; whether that may be a contradiction."""
        device = self.reference.device_with_mac(card, seen.at)
        if device is None or device.device_class in _ROUTES:
            return False if seen.mac else self.saw_unclaimed(seen)
        address, system = used_address(seen), system_of(seen.user_agent) or ""
        if not (address or (system and seen.mac)):
            return False
        key = f"{card}|{seen.at - seen.at % HOUR}"
        uses = self.uses.items.get(key) or self.uses.at(key)
        slots = {*uses.slots(address), seen.at - seen.at % SLOT}
        if not (note(uses, seen, address, system) if seen.mac else note_leased(uses, leased_of(seen, address, system))):
            return False
        self.uses.changed.add(key)
        self._full.add(key)
        traces = self._trace(card, seen.at, address, system)
        strays = any(self._left_for(card, slot, address) for slot in slots) if address else False
        news = strays or (bool(system) and len({other for _, other in traces.systems}) > 1)
        if news:
            self._moved.add(card)
            self._changed(card, seen.at - 2 * HOUR)
        return news

    def saw_unclaimed(self, seen: Seen) -> bool:
        """Remember that an address at school was used that no card of the inventory is known to hold; never news."""
        address = used_address(seen)
        network = self.reference.network(address, seen.at) if address else None
        if network is None or network.kind not in ("site", "student"):
            return False
        uses = self.unclaimed.items.get(address) or self.unclaimed.at(address)
        if note_leased(uses, leased_of(seen, address, system_of(seen.user_agent) or "")):
            self.unclaimed.changed.add(address)
        return False

    def claimed(self, address: str, card: str, at: int) -> None:
        """The card leased the address at `at`: what was used there since, and was nobody's or another's, may be its."""
        for one in self._used_since(address, card, at):
            device = self.reference.device_with_mac(card, one[0])
            if device is None or device.device_class in _ROUTES or not self._holds(card, one):
                continue
            key = f"{card}|{one[0] - one[0] % HOUR}"
            if note_leased(self.uses.items.get(key) or self.uses.at(key), one):
                self.uses.changed.add(key)
                self._full.add(key)
                self._trace(card, one[0], address, one[4])

    def _used_since(self, address: str, card: str, at: int) -> list[Leased]:
        """The uses of the address since `at` that nobody claimed, or that another card did that had leased it."""
        unclaimed = self.unclaimed.items.get(address)
        found = list(unclaimed.leased) if unclaimed else []
        line = self._held.items.get(address)
        before = _part(line.entries, at - LEASE_CAP, at + 1) if line else []
        for other in {entry[2].removeprefix("?") for entry in before} - {card, ""}:
            traces = self.traces.items.get(other)
            for hour in traces.used.get(address, ()) if traces else ():
                found += self._uses_in(other, hour).leased if hour > at - HOUR else []
        return [one for one in found if one[3] == address and one[0] >= at]

    def _trace(self, card: str, at: int, address: str, system: str) -> Traces:
        """Note in which hour the card used an address or named a system."""
        traces, hour, slot = self.traces.items.get(card) or self.traces.at(card), at - at % HOUR, at - at % SLOT
        if address and slot > traces.used.get(address, {}).get(hour, -1):
            traces.used.setdefault(address, {})[hour] = slot
            self.traces.changed.add(card)
        if system and (hour, system) not in traces.systems:
            insort(traces.systems, (hour, system))
            self.traces.changed.add(card)
        return traces

    def moved(self, card: str, at: int) -> None:
        """The card leased an address at `at`: what it was seen to use afterwards may be a contradiction, or none now.

        A contradiction is told of its hour and the hours beside it, so one that was seen before this lease was known
        has to do with what was asked before the lease, too.
        """
        self._moved.add(card)
        traces = self.traces.items.get(card)
        if traces and _used_soon(traces.used, at):
            self._changed(card, at - 2 * HOUR)

    def given_up(self, address: str, at: int, to: str = "") -> None:
        """The address is released, or leased to another than held it, from `at` on: what came later is no use of it."""
        card = self._holder(address, at)
        traces = self.traces.items.get(card) if card and card != to else None
        hours = traces.used.get(address) if traces else None
        if card and hours and max(hours.values()) >= at - at % SLOT:
            self._moved.add(card)
            self._changed(card, at - 2 * HOUR)

    def contradictions(self, card: str, since: int, until: int) -> list[Contradiction]:
        """All that says of [since, until) that two machines used the card's address, in order of kind and time."""
        line, traces = self._place.items.get(card), self.traces.items.get(card)
        found: list[Contradiction] = []
        entries = line.entries if line else []
        if len(entries) > 1:
            near = _part(entries, since - LOOK_BACK, until)
            told = [*self._two_sites(card, near), *_two_names(card, near)]
            found += [one for one in told if one.at >= since]
        if traces and traces.used and _leased_another(entries, traces.used):
            found += self._strays(card, traces, since, until)
        if traces and len(traces.systems) > 1:
            found += self._two_systems(card, [one for one in traces.systems if since - HOUR < one[0] < until])
        return found

    def take_doubted(self) -> set[str]:
        """The cards whose contradictions are others than at the last call."""
        moved, self._moved = self._moved, set()
        return {card for card in moved if self._is_news(card)}

    def _is_news(self, card: str) -> bool:
        found, before = self.contradictions(card, -EVER, EVER), self._doubts.get(card, [])
        if found:
            self._doubts[card] = found
        else:
            self._doubts.pop(card, None)
        return found != before

    def _two_sites(self, card: str, entries: list[Entry]) -> Iterator[Contradiction]:
        if len({entry[2] for entry in entries}) < 2:
            return
        sited = [(entry, org) for entry in entries if (org := self.org_of(entry[2], entry[0]))]
        for (left, one), (came, other) in pairwise(sited):
            travel = self.reference.travel_minutes(one, other, came[0]) if one != other else 0
            if came[0] - left[0] < (TRAVEL if travel is None else travel) * MINUTE:
                because = f"the network card {card} was at {one} and at {other} sooner than one can travel"
                told = [
                    (entry, f"the network card {card} was at {site}") for entry, site in ((left, one), (came, other))
                ]
                yield Contradiction(came[0], because, _shown(told))

    def _strays(self, card: str, traces: Traces, since: int, until: int) -> Iterator[Contradiction]:
        """By the hour, so that it does not matter which of the uses in it came first."""
        used = sorted(
            (hour, address, at)
            for address, hours in traces.used.items()
            for hour, at in hours.items()
            if since - HOUR < hour < until
        )
        for hour, address, at in used:
            uses = self._uses_in(card, hour)
            marks = self._counted(card, uses.used.get(address), [one for one in uses.leased if one[3] == address], at)
            use = min(marks, key=last_slot, default=None)
            left = self._left_for(card, use[0] - use[0] % SLOT, address) if use else None
            if use and left:
                minutes, where = LEFT_OPEN // MINUTE, left[2].removeprefix("@")
                because = (
                    f"the network card {card} had leased {where}, and more than {minutes} minutes later it was still"
                    f" used at {address}"
                )
                lease = _shown([(left, f"the network card {card} leased {where}")])
                yield Contradiction(
                    hour, because, (*lease, *_marked(use, f"the network card {card} was used at {address}"))
                )

    def _two_systems(self, card: str, systems: list[tuple[int, str]]) -> Iterator[Contradiction]:
        device = self.reference.device_with_mac(card, systems[-1][0] + HOUR - 1) if systems else None
        if device is None or not strangers({system for _, system in systems}, device.device_class):
            return
        first: dict[str, Mark] = {}
        last = 0
        for hour, system in systems:
            uses = self._uses_in(card, hour)
            leased = [one for one in uses.leased if one[4] == system]
            if marks := self._counted(card, uses.systems.get(system), leased, hour):
                first.setdefault(system, min(marks))
                last = hour
        if found := strangers(set(first), device.device_class):
            because = f"browsers behind the network card {card} named {' and '.join(found)}"
            says = {system: f"a browser behind the network card {card} named {system}" for system in found}
            yield Contradiction(
                last, because, tuple(one for system in found for one in _marked(first[system], says[system]))
            )

    def _counted(self, card: str, own: Mark | None, leased: list[Leased], otherwise: int) -> list[Mark]:
        """Of what was seen, that which is the card's by what is known now.

        Where no event was remembered for it yet, it counts as at `otherwise` (ms).
        """
        if own is None and not leased:
            return [(otherwise, "", "")]
        held = [one[:3] for one in leased if self._holds(card, one)]
        return [own, *held] if own else held

    def _uses_in(self, card: str, hour: int) -> Uses:
        return self.uses.items.get(f"{card}|{hour}") or Uses()

    def _holds(self, card: str, use: Leased) -> bool:
        """Whether the card held the address then, by what is known now."""
        return self._holder(use[3], use[0]) == card

    def _holder(self, address: str, at: int) -> str | None:
        """The card that held an address by lease."""
        line = self._held.items.get(address)
        entry = line.holding(at, LEASE_CAP)[0] if line else None
        return entry[2].removeprefix("?") if entry else None

    def _left_for(self, card: str, at: int, address: str) -> Entry | None:
        """The lease that the card took a while before it used this address; None where it had not left it."""
        line = self._place.items.get(card)
        entries = line.entries if line else []
        for place in range(bisect_left(entries, (at + 1,)) - 1, -1, -1):
            entry = entries[place]
            where = entry[2].removeprefix("@")
            if where != entry[2] and (":" in where) == (":" in address):
                return entry if where != address and at - entry[0] > LEFT_OPEN else None
        return None

    def org_of(self, where: str, at: int) -> str | None:
        """The site of an access point's name, or of a leased address (`@10.1.2.3`)."""
        if not where.startswith("@"):
            access_point = self.reference.device_named(where, at)
            return access_point.org if access_point and access_point.device_class == "network" else None
        network = self.reference.network(where[1:], at)
        return network.org if network and network.kind in ("site", "student") else None

    def thin(self, until: int) -> None:
        """Of the hours that ended by `until` (ms), about whose leases nothing more can come, keep what is needed."""
        if until < self._thinned + HOUR:
            return
        if self._thinned == -EVER:  # at first also the last day of what memory brought back
            self._full.update(key for key in self.uses.items if _hour_of(key) >= until - LEASE_CAP)
        self._thinned = until - until % HOUR
        for key in [key for key in self._full if _hour_of(key) < self._thinned]:
            self._full.discard(key)
            uses, card = self.uses.items.get(key), key.rpartition("|")[0]
            if uses and len(kept := fewest(uses.leased, partial(self._holds, card))) < len(uses.leased):
                uses.leased = kept
                self.uses.changed.add(key)
        for address, uses in list(self.unclaimed.items.items()):
            if not (left := _part(uses.leased, self._thinned, EVER)):
                self.unclaimed.drop(address)
            elif len(left) < len(uses.leased):
                self.unclaimed.at(address).leased = left

    def forget(self, before: int) -> None:
        """Drop what was seen before `before` (ms)."""
        for key in [key for key in self.uses.items if _hour_of(key) + HOUR <= before]:
            self.uses.drop(key)
        for card, traces in list(self.traces.items.items()):
            kept = {
                address: left
                for address, hours in traces.used.items()
                if (left := {hour: at for hour, at in hours.items() if at >= before})
            }
            systems = [one for one in traces.systems if one[0] >= before]
            if not kept and not systems:
                self.traces.drop(card)
            elif kept != traces.used or systems != traces.systems:
                traces.used, traces.systems = kept, systems
                self.traces.changed.add(card)


def named_in(entry: Entry) -> tuple[str, str]:
    """The source of a lease's entry, and the name that the client gave itself."""
    source, _, name = entry[3].partition("\0")
    return source, name


def _two_names(card: str, entries: list[Entry]) -> Iterator[Contradiction]:
    """Host names of leases that took turns, or under which two addresses were leased."""
    if len({entry[3] for entry in entries}) < 2:
        return
    leases = [
        (entry, short_name(host_name(name))) for entry in entries if entry[2][0] == "@" and (name := _name(entry))
    ]
    before: set[str] = set()
    for both in pairwise(leases):
        (one, name), (other, next_name) = both
        if _unlike(name, next_name) and (one[2] != other[2] or next_name in before):
            because = f"the network card {card} took leases as {name} and as {next_name}"
            told = [(entry, f"the network card {card} took a lease as {known}") for entry, known in both]
            yield Contradiction(other[0], because, _shown(told))
        before.add(name)


def _hour_of(key: str) -> int:
    return int(key.rpartition("|")[2])


def _used_soon(used: dict[str, dict[int, int]], at: int) -> bool:
    """Whether the card was seen to use an address within two hours of `at` (ms) already: the lease comes late."""
    hour = at - at % HOUR
    return any(hours.get(hour + n * HOUR, -1) >= at for hours in used.values() for n in range(3))


def _leased_another(entries: list[Entry], used: Collection[str]) -> bool:
    """Whether the card leased an address other than the one it used; most cards keep theirs."""
    leased = {entry[2] for entry in entries if entry[2][0] == "@"}
    return any(leased - {f"@{address}"} for address in used)


def _marked(mark: Mark, shows: str) -> tuple[Shown, ...]:
    return (Shown(*mark, shows),) if mark[1] else ()


def _shown(entries: list[tuple[Entry, str]]) -> tuple[Shown, ...]:
    return tuple(Shown(entry[0], entry[1], named_in(entry)[0], shows) for entry, shows in entries if entry[1])


def _name(entry: Entry) -> str:
    return named_in(entry)[1]


def _unlike(one: str, other: str) -> bool:
    """Whether these are two names: a Mac that finds its name taken calls itself name-2."""
    short, long = sorted((one, other), key=len)
    return short != long and not (long.startswith(f"{short}-") and long[len(short) + 1 :].isdigit())


def _part(entries: list[T], since: int, until: int) -> list[T]:
    return entries[bisect_left(entries, (since,)) : bisect_left(entries, (until,))]
