"""ASA and FTD syslog: a line in, one event out, by message id (Cisco ASA Series Syslog Messages)."""

import re

from msgspec.structs import replace

from model.event import Event
from producers import syslog
from producers.cisco_asa import aaa, commands, denials, flows, ftd, ikev2, plain, tunnels
from producers.cisco_asa.head import LONGEST_HEAD, open_head
from producers.cisco_asa.message import Reader, named
from producers.forms import LONGEST_LINE, decode, is_cut
from producers.product import Context, Parsed, Refusal

_TAG = re.compile(r"%(?:ASA|FTD|PIX|FWSM|NGIPS)-(?:[A-Za-z][\w-]*-|-)?(\d)-(\d{6}): ?", re.A)
_NAMES = ("account", "account_domain", "address", "assigned_address", "destination", "domain")
_READERS: dict[str, tuple[Reader, ...]] = {
    **aaa.READERS, **commands.READERS, **flows.READERS, **ftd.READERS, **ikev2.READERS, **tunnels.READERS,
    **denials.READERS, "106023": flows.READERS["106023"] + denials.READERS["106023"],
}  # fmt: skip


def parse(record: bytes, context: Context) -> Parsed:
    """One line. An id we do not know is `record.unrecognised` with the user and address at the head of its message."""
    text = decode(record)
    tag = _TAG.search(text, 0, LONGEST_HEAD + 80)
    head = open_head(text[: tag.start()], context) if tag else None
    if tag is None or head is None:
        return _without_id(text, context)
    at, quality, host, received_at = head
    event = Event(
        product="cisco_asa",
        category="vpn",
        action="record.unrecognised",
        occurred_at=at,
        received_at=received_at,
        time_quality=quality,
        reporter=host,
        vendor_code=tag[2],
    )
    message = text[tag.end() :].rstrip("\r\n\0 ")
    if len(message) <= LONGEST_LINE and not (is_cut(record) and _may_go_on(event, message, tag[2])):
        _read(event, message, tag[2])
    return [event]


def _may_go_on(head: Event, message: str, code: str) -> bool:
    """Whether the message would name others if it went on: then its end is not its own, and a relay may have cut it."""
    here, longer = replace(head), replace(head)
    _read(here, message, code)
    _read(longer, message + "0", code)
    return longer.action != head.action and any(getattr(here, name) != getattr(longer, name) for name in _NAMES)


def _read(event: Event, message: str, code: str) -> None:
    readers = _READERS.get(code)
    if readers is None:
        plain.read(event, message, code)
        if event.account is None and event.address is None:
            named(event, message)
    else:
        any(reader(event, message) for reader in readers)


def _without_id(text: str, context: Context) -> Parsed:
    head = syslog.open_head(text, context)
    if head is None:
        return Refusal("no message id (%ASA-, %FTD- or %PIX-severity-id:) and no syslog head")
    return [syslog.event_of(head, "cisco_asa", "vpn", "record.unrecognised")]
