"""OpenVPN's status file and management interface, versions 1 to 3: who is connected, and the only bytes it counts."""

import re

from model.event import Event
from producers.forms import account, address, known, whole
from producers.openvpn.client import seen_from
from producers.product import Context
from producers.times import at_epoch, at_iso

_MARKS = ("CLIENT_LIST", "ROUTING_TABLE")
_OTHER = ("HEADER", "TITLE", "TIME", "GLOBAL_STATS", "END", "OpenVPN CLIENT LIST", "Updated,", "Common Name,",
          "ROUTING TABLE", "Virtual Address,", "GLOBAL STATS", "Max bcast/mcast queue length,")  # fmt: skip
_VERSION_1 = re.compile(r"(?P<cn>[^,]+),(?P<real>\S+:\d+),(?P<rcv>\d+),(?P<sent>\d+),(?P<since>[^,]+)", re.A)
_UNDEFINED = frozenset({"", "UNDEF"})


def read_status(text: str, context: Context) -> Event | None:
    """The event of a status line, None where it is none. The snapshot's own time stands in another record."""
    fields = re.split("[,\t]", text, maxsplit=20)
    if fields[0] in _MARKS:
        return _client(fields) if fields[0] == "CLIENT_LIST" else _route(fields)
    if match := _VERSION_1.fullmatch(text):
        return _reported(match["cn"], match["real"], match["rcv"], match["sent"])
    if text.startswith(_OTHER):
        event = _event("record.unrecognised")
        event.vendor_action = fields[0]
        at = at_epoch(fields[2]) if fields[0] == "TIME" and len(fields) > 2 else None
        if fields[0] == "Updated" and len(fields) > 1:
            at = at_iso(fields[1], context.timezone)
        event.occurred_at, event.time_quality = at or (None, "received")
        return event
    return None


def _event(action: str) -> Event:
    return Event(product="openvpn", category="vpn", action=action, time_quality="received")


def _client(fields: list[str]) -> Event:
    """`CLIENT_LIST,CN,real,virtual[,virtual6],received,sent,since,since_t[,username,...]`; virtual6 came with 2.4."""
    fields = fields + [""] * 12
    six = 1 if whole(fields[4]) is None or whole(fields[6]) is not None else 0
    user = fields[8 + six]
    event = _reported(user if known(user, _UNDEFINED) else fields[1], fields[2], fields[4 + six], fields[5 + six])
    event.assigned_address = address(fields[3])
    return event


def _reported(name: str, real: str, received: str, sent: str) -> Event:
    """Bytes are counted by the server: what it received came from the client."""
    event = _event("tunnel.reported")
    event.vendor_action = "CLIENT_LIST"
    event.account, event.account_domain = account(known(name, _UNDEFINED))
    event.bytes_out, event.bytes_in = whole(received), whole(sent)
    seen_from(event, real)
    return event


def _route(fields: list[str]) -> Event:
    """`ROUTING_TABLE,virtual,CN,real,last ref,last ref_t`: at its last packet the client held this address."""
    fields = fields + [""] * 6
    ip = address(fields[1].removesuffix("C"))
    event = _event("tunnel.addressed" if ip and "/" not in fields[1] else "record.unrecognised")
    event.vendor_action = "ROUTING_TABLE"
    event.account, event.account_domain = account(known(fields[2], _UNDEFINED))
    event.assigned_address = ip
    seen_from(event, fields[3])
    if at := at_epoch(fields[5]):
        event.occurred_at, event.time_quality = at
    return event
