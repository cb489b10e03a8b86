"""auth.log: a line in, what sshd, PAM, sudo, su or useradd say in it out. sshd(8), sudoers(5), pam_unix(8)."""

from model.event import Event
from producers.forms import LONGEST_LINE, decode
from producers.product import Context, Parsed, Refusal
from producers.sshd.local import READERS as LOCAL
from producers.sshd.pam import read_pam
from producers.sshd.remote import read_sshd
from producers.syslog import Head, event_of, open_head, repeated

MOST_REPEATS = 100  # a line that says it stands for a million others is not believed beyond this

_SSHD = frozenset({"sshd", "sshd-session", "sshd-auth"})  # OpenSSH 9.8 split the daemon in two, 10.0 in three


def parse(record: bytes, context: Context) -> Parsed:
    """One line; `message repeated n times: [ ... ]` gives n events, at most `MOST_REPEATS`."""
    head = open_head(decode(record), context)
    if head is None:
        return Refusal("not a syslog line: it begins with neither a priority nor a time")
    if len(head.message) > LONGEST_LINE:
        return [event_of(head, "sshd", "auth", "record.unrecognised")]
    times, message = repeated(head.message)
    event = _event(head, message.strip())
    count = max(1, min(times, MOST_REPEATS)) if event.action != "record.unrecognised" else 1
    return [event, *(_event(head, message.strip()) for _ in range(count - 1))]


def _event(head: Head, message: str) -> Event:
    event = event_of(head, "sshd", "auth", "record.unrecognised")
    tag = (head.tag or "").rpartition("/")[2]
    if message.startswith("pam_"):
        read_pam(event, head, message)
    elif tag in _SSHD:
        read_sshd(event, head, message)
    elif reader := LOCAL.get(tag):
        reader(event, message)
    return event
