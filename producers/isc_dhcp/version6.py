"""dhcpd's words for DHCPv6: messages, and the address each reply names. server/dhcpv6.c of ISC DHCP 4."""

import re

from model.event import Event
from producers.forms import address, mac_of_duid, whole

_MESSAGE = re.compile(
    r"(?P<word>Solicit|Request|Renew|Rebind|Confirm|Release|Decline|Information-request) message from "
    r"(?P<from>\S+) port \d+.*",
    re.A | re.S,
)
_ANSWER = re.compile(
    r"(?P<word>Reply|Advertise|Release|Decline) (?P<kind>NA|TA|PD): (?:address|prefix) (?P<ip>[0-9a-fA-F:.]+)(?:/\d+)?"
    r" (?:to|from) client with duid (?P<duid>[0-9a-fA-F:]+)(?:.*?valid for (?P<valid>\d+) seconds)?.*",
    re.A | re.S,
)
_MESSAGES = {
    "Solicit": "lease.sought",
    "Request": "lease.requested",
    "Renew": "lease.requested",
    "Rebind": "lease.requested",
    "Information-request": "lease.informed",
}
_ANSWERS = {
    "Reply": ("lease.granted", "success"),
    "Advertise": ("lease.offered", "success"),
    "Release": ("lease.released", "success"),
    "Decline": ("lease.declined", "failure"),
}


def read_version6(event: Event, message: str) -> bool:
    """Fills `event` in from a DHCPv6 line; False where it is none. Release and Decline count once, at the address."""
    if match := _ANSWER.fullmatch(message):
        event.action, event.outcome = _ANSWERS[match["word"]]
        event.vendor_action = f"{match['word']} {match['kind']}"
        event.address = address(match["ip"])
        event.mac = mac_of_duid(match["duid"])
        event.device_basis = "claimed" if event.mac else None  # the client composes its DUID
        event.session_id = f"duid {match['duid'].lower()}"
        valid = whole(match["valid"])
        event.duration_s = None if valid is None else float(valid)
        return True
    match = _MESSAGE.fullmatch(message)
    if match is None:
        return False
    event.action = _MESSAGES.get(match["word"], "record.unrecognised")
    event.vendor_action = match["word"]
    event.address = address(match["from"])
    return True
