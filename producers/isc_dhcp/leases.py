"""A block of dhcpd.leases: the state of one address when the server wrote it. Times are UTC. dhcpd.leases(5)."""

import re
from zoneinfo import ZoneInfo

from model.event import Event, parse_at
from producers.forms import address, mac
from producers.isc_dhcp.verbs import name_of
from producers.product import Parsed, Refusal
from producers.times import at_epoch, at_local

_BLOCK = re.compile(r"lease (\S+) \{(.*)\}", re.A | re.S)
_OTHER = re.compile(r"(?:ia-na|ia-ta|ia-pd|host|failover peer)\b", re.A)
_TIME = re.compile(
    r"^\s*(starts|ends|cltt) (?:\d (\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d)|epoch (\d{1,12})|(never))", re.A | re.M
)
_STATE = re.compile(r"^\s*binding state (\w+);", re.A | re.M)
_MAC = re.compile(r"^\s*hardware \S+ ([0-9a-fA-F:]+);", re.A | re.M)
_NAME = re.compile(r'^\s*client-hostname "((?:[^"\\]|\\.)*)";', re.A | re.M)
_STATES = {"active": "lease.granted", "free": "lease.expired", "expired": "lease.expired", "released": "lease.released",
           "abandoned": "lease.declined"}  # fmt: skip
_UTC = ZoneInfo("UTC")


def starts_block(text: str) -> bool:
    """Whether a record is of the leases file: a block, or what is left of one."""
    return text.startswith("lease ") or _OTHER.match(text) is not None


def read_block(text: str) -> Parsed:
    """One event per block. A lease begins at `starts`; one given up or run out ended at `ends`."""
    event = Event(product="isc_dhcp", category="device", action="record.unrecognised", time_quality="received")
    if not text.startswith("lease "):
        return [event]
    match = _BLOCK.fullmatch(text)
    ip = address(match[1]) if match else None
    if match is None or ip is None:
        return Refusal("a lease without an address or without its closing brace: the file was cut here")
    event.address = ip
    event.protocol = "dhcp"
    _fill(event, match[2])
    return [event]


def _fill(event: Event, body: str) -> None:
    times = {found[1]: _at(found) for found in _TIME.finditer(body)}
    state = found[1] if (found := _STATE.search(body)) else "active"  # servers before 3.0 write no state
    event.action = _STATES.get(state, "record.unrecognised")
    event.outcome = "failure" if state == "abandoned" else "success" if state in _STATES else "unknown"
    event.vendor_action = state
    event.mac = mac(found[1]) if (found := _MAC.search(body)) else None
    event.device = name_of(found[1]) if (found := _NAME.search(body)) else None
    starts, ends = times.get("starts"), times.get("ends")
    event.occurred_at = starts if event.action == "lease.granted" else ends or starts
    event.time_quality = "exact" if event.occurred_at else "received"
    if starts and ends and event.action == "lease.granted":
        event.duration_s = max(0.0, (parse_at(ends) - parse_at(starts)).total_seconds())


def _at(found: re.Match[str]) -> str | None:
    """`3 2024/03/05 14:00:00` or `epoch 1709647200`; `never` is no time."""
    if found[6]:
        at = at_epoch(found[6])
    elif found[2]:
        at = at_local(int(found[2]), int(found[3]), int(found[4]), found[5], _UTC)
    else:
        at = None
    return at[0] if at else None
