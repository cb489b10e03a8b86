"""The role `events`: client VPN, AnyConnect, 802.1X, leases and the content filter."""

import re
from collections.abc import Callable

from model.event import Event
from producers import forms
from producers.envelopes.fields import Fields, collect
from producers.meraki.traffic import card, requested
from producers.plain_words import fill_words

_TYPED = re.compile(r"type=(\w{1,64})(?: |$)")
_PAIR = re.compile(r"\s*+(\w{1,64})=\s?'([^']*)'")
_CARDS = ("client_mac", "mac", "MAC")
_ADDRESSES = ("client_ip", "last_known_client_ip", "ip_src", "ip", "Client")
_CLIENTS = ("identity",)  # the client's, which may close its quote: no card and no address stands behind it
_TUNNEL = re.compile(
    r"(?P<word>(?:client|anyconnect)_vpn_(?:connect|disconnect)) user id '(?P<user>.*)' local ip (?P<inside>\S+) "
    r"(?:re)?connected from (?P<from>\S+)",
    re.S,
)
_LEASE = re.compile(
    r"dhcp lease of ip (?P<ip>\S+) from (?:mx|server) mac \S+ for client mac (?P<mac>\S+)"
    r"(?: with hostname (?P<host>.*?))?(?: from router \S+)?(?: on subnet \S+)?(?: with dns .*)?",
    re.S,
)
_NO_OFFER = re.compile(r"dhcp no offers for mac (?P<mac>\S+)(?: host = \S+)?")
_SPOOFED = re.compile(r"Blocked ARP Packet from (?P<mac>\S{12,17}) with IP (?P<ip>\S{2,45}) on VLAN \d{1,4}")
_BLOCKED = re.compile(
    r"content_filtering_block url='(?P<url>\S*)'(?: category0='(?P<category>[^']*)')?"
    r" server='(?P<server>[^'\s]*)'(?: client_mac='(?P<mac>[^'\s]*)')?",
    re.S,
)
# `msg= '...'` of AnyConnect. A user name may hold anything but what ends it.
_SESSION = re.compile(
    r"Sess-ID\[(?P<id>\d+)\] Peer IP=(?P<from>\S+) User\[(?P<user>[^\[\]]*)\]: Session disconnected\. Session Type: "
    r"(?P<type>[^,]*), Duration: (?P<duration>(?:\d{1,6}[dhms]:?){1,6}), Bytes xmt: (?P<xmt>\d+), "
    r"Bytes rcv: (?P<rcv>\d+), Reason: (?P<reason>.*)",
    re.S,
)
_OF_A_SESSION = re.compile(
    r"(?:Sess-ID\[(?P<id>\d+)\] )?Peer IP=(?P<from>\S{2,45}) User\[(?P<user>[^\[\]]{1,256})\]"
    r"(?: Sess-ID\[(?P<id2>\d+)\])?: .*",
    re.S,
)
_INSIDE = re.compile(r" for assigned IP (?P<ip>[0-9a-fA-F:.]{2,45})$")
_USER_BEGINS = re.compile(r" User\[")
_ASKED = re.compile(
    r"(?P<store>\w+)\[\d+\] Server IP=\S+ Server port=\d+ Peer IP=(?P<from>\S+) Peer port=\d+(?: User=(?P<user>.*))?: "
    r"Authentication request (?P<word>\w+)\..*",
    re.S,
)
_DURATION = re.compile(r"(\d+)([dhms])")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def read(event: Event, text: str) -> None:
    """Fills `event` in; what it does not know stays `record.unrecognised`, with the card it names."""
    if match := _TYPED.match(text):
        _typed(event, match[1], text[match.end() :])
    elif match := _TUNNEL.fullmatch(text):
        _tunnel(event, match)
    elif match := _LEASE.fullmatch(text):
        _lease(event, match)
    elif match := _NO_OFFER.fullmatch(text):
        event.category, event.vendor_action = "device", "dhcp no offers"
        card(event, match["mac"])
    elif match := _BLOCKED.fullmatch(text):
        _blocked(event, match)
    elif match := _SPOOFED.fullmatch(text):
        event.category, event.vendor_action, event.outcome = "device", "Blocked ARP Packet", "failure"
        card(event, match["mac"])  # the address is the one that it forged
    elif " url=" not in text:  # an address in a page's own is a client's word
        fill_words(event, text)


def _typed(event: Event, kind: str, rest: str) -> None:
    event.category, event.vendor_action = "auth", kind
    reader = _TYPES.get(kind)
    if kind.startswith("anyconnect_vpn_"):
        event.category = "vpn"
        message = rest.removeprefix("msg=").strip()
        if reader and message[:1] == message[-1:] == "'":
            reader(event, collect([("msg", message[1:-1].strip())]))
        return
    fields = _fields(rest)
    if not fields.sound("identity", "aid", *_CARDS, *_ADDRESSES) or not fields.in_order(_CARDS + _ADDRESSES, _CLIENTS):
        return
    card(event, fields.get(*_CARDS))
    event.address = forms.address(fields.get(*_ADDRESSES))
    event.session_id = fields.get("aid")
    event.duration_s = _seconds(fields.get("duration"))
    if reader:
        reader(event, fields)
    else:
        forms.name_account(event, fields.get("identity"), "claimed")


def _fields(text: str) -> Fields:
    pairs, position, end = [], 0, len(text.rstrip())
    while position < end and (match := _PAIR.match(text, position)):
        pairs.append((match[1], match[2]))
        position = match.end()
    return collect(pairs, broken=position < end)


def _seconds(text: str | None) -> float | None:
    whole, _, fraction = (text or "").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) < 10):
        return None
    return float(f"{whole}.{fraction[:9] if fraction.isascii() and fraction.isdigit() else 0}")


def _identity(outcome: str) -> Callable[[Event, Fields], None]:
    """The identity of 802.1X is the outer one, which the client chooses: claimed even where it was let in."""

    def fill(event: Event, fields: Fields) -> None:
        event.action = "account.authenticated"
        event.outcome = outcome
        forms.name_account(event, fields.get("identity"), "claimed")

    return fill


def _left(event: Event, fields: Fields) -> None:
    event.action, event.outcome = "account.logged_off", "success"
    forms.name_account(event, fields.get("identity"), "claimed")


def _session(event: Event, fields: Fields) -> None:
    """The sums of a session. Its end is told by `anyconnect_vpn_disconnect`, too."""
    match = _SESSION.fullmatch(fields.get("msg") or "")
    if match is None:
        _step(event, fields.get("msg") or "")
        return
    event.action, event.outcome = "tunnel.reported", "success"
    forms.name_account(event, match["user"], "observed")
    event.address = forms.address(match["from"])
    event.session_id, event.reason, event.protocol = match["id"], match["reason"].strip() or None, match["type"]
    event.bytes_in, event.bytes_out = forms.whole(match["xmt"]), forms.whole(match["rcv"])
    event.duration_s = float(sum(int(n[:9]) * _SECONDS[unit] for n, unit in _DURATION.findall(match["duration"])))


def _step(event: Event, message: str) -> None:
    """A step of a session without an action of its own: of whom, and from where."""
    match = _OF_A_SESSION.fullmatch(message)
    if match and len(_USER_BEGINS.findall(message)) == 1:
        event.session_id, event.address = match["id"] or match["id2"], forms.address(match["from"])
        forms.name_account(event, match["user"], "claimed")
        inside = _INSIDE.search(message, match.end("from"))
        event.assigned_address = forms.address(inside["ip"]) if inside else None


def _asked(event: Event, fields: Fields) -> None:
    match = _ASKED.fullmatch(fields.get("msg") or "")
    if match is None:
        return
    accepted = event.vendor_action == "anyconnect_vpn_auth_success"
    event.action, event.outcome = "account.authenticated", "success" if accepted else "failure"
    event.reason = None if accepted else match["word"]
    event.address = forms.address(match["from"])
    forms.name_account(event, match["user"], "authenticated" if accepted else "claimed")


_TYPES: dict[str, Callable[[Event, Fields], None]] = {
    "8021x_eap_success": _identity("success"),
    "8021x_eap_failure": _identity("failure"),
    "8021x_deauth": _left,
    "anyconnect_vpn_session_manager": _session,
    "anyconnect_vpn_auth_success": _asked,
    "anyconnect_vpn_auth_failure": _asked,
}


def _tunnel(event: Event, match: re.Match[str]) -> None:
    if "' local ip " in match["user"]:  # whose name holds what ends a name is nobody we can tell
        return
    closes = match["word"].endswith("_disconnect")
    event.category, event.vendor_action = "vpn", match["word"]
    event.action, event.outcome = ("tunnel.closed" if closes else "tunnel.opened"), "success"
    event.address, event.assigned_address = forms.address(match["from"]), forms.address(match["inside"])
    forms.name_account(event, match["user"], "observed" if closes else "authenticated")


def _lease(event: Event, match: re.Match[str]) -> None:
    """The host name is the client's, and could hold the words that stand behind it: the card stands before it."""
    event.category, event.protocol, event.vendor_action = "device", "dhcp", "dhcp lease"
    event.action, event.outcome = "lease.granted", "success"
    event.address, event.mac, event.device = forms.address(match["ip"]), forms.mac(match["mac"]), match["host"] or None
    event.device_basis = "claimed" if event.device else "observed" if event.mac else None


def _blocked(event: Event, match: re.Match[str]) -> None:
    """The address of a page may hold quotes, but no blanks."""
    event.vendor_action = "content_filtering_block"
    requested(event, match["url"])
    event.verdict, event.outcome, event.reason = "blocked", "failure", match["category"]
    event.url_category = match["category"]
    event.destination, event.destination_port = forms.address_port(match["server"])
    card(event, match["mac"])
