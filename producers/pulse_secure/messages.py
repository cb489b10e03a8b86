"""What a message of Connect Secure says, whichever filter wrote it."""

import re
from collections.abc import Callable

from model.event import Event
from producers import forms

_TUNNEL = re.compile(
    r"VPN Tunneling: Session (?P<word>started|ended) for user +(?:\(session: ?sid[0-9a-f]+\) )?with "
    r"(?:IPv[46] address|IP) (?P<inside>[0-9a-fA-F:.]+)(?:/\d+)?(?:, hostname (?P<host>\S.*))?",
    re.A | re.S,
)
_INSIDE = re.compile(
    r"VPN Tunneling: User with IP (?P<inside>[0-9a-fA-F:.]{2,45}) connected with \w{1,16} transport mode\.?", re.A
)
_CREATED = re.compile(
    r"Session created for user: \[[^\[\]]*\] from \[[^\[\]]*\] with [^\n]{1,600}, "
    r"mac-address: \[(?P<mac>[0-9A-Fa-f:-]{12,17})\]\.?",
    re.A,
)
_CLOSED = re.compile(
    r"Closed connection to (?P<to>\S+)(?: port (?P<port>\d+))? after (?P<seconds>\d+) seconds, with "
    r"(?P<read>\d+) bytes read.* and (?P<written>\d+) bytes written.*",
    re.A | re.S,
)
_FACTOR = re.compile(
    r"(?P<which>Primary|Secondary) authentication (?P<word>successful|failed) for .* from \S+", re.A | re.S
)
_LOGIN = re.compile(r"(?:Agent login|Login) (?P<word>succeeded|failed|rejected)(?P<rest>.*)", re.A | re.S)
_REASON = re.compile(r"Reason: (?P<reason>.*)", re.S)
_LEFT = re.compile(r"(?P<word>Logout from|Session timed out for|Max session timeout for) .*", re.A | re.S)
_PAGE = re.compile(
    r"WebRequest completed, (?P<method>\S+) to \[?(?P<url>[^\s\]]+)\]? from \[?(?P<to>[^\s\]]+)\]? "
    r"result=\[?(?P<code>\d+)\]? sent=\[?(?P<sent>\d+)\]? received=\[?(?P<received>\d+)\]? in "
    r"\[?(?P<seconds>\d+)\]? seconds",
    re.A | re.S,
)
_PORTAL = re.compile(
    r"WebRequest (?P<word>ok|denied) ?: Host: \[?(?P<host>[\w.:-]{1,255})\]?, Request: (?P<method>[A-Z]{3,10}) "
    r"(?P<path>/\S{0,4096}) HTTP/[\d.]{1,4}",
    re.A,
)
_NOBODYS = re.compile(
    r"Unauthenticated request url (?P<url>/\S{0,4096}) came from IP (?P<from>[0-9a-fA-F:.]{2,45}?)\.", re.A
)
_REMOVED = re.compile(
    r"User Accounts modified\. (?P<word>Added|Removed) username (?P<user>\S{1,256}) (?:to|from) authentication "
    r"server .{1,128}",
    re.A | re.S,
)


def read_message(event: Event, says: str) -> None:
    """Fills in what the message says; an unknown one says nothing."""
    for pattern, reader in _READERS:
        if match := pattern.fullmatch(says):
            reader(event, match)
            return


def _tunnel(event: Event, match: re.Match[str]) -> None:
    event.action = "tunnel.opened" if match["word"] == "started" else "tunnel.closed"
    event.outcome, event.vendor_action = "success", f"Session {match['word']}"
    event.assigned_address = forms.address(match["inside"])
    event.device = (match["host"] or "").strip() or None
    event.device_basis = "claimed" if event.device else None


def _closed(event: Event, match: re.Match[str]) -> None:
    event.action, event.outcome, event.vendor_action = "tunnel.reported", "success", "Closed connection"
    event.destination = match["to"]
    event.bytes_out, event.bytes_in = forms.whole(match["read"]), forms.whole(match["written"])
    event.duration_s = float(forms.whole(match["seconds"]) or 0)


def _factor(event: Event, match: re.Match[str]) -> None:
    event.category = "auth"
    event.action = "account.authenticated" if match["which"] == "Primary" else "challenge.presented"
    event.outcome = "success" if match["word"] == "successful" else "failure"
    event.vendor_action = f"{match['which']} authentication {match['word']}"


def _login(event: Event, match: re.Match[str]) -> None:
    event.category, event.action = "auth", "account.authenticated"
    event.outcome = "success" if match["word"] == "succeeded" else "failure"
    event.vendor_action = f"Login {match['word']}"
    reason = _REASON.search(match["rest"]) if event.outcome == "failure" else None
    event.reason = reason["reason"].strip(" '") if reason else None


def _left(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome = "auth", "account.logged_off", "success"
    event.vendor_action = match["word"].rpartition(" ")[0]


def _page(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome, event.verdict = "proxy", "web.requested", "success", "allowed"
    event.url, event.domain = match["url"], forms.host_of(match["url"])
    event.method, event.vendor_code = forms.http_method(match["method"]), event.vendor_code or match["code"]
    event.destination = forms.address(match["to"])
    event.bytes_out, event.bytes_in = forms.whole(match["sent"]), forms.whole(match["received"])
    event.duration_s = float(forms.whole(match["seconds"]) or 0)


def _inside(event: Event, match: re.Match[str]) -> None:
    """Beside the start of a session, which counts."""
    event.assigned_address, event.vendor_action = forms.address(match["inside"]), "connected"


def _created(event: Event, match: re.Match[str]) -> None:
    """The card is what the client's program reports."""
    event.vendor_action, event.outcome = "Session created", "success"
    event.mac = forms.mac(match["mac"])
    event.device_basis = "claimed" if event.mac else None


def _portal(event: Event, match: re.Match[str]) -> None:
    """A page that the gateway fetched for a session, or refused to."""
    allowed = match["word"] == "ok"
    event.category, event.action = "proxy", "web.requested"
    event.verdict, event.outcome = ("allowed", "success") if allowed else ("blocked", "failure")
    event.domain, event.method = forms.host_of(match["host"]), forms.http_method(match["method"])
    event.url = match["host"] + match["path"]


def _nobodys(event: Event, match: re.Match[str]) -> None:
    event.url, event.address = match["url"], forms.address(match["from"])


def _user_list(event: Event, match: re.Match[str]) -> None:
    """The list of users that the gateway keeps of whoever signed in by a server."""
    event.vendor_action = f"{match['word']} username"
    forms.name_target(event, match["user"])


_READERS: tuple[tuple[re.Pattern[str], Callable[[Event, re.Match[str]], None]], ...] = (
    (_TUNNEL, _tunnel),
    (_CLOSED, _closed),
    (_FACTOR, _factor),
    (_LOGIN, _login),
    (_LEFT, _left),
    (_PAGE, _page),
    (_INSIDE, _inside),
    (_CREATED, _created),
    (_PORTAL, _portal),
    (_NOBODYS, _nobodys),
    (_REMOVED, _user_list),
)
