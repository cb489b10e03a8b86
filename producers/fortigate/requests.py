"""FortiGate's records of what passed through it: flows, web requests, DNS questions, recognized applications."""

from model.event import Event
from producers import forms
from producers.fortigate.fields import Fields

PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "58": "icmpv6"}
_BLOCKED = frozenset(
    {"deny", "blocked", "block", "dropped", "reset", "reset_both", "redirect", "redirected", "sinkhole"}
)
_UNTOLD = frozenset({"ip-conn", "dns"})  # the policy let it pass, the connection did not come about


def flow(event: Event, fields: Fields) -> None:
    """type=traffic. `sentbyte` is the client's, so bytes_out; the blocked flow is one the policy or a filter denied."""
    _carry(event, fields)
    event.action = "connection.recorded"
    event.bytes_out = forms.whole(fields.get("sentbyte"))
    event.bytes_in = forms.whole(fields.get("rcvdbyte"))
    event.duration_s = _seconds(fields)
    event.domain = forms.host_of(fields.get("hostname"))
    if event.vendor_action in _BLOCKED or fields.get("utmaction") in _BLOCKED:
        event.verdict, event.outcome = "blocked", "failure"
    elif event.vendor_action is None or event.vendor_action in _UNTOLD:
        event.verdict, event.outcome = "unknown", "unknown"
    else:
        event.verdict, event.outcome = "allowed", "success"


def web(event: Event, fields: Fields) -> None:
    """subtype=webfilter; `url` is a path where `hostname` is the host."""
    _carry(event, fields)
    event.action = "web.requested"
    event.url = _url(fields)
    event.domain = forms.host_of(fields.get("hostname")) or forms.host_of(event.url)
    event.user_agent = fields.get("agent")
    event.method = forms.http_method(fields.get("httpmethod"))
    event.bytes_out = forms.whole(fields.get("sentbyte"))
    event.bytes_in = forms.whole(fields.get("rcvdbyte"))
    event.reason = fields.get("msg")
    _judge(event, fields)


def name(event: Event, fields: Fields) -> None:
    """subtype=dns: the name that was asked for, as a request without URL."""
    _carry(event, fields)
    event.action = "web.requested"
    event.protocol = "dns"
    event.domain = forms.host_of(fields.get("qname"))
    event.reason = fields.get("msg")
    _judge(event, fields)
    if fields.get("eventtype") == "dns-query" and event.vendor_action is None:
        event.verdict = "unknown"  # the question; the answer's record says what became of it


def application(event: Event, fields: Fields) -> None:
    """subtype=app-ctrl: an application recognized in a flow."""
    _carry(event, fields)
    event.action = "connection.recorded"
    event.url = _url(fields)
    event.domain = forms.host_of(fields.get("hostname"))
    event.url_category = fields.get("appcat")
    event.user_agent = fields.get("agent")
    event.reason = fields.get("msg")
    _judge(event, fields)


def _carry(event: Event, fields: Fields) -> None:
    """What all records of a session share."""
    event.device = fields.get("srcname")
    event.mac = forms.mac(fields.get("srcmac")) or forms.mac(fields.get("mastersrcmac"))
    event.device_basis = "claimed" if event.device else "observed" if event.mac else None
    event.account_basis = "observed" if event.account else None  # of a session that the firewall had authenticated
    event.destination = forms.address(fields.get("dstip"))
    event.destination_port = _port(fields.get("dstport"))
    event.protocol = PROTOCOLS.get(fields.get("proto", ""), fields.get("proto"))
    event.session_id = fields.get("sessionid")
    event.app = fields.get("app") or fields.get("service")
    event.url_category = fields.get("catdesc")


def _judge(event: Event, fields: Fields) -> None:
    word = (event.vendor_action or "").lower()
    if word == "warning" or "warning" in fields.get("eventtype", "") or "warnings enabled" in fields.get("msg", ""):
        event.verdict, event.outcome = "warned", "unknown"
    elif word in _BLOCKED:
        event.verdict, event.outcome = "blocked", "failure"
    else:
        event.verdict, event.outcome = ("allowed", "success") if word else ("unknown", "unknown")


def _url(fields: Fields) -> str | None:
    url, host = fields.get("url"), fields.get("hostname")
    if url is None or "://" in url or host is None:
        return url
    scheme = fields.get("service", "").lower()
    scheme = scheme if scheme in ("http", "https", "ftp") else "https" if fields.get("dstport") == "443" else "http"
    return f"{scheme}://{host}{url}" if url.startswith("/") else url


def _port(text: str | None) -> int | None:
    port = forms.whole(text)
    return port if port is not None and port < 65536 else None


def _seconds(fields: Fields) -> float | None:
    seconds = forms.whole(fields.get("duration"))
    return None if seconds is None else float(seconds)
