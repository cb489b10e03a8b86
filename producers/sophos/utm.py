"""UTM by program: httpproxy, the packet filter, aua (authentication), openvpn and dhcpd.

Sophos, "UTM Administration Guide" and "UTM log file IDs".
"""

from collections.abc import Callable, Mapping

from model.event import Event
from producers import forms
from producers.envelopes.fields import Fields
from producers.envelopes.key_value import read_key_values
from producers.isc_dhcp.verbs import read_verb
from producers.plain_fields import fill_plainly

_IDENTITY = ("id", "sub", "name", "action", "srcip", "srcmac", "user", "username", "virtual_ip", "ad_domain", "event")
_CLIENTS = frozenset({"url", "referer", "ua", "filename", "content-type", "error"})
# A user went on in spite of a warning (0072): the one record whose address stands behind the page.
_PROCEEDED = {"id", "severity", "sys", "sub", "name", "url", "srcip", "category", "categoryname"}
_VERDICTS = {
    "pass": ("allowed", "success"),
    "accept": ("allowed", "success"),
    "warn": ("warned", "unknown"),
    "block": ("blocked", "failure"),
    "drop": ("blocked", "failure"),
    "reject": ("blocked", "failure"),
    "DNS request": ("allowed", "success"),  # the packet filter's note of a question that it lets through
}
_Reader = Callable[[Event, Fields], None]


def _sound(read: _Reader) -> Callable[[Event, str], None]:
    def reader(event: Event, message: str) -> None:
        fields = read_key_values(message)
        event.vendor_code, event.vendor_action = fields.get("id"), fields.get("name", "event")
        if not fields.sound(*_IDENTITY):
            return
        in_order = fields.in_order(frozenset(_IDENTITY), _CLIENTS)
        if in_order:
            event.address = forms.address(fields.get("srcip"))
            read(event, fields)
        if event.action == "record.unrecognised" and (in_order or fields.values.keys() == _PROCEEDED):
            fill_plainly(event, {**fields.values, "device": "", "host": "", "action": ""})
            event.url_category = fields.get("categoryname")

    return reader


def _page(event: Event, fields: Fields) -> None:
    event.url, event.domain = fields.get("url"), forms.host_of(fields.get("url"))
    if event.domain is None or fields.get("sub") != "http" or not fields.get("action"):
        return
    event.action = "web.requested"
    event.verdict, event.outcome = _VERDICTS.get(fields.get("action") or "", ("unknown", "unknown"))
    event.method, event.destination = forms.http_method(fields.get("method")), forms.address(fields.get("dstip"))
    event.url_category, event.bytes_in = fields.get("categoryname"), forms.whole(fields.get("size"))
    event.user_agent, event.app = fields.get("ua"), fields.get("application")
    event.reason = fields.get("reason") if event.verdict != "allowed" else None
    asked = fields.get("statuscode") == "407"
    if asked:
        event.verdict, event.outcome = "unknown", "failure"
    forms.name_account(event, fields.get("user"), "claimed" if asked else "observed")
    if event.account and event.account_domain is None:
        event.account_domain = forms.realm(fields.get("ad_domain"))


def _packet(event: Event, fields: Fields) -> None:
    event.verdict, event.outcome = _VERDICTS.get(fields.get("action") or "", ("unknown", "unknown"))
    if event.verdict == "unknown":
        return
    event.action, event.reason = "connection.recorded", fields.get("fwrule")
    event.mac = forms.mac(fields.get("srcmac"))
    event.device_basis = "observed" if event.mac else None
    event.destination = forms.address(fields.get("dstip"))
    event.destination_port = forms.port(fields.get("dstport"))
    event.protocol = forms.protocol(fields.get("proto"))


def _signed_in(event: Event, fields: Fields) -> None:
    event.category = "auth"
    outcome = {"3004": "success", "3005": "failure"}.get(fields.get("id") or "")
    if outcome:
        event.action, event.outcome = "account.authenticated", outcome
        event.app, event.reason = fields.get("caller"), fields.get("reason") if outcome == "failure" else None
        forms.name_account(event, fields.get("user"), "authenticated" if outcome == "success" else "claimed")


def _tunnel(event: Event, fields: Fields) -> None:
    event.category = "vpn"
    opens = {"2201": True, "2202": False}.get(fields.get("id") or "")
    if opens is None or fields.get("sub") != "vpn":
        return
    event.action, event.outcome = ("tunnel.opened" if opens else "tunnel.closed"), "success"
    event.assigned_address, event.protocol = forms.address(fields.get("virtual_ip")), fields.get("variant")
    event.bytes_out, event.bytes_in = forms.whole(fields.get("rx")), forms.whole(fields.get("tx"))
    forms.name_account(event, fields.get("username"), "authenticated" if opens else "observed")


def _own_site(event: Event, fields: Fields) -> None:
    """A request from outside to a site of the district's own, through the web application firewall."""
    event.category, event.method = "proxy", forms.http_method(fields.get("method"))


def _lease(event: Event, message: str) -> None:
    event.category, event.protocol = "device", "dhcp"
    read_verb(event, message)
    if event.action not in ("lease.granted", "lease.released"):  # what is asked and offered holds no address
        event.action = "record.unrecognised"


READERS: Mapping[str, Callable[[Event, str], None]] = {
    "httpproxy": _sound(_page),
    "httpd": _sound(_own_site),
    "ulogd": _sound(_packet),
    "aua": _sound(_signed_in),
    "openvpn": _sound(_tunnel),
    "dhcpd": _lease,
}
# By the `sub` of a record that has lost its program's name.
PROGRAMS = {"http": "httpproxy", "packetfilter": "ulogd", "auth": "aua", "vpn": "openvpn"}
