"""From where somebody's use is their own: the district's networks, and addresses that were used on three earlier days.

Pure. An address outside counts as usual where it had been used on three days before a later stranger first came. Where
no later one came, it must have been used since the records begin, or since two weeks before the discovery: an intruder
who stays for a week does not become usual, and an old address at home does.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Literal
from zoneinfo import ZoneInfo

from model.reference import Reference
from storage.queries.incidents import Use
from streams.patterns.public_address import is_public

USUAL_DAYS = 3
SETTLED_DAYS = 14  # before the discovery
SHARED = frozenset({"cgnat", "relay"})  # rows that say: many strangers stand behind it
Place = Literal["inside", "pool", "usual", "stranger", "unknown"]
MOST_ADDRESSES = 200_000  # of one subject; what comes later is a stranger
_QUARTER = 900_000  # ms of a quarter of an hour
_V6_HOST_BITS = 64  # a computer changes them by itself


class Habit:
    """On which local days (the first few) one address was used, since when and until when (ms), how often."""

    __slots__ = ("days", "events", "first", "last")

    def __init__(self, at: int) -> None:
        self.first = self.last = at
        self.events = 0
        self.days: list[int] = []

    def add(self, at: int, day: int) -> None:
        """One more use, in order of time."""
        self.last = at
        self.events += 1
        if len(self.days) < USUAL_DAYS and day not in self.days:
            self.days.append(day)


class Habits(dict[str, Habit]):
    """Each address of the open internet that was used, and the first local days on which anything was."""

    def __init__(self) -> None:
        super().__init__()
        self.first_days: list[int] = []


def habits(uses: Iterable[Use], zone: ZoneInfo) -> Habits:
    """The habits behind uses in order of time; memory grows with the number of addresses alone."""
    found = Habits()
    days: dict[int, int] = {}
    for use in uses:
        day = _local_day(use.at, zone, days)
        if len(found.first_days) < USUAL_DAYS and day not in found.first_days:
            found.first_days.append(day)
        if use.address and is_public(use.address):
            _note(found, place_key(use.address), use.at, day)
    return found


def _local_day(at: int, zone: ZoneInfo, known: dict[int, int]) -> int:
    """The local day of an instant as an ordinal; no wall changes its date within a quarter of an hour."""
    quarter = at // _QUARTER
    if quarter not in known:
        known[quarter] = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).toordinal()
    return known[quarter]


def _note(found: Habits, key: str, at: int, day: int) -> None:
    if key not in found:
        if len(found) >= MOST_ADDRESSES:
            return
        found[key] = Habit(at)
    found[key].add(at, day)


@lru_cache(maxsize=65536)
def place_key(address: str) -> str:
    """An address as habits know it: of IPv6 the network, whose computers change the rest by themselves."""
    try:
        parsed = ip_address(address.split("%", 1)[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return f"{IPv6Address(int(parsed) >> _V6_HOST_BITS << _V6_HOST_BITS)}/64"


def strangers(found: Habits, own: Mapping[str, bool], discovered: int) -> frozenset[str]:
    """The addresses whose use is not usual. `own`: what a person decided about an address (True: it is the owner's);
    `discovered`: the local day of the discovery, as an ordinal."""
    foreign = {address for address, is_own in own.items() if not is_own}
    newest = max((found[one] for one in foreign if one in found), key=lambda one: one.first, default=None)
    for address in sorted(found, key=lambda one: (-found[one].first, one)):
        if address not in own and not _is_usual(found[address], newest, found.first_days, discovered):
            foreign.add(address)
            newest = found[address] if newest is None or found[address].first > newest.first else newest
    return frozenset(foreign)


def _is_usual(habit: Habit, newest: Habit | None, first_days: list[int], discovered: int) -> bool:
    """Whether three of its days were over before the newest stranger came; where none came, whether it is old."""
    if len(habit.days) < USUAL_DAYS:
        return False
    if newest:
        return habit.days[-1] < newest.days[0]
    return habit.days[0] in first_days or habit.days[0] + SETTLED_DAYS <= discovered


class Places:
    """Where an address stands for one subject."""

    def __init__(self, reference: Reference, found: Habits, own: Mapping[str, bool], discovered: int = 0) -> None:
        self._reference = reference
        self._own = {place_key(address): is_own for address, is_own in own.items()}
        outside = Habits()
        outside.first_days = found.first_days
        outside.update({one: habit for one, habit in found.items() if not reference.network(_host(one), habit.last)})
        self.habits = outside
        self.strangers = strangers(outside, self._own, discovered)

    @property
    def usual(self) -> list[str]:
        """The addresses outside that count as the owner's own though nobody said so."""
        return sorted(one for one in self.habits if one not in self.strangers and one not in self._own)

    def of(self, address: str, at: int) -> Place:
        """What kind of place an address was then."""
        key = place_key(address)
        if key in self._own:
            return "usual" if self._own[key] else "stranger"
        network = self._reference.network(address, at)
        if network:
            return "unknown" if network.kind in SHARED else "pool" if network.kind == "vpn_pool" else "inside"
        if not is_public(address):
            return "unknown"
        return "stranger" if key in self.strangers or key not in self.habits else "usual"


def _host(key: str) -> str:
    return key.partition("/")[0]
