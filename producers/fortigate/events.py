"""FortiGate's records of what it did itself: VPN tunnels, users signing in, administrators, DHCP leases."""

from model.actions import Action
from model.event import Basis, Event
from producers import forms
from producers.fortigate.fields import Fields

# By FortiOS's word in `action`; message ids 39424/39947 up, 39425/39948 down, 39426 refused, 39943 connected.
_TUNNEL: dict[str, Action] = {
    "tunnel-up": "tunnel.opened",
    "ssl-tunnel-up": "tunnel.opened",
    "tunnel-down": "tunnel.closed",
    "ssl-tunnel-down": "tunnel.closed",
    "tunnel-stats": "tunnel.reported",
    "ssl-login-fail": "account.authenticated",
    "ssl-login": "account.authenticated",
    "ssl-new-con": "connection.recorded",
}
_USER: dict[str, Action] = {
    "authentication": "account.authenticated",
    "auth-logon": "account.authenticated",
    "auth-logout": "account.logged_off",
    "logout": "account.logged_off",
    "FSSO-logon": "account.authenticated",
    "FSSO-logoff": "account.logged_off",
}
_ADMIN: dict[str, Action] = {"login": "account.authenticated", "logout": "account.logged_off"}
_LEASE: dict[str, Action] = {
    "ack": "lease.granted",
    "offer": "lease.offered",
    "discover": "lease.sought",
    "request": "lease.requested",
    "nak": "lease.denied",
    "decline": "lease.declined",
    "release": "lease.released",
    "inform": "lease.informed",
}
_OUTCOMES = {
    "success": "success",
    "succeeded": "success",
    "failure": "failure",
    "failed": "failure",
    "fail": "failure",
    "logon": "success",
    "logout": "success",
}


_CHECKED = frozenset({"xauthuser", "eapuser"})  # names of IPsec (IKEv1, IKEv2) that came with a password


def tunnel(event: Event, fields: Fields) -> None:
    """subtype=vpn: SSL VPN and IPsec. `remip` is the public address, `tunnelip` the one given inside."""
    action = _TUNNEL.get(fields.get("action", ""))
    event.category = "vpn"
    if "ssl" not in fields.get("tunneltype", ""):  # in IPsec `user` is what the peer calls itself
        checked = fields.get("xauthuser") or fields.get("eapuser")
        if checked or forms.address(fields.get("user")):
            event.account = event.account_domain = event.account_basis = None
        forms.name_account(event, checked, "claimed")
    event.address = forms.address(fields.get("remip")) or event.address
    event.assigned_address = forms.address(fields.get("tunnelip")) or forms.address(fields.get("assignip"))
    event.session_id = fields.get("tunnelid") if fields.get("tunnelid") != "0" else None
    event.protocol = fields.get("tunneltype")
    event.destination = forms.host_of(fields.get("dst_host"))
    if event.destination is None:  # the firewall's own end
        event.destination = forms.address(fields.get("locip"))
        event.destination_port = forms.port(fields.get("locport")) if event.destination else None
    event.duration_s = _seconds(fields)
    event.reason = fields.get("reason")
    event.outcome = _tunnel_outcome(action, fields)
    if event.outcome == "failure":  # who was refused was given none: its name has written one behind itself
        event.assigned_address = None
    if action:
        event.action = action
        _tunnel_bytes(event, fields)
        event.account_basis = _tunnel_basis(event, fields)


def _tunnel_basis(event: Event, fields: Fields) -> Basis | None:
    """An opening is the firewall's accept of the user. A peer's own name for itself in IPsec proves nothing."""
    if event.account is None:
        return None
    if event.outcome != "success" or ("ipsec" in fields.get("tunneltype", "") and _CHECKED.isdisjoint(fields)):
        return "claimed"
    return "authenticated" if event.action in ("tunnel.opened", "account.authenticated") else "observed"


def _tunnel_outcome(action: Action | None, fields: Fields) -> str:
    if fields.get("action") == "ssl-login-fail":
        return "failure"
    told = _OUTCOMES.get(fields.get("status", "").lower())
    return told or ("success" if action and action.startswith("tunnel.") else "unknown")


def _tunnel_bytes(event: Event, fields: Fields) -> None:
    """Read as in traffic logs: `sentbyte` by the source. Fortinet does not say whose view it is for a tunnel."""
    event.bytes_out = forms.whole(fields.get("sentbyte"))
    event.bytes_in = forms.whole(fields.get("rcvdbyte"))


def user(event: Event, fields: Fields) -> None:
    """subtype=user: firewall, captive portal and single sign-on; message ids 43008 to 43015 and kin."""
    event.category = "auth"
    action = _USER.get(fields.get("action", ""))
    if action is None:
        return
    event.action = action
    seen = "success" if fields["action"].startswith("FSSO") else "unknown"  # what single sign-on saw has succeeded
    event.outcome = _OUTCOMES.get(fields.get("status", "").lower(), seen)
    event.destination = forms.address(fields.get("dstip"))
    event.reason = fields.get("reason") if event.outcome == "failure" else None
    event.account_basis = _user_basis(event, fields["action"])
    event.app = fields.get("authproto")


def _user_basis(event: Event, word: str) -> Basis | None:
    """The firewall's own verdict on a password; what single sign-on or a portal session says was seen only."""
    if event.account is None or (word == "authentication" and event.outcome != "success"):
        return "claimed" if event.account else None
    return "authenticated" if word == "authentication" else "observed"


def system(event: Event, fields: Fields) -> None:
    """subtype=system: administrators on the firewall itself, and the leases its DHCP server gives."""
    event.category = "auth"
    action = _ADMIN.get(fields.get("action", ""))
    if words := fields.get("dhcp_msg"):
        _lease(event, fields, _LEASE.get(words.lower()))
    elif action:
        event.action = action
        event.outcome = _OUTCOMES.get(fields.get("status", "").lower(), "unknown")
        event.reason = fields.get("reason") if event.outcome == "failure" else None
        event.duration_s = _seconds(fields)
        if event.account and event.outcome == "success":
            event.account_basis = "authenticated" if action == "account.authenticated" else "observed"
        way, bracket, client = fields.get("ui", "").partition("(")  # `ssh(10.1.9.9)`, or the address alone
        way, client = (way, client) if bracket else ("", way)
        event.protocol = fields.get("method") or way or None
        event.address = event.address or forms.address(client.rstrip(")"))
        event.destination = forms.address(fields.get("dstip")) or fields.get("devname")


def _lease(event: Event, fields: Fields, action: Action | None) -> None:
    event.category = "device"
    event.vendor_action = fields["dhcp_msg"]
    event.address = forms.address(fields.get("ip"))
    _client(event, fields.get("hostname"), fields.get("mac"))
    lease = forms.whole(fields.get("lease"))
    event.duration_s = None if lease is None else float(lease)
    if action:
        event.action = action
        event.outcome = "failure" if action in ("lease.denied", "lease.declined") else "success"


def _client(event: Event, name: str | None, mac: str | None) -> None:
    """A client's own name for itself, and the card that was seen."""
    event.device, event.mac = name, forms.mac(mac)
    event.device_basis = "claimed" if event.device else "observed" if event.mac else None


def _seconds(fields: Fields) -> float | None:
    seconds = forms.whole(fields.get("duration"))
    return None if seconds is None else float(seconds)
