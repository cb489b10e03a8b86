"""What the programs on an access point or a gateway say: hostapd, wevent, stahtd, dnsmasq and the firewall."""

import re
from collections.abc import Callable, Mapping

import msgspec

from model.event import Event
from producers import forms
from producers.dnsmasq.lines import read_line
from producers.json_object import decode_object

_MAC = r"(?P<mac>(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2})"
_STATION = re.compile(r"(?P<radio>[\w.-]{1,32}): STA " + _MAC + r" (?P<says>[^\n]{1,200})", re.A)
_WORD = re.compile(
    r"IEEE 802\.11: (?P<word>associated|disassociated|deauthenticated)\b.*|"
    r"IEEE 802\.1X: (?P<verdict>authenticated|authentication failed) - EAP type: (?P<eap>.{1,60})",
    re.A,
)
_CUSTOM = re.compile(
    r"wevent\.ubnt_custom_event\(\): EVENT_STA_(?P<word>JOIN|LEAVE|IP) [\w.-]{1,32}: " + _MAC
    + r" / (?P<rest>[0-9a-fA-F.:]{1,45})",
    re.A,
)  # fmt: skip
_ANOMALY = re.compile(
    r"(?:mcad(?:\[\d{1,10}\])?: )?wireless_agg_stats\.log_sta_anomalies\(\): bssid=[0-9a-f:]{17} radio=\w{1,16} "
    r"vap=\w{1,16} sta=" + _MAC + " .*",
    re.A,
)
_TRACKER = re.compile(r"\[STA-TRACKER\]\.stahtd_dump_event\(\): (?P<json>\{[^{}]{1,4000}\})[^{}]{0,200}", re.A)
_ON_A_BRIDGE = re.compile(r"(?:\d{1,10} )?DHCP[A-Z]{3,20}\(br\d{1,5}\) ", re.A)
_CAME = frozenset({"association", "success"})
_FIREWALL = re.compile(
    r"(?:\[[\d. ]{1,20}\] )?\[(?P<rule>[\w.-]{1,100})\](?: DESCR=\\?\"(?P<says>[^\"\\]{0,200})\\?\")? ?"
    r"IN=(?P<in>[\w.@-]{0,32}) OUT=(?P<out>[\w.@-]{0,32}) (?:MAC=[0-9a-f:]{0,60} )?SRC=(?P<src>[0-9a-fA-F.:]{2,45}) "
    r"DST=(?P<dst>[0-9a-fA-F.:]{2,45}) (?:[A-Z][A-Za-z]{1,15}(?:=\S{0,40})? )*?PROTO=(?P<proto>\w{1,16})"
    r"(?: SPT=\d{1,5} DPT=(?P<port>\d{1,5}))?(?: .*)?",
    re.A | re.S,
)
# How a rule's name ends or what stands in it: -A allow, -RET let through, -D drop, -R reject.
_RULE = re.compile(r"-(?P<verdict>A|RET|D|R)(?:-\d{1,10})?$", re.A)


def station(event: Event, message: str) -> None:
    """hostapd: `ath0: STA <card> IEEE 802.11: associated`."""
    match = _STATION.fullmatch(message)
    word = _WORD.fullmatch(match["says"]) if match else None
    if match is None:
        return
    _came(event, match["mac"], None)
    event.vendor_action = match["says"]
    if word is None or word["word"] in ("disassociated", "deauthenticated"):
        event.action, event.outcome = "record.unrecognised", "unknown"
    elif word["verdict"]:
        event.category, event.action = "auth", "account.authenticated"
        event.outcome = "success" if word["verdict"] == "authenticated" else "failure"
        event.protocol = word["eap"]


def _came(event: Event, card: object, ip: str | None) -> None:
    """A card came to this access point: it is on the network, whoever holds it."""
    event.mac = forms.mac(card) if type(card) is str else None
    event.device_basis = "observed" if event.mac else None
    event.address = forms.address(ip)
    if event.mac:
        event.action, event.outcome = "connection.recorded", "success"


def custom(event: Event, message: str) -> None:
    """wevent: EVENT_STA_JOIN, _LEAVE, and _IP: an address that the access point saw the card use."""
    if match := _CUSTOM.fullmatch(message):
        _came(event, match["mac"], match["rest"] if match["word"] == "IP" else None)
        event.vendor_action = f"EVENT_STA_{match['word']}"
        if match["word"] == "LEAVE":
            event.action, event.outcome = "record.unrecognised", "unknown"
    elif match := _ANOMALY.fullmatch(message):  # how well it is connected
        event.mac, event.device_basis = forms.mac(match["mac"]), "observed"


def tracked(event: Event, message: str) -> None:
    """stahtd: a JSON object about one association."""
    match = _TRACKER.fullmatch(message)
    if match is None:
        return
    try:
        said = decode_object(match["json"].encode())
    except (ValueError, msgspec.DecodeError, RecursionError):
        return
    kind = said.get("event_type")
    _came(event, said.get("mac"), None)
    event.vendor_action = kind if type(kind) is str else None
    if kind not in _CAME:
        event.action, event.outcome = "record.unrecognised", "unknown"


def firewall(event: Event, message: str) -> None:
    """kernel, or nobody: a rule of the firewall that logs. MAC= has the last hop's card, not always the client's."""
    match = _FIREWALL.fullmatch(message)
    rule = _RULE.search(match["rule"]) if match else None
    if match is None or rule is None:
        return
    allowed = rule["verdict"] in ("A", "RET")
    event.category, event.action = "proxy", "connection.recorded"
    event.verdict, event.outcome = ("allowed", "success") if allowed else ("blocked", "failure")
    event.vendor_action, event.reason = match["rule"], match["says"] or match["rule"]
    event.address, event.destination = forms.address(match["src"]), forms.address(match["dst"])
    port = forms.whole(match["port"])
    event.destination_port = port if port is not None and port < 65_536 else None
    event.protocol = match["proto"].lower()


def leases(event: Event, message: str) -> None:
    """dnsmasq: names that were asked for, and leases on a network of the gateway's, each of which is a bridge."""
    if not message.lstrip("0123456789 ").startswith("DHCP") or _ON_A_BRIDGE.match(message):
        read_line(event, message.strip())


READERS: Mapping[str, Callable[[Event, str], None]] = {
    "hostapd": station,
    "wevent": custom,
    "libubnt": custom,
    "stahtd": tracked,
    "kernel": firewall,
    "dnsmasq": leases,
    "dnsmasq-dhcp": leases,
}
