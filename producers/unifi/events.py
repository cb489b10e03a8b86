"""UniFi's own events in CEF, by their name: the numbers differ between versions."""

import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from model.event import Event
from producers import forms
from producers.envelopes.cef import Cef, read_cef
from producers.envelopes.fields import Fields
from producers.plain_fields import fill_plainly
from producers.times import at_iso

_UTC = ZoneInfo("UTC")
_IDENTITY = (
    *("UNIFIclientMac", "UNIFIclientIp", "UNIFIclientIP", "UNIFIclientHostname", "UNIFIutcTime", "UNIFIhost"),
    *("UNIFIadmin", "suser", "src", "dst"),
)
_EAP = "wpaeap"
# What a client or its owner may have written: a user's own name stands behind none of it.
_WRITTEN_BY_CLIENTS = frozenset({"UNIFIclientHostname", "UNIFIclientAlias", "msg"})
_SINGLE_WORD = re.compile(r"[^\s|=\"]{1,256}")
_UNFINISHED = re.compile(r"(?P<head>CEF:0\|Ubiquiti\|UniFi OS\|[^|]{1,40}\|[^|=]{1,80}\|)(?=\d{1,2}\|msg=)", re.A)


def read_cef_event(event: Event, message: str) -> None:
    """Fills `event` in. UniFi OS leaves out a part of the head, so its events say only what they plainly name."""
    if short := _UNFINISHED.match(message):
        message = f"{short['head']}|{message[short.end() :]}"
    cef = read_cef(message)
    if cef is None:
        return
    fields = cef.extension
    event.vendor_code, event.vendor_action = cef.signature or None, cef.name or None
    if not fields.sound(*_IDENTITY):
        return
    if at := at_iso(fields.get("UNIFIutcTime") or "", _UTC):
        event.occurred_at, event.time_quality = at[0], "exact"
    event.reporter = fields.get("UNIFIhost") or event.reporter
    reader = next((read for words, read in _READERS.items() if _is(cef, words)), None)
    if reader:
        reader(event, fields)
    else:
        _client(event, fields)
        names = ("suser", "UNIFIadmin")
        who = _word(fields, *names) if fields.in_order(frozenset(names), _WRITTEN_BY_CLIENTS) else None
        fill_plainly(event, {"user": who or "", "src": fields.get("src") or ""})


def _is(cef: Cef, words: str) -> bool:
    return cef.name.lower().startswith(words)


def _word(fields: Fields, *names: str) -> str | None:
    """The value where it is one word: an administrator's shown name is none, and no account."""
    value = fields.get(*names) or ""
    return value if _SINGLE_WORD.fullmatch(value) else None


def _client(event: Event, fields: Fields) -> None:
    event.mac = forms.mac(fields.get("UNIFIclientMac"))
    event.address = forms.address(fields.get("UNIFIclientIp", "UNIFIclientIP"))
    event.device = fields.get("UNIFIclientHostname")
    event.device_basis = "claimed" if event.device else "observed" if event.mac else None


def _came(event: Event, fields: Fields) -> None:
    _client(event, fields)
    if event.mac:
        event.action, event.outcome = "connection.recorded", "success"
        event.protocol = fields.get("UNIFIauthMethod")
    if event.protocol == _EAP and fields.in_order({"suser"}, _WRITTEN_BY_CLIENTS):
        forms.name_account(event, _word(fields, "suser"), "claimed")  # may be EAP's outer name, which is anybody's


def _tunnel(opens: bool) -> Callable[[Event, Fields], None]:
    """`src` is the public address, UNIFIclientIp the one inside; `suser` the user whom the gateway let in."""

    def fill(event: Event, fields: Fields) -> None:
        event.category = "vpn"
        event.action, event.outcome = ("tunnel.opened" if opens else "tunnel.closed"), "success"
        event.address = forms.address(fields.get("src"))
        event.assigned_address = forms.address(fields.get("UNIFIclientIp", "UNIFIclientIP"))
        event.protocol = fields.get("UNIFIvpnType")
        forms.name_account(event, _word(fields, "suser"), "authenticated" if opens else "observed")

    return fill


def _administrator(event: Event, fields: Fields) -> None:
    """The name is the one shown, which an administrator chooses: it stands for nobody's account by itself."""
    event.category, event.action, event.outcome = "auth", "account.authenticated", "success"
    event.address, event.app = forms.address(fields.get("src")), fields.get("UNIFIaccessMethod")
    forms.name_account(event, _word(fields, "UNIFIadmin"), "claimed")


def _refused(event: Event, fields: Fields) -> None:
    event.category, event.action = "proxy", "connection.recorded"
    event.verdict, event.outcome = "blocked", "failure"
    event.reason = fields.get("UNIFIipsSignature", "UNIFIpolicyName")
    event.address, event.destination = forms.address(fields.get("src")), forms.address(fields.get("dst"))
    port = forms.whole(fields.get("dpt"))
    event.destination_port = port if port is not None and port < 65_536 else None
    event.protocol = (fields.get("proto") or "").lower() or None


_READERS: Mapping[str, Callable[[Event, Fields], None]] = {
    "wifi client connected": _came,
    "wifi client roam": _came,
    "wired client connected": _came,
    "vpn client connected": _tunnel(True),
    "vpn client disconnected": _tunnel(False),
    "admin accessed": _administrator,
    "network accessed": _administrator,
    "threat detected and blocked": _refused,
    "blocked by firewall": _refused,
}
