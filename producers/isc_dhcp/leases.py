"""A block of dhcpd.leases: the state of one address when the server wrote it. Times are UTC. dhcpd.leases(5)."""

import re
from zoneinfo import ZoneInfo

from model.event import BY_CONTENT, Event, parse_at
from producers.forms import address, mac
from producers.isc_dhcp.verbs import name_of, set_basis
from producers.product import Parsed, Refusal
from producers.times import at_epoch, at_local

_OPENED = re.compile(r"lease ([0-9a-fA-F.:]{2,45}) \{", re.A)
_OTHER = re.compile(r"(?:host|failover peer)\b", re.A)
# One statement, a comment, or the brace that opens or closes a block; in quotes dhcpd escapes `"` and `\`. Possessive,
# so that nothing is tried twice.
PART = re.compile(r'\s*+(?:(#[^\n]*+)|((?:[^;{}"#]++|"(?:[^"\\]++|\\.)*+")*+)([;{}]))', re.S)
_TIME = re.compile(r"(?:\d (\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d)(?: UTC)?|epoch (\d{1,12})|never)", re.A)
_TIMES = frozenset({"starts", "ends", "cltt"})
_MAC = re.compile(r"\S+ ((?:[0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2})", re.A)
_NAME = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_STATED = (*_TIMES, "binding", "hardware", "client-hostname", "abandoned")
STATES = {"active": "lease.granted", "free": "lease.expired", "expired": "lease.expired", "released": "lease.released",
           "abandoned": "lease.declined"}  # fmt: skip
_UTC = ZoneInfo("UTC")


def starts_block(text: str) -> bool:
    """Whether a record is of the leases file: a block, or what is left of one."""
    return text.startswith("lease ") or _OTHER.match(text) is not None


def read_block(text: str) -> Parsed:
    """One event per block, the same one in every file that dhcpd writes it to.

    A lease begins at `starts`; one given up or run out ended at `ends`.
    """
    event = Event(
        product="isc_dhcp",
        category="device",
        action="record.unrecognised",
        time_quality="received",
        origin=BY_CONTENT,
    )
    if not text.startswith("lease "):
        return [event]
    opened = _OPENED.match(text)
    ip = address(opened[1]) if opened else None
    stated = _statements(text, opened.end()) if opened else None
    if ip is None or stated is None:
        return Refusal("a lease without an address or without its closing brace: the file was cut here")
    if len(stated) != len(dict(stated)):  # the same thing stated twice: neither is believed
        return [event]
    event.address = ip
    event.protocol = "dhcp"
    _fill(event, dict(stated))
    return [event]


def _statements(text: str, position: int) -> list[tuple[str, str]] | None:
    """Keyword and rest of the block's own statements, as far as we use them; None if it does not end where it must."""
    found, depth = [], 1
    while depth and (part := PART.match(text, position)):
        position = part.end()
        if part[1]:
            continue
        if part[3] == ";":
            keyword, _, rest = part[2].partition(" ")
            if depth == 1 and keyword in _STATED:
                found.append((keyword, rest))
        else:
            depth += 1 if part[3] == "{" else -1
    return None if depth or text[position:].strip() else found


def _fill(event: Event, stated: dict[str, str]) -> None:
    times = {keyword: at_of(stated[keyword]) for keyword in _TIMES & stated.keys()}
    given = "state abandoned" if "abandoned" in stated else "state active"  # servers before 3.0, and OpenBSD's
    state = stated.get("binding", given).removeprefix("state ")
    event.action = STATES.get(state, "record.unrecognised")
    event.outcome = outcome_of(state)
    event.vendor_action = state
    event.mac = mac(found[1]) if (found := _MAC.fullmatch(stated.get("hardware", ""))) else None
    event.device = name_of(found[1]) if (found := _NAME.fullmatch(stated.get("client-hostname", ""))) else None
    set_basis(event)
    starts, ends = times.get("starts"), times.get("ends")
    event.occurred_at = starts if event.action == "lease.granted" else ends or starts
    event.time_quality = "exact" if event.occurred_at else "received"
    if starts and ends and event.action == "lease.granted":
        event.duration_s = max(0.0, (parse_at(ends) - parse_at(starts)).total_seconds())


def outcome_of(state: str) -> str:
    """How a lease in this state came out."""
    return "failure" if state == "abandoned" else "success" if state in STATES else "unknown"


def at_of(written: str) -> str | None:
    """`3 2024/03/05 14:00:00`, the same with `UTC` (OpenBSD), or `epoch 1709647200`; `never` is no time."""
    found = _TIME.fullmatch(written)
    if found is None:
        return None
    if found[5]:
        at = at_epoch(found[5])
    elif found[1]:
        at = at_local(int(found[1]), int(found[2]), int(found[3]), found[4], _UTC)
    else:
        at = None
    return at[0] if at else None
