"""Which of our products a Sigma logsource means, and by which names a rule may ask for the fields of their records.

Logsources: https://github.com/SigmaHQ/sigma-specification (appendix taxonomy); OCSF names: https://schema.ocsf.io 1.8.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from model.event import Event
from model.policy.sigma import ANY, RAW, URI, URI_QUERY, URI_STEM, AllOf, Not, Term, Test

OURS = "hallmonitor"  # the logsource product, and before a name with a dot, that means our own fields
EVENT_FIELDS = frozenset(Event.__struct_fields__) - {
    *("attribution", "person", "device_id", "site"),  # of attribution, which may come later than the event
    "offset",
    "origin",
    "part",
    "raw",
    "raw_encoding",
}
# By product that a rule may name: the categories of its sources, as the catalog of products says.
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "adauditplus": ("auth", "device"),
    "aruba_clearpass": ("auth",),
    "aruba_os": ("auth", "device"),
    "barracuda": ("proxy",),
    "checkpoint": ("proxy", "auth", "vpn"),
    "cisco_asa": ("auth", "device", "proxy", "vpn"),
    "cisco_ios": ("auth", "device", "proxy"),
    "cisco_ise": ("auth", "vpn"),
    "cisco_wsa": ("proxy",),
    "citrix_adc": ("vpn", "auth", "proxy"),
    "dnsmasq": ("device", "proxy"),
    "duo": ("auth",),
    "e2guardian": ("proxy",),
    "entra_id": ("auth", "device"),
    "f5_apm": ("vpn",),
    "forcepoint_web": ("proxy",),
    "fortigate": ("proxy", "vpn", "auth", "device"),
    "freeradius": ("auth",),
    "google_workspace": ("auth", "device", "proxy"),
    "iboss": ("proxy", "auth"),
    "infoblox": ("device", "proxy", "auth"),
    "intune": ("device", "auth"),
    "isc_dhcp": ("device",),
    "jamf": ("auth", "device"),
    "juniper_srx": ("proxy", "auth", "device"),
    "kea": ("device",),
    "meraki": ("auth", "vpn", "proxy", "device"),
    "okta": ("auth", "device"),
    "onelogin": ("auth",),
    "openvpn": ("auth", "vpn"),
    "palo_alto": ("proxy", "vpn", "auth"),
    "proxysg": ("proxy",),
    "pulse_secure": ("vpn", "auth", "proxy"),
    "sonicwall": ("proxy", "auth", "vpn"),
    "sophos": ("proxy", "auth", "vpn", "device"),
    "squid": ("proxy",),
    "sshd": ("auth",),
    "strongswan": ("vpn", "auth"),
    "umbrella": ("proxy",),
    "unifi": ("device", "proxy", "vpn", "auth"),
    "watchguard": ("proxy", "auth", "vpn", "device"),
    "windows_dhcp": ("device",),
    "windows_security": ("auth", "device"),
    "zscaler": ("proxy", "auth"),
}
# Whose raw records are JSON or XML, so that their own names can be asked for.
NAMED = frozenset({"duo", "entra_id", "google_workspace", "intune", "jamf", "okta", "windows_security"})
# The field of a record that the parser repeats as `vendor_code` or `vendor_action` of every event.
WORDS = {"windows_security": "EventID", "okta": "eventType", "google_workspace": "eventName"}


@dataclass(frozen=True, slots=True)
class Logsource:
    """What a logsource means: products, the categories it needs, a condition it adds, its names for fields of ours."""

    products: tuple[str, ...]
    categories: tuple[str, ...]
    also: Term | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    raw: bool = True  # whether any other name is one of the vendor's
    early: bool = False  # whether the added condition is the cheapest to ask
    before: str = ""  # what rules write before the vendor's names, lower-case


PROXY_NAMES = {
    "c-uri": URI,
    "c-uri-query": URI_QUERY,
    "c-uri-stem": URI_STEM,
    "cs-uri": URI,
    "cs-uri-query": URI_QUERY,
    "cs-uri-stem": URI_STEM,
    "r-dns": "domain",
    "cs-host": "domain",
    "c-dns": "domain",
    "c-useragent": "user_agent",
    "cs-useragent": "user_agent",
    "cs(user-agent)": "user_agent",
    "cs-method": "method",
    "cs-username": "account",
    "c-ip": "address",
    "src_ip": "address",
    "dst_ip": "destination",
    "r-ip": "destination",
    "cs-ip": "destination",
    "dst_port": "destination_port",
    "r-port": "destination_port",
    "sc-status": "vendor_code",
    "sc-bytes": "bytes_in",
    "cs-bytes": "bytes_out",
    "cs-categories": "url_category",
    "action": "verdict",
}
OCSF_NAMES = {
    "activity_name": "action",
    "time": "occurred_at",
    "status": "outcome",
    "status_detail": "reason",
    "disposition": "verdict",
    "actor.user.name": "account",
    "actor.user.domain": "account_domain",
    "user.name": "account",
    "user.domain": "account_domain",
    "device.name": "device",
    "device.hostname": "device",
    "device.ip": "address",
    "device.mac": "mac",
    "src_endpoint.ip": "address",
    "src_endpoint.mac": "mac",
    "src_endpoint.hostname": "device",
    "src_endpoint.name": "device",
    "dst_endpoint.ip": "destination",
    "dst_endpoint.hostname": "destination",
    "dst_endpoint.port": "destination_port",
    "connection_info.protocol_name": "protocol",
    "session.uid": "session_id",
    "http_request.http_method": "method",
    "http_request.url.url_string": "url",
    "http_request.url.hostname": "domain",
    "http_request.url.categories": "url_category",
    "http_request.user_agent": "user_agent",
    "traffic.bytes_in": "bytes_in",
    "traffic.bytes_out": "bytes_out",
    "logon_type": "logon_type",
    "app.name": "app",
    "metadata.product.name": "product",
    "metadata.event_code": "vendor_code",
    "metadata.original_event_uid": "event_id",
    "metadata.log_provider": "reporter",
}
_OWN = {name: name for name in EVENT_FIELDS}


def _is(name: str, value: str) -> Test:
    return Test(field=name, how="equals", value=value)


def _of(product: str, names: Mapping[str, str] | None = None, also: Term | None = None) -> Logsource:
    return Logsource((product,), CATEGORIES[product], also, names or {}, raw=product in NAMED)


# A record of another channel may have the same number and mean something else.
_SECURITY = Not(
    no=AllOf(all_of=(Test(field=RAW + "Channel", how="exists", value=True), Not(no=_is(RAW + "Channel", "Security"))))
)
_ENTRA = {
    "clientapp": RAW + "clientAppUsed",
    "status": "outcome",
    "properties.message": RAW + "activityDisplayName",
    "activitydetails": RAW + "activityDisplayName",
    "activitytype": RAW + "activityDisplayName",
}


_GOOGLE = {"protopayload.servicename": RAW + "eventService", "protopayload.methodname": RAW + "eventName"}


def _google(app: str) -> Logsource:
    also = _is(RAW + "eventService", f"{app}.googleapis.com")
    return replace(_of("google_workspace", _GOOGLE, also), before="protopayload.metadata.event.")


_VENDORS: Mapping[tuple[str, str], Logsource] = {
    ("windows", "security"): _of("windows_security", also=_SECURITY),
    ("azure", "signinlogs"): _of("entra_id", _ENTRA),
    ("azure", "auditlogs"): _of("entra_id", _ENTRA),
    ("okta", "okta"): _of("okta"),
    ("okta", ""): _of("okta"),
    ("cisco", "duo"): _of("duo"),
    ("linux", "auth"): _of("sshd"),
    ("linux", "sshd"): _of("sshd"),
    ("linux", "sudo"): _of("sshd"),
    **{("gcp", f"google_workspace.{app}"): _google(app) for app in ("admin", "login", "drive", "token", "chrome")},
}
_WHY = {
    "windows": "of Windows only the Security log is read: `service: security`",
    "azure": "of Azure the sign-in and audit logs of Entra ID are read: `service: signinlogs` or `auditlogs`",
    "gcp": "of Google the Workspace reports are read: `service: google_workspace.admin`, login, drive, token or chrome",
    "linux": "of Linux auth.log is read: `service: auth`, sshd or sudo",
    "cisco": "of Cisco, Duo has a logsource here; for the others write `product: cisco_asa`, cisco_ise or meraki",
}


def meaning(product: str, category: str, service: str) -> Logsource | str:
    """What a rule's logsource (lower-case; "" where it says nothing) means here, or why no source of ours writes it."""
    if product == OURS:
        return _own(category, service)
    if product in CATEGORIES and (product, service) not in _VENDORS:
        if service or category:
            return f"our product {product!r} has no services and categories in a logsource; leave them out"
        return _of(product)
    if category == "proxy" and not service and (not product or product in CATEGORIES):
        return Logsource((ANY,), ("proxy",), _is("category", "proxy"), PROXY_NAMES, raw=False, early=True)
    found = _VENDORS.get((product, service)) if not category else None
    if found is not None:
        return found
    said = ", ".join(f"{key} {value}" for key, value in _said(product, category, service))
    return f"no source of ours writes {said}; {_WHY.get(product, 'docs/sigma.md lists the logsources')}"


def _said(product: str, category: str, service: str) -> list[tuple[str, str]]:
    told = {"product": product, "category": category, "service": service}
    return [(key, value) for key, value in told.items() if value]


def _own(category: str, service: str) -> Logsource | str:
    every = sorted({one for found in CATEGORIES.values() for one in found})
    if category and category not in every:
        return f"there is no category {category!r}; ours are {', '.join(every)}"
    if service and service not in CATEGORIES:
        return f"there is no product {service!r}; `hallmonitor products` lists them"
    categories = (category,) if category else CATEGORIES[service] if service else tuple(every)
    also = _is("category", category) if category else None
    return Logsource((service or ANY,), categories, also, _OWN | OCSF_NAMES, raw=False, early=True)


def field_of(name: str, source: Logsource) -> str | None:
    """Where the field that a rule calls `name` is looked up; None where there is none."""
    own = name.removeprefix(OURS + ".")
    if own != name:
        return own if own in EVENT_FIELDS else None
    known = source.names.get(name.lower())
    vendors = name[len(source.before) :] if name.lower().startswith(source.before) else name
    return known or (RAW + vendors if source.raw else None)
