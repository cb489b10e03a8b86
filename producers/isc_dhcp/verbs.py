"""dhcpd's own verbs for IPv4, and what Infoblox writes behind them. dhcpd(8), common/print.c of ISC DHCP 4."""

import re

from model.event import Event
from producers.forms import address, mac, whole

_MAC = r"(?P<mac>[0-9a-fA-F]{1,2}(?:[:-][0-9a-fA-F]{1,2}){5,})"
_WHOLE_MAC = r"(?P<mac>[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5,})"  # where a line that was cut would look no different
# The name in parentheses is the client's own word: it may hold blanks, brackets or a forged tail, so the LAST
# `) via ` counts.
_NAME = r"(?: \((?P<name>.*)\))?"
_VIA = r" via (?P<via>[^\s:]+(?::[0-9a-f:.]+)?)(?P<rest>.*)"
_LINES = tuple(
    re.compile(pattern, re.A | re.S)
    for pattern in (
        rf"(?P<verb>DHCPDISCOVER) from {_MAC}{_NAME}{_VIA}",
        rf"(?P<verb>DHCPREQUEST) for (?P<ip>\S+)(?: \((?P<server>[0-9.]+)\))? from {_MAC}{_NAME}{_VIA}",
        rf"(?P<verb>DHCPOFFER|DHCPACK|DHCPNAK) on (?P<ip>\S+) to {_MAC}{_NAME}{_VIA}",
        rf"(?P<verb>DHCPACK) to (?P<ip>\S+) \({_MAC}\){_VIA}",
        rf"(?P<verb>DHCPRELEASE|DHCPDECLINE) of (?P<ip>\S+) from {_MAC}{_NAME}{_VIA}",
        rf"(?P<verb>DHCPINFORM) from (?P<ip>\S+)(?: \({_MAC}\))?{_VIA}",
        rf"(?P<verb>DHCPEXPIRE|DHCPLEASEEXPIRE) (?:of|on) (?P<ip>\S+)(?: (?:to|from) {_WHOLE_MAC}{_NAME})?(?:{_VIA})?",
    )
)
_ACTIONS = {
    "DHCPDISCOVER": ("lease.sought", "unknown"),
    "DHCPREQUEST": ("lease.requested", "unknown"),
    "DHCPOFFER": ("lease.offered", "success"),
    "DHCPACK": ("lease.granted", "success"),
    "DHCPNAK": ("lease.denied", "failure"),
    "DHCPRELEASE": ("lease.released", "success"),
    "DHCPDECLINE": ("lease.declined", "failure"),
    "DHCPINFORM": ("lease.informed", "unknown"),
    "DHCPEXPIRE": ("lease.expired", "success"),
    "DHCPLEASEEXPIRE": ("lease.expired", "success"),
}
_OCTAL = re.compile(r"\\([0-3][0-7]{2})", re.A)
_TRANSACTION = re.compile(r"\bTransID ([0-9a-fA-F]{1,16})\b", re.A)
_DURATION = re.compile(r"\blease-duration (\d{1,10})\b", re.A)
_UNPRINTABLE = "Hostname Unsuitable for Printing"  # dhcpd's word for a name with bytes outside ASCII
_FOUND = re.compile(r"\((found|not found)\)")
_RENEWAL = re.compile(r"\((RENEW|REBIND|INIT-REBOOT|SELECTING)\)")
_TROUBLE = re.compile(r": (.+)", re.S)


def read_verb(event: Event, message: str) -> bool:
    """Fills `event` in from a `DHCP... ` line; False where it is none."""
    for pattern in _LINES:
        if match := pattern.fullmatch(message):
            _fill(event, match)
            return True
    return False


def _fill(event: Event, match: re.Match[str]) -> None:
    found = match.groupdict()
    event.action, event.outcome = _ACTIONS[match["verb"]]
    if match["verb"] == "DHCPACK" and "name" not in found:
        event.action = "lease.informed"  # `DHCPACK to`: the answer to an INFORM, which grants nothing
    event.vendor_action = match["verb"]
    event.address = address(found.get("ip"))
    event.mac = mac(_padded(found.get("mac")))
    event.device = name_of(found.get("name"))
    set_basis(event)
    _rest(event, match["rest"] or "")


def set_basis(event: Event) -> None:
    """The server saw the MAC; a name is the client's own, and where both stand the weaker holds for both."""
    event.device_basis = "claimed" if event.device else "observed" if event.mac else None


def _rest(event: Event, rest: str) -> None:
    if match := _TRANSACTION.search(rest):
        event.session_id = match[1].lower()
    if match := _DURATION.search(rest):
        event.duration_s = float(whole(match[1]) or 0)
    if match := _RENEWAL.search(rest):
        event.vendor_action = f"{event.vendor_action} ({match[1]})"
    if match := _FOUND.search(rest):
        event.reason = match[1]
    if match := _TROUBLE.match(rest):
        event.reason = match[1].strip(" .") or None
        event.outcome = "failure"


def _padded(text: str | None) -> str | None:
    return ":".join(part.zfill(2) for part in text.replace("-", ":").split(":")[:6]) if text else None


def name_of(text: str | None) -> str | None:
    r"""A client's name with dhcpd's octal escapes (`\303\251`) undone; None if empty."""
    if not text or text == _UNPRINTABLE:
        return None
    if "\\" not in text:
        return text
    undone = _OCTAL.sub(lambda match: chr(int(match[1], 8)), text)
    try:
        return undone.encode("latin-1").decode()
    except UnicodeError:
        return text
