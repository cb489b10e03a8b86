"""A district of two people, a shared room and a vendor, and what its judge makes of the events it is given."""

from dataclasses import dataclass
from typing import Any

import msgspec

from model.batch import Fact
from model.event import Event, decode_event
from model.violation import Violation, decode_violation
from streams.engine.engine import Engine
from tests.support.small_district import DISTRICT, ZONE, ended, event, event_batches, fact_batch, facts

CARD = {
    "LT-1": "3c:52:82:00:00:01",
    "LT-2": "3c:52:82:00:00:02",
    "LAB-7": "3c:52:82:00:00:07",
    "CORE": "3c:52:82:00:00:ff",
}
REALMS = "maplefalls.example;maple"
TABLES: dict[str, list[dict[str, Any]]] = {
    "orgs": [{"sourcedId": "hs", "name": "Maple High"}, {"sourcedId": "ms", "name": "Falls Middle"}],
    "users": [
        {"sourcedId": "p-bell", "username": "tbell", "email": "tbell@maplefalls.example"},
        {"sourcedId": "p-kim", "username": "kim", "email": "kim@maplefalls.example"},
        {"sourcedId": "p-vt", "username": "vtech", "email": "vtech@acme.example"},
    ],
    "roles": [
        {"sourcedId": "r1", "userSourcedId": "p-bell", "orgSourcedId": "hs", "role": "teacher"},
        {"sourcedId": "r2", "userSourcedId": "p-kim", "orgSourcedId": "hs", "role": "student"},
        {"sourcedId": "r3", "userSourcedId": "p-vt", "role": "ext:vendor"},
    ],
    "accounts": [
        {"account": "tbell", "person": "p-bell", "kind": "personal"},
        {"account": "kim", "person": "p-kim", "kind": "personal"},
        {"account": "vtech", "person": "p-vt", "kind": "vendor", "vendor": "acme"},
    ],
    "devices": [
        {"device_id": "LT-1", "hostname": "lt-1", "class": "staff", "org": "hs", "mac": CARD["LT-1"]},
        {"device_id": "LT-2", "hostname": "lt-2", "class": "staff", "org": "hs", "mac": CARD["LT-2"]},
        {"device_id": "LAB-7", "hostname": "lab-7", "class": "lab", "org": "hs", "mac": CARD["LAB-7"]},
        {"device_id": "CORE", "hostname": "core", "class": "network", "org": "hs", "mac": CARD["CORE"]},
        {"device_id": "AP-HS", "hostname": "ap-hs", "class": "network", "org": "hs"},
        {"device_id": "AP-MS", "hostname": "ap-ms", "class": "network", "org": "ms"},
    ],
    "assignments": [{"device_id": "LT-1", "person": "p-bell"}],
    "networks": [
        {"cidr": "10.1.0.0/16", "kind": "site", "org": "hs"},
        {"cidr": "10.2.0.0/16", "kind": "site", "org": "ms"},
        {"cidr": "10.9.0.0/24", "kind": "vpn_pool"},
    ],
    "vendors": [{"vendor": "acme", "name": "Acme Controls"}],
    "approvals": [],
}
Said = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """What came of it: the events as attributed, in order of their number, and the violations that stand."""

    events: list[Event]
    violations: list[Violation]

    def found(self, detection: str) -> list[Violation]:
        return [violation for violation in self.violations if violation.detection == detection]


def trial(*said: Said, realms: str | None = REALMS, **tables: list[Said] | None) -> Trial:
    """Judge events, each a day's `at` and what it says; `tables` replace those of the district."""
    engine = Engine(DISTRICT)
    settings = {"timezone": str(ZONE)} | ({"realms": realms} if realms is not None else {})
    engine.observe(fact_batch([*facts({**TABLES, **tables}, ZONE), Fact(table="district", key=DISTRICT, row=settings)]))
    for batch in event_batches([_event(number, one) for number, one in enumerate(said)]):
        engine.observe(batch)
        engine.judge()
    engine.observe(ended())
    engine.judge()
    output = engine.take()
    last = {one.event_id: one for one in map(decode_event, output.events)}
    found = {one.violation_id: one for one in map(decode_violation, output.violations)}
    standing = [one for one in found.values() if one.status != "withdrawn"]
    return Trial([last[name] for name in sorted(last)], sorted(standing, key=lambda one: one.started_at))


def _event(number: int, said: Said) -> Event:
    said = dict(said)
    return event(number, ZONE, **{**said, "at": f"2026-03-04 {said['at']}"})


def sat(at: str, account: str = "tbell", device: str = "LT-1", **more: Any) -> Said:
    """A logon at a computer of the domain, as the computer itself tells it."""
    said = {"at": at, "action": "account.logged_on", "logon_type": "interactive", "outcome": "success"}
    names = {"account": account, "account_basis": "authenticated", "device_basis": "authenticated"}
    return {**said, **names, "device": device.lower(), "reporter": device.lower(), **more}


def unlocked(at: str, account: str = "tbell", device: str = "LT-1", **more: Any) -> Said:
    """The same person again."""
    return sat(at, account, device, **{"action": "session.unlocked", "logon_type": None, **more})


def leased(at: str, address: str, mac: str, **more: Any) -> Said:
    """A lease, by the DHCP server."""
    said = {"at": at, "category": "device", "action": "lease.granted", "address": address, "mac": mac}
    return {**said, "device_basis": "claimed" if "device" in more else "observed", "reporter": "dhcp1", **more}


def asked(at: str, address: str, domain: str = "curriculum.example", **more: Any) -> Said:
    """A web request of which the proxy knows the address alone."""
    said = {"at": at, "category": "proxy", "action": "web.requested", "address": address, "domain": domain}
    return {**said, "verdict": "allowed", **more}


def tunnel(at: str, account: str = "vtech", what: str = "opened", **more: Any) -> Said:
    """What a VPN server tells of a tunnel."""
    said = {"at": at, "category": "vpn", "action": f"tunnel.{what}", "account": account, "outcome": "success"}
    return {**said, "account_basis": "authenticated", "address": "198.51.100.7", "session_id": "s1", **more}


def plain(value: Any) -> Any:
    """A struct as JSON would have it."""
    return msgspec.to_builtins(value)
