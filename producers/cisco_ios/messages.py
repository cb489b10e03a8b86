"""What each mnemonic says: administrators, 802.1X, Wi-Fi clients, access lists.

Cisco, "Catalyst 9800 System Message Guide" and "IOS System Message Guide". A user is whatever somebody typed: it holds
no bracket here, or the line is not read.
"""

import re
from collections.abc import Callable, Mapping

from model.event import Event
from producers import forms
from producers.forms import address, address_port, mac
from producers.plain_words import fill_words

Reader = Callable[[Event, str], bool]
_Filler = Callable[[Event, dict[str, str | None]], None]

_CARD = r"(?P<mac>[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}|(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2})"
_IP = r"[0-9a-fA-F:.]{2,45}"
_USER = r"(?P<user>[^\[\](){}]{0,128})"
_CLOCK = r"\d\d:\d\d:\d\d(?:\.\d{1,6})? [\w:+-]{1,10} [A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d{4}"
_LOGIN = (
    r"Login (?:Success|[Ff]ailed) \[user: ?" + _USER + r"\] \[Source: (?P<ip>" + _IP + r"|[\w.-]{1,64})\]"
    r"(?: \[localport: (?P<port>\d{1,5})\])?(?: \[Reason: (?P<reason>[^\]]{0,200})\])?(?: at " + _CLOCK + r")?"
)
_LOGOUT = r"User " + _USER + r" has exited tty session \d{1,5}\((?P<ip>" + _IP + r")?\)"
_QUOTED = r"(?P<user>[^'\[\](){}]{0,128})"
_SSH = (
    r"User '" + _QUOTED + r"' authentication for SSH2 Session from (?P<ip>" + _IP + r") \(tty = \d{1,5}\) [^\n]{0,200}"
    r"(?P<word>Succeeded|Failed)"
)
_NETCONF = r"(?:\w{1,32}: )?User '" + _QUOTED + r"' authenticated successfully from (?P<ip>" + _IP + r"):\d{1,5} .*"
_INVOKED = re.compile(
    r" invoked from (?P<ip>[0-9a-fA-F:.]{2,45}?)(?::\d{1,5})? via NETCONF user (?P<user>\S{1,256}) session \d", re.A
)
_ADMIN = (
    r"Authentication (?P<word>succeeded|failed) for (?:admin )?user '"
    + _QUOTED
    + r"' (?:on|from) (?P<ip>"
    + _IP
    + r")\.?"
)
_CONFIGURED = (
    r"Configured from (?P<from>[\w ]{1,64}) by " + _USER + r" on (?P<line>\w{1,16})(?: \((?P<ip>" + _IP + r")\))?"
)
_TYPED = r"User:(?P<user>[^\s\[\](){}]{1,128}) {1,2}logged command:(?P<command>.*)"
_ACCOUNTED = r"Username: (?P<user>[^\s\[\](){}]{1,128}) Privilege level: \d{1,2} Command: (?P<command>.*)"
_REFUSED = r"(?:\w{1,32}: )?Authentication failure from (?P<ip>" + _IP + r"):\d{1,5} .*"
_CLIENT = (
    r"(?:Authentication|Authorization) [\w ]{1,40} for client \((?P<mac>[^()]{1,32})\)"
    r"(?: with reason \((?P<reason>[^()]{0,100})\))? on Interface (?P<port>\S{1,64})"
    r"(?: AuditSessionID (?P<session>[0-9A-F]{8,40}))?"
    r"(?:\.? Username: (?P<user>\S{1,128})|\.? Failure [Rr]eason: (?P<why>[^\n]{1,200})|\.)?"
)
_JOINED = (
    r"Username entry \("
    + _USER
    + r"\) joined with ssid \([^()]{0,64}\) for device with MAC: ?"
    + _CARD
    + r"(?: on channel \(\d{1,3}\))?"
)
_NAMED = r"Username entry \(" + _USER + r"\) (?:with length \(\d{1,5}\) )?created for mobile " + _CARD
_MOVED = (
    r"Username \("
    + _USER
    + r"\), MAC: ?"
    + _CARD
    + r",? IP (?P<ips>(?:[0-9a-fA-F]{0,4}[.:][0-9a-fA-F.:]{1,44},? ){0,20})"
    r"(?P<word>[A-Za-z][\w ,.]{1,80})AP \([^()]{0,64}\) with SSID \([^()]{0,64}\)(?: on channel \(\d{1,3}\))?"
)
_BOUND = r"Entry (?P<word>created|changed) (?:A|IP)=(?P<ip>" + _IP + r") .*?\bM(?:AC)?=" + _CARD + r"(?: .*)?"
_LISTED = (
    r"(?:[Aa]ccess-)?list (?P<list>\S{1,100}) (?P<verdict>denied|permitted|deny|permit) (?P<proto>\w{1,16}) "
    r"(?:(?:[0-9a-fA-F]{2}-){5}[0-9a-fA-F]{2} )?(?P<from>"
    + _IP
    + r"(?:\(\d{1,5}\))?)(?: \([^()]{0,64}\))?(?: \S{1,64})??"
    r" ?-> (?P<to>" + _IP + r"(?:\(\d{1,5}\))?)(?: \(\d{1,5}(?:/\d{1,5})?\))?, \d{1,12} packets?.*"
)
_TRAIL = (
    r"\(target:class\) \([^()]{1,200}\): ?(?P<verdict>Start|Stop) (?P<proto>\S{1,32}) session: "
    r"initiator \((?P<from>" + _IP + r":\d{1,5})\)(?: sent (?P<sent>\d{1,19}) bytes)? -- "
    r"responder \((?P<to>" + _IP + r":\d{1,5})\)(?: sent (?P<received>\d{1,19}) bytes)?.*"
)
_DROPPED = (
    r"Dropping (?P<proto>\w{1,16}) (?:pkt|session) from \S{1,64} (?P<from>" + _IP + r":\d{1,5}) => (?P<to>" + _IP
    + r":\d{1,5})\S* due to (?P<list>[^\n]{1,100}?)(?: with ip ident .*)?"
)  # fmt: skip
# What the intrusion prevention saw: its own words, then from where to where.
_SIGNATURE = re.compile(
    r"Sig:\d{1,6} Subsig:\d{1,6} Sev:\d{1,3} [^\[\]]{1,200} \[(?P<from>" + _IP + r"):\d{1,5} -> [^\[\]]{2,60}\]", re.A
)
_SOMEBODY = re.compile(r"\[user: | user ", re.A)  # a name that somebody typed may hold a card
_ANY_CARD = re.compile(_CARD, re.A)
_PLAIN_CARD = re.compile(r"\b(?:MAC address|client|mobile|sourced by|MAC:|MAC sa:) {0,2}\(?" + _CARD + r"\)?", re.A)


def _reader(pattern: str, fill: _Filler) -> Reader:
    compiled = re.compile(pattern, re.A | re.S)

    def read(event: Event, says: str) -> bool:
        match = compiled.fullmatch(says)
        if match:
            fill(event, match.groupdict())
        return match is not None

    return read


def plainly(event: Event, says: str) -> None:
    """The one card that a message without a meaning to us names; of two, one may stand in a client's own words."""
    cards = {match["mac"] for match in _ANY_CARD.finditer(says)}
    told = len(cards) == 1 and _PLAIN_CARD.search(says) and not _SOMEBODY.search(says)
    event.mac = mac(cards.pop()) if told else None
    event.device_basis = "observed" if event.mac else None
    event.vendor_action = says[:200] or None
    if match := _SIGNATURE.fullmatch(says):
        event.address = address(match["from"])
    if match := _INVOKED.search(says):
        event.address = address(match["ip"])
        forms.name_account(event, match["user"], "claimed")
    fill_words(event, says)


def _admin(outcome: str, word: str) -> _Filler:
    def fill(event: Event, found: dict[str, str | None]) -> None:
        event.category, event.action, event.outcome = "auth", "account.logged_on", outcome
        event.logon_type, event.vendor_action = "remote", word
        event.address, event.reason = address(found.get("ip")), found.get("reason")
        forms.name_account(event, found.get("user"), "authenticated" if outcome == "success" else "claimed")

    return fill


def _told(word_of_success: str) -> _Filler:
    """A login whose message has the result in a word."""

    def fill(event: Event, found: dict[str, str | None]) -> None:
        outcome = "success" if found.get("word", word_of_success) == word_of_success else "failure"
        _admin(outcome, "User authentication")(event, found)

    return fill


def _left(event: Event, found: dict[str, str | None]) -> None:
    event.category, event.action, event.outcome = "auth", "account.logged_off", "success"
    event.vendor_action, event.address = "has exited tty session", address(found["ip"])
    forms.name_account(event, found["user"], "observed")


def _command(event: Event, found: dict[str, str | None]) -> None:
    event.action, event.outcome = "command.executed", "success"
    event.address = address(found.get("ip"))
    event.app = (found.get("command") or "configure").split(" ", 1)[0][:100] or None
    event.vendor_action = "logged command" if found.get("command") else f"Configured from {found.get('from')}"
    forms.name_account(event, found["user"], "observed")


def _client(outcome: str) -> _Filler:
    """802.1X, MAB and what follows: the name is the outer one, which the client chose, and for MAB its card."""

    def fill(event: Event, found: dict[str, str | None]) -> None:
        event.category, event.action, event.outcome = "auth", "account.authenticated", outcome
        event.protocol = (event.vendor_code or "").partition("-")[0].lower()
        event.mac, event.session_id = mac(found["mac"]), found["session"]
        event.device_basis = "observed" if event.mac else None
        event.reason = (found["reason"] or found["why"]) if outcome == "failure" else None
        _claimed(event, found["user"])

    return fill


def _claimed(event: Event, user: str | None) -> None:
    if user not in (None, "null", "Unknown", "unknown", "N/A") and mac(user) is None:
        forms.name_account(event, user, "claimed")


def _came(event: Event, found: dict[str, str | None]) -> None:
    """A card came to the Wi-Fi; the name is the one it gave."""
    event.action, event.outcome = "connection.recorded", "success"
    event.mac = mac(found["mac"])
    event.device_basis = "observed" if event.mac else None
    _claimed(event, found["user"])
    if event.mac is None:
        event.action = "record.unrecognised"


def _moved(event: Event, found: dict[str, str | None]) -> None:
    """All addresses of a client: the first of version 4, else the first that is not of the link."""
    _came(event, found)
    ips = [ip for ip in map(address, (found["ips"] or "").split()) if ip]
    routed = [ip for ip in ips if not ip.startswith("fe80:")]
    event.address = next((ip for ip in routed if "." in ip), None) or (routed[0] if routed else None)
    event.vendor_action = (found["word"] or "").strip()
    if event.vendor_action.startswith("disconnected"):
        event.action, event.outcome = "record.unrecognised", "unknown"


def _bound(event: Event, found: dict[str, str | None]) -> None:
    """Device tracking saw the card use the address."""
    event.mac, event.address = mac(found["mac"]), address(found["ip"])
    event.device_basis = "observed" if event.mac else None
    event.action, event.outcome, event.vendor_action = "connection.recorded", "success", f"Entry {found['word']}"


def _listed(event: Event, found: dict[str, str | None]) -> None:
    blocked = (found["verdict"] or "").startswith("den")
    event.category, event.action = "proxy", "connection.recorded"
    event.outcome, event.verdict = ("failure", "blocked") if blocked else ("success", "allowed")
    event.vendor_action, event.reason, event.protocol = found["verdict"], found["list"], found["proto"]
    event.address = address_port(_slashed(found["from"] or ""))[0]
    event.destination, event.destination_port = address_port(_slashed(found["to"] or ""))


def _zoned(verdict: str) -> _Filler:
    """The zone-based firewall: who began, who answered, and how much each sent."""

    def fill(event: Event, found: dict[str, str | None]) -> None:
        event.category, event.action, event.verdict = "proxy", "connection.recorded", verdict
        event.outcome = "failure" if verdict == "blocked" else "success"
        event.vendor_action, event.reason = found.get("verdict") or "Dropping", found.get("list")
        event.protocol = (found["proto"] or "").lower() or None
        event.address = address_port(found["from"])[0]
        event.destination, event.destination_port = address_port(found["to"])
        event.bytes_out, event.bytes_in = forms.whole(found.get("sent")), forms.whole(found.get("received"))

    return fill


def _slashed(written: str) -> str:
    """`2001:db8::1(443)` as `[2001:db8::1]:443`; version 4 stays."""
    host, bracket, port = written.rstrip(")").partition("(")
    return f"[{host}]:{port}" if bracket and ":" in host else written


_ACL = _reader(_LISTED, _listed)
_SUCCESS, _FAILURE = _reader(_CLIENT, _client("success")), _reader(_CLIENT, _client("failure"))
READERS: Mapping[str, Reader] = {
    "LOGIN_SUCCESS": _reader(_LOGIN, _admin("success", "Login Success")),
    "WEBLOGIN_SUCCESS": _reader(_LOGIN, _admin("success", "Login Success")),
    "LOGIN_FAILED": _reader(_LOGIN, _admin("failure", "Login failed")),
    "LOGOUT": _reader(_LOGOUT, _left),
    "SSH2_USERAUTH": _reader(_SSH, _told("Succeeded")),
    "AUTH_PASSED": _reader(_NETCONF, _told("")),
    "AAA_AUTH_ADMIN_USER": _reader(_ADMIN, _told("succeeded")),
    "CONFIG_I": _reader(_CONFIGURED, _command),
    "CFGLOG_LOGGEDCMD": _reader(_TYPED, _command),
    "ACCTLOCAL": _reader(_ACCOUNTED, _command),
    "AUTHENTICATION_FAILED": _reader(_REFUSED, _admin("failure", "Authentication failure")),
    "SUCCESS": _SUCCESS,
    "FAIL": _FAILURE,
    "CLIENT_ADDED_TO_RUN_STATE": _reader(_JOINED, _came),
    "USER_NAME_CREATED": _reader(_NAMED, _came),
    "CLIENT_MOVED_TO_RUN_STATE": _reader(_MOVED, _moved),
    "CLIENT_IP_UPDATED": _reader(_MOVED, _moved),
    "CLIENT_MOVED_TO_DELETE_STATE": _reader(_MOVED, _moved),
    "ENTRY_CREATED": _reader(_BOUND, _bound),
    "ENTRY_CHANGED": _reader(_BOUND, _bound),
    "SESS_AUDIT_TRAIL": _reader(_TRAIL, _zoned("allowed")),
    "SESS_AUDIT_TRAIL_START": _reader(_TRAIL, _zoned("allowed")),
    "DROP_PKT": _reader(_DROPPED, _zoned("blocked")),
    "IPACCESSLOGP": _ACL,
    "IPACCESSLOGDP": _ACL,
    "IPACCESSLOGNP": _ACL,
    "IPACCESSLOGRP": _ACL,
    "IPACCESSLOGSP": _ACL,
    "IPV6ACCESSLOGP": _ACL,
    "ACCESSLOGP": _ACL,
    "ACCESSLOGDP": _ACL,
    "ACCESSLOGSP": _ACL,
}
