"""Packets refused without an access list's port on both sides: 106001 to 106021, ICMP in 106023, 710003."""

import re

from model.event import Event
from producers.cisco_asa.message import REST, Reader, reader, set_account
from producers.forms import address, whole


def _denied(event: Event, match: re.Match[str]) -> None:
    found = match.groupdict()
    event.category, event.action, event.outcome, event.verdict = "proxy", "connection.recorded", "failure", "blocked"
    event.vendor_action = "Deny"
    event.protocol = match["protocol"].lower()
    event.reason = found.get("list") or (found.get("why") or "").strip(" .()") or None
    event.address = address(match["ip1"])
    event.destination = address(match["ip2"]) or match["ip2"]
    port = whole(found.get("port2"))
    event.destination_port = port if port is not None and port < 65536 else None
    set_account(event, found.get("user1"), "observed")


_NAMED = r"[\w.:-]{2,255}"  # an address, or the name that `names` gives one
_FROM = rf" from (?P<ip1>{_NAMED})(?:/(?P<port1>\d{{1,5}}))? to "
_TO = rf"(?P<ip2>{_NAMED})(?:/(?P<port2>[\w-]{{1,32}}))?"
_SIDES = (
    r" src [^:\s]{1,64}: ?(?P<ip1>[0-9a-fA-F.:]{2,45})(?:/\d{1,5})?(?: ?\((?P<user1>[^()]{0,256})\))?"
    r" dst [^:\s]{1,64}: ?(?P<ip2>[0-9a-fA-F.:]{2,45})(?:/(?P<port2>\d{1,5}))?"
)
_REST = r"(?: " + REST + ")?"
_INBOUND = reader(r"Inbound (?P<protocol>TCP) (?P<why>connection denied)" + _FROM + _TO + _REST, _denied)
_UDP = reader(
    r"Deny inbound (?P<protocol>UDP)" + _FROM + _TO + r"(?: due to (?P<why>[^()]{0,256})| on interface \S{1,64})?",
    _denied,
)
_ANY = reader(
    r"Deny inbound (?:protocol )?(?P<protocol>\w{1,32})" + _SIDES + r"(?:\(type [^()]{1,32}\))?" + _REST, _denied
)
_STATELESS = reader(r"Deny (?P<protocol>TCP) \((?P<why>no connection)\)" + _FROM + _TO + _REST, _denied)
_REVERSE = reader(r"Deny (?P<protocol>\w{1,32}) (?P<why>reverse path check)" + _FROM + _TO + _REST, _denied)
_LISTED = reader(
    r"Deny (?:protocol )?(?P<protocol>\w{1,32})"
    + _SIDES
    + r"[^\"]{0,512} by access-group \"(?P<list>[^\"]{0,256})\""
    + _REST,
    _denied,
)
_OWN = reader(r"(?P<protocol>TCP|UDP) access denied by (?P<why>ACL)" + _FROM + r"[^:\s]{1,64}:" + _TO + _REST, _denied)
READERS: dict[str, tuple[Reader, ...]] = {
    "106001": (_INBOUND,),
    "106006": (_UDP,),
    "106007": (_UDP,),
    "106010": (_ANY,),
    "106014": (_ANY,),
    "106015": (_STATELESS,),
    "106021": (_REVERSE,),
    "106023": (_LISTED,),
    "710003": (_OWN,),
}
