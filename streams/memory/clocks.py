"""How far computers' clocks are off, measured from sign-ins that a domain controller recorded, too (ADR 0017).

The controller is the reference: computers of a domain are set by it, and no user can write its log. What a computer
says of its clock moves the times of its own records alone, or of a source whose other computers say the same.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from statistics import median_high, median_low
from sys import intern
from typing import NamedTuple

import msgspec

from model.reference import Reference
from streams.memory.shelf import Shelf
from streams.seen import Seen

TOLERANCE = 120_000  # ms that a clock may be off by, though nothing shows it
MOST = 600_000  # ms: a clock that is off by more is never corrected
LEAST = 20  # sign-ins that a correction is measured from
FEW = 3  # fewer show nothing
ALIKE = 30_000  # ms by which sign-ins of one clock may differ
APART = 900_000  # ms: sign-ins with more between them have nothing to do with each other
DAY_MS = 86_400_000
DAYS = 7  # so far back a clock is measured
JUDGED = 10  # days for which a case may be judged again by what is remembered here
KEPT = DAYS + JUDGED + 1
_EACH = LEAST // 2  # of one computer, where a whole source is measured: one alone moves no other's times
_GIVEN = frozenset({"4768", "4776"})  # Windows: a ticket was given, a password was found right
_SEATED = frozenset({"interactive", "unlock"})
_AT_ONCE = 5_000  # ms: one sign-in is often told twice, as two halves of a session or by two protocols
Lessee = Callable[[str, int], str | None]  # which device held an address at an instant (ms), if anybody knows
ACTIONS = frozenset({"account.logged_on", "account.authenticated", "ticket.requested"})


class Told(msgspec.Struct, array_like=True, frozen=True, gc=False, order=True):
    """A sign-in as one record tells it."""

    at: int  # ms
    event_id: str
    source_id: str
    reporter: str
    address: str = ""  # where the ticket went


class SignIns(msgspec.Struct, array_like=True, gc=False):
    """Of one account and day of UTC: what computers told of its sign-ins, and what controllers did; in order."""

    computers: list[Told] = []
    controllers: list[Told] = []


class Pair(NamedTuple):
    """One sign-in told by a computer and by a controller: how far (ms) the computer's clock was ahead."""

    ahead: int
    computer: Told
    controller: Told


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a clock that is off: its times are `ahead` and are corrected, or in `doubt` by so much (ms).

    `pairs` show it. `why`: why it is not corrected.
    """

    ahead: int
    doubt: int
    pairs: tuple[Pair, ...]
    why: str = ""


Pairs = Sequence[Pair]


class _Source:
    """The pairs of one source; what is worked out of them is kept until they change."""

    def __init__(self) -> None:
        self.by_key: dict[str, Pairs] = {}  # by account and day
        self.off = 0  # how many show a clock that is off
        self._keys: dict[int, set[str]] = {}  # by day
        self._days: dict[int, Pairs] = {}
        self._of_computers: dict[int, dict[str, list[Pair]]] = {}
        self._every: dict[int, Pairs] = {}

    def put(self, key: str, pairs: Pairs) -> None:
        """Let these be the pairs of an account and day."""
        day = _day_of(key)
        self.off += _off(pairs) - _off(self.by_key.pop(key, ()))
        self._keys.setdefault(day, set()).discard(key)
        if pairs:
            self.by_key[key] = pairs
            self._keys[day].add(key)
        self._days.clear()
        self._of_computers.clear()
        self._every.clear()

    def of(self, day: int, reporter: str | None = None) -> Pairs:
        """The pairs of a day, of one computer or of all, in order of time."""
        if day not in self._days:
            found = [pair for key in self._keys.get(day, ()) for pair in self.by_key[key]]
            self._days[day] = sorted(found, key=lambda pair: pair.computer)
            self._of_computers[day] = {}
            for pair in self._days[day]:
                self._of_computers[day].setdefault(pair.computer.reporter, []).append(pair)
        return self._days[day] if reporter is None else self._of_computers[day].get(reporter, [])

    def newest(self, day: int, reporter: str) -> Pairs:
        """A computer's pairs of as few days up to this one as hold enough of them."""
        return _newest(self.of(one, reporter) for one in _back(day))

    def every(self, day: int) -> Pairs:
        """The same of all its computers, no more of one than `_EACH` of a day."""
        if day not in self._every:
            self._every[day] = _newest(_capped(self.of(one)) for one in _back(day))
        return self._every[day]

    def newest_day(self) -> int | None:
        """The last day (of UTC) with pairs."""
        return max((day for day, keys in self._keys.items() if keys), default=None)

    def computers(self) -> set[str]:
        """Those that were measured."""
        return {pair.computer.reporter for pairs in self.by_key.values() for pair in pairs}


class Clocks:
    """The memory of sign-ins, and what it tells of each clock. A clock is a computer (`reporter`) of a source."""

    def __init__(self, reference: Reference, lessee: Lessee) -> None:
        self.sign_ins = Shelf("sign-ins", SignIns, SignIns)
        self._reference = reference
        self._lessee = lessee
        self._dirty: set[str] = set()
        self._leased: dict[str, set[str]] = {}  # address -> keys of `sign_ins` whose tickets went there
        self._sources: dict[str, _Source] = {}
        self._of: dict[str, set[str]] = {}  # key -> sources with pairs there
        self._given: dict[tuple[str, str, int], Reading | None] = {}
        self._watched: set[str] = set()  # sources off at the last look
        self.measured: set[str] = set()  # sources with other pairs since somebody looked

    # Memory

    def hear(self, seen: Seen) -> None:
        """Remember a sign-in of an account of the district's, if this is one; its `action` is one of `ACTIONS`."""
        if seen.outcome != "success" or seen.account_basis != "authenticated" or not seen.account or not seen.reporter:
            return
        if seen.action == "account.logged_on":
            if seen.logon_type in _SEATED and seen.reporter == seen.device and seen.account[-1] != "$":
                self._remember(seen, at_controller=False)
        elif seen.vendor_code in _GIVEN and seen.account[-1] != "$":
            self._remember(seen, at_controller=True)

    def _remember(self, seen: Seen, *, at_controller: bool) -> None:
        key = f"{seen.account}|{seen.at // DAY_MS}"
        held = self.sign_ins.at(key)
        told = held.controllers if at_controller else held.computers
        address = (seen.address or "") if at_controller else ""
        one = Told(seen.at, seen.event_id, intern(seen.source_id), intern(seen.reporter or ""), address)
        if one not in told:
            insort(told, one)
            self._dirty.add(key)
            if address:
                self._leased.setdefault(address, set()).add(key)

    def leased(self, addresses: Iterable[str]) -> None:
        """Something else is known of who held these addresses."""
        for address in addresses:
            self._dirty.update(self._leased.get(address, ()))

    def restored(self) -> None:
        """After memory came back, or the inventory changed: pair every sign-in anew."""
        self._dirty.update(self.sign_ins.items)
        self._leased.clear()
        for key, held in self.sign_ins.items.items():
            for address in {one.address for one in held.controllers if one.address}:
                self._leased.setdefault(address, set()).add(key)

    def forget(self, before: int) -> None:
        """Drop the sign-ins of days that ended before `before` (ms)."""
        oldest = before // DAY_MS
        for key in [key for key in self.sign_ins.items if _day_of(key) < oldest]:
            for address in {one.address for one in self.sign_ins.items[key].controllers if one.address}:
                self._leased.get(address, set()).discard(key)
            self.sign_ins.drop(key)
            self._put(key, {})
        self._leased = {address: keys for address, keys in self._leased.items() if keys}
        self._given = {clock: given for clock, given in self._given.items() if clock[2] >= oldest + DAYS}

    # Pairs

    def settle(self) -> dict[str, set[int]]:
        """Pair what is new; by source, the days (of UTC) on which a clock is known to be otherwise than was given."""
        dirty, self._dirty = self._dirty, set()
        moved: set[int] = set()
        for key in dirty:
            if key in self.sign_ins.items and self._put(key, self._paired(self.sign_ins.items[key])):
                moved.update(range(_day_of(key), _day_of(key) + DAYS))
        off = {source_id for source_id in self._sources if self.is_off(source_id)} if moved else set()
        asked = sorted(off | self._watched) if moved else ()
        return {source_id: days for source_id in asked if (days := self._news(source_id, moved))}

    def _put(self, key: str, found: dict[str, list[Pair]]) -> bool:
        """Whether the pairs of an account and day changed."""
        changed = False
        for source_id in self._of.get(key, set()) | found.keys():
            source, pairs = self._sources.setdefault(source_id, _Source()), found.get(source_id, [])
            if source.by_key.get(key, []) != pairs:
                source.put(key, pairs)
                self.measured.add(source_id)
                changed = True
        self._of[key] = set(found)
        if not found:
            del self._of[key]
        return changed

    def _news(self, source_id: str, days: set[int]) -> set[int]:
        clocks = {clock: self._given[clock] for clock in self._given if clock[0] == source_id and clock[2] in days}
        for clock in clocks:
            del self._given[clock]
        if not self.is_off(source_id):
            self._watched.discard(source_id)
        elif source_id not in self._watched:
            self._watched.add(source_id)
            names = {"", *self.computers(source_id)}
            clocks = {**{(source_id, name, day): None for name in names for day in days}, **clocks}
        return {clock[2] for clock, one in clocks.items() if self.reading(*clock) != one}

    def _paired(self, held: SignIns) -> dict[str, list[Pair]]:
        """By source: those that computers and controllers told equally often, and in the same order as far apart."""
        controllers = _firsts(one for one in held.controllers if not self._is_sat_at(one))
        there = {one.reporter for one in controllers}
        computers = _firsts(one for one in held.computers if one.reporter not in there)
        found: dict[str, list[Pair]] = {}
        for near, far in _clusters(computers, controllers):
            pairs = [Pair(one.at - other.at, one, other) for one, other in zip(near, far, strict=False)]
            if len(near) == len(far) and _agree(pairs) and all(self._same_place(pair) for pair in pairs):
                for pair in pairs:
                    found.setdefault(pair.computer.source_id, []).append(pair)
        return found

    def _is_sat_at(self, one: Told) -> bool:
        """Whether it is a computer that people sit at: no controller, whatever its log says."""
        device = self._reference.device_named(one.reporter, one.at)
        return device is not None and device.device_class != "server"

    def _same_place(self, pair: Pair) -> bool:
        """Whether the ticket went to this computer, as far as leases tell."""
        address = pair.controller.address
        held = self._lessee(address, pair.controller.at) if address else None
        device = self._reference.device_named(pair.computer.reporter, pair.computer.at)
        return held is None or (device is not None and device.device_id == held)

    # Readings

    def is_off(self, source_id: str) -> bool:
        """Whether enough sign-ins show that a clock of this source is off: most sources end here."""
        source = self._sources.get(source_id)
        return source is not None and source.off >= FEW

    @property
    def off(self) -> Set[str]:
        """The sources of which a clock was off at the last look: what rests on no other source needs no correction."""
        return self._watched

    def computers(self, source_id: str) -> set[str]:
        """The computers of a source that have been measured."""
        source = self._sources.get(source_id)
        return source.computers() if source else set()

    def newest(self, source_id: str) -> tuple[int, Pairs]:
        """The last day (of UTC) with pairs of a source, and its pairs by then; none where nothing was measured."""
        source = self._sources.get(source_id)
        day = source.newest_day() if source else None
        return (0, ()) if source is None or day is None else (day, source.every(day))

    def reading(self, source_id: str, reporter: str, day: int) -> Reading | None:
        """What is known of a clock on a day (of UTC); None where nothing shows that it is off."""
        if not self.is_off(source_id):
            return None
        clock = (source_id, reporter, day)
        if clock not in self._given:
            self._given[clock] = self._read(*clock)
        return self._given[clock]

    def _read(self, source_id: str, reporter: str, day: int) -> Reading | None:
        source = self._sources[source_id]
        own = source.newest(day, reporter)
        every = own if len(own) >= LEAST else source.every(day)
        pairs = own if own and not _near(own, every) else every
        found = _measured(pairs, [pair for pair in own or pairs if pair.computer.at // DAY_MS == day])
        if found and found.ahead and self._all_say(source_id, found.ahead, day):
            why = "every other source that can be compared differs from the domain controller by as much"
            return Reading(0, abs(found.ahead) + ALIKE, found.pairs, why)
        return found

    def _all_say(self, source_id: str, ahead: int, day: int) -> bool:
        """Whether all other sources are off by as much: then it is the controller's clock that is."""
        others = [one.every(day) for name, one in self._sources.items() if name != source_id]
        measured = [_median(pairs) for pairs in others if len(pairs) >= LEAST]
        return bool(measured) and all(abs(one - ahead) <= 2 * ALIKE for one in measured)


def _day_of(key: str) -> int:
    return int(key.rsplit("|", 1)[1])


def _off(pairs: Pairs) -> int:
    return sum(abs(pair.ahead) > TOLERANCE for pair in pairs)


def _median(pairs: Pairs) -> int:
    return median_low([pair.ahead for pair in pairs])


def _near(some: Pairs, others: Pairs) -> bool:
    return abs(_median(some) - _median(others)) <= 2 * ALIKE


def _agree(pairs: Pairs) -> bool:
    ahead = [pair.ahead for pair in pairs]
    return not ahead or max(ahead) - min(ahead) <= ALIKE


def _firsts(told: Iterable[Told]) -> list[Told]:
    """Each sign-in once: of what one machine told within seconds the first."""
    kept: list[Told] = []
    for one in told:
        if not (kept and kept[-1].reporter == one.reporter and one.at - kept[-1].at <= _AT_ONCE):
            kept.append(one)
    return kept


def _clusters(computers: list[Told], controllers: list[Told]) -> Iterator[tuple[list[Told], list[Told]]]:
    """The sign-ins between two long times without any."""
    near, far, last = list[Told](), list[Told](), None
    told = [(one, near) for one in computers] + [(one, far) for one in controllers]
    for one, side in sorted(told, key=lambda each: each[0]):
        if last is not None and one.at - last > APART:
            yield list(near), list(far)
            near.clear()
            far.clear()
        side.append(one)
        last = one.at
    yield near, far


def _back(day: int) -> range:
    return range(day, day - DAYS, -1)


def _newest(days: Iterable[Pairs]) -> Pairs:
    """The pairs of as few days as hold enough of them; the newest day comes first."""
    found: list[Pair] = []
    for pairs in days:
        found = [*pairs, *found]
        if len(found) >= LEAST:
            break
    return found


def _capped(pairs: Pairs) -> Pairs:
    """No more of one computer than `_EACH`."""
    counts: dict[str, int] = {}
    kept = []
    for pair in pairs:
        counts[pair.computer.reporter] = counts.get(pair.computer.reporter, 0) + 1
        if counts[pair.computer.reporter] <= _EACH:
            kept.append(pair)
    return kept


def _measured(pairs: Pairs, today: Pairs) -> Reading | None:
    """What the pairs tell; those of the day itself must not tell otherwise."""
    if len(pairs) < FEW:
        return None
    ahead = _median(pairs)
    alike = tuple(pair for pair in pairs if abs(pair.ahead - ahead) <= ALIKE)
    if 4 * len(alike) < 3 * len(pairs) or (today and not _near(today, list(alike))):
        off = [abs(_median(each)) for each in (today, pairs) if each]
        doubt = max(median_high([abs(pair.ahead) for pair in pairs]), *off)
        said = "they do not agree with each other"
        return Reading(0, doubt, tuple(pairs), said) if doubt > TOLERANCE else None
    if abs(ahead) <= TOLERANCE:
        return None
    if abs(ahead) > MOST:
        return Reading(0, abs(ahead) + ALIKE, alike, "a clock that is off by more than 10 minutes is not corrected")
    if len(alike) < LEAST:
        return Reading(0, abs(ahead) + ALIKE, alike, f"that is fewer than the {LEAST} that a correction needs")
    return Reading(round(ahead, -3), 0, alike)
