"""What sshd itself writes about a client: accepted, failed, refused, gone.

A user is whatever the client typed: empty, with blanks, or a forged end of the line. So the LAST ` from ` counts.
"""

import re

from model.event import Event
from producers.forms import account, address, whole
from producers.syslog import Head

_FROM = r" from (?P<from>\S+)(?: port (?P<port>\d+))?"
_TRIED = re.compile(
    r"(?P<word>Accepted|Failed|Postponed|Partial) (?P<method>\S+) for "
    r"(?P<invalid>(?:invalid|illegal) user )?(?P<user>.*)"
    + _FROM + r"(?: (?P<protocol>ssh\d?))?(?:: .*| \[preauth\])?",
    re.A | re.S,
)  # fmt: skip
_INVALID = re.compile(r"(?P<word>Invalid|Illegal) user (?P<user>.*)" + _FROM + r"(?: \[preauth\])?", re.A | re.S)
_TOO_MANY = re.compile(
    r"(?:error: )?maximum authentication attempts exceeded for (?P<invalid>invalid user )?(?P<user>.*)"
    + _FROM + r"(?: (?P<protocol>ssh\d?))?(?: \[preauth\])?",
    re.A | re.S,
)  # fmt: skip
_GONE_6 = re.compile(  # up to OpenSSH 6 without the port
    r"(?P<word>Received disconnect from)(?P<state>(?!))?(?P<user>(?!))? (?P<from>[0-9a-fA-F:.]+?): (?P<reason>\d+: .*?)"
    r"(?P<preauth> \[preauth\])?",
    re.A | re.S,
)
_NOT_ALLOWED = re.compile(r"User (?P<user>.*?)(?: from (?P<from>\S+))? not allowed because (?P<reason>.*)", re.A | re.S)
_ASKED = re.compile(r"input_userauth_request: (?:invalid|illegal) user (?P<user>.*?)(?: \[preauth\])?", re.A | re.S)
_GONE = re.compile(
    r"(?P<word>Disconnected from|Connection closed by|Connection reset by|Disconnecting|Received disconnect from)"
    r"(?: (?P<state>authenticating|invalid)? ?user (?P<user>.*))? (?P<from>[0-9a-fA-F:.%\w]+) port (?P<port>\d+)"
    r"(?::(?P<reason>.*?))?(?P<preauth> \[preauth\])?",
    re.A | re.S,
)
_INVALID_REASON = "no such user"


def read_sshd(event: Event, head: Head, message: str) -> None:
    """Fills `event` in; what it does not know stays `record.unrecognised`, with the client if the line names one."""
    if match := _TRIED.fullmatch(message):
        _tried(event, head, match)
    elif match := _INVALID.fullmatch(message):
        _failed(event, head, match, _INVALID_REASON, "Invalid user")
    elif match := _TOO_MANY.fullmatch(message):
        reason = "too many attempts" + (f", {_INVALID_REASON}" if match["invalid"] else "")
        _failed(event, head, match, reason, "maximum authentication attempts exceeded")
    elif match := _NOT_ALLOWED.fullmatch(message):
        _failed(event, head, match, match["reason"].strip() or "not allowed", "not allowed")
    elif match := _GONE.fullmatch(message) or _GONE_6.fullmatch(message):
        _gone(event, head, match)
    elif match := _ASKED.fullmatch(message):  # beside `Invalid user`, which counts
        _client(event, head, match)
        event.reason, event.vendor_action = _INVALID_REASON, "input_userauth_request"


def _tried(event: Event, head: Head, match: re.Match[str]) -> None:
    word = f"{match['word']} {match['method']}"
    if match["word"] == "Failed":
        _failed(event, head, match, _INVALID_REASON if match["invalid"] else f"{match['method']} rejected", word)
        return
    _client(event, head, match)
    event.vendor_action = word
    if match["word"] == "Accepted":
        _logon(event, head)
        event.outcome = "success"


def _failed(event: Event, head: Head, match: re.Match[str], reason: str, word: str) -> None:
    _client(event, head, match)
    _logon(event, head)
    event.outcome = "failure"
    event.reason = reason
    event.vendor_action = word


def _logon(event: Event, head: Head) -> None:
    event.action = "account.logged_on"
    event.logon_type = "remote"
    event.destination = head.host


def _gone(event: Event, head: Head, match: re.Match[str]) -> None:
    """The end of a session if somebody had signed in; before that only the end of a connection."""
    _client(event, head, match)
    event.vendor_action = match["word"]
    event.reason = (match["reason"] or "").strip() or None
    if match["user"] is not None and not match["state"] and not match["preauth"]:
        event.action = "account.logged_off"
        event.outcome = "success"


def _client(event: Event, head: Head, match: re.Match[str]) -> None:
    found = match.groupdict()
    event.account, event.account_domain = account(found.get("user"))
    client = found.get("from")
    event.address = address(client)
    if event.address is None and client != "UNKNOWN":
        event.device = client
    event.protocol = found.get("protocol") or "ssh2"
    event.session_id = session_of(head)


def session_of(head: Head) -> str | None:
    """The host and process that serve one connection; the process that says `Accepted` is the one PAM speaks for."""
    return f"{head.host or ''}:{head.pid}" if whole(head.pid) is not None else None
