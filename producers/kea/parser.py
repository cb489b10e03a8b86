"""Kea's log lines and the rows of its lease files.

https://kea.readthedocs.io/en/latest/kea-messages.html and .../arm/dhcp4-srv.html (lease file)
"""

import re

from model.event import BY_CONTENT, Event
from producers import forms
from producers.envelopes import csv_rows
from producers.envelopes.fields import Fields
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, is_by, open_head, take_time
from producers.times import at_epoch

_LOGGED = re.compile(
    r" *[A-Z]+ +(?:\[kea-dhcp[46]\.[\w.\-/]{1,100}\] (?P<id>[A-Z]\w{3,80})|(?P<bare>DHCP[46]_\w{1,60})) (?P<rest>.*)",
    re.A | re.S,
)
# Who asked. Kea writes all of it as hexadecimal: no client can write words here.
_CLIENT = re.compile(
    r"(?:\[(?:hwtype=\d+ (?P<mac>[0-9a-fA-F:]+)|[^\]]*)\], cid=\[[^\]]*\]|duid=\[(?P<duid>[^\]]*)\], "
    r"\[(?:hwtype=\d+ (?P<mac6>[0-9a-fA-F:]+)|[^\]]*)\]), tid=(?P<tid>0x[0-9a-f]+): (?P<says>.*)",
    re.A | re.S,
)
_ADDRESS = re.compile(r"(?:lease(?: for address)?|address|[Ll]ease for address) (?P<ip>[0-9a-fA-F:.]+)(?=[ ,])", re.A)
_DECLINED = re.compile(
    r"Received DHCPDECLINE for addr (?P<ip>\S+) from client (?P<client>.*, tid=0x[0-9a-f]+)\..*", re.A | re.S
)
_SECONDS = re.compile(r"has been allocated for (\d+) seconds", re.A)
_ACTIONS = {
    "LEASE_ALLOC": ("lease.granted", "success"),
    "LEASE_REUSE": ("lease.granted", "success"),
    "LEASE_RENEW": ("lease.granted", "success"),
    "LEASE_ADVERT": ("lease.offered", "success"),
    "LEASE_OFFER": ("lease.offered", "success"),
    "RELEASE": ("lease.released", "success"),
    "RELEASE_NA": ("lease.released", "success"),
    "DECLINE_LEASE": ("lease.declined", "failure"),
    "PACKET_NAK_0001": ("lease.denied", "failure"),
    "PACKET_NAK_0002": ("lease.denied", "failure"),
    "PACKET_NAK_0003": ("lease.denied", "failure"),
    "PACKET_NAK_0004": ("lease.denied", "failure"),
}
_REFUSAL_SENT = "trying to send packet DHCPNAK "
_ASKED_FOR = re.compile(r"requested-ip-address (?P<ip>[0-9.]{7,15})(?=,|$)")
# `state` in a lease file. A row is written whenever a lease changes; that of a released one (3) does not say when.
_STATES = {
    "0": ("lease.granted", "success"),
    "1": ("lease.declined", "failure"),
    "2": ("lease.expired", "success"),
}
_ESCAPED = re.compile(r"&#x([0-9a-fA-F]{2});?")


def is_heading(record: bytes) -> bool:
    """Whether a record is the row of column names of a lease file."""
    return record.startswith((b"address,hwaddr,", b"address,duid,"))


def parse(record: bytes, context: Context) -> Parsed:
    """One line of a log or one row of a lease file; or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    if not text or len(text) > forms.LONGEST_LINE:
        return Refusal("an empty or endless line")
    if context.heading and forms.address(text.partition(",")[0]):
        return [_row(csv_rows.read_row(text, csv_rows.names_of(context.heading)))]
    if is_heading(record):
        return [_event(BY_CONTENT)]
    head = _head(text, context)
    event = _event()
    if head:
        event.occurred_at, event.time_quality, event.reporter = head.at, head.quality, head.host
    logged = _LOGGED.fullmatch(_without_time(head.message, context) if head else text)
    if logged is None or not is_by(head, "kea"):
        return [event] if head else Refusal("no line of Kea: expected `INFO [kea-dhcp4.…] DHCP4_…`")
    event.vendor_code = logged["id"] or logged["bare"]
    known, client = _meaning(event.vendor_code, logged["rest"]), _CLIENT.fullmatch(_in_order(logged["rest"]))
    if known and client and not forms.is_cut(record):
        _lease(event, known, client)
    elif client and not forms.is_cut(record):
        _of_client(event, client)
    return [event]


def _head(text: str, context: Context) -> Head | None:
    """Kea's own log has its level behind the time, where syslog has the host."""
    at, rest = take_time(text, context)
    return Head(rest, *at) if at and rest.lstrip(" ").startswith(_LEVELS) else open_head(text, context)


def _without_time(message: str, context: Context) -> str:
    """What a server that logs to its standard output leaves in the journal has Kea's own time behind the head."""
    at, rest = take_time(message, context)
    return rest if at and rest.lstrip(" ").startswith(_LEVELS) else message


def _meaning(code: str, rest: str) -> tuple[str, str] | None:
    if not code.startswith(("DHCP4_", "DHCP6_")):
        return None
    if code == "DHCP4_PACKET_SEND" and _REFUSAL_SENT in rest:
        return "lease.denied", "failure"
    return _ACTIONS.get(code[6:])


def _in_order(rest: str) -> str:
    """A declined lease stands before its client; all others behind."""
    match = _DECLINED.fullmatch(rest)
    return f"{match['client']}: address {match['ip']} was declined" if match else rest


_LEVELS = ("DEBUG ", "INFO ", "WARN ", "ERROR ", "FATAL ")


def _event(origin: str | None = None) -> Event:
    return Event(
        product="kea",
        category="device",
        action="record.unrecognised",
        time_quality="received",
        protocol="dhcp",
        origin=origin,
    )


def _lease(event: Event, known: tuple[str, str], client: re.Match[str]) -> None:
    denied = known[0] == "lease.denied"
    address = (_ASKED_FOR if denied else _ADDRESS).search(client["says"])
    _of_client(event, client)
    if address is None and not denied:
        return
    event.action, event.outcome = known
    event.address = forms.address(address["ip"]) if address else None
    seconds = _SECONDS.search(client["says"])
    event.duration_s = float(forms.whole(seconds[1]) or 0) if seconds else None
    event.reason = client["says"][:300] if event.outcome == "failure" else None


def _of_client(event: Event, client: re.Match[str]) -> None:
    event.session_id = client["tid"]
    event.mac = forms.mac(client["mac"] or client["mac6"])
    event.device_basis = "observed" if event.mac else None
    if client["duid"]:  # Kea takes the card of DHCPv6 from the DUID or the link-local address: the client composes both
        event.mac = event.mac or forms.mac_of_duid(client["duid"])
        event.device_basis = "claimed" if event.mac else None


def _row(fields: Fields) -> Event:
    """A row says when the lease ends and how long it is valid: it began at the difference."""
    event = _event(BY_CONTENT)
    expires, valid = forms.whole(fields.get("expire")), forms.whole(fields.get("valid_lifetime"))
    known = _STATES.get(fields.get("state") or "")
    if not fields.sound("address", "hwaddr", "expire") or expires is None or valid is None or valid > expires:
        return event
    ends = known is not None and known[0] == "lease.expired"
    event.occurred_at, event.time_quality = at_epoch(expires if ends else expires - valid) or (None, "received")
    if known is None:
        return event
    event.action, event.outcome = known
    event.address = forms.address(fields.get("address"))
    event.mac = forms.mac(fields.get("hwaddr")) or forms.mac_of_duid(fields.get("duid") or "")
    name = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), fields.get("hostname") or "").rstrip(".")
    event.device = name or None
    composed = fields.get("duid") is not None
    event.device_basis = "claimed" if event.device or (event.mac and composed) else "observed" if event.mac else None
    event.duration_s = float(valid)
    return event
