"""Connections built and torn down, denied ones, and URLs: 302013-302016, 106023, 106100, 304001, 304002.

A teardown does not say who began: the side with the well-known port is the server, else the first is the client.
Its byte count is both ways together, so neither bytes_in nor bytes_out can be told.
"""

import re

from model.event import Event
from producers.cisco_asa.message import REST, Reader, reader, set_account
from producers.forms import account, address, host_of

_LAST_WELL_KNOWN = 1023
_TAG = re.compile(r", ?\d{1,5}$", re.A)
_USER = r"(?:\((?P<user{n}>[^()]{0,256})\))?"
_SIDE = r"(?P<if{n}>[^:\s]{1,64}):(?P<ip{n}>[^/\s]{1,256})/(?P<port{n}>\d{1,5})" + _USER
_MAPPED = r"(?: ?\([^()\s]{0,256}/\d{1,5}\))?(?:\((?P<mapped_user{n}>[^()]{0,256})\))?"


def _side(n: int, pattern: str) -> str:
    return pattern.replace("{n}", str(n))


def _ends(event: Event, match: re.Match[str], client: str) -> None:
    server = "2" if client == "1" else "1"
    event.address = address(match["ip" + client])
    event.destination = address(match["ip" + server]) or match["ip" + server]
    event.destination_port = int(match["port" + server])
    event.protocol = match["protocol"].lower()


def _who(event: Event, match: re.Match[str], client: str = "1") -> None:
    """Who is at the client's side (`LOCAL\\u, 123` ends in a security group tag), else who signed in for the flow.

    A name at the server's side is of somebody else.
    """
    found = match.groupdict()
    here = _TAG.sub("", found.get(f"mapped_user{client}") or found.get(f"user{client}") or "")
    signed = found.get("user") or ""
    same = account(here)[0] == account(signed)[0]  # the list that `LOCAL\\` names is then that of the sign-in
    set_account(event, signed if same or not here else here, "observed")


def _built(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome, event.verdict = "proxy", "connection.recorded", "success", "allowed"
    event.vendor_action = "Built"
    event.session_id = match["id"]
    client = "2" if match["way"] == "outbound" else "1"
    _ends(event, match, client)
    _who(event, match, client)


def _torn(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome, event.verdict = "proxy", "connection.recorded", "success", "allowed"
    event.vendor_action = "Teardown"
    event.session_id = match["id"]
    first, second = int(match["port1"]), int(match["port2"])
    client = "2" if first <= _LAST_WELL_KNOWN < second else "1"
    _ends(event, match, client)
    hours, minutes, rest = match["duration"].split(":")
    event.duration_s = float(int(hours[:6]) * 3_600 + int(minutes) * 60 + int(rest))
    event.reason = match["reason"].strip() or None
    _who(event, match, client)


def _denied(event: Event, match: re.Match[str]) -> None:
    found = match.groupdict()
    blocked = (found.get("word") or "denied").lower() != "permitted"
    event.category, event.action = "proxy", "connection.recorded"
    event.outcome, event.verdict = ("failure", "blocked") if blocked else ("success", "allowed")
    event.vendor_action = found.get("word") or "Deny"
    event.reason = match["list"]
    _ends(event, match, "1")
    _who(event, match)


def _url(event: Event, match: re.Match[str]) -> None:
    blocked = match.groupdict().get("denied") is not None
    event.category, event.action = "proxy", "web.requested"
    event.outcome, event.verdict = ("failure", "blocked") if blocked else ("success", "allowed")
    event.vendor_action = "Access denied URL" if blocked else "Accessed URL"
    event.address = address(match["ip"])
    event.url = match["url"]
    event.domain = host_of(match["url"])
    event.destination = address(match["to"])
    _who(event, match)


_ID = r"connection (?P<id>\d{1,20}) for "
_END = r"(?: \((?P<user>[^()]{0,256})\))?"
_BUILT = (
    r"Built (?P<way>inbound|outbound) (?:Probe )?(?P<protocol>TCP|UDP|SCTP) " + _ID
    + _side(1, _SIDE + _MAPPED) + r" to " + _side(2, _SIDE + _MAPPED) + _END
)  # fmt: skip
_TORN = (
    r"Teardown (?:Probe )?(?P<protocol>TCP|UDP|SCTP) " + _ID + _side(1, _SIDE) + r" to " + _side(2, _SIDE)
    + r" duration (?P<duration>\d{1,6}:\d\d:\d\d) bytes \d{1,20}(?P<reason>[^()]{0,256}?)" + _END
)  # fmt: skip
_ACL = (
    r"Deny (?P<protocol>\w{1,32}) src " + _side(1, _SIDE) + r" dst " + _side(2, _SIDE)
    + r"[^\"]{0,256} by access-group \"(?P<list>[^\"]{0,256})\"(?: " + REST + ")?"
)  # fmt: skip
_LISTED = (
    r"access-list (?P<list>\S{1,256}) (?P<word>denied|permitted|est-allowed) (?P<protocol>\w{1,32}) "
    r"(?P<if1>[^/\s]{1,64})/(?P<ip1>[^(\s]{1,256})\((?P<port1>\d{1,5})\)(?:\((?P<user1>[^()]{0,256})\))? -> "
    r"(?P<if2>[^/\s]{1,64})/(?P<ip2>[^(\s]{1,256})\((?P<port2>\d{1,5})\)" + REST
)
# The URL is the client's. In 304001 it stands last, in 304002 what stands last is the appliance's own.
_ACCESSED = (
    r"(?:(?P<user>[^\s()]{1,256})@)?(?P<ip>[^@(\s]{2,45})(?:\((?P<user1>[^()]{0,256})\))? "
    r"Accessed (?:JAVA )?URL (?P<to>[^:\s]{1,256}):(?P<url>.+)"
)
_REFUSED = (
    r"Access (?P<denied>denied) URL (?P<url>.+) SRC (?P<ip>\S{2,45}) DEST (?P<to>\S{2,256})"
    r"(?: on interface \S{1,64})?"
)
_BUILDS, _TEARS = (reader(_BUILT, _built),), (reader(_TORN, _torn),)
READERS: dict[str, tuple[Reader, ...]] = {
    "302013": _BUILDS,
    "302014": _TEARS,
    "302015": _BUILDS,
    "302016": _TEARS,
    "106023": (reader(_ACL, _denied),),
    "106100": (reader(_LISTED, _denied),),
    "304001": (reader(_ACCESSED, _url),),
    "304002": (reader(_REFUSED, _url),),
}
