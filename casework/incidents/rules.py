"""What each use says of an incident's subject: innocent, its own, or nothing; one rule for each kind. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import merge
from ipaddress import ip_address

from casework.incidents.exposure import Mark, Standing
from casework.incidents.places import Place, Places
from model.realms import Realms
from model.reference import Approval, Loss, Reference
from storage.queries.incidents import Use
from streams.patterns.reached_systems import Reach
from streams.patterns.reached_systems import names as approval_names

Rule = Callable[[Use], Mark | None]
LOCKED_OUT = frozenset({"password.changed", "password.reset", "account.disabled", "account.deleted"})
_SNAPSHOT = frozenset({"device.reported", "tunnel.reported", "record.unrecognised", "source.silent", "source.resumed"})
_ABOUT_DEVICE = frozenset({"device.located", "device.changed", "device.watched"})  # done to it from elsewhere
_LEASE_OVER = frozenset({"lease.released", "lease.expired"})
_REFUSED_LEASE = frozenset({"lease.denied", "lease.declined", "lease.offered", "lease.sought"})
_MOST_NAMES = 50_000  # that are remembered
_OUTSIDE = {
    "stranger": "is not in networks.csv and had not been used on three earlier days",
    "inside": "is in networks.csv",
    "usual": "had been used on at least three earlier days",
}


def happened(use: Use) -> bool:
    """Whether a use came about: not refused, not blocked, no mere snapshot, by a name that somebody checked."""
    return use.outcome != "failure" and use.verdict != "blocked" and use.action not in _SNAPSHOT


@dataclass
class AccountRule:
    """The account of one person. Innocent: from the district's networks and usual addresses, and through a tunnel from
    one. The subject's: from a stranger's address, through a tunnel from one, and other use after the first of these."""

    account: str
    realms: Realms
    places: Places
    _tunnels: dict[str, Place] = field(default_factory=dict)  # address inside → where the tunnel comes from
    _names: dict[tuple[str, ...], str] = field(default_factory=dict)  # what a record says → the name it is known by

    def __call__(self, use: Use) -> Mark | None:
        """What one event says; None: nothing."""
        if not happened(use):
            return None
        if use.action in LOCKED_OUT and self._acted_upon(use):
            return self._locked_out(use)
        if not self.acts(use):
            return None
        place = self._place(use)
        self._note_tunnel(use, place)
        standing = _STANDING[place] if use.address or elsewhere(use) else "neutral"
        return Mark(use.at, standing, self._says(use, place), use)

    def acts(self, use: Use) -> bool:
        """Whether the account itself did something, and not one of that name in another realm."""
        proven = use.account_basis != "claimed" and not use.action.startswith("lease.")
        return happened(use) and proven and self._acts(use)

    def _acts(self, use: Use) -> bool:
        return bool(use.account) and self._named(use, use.account, use.account_domain) == self.account

    def _acted_upon(self, use: Use) -> bool:
        if not use.target_account:
            return self._acts(use)
        return self._named(use, use.target_account, use.target_domain) == self.account

    def _named(self, use: Use, account: str, domain: str) -> str:
        key = (account, domain, use.category, use.reporter, use.device)
        if key not in self._names:
            if len(self._names) > _MOST_NAMES:
                self._names.clear()
            self._names[key] = self.realms.name_of(account, domain or None, use.category, use.reporter, use.device)
        return self._names[key]

    def _locked_out(self, use: Use) -> Mark:
        """A new password ends what went before, unless the stranger chose it."""
        place = self._place(use) if self._acts(use) else "inside"
        if place == "stranger":
            return Mark(use.at, "subject", f"{use.action} from {use.address}, which {_OUTSIDE['stranger']}", use)
        by = f" by {use.account}" if use.account and use.account != self.account else ""
        return Mark(use.at, "neutral", f"{_words(use.action)}{by}: what was known before no longer opens it", use, True)

    def _place(self, use: Use) -> Place:
        if not use.address:
            return "unknown"
        place = self._tunnels.get(use.address) or self.places.of(use.address, use.at)
        return "unknown" if place == "pool" else place

    def _note_tunnel(self, use: Use, place: Place) -> None:
        if use.action == "tunnel.closed":
            inside = [one for one in self._tunnels if one == use.assigned_address] or list(self._tunnels)
            for one in inside:
                del self._tunnels[one]
        elif use.assigned_address:
            self._tunnels[use.assigned_address] = place

    def _says(self, use: Use, place: Place) -> str:
        return f"{_words(use.action)} by {self.account} {_where(use, place)}"


_STANDING: Mapping[Place, Standing] = {
    "inside": "legitimate", "usual": "legitimate", "stranger": "subject", "unknown": "other", "pool": "other",
}  # fmt: skip


_WHERE_IT_STANDS: Mapping[Place, Standing] = {
    "inside": "legitimate", "pool": "legitimate", "usual": "legitimate", "stranger": "subject", "unknown": "neutral",
}  # fmt: skip


def elsewhere(use: Use) -> bool:
    """Whether a use without an address may have come from anywhere: none of the district's machines tells it."""
    return not (use.address or use.device or use.device_id or use.reporter)


@dataclass
class VendorRule:
    """The accounts of one company. Innocent: what an approval covers. The subject's: whatever none covers, also a
    system that it does not name."""

    vendor: str
    reference: Reference
    system_of: Callable[[Use], str | None]
    _open: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, use: Use) -> Mark | None:
        """What one event says; None: nothing."""
        if not happened(use) or not use.account or use.account_basis == "claimed":
            return None
        grants = [one for one in self._approvals(use) if _holds(one, use.at)]
        standing, why = self._judged(use, grants)
        closes = self._closes(use)
        end = "; no other session of the company was open" if closes else ""
        return Mark(use.at, standing, f"{_words(use.action)} by {use.account} {why}{end}", use, closes)

    def approved_by(self, use: Use) -> list[str]:
        """The approvals that were in force when a use took place."""
        return sorted({one.approval_id for one in self._approvals(use) if _holds(one, use.at)})

    def _approvals(self, use: Use) -> list[Approval]:
        rows = self.reference.approvals("vendor_access", use.at, use.at, vendor=self.vendor, account=use.account)
        return [one for one in rows if one.state == "approved"]

    def _judged(self, use: Use, grants: list[Approval]) -> tuple[Standing, str]:
        if not grants:
            return "subject", "while no approval covered it"
        system = self.system_of(use)
        fitting = [one for one in grants if system is None or _covers(one, system)]
        if not fitting:
            return "subject", f"at {system}, which approval {grants[0].approval_id} does not name"
        return "legitimate", f"under approval {fitting[0].approval_id}"

    def _closes(self, use: Use) -> bool:
        """Whether the company's last open tunnel ended."""
        session = (use.account, use.session_id or use.address)
        if use.action == "tunnel.opened":
            self._open.add(session)
        if use.action == "tunnel.closed":
            self._open.discard(session)
            return not self._open
        return False


def _holds(row: Approval, at: int) -> bool:
    return (row.valid_from is None or row.valid_from <= at) and (row.valid_to is None or at < row.valid_to)


def _covers(row: Approval, system: str) -> bool:
    known = frozenset({system})
    hosts, addresses = (frozenset[str](), known) if is_address(system) else (known, frozenset[str]())
    return approval_names(row.systems, Reach(0, system, hosts, addresses, ()))


def is_address(text: str) -> bool:
    """Whether a text is an IP address and no host's name."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@dataclass
class PlaceRule:
    """A device or a store. Innocent: from the district's networks and usual addresses, before it was lost. The
    subject's: from a stranger's address, and whatever was done with it while it was lost."""

    called: str
    places: Places
    lost: tuple["Lost", ...] = ()

    def __call__(self, use: Use) -> Mark | None:
        """What one event says; None: nothing."""
        if use.action == "device.wiped" and use.outcome != "failure":
            return Mark(use.at, "neutral", f"{self.called} was wiped", use, True)
        if not happened(use) or use.action in _ABOUT_DEVICE or use.action in _REFUSED_LEASE:
            return None
        loss = next((one for one in self.lost if one.since < use.at < one.until), None)
        place = self.places.of(use.address, use.at) if use.address else "unknown"
        if loss:
            return self._while_lost(use, loss)
        standing = _WHERE_IT_STANDS[place]
        said = "the end of a lease" if use.action in _LEASE_OVER else _words(use.action)
        return Mark(use.at, standing, f"{said} at {self.called} {_where(use, place)}", use)

    def _while_lost(self, use: Use, loss: "Lost") -> Mark | None:
        if use.action in _LEASE_OVER:
            return None  # a timer ran out
        by = f" by {use.account}" if use.account else ""
        return Mark(use.at, "subject", f"{_words(use.action)}{by} at {self.called} {loss.says}", use)


@dataclass(frozen=True)
class Lost:
    """A time in which a device was in nobody's hands that we know, (since, until) in ms."""

    since: int
    until: int
    says: str


def losses(rows: Iterable[Loss], discovered: int, ever: int) -> tuple[Lost, ...]:
    """The times of loss: from when it was last seen, else from when the loss was discovered; where no row tells of a
    loss, from the discovery of the incident."""
    found = [_lost(row, ever) for row in rows]
    return tuple(found) or (Lost(discovered, ever, "after the loss was discovered"),)


def _lost(row: Loss, ever: int) -> Lost:
    since = row.last_seen_at or row.discovered_at or row.valid_from or 0
    until = row.recovered_at or ever
    return Lost(since, until, f"while it was {row.kind} ({row.reference})")


def table_marks(rows: Iterable[Loss], called: str) -> list[Mark]:
    """What losses.csv itself says: when the device was last seen in the right hands, and when it came back."""
    found: list[Mark] = []
    for row in rows:
        if row.last_seen_at:
            found.append(Mark(row.last_seen_at, "legitimate", f"{row.reference} says when {called} was last seen"))
        if row.recovered_at:
            found.append(Mark(row.recovered_at, "neutral", f"{row.reference} says that {called} came back", None, True))
    return sorted(found, key=lambda mark: mark.at)


def marks(uses: Iterable[Use], rule: Rule, told: Iterable[Mark] = ()) -> Iterator[Mark]:
    """The marks of uses in order of time, with those that a table tells."""
    by_events = (mark for mark in map(rule, uses) if mark)
    return merge(by_events, told, key=lambda mark: mark.at)


def _where(use: Use, place: Place) -> str:
    if not use.address:
        return "from a place that the record does not name, after the first foreign use"
    if place in _OUTSIDE:
        return f"from {use.address}, which {_OUTSIDE[place]}"
    return f"from {use.address}"


@lru_cache(maxsize=512)
def _words(action: str) -> str:
    noun, _, done = action.partition(".")
    return f"{noun.replace('_', ' ')} {done.replace('_', ' ')}"
