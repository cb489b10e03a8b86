"""OpenVPN's status file and management interface, versions 1 to 3: who is connected, and the only bytes it counts."""

import re

from model.event import Basis, Event
from producers.forms import address, known, mac, name_account, whole
from producers.openvpn.client import seen_from
from producers.product import Context
from producers.syslog import take_time
from producers.times import At, at_epoch

_OTHER = ("HEADER", "TITLE", "TIME", "GLOBAL_STATS", "END", "OpenVPN CLIENT LIST", "Updated,", "Common Name,",
          "ROUTING TABLE", "Virtual Address,", "GLOBAL STATS", "Max bcast/mcast queue length,")  # fmt: skip
_REAL = r"(?P<real>[^\s,]+:\d{1,5})"
_BYTES = r"(?P<received>\d{1,19}){s}(?P<sent>\d{1,19}){s}(?P<since>[^,\t]{8,40})"
_VERSION_1 = re.compile(rf"(?P<cn>[^,]{{1,256}}),{_REAL},{_BYTES.replace('{s}', ',')}", re.A)
# `CLIENT_LIST,CN,real,virtual[,virtual6],received,sent,since,since_t[,user[,client id,peer id[,cipher]]]`. Nothing is
# escaped in it: a name with a comma shifts its fields, and then one of them has not the form it must have.
_CLIENT = r"CLIENT_LIST{s}(?P<cn>[^{s}]{0,256}){s}" + _REAL + (
    r"{s}(?P<ip>[0-9a-fA-F:.]*)(?:{s}[0-9a-fA-F:.]*)?{s}" + _BYTES
    + r"{s}\d{1,12}(?:{s}(?P<user>[^{s}]{0,256})(?:{s}\d+{s}\d+(?:{s}[A-Z][\w-]*)?)?)?"
)  # fmt: skip
_ROUTE = (
    r"ROUTING_TABLE{s}(?P<ip>[0-9a-fA-F:.]+)(?P<net>C|/\d+)?{s}(?P<cn>[^{s}]{0,256}){s}"
    + _REAL
    + (r"{s}[^{s}]{8,40}(?:{s}(?P<at>\d{1,12}))?")
)
_CLIENTS, _ROUTES = (
    {mark: re.compile(form.replace("{s}", mark), re.A) for mark in (",", "\t")} for form in (_CLIENT, _ROUTE)
)
# `virtual,CN,real,last ref`; with TAP the client's card stands where its address would.
_ROUTE_1 = re.compile(
    rf"(?P<ip>[0-9a-fA-F:.]{{2,45}})(?P<net>C|/\d+)?,(?P<cn>[^,]{{1,256}}),{_REAL},"
    r"(?P<ref>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)",
    re.A,
)
_UNDEFINED = frozenset({"", "UNDEF"})


def read_status(text: str, context: Context) -> Event | None:
    """The event of a status line, None where it is none. The snapshot's own time stands in another record."""
    mark = "\t" if text.startswith(("CLIENT_LIST\t", "ROUTING_TABLE\t")) else ","
    if text.startswith(("CLIENT_LIST" + mark, "ROUTING_TABLE" + mark)):
        if client := _CLIENTS[mark].fullmatch(text):
            return _client(client)
        route = _ROUTES[mark].fullmatch(text)
        return _route(route, at_epoch(route["at"] or "")) if route else _event("record.unrecognised")
    if match := _VERSION_1.fullmatch(text):
        return _reported(match, match["cn"], "claimed")
    if match := _ROUTE_1.fullmatch(text):
        return _route(match, take_time(match["ref"], context)[0])
    if text.startswith(_OTHER):
        fields = re.split("[,\t]", text, maxsplit=3)
        event = _event("record.unrecognised")
        event.vendor_action = fields[0]
        at = at_epoch(fields[2]) if fields[0] == "TIME" and len(fields) > 2 else None
        if fields[0] == "Updated" and len(fields) > 1:
            at = take_time(fields[1], context)[0]
        event.occurred_at, event.time_quality = at or (None, "received")
        return event
    return None


def _event(action: str) -> Event:
    return Event(product="openvpn", category="vpn", action=action, time_quality="received")


def _client(match: re.Match[str]) -> Event:
    """Who is connected. One without an address inside is still asking to be let in, or was refused just now."""
    user = known(match["user"], _UNDEFINED)
    event = _reported(match, user or match["cn"], "observed" if match["ip"] else "claimed")
    event.assigned_address = address(match["ip"])
    return event


def _reported(match: re.Match[str], name: str, basis: Basis) -> Event:
    """Bytes are counted by the server: what it received came from the client."""
    event = _event("tunnel.reported")
    event.vendor_action = "CLIENT_LIST"
    name_account(event, known(name, _UNDEFINED), basis)
    event.bytes_out, event.bytes_in = whole(match["received"]), whole(match["sent"])
    seen_from(event, match["real"])
    return event


def _route(match: re.Match[str], at: At | None) -> Event:
    """`ROUTING_TABLE,virtual,CN,real,last ref,last ref_t`: at its last packet the client held this address.

    A `C` behind the address marks one that was learned from a packet; a network is not the client's own address.
    """
    network, card = (match["net"] or "").startswith("/"), mac(match["ip"])
    event = _event("record.unrecognised" if network or card else "tunnel.addressed")
    event.vendor_action = "ROUTING_TABLE"
    name_account(event, known(match["cn"], _UNDEFINED), "observed")
    event.assigned_address = None if card else address(match["ip"])
    event.mac, event.device_basis = card, "claimed" if card else None  # of a network card that software makes up
    seen_from(event, match["real"])
    event.occurred_at, event.time_quality = at or (None, "received")
    return event
