"""How OpenVPN names a client: `CN/IP:port` before a message, `[AF_INET]IP:port` within one."""

import re

from model.event import Event
from producers.forms import account, address_port

# From 2.7 on the protocol stands before the address.
REAL = r"(?:(?:udp|tcp)[46]:|\[AF_INET6?\])?" + (
    r"(?P<real>\d+\.\d+\.\d+\.\d+:\d+|\[[0-9a-fA-F:.]+\]:\d+|[0-9a-fA-F]*:[0-9a-fA-F:.]+)"
)
# A common name may hold blanks and slashes: what counts is the address behind the last slash before the message.
_PREFIX = re.compile(rf"(?:(?P<cn>[^/\n][^\n]{{0,255}}?)/)?{REAL} (?P<text>.*)", re.A | re.S)


def take_client(event: Event, message: str) -> str:
    """Fills in the client that stands before a message, and returns the message."""
    match = _PREFIX.match(message)
    if match is None:
        return message
    seen_from(event, match["real"])
    event.account, event.account_domain = account(match["cn"])
    return match["text"]


def seen_from(event: Event, real: str) -> None:
    """The client's public address, and with its port the session: OpenVPN numbers none."""
    ip, port = address_port(real)
    if ip is None and real.count(":") > 2:
        ip, port = address_port(f"[{real.rpartition(':')[0]}]:{real.rpartition(':')[2]}")
    if ip:
        event.address = ip
        event.session_id = f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"
