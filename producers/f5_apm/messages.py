"""What APM says of a session, by its words; the id of the message alone does not tell success from failure."""

import re
from collections.abc import Callable

from model.event import Event
from producers import forms

Reader = Callable[[Event, re.Match[str]], None]
_IP = r"[0-9a-fA-F:.]{2,45}(?:%\d{1,5})?"  # behind the percent sign a route domain


def read_message(event: Event, says: str) -> None:
    """Fills `event` in; most lines are steps of the access policy and stay `record.unrecognised`."""
    for first, pattern, reader in _READERS:
        if says.startswith(first) and (match := pattern.fullmatch(says)):
            reader(event, match)
            return
    if (match := _AGENT.fullmatch(says)) or (match := _MODULE.fullmatch(says)):
        (_agent if match.re is _AGENT else _module)(event, match)


def _new(event: Event, match: re.Match[str]) -> None:
    """A browser or client has come; nobody has signed in."""
    event.vendor_action, event.address = "New session", forms.address(match["from"])
    event.destination = forms.address(match["to"])


def _typed(event: Event, match: re.Match[str]) -> None:
    """What somebody typed at the logon page, before it was checked."""
    event.vendor_action = match["word"]
    forms.name_account(event, match["user"], "claimed")


def _agent(event: Event, match: re.Match[str]) -> None:
    """The verdict of an authentication server."""
    event.action, event.vendor_action = "account.authenticated", f"{match['kind']} agent"
    event.outcome = "success" if match["word"] == "successful" else "failure"
    forms.name_account(event, match["user"], "authenticated" if event.outcome == "success" else "claimed")


def _module(event: Event, match: re.Match[str]) -> None:
    """Why, beside the agent's verdict, which counts."""
    event.outcome, event.vendor_action = "failure", f"{match['kind']} module"
    event.reason = match["reason"] if "'" not in match["reason"] else None
    forms.name_account(event, match["user"], "claimed")


def read_result(event: Event, result: str) -> None:
    """How the access policy ended: refused by `Logon_Deny`; all else is a kind of access."""
    event.vendor_action = "Access policy result"
    refused = result.lower().endswith(("deny", "denied"))
    event.outcome, event.reason = ("failure", result) if refused else ("success", None)


def _result(event: Event, match: re.Match[str]) -> None:
    read_result(event, match["result"])


def _assigned(event: Event, match: re.Match[str]) -> None:
    """The tunnel is there. Whose it is, only the session says."""
    event.action, event.outcome, event.vendor_action = "tunnel.opened", "success", "Assigned PPP"
    event.assigned_address = forms.address(match["inside"])
    event.address = forms.address(match["from"])


def _closed(event: Event, match: re.Match[str]) -> None:
    event.action, event.outcome, event.vendor_action = "tunnel.closed", "success", match["word"]
    event.reason = forms.known((match.groupdict().get("reason") or "").rstrip("."))


def _down(event: Event, match: re.Match[str]) -> None:
    """The session goes on, and may open another; it is over when it is deleted."""
    event.action, event.outcome, event.vendor_action = "tunnel.reported", "success", "PPP tunnel closed"


def _counted(event: Event, match: re.Match[str]) -> None:
    """In is what BIG-IP received from the client."""
    event.action, event.outcome, event.vendor_action = "tunnel.reported", "success", "Session statistics"
    event.bytes_out, event.bytes_in = forms.whole(match["received"]), forms.whole(match["sent"])


def _browser(event: Event, match: re.Match[str]) -> None:
    event.vendor_action, event.user_agent = "Received User-Agent header", match["agent"]


def _came(event: Event, match: re.Match[str]) -> None:
    event.vendor_action, event.address = match["word"], forms.address(match["from"])


def _client(event: Event, match: re.Match[str]) -> None:
    """The client's own word of the computer it runs on."""
    event.vendor_action = "Received client info"
    event.device = forms.known(match["host"])
    event.device_basis = "claimed" if event.device else None


_PATTERNS: tuple[tuple[str, str, Reader], ...] = (
    (
        "New session from",
        rf"New session from client IP (?P<from>{_IP}) \(ST=[^()]*\) at VIP (?P<to>{_IP})(?: Listener \S+)?(?: \(.*\))?",
        _new,
    ),
    ("Username '", r"(?P<word>Username) '(?P<user>.*)'", _typed),
    ("Retry Username '", r"(?P<word>Retry Username) '(?P<user>.*)'", _typed),
    ("Access policy result: ", r"Access policy result: (?P<result>[\w+/-]{1,64})", _result),
    (
        "Assigned PPP ",
        rf"Assigned PPP (?:Dynamic |Static )?IPv[46]: (?P<inside>{_IP})(?: IPv6: {_IP})? Tunnel Type: \S+.{{0,256}}? "
        rf"Client IP: (?P<from>{_IP})(?: - .*)?",
        _assigned,
    ),
    ("PPP tunnel ", r"PPP tunnel 0x[0-9a-f]{1,16} closed\.?", _down),
    ("Session deleted", r"(?P<word>Session deleted)(?: due to (?P<reason>[\w ,/-]{1,128}\.?))?\.?", _closed),
    (
        "Session statistics",
        r"Session statistics - bytes in: ?(?P<received>\d{1,19}), bytes out: ?(?P<sent>\d{1,19})",
        _counted,
    ),
    ("session.user.clientip is ", rf"(?P<word>session.user.clientip) is (?P<from>{_IP})", _came),
    ("Access Profile ", rf"(?P<word>Access Profile) \S{{1,128}}: [^:]{{1,256}} for (?P<from>{_IP})", _came),
    ("AD agent: Query", r"(?P<word>AD agent: Query): query with '\(sAMAccountName=(?P<user>.*)\)' successful", _typed),
    ("Received User-Agent header: ", r"Received User-Agent header: (?P<agent>.*)", _browser),
    ("Received client info - ", r"Received client info - Hostname: (?P<host>\S*) Type: .*", _client),
)
_READERS = tuple((first, re.compile(pattern, re.A | re.S), reader) for first, pattern, reader in _PATTERNS)
_AGENT = re.compile(
    r"(?P<kind>[A-Za-z+]{2,16}) agent: Auth \(logon attempt:\d{1,4}\): authenticate with '(?P<user>.*)' "
    r"(?P<word>successful|failed)",
    re.A | re.S,
)
_MODULE = re.compile(
    r"(?P<kind>[A-Za-z+]{2,16}) module: authentication with '(?P<user>.*)' failed(?: in \S{1,64})?: "
    r"(?P<reason>.{1,400})",
    re.A | re.S,
)
