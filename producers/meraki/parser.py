"""Meraki's syslog: `<134>1 1772632805.351 MX84 events ...`: an epoch, the device's name, the role, and its text.

https://documentation.meraki.com/General_Administration/Monitoring_and_Reporting/Syslog_Event_Types_and_Log_Samples
"""

import re
from collections.abc import Callable

from model.event import Event
from producers import forms
from producers.meraki import events, traffic
from producers.plain_words import fill_words
from producers.product import Context, Parsed, Refusal
from producers.syslog import is_by, open_head, take_priority
from producers.times import at_epoch

_LINE = re.compile(
    r"(?:1 )?(?P<at>\d{9,10}(?:\.\d{1,9})?) (?P<name>\S{1,128}) (?P<role>[\w-]{1,48}) (?P<text>.*)", re.S
)
_KIND = re.compile(r"type=(\w{1,64}) ", re.A)
_READERS: dict[str, Callable[[Event, str], None]] = {
    "events": events.read,
    "event": events.read,
    "urls": traffic.urls,
    "flows": traffic.flow,
    "firewall": traffic.flow,
    "vpn_firewall": traffic.flow,
    "cellular_firewall": traffic.flow,
    "l7_firewall": traffic.flow,
    "bridge_anyconnect_client_vpn_firewall": traffic.flow,
    "ip_flow_start": traffic.flow,
    "ip_flow_end": traffic.flow,
}


def parse(record: bytes, context: Context) -> Parsed:
    """One line, with or without a relay's head before it; or a refusal."""
    _, text = take_priority(forms.decode(record))
    match, received = _LINE.fullmatch(text), None
    if match is None and (head := open_head(text, context)) and is_by(head):
        match, received = _LINE.fullmatch(head.message), head.at
    if match is None:
        return Refusal("no Meraki record: expected `1 <seconds since the epoch> <device> <role> <text>`")
    at, quality = at_epoch(match["at"]) or (None, "received")
    event = Event(
        product="meraki",
        category="proxy",
        action="record.unrecognised",
        occurred_at=at,
        received_at=received,
        time_quality=quality,
        reporter=match["name"],
        vendor_code=match["role"],
    )
    reader = _READERS.get(match["role"], _plainly)
    if len(record) <= forms.LONGEST_LINE and not forms.is_cut(record):
        reader(event, match["text"].strip())
    return [event]


def _plainly(event: Event, text: str) -> None:
    """A role without a meaning here; of an alert about what comes in, `src` is the server and `dst` the client."""
    fill_words(event, text.partition(" url=")[0])
    kind = _KIND.match(text)
    event.vendor_action = event.vendor_action or (kind[1] if kind else None)
    if " direction=ingress " in text.partition(" message: ")[0]:
        event.address, event.destination, event.destination_port = event.destination, event.address, None
