"""strongSwan's log: a line of charon in, one step of a tunnel or of a sign-in out; by syslog, journal or its own file.

https://docs.strongswan.org/docs/latest/config/logging.html
"""

import re

from producers import forms
from producers.product import Context, Parsed, Refusal
from producers.strongswan.messages import read_message
from producers.strongswan.updown import read_updown
from producers.syslog import Head, bare, event_of, is_by, open_head, take_time

_PROGRAMS = ("charon", "ipsec", "strongswan", "swanctl", "vpn")
_DAEMONS = frozenset({"charon", "charon-systemd", "ipsec"})
# The thread and the subsystem, with `log_level = yes` its level; then, with `ike_name = yes`, the connection's name and
# the number of the IKE_SA, without a name as long as none is chosen.
_THREAD = re.compile(r"\d{2,3}\[(?P<group>[A-Z]{3})-?\d?\] ", re.A)
_IKE_NAME = re.compile(r"<(?:[^|<>]{1,128}\|)?(?P<number>\d{1,10})> ", re.A)


def parse(record: bytes, context: Context) -> Parsed:
    """One line; what it names is believed only where no relay can have cut it there."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    head = _head(text, context)
    if head is None:
        return Refusal("not a line of charon: neither a time nor a syslog priority before it, nor its thread")
    if not is_by(head, *_PROGRAMS):
        return Refusal(f"a line of another program: {(head.tag or '')[:64]}")
    event = event_of(head, "strongswan", "vpn", "record.unrecognised")
    if len(head.message) > forms.LONGEST_LINE or forms.is_cut(record):
        return [event]
    says = head.message.strip(forms.BLANKS)
    if (head.tag or "").lower() == "vpn":
        read_updown(event, says)
        return [event]
    if thread := _THREAD.match(says):
        event.vendor_code, says = thread["group"], says[thread.end() :]
    if named := _IKE_NAME.match(says):
        event.session_id, says = named["number"], says[named.end() :]
    read_message(event, says)
    return [event]


def _head(text: str, context: Context) -> Head | None:
    """Its own file has the thread behind the time, syslog host and program; a collector may have taken all that."""
    at, rest = take_time(text, context)
    rest = rest.lstrip(" ")
    if at and _THREAD.match(rest):
        return Head(rest, *at)
    if head := open_head(text, context):
        return head
    head = bare(text, _DAEMONS)
    return head if head.tag or _THREAD.match(head.message) else None
