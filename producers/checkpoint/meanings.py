"""What a record of each product (blade) says; names are those of sk144192."""

import re

from model.event import Basis, Event
from producers import forms
from producers.envelopes.fields import Fields
from producers.plain_fields import fill_plainly

IDENTITY = (
    *("time", "action", "product", "origin", "src", "dst", "user", "src_user_name", "administrator", "client_ip"),
    *("operation", "audit_status", "src_machine_name", "office_mode_ip", "auth_status"),
)
_ACTIONS = {
    "accept": ("allowed", "success"), "allow": ("allowed", "success"), "inform": ("warned", "success"),
    "ask user": ("warned", "unknown"), "drop": ("blocked", "failure"), "reject": ("blocked", "failure"),
    "block": ("blocked", "failure"), "redirect": ("blocked", "failure"), "bypass": ("allowed", "success"),
    "detect": ("allowed", "success"), "prevent": ("blocked", "failure"), "encrypt": ("allowed", "success"),
    "decrypt": ("allowed", "success"),
}  # fmt: skip
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "50": "esp", "58": "icmp6"}
# `Tess Bell (tbell)`: the account stands in brackets behind the shown name.
_SHOWN = re.compile(r"[^()]{1,256} \((?P<account>[^\s()]{1,256})\)")
_PACKET = re.compile(
    r"<(?P<src>[^<>,]{1,64}),\d{1,5},(?P<dst>[^<>,]{1,64}),(?P<port>\d{1,5}),(?P<proto>\d{1,3})(?:;[^<>]{0,64})?>"
)
_FILTERS = frozenset({"URL Filtering", "Application Control", "Anti Malware", "Anti Virus", "Threat Emulation"})
_REMOTE = frozenset({"Mobile Access", "VPN", "Endpoint Security VPN", "SSL Network Extender"})
_REFUSED = ("fail", "reject", "unsuccess", "denied")


def read_fields(event: Event, fields: Fields) -> None:
    """Fills `event` in, by the product that wrote the record."""
    product, action = fields.get("product", "ProductFamily") or "", (fields.get("action") or "").lower()
    event.vendor_code, event.vendor_action = product or None, fields.get("operation", "action")
    event.reporter = forms.known(fields.get("origin")) or event.reporter
    event.address = forms.address(fields.get("src"))
    if fields.get("operation") in ("Log In", "Log Out"):
        _administrator(event, fields)
    elif product == "Identity Awareness" or product in _REMOTE:
        _signed_in(event, fields, product)
    elif action in _ACTIONS and event.address:
        _flow(event, fields, product, action)
    elif action in _ACTIONS and fields.get("packets"):
        _packets(event, fields, action)
    else:
        _ends(event, fields)
        _machine(event, fields)
        event.address = event.address or forms.address(fields.get("client_ip"))
        said = {"user": fields.get("administrator", "src_user_name", "user") or ""}
        fill_plainly(event, said | {"outcome": fields.get("audit_status", "status") or ""})


def _user(event: Event, fields: Fields, basis: Basis) -> None:
    written = fields.get("src_user_name", "user") or ""
    shown = _SHOWN.fullmatch(written)
    name = shown["account"] if shown else written if not re.search(r"[\s()]", written) else None
    forms.name_account(event, name, basis)


def _machine(event: Event, fields: Fields) -> None:
    """`lt-b@maple.example`: behind the at sign stands the domain."""
    event.device = forms.known((fields.get("src_machine_name") or "").partition("@")[0])
    event.device_basis = "claimed" if event.device else None


def _ends(event: Event, fields: Fields) -> None:
    event.destination = forms.address(fields.get("dst"))
    port = forms.whole(fields.get("service"))
    event.destination_port = port if port is not None and port < 65_536 else None
    number = fields.get("proto") or ""
    event.protocol = _PROTOCOLS.get(number, number) or None


def _flow(event: Event, fields: Fields, product: str, action: str) -> None:
    event.verdict, event.outcome = _ACTIONS[action]
    _ends(event, fields)
    event.bytes_out = forms.whole(fields.get("sent_bytes", "client_inbound_bytes"))
    event.bytes_in = forms.whole(fields.get("received_bytes", "client_outbound_bytes"))
    event.app = fields.get("appi_name")
    event.url_category = fields.get("matched_category", "app_category")
    _machine(event, fields)
    event.url = fields.get("resource") if product in _FILTERS else None
    event.domain = forms.host_of(event.url) or forms.host_of(fields.get("http_host") if event.url else None)
    event.action = "web.requested" if event.domain else "connection.recorded"
    event.user_agent = fields.get("user_agent") if event.domain else None
    event.method = forms.http_method(fields.get("method")) if event.domain else None
    event.reason = fields.get("rule_name", "protection_name") if event.verdict == "blocked" else None
    _user(event, fields, "observed")


def _packets(event: Event, fields: Fields, action: str) -> None:
    """Drops that the gateway counted together: what all of its packets have in common."""
    event.action = "connection.recorded"
    event.verdict, event.outcome = _ACTIONS[action]
    event.reason = fields.get("rule_name", "drop_reason") if event.verdict == "blocked" else None
    packets = [match.groupdict() for match in _PACKET.finditer(fields.get("packets") or "")]

    def shared(name: str) -> str | None:
        values = {packet[name] for packet in packets}
        return values.pop() if len(values) == 1 else None

    event.address, event.destination = forms.address(shared("src")), forms.address(shared("dst"))
    event.destination_port = forms.port(shared("port")) if event.destination else None
    event.protocol = forms.protocol(shared("proto"))


def _administrator(event: Event, fields: Fields) -> None:
    event.category, event.address = "auth", forms.address(fields.get("client_ip"))
    event.app = fields.get("product")
    said = f"{fields.get('audit_status') or ''} {fields.get('additional_info') or ''}".lower()
    failed = any(word in said for word in _REFUSED)
    event.outcome = "failure" if failed else "success"
    leaves = fields.get("operation") == "Log Out"
    event.action = "account.logged_off" if leaves else "account.authenticated"
    event.reason = fields.get("additional_info") if failed else None
    event.device = forms.known(fields.get("machine"))
    event.device_basis = "claimed" if event.device else None
    name = fields.get("administrator") or ""
    if not re.search(r"[\s()]", name):
        forms.name_account(event, name, "claimed" if failed else "observed" if leaves else "authenticated")


def _signed_in(event: Event, fields: Fields, product: str) -> None:
    """What the gateway learned of an identity it only saw (AD Query, an agent); a portal or a VPN checks it itself."""
    event.category = "auth" if product == "Identity Awareness" else "vpn"
    action, status = (fields.get("action") or "").lower(), (fields.get("auth_status") or "").lower()
    failed = "failed" in action or any(word in status for word in _REFUSED)
    passed = not failed and (not status or status.startswith("success"))
    event.app = product
    _machine(event, fields)
    if action == "log out":
        event.action, event.outcome = "account.logged_off", "success"
        _user(event, fields, "observed")
    elif action in ("log in", "failed log in"):
        event.action, event.outcome = (
            "account.authenticated",
            "success" if passed else "failure" if failed else "unknown",
        )
        event.reason = None if passed else fields.get("reason", "auth_status")
        checked = product in _REMOTE or fields.get("identity_src") == "Captive Portal"
        _user(event, fields, "claimed" if not passed else "authenticated" if checked else "observed")
    else:
        fill_plainly(event, {"user": fields.get("user", "src_user_name") or ""})
