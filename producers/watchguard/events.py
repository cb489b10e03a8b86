"""Event messages that name a user: sign-ins, refusals, sessions and lockouts, by the id of the message.

Nothing is escaped in them, so a message in which a name could end in two places is not read.
"""

import re
from collections.abc import Callable, Mapping

from model.event import Event
from producers import forms
from producers.plain_words import fill_words

_USER = r"(?P<user>[^\s\[\]]{1,256})"
_FROM = r"from (?P<from>[0-9a-fA-F:.]{2,45})"
_KIND = r"(?P<kind>[A-Za-z][\w ./-]{0,40}?)"
_ACCEPTED = re.compile(rf"Authentication of {_KIND} user \[{_USER}\] {_FROM} was accepted", re.A)
_REJECTED = re.compile(
    rf"Authentication of {_KIND} user \[(?P<user>[^\[\]]{{1,256}})\] {_FROM} was rejected(?:, (?P<reason>.*))?",
    re.A | re.S,
)
_FAILED = re.compile(
    r"Authentication of (?:[\w -]{1,40} )?user \[(?P<user>[^\[\]]{1,256})\] failed\. (?P<reason>.*)", re.A | re.S
)
_REFUSED = re.compile(
    rf"{_KIND} [Uu]ser (?P<user>\S{{1,256}}) {_FROM} log in attempt was rejected(?:\.| - (?P<reason>.*))?", re.A | re.S
)
_IN = re.compile(
    rf"{_KIND} user {_USER} {_FROM} logged in(?:,? assigned virtual IP is (?P<inside>[0-9a-fA-F:.]{{2,45}}))?", re.A
)
_OUT = re.compile(
    rf"{_KIND} user {_USER} {_FROM} logged out(?:,? assigned virtual IP is (?P<inside>[0-9a-fA-F:.]{{2,45}}))?", re.A
)
_LOCKED = re.compile(rf"User {_USER} is locked out .{{1,80}}", re.A)
_UNLOCKED = re.compile(rf"User {_USER} is unlocked .{{1,40}}", re.A)
_CHANGED = re.compile(rf"{_KIND} user {_USER} {_FROM} modified .{{1,200}}", re.A)
_UNKNOWN_DOMAIN = re.compile(rf"Authentication error\. Domain not found for {_USER}\.", re.A)
_SSL = re.compile(
    rf"(?P<kind>Mobile VPN with SSL) user {_USER} logged (?P<way>in|out)\. Virtual IP address is "
    r"(?P<inside>[0-9a-fA-F:.]{2,45}?)\.(?: Real IP address is (?P<from>[0-9a-fA-F:.]{2,45}?)\.)?",
    re.A,
)
_NO_TUNNEL = re.compile(
    rf"Authentication of (?P<kind>BOVPN TLS) client \[[^\[\]]{{1,256}}\] {_FROM} was rejected, (?P<reason>.*)",
    re.A | re.S,
)
_ADDRESS = r"[0-9a-fA-F:.]{2,45}?"
_QUOTED = r"(?P<user>[^\s']{1,256})"
_HOST = r"(?P<host>[\w.-]{1,253})"
# Alarms and notices without a meaning here, that plainly say between whom.
_TOLD = tuple(
    re.compile(pattern, re.A)
    for pattern in (
        rf"[\w ]{{2,40}} attack (?:against (?P<to>{_ADDRESS}) )?from (?P<from>{_ADDRESS}) detected\..{{0,200}}",
        rf"DDOS from client (?P<from>{_ADDRESS}) detected\..{{0,80}}",
        rf"DDOS against server (?P<to>{_ADDRESS}) detected\..{{0,80}}",
        rf"[\w ]{{2,40}}: Traffic detected from (?P<from>{_ADDRESS}) to (?P<to>{_ADDRESS})"
        r"(?: on port (?P<port>\d{1,5}))?\.(?: .{0,130})?",
        rf"Policy Name: .{{1,128}}? Source IP Address: (?P<from>{_ADDRESS}) Source Port: \d{{1,5}} "
        rf"Destination IP Address: (?P<to>{_ADDRESS}) Destination Port: (?P<port>\d{{1,5}})(?: .{{0,130}})?",
        r"(?:ARP spoofing attack detected|Cannot relearn system MAC address, possible loop or MAC spoofing), "
        rf"ip=(?P<from>{_ADDRESS}), mac=(?P<mac>[0-9a-f:]{{17}}), interface=\d{{1,5}}",
        rf"Temporarily blocking host (?P<from>{_ADDRESS}) \(reason = (?P<reason>.{{1,130}})\)",
        rf"The Temporary Blocked Sites list is full .{{1,40}} The oldest entry (?P<from>{_ADDRESS}) was removed\.",
        rf"TCP probe packets timeout, Load Balance Server (?P<to>{_ADDRESS}) port (?P<port>\d{{1,5}}) is \w{{1,20}}\.",
        rf"Authentication server (?P<to>{_ADDRESS}):(?P<port>\d{{1,5}}) is not responding",
        rf"Resolved domain {_HOST} to (?P<to>{_ADDRESS})",
        rf"Could not resolve server: {_HOST}",
        rf"Could not connect to {_HOST} / (?P<to>{_ADDRESS}), (?P<reason>.{{1,130}})",
        rf"Virtual IP address from '[^']{{1,64}}' address pool is not available for {_KIND} user '{_QUOTED}'",
        rf"Rejected MUVPN IPSec user from (?P<from>{_ADDRESS}) because (?P<reason>maximum .{{1,130}})",
        rf"User {_USER} used \d.{{1,160}}",
        rf"VPN \([\w ]{{2,20}}\) connection by user {_USER} (?:met|failed to meet) .{{1,130}}",
        rf"Mobile device [\w-]{{1,40}}: user {_USER} (?:logged in|logged out|has already logged in)\.",
    )
)
_BECAUSE = re.compile(r" Reason(?:=|: )(?P<reason>.{1,300})", re.A | re.S)
_FROMS = re.compile(r" from [0-9a-fA-F:.]{2,45}(?= )", re.A)


def read_event(event: Event, says: str) -> None:
    """Fills `event` in where the id and the words belong together."""
    event.category = "auth"
    for pattern, reader in _READERS.get(event.vendor_code or "", ()):
        match = pattern.fullmatch(says)
        if match and len(_FROMS.findall(says)) <= 1:
            reader(event, match)
            return
    for pattern in _TOLD:
        if match := pattern.fullmatch(says):
            _told(event, match)
            return
    if says.count(" user ") + says.count("User ") == 0:  # a name may hold the words that stand behind it
        fill_words(event, says)
        because = _BECAUSE.search(says)
        event.reason = because["reason"] if because else None


def _told(event: Event, match: re.Match[str]) -> None:
    found = match.groupdict()
    event.address, event.destination = forms.address(found.get("from")), forms.address(found.get("to"))
    event.destination_port, event.mac = forms.port(found.get("port")), forms.mac(found.get("mac"))
    event.device_basis = "claimed" if event.mac else None
    event.domain, event.reason = forms.host_of(found.get("host")), found.get("reason")
    forms.name_account(event, found.get("user"), "claimed")


def _sign_in(event: Event, match: re.Match[str]) -> None:
    _who(event, match)
    accepted = match.re is _ACCEPTED
    event.action, event.outcome = "account.authenticated", "success" if accepted else "failure"
    event.vendor_action = "accepted" if accepted else "rejected"
    event.reason = None if accepted else forms.known(match.groupdict().get("reason"))
    forms.name_account(event, match["user"], "authenticated" if accepted else "claimed")


def _who(event: Event, match: re.Match[str]) -> None:
    found = match.groupdict()
    event.app = found.get("kind")
    event.category = "vpn" if "VPN" in (event.app or "") else "auth"
    event.address = forms.address(found.get("from"))


def _session(event: Event, match: re.Match[str]) -> None:
    _who(event, match)
    opens = match.re is _IN
    event.vendor_action, event.outcome = "logged in" if opens else "logged out", "success"
    event.assigned_address = forms.address(match["inside"])
    if event.category == "vpn":
        event.action = "tunnel.opened" if opens else "tunnel.closed"
    else:
        event.action = "account.logged_on" if opens else "account.logged_off"
    # A Firewall user may be one whom the SSO agent or the terminal server told the Firebox of.
    checked = opens and (event.category == "vpn" or match["kind"] == "Management")
    forms.name_account(event, match["user"], "authenticated" if checked else "observed")


def _ssl(event: Event, match: re.Match[str]) -> None:
    """The SSL VPN's own message beside 3E00-0002, with the inside address in words of its own."""
    _who(event, match)
    opens = match["way"] == "in"
    event.action, event.outcome = "tunnel.opened" if opens else "tunnel.closed", "success"
    event.vendor_action, event.assigned_address = f"logged {match['way']}", forms.address(match["inside"])
    forms.name_account(event, match["user"], "authenticated" if opens else "observed")


def _no_tunnel(event: Event, match: re.Match[str]) -> None:
    """A branch office was refused: no person."""
    _who(event, match)
    event.outcome, event.vendor_action, event.reason = "failure", "rejected", match["reason"]


def _lock(event: Event, match: re.Match[str]) -> None:
    locked = match.re is _LOCKED
    event.action, event.outcome = "account.locked" if locked else "account.unlocked", "success"
    event.vendor_action = "locked out" if locked else "unlocked"
    forms.name_target(event, match["user"])


def _change(event: Event, match: re.Match[str]) -> None:
    """What an administrator changed has no action here; who did it is told."""
    _who(event, match)
    forms.name_account(event, match["user"], "claimed")


_Reader = Callable[[Event, re.Match[str]], None]
_READERS: Mapping[str, tuple[tuple[re.Pattern[str], _Reader], ...]] = {
    "0101-0001": ((_CHANGED, _change),),
    "1100-0004": ((_ACCEPTED, _sign_in),),
    "1100-0005": ((_REJECTED, _sign_in),),
    "1100-000D": ((_FAILED, _sign_in),),
    "1100-000E": ((_FAILED, _sign_in),),
    "1100-000C": ((_UNKNOWN_DOMAIN, _sign_in),),
    "1100-0006": ((_UNLOCKED, _lock),),
    "1100-0007": ((_LOCKED, _lock),),
    "1100-0008": ((_NO_TUNNEL, _no_tunnel),),
    "2500-0000": ((_SSL, _ssl),),
    "2500-0001": ((_SSL, _ssl),),
    "3E00-0002": ((_IN, _session),),
    "3E00-0003": ((_REFUSED, _sign_in),),
    "3E00-0004": ((_OUT, _session),),
    "5000-0001": ((_REFUSED, _sign_in),),
}
