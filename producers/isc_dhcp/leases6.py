"""A block of dhcpd6.leases: the addresses or prefixes that one client holds. Times are UTC. dhcpd.leases(5)."""

import re
from collections.abc import Iterator

from model.event import BY_CONTENT, Event
from producers.forms import address, mac_of_duid, whole
from producers.isc_dhcp.leases import PART, STATES, at_of, outcome_of
from producers.product import Parsed, Refusal

_OPENED = re.compile(r'ia-(?P<kind>na|ta|pd) "(?P<client>(?:[^"\\]++|\\.)*+)" \{', re.A | re.S)
_IDENTITY = re.compile(r"\\([0-3][0-7]{2})|\\?(.)", re.A | re.S)
_LONGEST = 1024  # characters of an identity: a DUID has at most 130 bytes (RFC 8415), each of four characters
_IAID = 4  # bytes that stand before the client's DUID
_INSIDE = re.compile(r"(?:iaaddr|iaprefix) ([0-9a-fA-F:.]{2,45})(/\d{1,3})?", re.A)
_STATED = frozenset({"cltt", "ends", "binding", "max-life"})

_Part = tuple[int, str, str]
"""How deep a statement stands or a brace opens, its words, and the mark that ends it: `;`, `{` or `}`."""


def read_block6(text: str) -> Parsed:
    """One event for each address of the block; one without an address where it has none, or holds prefixes."""
    opened = _OPENED.match(text)
    parts = list(_parts(text, opened.end())) if opened else []
    if opened is None or not parts or parts[-1][0]:
        return Refusal("a lease without a client or without its closing brace: the file was cut here")
    duid = _duid(opened["client"]) if len(opened["client"]) <= _LONGEST else ""
    return [_event(lease, duid) for lease in _leases(parts)] or [_event({}, duid)]


def _parts(text: str, position: int) -> Iterator[_Part]:
    """What stands in the block, up to the brace that closes it; nothing where something stands behind that."""
    depth = 1
    while depth and (part := PART.match(text, position)):
        position = part.end()
        if part[1]:
            continue
        depth -= part[3] == "}"
        if depth or not text[position:].strip():
            yield depth, part[2], part[3]
        depth += part[3] == "{"


def _leases(parts: list[_Part]) -> Iterator[dict[str, str]]:
    """Of each address or prefix what is stated of it; nothing where a thing is stated twice: neither is believed."""
    lease: dict[str, str] = {}
    client: dict[str, str] = {}
    twice = False
    for depth, words, mark in parts:
        keyword, _, rest = words.partition(" ")
        if mark == "{" and depth == 1:
            inside = _INSIDE.fullmatch(words.strip())
            lease = {"of": "" if inside[2] else inside[1]} if inside else {}
        elif mark == "}" and depth == 1 and lease:
            yield {} if twice else {**client, **lease}
            lease = {}
        elif mark == ";" and keyword in _STATED and (depth == 1 or (depth == 2 and lease)):
            stated = client if depth == 1 else lease
            twice |= keyword in stated
            stated[keyword] = rest


def _event(lease: dict[str, str], duid: str) -> Event:
    event = Event(
        product="isc_dhcp",
        category="device",
        action="record.unrecognised",
        time_quality="received",
        protocol="dhcp",
        origin=BY_CONTENT,
        session_id=f"duid {duid}" if duid else None,
        mac=mac_of_duid(duid),
    )
    event.device_basis = "claimed" if event.mac else None  # the client composes its DUID
    state = lease.get("binding", "").removeprefix("state ")
    event.vendor_action = state or None
    event.outcome = outcome_of(state)
    event.address = address(lease.get("of"))
    if event.address and state in STATES:
        event.action = STATES[state]
    told = "cltt" if state == "active" else "ends"
    event.occurred_at = at_of(lease.get(told, ""))
    event.time_quality = "exact" if event.occurred_at else "received"
    life = whole(lease.get("max-life"))
    event.duration_s = float(life) if life is not None and state == "active" else None
    return event


def _duid(client: str) -> str:
    r"""The DUID behind the identity association's number, as `00:01:…`. A byte is written as `\001` or as it is."""
    found = [int(octal, 8) if octal else ord(char) for octal, char in _IDENTITY.findall(client)]
    return ":".join(f"{byte:02x}" for byte in found[_IAID:])
