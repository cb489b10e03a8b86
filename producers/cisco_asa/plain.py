"""Messages without a meaning of their own: from where to where, and of whom, by the phrases that most of them share.

The name is `claimed`, but for the user whom an access list names; where a phrase stands twice no address is taken.
"""

import re

from model.event import Event
from producers.cisco_asa.message import IP, set_account
from producers.forms import address, port

_PORT = r"(?:[/:]\d{1,5}\b|\(\d{1,5}\))?"
_KEPT = rf"(?P<port{{}}>{_PORT})"
_SIDE = rf"(?:[A-Za-z_][\w.-]{{0,63}}[:/](?!:))?(?P<ip{{}}>{IP}){_KEPT}(?: ?\([0-9a-fA-F.:]{{2,45}}(?:/\d{{1,5}})?\))?"
_ONE, _TWO = _SIDE.replace("{}", "1"), _SIDE.replace("{}", "2")
_FLOWS = (
    re.compile(rf"(?:\b(?:from|src|between)|connection(?: \d{{1,20}})? for|, for) {_ONE}"
               rf"(?:\((?P<user>[^()]{{1,256}})\))? (?:to|dst|and|on interface \S{{1,64}} to) {_TWO}", re.A),
    re.compile(rf"\bfor user '?(?P<user>[^\s']{{1,256}})'? {_ONE} -> {_TWO}", re.A),
    re.compile(rf"\bLocal:(?P<ip2>{IP}) Remote:(?P<ip1>{IP}) Username:(?P<user>\S{{1,256}}) ", re.A),
    re.compile(rf"\bfaddr (?P<ip2>{IP})/\d{{1,5}} gaddr {IP}/\d{{1,5}} laddr (?P<ip1>{IP})/\d{{1,5}}", re.A),
)  # fmt: skip
_PLACES = (
    re.compile(rf"\bfrom(?: laddr)? (?P<ip1>{IP}){_PORT}(?: |$)", re.A),
    re.compile(rf"\bclient (?:[\w.-]{{1,64}}:)?(?P<ip1>{IP})/\d{{1,5}}", re.A),
    re.compile(rf"\blocal-host (?:[\w.-]{{1,64}}:)?(?P<ip1>{IP})(?: |$)", re.A),
    re.compile(rf"\bIP = (?P<ip1>{IP}),", re.A),
    re.compile(rf"\bIP-User mapping (?P<ip1>{IP}) - ", re.A),
    re.compile(rf"\bclient user [^\s,]{{1,256}}, IP(?:v[46])? (?P<ip1>{IP}) ", re.A),
)
_NAMES = (
    re.compile(r"\bfor (?:client )?user \"?(?P<user>[^\s\",:]{1,256})\"?(?:[ ,]|$)", re.A),
    re.compile(r", user (?P<user>\S{1,256}) (?:Stored|Retrieved)$", re.A),
    re.compile(r"\(user= ?(?P<user>[^\s()]{1,256})\)", re.A),
    re.compile(r"\bUname: (?P<user>\S{1,256})(?: |$)", re.A),
    re.compile(r"(?:^|[:,] )[Uu]ser ?= (?P<user>[^\s:,]{1,256})(?: |$)", re.A),
    re.compile(r", Username = (?P<user>[^\s,]{1,256}), IP = ", re.A),
    re.compile(r"\bIP-User mapping \S{2,45} - (?P<user>\S{1,256}) (?:Succeeded|Failed) - ", re.A),
    re.compile(r"client user (?P<user>[^\s,]{1,256}), IP", re.A),
)
_MOST = 2_048  # characters
# Behind these stand the words of another packet, or a name that a client chose.
_OTHERS_WORDS = re.compile(r" Original IP payload|(?<=Stored) file |(?<=Retrieved) file ")
_ASSIGNED = re.compile(
    rf"\b(?:Client assigned (?:from local pool )?|Freeing local pool address )(?P<ip>{IP})(?: |$)", re.A
)
_PROTOCOL = re.compile(r"\b(TCP|UDP|IPv6-ICMP|ICMP|SCTP|GRE)\b", re.I)
# By id, where the message holds no words that a stranger chose but a name without blanks.
_CARRIED = frozenset({
    "302020", "302021", "302022", "302023", "302024", "302025", "302026", "302027", "302303", "302304",
})  # fmt: skip
_STOPPED = frozenset({
    "106012", "106016", "106017", "106022", "313001", "313004", "313008", "313009", "710004", "710005", "710006",
})  # fmt: skip
_LISTED = frozenset({"106102", "106103"})
_OTHERS = frozenset({
    "110002", "110003", "113009", "303002", "305009", "305010", "305011", "305012", "305013", "313005",
    "419002", "434002", "434004", "500004", "502103", "507003", "602303", "602304", "609001", "609002",
    "713049", "713050", "713119", "713120", "713901", "713902", "713903", "713904", "713905", "721016",
    "721018", "725001", "725002", "725003", "725006", "725007", "725016", "737016", "737026", "746012",
    "746013", "750002", "750006", "751002", "805001", "805002",
})  # fmt: skip


def read(event: Event, message: str, code: str) -> None:
    """Fill in what a message of one of these ids says; one in which a phrase stands twice tells nothing by it."""
    if len(message) > _MOST or code not in _CARRIED | _STOPPED | _LISTED | _OTHERS:
        return
    message = _OTHERS_WORDS.split(message, maxsplit=1)[0]
    flow = _only(_FLOWS, message)
    if flow is None and any(pattern.search(message) for pattern in _FLOWS):
        return
    place = flow or _only(_PLACES, message)
    _ends(event, message, flow, place)
    named = flow if flow and flow.groupdict().get("user") else _only(_NAMES, message)
    if named:
        set_account(event, named["user"], "observed" if code in _LISTED else "claimed")
    if assigned := _ASSIGNED.search(message):
        event.assigned_address = address(assigned["ip"])
    if place:
        _judge(event, message, code)


def _ends(event: Event, message: str, flow: re.Match[str] | None, place: re.Match[str] | None) -> None:
    event.address = address(place["ip1"]) if place else None
    event.destination = address(flow["ip2"]) if flow else None
    reached = flow.groupdict().get("port2") if flow and event.destination else None
    event.destination_port = port(reached.strip("/:()")) if reached else None
    if flow and message.startswith("Built inbound ICMP"):  # faddr began
        event.address, event.destination = event.destination, event.address
        event.destination_port = None


def _judge(event: Event, message: str, code: str) -> None:
    protocol = _PROTOCOL.search(message)
    event.protocol = protocol[1].lower() if protocol else None
    if code in _OTHERS:
        return
    blocked = code in _STOPPED or (code in _LISTED and " denied " in message)
    event.category, event.action = "proxy", "connection.recorded"
    event.outcome, event.verdict = ("failure", "blocked") if blocked else ("success", "allowed")
    event.vendor_action = message.partition(" ")[0]


def _only(patterns: tuple[re.Pattern[str], ...], message: str) -> re.Match[str] | None:
    for pattern in patterns:
        found = list(pattern.finditer(message))
        if found:
            return found[0] if len(found) == 1 else None
    return None
