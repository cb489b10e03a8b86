"""`PulseSecure: - - - <local time> - <node> - [<client>] <user>(<realm>)[<roles>][<session>] - <message>`.

Ivanti, "Connect Secure Administration Guide": logging and monitoring, syslog in the standard filter.
"""

import re
from collections.abc import Callable

from model.event import Basis, Event
from producers import forms
from producers.product import Context, Parsed, Refusal
from producers.syslog import is_by, open_head
from producers.times import at_iso

_LINE = re.compile(
    r"(?:- )*(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) - (?P<node>\S{1,128}) - \[(?P<client>[^\]]{0,64})\] "
    r"(?:Default Network::)?(?P<user>.*?)\([^()]*\)\[[^\]]*\](?:\[(?P<session>[^\]]*)\])? - (?P<says>.*)",
    re.A | re.S,
)
_PROGRAMS = ("pulsesecure", "juniper", "ivanti")
# Where a name ends. A refused name is whatever somebody typed: a line in which it could end twice tells nobody's.
_END_OF_NAME = re.compile(r"\([^()]*\)\[[^\]]*\](?:\[[^\]]*\])? - ")
_SID = re.compile(r"\(session: ?(?P<sid>sid[0-9a-f]{8,80})\)", re.A)
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
_LOGIN = re.compile(r"(?:Agent login|Login) (?P<word>succeeded|failed)(?P<rest>.*)", re.A | re.S)
_REASON = re.compile(r"Reason: (?P<reason>.*)", re.S)
_LEFT = re.compile(r"(?P<word>Logout from|Session timed out for|Max session timeout for) .*", re.A | re.S)
_PAGE = re.compile(
    r"WebRequest completed, (?P<method>\S+) to (?P<url>\S+) from (?P<to>\S+) result=(?P<code>\d+) sent=(?P<sent>\d+) "
    r"received=(?P<received>\d+) in (?P<seconds>\d+) seconds",
    re.A | re.S,
)


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record)
    head = open_head(text, context) if len(text) <= forms.LONGEST_LINE else None
    line = _LINE.fullmatch(head.message.strip()) if head and is_by(head, *_PROGRAMS) else None
    if head is None or line is None:
        return Refusal("no line of Connect Secure: expected `PulseSecure: - - - <time> - <node> - [<client>] <user>(…`")
    at, quality = head.at, head.quality
    if quality != "exact":  # the head of a file has no zone; the inner time has none either, and a year
        at, quality = at_iso(line["at"], context.timezone) or (at, quality)
    event = Event(
        product="pulse_secure",
        category="vpn",
        action="record.unrecognised",
        occurred_at=at,
        time_quality=quality,
        reporter=line["node"],
    )
    if len(_END_OF_NAME.findall(head.message)) == 1 and not forms.is_cut(record):
        _read(event, line)
    return [event]


def _read(event: Event, line: re.Match[str]) -> None:
    event.address = forms.address(line["client"])
    sid = _SID.search(line["says"])
    event.session_id = sid["sid"] if sid else line["session"] or None
    for pattern, reader in _READERS:
        if match := pattern.fullmatch(line["says"].strip()):
            reader(event, match)
            break
    if line["user"] and line["user"] != "System":
        forms.name_account(event, line["user"], _basis(event))


def _basis(event: Event) -> Basis:
    if event.action in ("account.authenticated", "challenge.presented", "tunnel.opened") and event.outcome == "success":
        return "authenticated"
    return "claimed" if event.action == "record.unrecognised" or event.outcome == "failure" else "observed"


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
    event.reason = reason["reason"].strip() if reason else None


def _left(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome = "auth", "account.logged_off", "success"
    event.vendor_action = match["word"].rpartition(" ")[0]


def _page(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome, event.verdict = "proxy", "web.requested", "success", "allowed"
    event.url, event.domain = match["url"], forms.host_of(match["url"])
    event.method, event.vendor_code = forms.http_method(match["method"]), match["code"]
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


_READERS: tuple[tuple[re.Pattern[str], Callable[[Event, re.Match[str]], None]], ...] = (
    (_TUNNEL, _tunnel),
    (_CLOSED, _closed),
    (_FACTOR, _factor),
    (_LOGIN, _login),
    (_LEFT, _left),
    (_PAGE, _page),
    (_INSIDE, _inside),
    (_CREATED, _created),
)
