"""auth.log: a line in, what sshd, PAM, sudo, su or useradd say in it out. sshd(8), sudoers(5), pam_unix(8)."""

from model.event import Event
from producers.forms import BLANKS, LONGEST_LINE, decode
from producers.product import Context, Parsed, Refusal
from producers.sshd.local import READERS as LOCAL
from producers.sshd.pam import CODE, read_code, read_pam
from producers.sshd.remote import read_sshd
from producers.syslog import Head, bare, event_of, open_head, repeated

MOST_REPEATS = 100  # a line that says it stands for a million others is not believed beyond this

_SSHD = frozenset({"sshd", "sshd-session", "sshd-auth"})  # OpenSSH 9.8 split the daemon in two, 10.0 in three

_CODES = frozenset({"sshd(pam_google_authenticator)"})


def parse(record: bytes, context: Context) -> Parsed:
    """One line; `message repeated n times: [ ... ]` gives n events, at most `MOST_REPEATS`."""
    text = decode(record)
    head = open_head(text, context)
    if head is None:
        return _headless(text)
    if len(head.message) > LONGEST_LINE:
        return [event_of(head, "sshd", "auth", "record.unrecognised")]
    return _told(head)


def _headless(text: str) -> Parsed:
    """A line whose head a collector took away: read where its words alone say what it is."""
    head = bare(text[: LONGEST_LINE + 1], _SSHD | _CODES | LOCAL.keys())
    head.tag = head.tag or "sshd"
    events = _told(head) if len(text) <= LONGEST_LINE else []
    if not events or events[0].vendor_action is None:
        return Refusal("not a syslog line, nor one without its head: no priority, no time, no words we know")
    return list(events)


def _told(head: Head) -> list[Event]:
    times, message = repeated(head.message)
    event = _event(head, message.strip(BLANKS))
    count = max(1, min(times, MOST_REPEATS)) if event.action != "record.unrecognised" else 1
    return [event, *(_event(head, message.strip(BLANKS)) for _ in range(count - 1))]


def _event(head: Head, message: str) -> Event:
    event = event_of(head, "sshd", "auth", "record.unrecognised")
    tag = (head.tag or "").rpartition("/")[2]
    if tag in _SSHD | _CODES and (code := CODE.fullmatch(message)):
        read_code(event, code)
    elif message.startswith(("pam_", "PAM ")):
        read_pam(event, head, message)
    elif tag in _SSHD:
        read_sshd(event, head, message)
    elif reader := LOCAL.get(tag):
        reader(event, message)
    return event
