"""A line of UniFi: CEF, or what a program on an access point or a gateway says, behind the heads that devices add.

https://help.ui.com/hc/en-us/articles/33349041044119-UniFi-System-Logs (CEF); hostapd(8), iptables-extensions(8), and
dnsmasq for what the programs themselves write.
"""

import re

from producers import forms
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, event_of, open_head
from producers.times import at_iso
from producers.unifi.events import read_cef_event
from producers.unifi.programs import READERS, firewall

_LONGEST = 65_536
# What an access point puts where a program stands: its card, model and version; older ones as a list in quotes.
_DEVICE = re.compile(r"[0-9a-f]{12},[\w.+-]{1,64}", re.A)
_OLD_DEVICE = re.compile(r'\("[\w.-]{1,32},[0-9a-f]{12},v[\d.]{1,32}"\) ', re.A)
_PROGRAM = re.compile(
    r"(?:: ?)?(?:(?P<host>[\w.-]{1,128}) )??(?P<program>[\w.-]{1,48})(?:\[\d{1,10}\])?: "
    r"(?:(?P=program)(?:\[\d{1,10}\])?: )?(?P<says>.*)",
    re.A | re.S,
)
_TWICE = re.compile(r"(?P<program>[\w.-]{1,48})(?:\[\d{1,10}\])?: ", re.A)
_FACILITY = re.compile(r"(?:user|daemon|kern|local\d|auth|syslog)\.[a-z]{3,7}", re.A)
_CEF = re.compile(r"(?:(?P<host>[\w.-]{1,128}) )?(?P<cef>CEF:0\|Ubiquiti\|.*)", re.A | re.S)
# A console writes its own ISO time behind the head, some file relays with a blank in it: `04: 01:40`.
_BROKEN_HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d", re.A)
_BROKEN_REST = re.compile(r"(\d\d:\d\d(?:\.\d{1,9})?Z) (?=[\w.-]{1,128} CEF:0)", re.A)


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    head = open_head(text, context) or (Head(text) if text.startswith("CEF:0|Ubiquiti|") else None)
    if head is None:
        return Refusal("no line of UniFi: expected a syslog head or `CEF:0|Ubiquiti|...`")
    cef = _cef(head, context)
    event = event_of(head, "unifi", "device", "record.unrecognised")
    if forms.is_cut(record):
        return [event]
    if cef is not None:
        read_cef_event(event, cef)
        return [event]
    program, says = _program(head)
    event.reporter = None if _FACILITY.fullmatch(head.host or "") else event.reporter
    # Gateways since UniFi Network 9 name no program before a rule: `[LAN_WAN-A-10001] DESCR="..." IN=...`.
    reader = READERS.get(program) if program or head.tag else firewall
    if len(says) > forms.LONGEST_LINE:
        return [event]
    if reader:
        reader(event, says)
    return [event]


def _cef(head: Head, context: Context) -> str | None:
    """The CEF in a line that no program's name stands before; the console's own time, if it is there, counts."""
    message = f"CEF:{head.message}" if head.tag == "CEF" else head.message
    if head.tag and _BROKEN_HOUR.fullmatch(head.tag) and (rest := _BROKEN_REST.match(message)):
        head.at, head.quality = at_iso(f"{head.tag}:{rest[1]}", context.timezone) or (head.at, head.quality)
        message = message[rest.end() :]
    elif head.tag not in (None, "CEF"):
        return None
    match = _CEF.fullmatch(message)
    return match["cef"] if match else None


def _program(head: Head) -> tuple[str, str]:
    """Which program speaks, and what it says."""
    message = head.message
    if head.tag and not _DEVICE.fullmatch(head.tag):
        match = _TWICE.match(message)
        return head.tag, message[match.end() :] if match and match["program"] == head.tag else message
    if old := _OLD_DEVICE.match(message):
        message = message[old.end() :]
    match = _PROGRAM.fullmatch(message)
    if match is None or (match["host"] and match["host"] != head.host):
        return "", message
    return match["program"], match["says"]
