"""AnyConnect and WebVPN sessions: opened, addressed, closed, reported.

The ASA numbers no session in its log: group, user and public address are the key. `xmt` is what it sent to the
client, which is bytes_in here. 113019 has no inside address: 722051 told it before.
"""

import re

from model.event import Basis, Event
from producers.cisco_asa.message import IP, USER, WORDS, Filler, Reader, reader, set_account, who
from producers.forms import address, host_of, whole

_DURATION = re.compile(r"(?:(\d+)d[: ]*)?(?:(\d+)h[: ]*)?(?:(\d+)m[: ]*)?(?:(\d+)s)?", re.A)


def _who(event: Event, match: re.Match[str], basis: Basis = "observed") -> None:
    set_account(event, match["user"], basis)
    event.address = address(match["ip"])
    event.app = match["group"].strip(" <>") or None


def _session(action: str, outcome: str, word: str) -> Filler:
    def fill(event: Event, match: re.Match[str]) -> None:
        _who(event, match, "authenticated" if action == "tunnel.opened" else "observed")
        event.action, event.outcome, event.vendor_action = action, outcome, word
        event.reason = (match.groupdict().get("reason") or "").strip(" .") or None

    return fill


def _transport(action: str, word: str) -> Filler:
    """The tunnel itself, over TCP; the UDP one beside it comes and goes while the session lasts."""

    def fill(event: Event, match: re.Match[str]) -> None:
        event.action = "tunnel.reported" if match["transport"] == "UDP" else action
        _who(event, match, "authenticated" if event.action == "tunnel.opened" else "observed")
        event.outcome = "success"
        event.protocol = (match["transport"] or "").lower() or None
        event.vendor_action = f"{match['transport'] or ''} {word}".strip()

    return fill


def _disconnected(event: Event, match: re.Match[str]) -> None:
    _who(event, match, "claimed" if "LAN-to-LAN" in match["type"] else "observed")  # a peer's name is nobody's login
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
    set_account(event, match["user"], "observed")
    event.address = address(match["ip"])
    event.action = "tunnel.closed" if match["cut"] else "tunnel.reported"
    event.outcome = "failure" if match["cut"] else "success"
    event.reason = match["records"].rpartition(": ")[2].strip(" .:") or None
    event.vendor_action = "DAP"


def _agent(event: Event, match: re.Match[str]) -> None:
    _who(event, match)
    event.action, event.vendor_action = "tunnel.reported", "Client Type"
    event.user_agent = match["agent"].strip() or None


def _page(event: Event, match: re.Match[str]) -> None:
    _who(event, match)
    event.category, event.action, event.outcome, event.verdict = "proxy", "web.requested", "success", "allowed"
    event.vendor_action, event.url, event.domain = "WebVPN access GRANTED", match["url"], host_of(match["url"])


def seconds(text: str) -> float | None:
    """`1d 3h:32m:16s` or `0h:32m:16s` in seconds."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not text.strip():
        return None
    days, hours, minutes, rest = (int(part[:9]) if part else 0 for part in match.groups())
    return float(days * 86_400 + hours * 3_600 + minutes * 60 + rest)


_DISCONNECTED = (
    r"Session disconnected\. {0,3}Session Type: {0,3}(?P<type>[^,]{0,64}), {0,3}"
    r"Duration: {0,3}(?P<duration>[^,]{0,64}), {0,3}Bytes xmt: {0,3}(?P<xmt>\d{1,20}), {0,3}"
    r"Bytes rcv: {0,3}(?P<rcv>\d{1,20}), {0,3}Reason: {0,3}" + rf"(?P<reason>{WORDS})"
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
_ADDRESSES = (
    rf" (?:IPv4 )?Address:? {{0,3}}<?(?P<v4>{IP})>?(?: IPv6 [Aa]ddress:? {{0,3}}<?(?P<v6>{IP})>?)?"
    r" assigned to session\.?"
)
_EQUALS = (
    rf"Group {{0,3}}= {{0,3}}(?P<group>[^,]{{0,256}}), {{0,3}}Username {{0,3}}= {{0,3}}{USER}, {{0,3}}"
    rf"IP {{0,3}}= {{0,3}}(?P<ip>{IP}), {{0,3}}"
)
_DAP = rf"DAP: User {USER}, Addr:? {{0,3}}(?P<ip>{IP}?)[,:]{{0,2}} {{1,3}}Connection "
_RECORDS = r"[^:]{0,256}: {0,3}(?P<records>[^<>=]{0,1024})"
# The user and the agent are both the client's, so neither may hold what separates them.
_AGENT = (
    r"Group <(?P<group>[^<>]{0,256})> User <(?P<user>[^<>]{0,256})> "
    rf"IP <(?P<ip>{IP})> Client Type: {{0,3}}(?P<agent>[^<>]{{0,512}})"
)
_RESUMED_TO = rf" (?P<reason>[^<>=]{{1,256}}(?:from (?:IP )?<{IP}>\.?)?)"
_ASSIGNED = _EQUALS + rf"Assigned private IP address (?P<v4>{IP})(?P<v6>) to remote user\.?"
READERS: dict[str, tuple[Reader, ...]] = {
    "113019": (reader(_EQUALS + _DISCONNECTED, _disconnected),),
    "113039": who(r" [\w /-]{0,64}session started\.?", _STARTED),
    "713228": (reader(_ASSIGNED, _addressed),),  # IKEv1
    "716001": who(r" WebVPN session started\.?", _WEB_STARTED),
    "716002": who(rf" WebVPN session (?:terminated|deleted)(?:[:.] {{0,3}})?(?P<reason>{WORDS})", _WEB_ENDED),
    "716003": who(r' WebVPN access GRANTED: "?(?P<url>[^<>\s"]{1,2048})"?', _page),
    "716058": who(_RESUMED_TO, _LOST),
    "716059": who(_RESUMED_TO, _RESUMED),
    "722022": who(_TRANSPORT + "established" + WORDS, _ESTABLISHED),
    "722023": who(_TRANSPORT + "terminated" + WORDS, _TERMINATED),
    "722033": who(rf" (?P<reason>First TCP{WORDS})", _session("tunnel.reported", "success", "First TCP SVC")),
    "722034": who(rf" (?P<reason>[\w ]{{0,64}}UDP{WORDS})", _session("tunnel.reported", "success", "First UDP SVC")),
    "722037": who(rf" SVC closing connection:? {{0,3}}(?P<reason>{WORDS})", _CLOSING),
    "722051": who(_ADDRESSES, _addressed),
    "722055": (reader(_AGENT, _agent),),
    "734001": (reader(_DAP + r"(?P<cut>)" + _RECORDS, _dap),),
    "734002": (reader(_DAP + r"(?P<cut>terminated)" + _RECORDS, _dap),),
}
