"""DHCP server logs: a line or a block of the leases file in, one step of a lease out."""

from model.event import Event
from producers.forms import LONGEST_LINE, decode
from producers.isc_dhcp.kea import read_kea
from producers.isc_dhcp.leases import read_block, starts_block
from producers.isc_dhcp.leases6 import read_block6
from producers.isc_dhcp.verbs import read_verb
from producers.isc_dhcp.version6 import read_version6
from producers.plain_words import fill_words
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, bare, event_of, open_head, take_time

_OF_LEASES_FILE = ("#", "authoring-byte-order", "server-duid", "failover peer", "host ", "db-time-format")
_OF_LEASES6 = ("ia-na ", "ia-ta ", "ia-pd ")
_DAEMONS = frozenset({"dhcpd", "dhcpd4", "dhcpd6", "kea-dhcp4", "kea-dhcp6"})
_LEVELS = ("DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_READERS = (read_verb, read_version6, read_kea)


def is_preamble(record: bytes) -> bool:
    """Whether a record is of those with which dhcpd begins every leases file: comments, byte order, its own id."""
    return record.startswith((b"#", b"authoring-byte-order", b"server-duid", b"db-time-format"))


def parse(record: bytes, context: Context) -> Parsed:
    """One line of syslog or of Kea's own file, or one block of dhcpd.leases, as one event or a refusal."""
    text = decode(record).strip(" \t\r\n\0\ufeff")
    if starts_block(text):
        return read_block(text)
    if text.startswith(_OF_LEASES6):
        return read_block6(text)
    head = _head(text, context)
    if head is None:
        if text.startswith(_OF_LEASES_FILE):
            return read_block(text)
        return _headless(text)
    return [_event(head)[0]]


def _headless(text: str) -> Parsed:
    """A line whose head a collector took away: read where it names one of the protocol's steps."""
    event, known = _event(bare(text, _DAEMONS))
    if known:
        return [event]
    return Refusal("neither a syslog line nor a block of dhcpd.leases: no priority, no time, no `lease ... {`")


def _event(head: Head) -> tuple[Event, bool]:
    event = event_of(head, "isc_dhcp", "device", "record.unrecognised")
    event.protocol = "dhcp"
    known = len(head.message) <= LONGEST_LINE and any(read(event, head.message) for read in _READERS)
    server = (head.tag or "").startswith("dhcpd")  # of a client's own log `from` is the server
    if event.action == "record.unrecognised" and server:
        fill_words(event, head.message)
    return event, known


def _head(text: str, context: Context) -> Head | None:
    """Kea's own file has its level behind the time, where syslog has the host."""
    at, rest = take_time(text, context)
    rest = rest.lstrip(" ")
    return Head(rest, *at) if at and rest.startswith(_LEVELS) else open_head(text, context)
