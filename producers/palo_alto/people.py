"""GLOBALPROTECT, SYSTEM, USERID, AUTH, CONFIG: who signed in, opened a tunnel, was seen at an address, changed what."""

import re

from model.actions import Action
from model.event import Event
from producers import forms
from producers.palo_alto.record import Record

# By event id: GlobalProtect's own log type (9.1 and later), then its older one within SYSTEM.
_STEPS: dict[str, Action] = {
    "portal-prelogin": "connection.recorded",
    "gateway-prelogin": "connection.recorded",
    "portal-auth": "account.authenticated",
    "gateway-auth": "account.authenticated",
    "gateway-getconfig": "tunnel.addressed",
    "gateway-setup-ssl": "tunnel.opened",
    "gateway-setup-ipsec": "tunnel.opened",
    "gateway-connected": "tunnel.opened",
    "gateway-tunnel-latency": "tunnel.reported",
    "gateway-hip-check": "tunnel.reported",
    "gateway-hip-report": "tunnel.reported",
    "gateway-config-release": "tunnel.closed",
    "gateway-logout": "tunnel.closed",
    "globalprotectportal-auth-succ": "account.authenticated",
    "globalprotectportal-auth-fail": "account.authenticated",
    "globalprotectgateway-auth-succ": "account.authenticated",
    "globalprotectgateway-auth-fail": "account.authenticated",
    "globalprotectgateway-regist-succ": "tunnel.opened",
    "globalprotectgateway-regist-fail": "account.authenticated",
    "globalprotectgateway-config-succ": "tunnel.addressed",
    "globalprotectgateway-logout-succ": "tunnel.closed",
}
_MACHINE = "pre-logon"  # the user of a tunnel that a computer opens before anybody has signed in
_PARTS = re.compile(
    r"(?:^|[.,] )(Login from|Source region|User name|Private IP|Auth type|Client version|Device name|Client OS version|"
    r"Client OS|Reason|error|VPN type|Message|Comment|Config name): "
)
_CLIENTS = frozenset({"Client version", "Device name", "Client OS version", "Client OS", "Message", "Comment"})
_IDENTITY = ("Login from", "User name", "Private IP")
_SIGNED = re.compile(r"(?:failed authentication|authenticated) for user '(.*?)'\.\s")
_FROM = re.compile(r"From: ([0-9A-Fa-f.:]{2,45}[0-9A-Fa-f])\.?\s*$")
_REASON = re.compile(r"'\.\s+Reason: ([^.]{1,200})\.")
_ADMIN = re.compile(
    r"User '?([^\s']{1,100})'? logged (in|out) via \S{1,20} from ([0-9A-Fa-f.:]{3,45}?)(?: using \S{1,20})?\.?$"
)

_OWN_ACCOUNT = re.compile(r"mgt-config\s+users\s+([^\s'\"]{1,100})\s*$")
_RESULTS = {"succeeded": "success", "failed": "failure", "unauthorized": "failure"}  # `Submitted` is neither


def globalprotect(event: Event, record: Record) -> None:
    """A step of a GlobalProtect session; `address` is the public one, `assigned_address` the one given inside."""
    values = record.values
    event.category = "vpn"
    event.address = forms.address(values.get("public_ip")) or forms.address(values.get("public_ipv6"))
    event.assigned_address = forms.address(values.get("private_ip")) or forms.address(values.get("private_ipv6"))
    event.device = values.get("machinename")
    event.mac = forms.mac(values.get("hostid"))  # macOS sends its card's address
    event.device_basis = "claimed" if event.device or event.mac else None
    event.protocol = values.get("tunnel_type")
    status = values.get("status", "")
    event.outcome = status if status in ("success", "failure") else "unknown"
    event.reason = values.get("error") or values.get("reason")
    _step(event, values.get("eventid", ""), values.get("srcuser"))
    if event.action == "tunnel.closed":
        seconds = forms.whole(values.get("login_duration"))
        event.duration_s = float(seconds) if seconds else None


def _step(event: Event, eventid: str, user: str | None) -> None:
    action = _STEPS.get(eventid)
    event.vendor_code = eventid or None
    event.vendor_action = event.vendor_action or eventid or None
    if action:
        event.action = _failed(action) if event.outcome == "failure" else action
    if user == _MACHINE:
        return
    accepted = event.outcome == "success" and event.action not in ("connection.recorded", "record.unrecognised")
    proven = event.action in ("account.authenticated", "tunnel.opened")
    forms.name_account(event, user, ("authenticated" if proven else "observed") if accepted else "claimed")


def _failed(action: Action) -> Action:
    """A tunnel that did not come about was neither opened nor closed."""
    return "connection.recorded" if action in ("tunnel.opened", "tunnel.addressed") else action


def system(event: Event, record: Record) -> None:
    """Administrators, authentication profiles, and GlobalProtect up to 9.0."""
    event.category = "auth"
    eventid, text = record.values.get("eventid", ""), record.values.get("opaque", "")
    event.vendor_code, event.vendor_action = eventid or None, eventid or None
    if eventid.startswith("globalprotect"):
        _old_globalprotect(event, eventid, text)
    elif eventid in ("auth-success", "auth-fail"):
        _signed(event, eventid, text)
    elif match := _ADMIN.match(text):
        event.action = "account.authenticated" if match[2] == "in" else "account.logged_off"
        event.outcome, event.address = "success", forms.address(match[3])
        forms.name_account(event, match[1], "authenticated" if match[2] == "in" else "observed")


def _signed(event: Event, eventid: str, text: str) -> None:
    """`authenticated for user 'U'. … From: IP.`; the name is what was typed, so a second such phrase spoils it."""
    found = _SIGNED.findall(text)
    if len(found) != 1 or text.count("From: ") > 1:
        return
    event.action = "account.authenticated"
    event.outcome = "success" if eventid == "auth-success" else "failure"
    where, why = _FROM.search(text), _REASON.search(text)
    event.address = forms.address(where[1]) if where else None
    event.reason = why[1] if why and event.outcome == "failure" else None
    forms.name_account(event, found[0], "authenticated" if event.outcome == "success" else "claimed")


def _old_globalprotect(event: Event, eventid: str, text: str) -> None:
    event.category = "vpn"
    marks = list(_PARTS.finditer(text))
    names = [mark[1] for mark in marks]
    ends = [*(mark.start() for mark in marks[1:]), len(text.removesuffix("."))]
    parts = {mark[1]: text[mark.end() : end] for mark, end in zip(marks, ends, strict=False)}
    clients = next((at for at, name in enumerate(names) if name in _CLIENTS), len(names))
    if any(names.count(name) > 1 or name in names[clients:] for name in _IDENTITY):
        return
    event.address = forms.address(parts.get("Login from"))
    event.assigned_address = forms.address(parts.get("Private IP"))
    event.device = forms.known(parts.get("Device name"))
    event.device_basis = "claimed" if event.device else None
    event.outcome = "success" if eventid.endswith("-succ") else "failure" if eventid.endswith("-fail") else "unknown"
    event.reason = parts.get("error") or parts.get("Reason") or None
    _step(event, eventid, parts.get("User name"))


def userid(event: Event, record: Record) -> None:
    """User-ID has learnt (or forgotten) who is at an address: from a domain controller, a VPN, a captive portal."""
    values = record.values
    event.category = "auth"
    event.vendor_code = event.vendor_action = values.get("subtype")
    event.address = forms.address(values.get("ip"))
    event.app = values.get("datasourcetype") or values.get("datasource")
    forms.name_account(event, values.get("user"), "observed")
    if event.vendor_code in ("login", "logout"):
        event.action = "account.authenticated" if event.vendor_code == "login" else "account.logged_off"
        event.outcome = "success"


def authentication(event: Event, record: Record) -> None:
    """A step of an authentication policy (captive portal, MFA); what the numbers of its steps mean is not published."""
    values = record.values
    event.reason = values.get("opaque")
    event.vendor_action = values.get("eventid")
    event.device = values.get("src_host")
    event.mac = forms.mac(values.get("src_mac"))


def config(event: Event, record: Record) -> None:
    """An administrator's change of the firewall; of the accounts on the firewall, whose."""
    values = record.values
    event.vendor_action = values.get("eventid")
    event.outcome = _RESULTS.get(values.get("result", "").lower(), "unknown")
    whose = _OWN_ACCOUNT.search(values.get("path", ""))
    forms.name_target(event, whose[1] if whose else None)
