"""`authmgr[pid]: <522008> <pid> <NOTI> <controller address> text` of ArubaOS, and `00419 auth: text` of AOS-Switch.

HPE Aruba, "ArubaOS Syslog Messages Reference Guide"; "AOS-Switch Event Log Message Reference Guide".
"""

import re
from collections.abc import Callable, Mapping

from model.event import Basis, Event
from producers import forms
from producers.plain_words import fill_words
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, event_of, is_by, open_head

_PROGRAMS = (
    *("authmgr", "stm", "aaa", "sshd", "cli", "fpcli", "mobileip", "dot1x", "dhcpdwrap", "localdb", "wms", "sapd"),
    *("webui", "httpd", "nanny", "fpapps", "auth", "profmgr", "isakmpd", "l2tpd", "awc", "vrrp", "cfgm", "mgmd"),
)
# The year stands behind the clock.
_YEAR_LAST = re.compile(
    r"(?P<pri>(?:<\d{1,3}> ?)?)(?P<day>[A-Z][a-z]{2} +\d{1,2}) (?P<clock>\d\d:\d\d:\d\d) (?P<year>\d{4}) ", re.A
)
_LINE = re.compile(
    r"<(?P<id>\d{6})> (?:<\d{1,10}> )?<(?P<level>[A-Z]{3,6})> {1,3}(?:<[^<>|]{1,128}> |\|[^|]{1,200}\| )? *"
    r"(?P<says>.*)",
    re.A | re.S,
)
_SWITCH = re.compile(r"(?P<id>\d{5}) (?P<part>[\w.-]{1,32}): {1,3}(?P<says>.*)", re.A | re.S)
_CARD = r"(?P<mac>(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2})"
_IP = r"(?P<ip>[0-9a-fA-F.:]{2,45})"
# A user name is whatever was typed. What ends it stands once in the line, or the line is not read.
_USER = re.compile(
    r"User Authentication (?P<word>Successful|[Ff]ailed)[.:] username=(?P<user>.*?) (?:MAC=" + _CARD + " IP=" + _IP
    + r"|userip=(?P<ip2>[0-9a-fA-F.:]{2,45}) usermac=(?P<mac2>[0-9a-fA-F:]{17}))(?P<rest>(?: .*)?)",
    re.A | re.S,
)  # fmt: skip
_ENDS = re.compile(r" (?:MAC|IP|userip|usermac)=", re.A)
_METHOD = re.compile(r" auth ?method=(?P<method>[\w. -]{1,40}?)(?= (?:auth ?server|servername)=|$)", re.A)
_VERIFIED = frozenset(
    {"Web", "VPN", "Captive Portal", "Management"}
)  # whose password was the user's own, not an outer name
_CAME = re.compile(r"(?:Assoc|Auth) success(?: @ [\d:.]{8,18})?: " + _CARD + ": AP .*", re.A | re.S)
_LEFT = re.compile(r"(?:Deauth|Disassoc) (?:to|from) sta: " + _CARD + ":? .*", re.A | re.S)
_ENTRY = re.compile(r"MAC=" + _CARD + " IP=" + _IP + r" User entry (?P<word>added|deleted): .*", re.A | re.S)
_ADMIN = re.compile(
    r"Authentication (?P<word>Succeeded|Failed|failed) for User (?P<user>[^\s,]{1,128}), Logged in from "
    + _IP
    + r" port .*",
    re.A | re.S,
)
_SWITCH_IN = re.compile(
    r"User '(?P<user>[^']{0,128})' (?P<word>logged in) from " + _IP + r" to (?P<app>\w{1,16}) session\.?", re.A
)
_SWITCH_REFUSED = re.compile(
    r"(?P<word>Invalid user name/password) on (?P<app>\w{1,16}) session User '(?P<user>[^']{0,128})' is trying "
    r"to login from " + _IP + r"\.?",
    re.A,
)  # fmt: skip
_ON_A_PORT = re.compile(rf"port \S{{1,16}} - client {_CARD} (?P<word>[\w ,.-]{{1,80}})", re.A)
_TYPED = "User '"  # behind it stands a name that somebody typed, which may hold an address


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    if year := _YEAR_LAST.match(text):
        text = f"{year['pri']}{year['day']} {year['year']} {year['clock']} {text[year.end() :]}"
    head = open_head(text, context) if len(text) <= forms.LONGEST_LINE else None
    if head is None:
        return Refusal("no line of ArubaOS: expected a syslog head and `program[pid]: <522008> <NOTI> ...`")
    event = event_of(head, "aruba_os", "device", "record.unrecognised")
    line = _LINE.fullmatch(head.message.strip()) if is_by(head, *_PROGRAMS) else None
    if forms.is_cut(record):
        return [event]
    if line:
        event.vendor_code = line["id"]
        reader = _READERS.get(line["id"], _plainly)
        reader(event, line["says"].strip())
    elif switch := _of_switch(head):
        event.vendor_code = switch["id"]
        _administrator(event, _SWITCH_IN.fullmatch(switch["says"]) or _SWITCH_REFUSED.fullmatch(switch["says"]))
        if event.action != "record.unrecognised":
            return [event]
        if port := _ON_A_PORT.fullmatch(switch["says"]):
            event.vendor_action = port["word"]
            _card(event, port["mac"])
        elif _TYPED not in switch["says"]:
            fill_words(event, switch["says"])
    return [event]


def _of_switch(head: Head) -> re.Match[str] | None:
    """`00419 auth: text`: the number may look like the host, the part like a program."""
    number = head.host if head.tag and re.fullmatch(r"\d{5}", head.host or "", re.A) else ""
    message = f"{number} {head.tag}: {head.message}" if number else head.message
    return _SWITCH.fullmatch(message.strip()) if number or head.tag is None else None


def _user(event: Event, says: str) -> None:
    match = _USER.fullmatch(says)
    if match is None or len(_ENDS.findall(says)) != 2:
        _plainly(event, "")
        return
    passed = match["word"] == "Successful"
    method = _METHOD.search(match["rest"])
    event.category, event.action = "auth", "account.authenticated"
    event.outcome, event.vendor_action = "success" if passed else "failure", f"User Authentication {match['word']}"
    event.protocol = method["method"] if method and match["rest"].count("method=") == 1 else None
    event.mac, event.address = forms.mac(match["mac"] or match["mac2"]), forms.address(match["ip"] or match["ip2"])
    event.device_basis = "observed" if event.mac else None
    proven = passed and event.protocol in _VERIFIED
    if forms.mac(match["user"]) is None:  # by MAC the name is the card
        basis: Basis = "authenticated" if proven else "claimed"
        forms.name_account(event, match["user"], basis)


def _came(event: Event, says: str) -> None:
    if match := _CAME.fullmatch(says):
        _card(event, match["mac"])
        event.action, event.outcome, event.vendor_action = (
            "connection.recorded",
            "success",
            says.partition(" @")[0][:40],
        )


def _entry(event: Event, says: str) -> None:
    """The controller saw the card use the address, or the entry of both aged out."""
    if match := _ENTRY.fullmatch(says):
        _card(event, match["mac"])
        event.address, event.vendor_action = forms.address(match["ip"]), f"User entry {match['word']}"
        if match["word"] == "added":
            event.action, event.outcome = "connection.recorded", "success"


def _admin(event: Event, says: str) -> None:
    _administrator(event, _ADMIN.fullmatch(says))


def _administrator(event: Event, match: re.Match[str] | None) -> None:
    if match is None:
        return
    found = match.groupdict()
    passed = match["word"] in ("Succeeded", "logged in")
    event.category, event.action, event.logon_type = "auth", "account.logged_on", "remote"
    event.outcome, event.vendor_action = "success" if passed else "failure", match["word"]
    event.address, event.app = forms.address(match["ip"]), found.get("app")
    forms.name_account(event, match["user"], "authenticated" if passed else "claimed")


def _plainly(event: Event, says: str) -> None:
    if match := _LEFT.fullmatch(says):
        _card(event, match["mac"])
    fill_words(event, says)
    event.vendor_action = says[:200] or None


def _card(event: Event, written: str) -> None:
    event.mac = forms.mac(written)
    event.device_basis = "observed" if event.mac else None


_READERS: Mapping[str, Callable[[Event, str], None]] = {
    "522008": _user,
    "522275": _user,
    "522006": _entry,
    "522005": _entry,
    "501093": _came,
    "501100": _came,
    "125022": _admin,
    "125032": _admin,
    "125033": _admin,
}
