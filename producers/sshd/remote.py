"""What sshd itself writes about a client: accepted, failed, refused, gone.

A user is whatever the client typed: empty, with blanks, or a forged end of the line. So a line is read from its end.
"""

import re

from model.event import Event
from producers.forms import account, address, whole
from producers.syslog import Head

_BEGUN = re.compile(
    r"(?P<word>Accepted|Failed|Postponed|Partial) (?P<method>\S+) for (?P<invalid>(?:invalid|illegal) user )?", re.A
)
_TRIED_FROM = re.compile(r" from (?P<from>\S+) port (?P<port>\d{1,5})(?: (?P<protocol>ssh\d?))?", re.A)
# What may follow: the key or ticket that was shown, and the mark of the process that speaks for an unknown client.
_SHOWN = re.compile(r"(?:: \S.*)?(?: \[preauth\])?", re.A | re.S)
_KEY = re.compile(
    r"(?:: [\w@.-]+ [\w+/:=-]+(?: ID .* \(serial \d+\) CA [\w@.-]+ [\w+/:=-]+)?"
    r'(?:, client user ".*", client host ".*")?)?(?: \[preauth\])?',
    re.A | re.S,
)
_LONGEST_USER = 100  # characters; sshd cuts what is longer
_FROM = r" from (?P<from>\S+)(?: port (?P<port>\d{1,5}))?"
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
# A client that says farewell says so in words of its own; they stand behind its address and are its reason.
_FAREWELL = re.compile(
    r"(?P<word>Received disconnect from)(?P<state>(?!))?(?P<user>(?!))? (?P<from>\S+) port (?P<port>\d{1,5}):"
    r"(?P<reason>.*?)(?P<preauth> \[preauth\])?",
    re.A | re.S,
)
_GONE = re.compile(
    r"(?P<word>Disconnected from|Connection closed by|Connection reset by|Disconnecting)"
    r"(?: (?P<state>authenticating|invalid)? ?user (?P<user>.*))? (?P<from>[0-9a-fA-F:.%\w]+) port (?P<port>\d{1,5})"
    r"(?:: (?P<reason>[^\n]{0,200}?))?(?P<preauth> \[preauth\])?",
    re.A | re.S,
)
# Clients that never came to a name, and what the signed-in ask for: of no meaning here but who and where.
_NAMELESS = re.compile(
    r"(?P<word>Did not receive identification string from|Unable to negotiate with|Connection from"
    r"|banner exchange: Connection from|ssh_dispatch_run_fatal: Connection from"
    r"|Timeout before authentication for(?: connection from)?)"
    r" (?P<from>[\w:.%]*\w)(?: port (?P<port>\d{1,5}))?(?:[:;, ].*)?",
    re.A | re.S,
)
# What the client sent stands in it as it came, so that only the last address is sshd's.
_OTHER_PROTOCOL = re.compile(
    r"(?P<word>Bad protocol version identification) '.*' from (?P<from>[\w:.%]*\w)(?: port (?P<port>\d{1,5}))?",
    re.A | re.S,
)
_SUBSYSTEM = re.compile(r"(?P<word>subsystem request) for \S+ by user (?P<user>\S+)", re.A)
_STARTED = re.compile(
    r"(?P<word>Starting session|Close session): (?:[\w.-]{1,32}(?: '\w{1,32}'| on \S{1,32})? for|user) (?P<user>\S+)"
    r" from (?P<from>\S+) port (?P<port>\d{1,5}) id \d+",
    re.A,
)
_BY_PAM = re.compile(
    r"error: PAM: (?P<reason>[^\n]{1,120}?) for (?:(?:illegal|invalid) user )?(?P<user>\S+) from (?P<from>\S+)",
    re.A,
)
_INVALID_REASON = "no such user"


def read_sshd(event: Event, head: Head, message: str) -> None:
    """Fills `event` in; what it does not know stays `record.unrecognised`, with the client if the line names one."""
    if match := _BEGUN.match(message):
        _tried(event, head, match)
    elif match := _INVALID.fullmatch(message):
        _failed(event, head, match, _INVALID_REASON, "Invalid user")
    elif match := _TOO_MANY.fullmatch(message):
        reason = "too many attempts" + (f", {_INVALID_REASON}" if match["invalid"] else "")
        _failed(event, head, match, reason, "maximum authentication attempts exceeded")
    elif match := _NOT_ALLOWED.fullmatch(message):
        _failed(event, head, match, match["reason"].strip() or "not allowed", "not allowed")
    elif match := _FAREWELL.fullmatch(message) or _GONE.fullmatch(message) or _GONE_6.fullmatch(message):
        _gone(event, head, match)
    elif match := _ASKED.fullmatch(message):  # beside `Invalid user`, which counts
        _matched(event, head, match)
        event.reason, event.vendor_action = _INVALID_REASON, "input_userauth_request"
    elif match := _BY_PAM.fullmatch(message):  # beside `Failed`, which counts
        _matched(event, head, match)
        event.outcome, event.reason, event.vendor_action = "failure", match["reason"], "error: PAM"
    elif match := _SUBSYSTEM.fullmatch(message) or _STARTED.fullmatch(message):
        _matched(event, head, match)
        event.vendor_action, event.account_basis = match["word"], event.account and "observed"
    elif match := _NAMELESS.fullmatch(message) or _OTHER_PROTOCOL.fullmatch(message):
        event.address, event.session_id = address(match["from"]), session_of(head)
        event.vendor_action = match["word"]


def _tried(event: Event, head: Head, begun: re.Match[str]) -> None:
    word, accepted = f"{begun['word']} {begun['method']}", begun["word"] == "Accepted"
    tail = _tail(begun.string, begun.end(), accepted)
    if tail is None:
        return
    _client(event, head, begun.string[begun.end() : tail.start()], tail["from"], tail["protocol"])
    event.vendor_action = word
    if accepted:
        _logon(event, head)
        event.outcome, event.account_basis = "success", event.account and "authenticated"
    elif begun["word"] == "Failed":
        _fail(event, head, _INVALID_REASON if begun["invalid"] else f"{begun['method']} rejected")


def _tail(message: str, begin: int, accepted: bool) -> re.Match[str] | None:
    """Where the user ends and the client's address begins; None where that is unclear.

    An accepted user is one of the system's, so the first place counts, whatever a certificate says behind it. A
    refused one is anything at all: there the rest must be what sshd writes, and only one place may be like that.
    """
    found = _TRIED_FROM.finditer(message, begin)
    if accepted:
        first = next(found, None)
        return first if first and _SHOWN.fullmatch(message, first.end()) else None
    fitting = [at for at in found if at.start() - begin <= _LONGEST_USER and _KEY.fullmatch(message, at.end())]
    return fitting[0] if len(fitting) == 1 else None


def _failed(event: Event, head: Head, match: re.Match[str], reason: str, word: str) -> None:
    _matched(event, head, match)
    event.vendor_action = word
    _fail(event, head, reason)


def _fail(event: Event, head: Head, reason: str) -> None:
    _logon(event, head)
    event.outcome = "failure"
    event.reason = reason


def _logon(event: Event, head: Head) -> None:
    event.action = "account.logged_on"
    event.logon_type = "remote"
    event.destination = head.host


def _gone(event: Event, head: Head, match: re.Match[str]) -> None:
    """The end of a session if somebody had signed in; before that only the end of a connection.

    sshd's reason may quote a user; where a second address could be in the first user's name, the line is not read.
    """
    if match["reason"] and " port " in (match["user"] or ""):
        return
    _matched(event, head, match)
    event.vendor_action = match["word"]
    event.reason = (match["reason"] or "").strip() or None
    if match["user"] is not None and not match["state"] and not match["preauth"]:
        event.action = "account.logged_off"
        event.outcome = "success"
        event.account_basis = event.account and "observed"


def _matched(event: Event, head: Head, match: re.Match[str]) -> None:
    found = match.groupdict()
    _client(event, head, found.get("user"), found.get("from"), found.get("protocol"))


def _client(event: Event, head: Head, user: str | None, client: str | None, protocol: str | None) -> None:
    """The name is claimed until somebody says that it was accepted; a host name is whatever its owner's DNS says."""
    event.account, event.account_domain = account(user)
    event.account_basis = event.account and "claimed"
    event.address = address(client)
    if event.address is None and client and client != "UNKNOWN":
        event.device, event.device_basis = client, "claimed"
    event.protocol = protocol or "ssh2"
    event.session_id = session_of(head)


def session_of(head: Head) -> str | None:
    """The host and process that serve one connection; the process that says `Accepted` is the one PAM speaks for."""
    return f"{head.host or ''}:{head.pid}" if whole(head.pid) is not None else None
