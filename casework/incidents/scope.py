"""The scope of an incident: the exposure, the systems touched, the people, their states, and what is not known."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from casework.incidents.context import Context, to_ms
from casework.incidents.exposure import Bounds, Exposure, Horizon, Mark, Reason, owned
from casework.incidents.incident import Incident
from casework.incidents.places import Habits, Places, habits
from casework.incidents.rules import (
    AccountRule,
    PlaceRule,
    Rule,
    VendorRule,
    happened,
    losses,
    marks,
    table_marks,
)
from casework.incidents.touched import Affected, People, Range, Reached, Systems, Touched, toll
from casework.incidents.vendor import as_json as vendor_json
from casework.incidents.vendor import receipts
from model.event import format_ms
from model.reference import Device, Loss, account_parts, host_name, qualified, short_name
from storage.queries.incidents import Use


class Uses(Protocol):
    """Where the uses of a subject are read, oldest first and anew at each question (`storage.queries.incidents`)."""

    def of_account(self, account: str) -> Iterable[Use]: ...
    def of_accounts(self, accounts: Sequence[str]) -> Iterable[Use]: ...
    def of_device(self, device_id: str) -> Iterable[Use]: ...
    def of_system(self, names: Sequence[str]) -> Iterable[Use]: ...


ADDRESS = "address:"  # of a question: whether use from an address is the owner's own
_PEOPLE_LEAVE = frozenset({"auth", "vpn", "proxy"})
_ALL = frozenset({"auth", "vpn", "proxy", "device"})
EVER = 1 << 62
SHOWN = 100  # of the subject's own records, from the first on and up to the last


@dataclass(frozen=True)
class Foreign:
    """An address from which the subject acted, since when and until when (ms), how often."""

    address: str
    first: int
    last: int
    events: int


@dataclass(frozen=True)
class Scope:
    """What is known of an incident, and what is not."""

    incident: Incident
    exposure: Exposure
    touched: list[Touched]
    people: list[Affected]
    by_state: dict[str, Range]
    not_known: list[str]
    addresses: list[Foreign] = field(default_factory=list)
    events: int = 0  # of the subject itself
    shown: tuple[Mark, ...] = ()  # the first and the last of them

    def low(self, state: str | None = None) -> int:
        """At least how many people are affected, in one state or all."""
        return sum(one.low for name, one in self.by_state.items() if state in (None, name))

    def high(self, state: str | None = None) -> int:
        """At most how many."""
        return sum(one.high for name, one in self.by_state.items() if state in (None, name))


@dataclass(frozen=True)
class _Asked:
    """How a subject is read: its uses anew at each call, the rule that judges them, and what tables tell."""

    uses: Callable[[], Iterable[Use]]
    rule: Rule
    told: tuple[Mark, ...] = ()
    places: Places | None = None
    device: Device | None = None
    store: str | None = None


def scope(uses: Uses, incident: Incident, place: Context) -> Scope:
    """Work out the scope from all that is stored. Raises `Unavailable`."""
    systems = Systems(place.reference)
    asked = _ASKED[incident.kind](uses, incident, place, systems)
    gaps = place.gaps(_ALL if incident.kind in ("device", "store") else _PEOPLE_LEAVE)
    horizon = Horizon(to_ms(incident.discovered_at), place.known_from, _end(incident, place))
    found = _Pass(Bounds(gaps, horizon.discovered), systems, all_use=incident.kind == "vendor")
    found.run(asked)
    exposure = found.bounds.exposure(gaps, horizon)
    if incident.kind == "vendor" and not found.bounds.first:
        exposure = found.approved(exposure)
    reached = found.reached if found.bounds.first else found.innocent
    if asked.store:
        reached.setdefault(asked.store, Reached())
    people = People(place.reference, exposure.earliest_possible, exposure.latest_possible, place.state)
    counted = toll(reached, systems, people, min(exposure.latest_possible, place.as_of))
    unknown = [*counted.not_known, *_not_known(incident, place, asked, exposure, bool(counted.people))]
    foreign = _foreign(asked.places) if asked.places else []
    return Scope(
        incident=incident,
        exposure=exposure,
        touched=counted.touched,
        people=counted.people,
        by_state=counted.by_state,
        not_known=unknown,
        addresses=foreign,
        events=found.events,
        shown=found.shown,
    )


def _end(incident: Incident, place: Context) -> int:
    return min(max(place.known_to, to_ms(incident.discovered_at)), place.as_of)


class _Pass:
    """One pass over the uses: bounds and systems together, so that nothing is kept in memory."""

    def __init__(self, bounds: Bounds, systems: Systems, all_use: bool) -> None:
        self.bounds = bounds
        self.events = 0
        self._head: list[Mark] = []
        self._tail: deque[Mark] = deque(maxlen=SHOWN)
        self.reached: dict[str, Reached] = {}
        self.innocent: dict[str, Reached] = {}  # of a vendor all of whose use was approved
        self._systems = systems
        self._all_use = all_use
        self._first: Mark | None = None
        self._last: Mark | None = None

    def run(self, asked: _Asked) -> None:
        """Read it all."""
        for mark in owned(marks(asked.uses(), asked.rule, asked.told)):
            self.bounds.add(mark)
            if mark.use and mark.standing == "subject":
                self.events += 1
                (self._head if len(self._head) < SHOWN else self._tail).append(mark)
                self._reach(mark.use, self.reached)
            elif mark.use and self._all_use:
                self._first, self._last = self._first or mark, mark
                self._reach(mark.use, self.innocent)

    @property
    def shown(self) -> tuple[Mark, ...]:
        """The first and the last of the subject's own marks, in order."""
        return (*self._head, *self._tail)

    def _reach(self, use: Use, reached: dict[str, Reached]) -> None:
        system = self._systems.of(use) if happened(use) else None
        if system:
            reached.setdefault(system, Reached()).add(use)

    def approved(self, exposure: Exposure) -> Exposure:
        """Where every use of a vendor was approved: all of it is possible exposure, should the vendor itself be."""
        if not self._first or not self._last:
            return exposure
        return _all_possible(exposure, self._first, self._last)


def _all_possible(exposure: Exposure, first: Mark, last: Mark) -> Exposure:
    says = "All stored use of the vendor was approved. If the vendor's own accounts were taken, all of it is exposure: "
    edges = {"earliest_possible": first, "latest_possible": last}
    because = tuple(
        Reason(one.bound, edge.use.event_id if edge.use else None, says + edge.says) if edge else one
        for one, edge in ((one, edges.get(one.bound)) for one in exposure.because)
    )
    return Exposure(first.at, None, None, last.at, because, exposure.gaps)


def _account(stored: Uses, incident: Incident, place: Context, systems: Systems) -> _Asked:
    name, realm = account_parts(incident.subject)
    account = name or incident.subject
    if realm and not place.realms.hold(realm, ""):
        account = qualified(account, realm)

    def uses() -> Iterable[Use]:
        return stored.of_account(incident.subject)

    acting = AccountRule(account, place.realms, Places(place.reference, Habits(), {}))
    places = _places(incident, place, filter(acting.acts, uses()))
    return _Asked(uses, AccountRule(account, place.realms, places), places=places)


def _places(incident: Incident, place: Context, uses: Iterable[Use]) -> Places:
    discovered = instant(to_ms(incident.discovered_at)).astimezone(place.zone).toordinal()
    return Places(place.reference, habits(uses, place.zone), own_addresses(incident), discovered)


def _vendor(stored: Uses, incident: Incident, place: Context, systems: Systems) -> _Asked:
    vendor, accounts = accounts_of_vendor(place, incident.subject)

    def uses() -> Iterable[Use]:
        return stored.of_accounts(accounts)

    return _Asked(uses, VendorRule(vendor, place.reference, systems.of))


def vendor_sessions(stored: Uses, place: Context, vendor: str) -> dict[str, Any]:
    """All that a vendor touched, session by session, as JSON; `vendor` is its id or one of its accounts."""
    company, accounts = accounts_of_vendor(place, vendor)
    systems = Systems(place.reference)
    rule = VendorRule(company, place.reference, systems.of)
    found = receipts(stored.of_accounts(accounts), rule, systems, place.gaps(_PEOPLE_LEAVE))
    return vendor_json(company, accounts, found)


def accounts_of_vendor(place: Context, subject: str) -> tuple[str, list[str]]:
    """The company behind a vendor's id, or behind one of its accounts, and the accounts meant."""
    rows = [row for row in place.reference.rows("accounts") if row.vendor]
    of_company = sorted({row.account for row in rows if row.vendor == subject})
    if of_company:
        return subject, of_company
    name = account_parts(subject)[0] or subject
    owner = next((row.vendor for row in rows if row.account == name), None)
    return owner or subject, [name]


def _device(stored: Uses, incident: Incident, place: Context, systems: Systems) -> _Asked:
    device = device_meant(place, incident.subject)
    device_id = device.device_id if device else incident.subject

    def uses() -> Iterable[Use]:
        return stored.of_device(device_id)

    return _placed(uses, incident, place, device, device_id)


def device_meant(place: Context, subject: str) -> Device | None:
    """The device behind an id, serial or host name, as of the end of what is stored."""
    at = min(place.as_of, place.known_to)
    reference = place.reference
    found = reference.device(subject, at) or reference.device_named(host_name(subject), at)
    return found or next((row for row in reference.rows("devices") if row.device_id == subject), None)


def _store(stored: Uses, incident: Incident, place: Context, systems: Systems) -> _Asked:
    device = device_meant(place, incident.subject)
    host = host_name(incident.subject)
    names = {host, incident.subject.casefold()}
    if device:
        names |= {one.casefold() for one in (device.device_id, device.hostname, device.serial) if one}
    names |= {short_name(one) for one in names}

    def uses() -> Iterable[Use]:
        return stored.of_system(sorted(names))

    listed = place.reference.system(host, min(place.as_of, place.known_to))
    asked = _placed(uses, incident, place, device, incident.subject)
    return replace(asked, store=listed.system if listed else incident.subject)


def _placed(
    uses: Callable[[], Iterable[Use]], incident: Incident, place: Context, device: Device | None, called: str
) -> _Asked:
    """A thing that stands somewhere: its usual places, and the times in which it was lost."""
    rows: list[Loss] = [row for row in place.reference.losses_of(device.device_id) if _stands(row)] if device else []
    places = _places(incident, place, filter(happened, uses()))
    lost = losses(rows, to_ms(incident.discovered_at), EVER) if incident.kind == "device" or rows else ()
    rule = PlaceRule(called, places, lost)
    return _Asked(uses, rule, tuple(table_marks(rows, called)), places, device)


def _stands(row: Loss) -> bool:
    """Whether a report of a loss was not taken back."""
    return row.valid_to is None


_ASKED: dict[str, Callable[[Uses, Incident, Context, Systems], _Asked]] = {
    "account": _account, "vendor": _vendor, "device": _device, "store": _store,
}  # fmt: skip


def own_addresses(incident: Incident) -> dict[str, bool]:
    """The addresses of which a person decided whether use from them is the owner's."""
    found = (one for one in incident.answers.values() if one.question.startswith(ADDRESS))
    return {one.question.removeprefix(ADDRESS): one.answer for one in found}


def _foreign(places: Places) -> list[Foreign]:
    found = ((one, places.habits[one]) for one in places.strangers if one in places.habits)
    rows = [Foreign(address, habit.first, habit.last, habit.events) for address, habit in found]
    return sorted(rows, key=lambda one: (one.first, one.address))


def _not_known(incident: Incident, place: Context, asked: _Asked, exposure: Exposure, affected: bool) -> Iterator[str]:
    """What a reader must not take for granted, each in a sentence."""
    yield _INSIDE[incident.kind]
    yield from place.unreadable
    reference = place.reference
    for table, asks in _TABLES.items():
        if not reference.known(table):
            yield f"{table}.csv is not kept: {asks} cannot be told from the tables."
    if asked.places and asked.places.usual:
        yield (f"Whether use from {_some(asked.places.usual)} is the owner's own: it counts as usual. Where it is not,"
               f" decide {ADDRESS}{asked.places.usual[0]} no.")  # fmt: skip
    if exposure.gaps:
        silences = "a silence lies" if len(exposure.gaps) == 1 else f"{len(exposure.gaps)} silences lie"
        yield f"What the silent sources would have shown: {silences} within the possible exposure."
    for one in place.extents:
        if one.first_at > exposure.earliest_possible:
            yield f"What {one.source_id} would have shown before {_said(one.first_at, place)}: nothing older is stored."
    if affected:
        yield "Whether people who left before the exposure are still in these systems: they are not counted."
    if asked.device and asked.device.encryption_required is None:
        yield f"Whether {asked.device.device_id} was encrypted: devices.csv does not say that it had to be."
    if any(one.bound == "latest_possible" and one.event_id is None for one in exposure.because):
        yield "Whether the exposure is over: no event ends it."


def _said(at: int, place: Context) -> str:
    """`March 4, 2026, 1:05 PM CST`, on the district's wall."""
    shown = instant(at).astimezone(place.zone)
    return f"{shown:%B} {shown.day}, {shown.year}, {shown.hour % 12 or 12}:{shown:%M %p %Z}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


_INSIDE = {
    "account": "What the account's own mailbox and files held, and what was read there.",
    "vendor": "What the vendor keeps on its own systems, and whether that was reached.",
    "device": "What was stored on the device itself.",
    "store": "Whether somebody who holds a copy has read it: reading a copy leaves no record here.",
}
_TABLES = {
    "networks": "which addresses are the district's",
    "users": "who people are and in which state they live",
    "roles": "who is a student and who is staff",
    "systems": "whose records a system holds",
}


def as_json(found: Scope) -> dict[str, Any]:
    """The scope with the keys of the public contract, and `addresses`, from which the subject acted."""
    shown = found.exposure
    return {
        "incident_id": found.incident.incident_id,
        "exposure": {
            "earliest_possible": format_ms(shown.earliest_possible),
            "earliest_proven": _time(shown.earliest_proven),
            "latest_proven": _time(shown.latest_proven),
            "latest_possible": format_ms(shown.latest_possible),
            "because": [{"bound": one.bound, "event_id": one.event_id, "says": one.says} for one in shown.because],
            "gaps": [
                {"source_id": one.source_id, "from": format_ms(one.since), "to": format_ms(one.until)}
                for one in shown.gaps
            ],
        },
        "touched": [
            {"system": one.system, "first": _time(one.first), "last": _time(one.last), "events": one.events,
             "records": _range(one.records)}
            for one in found.touched
        ],
        "people": [
            {"person": one.person, "state": one.state, "kind": one.kind, "why": one.why,
             "event_ids": list(one.event_ids)}
            for one in found.people
        ],
        "by_state": {state: _range(one) for state, one in found.by_state.items()},
        "not_known": found.not_known,
        "addresses": [
            {"address": one.address, "first": format_ms(one.first), "last": format_ms(one.last), "events": one.events}
            for one in found.addresses
        ],
    }  # fmt: skip


def _time(at: int | None) -> str | None:
    return None if at is None else format_ms(at)


def _range(one: Range) -> dict[str, int]:
    return {"low": one.low, "high": one.high}


def instant(at: int) -> datetime:
    """Milliseconds as an aware datetime."""
    return datetime.fromtimestamp(at / 1000, UTC)
