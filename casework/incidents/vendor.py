"""All that a vendor touched, session by session: who, when, under which approval, what was reached. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

from casework.incidents.exposure import Gap
from casework.incidents.rules import VendorRule
from casework.incidents.touched import Systems
from model.event import format_ms
from storage.queries.incidents import Use

MOST_SESSIONS = 5_000  # what is more is counted into the last one
_MOST_IDS = 20


@dataclass
class Reached:
    """A system that was reached: first and last in ms, and how many events."""

    first: int
    last: int
    events: int = 1

    def with_(self, other: "Reached") -> "Reached":
        """Both together."""
        return Reached(min(self.first, other.first), max(self.last, other.last), self.events + other.events)


@dataclass
class Receipt:
    """One session of a vendor's account, or its use outside of any. Times in ms.

    `receipt_id` is the id of the event with which it begins.
    `opened`, `ended`: whether, and when, the tunnel's opening and close were recorded. `uncovered`: how many events no
    approval covers, `event_ids` the first of them. `gaps`: silences of sources while it ran.
    """

    receipt_id: str
    account: str
    address: str
    started: int
    last: int
    opened: bool = False
    ended: int | None = None
    events: int = 0
    uncovered: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    approvals: list[str] = field(default_factory=list)
    systems: dict[str, Reached] = field(default_factory=dict)
    event_ids: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def add(self, use: Use, covered: bool, approvals: Iterable[str], system: str | None) -> None:
        """One more use, in order of time."""
        self.last = use.at
        self.events += 1
        self.bytes_in = max(self.bytes_in, use.bytes_in) if use.category == "vpn" else self.bytes_in
        self.bytes_out = max(self.bytes_out, use.bytes_out) if use.category == "vpn" else self.bytes_out
        self.approvals += [one for one in approvals if one not in self.approvals]
        if system:
            _note(self.systems, system, Reached(use.at, use.at))
        if not covered:
            self.uncovered += 1
            self.event_ids += [use.event_id] if len(self.event_ids) < _MOST_IDS else []


def receipts(uses: Iterable[Use], rule: VendorRule, systems: Systems, gaps: Sequence[Gap]) -> list[Receipt]:
    """The sessions behind a vendor's uses in order of time. A tunnel that closes ends its session; use without a tunnel
    is gathered by account until the next one opens."""
    found: list[Receipt] = []
    live: dict[str, Receipt] = {}
    for use in uses:
        mark = rule(use)
        if mark is None:
            continue
        receipt = live.get(use.account)
        if receipt is None or (use.action == "tunnel.opened" and len(found) < MOST_SESSIONS):
            receipt = Receipt(
                use.event_id, use.account, use.address, use.at, use.at, opened=use.action == "tunnel.opened"
            )
            live[use.account] = receipt
            found.append(receipt)
        receipt.add(use, mark.standing != "subject", rule.approved_by(use), systems.of(use))
        if use.action == "tunnel.closed":
            live.pop(use.account).ended = use.at
    for one in found:
        one.gaps = [
            Gap(max(gap.since, one.started), min(gap.until, one.last), gap.source_id)  # what is signed does not grow
            for gap in gaps
            if gap.since < one.last and gap.until > one.started
        ]
    return found


def as_json(vendor: str, accounts: Sequence[str], found: Sequence[Receipt]) -> dict[str, Any]:
    """The vendor's sessions, and every system with when it was reached first and last."""
    totals: dict[str, Reached] = {}
    for one in found:
        for system, reached in one.systems.items():
            _note(totals, system, reached)
    return {
        "vendor": vendor,
        "accounts": list(accounts),
        "systems": _systems(totals),
        "sessions": [_row(vendor, one) for one in found],
    }


def _note(systems: dict[str, Reached], system: str, reached: Reached) -> None:
    before = systems.get(system)
    systems[system] = before.with_(reached) if before else reached


def _systems(found: dict[str, Reached]) -> list[dict[str, Any]]:
    return [
        {"system": name, "first": format_ms(one.first), "last": format_ms(one.last), "events": one.events}
        for name, one in sorted(found.items())
    ]


def _row(vendor: str, one: Receipt) -> dict[str, Any]:
    """The receipt; its `digest` is the SHA-256 of all else in it, as JSON with sorted keys."""
    said = _said(vendor, one)
    return {**said, "digest": sha256(msgspec.json.encode(said, order="sorted")).hexdigest()}


def _said(vendor: str, one: Receipt) -> dict[str, Any]:
    return {
        **{"receipt_id": one.receipt_id, "vendor": vendor},
        **{"account": one.account, "address": one.address or None, "started_at": format_ms(one.started)},
        **{"ended_at": format_ms(one.last if one.ended is None else one.ended)},
        **{"close": "open" if one.ended is None else "recorded", "opening": "recorded" if one.opened else "inferred"},
        **{"events": one.events, "uncovered": one.uncovered, "approvals": one.approvals},
        "systems": _systems(one.systems),
        **{"bytes_in": one.bytes_in, "bytes_out": one.bytes_out, "event_ids": one.event_ids},
        "gaps": [
            {"source_id": gap.source_id, "from": format_ms(gap.since), "to": format_ms(gap.until)} for gap in one.gaps
        ],
    }
