"""What dnsmasq says in its log, whoever relays it (UniFi gateways run it, too).

dnsmasq 2.90, src/rfc2131.c and src/rfc3315.c (log_packet), src/cache.c (log_query); dnsmasq(8): log-dhcp, log-queries.
"""

import re

from model.event import Event
from producers.forms import address, host_of, mac, mac_of_duid

_IP = r"[0-9a-fA-F:.]{2,45}"
# `log-dhcp` puts the transaction's number before it. Behind the card stands the client's name, which has no blanks, or
# a word of the server's own.
_LEASE = re.compile(
    r"(?:(?P<id>\d{1,10}) )?(?P<verb>DHCP[A-Z]{3,20})\((?P<via>[^\s()]{1,64})\)(?: (?P<ip>" + _IP + r"))?"
    r" (?P<card>[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5,130})(?: (?P<says>.*))?",
    re.A | re.S,
)
# `log-queries=extra` puts a number and the client before it.
_CLIENT = r"(?:\d{1,10} (?P<client>" + _IP + r")/\d{1,5} )?"
_QUERY = re.compile(_CLIENT + r"query\[(?P<type>[\w=-]{1,32})\] (?P<name>\S{1,255}) from (?P<from>" + _IP + ")", re.A)
_REFUSED = re.compile(
    _CLIENT + r"(?P<by>config|gravity blocked|exactly denied|regex denied|exactly blacklisted|regex blacklisted|"
    r"/\S{1,255}) (?P<name>\S{1,255}) is (?:<?NXDOMAIN>?|<?NODATA>?|0\.0\.0\.0|::)",
    re.A,
)
# What became of a name, of which the question stands in another line. Only `log-queries=extra` says for whom.
_ANSWERED = re.compile(
    _CLIENT + r"(?P<by>reply|cached|cached-stale|forwarded|config|special domain|gravity blocked|exactly denied|"
    r"regex denied|exactly blacklisted|regex blacklisted|/\S{1,255}) (?P<name>\S{1,255}) (?:is|to) \S{1,255}",
    re.A,
)
_ACTIONS = {
    "DHCPDISCOVER": ("lease.sought", "unknown"),
    "DHCPOFFER": ("lease.offered", "success"),
    "DHCPREQUEST": ("lease.requested", "unknown"),
    "DHCPACK": ("lease.granted", "success"),
    "DHCPNAK": ("lease.denied", "failure"),
    "DHCPRELEASE": ("lease.released", "success"),
    "DHCPDECLINE": ("lease.declined", "failure"),
    "DHCPINFORM": ("lease.informed", "unknown"),
    "DHCPSOLICIT": ("lease.sought", "unknown"),
    "DHCPADVERTISE": ("lease.offered", "success"),
    "DHCPRENEW": ("lease.requested", "unknown"),
    "DHCPREBIND": ("lease.requested", "unknown"),
    "DHCPREPLY": ("lease.granted", "success"),
}
_NAMED = frozenset({"DHCPACK", "DHCPREPLY"})  # behind others the rest is the server's reason
_OF_VERSION_6 = frozenset({"DHCPSOLICIT", "DHCPADVERTISE", "DHCPRENEW", "DHCPREBIND", "DHCPREPLY"})


def read_line(event: Event, message: str) -> None:
    """Fills `event` in; a line that tells neither of a lease nor of what a client asked keeps its name and client."""
    if match := _LEASE.fullmatch(message):
        _lease(event, match)
    elif match := _QUERY.fullmatch(message):
        if match["client"] in (None, match["from"]):
            _asked(event, match["name"], match["from"])
            event.vendor_action = f"query[{match['type']}]"
    elif (match := _REFUSED.fullmatch(message)) and match["client"]:
        _asked(event, match["name"], match["client"])
        event.verdict, event.outcome = "blocked", "failure"
        event.vendor_action = event.reason = match["by"]
    elif match := _ANSWERED.fullmatch(message):
        event.protocol, event.vendor_action = "dns", match["by"]
        event.domain, event.address = host_of(match["name"]), address(match["client"])


def _lease(event: Event, match: re.Match[str]) -> None:
    known = _ACTIONS.get(match["verb"])
    says = match["says"] or ""
    if known is None or (known[0] == "lease.granted" and (match["ip"] is None or " " in says)):
        return
    event.category, event.protocol, event.vendor_action = "device", "dhcp", match["verb"]
    event.action, event.outcome = known
    event.address, event.session_id = address(match["ip"]), match["id"]
    _card(event, match)
    if match["verb"] in _NAMED:
        event.device = says or None
        event.device_basis = "claimed" if event.device else event.device_basis
    elif says:
        event.reason, event.outcome = says, "failure"


def _card(event: Event, match: re.Match[str]) -> None:
    """The card of DHCP, or the DUID of DHCPv6, which the client composes and which may look like a card."""
    without = match["ip"] is None and match["verb"] != "DHCPDISCOVER"  # version 4 names an address with all others
    if match["verb"] in _OF_VERSION_6 or without or ":" in (match["ip"] or ""):
        event.mac = mac_of_duid(match["card"].replace("-", ":"))
        event.device_basis = "claimed" if event.mac else None
    else:
        event.mac = mac(match["card"])
        event.device_basis = "observed" if event.mac else None


def _asked(event: Event, name: str, client: str) -> None:
    event.category, event.protocol, event.action = "proxy", "dns", "web.requested"
    event.verdict, event.outcome = "unknown", "unknown"
    event.domain, event.address = host_of(name), address(client)
