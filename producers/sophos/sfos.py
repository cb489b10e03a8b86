"""SFOS by log_type and log_component, in the names of both formats.

Sophos, "Sophos Firewall Syslog Guide" 18.0 to 21: log_id is type (2), component (2), subtype (2), priority
(1) and message (5).
"""

from collections.abc import Callable, Mapping

from model.event import Event
from producers import forms
from producers.envelopes.fields import Fields
from producers.plain_fields import fill_plainly
from producers.product import Context
from producers.times import At, at_iso, at_local

_BEFORE = frozenset({
    "device_name", "device_serial_id", "device_id", "timestamp", "date", "time", "timezone", "log_id", "log_type",
    "log_component", "log_subtype", "status", "user_name", "user",
})  # fmt: skip
_CLIENTS = frozenset({
    "url", "referer", "http_referer", "user_agent", "http_user_agent", "domain", "domainname", "filename", "file_name",
    "download_file_name", "reported_host", "message", "content_type", "contenttype", "sni",
})  # fmt: skip
_IDENTITY = (*_BEFORE, "src_ip", "src_mac", "reported_ip", "ipaddress", "dst_ip")
_VERDICTS = {
    "allowed": ("allowed", "success"),
    "overridden": ("allowed", "success"),
    "denied": ("blocked", "failure"),
    "drop": ("blocked", "failure"),
    "dropped": ("blocked", "failure"),
    "blocked": ("blocked", "failure"),
    "warned": ("warned", "unknown"),
    "proceeded": ("warned", "success"),
}
_SIGNED_OUT = frozenset({"17703", "17706", "17709", "17712", "17715"})  # each third of login, refusal, logout
_OUTCOMES = {"successful": "success", "success": "success", "failed": "failure", "failure": "failure"}
_GRANTED = frozenset({"renew", "lease", "new"})
_Reader = Callable[[Event, Fields], None]


def read_sfos(event: Event, fields: Fields, context: Context, whole: bool) -> None:
    """Fills `event` in. Values stand in quotes that nothing escapes: what a client could have added is not believed."""
    other_time = frozenset({"timestamp"}) if _is_dated(fields) else frozenset()
    if not (whole and fields.sound(*_IDENTITY) and fields.in_order(_BEFORE - other_time, _CLIENTS)):
        return
    at = _at(fields, context)
    event.occurred_at, event.time_quality = at or (event.occurred_at, event.time_quality)
    event.reporter = fields.get("device_name") or event.reporter or fields.get("device_serial_id")
    event.vendor_code, event.vendor_action = fields.get("log_id"), fields.get("log_subtype")
    event.address = forms.address(fields.get("src_ip"))
    reader = _reader_of(fields)
    if reader:
        reader(event, fields)
    else:
        _plainly(event, fields)


def _is_dated(fields: Fields) -> bool:
    """Whether the record has a whole time without `timestamp`, which then is another time than the record's."""
    return bool(fields.get("date") and fields.get("time") and fields.get("timezone"))


def _at(fields: Fields, context: Context) -> At | None:
    stamp = fields.get("timestamp")
    if stamp and not _is_dated(fields):
        return at_iso(stamp, context.timezone)
    year, month, day, *_ = *(forms.whole(part) or 0 for part in (fields.get("date") or "").split("-")), 0, 0, 0
    return at_local(year, month, day, fields.get("time") or "", context.timezone, fields.get("timezone") or "")


def _reader_of(fields: Fields) -> _Reader | None:
    kind, part = fields.get("log_type") or "", fields.get("log_component") or ""
    if kind == "Event" and (
        part.endswith("Authentication") or fields.get("log_subtype") in ("Authentication", "Admin")
    ):
        return _signed_in
    return _READERS.get((kind, part)) or _READERS.get((kind, ""))


def _plainly(event: Event, fields: Fields) -> None:
    """Records of mail, viruses, threats and of the firewall itself."""
    event.outcome = _OUTCOMES.get((fields.get("status") or "").lower(), "unknown")
    fill_plainly(event, {**fields.values, "status": "", "device": "", "device_name": "", "host": "", "hostname": ""})


def _user(fields: Fields) -> str | None:
    return fields.get("user_name", "user")


def _ends(event: Event, fields: Fields) -> None:
    event.destination = forms.address(fields.get("dst_ip"))
    event.destination_port = forms.port(fields.get("dst_port"))
    event.protocol = (fields.get("protocol") or "").lower() or None
    event.bytes_out = forms.whole(fields.get("bytes_sent", "sent_bytes"))
    event.bytes_in = forms.whole(fields.get("bytes_received", "recv_bytes"))
    event.verdict, event.outcome = _VERDICTS.get((event.vendor_action or "").lower(), ("unknown", "unknown"))
    forms.name_account(event, _user(fields), "observed")


def _page(event: Event, fields: Fields) -> None:
    event.url = fields.get("url")
    event.domain = forms.host_of(fields.get("domain", "domainname")) or forms.host_of(event.url)
    _ends(event, fields)
    if event.domain:
        event.action = "web.requested"
    event.url_category = forms.known(fields.get("http_category", "category"))
    event.reason = (fields.get("reason") or event.url_category) if event.verdict == "blocked" else None
    event.user_agent = fields.get("http_user_agent", "user_agent")
    event.app = fields.get("app_name", "application")


def _inspected(event: Event, fields: Fields) -> None:
    """A TLS connection that was decrypted, left alone, or stopped; `sni` is the name that the client asked for."""
    _ends(event, fields)
    event.action, event.domain = "connection.recorded", forms.host_of(fields.get("sni"))
    event.app, event.session_id = fields.get("app_name"), fields.get("con_id")
    if fields.sound("category"):  # it stands behind the name, in which a second one may have been written
        event.url_category = forms.known(fields.get("category"))


def _flow(event: Event, fields: Fields) -> None:
    _ends(event, fields)
    event.action = "connection.recorded"
    event.mac = forms.mac(fields.get("src_mac"))
    event.device_basis = "observed" if event.mac else None
    event.session_id, event.app = (
        fields.get("con_id", "connid"),
        fields.get("app_name", "application_name", "application"),
    )
    event.reason = fields.get("fw_rule_name") if event.verdict == "blocked" else None
    seconds = forms.whole(fields.get("duration", "con_duration"))
    event.duration_s = None if seconds is None else float(seconds)


def _signed_in(event: Event, fields: Fields) -> None:
    event.category = "vpn" if "VPN" in (fields.get("log_component") or "") else "auth"
    event.outcome = _OUTCOMES.get((fields.get("status") or "").lower(), "unknown")
    event.app = fields.get("log_component")
    if (event.vendor_code or "")[-5:] in _SIGNED_OUT:
        event.action = "account.logged_off"
        forms.name_account(event, _user(fields), "observed")
    elif event.outcome != "unknown":
        event.action = "account.authenticated"
        event.reason = fields.get("reason") if event.outcome == "failure" else None
        forms.name_account(event, _user(fields), "authenticated" if event.outcome == "success" else "claimed")


def _tunnel(event: Event, fields: Fields) -> None:
    word = (fields.get("status") or "").lower()
    event.category = "vpn"
    if word in ("established", "terminated", "connected", "disconnected") and _user(fields):
        opens = word in ("established", "connected")
        event.action, event.outcome = ("tunnel.opened" if opens else "tunnel.closed"), "success"
        event.assigned_address = forms.address(fields.get("ipaddress"))
        event.bytes_out = forms.whole(fields.get("bytes_received"))  # as the firewall sees it
        event.bytes_in = forms.whole(fields.get("bytes_sent"))
        forms.name_account(event, _user(fields), "authenticated" if opens else "observed")
    else:
        _plainly(event, fields)


def _lease(event: Event, fields: Fields) -> None:
    event.category, event.protocol, event.vendor_action = "device", "dhcp", fields.get("status")
    event.address = forms.address(fields.get("reported_ip", "ipaddress"))
    event.mac = forms.mac(fields.get("src_mac", "client_physical_address"))
    event.device = forms.known(fields.get("reported_host", "client_host_name"))
    event.device_basis = "claimed" if event.device else "observed" if event.mac else None
    seconds = forms.whole(fields.get("lease_time"))
    event.duration_s = None if seconds is None else float(seconds)
    if (fields.get("status") or "").lower() in _GRANTED:
        event.action, event.outcome = "lease.granted", "success"


_READERS: Mapping[tuple[str, str], _Reader] = {
    ("Content Filtering", "HTTP"): _page,
    ("Content Filtering", "HTTPS"): _page,
    ("Content Filtering", "Application"): _flow,
    ("Content Filtering", "SSL"): _inspected,
    ("Firewall", ""): _flow,
    ("Event", "SSL VPN"): _tunnel,
    ("Event", "IPSec"): _tunnel,
    ("Event", "L2TP"): _tunnel,
    ("Event", "DHCP Server"): _lease,
}
