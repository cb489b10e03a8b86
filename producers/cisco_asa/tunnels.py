"""AnyConnect and WebVPN sessions: opened, addressed, closed, reported.

The ASA numbers no session in its log: group, user and public address are the key. `xmt` is what it sent to the
client, which is bytes_in here. 113019 has no inside address: 722051 told it before.
"""

import re

from model.event import Event
from producers.cisco_asa.message import WHO, Filler, Reader, reader, set_account
from producers.forms import address, whole

_DURATION = re.compile(r"(?:(\d+)d[: ]*)?(?:(\d+)h[: ]*)?(?:(\d+)m[: ]*)?(?:(\d+)s)?", re.A)


def _who(event: Event, match: re.Match[str]) -> None:
    set_account(event, match["user"])
    event.address = address(match["ip"])
    event.app = match["group"].strip(" <>") or None


def _session(action: str, outcome: str, word: str) -> Filler:
    def fill(event: Event, match: re.Match[str]) -> None:
        _who(event, match)
        event.action, event.outcome, event.vendor_action = action, outcome, word
        event.reason = (match.groupdict().get("reason") or "").strip(" .") or None

    return fill


def _transport(action: str, word: str) -> Filler:
    """The tunnel itself, over TCP; the UDP one beside it comes and goes while the session lasts."""

    def fill(event: Event, match: re.Match[str]) -> None:
        _who(event, match)
        event.action = "tunnel.reported" if match["transport"] == "UDP" else action
        event.outcome = "success"
        event.protocol = (match["transport"] or "").lower() or None
        event.vendor_action = f"{match['transport'] or ''} {word}".strip()

    return fill


def _disconnected(event: Event, match: re.Match[str]) -> None:
    _who(event, match)
    event.action, event.outcome, event.vendor_action = "tunnel.closed", "success", "Session disconnected"
    event.protocol = match["type"].strip()
    event.duration_s = seconds(match["duration"])
    event.bytes_in, event.bytes_out = whole(match["xmt"]), whole(match["rcv"])
    event.reason = match["reason"].strip(" .") or None


def _addressed(event: Event, match: re.Match[str]) -> None:
    _who(event, match)
    event.action, event.outcome, event.vendor_action = "tunnel.addressed", "success", "assigned to session"
    event.assigned_address = address(match["v4"].strip("<> ")) or address((match["v6"] or "").strip("<> "))


def _dap(event: Event, match: re.Match[str]) -> None:
    set_account(event, match["user"])
    event.address = address(match["ip"])
    event.action = "tunnel.closed" if match["cut"] else "tunnel.reported"
    event.outcome = "failure" if match["cut"] else "success"
    event.reason = match["records"].rpartition(": ")[2].strip(" .:") or None
    event.vendor_action = "DAP"


def _agent(event: Event, match: re.Match[str]) -> None:
    _who(event, match)
    event.action, event.vendor_action = "tunnel.reported", "Client Type"
    event.user_agent = match["agent"].strip() or None


def seconds(text: str) -> float | None:
    """`1d 3h:32m:16s` or `0h:32m:16s` in seconds."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not text.strip():
        return None
    days, hours, minutes, rest = (int(part[:9]) if part else 0 for part in match.groups())
    return float(days * 86_400 + hours * 3_600 + minutes * 60 + rest)


_DISCONNECTED = (
    r"Session disconnected\. *Session Type: *(?P<type>[^,]*), *Duration: *(?P<duration>[^,]*), *"
    r"Bytes xmt: *(?P<xmt>\d+), *Bytes rcv: *(?P<rcv>\d+), *Reason: *(?P<reason>.*)"
)
_STARTED = _session("tunnel.opened", "success", "parent session started")
_WEB_STARTED = _session("tunnel.opened", "success", "WebVPN session started")
_WEB_ENDED = _session("tunnel.closed", "success", "WebVPN session terminated")
_LOST = _session("tunnel.reported", "unknown", "session lost connection")
_RESUMED = _session("tunnel.reported", "unknown", "session resumed connection")
_CLOSING = _session("tunnel.reported", "unknown", "SVC closing connection")
_ESTABLISHED = _transport("tunnel.opened", "SVC connection established")
_TERMINATED = _transport("tunnel.closed", "SVC connection terminated")
_TRANSPORT = r"(?: (?P<transport>TCP|UDP))?(?: SVC)? connection "
_ADDRESSES = r" (?:IPv4 )?Address:? *(?P<v4>\S+)(?: IPv6 [Aa]ddress:? *(?P<v6>\S+))? assigned"
_EQUALS = r"Group *= *(?P<group>.{0,256}?), *Username *= *(?P<user>.{0,256}?), *IP *= *(?P<ip>[0-9a-fA-F:.]+), *"
_DAP = r"DAP: User (?P<user>.{0,256}?), Addr:? *(?P<ip>[^,\s]+?)[,:]* *Connection "
READERS: dict[str, tuple[Reader, ...]] = {
    "113019": (reader(_EQUALS + _DISCONNECTED, _disconnected),),
    "113039": (reader(WHO + r" .*session started", _STARTED),),
    "713228": (reader(_EQUALS + r"Assigned private IP address (?P<v4>\S+)(?P<v6>)", _addressed),),  # IKEv1
    "716001": (reader(WHO + r" WebVPN session started", _WEB_STARTED),),
    "716002": (reader(WHO + r" WebVPN session (?:terminated|deleted)(?:[:.] *)?(?P<reason>.*)", _WEB_ENDED),),
    "716058": (reader(WHO + r" (?P<reason>.*)", _LOST),),
    "716059": (reader(WHO + r" (?P<reason>.*)", _RESUMED),),
    "722022": (reader(WHO + _TRANSPORT + "established", _ESTABLISHED),),
    "722023": (reader(WHO + _TRANSPORT + "terminated", _TERMINATED),),
    "722033": (reader(WHO + r" (?P<reason>First TCP.*)", _session("tunnel.reported", "success", "First TCP SVC")),),
    "722034": (reader(WHO + r" (?P<reason>.*UDP.*)", _session("tunnel.reported", "success", "First UDP SVC")),),
    "722037": (reader(WHO + r" SVC closing connection:? *(?P<reason>.*)", _CLOSING),),
    "722051": (reader(WHO + _ADDRESSES, _addressed),),
    "722055": (reader(WHO + r" Client Type: *(?P<agent>.*)", _agent),),
    "734001": (reader(_DAP + r"[^:]*:(?P<cut>)(?P<records>.*)", _dap),),
    "734002": (reader(_DAP + r"(?P<cut>terminated)[^:]*:(?P<records>.*)", _dap),),
}
