"""Kea's words: `DHCP4_LEASE_ALLOC [hwtype=1 aa:..], cid=[..], tid=0x..: lease IP has been allocated for N seconds`."""

import re

from model.event import Event
from producers.forms import address, mac, whole

_LINE = re.compile(
    r"(?P<id>[A-Z][A-Z0-9]+_[A-Z0-9_]+) +\[(?:hwtype=\d+ (?P<mac>[0-9a-fA-F:]+)|no hwaddr info|[^\]]*)\]"
    r"(?:, cid=\[(?P<cid>[^\]]*)\])?(?:, tid=(?P<tid>0x[0-9a-fA-F]+))?[:,]? *(?P<text>.*)",
    re.A | re.S,
)
_HEAD = re.compile(r"\s*+(?:DEBUG|INFO|WARN|ERROR|FATAL)\s++\[[^\]]*\]\s*+")
_ADDRESS = re.compile(
    r"(?:(?:lease|address|lease for address)|reclaiming expired lease for address) "
    r"(?P<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:]+)(?![\w.:])",
    re.A,
)
_SECONDS = re.compile(r" for (\d{1,10}) seconds?\b", re.A)
_ACTIONS = {
    "DHCP4_LEASE_ALLOC": ("lease.granted", "success"),
    "DHCP4_LEASE_ADVERT": ("lease.offered", "success"),
    "DHCP4_LEASE_OFFER": ("lease.offered", "success"),
    "DHCP4_RELEASE": ("lease.released", "success"),
    "DHCP4_DECLINE_LEASE": ("lease.declined", "failure"),
    "DHCP4_DECLINE_LEASE_MISMATCH": ("lease.declined", "failure"),
    "DHCP4_PACKET_NAK_0001": ("lease.denied", "failure"),
    "DHCP4_PACKET_NAK_0002": ("lease.denied", "failure"),
    "DHCP4_PACKET_NAK_0003": ("lease.denied", "failure"),
    "DHCP6_LEASE_ALLOC": ("lease.granted", "success"),
    "DHCP6_LEASE_ADVERT": ("lease.offered", "success"),
    "DHCP6_RELEASE_NA": ("lease.released", "success"),
    "ALLOC_ENGINE_V4_LEASE_RECLAIM": ("lease.expired", "success"),
    "ALLOC_ENGINE_V6_LEASE_RECLAIM": ("lease.expired", "success"),
}


def read_kea(event: Event, message: str) -> bool:
    """Fills `event` in from a Kea message; False where it is none. An id not known keeps its code and its MAC."""
    head = _HEAD.match(message)
    match = _LINE.fullmatch(message, head.end() if head else 0)
    if match is None:
        return False
    event.vendor_code = match["id"]
    event.mac = mac(match["mac"])
    event.device_basis = "observed" if event.mac else None
    event.session_id = match["tid"]
    if match["id"] not in _ACTIONS:
        return True
    event.action, event.outcome = _ACTIONS[match["id"]]
    if found := _ADDRESS.match(match["text"]):
        event.address = address(found["ip"])
    if found := _SECONDS.search(match["text"]):
        event.duration_s = float(whole(found[1]) or 0)
    return True
