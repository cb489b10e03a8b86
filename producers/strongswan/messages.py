"""What charon says, by message: the texts of libcharon and its plug-ins, strongSwan 5.2 to 6.0.

https://github.com/strongswan/strongswan, src/libcharon: sa/ikev2/tasks/ike_auth.c, ike_config.c, ike_delete.c,
sa/ikev1/tasks/xauth.c, attributes/mem_pool.c, plugins/eap_radius, plugins/eap_mschapv2
"""

import re
from collections.abc import Callable

from model.event import Event
from producers import forms
from producers.strongswan.peers import ADDRESS, SELECTOR, inside, name, other_end

Reader = Callable[[Event, re.Match[str]], None]


def read_message(event: Event, says: str) -> None:
    """Fills `event` in; most lines are noise and stay `record.unrecognised`."""
    for first, pattern, reader in _READERS:
        if says.startswith(first) and (match := pattern.fullmatch(says)):
            reader(event, match)
            return
    if match := _COMES.fullmatch(says):
        _came(event, match)


def _between(event: Event, match: re.Match[str]) -> str | None:
    """The client's end of a tunnel; returns its IKE identity, which a client that signs in by EAP chooses freely."""
    event.session_id = match.groupdict().get("number") or event.session_id
    event.address, identity = other_end(match["ends"])
    return identity


def _state(event: Event, match: re.Match[str]) -> None:
    """Opened or rekeyed. Whose it is is said by the lines that name whom the gateway has checked."""
    _between(event, match)
    event.action = "tunnel.opened" if match["word"] == "established" else "tunnel.reported"
    event.outcome, event.vendor_action = "success", f"IKE_SA {match['word']}"


def _deleted(event: Event, match: re.Match[str]) -> None:
    """Also of the old number at each rekeying, by which no tunnel ends: its end is that of its lease."""
    _between(event, match)
    event.action, event.outcome, event.vendor_action = "tunnel.reported", "success", "deleting IKE_SA"


def _looked_up(event: Event, match: re.Match[str]) -> None:
    """Before anything was checked."""
    event.vendor_action = "looking for peer configs"
    name(event, _between(event, match), "claimed")


def _addressed(event: Event, match: re.Match[str]) -> None:
    """Written in the last exchange of a sign-in that succeeded, by the name that was checked in it."""
    event.action, event.outcome, event.vendor_action = "tunnel.addressed", "success", "assigning virtual IP"
    event.assigned_address = forms.address(match["inside"])
    name(event, match["id"], "observed")


def _offline(event: Event, match: re.Match[str]) -> None:
    event.action, event.outcome, event.vendor_action = "tunnel.closed", "success", "lease went offline"
    event.assigned_address = forms.address(match["inside"])
    name(event, match["id"], "observed")


def _bytes(event: Event, match: re.Match[str]) -> None:
    """What came in (`_i`) the client sent."""
    event.action, event.outcome, event.vendor_action = "tunnel.reported", "success", "closing CHILD_SA"
    event.bytes_out, event.bytes_in = forms.whole(match["received"]), forms.whole(match["sent"])
    event.assigned_address = inside(match["inside"])


def _signed(event: Event, match: re.Match[str]) -> None:
    """A signature proves the identity. Behind EAP another name may have been checked; a shared key proves its group."""
    event.outcome, event.vendor_action = "success", f"authentication with {match['method']}"
    if match["method"].startswith(("EAP", "pre-shared key")):
        name(event, match["id"], "claimed")
    else:
        event.category, event.action = "auth", "account.authenticated"
        name(event, match["id"], "authenticated")


def _verdict(event: Event, match: re.Match[str]) -> None:
    """Of XAuth on the name itself; of RADIUS on the name outside, which a client may choose where EAP is tunneled."""
    event.category, event.action = "auth", "account.authenticated"
    event.vendor_action = f"{match['kind']} authentication"
    event.outcome = "success" if match["word"] == "successful" else "failure"
    proven = match["kind"] == "XAuth" and event.outcome == "success"
    name(event, match["id"], "authenticated" if proven else "claimed")


def _refused(event: Event, match: re.Match[str]) -> None:
    found = match.groupdict()
    event.category, event.action, event.outcome = "auth", "account.authenticated", "failure"
    event.vendor_action = event.reason = found["reason"]
    name(event, found.get("id"), "claimed")


def _keyless(event: Event, match: re.Match[str]) -> None:
    """Beside the refusal that follows; a line whose two names could end elsewhere names nobody."""
    event.outcome, event.vendor_action = "failure", match["reason"]
    event.reason = match["reason"]
    if match["ids"].count("' - '") == 1:
        name(event, match["ids"].partition("' - '")[2], "claimed")


def _came(event: Event, match: re.Match[str]) -> None:
    """A client of which no name is known yet."""
    event.address, event.vendor_action = forms.address(match["from"]), match["word"]


def _told(event: Event, match: re.Match[str]) -> None:
    """A name that the client sends, before it is checked."""
    event.vendor_action = match["word"]
    name(event, match["id"], "claimed")


_IKE_SA = r"IKE_SA [^\[\]]{1,128}\[(?P<number>\d{1,10})\]"
_PATTERNS: tuple[tuple[str, str, Reader], ...] = (
    ("IKE_SA ", rf"{_IKE_SA} (?P<word>established|rekeyed) between (?P<ends>.*)", _state),
    ("deleting IKE_SA ", rf"deleting {_IKE_SA} between (?P<ends>.*)", _deleted),
    ("assigning virtual IP ", rf"assigning virtual IP (?P<inside>{ADDRESS}) to peer '(?P<id>.*)'", _addressed),
    ("lease ", rf"lease (?P<inside>{ADDRESS}) by '(?P<id>.*)' went offline", _offline),
    (
        "closing CHILD_SA ",
        r"closing CHILD_SA [^{}]{1,128}\{\d{1,10}\} with SPIs [0-9a-f]{8}_i \((?P<received>\d+) bytes\) "
        rf"[0-9a-f]{{8}}_o \((?P<sent>\d+) bytes\) and TS {SELECTOR}(?: {SELECTOR})* === (?P<inside>{SELECTOR})",
        _bytes,
    ),
    ("authentication of '", r"authentication of '(?P<id>.*)' with (?P<method>[^']{1,64}) successful", _signed),
    ("XAuth ", r"(?P<kind>XAuth) authentication of '(?P<id>.*)' (?P<word>successful|failed)", _verdict),
    ("RADIUS ", r"(?P<kind>RADIUS) authentication of '(?P<id>.*)' (?P<word>successful|failed)", _verdict),
    ("EAP method ", r"(?P<reason>EAP method \S{1,32} failed) for peer (?P<id>.*)", _refused),
    ("EAP-", r"(?P<reason>EAP-(?:MS-CHAPv2|MD5) verification failed)(?:[,:] .{1,64})?", _refused),
    ("no ", r"(?P<reason>no (?:EAP key|XAuth secret) found) for (?:hosts )?'(?P<ids>.*)'", _keyless),
    ("received ", r"(?P<word>received (?:tunneled )?EAP identity) '(?P<id>[^']*)'", _told),
    (
        "received packet: ",
        rf"(?P<word>received packet): from (?P<from>{ADDRESS})\[\d+\] to {ADDRESS}\[\d+\] \(\d+ bytes\)",
        _came,
    ),
    ("EAP-MS-CHAPv2 username: ", r"(?P<word>EAP-MS-CHAPv2 username): '(?P<id>.*)'", _told),
    ("looking for ", r"looking for (?:\S{1,32} )?peer configs matching (?P<ends>.*)", _looked_up),
)  # fmt: skip
_READERS = tuple((first, re.compile(pattern, re.A | re.S), reader) for first, pattern, reader in _PATTERNS)
_COMES = re.compile(rf"(?P<from>{ADDRESS}) (?P<word>is initiating) an? (?:Main Mode |Aggressive Mode )?IKE_SA", re.A)
