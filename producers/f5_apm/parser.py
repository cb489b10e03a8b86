"""F5 BIG-IP APM: a line of apmd or tmm in, one step of a session out; also what Telemetry Streaming makes of it.

`ID:SEVERITY: [/PARTITION/PROFILE:PARTITION:]SESSION: words`. https://clouddocs.f5.com/products/extensions/
f5-telemetry-streaming/latest/output-example.html for the JSON; the ids and words are those that parsers of NetWitness,
Exabeam and Elastic name.
"""

import re

from model.event import Event
from producers import forms
from producers.f5_apm.messages import read_message
from producers.f5_apm.telemetry import read_telemetry
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, event_of, is_by, open_head

_PROGRAMS = ("apmd", "apd", "tmm", "acctd", "eca", "websso", "nlad", "rba", "mdmsyncmgr", "logger")
# BIG-IP writes the severity's word between host and program.
_PROGRAM = re.compile(
    r"(?:(?:emerg|alert|crit|err|error|warning|notice|info|debug) )?(?P<tag>[a-z]\w{1,31})(?:\[\d{1,10}\])?: ?", re.A
)
_BLADE = re.compile(r"\Aslot\d{1,2}/", re.A)  # of a chassis, before the host: one session is told by several
_MESSAGE = re.compile(
    r"(?P<id>01[0-9a-f]{6}):(?P<severity>\d): "
    r"(?:(?:/[^\s:]{1,128}:[^\s:/]{1,64}:)?(?P<session>[0-9a-f]{8}): )?(?P<says>.*)",
    re.A | re.S,
)


def parse(record: bytes, context: Context) -> Parsed:
    """One line; what it names is believed only where no relay can have cut it there."""
    if record.lstrip()[:1] == b"{":
        return read_telemetry(record, context)
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    head = open_head(text, context) or Head(text)
    if head.tag is None and (program := _PROGRAM.match(head.message)):
        head.tag, head.message = program["tag"], head.message[program.end() :]
    if not is_by(head, *_PROGRAMS):
        return Refusal(f"a line of another program than APM's: {(head.tag or '')[:64]}")
    match = _MESSAGE.fullmatch(head.message) if len(head.message) <= forms.LONGEST_LINE else None
    if match is None:
        if head.at is None and head.priority is None:
            return Refusal("not a line of APM: neither a time nor a syslog priority before it, nor the id of a message")
        return [event_of(head, "f5_apm", "vpn", "record.unrecognised")]
    return [_event(head, match, cut=forms.is_cut(record))]


def _event(head: Head, match: re.Match[str], *, cut: bool) -> Event:
    event = event_of(head, "f5_apm", "vpn", "record.unrecognised")
    event.vendor_code, event.session_id = match["id"], match["session"]
    event.reporter = _BLADE.sub("", head.host) if head.host else None
    if not cut:
        read_message(event, match["says"].strip(forms.BLANKS))
    return event
