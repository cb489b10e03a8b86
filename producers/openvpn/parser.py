"""OpenVPN server logs: a line in, one step of a tunnel out. The session is the client's `IP:port` until it exits."""

import re

from model.event import Event
from producers.forms import BLANKS, LONGEST_LINE, decode
from producers.openvpn.messages import read_message
from producers.openvpn.status import read_status
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, bare, event_of, open_head, take_time

_DAEMONS = frozenset({"openvpn", "ovpn-server", "ovpn-openvpn"})
_MICROSECONDS = re.compile(r" ?us=(\d{1,6}) ?", re.A)


def parse(record: bytes, context: Context) -> Parsed:
    """One line of the log (own file or syslog) or of the status file."""
    text = decode(record).strip(" \t\r\n\0\ufeff")
    head = _head(text, context)
    if head is not None:
        return [_event(head)]
    if event := read_status(text, context):
        return [event]
    event = _event(bare(text, _DAEMONS))  # a collector may have taken the head away
    if event.vendor_action is None and not (event.account and event.address):  # `name/IP:port` before its words
        return Refusal("neither a line of OpenVPN's log (no time before it) nor of its status file")
    return [event]


def _event(head: Head) -> Event:
    event = event_of(head, "openvpn", "vpn", "record.unrecognised")
    if len(head.message) <= LONGEST_LINE:
        read_message(event, head.message)
    return event


def _head(text: str, context: Context) -> Head | None:
    """Syslog has host and program behind the time; its own file has the message there, after microseconds perhaps."""
    at, rest = take_time(text, context)
    head = open_head(text, context)
    if at is None or (head and head.tag and "vpn" in head.tag and head.host):
        return head
    if micro := _MICROSECONDS.match(rest):
        at = (f"{at[0][:19]}.{micro[1].zfill(6)[:3]}Z", at[1])
        rest = rest[micro.end() :]
    return Head(rest.strip(BLANKS), *at)
