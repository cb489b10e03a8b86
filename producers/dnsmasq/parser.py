"""dnsmasq's log by syslog or from its own file (`log-facility`), a line in, a lease or a name asked for out."""

from producers.dnsmasq.lines import read_line
from producers.forms import LONGEST_LINE, decode, is_cut
from producers.product import Context, Parsed, Refusal
from producers.syslog import bare, event_of, is_by, open_head

_PROGRAMS = frozenset({"dnsmasq", "dnsmasq-dhcp", "dnsmasq-tftp", "dnsmasq-script"})


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = decode(record).strip(" \t\r\n\0\ufeff")
    head = open_head(text, context) if len(text) <= LONGEST_LINE else None
    if head is None:
        head = bare(text[:LONGEST_LINE], _PROGRAMS)
        if head.tag is None or len(text) > LONGEST_LINE:
            return Refusal("no line of dnsmasq: expected a syslog head, or `dnsmasq-dhcp[pid]: ...`")
    event = event_of(head, "dnsmasq", "device", "record.unrecognised")
    if head.tag and is_by(head, "dnsmasq", "pihole") and not is_cut(record):
        read_line(event, head.message.strip())
    return [event]
