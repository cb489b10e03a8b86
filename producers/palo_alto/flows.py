"""TRAFFIC and THREAT: what passed the firewall, was asked of the web, or was found in a flow."""

from model.event import Event
from producers import forms
from producers.palo_alto.record import Record

_ALLOWED = frozenset({"allow", "alert", "continue", "override", "wildfire-upload-success", "forward"})
_WARNED = frozenset({"block-continue"})  # the page that asks whether to go on
_BLOCKED = frozenset({
    "deny", "drop", "drop-icmp", "drop-all-packets", "reset-client", "reset-server", "reset-both", "block-url", "block",
    "block-ip", "block-override", "override-lockout", "random-drop", "sinkhole", "syncookie-sent",
})  # fmt: skip


def traffic(event: Event, record: Record) -> None:
    """A flow at its start, its end, or when it was dropped or denied; bytes by the client are `bytes_sent`."""
    values = record.values
    _carry(event, values)
    event.action = "connection.recorded"
    event.bytes_out = forms.whole(values.get("bytes_sent"))
    event.bytes_in = forms.whole(values.get("bytes_received"))
    seconds = forms.whole(values.get("elapsed"))
    event.duration_s = None if seconds is None else float(seconds)
    event.reason = values.get("session_end_reason")
    event.vendor_code = values.get("subtype")


def threat(event: Event, record: Record) -> None:
    """subtype=url is a web request; what else was found in a flow is a connection with its threat as the reason."""
    values = record.values
    _carry(event, values)
    name, _, number = values.get("threatid", "").rstrip(")").rpartition("(")  # `Name(40031)`, `(9999)` for a URL
    event.vendor_code = number or None
    if values.get("subtype") != "url":
        event.action = "connection.recorded"
        event.reason = name or None
        return
    event.action = "web.requested"
    event.url = values.get("misc")
    event.domain = forms.host_of(event.url)
    event.user_agent = values.get("user_agent")
    event.method = forms.http_method((values.get("http_method") or "").upper())


def decryption(event: Event, record: Record) -> None:
    """A TLS handshake of a flow that TRAFFIC tells of, too: found in a search, and no second connection."""
    _carry(event, record.values)
    event.vendor_code = record.kind


def _carry(event: Event, values: dict[str, str]) -> None:
    forms.name_account(event, values.get("srcuser"), "observed")  # by User-ID
    event.address = forms.address(values.get("src"))
    event.destination = forms.address(values.get("dst"))
    port = forms.whole(values.get("dport"))
    event.destination_port = port if port and port < 65536 else None
    event.protocol = values.get("proto")
    event.app = values.get("app")
    event.session_id = values.get("sessionid") if values.get("sessionid") != "0" else None
    event.url_category = values.get("category")
    event.device = values.get("src_host")
    event.mac = forms.mac(values.get("src_mac"))
    event.device_basis = "claimed" if event.device else "observed" if event.mac else None
    _judge(event, event.vendor_action or "")


def _judge(event: Event, word: str) -> None:
    if word in _WARNED:
        event.verdict, event.outcome = "warned", "unknown"
    elif word in _BLOCKED:
        event.verdict, event.outcome = "blocked", "failure"
    elif word in _ALLOWED:
        event.verdict, event.outcome = "allowed", "success"
    else:
        event.verdict = "unknown"
