"""A Fireware message: `NAME SERIAL (UTC time) process[pid]: msg_id="1100-0004" ...` behind a syslog head, or LEEF.

WatchGuard, "Fireware Log Message Catalog" 12.x; WatchGuard help, "Read a Log Message" and "Configure Syslog Server
Settings", where time and serial are two boxes that may be left empty.
"""

import re
from zoneinfo import ZoneInfo

from model.event import Event
from producers import forms
from producers.envelopes.leef import read_leef
from producers.isc_dhcp.verbs import read_verb
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, event_of, open_head
from producers.times import at_iso
from producers.watchguard.events import read_event
from producers.watchguard.traffic import read_attributes, read_traffic

_LONGEST = 65_536
_UTC = ZoneInfo("UTC")
_CODE = r'(?:msg_id="(?P<code>[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4})" )?(?P<says>.*)'
_STAMPED = re.compile(
    r"(?:[0-9A-Z]{4,16} )?(?:Member\d{1,2} )?(?:\((?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\) )?"
    r"(?P<process>[\w-]{1,32})(?:\[\d{1,10}\])?: " + _CODE,
    re.A | re.S,
)
_BARE = re.compile(_CODE, re.A | re.S)
# Where neither time nor serial is written, the process stands where syslog has the program.
_PROCESSES = (
    *("firewall", "http-proxy", "https-proxy", "dns-proxy", "ftp-proxy", "smtp-proxy", "tcp-udp-proxy", "pxy"),
    *("admd", "sessiond", "wgcgi", "loggerd", "sslvpn", "iked", "dhcpd"),
)
_LEEF_CODE = re.compile(r"([0-9A-F]{4})-?([0-9A-F]{4})", re.A | re.I)
_CUT_LEEF = "1.0|WatchGuard|"  # a relay took `LEEF:` for the name of a program
_LEASES = "DHCP"
_BLANK = re.compile(r" (?=[A-Za-z_]\w{0,31}=)", re.A)


def parse(record: bytes, context: Context) -> Parsed:
    """One record as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    head = _head_of(text, context)
    if head is None:
        return Refusal('no message of a Firebox: expected a syslog head and `process: msg_id="…" …`, or LEEF')
    whole = not forms.is_cut(record)
    if head.message.startswith("LEEF:"):
        return _leef(head, whole)
    line = (_STAMPED if head.tag is None else _BARE).fullmatch(head.message)
    if line is None or (head.tag and not head.tag.lower().startswith(_PROCESSES)):
        return Refusal('no message of a Firebox behind the head: expected `process: msg_id="…" …`')
    event = _event(head, line["code"])
    stamp = line.groupdict().get("at")
    if stamp and (at := at_iso(stamp, _UTC)):
        event.occurred_at, event.time_quality = at[0], "exact"
    if whole:
        _read(event, line["says"])
    return [event]


def _head_of(text: str, context: Context) -> Head | None:
    if text.startswith(("LEEF:1.0|WatchGuard|", _CUT_LEEF)):
        return Head(text if text.startswith("LEEF:") else f"LEEF:{text}")
    head = open_head(text, context)
    if head is not None and head.tag == "LEEF" and head.message.startswith(_CUT_LEEF):
        head.message = f"LEEF:{head.message}"
    return head


def _event(head: Head, code: str | None) -> Event:
    event = event_of(head, "watchguard", "proxy", "record.unrecognised")
    event.vendor_code = code.upper() if code else None
    return event


def _read(event: Event, says: str) -> None:
    if says.startswith(("Allow ", "Deny ")):
        read_traffic(event, says)
    elif says.startswith(_LEASES):
        _lease(event, says)
    else:
        read_event(event, says)


def _lease(event: Event, says: str) -> None:
    if read_verb(event, says):
        event.category, event.protocol = "device", "dhcp"


def _retabbed(message: str) -> str:
    """The message with a tab before each key, where a relay has left blanks."""
    return _BLANK.sub("\t", message)


def _leef(head: Head, whole: bool) -> Parsed:
    """The same in LEEF 1.0; some relays turn its tabs into `#011` or into blanks."""
    tabbed = "\t" in head.message
    leef = read_leef(
        head.message.replace("#011", "\t") if tabbed or "#011" in head.message else _retabbed(head.message)
    )
    if leef is None or leef.vendor != "WatchGuard" or head.tag not in (None, "LEEF"):
        return Refusal("no LEEF of WatchGuard: expected `LEEF:1.0|WatchGuard|XTM|version|code|…`")
    code = _LEEF_CODE.fullmatch(leef.event)
    event = _event(head, f"{code[1]}-{code[2]}" if code else None)
    fields = leef.attributes
    event.reporter = fields.get("host_name", "serial") or event.reporter
    said = fields.get("msg") or ""
    if not whole or not fields.sound("src", "src_user", "msg", "disp", "dst", "host_name"):
        return [event]
    if fields.get("disp"):
        read_attributes(event, fields, fields.get("disp") or "", sealed=tabbed and "#011" not in head.message)
    else:
        _read(event, said)
    return [event]
