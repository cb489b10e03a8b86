"""The bare logic of the three detections, as a script would have it: no proof, no lateness, no durability.

State stands in mappings that somebody else makes: dicts in the plain loop, Faust tables in idiomatic Faust.
"""

from collections.abc import Callable, Iterable, MutableMapping
from typing import Any, Protocol

import msgspec

from model.batch import Fact

MINUTE = 60.0
IDLE = 10 * MINUTE
SITS = frozenset({"interactive", "unlock", "cached", "remote", None})
LEAVES = frozenset({"account.logged_off", "session.locked", "session.disconnected", "device.stopped"})
FLAGGED = ("proxy", "vpn", "anonym", "filter avoidance")
HEAVY = frozenset({"developer_mode.enabled", "agent.stopped", "proxy_settings.changed"})
_facts = msgspec.json.Decoder(Fact).decode
State = MutableMapping[str, Any]


class Happened(Protocol):
    """The fields that the logic reads."""

    action: str
    account: str | None
    device: str | None
    mac: str | None
    address: str | None
    domain: str | None
    outcome: str
    verdict: str | None
    url_category: str | None
    logon_type: str | None
    reporter: str | None


class Known:
    """Reference rows by the keys that the logic asks for."""

    def __init__(self, facts: Iterable[bytes]) -> None:
        self.kinds: dict[str, tuple[str, str]] = {}  # account -> kind, vendor
        self.devices: dict[str, tuple[str, str]] = {}  # name, serial, id, MAC -> id, org
        self.flagged: set[str] = set()
        self.approved: dict[str, list[tuple[float, float]]] = {}
        for line in facts:
            fact = _facts(line)
            if fact.row:
                self._take(fact, fact.row)

    def _take(self, fact: Fact, row: dict[str, str]) -> None:
        table = fact.table
        if table == "accounts":
            self.kinds[row["account"].lower()] = (row["kind"], row.get("vendor", ""))
        elif table == "devices":
            for name in ("device_id", "serial", "hostname", "mac"):
                if row.get(name):
                    self.devices[row[name].lower()] = (row["device_id"], row.get("org", ""))
        elif table == "domains" and row["category"] in ("proxy_avoidance", "vpn"):
            self.flagged.add(row["domain"])


JUDGED = frozenset({"unapproved_vendor_session", "shared_account", "filter_circumvention"})


class Bare:
    """Judges one event after the other, in the order they come; `found` holds (detection, subject)."""

    def __init__(self, known: Known, state: Callable[[str], State]) -> None:
        self.known = known
        self.found: set[tuple[str, str]] = set()
        self.leases, self.sitting, self.uses = state("leases"), state("sitting"), state("uses")
        self.signs, self.last = state("signs"), state("last")

    def take(self, event: Happened, at: float) -> None:
        """One event; `at` in seconds. Something is written for each, as idiomatic Faust would."""
        action = event.action
        self.last[event.account or event.mac or event.address or event.reporter or ""] = at
        if action == "web.requested":
            self._web(event, self._device(event), at)
        elif action == "lease.granted" and event.address and event.mac:
            self.leases[event.address] = event.mac
        elif action in ("account.logged_on", "session.unlocked", "session.reconnected"):
            self._sit(event, at)
        elif action in LEAVES:
            self._leave(event)
        elif action == "tunnel.opened" and event.account:
            if self.known.kinds.get(event.account, ("", ""))[0] == "vendor":
                self.found.add(("unapproved_vendor_session", event.account))
        elif action in HEAVY:
            self._sign(event, self._device(event), 5.0, at)

    def _device(self, event: Happened) -> tuple[str, str] | None:
        mac = event.mac or (self.leases.get(event.address) if event.address else None)
        name = event.device or mac
        return self.known.devices.get(name.lower()) if name else None

    def _sit(self, event: Happened, at: float) -> None:
        device = self._device(event)
        if event.outcome == "failure" or event.logon_type not in SITS or not device or not event.account:
            return
        self.sitting[device[0]] = event.account
        self._use(event.account, device, at)

    def _leave(self, event: Happened) -> None:
        device = self._device(event)
        if device and device[0] in self.sitting:
            self.sitting.pop(device[0])

    def _web(self, event: Happened, device: tuple[str, str] | None, at: float) -> None:
        who = event.account or (self.sitting.get(device[0]) if device else None)
        if who and device and event.outcome != "failure":
            self._use(who, device, at)
        category = (event.url_category or "").lower()
        if event.domain in self.known.flagged or any(word in category for word in FLAGGED):
            self._sign(event, device, 3.0 if event.verdict == "allowed" else 1.0, at)

    def _use(self, account: str, device: tuple[str, str], at: float) -> None:
        """Two devices in use at once for five minutes, or at two sites within ten."""
        if self.known.kinds.get(account, ("personal", ""))[0] != "personal":
            return
        uses = self.uses.get(account) or {}
        start, until, _ = uses.get(device[0], (at, at, ""))
        start = start if at <= until + IDLE else at
        uses[device[0]] = (start, at, device[1])
        self.uses[account] = uses
        for other, (began, ended, org) in uses.items():
            if other == device[0]:
                continue
            together = min(at, ended) - max(start, began)
            if together >= 5 * MINUTE or (org != device[1] and at - ended < 10 * MINUTE):
                self.found.add(("shared_account", account))

    def _sign(self, event: Happened, device: tuple[str, str] | None, weight: float, at: float) -> None:
        subject = device[0] if device else event.account or event.mac or event.address or ""
        signs = [(when, value) for when, value in self.signs.get(subject, ()) if when > at - 30 * MINUTE]
        signs.append((at, weight))
        self.signs[subject] = signs
        if sum(value for _, value in signs) >= 4:
            who = event.account or (self.sitting.get(device[0]) if device else None)
            self.found |= {("filter_circumvention", name) for name in (subject, who) if name}
